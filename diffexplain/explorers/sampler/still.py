"""A comparison as one picture and a few lines, for readers without a kernel."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING

from PIL import Image

from diffexplain.explorers.pictures import address, jpeg, opened
from diffexplain.explorers.sampler.messages import Begin, Decoded, End
from diffexplain.i18n import plural, say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from diffexplain.live.messages import Message

FRAMES, SIDE, GAP = 8, 56, 2
MOST_BYTES = 40_000  # a third more as base64: well below the 60 KB that a notebook's output may have
PROMPT_CHARACTERS = 300


def still_html(messages: Sequence[Message]) -> str:
    """One strip of predicted originals a sampler with its finished picture behind them, and which of these are the same."""
    begin = next((message for message in messages if isinstance(message, Begin)), None)
    end = next((message for message in messages if isinstance(message, End)), None)
    if begin is None or end is None:
        return ""
    board = _drawn(messages, end)
    picture = jpeg(board, quality=85)
    for quality in (70, 50, 35, 20):
        if len(picture.data) <= MOST_BYTES:
            break
        picture = jpeg(board, quality=quality)
    request = begin.request
    facts = [
        say("“{prompt}”", prompt=request.prompt[:PROMPT_CHARACTERS]),
        say("seed {seed}", seed=request.seed),
        plural("{count} step", "{count} steps", request.steps),
        say("guidance {scale:g}", scale=request.guidance_scale),
        begin.model,
    ]
    costs = [plural("{count} evaluation", "{count} evaluations", finish.evaluations) for finish in end.rows]
    rows = "; ".join(f"{row.label} ({cost})" for row, cost in zip(begin.rows, costs, strict=True))
    same = [", ".join(begin.rows[row].label for row in group) for group in end.groups if len(group) > 1]
    told = [
        say("From top to bottom: {rows}. Small: what each expected on its way; at the right, the finished picture.", rows=rows),
        *(say("The same picture in the end: {names}.", names=names) for names in same),
    ]
    words = html.escape(" · ".join(facts))
    lines = "<br>".join(f"<small>{html.escape(line)}</small>" for line in told)
    size = f'width="{picture.width}" height="{picture.height}"'
    image = f'<img src="{address(picture)}" {size} alt="{html.escape(told[0])}" style="max-width:100%;height:auto">'
    return f"<figure>{image}<figcaption>{words}<br>{lines}</figcaption></figure>"


def _drawn(messages: Sequence[Message], end: End) -> Image.Image:
    frames: list[dict[int, Image.Image]] = [{} for _ in end.rows]
    for message in messages:
        if isinstance(message, Decoded):
            frames[message.row] |= {at: opened(one) for at, one in zip(message.indices, message.images, strict=True)}
    pitch = SIDE + GAP
    board = Image.new("RGB", ((FRAMES + 1) * pitch + GAP, len(end.rows) * pitch - GAP), "white")
    for row, finish in enumerate(end.rows):
        known = sorted(frames[row])
        chosen = [known[round(at * (len(known) - 1) / (FRAMES - 1))] for at in range(FRAMES)] if known else []
        for at, index in enumerate(chosen):
            board.paste(frames[row][index].resize((SIDE, SIDE), Image.Resampling.BICUBIC), (at * pitch, row * pitch))
        last = opened(finish.image).resize((SIDE, SIDE), Image.Resampling.BICUBIC)
        board.paste(last, (FRAMES * pitch + 2 * GAP, row * pitch))
    return board
