"""A run of the noise explorer as one picture and one line, for readers without a kernel."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING

import torch

from diffexplain.explorers.noise.messages import Begin, Decoded, End, Frame
from diffexplain.explorers.noise.picture import as_picture
from diffexplain.explorers.pictures import address, film, opened
from diffexplain.i18n import plural, say
from diffexplain.live.messages import numbers

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PIL import Image

    from diffexplain.live.messages import Message

FRAMES = 8
FRAME_HEIGHT = 96
MOST_BYTES = 40_000  # a third more as base64: well below the 60 KB that a notebook's output may have


def still_html(messages: Sequence[Message]) -> str:
    """The picture on its way into noise, the last step large, and what was asked; empty for a run without an end."""
    begin = next((message for message in messages if isinstance(message, Begin)), None)
    end = next((message for message in messages if isinstance(message, End)), None)
    frames = [message for message in messages if isinstance(message, Frame)]
    if begin is None or end is None or not frames:
        return ""
    decoded = {message.step: opened(message.image) for message in messages if isinstance(message, Decoded)}
    told = [opened(begin.original), *(_shown(begin, frame, decoded) for frame in frames)]
    chosen = [told[round(at * (len(told) - 1) / (FRAMES - 1))] for at in range(FRAMES)]
    picture = film(chosen, told[-1], FRAME_HEIGHT, MOST_BYTES)
    request, left = begin.request, float(begin.curves[0].a[-1])
    facts = [
        say("schedule {name}", name=request.schedule),
        plural("{count} step", "{count} steps", request.steps),
        say("seed {seed}", seed=request.seed),
        say("noise in {model}'s latents", model=begin.model) if begin.model else say("noise in pixels"),
        say("after the last step {left:.2%} of the picture is left", left=left),
    ]
    words = html.escape(" · ".join(facts))
    line = say("Small: the picture on its way into noise, from the first step to the last. Large: after the last step.")
    image = f'<img src="{address(picture)}" width="{picture.width}" height="{picture.height}" alt="{line} {words}" style="max-width:100%;height:auto">'
    return f"<figure>{image}<figcaption>{words}<br><small>{line}</small></figcaption></figure>"


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
