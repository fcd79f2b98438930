"""The learning rate over training, as a share of the full one: pure functions of how far training is, 0 to 1."""

from __future__ import annotations

import math


def warm_up(samples: int, over: int) -> float:
    """Rise in a straight line over the first `over` samples (Goyal et al. 2017, section 2.2), while the optimizers' estimates fill."""
    return 1.0 if over <= 0 else min(1.0, (samples + 1) / over)


def cosine(progress: float, floor: float = 0.0) -> float:
    """Follow half a cosine from 1 down to `floor` (Loshchilov and Hutter 2017, eq. 5)."""
    return floor + (1 - floor) * (1 + math.cos(math.pi * _within(progress))) / 2


def hold_then_fall(progress: float, start: float = 0.6, floor: float = 0.02) -> float:
    """Hold the full rate up to `start`, then fall in a straight line to `floor` (Zhai et al. 2022, section 3.5: "cooldown").

    Unlike the cosine it has no opinion about the end until it comes near, so training may go on from before the fall.
    """
    return max(floor, 1 - (_within(progress) - start) / (1 - start)) if progress > start else 1.0


def _within(progress: float) -> float:
    return min(1.0, max(0.0, progress))
