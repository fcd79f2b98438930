"""A picture on its way into the chain: square, as numbers, in pixels or in a model's latents."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from PIL import Image, ImageOps

from diffexplain.core import preview
from diffexplain.explorers import fitness
from diffexplain.explorers.drawn_picture import picture_side
from diffexplain.i18n import say

SIDE = 64  # of a picture whose pixels are noised: 12,288 numbers a step are enough to see, and few enough to send


@dataclass(frozen=True, eq=False)
class Prepared:
    """A picture as the chain takes it.

    Attributes:
        picture: square, RGB.
        x0: (C, h, w) float32 on the CPU.
        vae: decodes x0; None in pixels.
    """

    picture: Image.Image
    x0: torch.Tensor
    vae: Any = None


def in_pixels(picture: Image.Image) -> Prepared:
    """Prepare colours from -1 to 1, as a pixel model is trained on; the middle of a picture that is not square."""
    square = ImageOps.fit(picture, (SIDE, SIDE), Image.Resampling.LANCZOS)
    return Prepared(square, _colours(square))


def in_latents(picture: Image.Image, pipeline: Any) -> Prepared:
    """Prepare what the pipeline's VAE makes of it, at the model's own size and scaled as its denoiser is given it."""
    side = picture_side(pipeline)
    square = ImageOps.fit(picture, (side, side), Image.Resampling.LANCZOS)
    latents = preview.encode(_colours(square)[None] / 2 + 0.5, pipeline.vae)[0].float().cpu()
    return Prepared(square, latents, pipeline.vae)


def lacking_for_latents(pipeline: Any) -> str:
    """Say why there are no latents; empty where there are."""
    name = type(pipeline).__name__
    vae = getattr(pipeline, "vae", None)
    if vae is None or not hasattr(vae, "encode"):
        return say("{name} has no VAE that encodes pictures, so there are no latents; take space='pixels'", name=name)
    if not fitness.is_flat(vae):
        return say(
            "{name} has a VAE for videos or sound, whose latents this explorer doesn't show; take space='pixels'", name=name
        )
    if hasattr(pipeline, "_pack_latents"):
        return say(
            "{name} packs its latents into patches, which this explorer doesn't show yet; take space='pixels'", name=name
        )
    return ""


def as_picture(x: torch.Tensor) -> Image.Image:
    """Return (3, h, w) colours from -1 to 1 as a picture; what lies beyond is clipped."""
    (picture,) = preview.to_pil(x / 2 + 0.5)
    return picture


def _colours(picture: Image.Image) -> torch.Tensor:
    values = np.asarray(picture, np.float32) / 127.5 - 1  # (h, w, 3)
    return torch.from_numpy(values).permute(2, 0, 1).contiguous()
