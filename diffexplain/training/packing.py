"""Pack what ships: a diffusers folder in half precision, CLIP with its processor, ControlNet, and the card."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING, Any

import torch

from diffexplain.training import assembly, clip, controlnet, tokenizer
from diffexplain.training.data import SIDE
from diffexplain.training.workspace import replacing

if TYPE_CHECKING:
    from pathlib import Path

    from diffexplain.training.workspace import Workspace

_CPU = torch.device("cpu")
_SILENT = ("_name_or_path", "_commit_hash")  # traces of the machine that made them
FOLDERS = ("bundled", "bundled_clip", "bundled_controlnet")


def pack(workspace: Workspace, card: str | None = None) -> dict[str, int]:
    """Write `packed/`; returns the bytes of each of its folders."""
    with replacing(workspace.packed) as folder:
        pipeline = assembly.pipeline(workspace, _CPU)
        for part in (pipeline.unet, pipeline.vae, pipeline.text_encoder):
            part.half().to(memory_format=torch.contiguous_format)
        pipeline.save_pretrained(folder / "bundled")
        _pack_clip(workspace, folder / "bundled_clip")
        if workspace.weights("controlnet").exists():
            network = controlnet.load(workspace.weights("controlnet"), _CPU)
            network.half().to(memory_format=torch.contiguous_format).save_pretrained(folder / "bundled_controlnet")
        for config in folder.rglob("*config.json"):
            _clean(config)
        if card is not None:
            (folder / "MODEL_CARD.md").write_text(card, "utf-8")
    return {path.name: sum(file.stat().st_size for file in path.rglob("*")) for path in sorted(workspace.packed.glob("*/"))}


def install(workspace: Workspace, models: Path) -> None:
    """Put packed folders in the place of those in the package."""
    packed = workspace.require(workspace.packed, "pack")
    for name in FOLDERS:
        if (packed / name).exists():
            with replacing(models / name) as folder:
                shutil.copytree(packed / name, folder, dirs_exist_ok=True)
    if (packed / "MODEL_CARD.md").exists():
        shutil.copyfile(packed / "MODEL_CARD.md", models / "MODEL_CARD.md")


def _pack_clip(workspace: Workspace, folder: Path) -> None:
    from transformers import CLIPImageProcessor

    model = clip.load(workspace.weights("clip"), _CPU)
    model.half().save_pretrained(folder)
    tokenizer.load(workspace.tokenizer).save_pretrained(folder)
    size = {"height": SIDE, "width": SIDE}
    CLIPImageProcessor(size=size, crop_size=size, do_center_crop=False).save_pretrained(folder)


def _clean(config: Path) -> None:
    found: dict[str, Any] = json.loads(config.read_text("utf-8"))
    for name in _SILENT:
        found.pop(name, None)
    _as_single(found)
    config.write_text(json.dumps(found, indent=2, ensure_ascii=False) + "\n", "utf-8")


def _as_single(found: dict[str, Any]) -> None:
    """Weights load as float32 unless asked otherwise, as all parts of a pipeline have to agree."""
    for value in found.values():
        if isinstance(value, dict):
            _as_single(value)
    for key in ("dtype", "torch_dtype"):
        if found.get(key) == "float16":
            found[key] = "float32"
