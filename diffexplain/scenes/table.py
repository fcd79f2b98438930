"""The table of the picture world: its things, their drawing styles, the grounds, and their names in two languages.

It is data (``sprites.json``), read once at import: thirty kilobytes.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from diffexplain.errors import SceneError
from diffexplain.i18n import say

_TABLE = json.loads((Path(__file__).parent / "sprites.json").read_text("utf-8"))


@dataclass(frozen=True)
class Thing:
    """A thing that can stand in a scene.

    Attributes:
        name: English name, as in captions: "red apple".
        chinese: Chinese name: "红苹果".
        is_animal: Chinese counts animals with 只 and other things with 个.
        styles: Drawing styles there is a sprite of.
    """

    name: str
    chinese: str
    is_animal: bool
    styles: tuple[str, ...]


@dataclass(frozen=True)
class Ground:
    """A colour that a scene stands on.

    Attributes:
        name: English name: "teal".
        chinese: Chinese name, without 色: "青".
        rgb: Red, green and blue, 0 to 255.
    """

    name: str
    chinese: str
    rgb: tuple[int, int, int]


_THINGS = {row["name"]: Thing(row["name"], row["zh"], row["animal"], tuple(row["styles"])) for row in _TABLE["things"]}
_GROUNDS = {name: Ground(name, row["zh"], tuple(row["rgb"])) for name, row in _TABLE["grounds"].items()}
STYLES_IN_CHINESE: dict[str, str] = {name: row["zh"] for name, row in _TABLE["styles"].items()}

THINGS: tuple[str, ...] = tuple(_THINGS)
CORE_THINGS: tuple[str, ...] = tuple(_TABLE["core"])
HELD_OUT: tuple[str, ...] = tuple(_TABLE["held_out"])
STYLES: tuple[str, ...] = tuple(_TABLE["styles"])
GROUNDS: tuple[str, ...] = tuple(_GROUNDS)

TILE: int = _TABLE["tile"]
COLUMNS: int = _TABLE["columns"]
SHEET_ORDER: tuple[tuple[str, str], ...] = tuple((thing.name, style) for thing in _THINGS.values() for style in thing.styles)


def find_thing(name: str) -> Thing:
    """Return the thing of an English name.

    Raises:
        SceneError: there is none; the message names the nearest.
    """
    if not isinstance(name, str) or name not in _THINGS:
        near = get_close_matches(str(name), THINGS)
        guess = say("Did you mean {near}?", near=", ".join(map(repr, near)))
        hint = guess if near else say("`scenes.THINGS` lists all.")
        raise SceneError(
            say(
                "There is no thing {name!r} among the {count} of the picture world. {hint}",
                name=name,
                count=len(THINGS),
                hint=hint,
            )
        )
    return _THINGS[name]


def find_ground(name: str) -> Ground:
    """Return the ground of an English colour name.

    Raises:
        SceneError: there is none; the message lists all.
    """
    if not isinstance(name, str) or name not in _GROUNDS:
        raise SceneError(say("There is no ground {name!r}. There are: {grounds}.", name=name, grounds=", ".join(GROUNDS)))
    return _GROUNDS[name]
