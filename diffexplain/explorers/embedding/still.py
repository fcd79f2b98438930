"""The map as one picture and one line, for readers without a kernel."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PIL import Image, ImageDraw

from diffexplain.explorers import still
from diffexplain.explorers.embedding.messages import Map, Placed
from diffexplain.explorers.pictures import opened
from diffexplain.i18n import say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from diffexplain.live.messages import Message

WIDTH, HEIGHT, MARGIN = 720, 420, 12
THUMB, DOT = 20, 2
_PAPER, _TEXT = (255, 255, 255), (95, 67, 178)


def still_html(messages: Sequence[Message]) -> str:
    """Show the UMAP of all points, pictures as thumbnails and texts as dots, and what was searched for; empty without a map."""
    found = still.first(messages, Map)
    if found is None:
        return ""
    pictures = int((found.kinds == 0).sum())
    fact = say(
        "A map of {pictures} pictures and {texts} texts in the space of {clip}: neighbours on it are neighbours there.",
        pictures=pictures,
        texts=len(found.kinds) - pictures,
        clip=found.clip,
    )
    asked = next((message.label for message in messages if isinstance(message, Placed) and message.what == "search"), "")
    notes = [say("searched for “{text}”", text=still.shortened(asked))] if asked else []
    return still.picture_figure(_drawn(found), [fact], notes)


def _drawn(found: Map) -> Image.Image:
    board = Image.new("RGB", (WIDTH, HEIGHT), _PAPER)
    pen = ImageDraw.Draw(board)
    points = found.places[0]
    low, high = np.percentile(points, 0.5, axis=0), np.percentile(points, 99.5, axis=0)
    places = (points - low) / np.maximum(high - low, 1e-9) * [WIDTH - 2 * MARGIN, HEIGHT - 2 * MARGIN] + MARGIN
    places[:, 1] = HEIGHT - places[:, 1]
    for at in np.flatnonzero(found.kinds == 1):
        x, y = places[at]
        pen.ellipse([x - DOT, y - DOT, x + DOT, y + DOT], fill=_TEXT)
    if found.sheet is None:
        return board
    sheet, tile = opened(found.sheet), found.tile
    taken: set[tuple[int, int]] = set()
    for at in np.flatnonzero(found.kinds == 0):
        x, y = places[at]
        cell = (int(x // THUMB), int(y // THUMB))
        if cell in taken:  # one thumbnail a cell: who comes later is hidden anyway
            continue
        taken.add(cell)
        row, column = divmod(int(at), found.columns)
        small = sheet.crop((column * tile, row * tile, (column + 1) * tile, (row + 1) * tile)).resize((THUMB, THUMB))
        board.paste(small, (int(x - THUMB / 2), int(y - THUMB / 2)))
    return board
