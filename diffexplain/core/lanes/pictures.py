"""The pictures of lanes that have come to their end, decoded together."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch

from diffexplain.core import memory, preview

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PIL import Image

    from diffexplain.core.lanes.preparing import LaneRun


def pictures(runs: Sequence[LaneRun], pipe: Any, most: int) -> list[Image.Image]:
    """Return the picture of each run as its pipeline would give it: decoded, seen by its safety checker and watermarked where it has such.

    Args:
        runs: Runs without a step left.
        pipe: The pipeline whose VAE decodes.
        most: Bytes that decoding may take at a time.
    """
    images: dict[int, Image.Image] = {}
    for shape in dict.fromkeys(run.latents.shape for run in runs):
        alike = [index for index, run in enumerate(runs) if run.latents.shape == shape]
        trace = runs[alike[0]].trace
        each = memory.picture_bytes(pipe.vae, trace.height or 0, trace.width or 0)
        latents = torch.cat([runs[index].latents for index in alike])
        decoded = preview.decode(latents, pipe.vae, batch=max(min(most // max(each, 1), len(alike)), 1))
        images |= dict(zip(alike, preview.to_pil(_checked(decoded, runs[alike[0]].pipeline)), strict=True))
    return [images[index] for index in range(len(runs))]


@torch.no_grad()
def _checked(decoded: torch.Tensor, pipeline: Any) -> torch.Tensor:
    """Return (n, 3, height, width) in [0, 1] after what the pipeline does to a picture before it hands it out."""
    if getattr(pipeline, "safety_checker", None) is not None:
        _, unsafe = pipeline.run_safety_checker(decoded * 2 - 1, pipeline._execution_device, decoded.dtype)
        black = torch.tensor([bool(each) for each in unsafe], device=decoded.device)
        decoded = decoded.masked_fill(black.view(-1, 1, 1, 1), 0)
    if getattr(pipeline, "watermark", None) is not None:
        marked: torch.Tensor = pipeline.watermark.apply_watermark(decoded * 2 - 1)
        decoded = (marked * 0.5 + 0.5).clamp(0, 1)
    return decoded
