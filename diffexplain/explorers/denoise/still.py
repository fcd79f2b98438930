"""A denoising run as one picture and one line, for readers without a kernel."""

from __future__ import annotations

from diffexplain.explorers import still
from diffexplain.explorers.denoise.messages import Begin, End, Step
from diffexplain.explorers.pictures import opened
from diffexplain.i18n import say
from diffexplain.live.messages import numbers


def still_html(messages: still.Messages) -> str:
    """Show the predicted originals along the way, the finished picture, and what was asked; empty for a run without a picture."""
    begin, end = still.first(messages, Begin), still.first(messages, End)
    steps = still.every(messages, Step)
    if begin is None or end is None or not steps:
        return ""
    frames = still.decoded(messages)
    for step in still.chosen(steps):
        frames.setdefault(step.index, still.coloured(numbers(step.x0), begin.preview_matrix))
    return still.picture_figure(
        still.film([frames[step.index] for step in still.chosen(steps)], opened(end.image)),
        [*still.asked(begin), begin.model],
        [say("Small: the picture that the model expects, from the first step to the last. Large: the finished picture.")],
    )
