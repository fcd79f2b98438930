"""What every denoiser in training says: what its updates cost, and where it broke."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import numpy as np

from diffexplain.live.messages import Array, Message

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(frozen=True, eq=False)
class Losses(Message):
    """What some updates cost."""

    retain = 2000

    at: Annotated[Array, "which updates, from 0."]
    loss: Annotated[Array, "mean square error of the batch that led to each, its noise at random strengths."]


@dataclass(frozen=True, eq=False)
class Diverged(Message):
    """Training left all bounds. The weights were set back, and the session waits."""

    retain = 100

    at: Annotated[int, "which time, from 0."]
    update: Annotated[int, "after which it was seen."]
    back: Annotated[int, "the weights are those after so many."]
    rate: Annotated[float, "the learning rate that did it."]
    loss: Annotated[float | None, "what was seen; null where it was no number."]


def standing(losses: Losses, breaks: Iterable[Diverged]) -> Array:
    """Return (n,) of which losses the updates stand: those that led to a break were undone, and say nothing of the course."""
    stands: Array = np.ones(len(losses.at), bool)
    for each in breaks:
        stands &= (losses.at < each.back) | (losses.at >= each.update)
    return stands
