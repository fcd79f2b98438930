"""The captioned pictures of a session: single things of the scene world, those to learn from and some that are held out."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
import torch
from numpy.random import PCG64, Generator, SeedSequence

from diffexplain.explorers import small_clip
from diffexplain.explorers.small_clip import SIDE
from diffexplain.scenes import CORE_THINGS, GROUNDS, words
from diffexplain.scenes.layout import draw_layout
from diffexplain.scenes.painting import paint
from diffexplain.scenes.table import find_ground

if TYPE_CHECKING:
    from collections.abc import Iterator

    from PIL import Image

    from diffexplain.scenes.layout import Layout

HELD = 48


@dataclass(frozen=True)
class Said:
    """A caption, and the same with one word wrong."""

    caption: str
    miss: str


class World:
    """Pairs to learn from, and `HELD` pairs of a thing each that are held out.

    A picture is painted when it is first asked for: a session need not wait for those that it has no use for yet.

    Args:
        seed: decides all of them.
        count: how many to learn from.
        language: of the captions, en or zh.

    Attributes:
        seen: layouts of those to learn from.
        held: of those held out.
        said: of all of them, those held out at the end.
        tokens: (2 * (count + HELD), T) numbers of the captions, then of the wrong ones; the largest number is the end mark.
    """

    def __init__(self, seed: int, count: int, language: str) -> None:
        self.seen = list(itertools.islice(_singles(seed, 0), count))
        self.held = _held_out(seed)
        layouts = [*self.seen, *self.held]
        chance = np.random.default_rng([seed, 2])
        self.said = [_said(layout, language, chance) for layout in layouts]
        self.tokens = small_clip.tokens_of([*(each.caption for each in self.said), *(each.miss for each in self.said)])
        self._pixels = np.zeros((len(layouts), SIDE, SIDE, 3), np.uint8)
        self._painted = np.zeros(len(layouts), bool)

    def rows_held(self) -> np.ndarray:
        """Return (HELD,) numbers of the pairs held out."""
        return np.arange(len(self.seen), len(self.said))

    def pixels(self, rows: np.ndarray) -> torch.Tensor:
        """Return (n, 3, SIDE, SIDE) pictures by their numbers, about -1 to 1."""
        for row in rows[~self._painted[rows]]:
            self._pixels[row] = np.asarray(self.picture(int(row), SIDE))
            self._painted[row] = True
        return small_clip.pixels_of(self._pixels[rows])

    def picture(self, row: int, side: int) -> Image.Image:
        """Paint a picture, so many pixels wide and high."""
        return paint(self.seen[row] if row < len(self.seen) else self.held[row - len(self.seen)], side)

    def texts(self, rows: np.ndarray) -> torch.Tensor:
        """Return (n, T) tokens of captions."""
        return self.tokens[torch.from_numpy(rows)]

    def misses(self, rows: np.ndarray) -> torch.Tensor:
        """Return (n, T) tokens of the captions with one word wrong."""
        return self.tokens[torch.from_numpy(rows) + len(self.said)]


@lru_cache(maxsize=2)
def world_of(seed: int, count: int, language: str) -> World:
    """Return a world, its pictures painted once for all sessions that share it."""
    return World(seed, count, language)


def _singles(seed: int, branch: int) -> Iterator[Layout]:
    """Yield scenes of one thing without end; those of two branches share nothing."""
    for number in itertools.count():
        layout = draw_layout(Generator(PCG64(SeedSequence(seed, spawn_key=(branch, number)))), CORE_THINGS)
        if layout.relation is None:
            yield layout


def _held_out(seed: int) -> list[Layout]:
    """Return `HELD` scenes of different things, those on grounds of one colour together."""
    first: dict[str, Layout] = {}
    for layout in _singles(seed, 1):
        first.setdefault(layout.mentions[0].name, layout)
        if len(first) == HELD:
            break
    return sorted(first.values(), key=lambda layout: GROUNDS.index(layout.backdrop.ground))


def _said(layout: Layout, language: str, chance: Generator) -> Said:
    """Return what a scene's caption says, and the same with another ground, or another thing."""
    say = words.chinese if language == "zh" else words.english
    mentions, ground = layout.mentions, layout.backdrop.ground
    caption = say(mentions, None, ground, layout.wording)
    if layout.wording.names_ground and chance.random() < 0.5:
        ground = str(chance.choice([other for other in GROUNDS if other != ground]))
    else:
        name = str(chance.choice([other for other in CORE_THINGS if other != mentions[0].name]))
        mentions = (replace(mentions[0], name=name),)
    return Said(caption, say(mentions, None, ground, layout.wording))


def colour_of(layout: Layout) -> str:
    """Return the ground of a scene as ``#rrggbb``."""
    return "#" + "".join(f"{value:02x}" for value in find_ground(layout.backdrop.ground).rgb)
