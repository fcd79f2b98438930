"""What every denoiser in training says: what its updates cost, and where it broke."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from diffexplain.live.messages import Array, Message

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(frozen=True, eq=False)
class Losses(Message):
    """What some updates cost.

    Attributes:
        at: which updates, from 0.
        loss: mean square error of the batch that led to each, its noise at random strengths.
    """

    retain = 2000

    at: Array
    loss: Array


@dataclass(frozen=True, eq=False)
class Diverged(Message):
    """Training left all bounds. The weights were set back, and the session waits.

    Attributes:
        at: which time, from 0.
        update: after which it was seen.
        back: the weights are those after so many.
        rate: the learning rate that did it.
        loss: what was seen; null where it was no number.
    """

    retain = 100

    at: int
    update: int
    back: int
    rate: float
    loss: float | None


def standing(losses: Losses, breaks: Iterable[Diverged]) -> Array:
    """Return (n,) of which losses the updates stand: those that led to a break were undone, and say nothing of the course."""
    stands: Array = np.ones(len(losses.at), bool)
    for each in breaks:
        stands &= (losses.at < each.back) | (losses.at >= each.update)
    return stands
