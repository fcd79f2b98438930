"""Load a pipeline: the bundled one, a folder, or a name on the hub."""

from __future__ import annotations

from os import PathLike, fspath
from pathlib import Path
from typing import TYPE_CHECKING, Any

from diffexplain.errors import ModelError
from diffexplain.i18n import say
from diffexplain.models.bundle import bundled_path
from diffexplain.models.devices import choose_device, choose_dtype
from diffexplain.models.folders import check_folder, files_of
from diffexplain.models.hub import fetch
from diffexplain.models.quiet import quiet
from diffexplain.models.reading import ONE_AT_A_TIME
from diffexplain.models.variants import pipeline_variant

if TYPE_CHECKING:
    import torch
    from diffusers import DiffusionPipeline


def load(
    name_or_folder: str | PathLike[str] | None = None,
    device: torch.device | str | None = None,
    dtype: torch.dtype | str | None = None,
) -> DiffusionPipeline:
    """Load a text-to-image pipeline as diffusers makes it, with nothing of ours in it.

    Args:
        name_or_folder: None for the bundled model, a plain ``StableDiffusionPipeline`` that needs no network; a folder written
            by ``save_pretrained``; or a name on the hub such as ``organisation/model``, downloaded once. A folder of that
            name here goes first.
        device: "cuda", "cuda:1", "mps" or "cpu"; the best there is if left out.
        dtype: "float32", "float16" or "bfloat16", as a string or a ``torch.dtype``; if left out float16 on a GPU and float32
            on a CPU. For flow transformers (Flux, Stable Diffusion 3) on a GPU ask for "bfloat16", which they were trained in.

    Weights that are only there as a variant, such as ``variant="fp16"`` saves, are read as that. Weights are read from safetensors files
    only and no code that comes with a model is ever run.

    Raises:
        ModelError: the name, folder, device or dtype can't be used; the message says why and what to do.
    """
    chosen_device = choose_device(device)
    chosen_dtype = choose_dtype(dtype, chosen_device)
    with quiet():
        from diffusers import DiffusionPipeline

        folder = bundled_path() if name_or_folder is None else _folder_of(name_or_folder)
        check_folder(folder)
        try:
            variant = pipeline_variant(files_of(folder))
            with ONE_AT_A_TIME:
                pipeline = DiffusionPipeline.from_pretrained(folder, dtype=chosen_dtype, use_safetensors=True, variant=variant)
        except (OSError, ValueError, ImportError, AttributeError) as error:
            raise ModelError(
                say(
                    "The pipeline {name_or_folder!r} could not be loaded by diffusers: {error}",
                    name_or_folder=str(name_or_folder),
                    error=error,
                )
            ) from error
        return pipeline.to(chosen_device)


def _folder_of(name_or_folder: Any) -> Path:
    if not isinstance(name_or_folder, str | PathLike):
        raise ModelError(
            say(
                "load() takes the name or the folder of a model, not a {kind}. A pipeline that is loaded already can be "
                "handed to an explorer as it is.",
                kind=type(name_or_folder).__name__,
            )
        )
    text = fspath(name_or_folder)
    if not text.strip():
        raise ModelError(
            say("The name of the model is empty. Give a folder or a hub name, or leave it out for the bundled model.")
        )
    path = Path(text).expanduser()
    if path.is_dir():
        return path
    if path.is_file():
        raise ModelError(
            say(
                "{path} is a file, and a pipeline is a folder with a model_index.json. For a lone checkpoint use "
                "diffusers' `StableDiffusionPipeline.from_single_file(...)` and hand the pipeline over.",
                path=path,
            )
        )
    if isinstance(name_or_folder, PathLike) or text.startswith((".", "~", "/")) or path.is_absolute() or text.count("/") > 1:
        raise ModelError(
            say("There is no folder {path}. Check the path, or give a hub name such as 'organisation/model'.", path=path)
        )
    return fetch(text)
