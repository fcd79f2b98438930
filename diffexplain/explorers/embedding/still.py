"""The map as one picture with words."""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageDraw

from diffexplain.explorers import still
from diffexplain.explorers.embedding.messages import Map, Placed
from diffexplain.explorers.pictures import opened
from diffexplain.i18n import say

WIDTH, HEIGHT, MARGIN = still.WIDTH, 420, 12
THUMB, DOT = 20, 2
_PAPER, _TEXT = (255, 255, 255), (95, 67, 178)


def overview(messages: still.Messages) -> still.Overview | None:
    """Show the UMAP of all points, pictures as thumbnails and texts as dots, and what was searched for; None without a map."""
    shown = still.first(messages, Map)
    if shown is None:
        return None
    pictures = int((shown.kinds == 0).sum())
    fact = say(
        "A map of {pictures} pictures and {texts} texts in the space of {clip}: neighbours on it are neighbours there.",
        pictures=pictures,
        texts=len(shown.kinds) - pictures,
        clip=shown.clip,
    )
    asked = next((each.label for each in still.every(messages, Placed) if each.what == "search"), "")
    notes = [say("searched for “{text}”", text=still.shortened(asked))] if asked else []
    return still.Overview(_drawn(shown), [fact], notes)


def _drawn(shown: Map) -> Image.Image:
    board = Image.new("RGB", (WIDTH, HEIGHT), _PAPER)
    pen = ImageDraw.Draw(board)
    points = shown.places[0]
    low, high = np.percentile(points, 0.5, axis=0), np.percentile(points, 99.5, axis=0)
    positions = (points - low) / np.maximum(high - low, 1e-9) * [WIDTH - 2 * MARGIN, HEIGHT - 2 * MARGIN] + MARGIN
    positions[:, 1] = HEIGHT - positions[:, 1]
    for x, y in positions[shown.kinds == 1]:
        pen.ellipse([x - DOT, y - DOT, x + DOT, y + DOT], fill=_TEXT)
    if shown.sheet is None:
        return board
    sheet, tile = opened(shown.sheet), shown.tile
    taken: set[tuple[int, int]] = set()
    for at in np.flatnonzero(shown.kinds == 0):
        x, y = positions[at]
        cell = (int(x // THUMB), int(y // THUMB))
        if cell in taken:  # one thumbnail a cell: who comes later is hidden anyway
            continue
        taken.add(cell)
        row, column = divmod(int(at), shown.columns)
        small = sheet.crop((column * tile, row * tile, (column + 1) * tile, (row + 1) * tile)).resize((THUMB, THUMB))
        board.paste(small, (int(x - THUMB / 2), int(y - THUMB / 2)))
    return board
