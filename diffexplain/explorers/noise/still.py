"""A run of the noise explorer as one picture and one line, for readers without a kernel."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

from diffexplain.explorers import still
from diffexplain.explorers.messages import Decoded
from diffexplain.explorers.noise.messages import Begin, End, Frame
from diffexplain.explorers.noise.picture import as_picture
from diffexplain.explorers.pictures import opened
from diffexplain.i18n import plural, say
from diffexplain.live.messages import numbers

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PIL import Image

    from diffexplain.live.messages import Message


def still_html(messages: Sequence[Message]) -> str:
    """Show the picture on its way into noise, the last step large, and what was asked; empty for a run without an end."""
    begin, end = still.first(messages, Begin), still.first(messages, End)
    frames = [message for message in messages if isinstance(message, Frame)]
    if begin is None or end is None or not frames:
        return ""
    decoded = {message.index: opened(message.image) for message in messages if isinstance(message, Decoded)}
    way = [opened(begin.original), *(_shown(begin, frame, decoded) for frame in frames)]
    request, left = begin.request, float(begin.curves[0].a[-1])
    facts = [
        say("schedule {name}", name=request.schedule),
        plural("{count} step", "{count} steps", request.steps),
        say("seed {seed}", seed=request.seed),
        say("noise in {model}'s latents", model=begin.model) if begin.model else say("noise in pixels"),
        say("after the last step {left:.2%} of the picture is left", left=left),
    ]
    note = say("Small: the picture on its way into noise, from the first step to the last. Large: after the last step.")
    return still.picture_figure(still.film(still.chosen(way), way[-1]), facts, [note])


def _shown(begin: Begin, frame: Frame, decoded: dict[int, Image.Image]) -> Image.Image:
    if frame.step in decoded:
        return decoded[frame.step]
    x0, noise = (torch.from_numpy(numbers(array)).float() for array in (begin.x0, frame.noise))
    x = float(begin.curves[0].a[frame.step]) * x0 + float(begin.curves[0].b[frame.step]) * noise
    if begin.preview_matrix is None:
        return as_picture(x)
    matrix = torch.from_numpy(begin.preview_matrix)
    colours = torch.einsum("chw,cd->dhw", x, matrix[:-1]) + matrix[-1].view(3, 1, 1)
    return as_picture(colours * 2 - 1)
