"""Where the network looked, as a few pictures and one line, for readers without a kernel."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from diffexplain.explorers.attention.messages import Begin, End, Sentence, Step, Word
from diffexplain.explorers.pictures import address, jpeg, opened
from diffexplain.i18n import plural, say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from diffexplain.live.messages import Array, Message, Picture

MOST_WORDS = 11
HEIGHT = 104
MOST_BYTES = 38_000  # a third more as base64: well below the 60 KB that a notebook's output may have
PROMPT_CHARACTERS = 300
COVER = 0.6
# matplotlib's plasma (CC0), as the page has it: frontend/explorers/attention/colours.js
PLASMA = np.array([[13, 8, 135], [126, 3, 168], [204, 71, 120], [248, 149, 64], [240, 249, 33]], float)


def still_html(messages: Sequence[Message]) -> str:
    """The finished picture, and over it each word's map, the mean over all steps; empty for a run without a picture."""
    begin = next((message for message in messages if isinstance(message, Begin)), None)
    end = next((message for message in messages if isinstance(message, End)), None)
    maps = [step.cond.astype(np.float32) for step in messages if isinstance(step, Step) and step.cond is not None]
    if begin is None or end is None or not maps:
        return ""
    mean: Array = np.mean(maps, axis=0)
    picture = opened(end.image)
    width = max(1, round(HEIGHT * picture.width / picture.height))
    picture = picture.resize((width, HEIGHT), Image.Resampling.BICUBIC)
    words = _words(begin.sentences)[:MOST_WORDS]
    shown = [(picture, say("the picture")), *((_over(picture, mean[word.rows].sum(0)), word.text) for word in words)]
    figures = "".join(_figure(image, name) for image, name in _within(shown))
    request = begin.request
    facts = [
        say("“{prompt}”", prompt=request.prompt[:PROMPT_CHARACTERS]),
        *([say("not “{prompt}”", prompt=request.negative_prompt[:PROMPT_CHARACTERS])] if request.negative_prompt else []),
        say("seed {seed}", seed=request.seed),
        begin.sampler_label,
        plural("{count} step", "{count} steps", request.steps),
        say("guidance {scale:g}", scale=request.guidance_scale),
        begin.model,
    ]
    told = say("Bright: where the network looked for the word, the mean over all steps, each map in its own colours.")
    return (
        f"<figure><div>{figures}</div>"
        f"<figcaption>{html.escape(' · '.join(facts))}<br><small>{html.escape(told)}</small></figcaption></figure>"
    )


def _words(sentences: Sequence[Sentence]) -> list[Word]:
    """The words of the first sentence that has some."""
    told = (sentence for sentence in sentences if sentence.half == "cond")
    found = ([word for word in sentence.words if word.kind == "word"] for sentence in told)
    return next((words for words in found if words), [])


def _over(picture: Image.Image, found: Array) -> Image.Image:
    low, high = float(found.min()), float(found.max())
    shares = Image.fromarray(((found - low) / max(high - low, 1e-12)).astype(np.float32), "F")
    smooth = np.asarray(shares.resize(picture.size, Image.Resampling.BICUBIC)).clip(0, 1)
    place = smooth * (len(PLASMA) - 1)
    below = np.minimum(place.astype(int), len(PLASMA) - 2)
    colours = PLASMA[below] + (place - below)[..., None] * (PLASMA[below + 1] - PLASMA[below])
    grey = np.asarray(picture.convert("L").convert("RGB"), float)
    return Image.fromarray((COVER * colours + (1 - COVER) * grey).astype(np.uint8))


def _within(shown: Sequence[tuple[Image.Image, str]]) -> list[tuple[Picture, str]]:
    """As JPEG, in a quality that all of them fit in."""
    pictures: list[tuple[Picture, str]] = []
    for quality in (85, 70, 50, 30):
        pictures = [(jpeg(image, quality=quality), name) for image, name in shown]
        if sum(len(picture.data) for picture, _ in pictures) <= MOST_BYTES:
            break
    return pictures


def _figure(picture: Picture, name: str) -> str:
    name = html.escape(name[:24])
    size = f'width="{picture.width}" height="{picture.height}"'
    return (
        f'<span style="display:inline-block;margin:0 6px 6px 0;text-align:center;font-size:12px">'
        f'<img src="{address(picture)}" {size} alt="{name}"><br>{name}</span>'
    )
