"""A comparison as one picture with words, and as a film."""

from __future__ import annotations

import math
from bisect import bisect_right

from PIL import Image, ImageDraw

from diffexplain.core.evenly import evenly
from diffexplain.core.film import enlarged
from diffexplain.explorers import lettering, still
from diffexplain.explorers.pictures import opened
from diffexplain.explorers.sampler.messages import Begin, Decoded, End, Evaluated
from diffexplain.i18n import plural, say

SIDE, GAP = 56, 2
SIDE_ALONE, NAMES = 96, 156  # in pixels: of a picture, and of the names beside it, where the picture stands by itself
SIDE_IN_FILM, MOST_FRAMES = 128, 48


def still_html(messages: still.Messages) -> str:
    """Show a strip of predicted originals a sampler with its finished picture, and which of these are the same."""
    begin, end = still.first(messages, Begin), still.first(messages, End)
    if begin is None or end is None:
        return ""
    costs = [plural("{count} evaluation", "{count} evaluations", finish.evaluations) for finish in end.rows]
    rows = "; ".join(f"{row.label} ({cost})" for row, cost in zip(begin.rows, costs, strict=True))
    same = [", ".join(begin.rows[row].label for row in group) for group in end.groups if len(group) > 1]
    return still.picture_figure(
        _drawn(messages, end, SIDE),
        [*still.asked(begin), begin.model],
        [
            say(
                "From top to bottom: {rows}. Small: what each expected on its way; at the right, the finished picture.",
                rows=rows,
            ),
            *(say("The same picture in the end: {names}.", names=names) for names in same),
        ],
    )


def overview(messages: still.Messages) -> still.Overview | None:
    """Show the same larger, each sampler's name beside its strip; None for a run without pictures."""
    begin, end = still.first(messages, Begin), still.first(messages, End)
    if begin is None or end is None:
        return None
    strips = _drawn(messages, end, SIDE_ALONE)
    board = Image.new("RGB", (NAMES + strips.width, strips.height), lettering.PAPER)
    board.paste(strips, (NAMES, 0))
    pen = ImageDraw.Draw(board)
    for at, row in enumerate(begin.rows):
        label = lettering.fitted(row.label, lettering.CAPTION, NAMES - 2 * lettering.MARGIN)
        lettering.write(pen, (lettering.MARGIN, at * (SIDE_ALONE + GAP) + SIDE_ALONE / 2), label, lettering.CAPTION, "lm")
    note = say("Small: what each expected on its way; at the right, the finished picture.")
    return still.Overview(board, [*still.asked(begin), begin.model], [note])


def frames(messages: still.Messages) -> list[Image.Image]:
    """Return what each sampler expects as the noise goes, all at one noise level a frame, and the finished pictures behind them."""
    begin, end = still.first(messages, Begin), still.first(messages, End)
    if begin is None or end is None:
        return []
    levels = {
        (row, index): round(float(level), 2)  # what lies nearer is one place on the way
        for each in still.every(messages, Evaluated)
        for row, index, level in zip(each.rows, each.indices, each.log_snr, strict=True)
    }
    ways: list[list[tuple[float, Image.Image]]] = [
        sorted(((levels[row, at], picture) for at, picture in known.items()), key=lambda stop: stop[0])
        for row, known in enumerate(_decoded(messages, end))
    ]
    if not all(ways):
        return []
    stops = sorted({level for way in ways for level, _ in way})
    boards = [[_at(way, stops[at]) for way in ways] for at in evenly(len(stops), MOST_FRAMES)]
    last = [enlarged(opened(finish.image), SIDE_IN_FILM) for finish in end.rows]
    columns = math.ceil(math.sqrt(len(last)))
    labels = [row.label for row in begin.rows]
    return [lettering.labelled(still.of_one_size(board, last[0], SIDE_IN_FILM), labels, columns) for board in [*boards, last]]


def _at(way: list[tuple[float, Image.Image]], level: float) -> Image.Image:
    """Return the newest picture of a row that has come at a noise level; before its first, that."""
    return way[max(0, bisect_right([own for own, _ in way], level) - 1)][1]


def _decoded(messages: still.Messages, end: End) -> list[dict[int, Image.Image]]:
    """Return evaluation -> picture, of each row."""
    found: list[dict[int, Image.Image]] = [{} for _ in end.rows]
    for each in still.every(messages, Decoded):
        found[each.row] |= {index: opened(picture) for index, picture in zip(each.indices, each.images, strict=True)}
    return found


def _drawn(messages: still.Messages, end: End, side: int) -> Image.Image:
    pitch = side + GAP
    board = Image.new("RGB", ((still.FRAMES + 1) * pitch + GAP, len(end.rows) * pitch - GAP), "white")
    for row, (finish, known) in enumerate(zip(end.rows, _decoded(messages, end), strict=True)):
        for at, index in enumerate(still.chosen(sorted(known)) if known else []):
            board.paste(known[index].resize((side, side), Image.Resampling.BICUBIC), (at * pitch, row * pitch))
        last = opened(finish.image).resize((side, side), Image.Resampling.BICUBIC)
        board.paste(last, (still.FRAMES * pitch + 2 * GAP, row * pitch))
    return board
