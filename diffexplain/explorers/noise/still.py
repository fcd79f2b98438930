"""A run of the noise explorer as one picture with words, and as a film."""

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


def overview(messages: still.Messages) -> still.Overview | None:
    """Show the picture on its way into noise, the last step large, and what was asked; None for a run without an end."""
    begin, way = still.first(messages, Begin), frames(messages)
    if begin is None or not way:
        return None
    request, left = begin.request, float(begin.curves[0].a[-1])
    facts = [
        say("schedule {name}", name=request.schedule),
        plural("{count} step", "{count} steps", request.steps),
        say("seed {seed}", seed=request.seed),
        say("noise in {model}'s latents", model=begin.model) if begin.model else say("noise in pixels"),
        say("after the last step {left:.2%} of the picture is left", left=left),
    ]
    note = say("Small: the picture on its way into noise, from the first step to the last. Large: after the last step.")
    return still.Overview(still.film(still.chosen(way), way[-1], still.frame_height(way[-1])), facts, [note])


def frames(messages: still.Messages) -> list[Image.Image]:
    """Return the picture, and what has become of it at each step that was told; empty for a run without an end."""
    begin, told = still.first(messages, Begin), still.every(messages, Frame)
    if begin is None or still.first(messages, End) is None or not told:
        return []
    decoded, original = still.decoded(messages), opened(begin.original)
    way = [decoded.get(frame.step) or _preview(begin, frame) for frame in told]
    return still.of_one_size([original, *way], original)


def _preview(begin: Begin, frame: Frame) -> Image.Image:
    a, b = begin.curves[0].a[frame.step], begin.curves[0].b[frame.step]
    x0, noise = (numbers(array).astype(np.float32) for array in (begin.x0, frame.noise))
    x = a * x0 + b * noise
    return as_picture(torch.from_numpy(x)) if begin.preview_matrix is None else still.coloured(x, begin.preview_matrix)
