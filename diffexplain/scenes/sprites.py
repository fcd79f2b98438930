"""Sprites: small drawings with transparent surroundings, cut from one sheet that is read when the first is asked for."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from PIL import Image

from diffexplain.errors import SceneError
from diffexplain.i18n import say
from diffexplain.scenes.table import COLUMNS, SHEET_ORDER, TILE, find_thing

_PLACES = {key: number for number, key in enumerate(SHEET_ORDER)}


def sprite(name: str, style: str) -> Image.Image:
    """Return the drawing of a thing in one style: RGBA, 128x128 pixels, yours to change.

    Raises:
        SceneError: there is no such thing, or it was not drawn in that style.
    """
    thing = find_thing(name)
    if style not in thing.styles:
        raise SceneError(
            say(
                "There is no {style!r} drawing of {name!r}. There are: {styles}.",
                style=style,
                name=name,
                styles=", ".join(thing.styles),
            )
        )
    row, column = divmod(_PLACES[name, style], COLUMNS)
    left, top = column * TILE, row * TILE
    return _sheet().crop((left, top, left + TILE, top + TILE))


@cache
def _sheet() -> Image.Image:
    with Image.open(Path(__file__).parent / "sprites.webp") as sheet:
        return sheet.convert("RGBA")
