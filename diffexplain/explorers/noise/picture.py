"""A picture on its way into the chain: square, as numbers, in pixels or in a model's latents; or drawn by the model first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from PIL import Image, ImageOps

from diffexplain.core import preview
from diffexplain.core.record import record
from diffexplain.errors import UnfitPipelineError
from diffexplain.explorers import fitness, pipelines
from diffexplain.explorers.messages import Progress
from diffexplain.i18n import say

if TYPE_CHECKING:
    from collections.abc import Callable

    from diffexplain.live.messages import Message

SIDE = 64  # of a picture whose pixels are noised: 12,288 numbers a step are enough to see, and few enough to send
DRAWING_STEPS, GUIDANCE = 20, 4.0
_USUAL_SIDE = 512


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


def picture_side(pipeline: Any) -> int:
    """Return the side in pixels of the pictures that a pipeline was trained on."""
    latents = pipelines.setting(pipelines.denoiser(pipeline), "sample_size")
    own = pipelines.setting(pipeline.vae, "sample_size")
    side = latents * pipelines.latent_side(pipeline) if isinstance(latents, int) else own
    return side if isinstance(side, int) and side > 0 else _USUAL_SIDE


def draw(prompt: str, pipeline: Any, emit: Callable[[Message], None]) -> Image.Image:
    """Return what the pipeline draws of a prompt, with seed 0."""
    call = pipelines.drawing(pipeline, [prompt], [0], DRAWING_STEPS, GUIDANCE)

    emit(Progress("drawing", 0, DRAWING_STEPS))

    def on_step(step: Any) -> None:
        emit(Progress("drawing", min(step.index + 1, DRAWING_STEPS), DRAWING_STEPS))

    with pipelines.without_notice_of_truncation(call.pipeline), record(call.pipeline, on_step=on_step):
        (image,) = call().images
    picture: Image.Image = image.convert("RGB")
    return picture


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


def lacking_for_drawing(pipeline: Any) -> str:
    """Say why the pipeline can't draw a prompt; empty where it can."""
    try:
        fitness.require_fit(pipeline)
    except (UnfitPipelineError, ValueError) as error:
        return str(error.args[0] if error.args else error)
    return ""


def as_picture(x: torch.Tensor) -> Image.Image:
    """Return (3, h, w) colours from -1 to 1 as a picture; what lies beyond is clipped."""
    (picture,) = preview.to_pil(x / 2 + 0.5)
    return picture


def _colours(picture: Image.Image) -> torch.Tensor:
    values = np.asarray(picture, np.float32) / 127.5 - 1  # (h, w, 3)
    return torch.from_numpy(values).permute(2, 0, 1).contiguous()
