"""Pack what ships: a diffusers folder in half precision, CLIP with its processor, ControlNet, the networks of the page, and the card."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import torch

from diffexplain.training.data import tokenizer
from diffexplain.training.networks import clip, configs, controlnet
from diffexplain.training.networks.pipeline import assemble
from diffexplain.training.networks.pixels import LOOKED_AT
from diffexplain.training.release import graphs
from diffexplain.training.workspace import replacing

if TYPE_CHECKING:
    from pathlib import Path

    from diffexplain.training.workspace import Workspace

_CPU = torch.device("cpu")
FOLDERS = ("bundled", "bundled_clip", "bundled_controlnet", graphs.FOLDER)


def pack(workspace: Workspace, card: str | None = None) -> dict[str, int]:
    """Write `packed/`; returns the bytes of each of its folders. Without onnx, the networks of the page are left out."""
    with replacing(workspace.packed) as folder:
        pipeline = assemble(workspace, _CPU)
        for part in (pipeline.unet, pipeline.vae, pipeline.text_encoder):
            part.half().to(memory_format=torch.contiguous_format)
        pipeline.save_pretrained(folder / "bundled")
        _pack_clip(workspace, folder / "bundled_clip")
        if workspace.weights("controlnet").exists():
            network = controlnet.load(workspace.weights("controlnet"), _CPU)
            network.half().to(memory_format=torch.contiguous_format).save_pretrained(folder / "bundled_controlnet")
        configs.clean(folder, single=True)
        if not graphs.missing():
            graphs.write(folder / "bundled", folder / "bundled_clip", folder / graphs.FOLDER)
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
    size = {"height": LOOKED_AT, "width": LOOKED_AT}
    CLIPImageProcessor(size=size, crop_size=size, do_center_crop=False).save_pretrained(folder)
