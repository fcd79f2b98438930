"""Chance: what stands in a scene, where, on which ground, and how the caption tells it.

The odds are those of the pictures that the bundled model was trained on. Lengths are shares of the picture's side, so that a
seed gives the same scene at every size.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from diffexplain.scenes.table import GROUNDS, find_ground, find_thing
from diffexplain.scenes.words import Mention, Wording

if TYPE_CHECKING:
    from numpy.random import Generator


@dataclass(frozen=True)
class Placed:
    """A sprite in its place. `side`, `x`, `y` (of the centre) are shares of the picture's side, `angle` is in degrees."""

    name: str
    style: str
    side: float
    x: float
    y: float
    angle: float
    mirrored: bool


@dataclass(frozen=True)
class Backdrop:
    """The ground: a colour, in 0 to 255 and a little off its pure one, that brightens downwards by `slope` either way."""

    ground: str
    rgb: tuple[float, float, float]
    slope: float


@dataclass(frozen=True)
class Layout:
    """All that chance decides about a scene; things and mentions in the order in which the caption names them."""

    backdrop: Backdrop
    placed: tuple[Placed, ...]
    mentions: tuple[Mention, ...]
    relation: str | None
    wording: Wording


def draw_layout(rng: Generator, things: tuple[str, ...]) -> Layout:
    """Draw a scene's layout, with the things chosen evenly from `things`."""
    backdrop = _draw_backdrop(rng)
    placed: tuple[Placed, ...]
    relation: str | None
    if rng.random() < 0.62:
        placed, relation = (_draw_single(rng, things),), None
    else:
        placed, relation = _draw_pair(rng, things)
    mentions = tuple(_draw_mention(rng, one) for one in placed)
    wording = Wording(
        names_ground=bool(rng.random() < 0.7),
        ground_as_clause=bool(rng.random() < 0.3),
        chinese_ground_first=bool(rng.random() < 0.5),
    )
    return Layout(backdrop, placed, mentions, relation, wording)


def _draw_backdrop(rng: Generator) -> Backdrop:
    """White a quarter of the time, else any ground."""
    ground = GROUNDS[rng.integers(len(GROUNDS))] if rng.random() < 0.75 else "white"
    red, green, blue = (float(value + rng.normal(0, 7)) for value in find_ground(ground).rgb)
    return Backdrop(ground, (red, green, blue), slope=float(rng.normal(0, 10)))


def _draw_single(rng: Generator, things: tuple[str, ...]) -> Placed:
    """Draw one thing, large, anywhere it fits."""
    name, style = _draw_drawing(rng, things)
    side = float(rng.uniform(0.58, 0.9))
    room = 0.8 * (1 - side) / 2
    x, y = (float(0.5 + rng.uniform(-room, room)) for _ in range(2))
    return Placed(name, style, side, x, y, angle=float(rng.normal(0, 6)), mirrored=bool(rng.random() < 0.3))


def _draw_pair(rng: Generator, things: tuple[str, ...]) -> tuple[tuple[Placed, Placed], str]:
    """Draw two things side by side or one above the other, in the order of the caption, and the words between them."""
    side_by_side = rng.random() < 0.6
    mirrored = bool(rng.random() < 0.2)
    pair = []
    for along in (0.26, 0.74):
        name, style = _draw_drawing(rng, things)
        along += float(rng.normal(0, 0.03))
        across = 0.5 + float(rng.normal(0, 0.06))
        x, y = (along, across) if side_by_side else (across, along)
        pair.append(Placed(name, style, float(rng.uniform(0.4, 0.52)), x, y, float(rng.normal(0, 6)), mirrored))
    first, second = pair
    if side_by_side:
        relation = ("and", "to the left of", "next to")[rng.integers(3)]
        if rng.random() < 0.25:
            return (second, first), "to the right of"
    else:
        relation = "above"
        if rng.random() < 0.4:
            return (second, first), "below"
    return (first, second), relation


def _draw_drawing(rng: Generator, things: tuple[str, ...]) -> tuple[str, str]:
    thing = find_thing(things[rng.integers(len(things))])
    return thing.name, thing.styles[rng.integers(len(thing.styles))]


def _draw_mention(rng: Generator, placed: Placed) -> Mention:
    """Draw whether the caption names the style, as it does a quarter of the time."""
    style = placed.style if rng.random() < 0.25 else None
    return Mention(placed.name, style, counted=bool(rng.random() < 0.7), long_style=bool(rng.random() < 0.5))
