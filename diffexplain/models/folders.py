"""What a pipeline folder would load and run, judged before anything of it is loaded or run."""

from __future__ import annotations

import json
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from diffexplain.errors import ModelError
from diffexplain.i18n import say

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

INDEX = "model_index.json"
_PICKLED = (".bin", ".ckpt", ".pt", ".pth", ".pkl")


@dataclass(frozen=True)
class Component:
    """One part of a pipeline as its index names it: ``"unet": ["diffusers", "UNet2DConditionModel"]``."""

    name: str
    library: str
    class_name: str


def check_folder(folder: Path) -> None:
    """Refuse a folder that is no pipeline, that brings its own code, or whose weights are only there as pickles.

    Raises:
        ModelError: with what was found and what to do.
    """
    if not (folder / INDEX).is_file():
        raise ModelError(
            say(
                "{folder} is no pipeline folder: it holds no {index}. Name the folder that `pipeline.save_pretrained(...)` "
                "wrote; a lone checkpoint has to be turned into one first.",
                folder=folder,
                index=INDEX,
            )
        )
    files = files_of(folder)
    index = read_index(folder / INDEX)
    check_index(index, files, str(folder))
    for component in components(index):
        _check_auto_map(folder / component.name, component)


def files_of(folder: Path) -> set[str]:
    """Return paths of all files in a folder, relative to it, with forward slashes."""
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def read_index(path: Path) -> dict[str, Any]:
    """Return the content of a ``model_index.json``.

    Raises:
        ModelError: it is not a JSON object.
    """
    try:
        index = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise ModelError(
            say("{path} can't be read as JSON ({error}). Save or download the pipeline again.", path=path, error=error)
        ) from error
    if not isinstance(index, dict):
        raise ModelError(say("{path} holds no JSON object. Save or download the pipeline again.", path=path))
    return index


def check_index(index: dict[str, Any], files: Collection[str], source: str) -> None:
    """Judge a pipeline by its index and the names of its files, which for the hub come before any download.

    Args:
        index: Content of model_index.json.
        files: Paths of all files, relative to the pipeline's folder, with forward slashes.
        source: The folder or hub name, for the messages.

    Raises:
        ModelError: the pipeline needs code of its own, is of an unknown class, or has only pickled weights.
    """
    _check_class(index.get("_class_name"), files, source)
    for component in components(index):
        brings_code = f"{component.name}/{component.library}.py" in files
        if brings_code or not _is_known(component.library):
            raise _remote_code(
                source,
                say(
                    "its part {name!r} is {library}.{class_name}",
                    name=component.name,
                    library=component.library,
                    class_name=component.class_name,
                ),
            )
        _check_weights(component, files, source)


def components(index: dict[str, Any]) -> tuple[Component, ...]:
    """Return the parts an index names; empty slots and plain settings left out."""
    named = []
    for name, value in index.items():
        match value:
            case [str() as library, str() as class_name] if not name.startswith("_"):
                named.append(Component(name, library, class_name))
    return tuple(named)


def _check_class(class_name: object, files: Collection[str], source: str) -> None:
    import diffusers

    if isinstance(class_name, list) or "None.py" in files:  # diffusers 0.42 runs a file of that name when no code was asked for
        raise _remote_code(source, say("its pipeline class is {class_name!r}", class_name=class_name))
    if not isinstance(class_name, str) or not hasattr(diffusers, class_name):
        raise ModelError(
            say(
                "{source} is a pipeline of class {class_name!r}, which diffusers {version} doesn't have. If it is a new "
                "one, upgrade diffusers; if it is code that comes with the model, it is not run.",
                source=source,
                class_name=class_name,
                version=diffusers.__version__,
            )
        )


def _is_known(library: str) -> bool:
    if library in {"diffusers", "transformers"}:
        return True
    return library.isidentifier() and find_spec(f"diffusers.pipelines.{library}") is not None


def _check_weights(component: Component, files: Collection[str], source: str) -> None:
    own = [PurePosixPath(name) for name in files if name.startswith(f"{component.name}/")]
    is_model = any(path.name == "config.json" for path in own)
    pickled = sorted(str(path) for path in own if path.suffix in _PICKLED)
    if is_model and pickled and not any(path.suffix == ".safetensors" for path in own):
        raise ModelError(
            say(
                "{source} has the weights of {name!r} only as pickles ({pickled}), and opening a pickle can run any code. "
                "Use a version with .safetensors files; or, if you trust this one, load it with diffusers and write one "
                "with `pipeline.save_pretrained(...)`.",
                source=source,
                name=component.name,
                pickled=pickled[0],
            )
        )


def _check_auto_map(folder: Path, component: Component) -> None:
    """Refuse a folder with an ``auto_map``: transformers' Auto classes follow it to code in the folder; named classes don't."""
    if not component.class_name.startswith("Auto"):
        return
    for path in folder.glob("*config.json"):
        if "auto_map" in read_index(path):
            raise _remote_code(str(folder.parent), say("{part}/{file} has an auto_map", part=component.name, file=path.name))


def _remote_code(source: str, reason: str) -> ModelError:
    return ModelError(
        say(
            "{source} wants to run code of its own ({reason}), which is never done here. "
            "If you trust it, load it with diffusers yourself and hand the pipeline over.",
            source=source,
            reason=reason,
        )
    )
