"""How much a page is sent of a run at first: at most `BYTES`, whatever the size of the model and the number of steps.

Where a run's arrays fit as they are, they are sent as they are, and the page's numbers are the run's to the bit. Else they are
sent small and in 256 levels, which the eye can't tell from all of them at the size of a picture in the page; of a run with very
many steps some steps have none. All of a step follows when the page asks for it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from diffexplain.core.evenly import evenly
from diffexplain.explorers.decoding import MOST_STEPS
from diffexplain.explorers.pictures import opened, within
from diffexplain.live.messages import quantize

if TYPE_CHECKING:
    from collections.abc import Collection

    from diffexplain.live.messages import Array, Picture, Quantized

BYTES = 2_000_000  # of a run; the shares below leave some of it for what is asked and said beside them
STEPS = 1_100_000  # the steps' share, their numbers included
RESULT = 120_000  # the finished picture's
TEXT = 160_000  # the text encoder's states'
LARGEST_SIDE = 64
RESULT_SIDE = 512  # pixels
_LEAST_SIDE = 32  # rather than smaller arrays, fewer steps have any
_NUMBERS = 600  # what a step says without its arrays


@dataclass(frozen=True)
class Plan:
    """Which of a run's arrays a page is sent at first.

    Attributes:
        shape: (h, w) of them; None: as they are.
        steps: that have any.
    """

    shape: tuple[int, int] | None
    steps: Collection[int]

    def of(self, step: int) -> tuple[int, int] | None:
        """Return the (h, w) of a step's arrays; (0, 0) for a step without, None for arrays as they are."""
        return self.shape if self.shape is None or step in self.steps else (0, 0)


def plan(shape: tuple[int, int, int], count: int, whole: int, needed: int) -> Plan:
    """Spread a run's share over its steps.

    Args:
        shape: (C, h, w) of each array.
        count: of steps.
        whole: arrays a step, in half precision.
        needed: arrays a step from which the page can make the others again, in 256 levels.
    """
    channels, rows, columns = shape
    left = max(STEPS // 10, STEPS - _NUMBERS * count)
    if count * whole * channels * rows * columns * 2 <= left:
        return Plan(None, range(count))
    height, width = _within(rows, columns, _LEAST_SIDE / max(rows, columns))
    all_steps = count * needed * channels * height * width <= left
    steps = range(count) if all_steps else evenly(count, MOST_STEPS)
    most = left / (len(steps) * needed * channels)
    return Plan(_within(rows, columns, LARGEST_SIDE / max(rows, columns), most), steps)


def fitting(shape: tuple[int, int, int], count: int, budget: int, side: int = LARGEST_SIDE) -> tuple[int, int] | None:
    """Return the (h, w), each at most `side`, that `count` arrays, (C, h, w), may have in 256 levels; None where they fit as they are."""
    channels, rows, columns = shape
    if count * channels * rows * columns * 2 <= budget:
        return None
    return _within(rows, columns, side / max(rows, columns), budget / (count * channels))


def small(array: Array, shape: tuple[int, int]) -> Quantized:
    """Return an array, (..., h, w), in small and in 256 levels; see `sampled`."""
    return quantize(sampled(array, shape))


def sampled(array: Array, shape: tuple[int, int]) -> Array:
    """Return evenly spread numbers of an array, (..., h, w).

    Rows and columns are left out, not averaged: the mean of four draws of noise is half as loud as one, and a noisy latent would
    look cleaner than it is. So a preview of ``a*x0 + b*noise`` is also the same sum of the two previews.
    """
    rows, columns = ((np.arange(few) + 0.5) * many // few for few, many in zip(shape, array.shape[-2:], strict=True))
    chosen: Array = array[..., rows.astype(int)[:, None], columns.astype(int)]
    return chosen


def small_picture(picture: Picture) -> Picture:
    """Return a picture as it is, or if it is heavier than `RESULT` as a JPEG that is not."""
    return picture if len(picture.data) <= RESULT else within([opened(picture)], RESULT, RESULT_SIDE)[0]


def _within(rows: int, columns: int, factor: float, most: float = math.inf) -> tuple[int, int]:
    """Return (h, w) of the same proportions, at most `factor` times as large, whose product is at most `most`, and each at least 1."""
    factor = min(1.0, factor, math.sqrt(most / (rows * columns)))
    height, width = (max(1, int(side * factor + 1e-9)) for side in (rows, columns))
    if height * width > most:  # one of them can't be smaller than 1, so the other one has to be
        least = max(1, int(most))
        return min(height, least), min(width, least)
    return height, width
