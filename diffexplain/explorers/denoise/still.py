"""A denoising run as one picture and one line, for readers without a kernel."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING

import torch

from diffexplain.core.preview import LinearMap, to_pil
from diffexplain.explorers.denoise.messages import Begin, Decoded, End, Step
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
PROMPT_CHARACTERS = 300


def still_html(messages: Sequence[Message]) -> str:
    """The predicted originals along the way, the finished picture, and what was asked; empty for a run without a picture."""
    begin = next((message for message in messages if isinstance(message, Begin)), None)
    end = next((message for message in messages if isinstance(message, End)), None)
    steps = [message for message in messages if isinstance(message, Step)]
    if begin is None or end is None or not steps:
        return ""
    decoded = {message.index: message.image for message in messages if isinstance(message, Decoded)}
    chosen = [steps[round(at * (len(steps) - 1) / (FRAMES - 1))] for at in range(FRAMES)]
    frames = [opened(decoded[step.index]) if step.index in decoded else _preview(step, begin) for step in chosen]
    picture = film(frames, opened(end.image), FRAME_HEIGHT, MOST_BYTES)
    request = begin.request
    prompt = request.prompt if len(request.prompt) <= PROMPT_CHARACTERS else f"{request.prompt[:PROMPT_CHARACTERS]}…"
    facts = [
        say("“{prompt}”", prompt=prompt),
        *([say("not “{prompt}”", prompt=request.negative_prompt[:PROMPT_CHARACTERS])] if request.negative_prompt else []),
        say("seed {seed}", seed=request.seed),
        begin.sampler_label,
        plural("{count} step", "{count} steps", request.steps),
        say("guidance {scale:g}", scale=request.guidance_scale),
        begin.model,
    ]
    words = html.escape(" · ".join(facts))
    told = say("Small: the picture that the model expects, from the first step to the last. Large: the finished picture.")
    image = f'<img src="{address(picture)}" width="{picture.width}" height="{picture.height}" alt="{told} {words}" style="max-width:100%;height:auto">'
    return f"<figure>{image}<figcaption>{words}<br><small>{told}</small></figcaption></figure>"


def _preview(step: Step, begin: Begin) -> Image.Image:
    preview = LinearMap(torch.from_numpy(begin.preview_matrix), begin.preview_r2)
    (picture,) = to_pil(preview.colours(torch.from_numpy(numbers(step.x0))[None]).nan_to_num())
    return picture
