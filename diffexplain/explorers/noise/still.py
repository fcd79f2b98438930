"""A run of the noise explorer as one picture and one line, for readers without a kernel."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import torch

from diffexplain.explorers import still
from diffexplain.explorers.noise.messages import Begin, End, Frame
from diffexplain.explorers.noise.picture import as_picture
from diffexplain.explorers.pictures import opened
from diffexplain.i18n import plural, say
from diffexplain.live.messages import numbers

if TYPE_CHECKING:
    from PIL import Image


def still_html(messages: still.Messages) -> str:
    """Show the picture on its way into noise, the last step large, and what was asked; empty for a run without an end."""
    begin, end = still.first(messages, Begin), still.first(messages, End)
    frames = still.every(messages, Frame)
    if begin is None or end is None or not frames:
        return ""
    decoded = still.decoded(messages)
    way = [opened(begin.original), *(decoded.get(frame.step) or _preview(begin, frame) for frame in frames)]
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


def _preview(begin: Begin, frame: Frame) -> Image.Image:
    a, b = begin.curves[0].a[frame.step], begin.curves[0].b[frame.step]
    x0, noise = (numbers(array).astype(np.float32) for array in (begin.x0, frame.noise))
    x = a * x0 + b * noise
    return as_picture(torch.from_numpy(x)) if begin.preview_matrix is None else still.coloured(x, begin.preview_matrix)
