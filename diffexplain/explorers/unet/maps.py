"""Feature maps on their way to a page: principal components as colours, the channels that answer to the prompt, bytes instead of floats."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import torch

from diffexplain.core.attention.shares import capped, resized
from diffexplain.core.components import components
from diffexplain.core.evenly import evenly
from diffexplain.explorers.unet.messages import Maps

if TYPE_CHECKING:
    from collections.abc import Sequence

    from diffexplain.core.features import StepFeatures
    from diffexplain.live.messages import Array

BYTES = 900_000  # of all maps of a run in its page
SIDES = (32, 16, 8, 4)
CHANNELS = 6  # of a block, shown alone
STEPS = 24
_UNANSWERED = 1e-5  # of a channel's spread: the text has not come in yet
_CLIPPED = 0.01  # of the values at either end, which are drawn as the next ones


def side_of(grids: Sequence[tuple[int, int]], steps: int, *, guided: bool) -> int:
    """Return how large maps may be in the page so that all of them stay in their bytes."""
    planes = 3 + CHANNELS * (1 + guided)
    for side in SIDES:
        if steps * planes * sum(np.prod(capped(grid, side)) for grid in grids) <= BYTES:
            return side
    return SIDES[-1]


def maps_of(block: str, kept: Sequence[tuple[int, StepFeatures]], side: int) -> Maps:
    """Return the maps of a block.

    Args:
        block: Its name.
        kept: Steps with their feature maps, in order.
        side: The longest of a map in the page.
    """
    size = capped(kept[0][1].grids[block], side)
    guided = "uncond" in kept[0][1].halves
    cond = torch.stack([resized(features.of(block).float(), size) for _, features in kept])  # (steps, channels, h, w)
    change = None
    if guided:
        change = cond - torch.stack([resized(features.of(block, "uncond").float(), size) for _, features in kept])
    leading = components(list(cond))
    spread = cond.std((0, 2, 3), correction=0)
    answers = spread if change is None else change.square().mean((0, 2, 3)).sqrt() / spread.clamp_min(1e-6)
    answering = change is not None and bool(answers.max() > _UNANSWERED)
    chosen = (answers if answering else spread).argsort(descending=True, stable=True)[:CHANNELS]
    centred = cond[:, chosen] - cond[:, chosen].mean((0, 2, 3), keepdim=True)
    return Maps(
        block=block,
        steps=[index for index, _ in kept],
        own_grid=kept[0][1].grids[block],
        colours=_coloured(leading.of(cond)),
        shares=leading.shares.numpy().astype(np.float32),
        channels=chosen.tolist(),
        levels=_levels(centred),
        changes=None if change is None else _levels(change[:, chosen]),
        answering=answering,
        answers=None if change is None else answers[chosen].numpy().astype(np.float32),
        pulls=None if change is None else _pulls(change, cond),
    )


def map_steps(count: int) -> list[int]:
    """Return the steps whose maps a page has: all, or of a long run evenly spread ones."""
    return evenly(count, STEPS)


def _pulls(change: torch.Tensor, cond: torch.Tensor) -> Array:
    """Return how much of what a block hands on the prompt changes, a step: the norm of the change by that of the whole."""
    pulls: Array = (change.flatten(1).norm(dim=1) / cond.flatten(1).norm(dim=1).clamp_min(1e-12)).numpy().astype(np.float32)
    return pulls


def _coloured(along: torch.Tensor) -> Array:
    """Return (steps, 3, h, w) numbers as bytes, each of the three from its least to its largest over all steps."""
    flat = along.transpose(0, 1).flatten(1)  # (3, steps * places)
    low, high = (torch.quantile(flat, share, dim=1)[:, None, None] for share in (_CLIPPED, 1 - _CLIPPED))
    shares = ((along - low) / (high - low).clamp_min(1e-12)).clamp(0, 1)
    return _bytes(255 * torch.where(high > low, shares, torch.full_like(shares, 0.5)))


def _levels(values: torch.Tensor) -> Array:
    """Return (steps, channels, h, w) numbers about zero as bytes about 128, each channel with one scale over all steps."""
    limit = torch.quantile(values.abs().transpose(0, 1).flatten(1), 1 - _CLIPPED, dim=1).clamp_min(1e-12)[:, None, None]
    return _bytes(128 + 127 * (values / limit).clamp(-1, 1))


def _bytes(values: torch.Tensor) -> Array:
    levels: Array = values.nan_to_num().round().to(torch.uint8).numpy()
    return levels
