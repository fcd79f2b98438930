"""A comparison as one picture and a few lines, for readers without a kernel."""

from __future__ import annotations

from PIL import Image

from diffexplain.explorers import still
from diffexplain.explorers.pictures import opened
from diffexplain.explorers.sampler.messages import Begin, Decoded, End
from diffexplain.i18n import plural, say

SIDE, GAP = 56, 2


def still_html(messages: still.Messages) -> str:
    """Show a strip of predicted originals a sampler with its finished picture, and which of these are the same."""
    begin, end = still.first(messages, Begin), still.first(messages, End)
    if begin is None or end is None:
        return ""
    costs = [plural("{count} evaluation", "{count} evaluations", finish.evaluations) for finish in end.rows]
    rows = "; ".join(f"{row.label} ({cost})" for row, cost in zip(begin.rows, costs, strict=True))
    same = [", ".join(begin.rows[row].label for row in group) for group in end.groups if len(group) > 1]
    return still.picture_figure(
        _drawn(messages, end),
        [*still.asked(begin), begin.model],
        [
            say(
                "From top to bottom: {rows}. Small: what each expected on its way; at the right, the finished picture.",
                rows=rows,
            ),
            *(say("The same picture in the end: {names}.", names=names) for names in same),
        ],
    )


def _drawn(messages: still.Messages, end: End) -> Image.Image:
    frames: list[dict[int, Image.Image]] = [{} for _ in end.rows]
    for each in still.every(messages, Decoded):
        frames[each.row] |= {index: opened(picture) for index, picture in zip(each.indices, each.images, strict=True)}
    pitch = SIDE + GAP
    board = Image.new("RGB", ((still.FRAMES + 1) * pitch + GAP, len(end.rows) * pitch - GAP), "white")
    for row, finish in enumerate(end.rows):
        known = sorted(frames[row])
        for at, index in enumerate(still.chosen(known) if known else []):
            board.paste(frames[row][index].resize((SIDE, SIDE), Image.Resampling.BICUBIC), (at * pitch, row * pitch))
        last = opened(finish.image).resize((SIDE, SIDE), Image.Resampling.BICUBIC)
        board.paste(last, (still.FRAMES * pitch + 2 * GAP, row * pitch))
    return board
