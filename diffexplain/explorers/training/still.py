"""A training as one picture with words, and as a film of its sheets of samples."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PIL import Image, ImageDraw

from diffexplain.core.film import enlarged
from diffexplain.explorers import lettering, still
from diffexplain.explorers.training.messages import Begin, Probe, Sheet
from diffexplain.i18n import plural, say
from diffexplain.live.messages import numbers

if TYPE_CHECKING:
    from diffexplain.live.messages import Array

COLUMNS, SIDE = 6, 64
_PLANE, _REACH = 320, 2.6  # pixels, and what of the plane they show
_GREY, _GREEN = (138, 147, 158), (11, 122, 108)


def overview(messages: still.Messages) -> still.Overview | None:
    """Show the newest samples, of pictures each with its nearest one of the training set below it."""
    begin, sheets, probes = still.first(messages, Begin), still.every(messages, Sheet), still.every(messages, Probe)
    if begin is None or not sheets or not probes:
        return None
    sheet, probe, first = sheets[-1], probes[-1], probes[0]
    facts = [
        plural("{count} update", "{count} updates", sheet.update),
        say("a training set of {count:,}", count=begin.request.count),
        say("seed {seed}", seed=begin.request.seed),
    ]
    notes = [
        say(
            "Error on held-out data: {first:.3f} before the first update, {now:.3f} now, averaged over five noise levels.",
            first=float(np.mean(first.held)),
            now=float(np.mean(probe.held)),
        )
    ]
    if len(numbers(sheet.nearest)):
        notes.append(say("Below each sample stands the picture of the training set that is nearest to it, and how far it is."))
    return still.Overview(_board(begin, sheet), facts, notes)


def frames(messages: still.Messages) -> list[Image.Image]:
    """Return the samples of each sheet, in order."""
    begin = still.first(messages, Begin)
    if begin is None:
        return []
    if begin.request.data != "pictures":
        return [_plane(begin, sheet) for sheet in still.every(messages, Sheet)]
    return [_rows([_picture(each) for each in numbers(sheet.samples)]) for sheet in still.every(messages, Sheet)]


def _board(begin: Begin, sheet: Sheet) -> Image.Image:
    if not len(numbers(sheet.nearest)):
        return _plane(begin, sheet)
    pairs = [
        _over(_picture(one), _picture(other)) for one, other in zip(numbers(sheet.samples), numbers(sheet.nearest), strict=True)
    ]
    return lettering.labelled(pairs, [f"{distance:.2f}" for distance in sheet.distances], COLUMNS)


def _rows(tiles: list[Image.Image]) -> Image.Image:
    board = Image.new("RGB", (COLUMNS * SIDE, -(-len(tiles) // COLUMNS) * SIDE), "white")
    for at, tile in enumerate(tiles):
        board.paste(tile, (at % COLUMNS * SIDE, at // COLUMNS * SIDE))
    return board


def _over(one: Image.Image, other: Image.Image) -> Image.Image:
    board = Image.new("RGB", (one.width, one.height + other.height + 2), "white")
    board.paste(one, (0, 0))
    board.paste(other, (0, one.height + 2))
    return board


def _picture(colours: Array) -> Image.Image:
    """Return (3, h, w) of -1 to 1 as a picture."""
    pixels = ((np.nan_to_num(colours.astype(np.float32)).clip(-1, 1) + 1) * 127.5).round().astype(np.uint8)
    return enlarged(Image.fromarray(pixels.transpose(1, 2, 0)), SIDE)


def _plane(begin: Begin, sheet: Sheet) -> Image.Image:
    """Draw the points of the training set in grey and the samples in green."""
    board = Image.new("RGB", (_PLANE, _PLANE), "white")
    pen = ImageDraw.Draw(board)
    for points, colour, size in ((begin.train, _GREY, 1.0), (sheet.samples, _GREEN, 1.5)):
        for x, y in numbers(points).reshape(-1, 2).astype(float).tolist():
            at = ((x / _REACH + 1) * _PLANE / 2, (1 - y / _REACH) * _PLANE / 2)
            if max(abs(x), abs(y)) < _REACH:  # a network that has learned nothing puts them anywhere
                pen.ellipse((at[0] - size, at[1] - size, at[0] + size, at[1] + size), colour)
    return board
