"""The weights that ship, laid out as a workspace has its own: something to go on from, or to evaluate."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

from diffexplain.models import bundled_path, clip_path
from diffexplain.training.workspace import replacing

if TYPE_CHECKING:
    from pathlib import Path

    from diffexplain.training.workspace import Workspace

STAGES = ("tokenizer", "vae", "clip", "denoiser")
_FILES = ("config.json", "*.safetensors")


def copy_into(workspace: Workspace, stages: tuple[str, ...] = STAGES) -> None:
    """Copy the shipped tokenizer and weights into a workspace, over its own."""
    pipeline = bundled_path()
    sources = {
        "tokenizer": (pipeline / "tokenizer", workspace.tokenizer, ("*",)),
        "vae": (pipeline / "vae", workspace.weights("vae"), _FILES),
        "clip": (clip_path(), workspace.weights("clip"), _FILES),
        "denoiser": (pipeline / "unet", workspace.weights("denoiser"), _FILES),
    }
    for stage in stages:
        source, target, patterns = sources[stage]
        with replacing(target) as folder:
            _copy(source, folder, patterns)


def _copy(source: Path, target: Path, patterns: tuple[str, ...]) -> None:
    for pattern in patterns:
        for file in source.glob(pattern):
            shutil.copyfile(file, target / file.name)
