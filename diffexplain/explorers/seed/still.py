"""A wall of seeds as one picture and one line, for readers without a kernel."""

from __future__ import annotations

import html
import math
from typing import TYPE_CHECKING

from diffexplain.explorers.pictures import address, film, opened
from diffexplain.explorers.seed.messages import Begin, End, Pictures, Spread
from diffexplain.i18n import plural, say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from diffexplain.live.messages import Message

MOST_SHOWN = 16
FRAME_HEIGHT = 96
MOST_BYTES = 40_000  # a third more as base64: well below the 60 KB that a notebook's output may have
PROMPT_CHARACTERS = 300


def still_html(messages: Sequence[Message]) -> str:
    """The pictures of the first seeds, the mean of all, and what was asked; empty for a run without an end."""
    begin = next((message for message in messages if isinstance(message, Begin)), None)
    if begin is None or not any(isinstance(message, End) for message in messages):
        return ""
    last = len(begin.told) - 1
    finished = next(m for m in messages if isinstance(m, Pictures) and (m.which, m.place) == ("first", last))
    spread = next(m for m in messages if isinstance(m, Spread) and m.exact and (m.which, m.place) == ("first", last))
    count = min(len(begin.seeds), MOST_SHOWN) // 2 * 2
    board = opened(finished.sheet)
    width = board.width // finished.columns
    height = board.height // -(-len(begin.seeds) // finished.columns)
    corners = ((at % finished.columns * width, at // finished.columns * height) for at in range(count))
    frames = [board.crop((x, y, x + width, y + height)) for x, y in corners]
    picture = film(frames, opened(spread.mean), FRAME_HEIGHT, MOST_BYTES)
    request = begin.request
    prompt = request.prompt if len(request.prompt) <= PROMPT_CHARACTERS else f"{request.prompt[:PROMPT_CHARACTERS]}…"
    whole = spread.fixed + spread.chance
    facts = [
        say("“{prompt}”", prompt=prompt),
        *([say("not “{prompt}”", prompt=request.negative_prompt[:PROMPT_CHARACTERS])] if request.negative_prompt else []),
        say("seeds {first} to {last}", first=begin.seeds[0], last=begin.seeds[-1]),
        begin.sampler_label,
        plural("{count} step", "{count} steps", request.steps),
        say("guidance {scale:g}", scale=request.guidance_scale),
        say("standard deviation of a pixel over the seeds {deviation:.2f}", deviation=math.sqrt(spread.chance)),
        *([say("{share:.0%} of all differences lie between the seeds", share=spread.chance / whole)] if whole else []),
    ]
    words = html.escape(" · ".join(facts))
    told = say("Small: the same sentence from {count} seeds. Large: the mean of all {all}.", count=count, all=len(begin.seeds))
    image = f'<img src="{address(picture)}" width="{picture.width}" height="{picture.height}" alt="{told} {words}" style="max-width:100%;height:auto">'
    return f"<figure>{image}<figcaption>{words}<br><small>{told}</small></figcaption></figure>"
