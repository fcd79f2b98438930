"""A denoising run as one picture and one line, for readers without a kernel."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

from diffexplain.core.preview import LinearMap, to_pil
from diffexplain.explorers import still
from diffexplain.explorers.denoise.messages import Begin, End, Step
from diffexplain.explorers.messages import Decoded
from diffexplain.explorers.pictures import opened
from diffexplain.i18n import say
from diffexplain.live.messages import numbers

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PIL import Image

    from diffexplain.live.messages import Message


def still_html(messages: Sequence[Message]) -> str:
    """Show the predicted originals along the way, the finished picture, and what was asked; empty for a run without a picture."""
    begin, end = still.first(messages, Begin), still.first(messages, End)
    steps = [message for message in messages if isinstance(message, Step)]
    if begin is None or end is None or not steps:
        return ""
    decoded = {message.index: message.image for message in messages if isinstance(message, Decoded)}
    frames = [opened(decoded[step.index]) if step.index in decoded else _preview(step, begin) for step in still.chosen(steps)]
    return still.picture_figure(
        still.film(frames, opened(end.image)),
        [*still.asked(begin.request, say("seed {seed}", seed=begin.request.seed), begin.sampler_label), begin.model],
        [say("Small: the picture that the model expects, from the first step to the last. Large: the finished picture.")],
    )


def _preview(step: Step, begin: Begin) -> Image.Image:
    preview = LinearMap(torch.from_numpy(begin.preview_matrix), begin.preview_r2)
    (picture,) = to_pil(preview.colours(torch.from_numpy(numbers(step.x0))[None]).nan_to_num())
    return picture
