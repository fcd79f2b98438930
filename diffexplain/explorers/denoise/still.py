"""A denoising run as one picture with words, and as a film."""

from __future__ import annotations

from typing import TYPE_CHECKING

from diffexplain.core.evenly import evenly
from diffexplain.explorers import still
from diffexplain.explorers.decoding import MOST_STEPS
from diffexplain.explorers.denoise.messages import Begin, End, Step
from diffexplain.explorers.pictures import opened
from diffexplain.i18n import say
from diffexplain.live.messages import numbers

if TYPE_CHECKING:
    from collections.abc import Callable

    from PIL import Image


def overview(messages: still.Messages) -> still.Overview | None:
    """Show the predicted originals along the way, the finished picture, and what was asked; None for a run without a picture."""
    begin, end = still.first(messages, Begin), still.first(messages, End)
    steps = still.every(messages, Step)
    if begin is None or end is None or not steps:
        return None
    picture, last = _picture(messages, begin), opened(end.image)
    return still.Overview(
        still.film([picture(step) for step in still.chosen(steps)], last, still.frame_height(last)),
        [*still.asked(begin), begin.model],
        [say("Small: the picture that the model expects, from the first step to the last. Large: the finished picture.")],
    )


def frames(messages: still.Messages) -> list[Image.Image]:
    """Return the predicted original of each step, of a long run of as many as are decoded, and the finished picture behind them."""
    begin, end = still.first(messages, Begin), still.first(messages, End)
    steps = still.every(messages, Step)
    if begin is None or end is None or not steps:
        return []
    picture, last = _picture(messages, begin), opened(end.image)
    way = [picture(steps[at]) for at in evenly(len(steps), MOST_STEPS)]
    return still.of_one_size([*way, last], last)


def _picture(messages: still.Messages, begin: Begin) -> Callable[[Step], Image.Image]:
    """Return what makes the picture of a step: decoded, or by the linear map where that has not come."""
    decoded = still.decoded(messages)
    return lambda step: decoded.get(step.index) or still.coloured(numbers(step.x0), begin.preview_matrix)
