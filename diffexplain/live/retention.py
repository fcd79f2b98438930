"""How much of a series is kept: so many of it, evenly over all of it, also while it grows.

Which ones stay depends on nothing but how long the series is, so that the page (`frontend/kit/series.js`) and an export come to
the same: those whose number is a multiple of a stride, which doubles when they become too many, and the newest.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from diffexplain.live.messages import Message


def stride(count: int, most: int) -> int:
    """Return the least power of two of which at most `most` of `count` stay: its multiples below `count`, and the last.

    Args:
        count: of the series so far.
        most: at least 2.
    """
    step = 1
    while -(-(count - 1) // step) + 1 > most:
        step *= 2
    return step


def joined(before: Message | None, message: Any, most: int) -> Message:
    """Return one message with the points of both, thinned; what is no array with an entry for each point is the newer one's."""
    points = _points(message)
    if before is not None:
        points = {name: np.concatenate([getattr(before, name), value]) for name, value in points.items()}
    at = points["at"]
    if len(at):
        stays = at % stride(int(at[-1]) + 1, most) == 0
        stays[-1] = True
        points = {name: value[stays] for name, value in points.items()}
    whole: Message = dataclasses.replace(message, **points)
    return whole


def _points(message: Any) -> dict[str, Any]:
    values = {each.name: getattr(message, each.name) for each in dataclasses.fields(message)}
    return {
        name: value for name, value in values.items() if isinstance(value, np.ndarray) and value.shape[:1] == message.at.shape
    }
