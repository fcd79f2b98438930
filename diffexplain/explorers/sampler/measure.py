"""Pictures as numbers to compare: decoded, at most 256 pixels a side, values from 0 to 1."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from torch.nn import functional

from diffexplain.core import preview
from diffexplain.explorers.decoding import batch_size
from diffexplain.explorers.pictures import jpeg, png

if TYPE_CHECKING:
    from PIL import Image

    from diffexplain.explorers.sampler.agreement import Floats
    from diffexplain.live.messages import Picture

SIDE = 256
THUMB = 96
_PREVIEW = 32
_LOSSLESS = 128


def decoded(latents: torch.Tensor, vae: Any) -> tuple[Floats, list[Image.Image]]:
    """Return (n, C, h, w) latents as numbers to compare, (n, 3, h, w) float16, and as pictures."""
    colours = preview.decode(latents, vae, batch_size(latents))
    return _pooled(colours), preview.to_pil(colours)


def pixels(image: Image.Image) -> Floats:
    """Return a finished picture as numbers to compare: (3, h, w) float16."""
    colours = np.asarray(image.convert("RGB"), np.float32).transpose(2, 0, 1) / 255
    (pooled,) = _pooled(torch.from_numpy(colours)[None])
    return np.asarray(pooled)


def page_picture(image: Image.Image) -> Picture:
    """Return a finished picture for the page."""
    return png(image) if max(image.size) <= _LOSSLESS else jpeg(image, SIDE)


def thumb(image: Image.Image) -> Picture:
    """Return a picture of the way for the page."""
    return jpeg(image, THUMB, 85)


def sketch(latents: torch.Tensor, vae: Any) -> list[Picture]:
    """Return what latents (n, C, h, w) show, at the cost of a matrix product: one pixel a latent pixel."""
    images = preview.to_pil(preview.latents_to_rgb(latents, vae).nan_to_num())
    for image in images:
        image.thumbnail((_PREVIEW, _PREVIEW))
    return [png(image) for image in images]


def _pooled(colours: torch.Tensor) -> Floats:
    height, width = colours.shape[-2:]
    if max(height, width) > SIDE:
        scale = SIDE / max(height, width)
        colours = functional.adaptive_avg_pool2d(colours, (max(1, round(height * scale)), max(1, round(width * scale))))
    return np.asarray(colours.detach().float().cpu().numpy().astype(np.float16))
