"""Draw many pictures with a pipeline, a part at a time, and go on after a kill."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from diffexplain.training.data.arrays import filled

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

_PART = 16


def draw(
    path: Path,
    pipeline: Callable[[], Any],
    prompts: Sequence[str],
    *,
    source: str,
    side: int,
    steps: int,
    guidance: float,
    seeds: Sequence[int] | None = None,
    control: torch.Tensor | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> np.ndarray:
    """Draw the pictures that are not in the file yet: (N, S, S, 3) uint8.

    Args:
        path: of the file.
        pipeline: makes it, if there is anything to draw.
        prompts: one a picture.
        source: of the weights; pictures of others are drawn anew.
        side: S, in pixels.
        steps: of the sampler.
        guidance: scale.
        seeds: one a picture; 0, 1, 2 ... if left out. A picture depends on its own seed alone, not on its neighbours.
        control: (N, 3, S, S) for a pipeline with ControlNet.
        progress: called with how many are done and how many there are.
    """
    numbers = list(range(len(prompts))) if seeds is None else list(seeds)
    made: list[Any] = []

    def fill(start: int, stop: int) -> np.ndarray:
        made[:] = made or [pipeline()]
        (ready,) = made
        more = {} if control is None else {"image": control[start:stop].to(ready.device)}
        images = ready(
            prompt=list(prompts[start:stop]),
            height=side,
            width=side,
            num_inference_steps=steps,
            guidance_scale=guidance,
            generator=[torch.Generator().manual_seed(seed) for seed in numbers[start:stop]],
            output_type="np",
            **more,
        ).images  # (n, S, S, 3) in 0 to 1
        drawn: np.ndarray = (images * 255).round().astype(np.uint8)
        return drawn

    asked = hashlib.sha256(repr((list(prompts), numbers, steps, guidance)).encode()).hexdigest()[:16]
    whole = (len(prompts), side, side, 3)
    return filled(path, whole, np.uint8, fill, source=f"{source}; asked {asked}", part=_PART, progress=progress)
