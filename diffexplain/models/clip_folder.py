"""Where a CLIP lies on this machine, and whether it may be loaded: judged before anything of it is."""

from __future__ import annotations

from os import PathLike, fspath
from pathlib import Path
from typing import TYPE_CHECKING, Any

from diffexplain.errors import ModelError
from diffexplain.i18n import say
from diffexplain.models.folders import read_index
from diffexplain.models.hub import fetch_files

if TYPE_CHECKING:
    from collections.abc import Collection

CONFIG = "config.json"
_PICKLED = (".bin", ".pt", ".pth", ".pkl")


def clip_folder(source: Any) -> Path:
    """Return the folder of a CLIP by path or by name on the hub.

    Raises:
        ModelError: there is none, it is no CLIP with two towers, or its weights are only there as pickles.
    """
    if not isinstance(source, str | PathLike) or not fspath(source).strip():
        raise ModelError(
            say(
                "a CLIP is given as a folder, a name on the hub or a CLIPModel, not as {kind}; leave it out for the bundled one",
                kind=type(source).__name__ if not isinstance(source, str) else say("an empty text"),
            )
        )
    text = fspath(source)
    path = Path(text).expanduser()
    if path.is_dir():
        if not (path / CONFIG).is_file():
            raise ModelError(
                say(
                    "{folder} is no model folder: it holds no config.json. Name the folder that "
                    "`CLIPModel.save_pretrained` wrote",
                    folder=str(path),
                )
            )
        check_clip(read_index(path / CONFIG), {entry.name for entry in path.iterdir()}, text)
        return path
    if isinstance(source, PathLike) or text.startswith((".", "~", "/")) or path.is_absolute() or text.count("/") > 1:
        raise ModelError(say("There is no folder {folder}. Check the path, or give a name on the hub", folder=str(path)))
    return fetch_files(text, CONFIG, check_clip, _needed)


def check_clip(config: dict[str, Any], files: Collection[str], source: str) -> None:
    """Judge a CLIP by its config and the names of its files.

    Args:
        config: content of config.json.
        files: names of the files beside it.
        source: the folder or hub name, for the messages.

    Raises:
        ModelError: with what was found and what to do.
    """
    kind = config.get("model_type")
    if kind in {"clip_text_model", "clip_text"} or (kind == "clip" and _lacks_vision(config)):
        raise no_vision_tower(source)
    if kind != "clip":
        raise ModelError(
            say(
                "{source} is a model of type {kind!r}, and a CLIP has the type 'clip'; take one such as "
                "openai/clip-vit-base-patch32",
                source=source,
                kind=kind,
            )
        )
    if not any(_is_weights(name) for name in files):
        pickled = sorted(name for name in files if name.endswith(_PICKLED))
        file = pickled[0] if pickled else "nothing"
        raise ModelError(
            say(
                "{source} has no weights as safetensors (there is {found}), and opening a pickle can run any code; "
                "use a version with .safetensors files",
                source=source,
                found=file,
            )
        )


def no_vision_tower(source: str) -> ModelError:
    """Return the error for a model that can read texts and can't see."""
    return ModelError(
        say(
            "{source} has no vision tower, so it can't compare pictures with texts; "
            "take a whole CLIPModel such as openai/clip-vit-base-patch32, or leave it out for the bundled one",
            source=source,
        )
    )


def _lacks_vision(config: dict[str, Any]) -> bool:
    architectures = config.get("architectures") or []
    return any(str(name).startswith("CLIPTextModel") for name in architectures)


def _is_weights(name: str) -> bool:
    return name.startswith("model") and name.endswith(".safetensors")


def _needed(name: str) -> bool:
    """Return whether a file of a repository is worth its download: the configs, the vocabulary and the safetensors at the top."""
    return "/" not in name and (name.endswith((".json", ".txt")) or _is_weights(name))
