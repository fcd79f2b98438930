"""Scenes by seed: a picture, its captions, and what stands in it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import count as numbers
from itertools import islice
from operator import index
from typing import TYPE_CHECKING

from numpy.random import PCG64, Generator, SeedSequence

from diffexplain.errors import SceneError
from diffexplain.i18n import say
from diffexplain.scenes import words
from diffexplain.scenes.layout import draw_layout
from diffexplain.scenes.painting import box_of, paint
from diffexplain.scenes.table import CORE_THINGS, HELD_OUT, THINGS, find_thing

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from PIL import Image

_SIZES = range(16, 513)


@dataclass(frozen=True)
class SceneObject:
    """A thing in a scene.

    Attributes:
        name: One of THINGS.
        style: The drawing style it has in the picture, whether the caption says so or not.
        box: Left, top, right, bottom in pixels, of the square its sprite fills.
    """

    name: str
    style: str
    box: tuple[int, int, int, int]


@dataclass(frozen=True)
class Scene:
    """A captioned picture.

    Attributes:
        image: RGB; 128x128 pixels unless another size was asked for.
        caption: English.
        caption_zh: Chinese, of the same content.
        objects: One or two things, in the order in which the captions name them.
        ground: One of GROUNDS, whether the captions name it or not.
        relation: What the English caption says between the two things ("to the left of"); None for one thing.
    """

    image: Image.Image = field(repr=False, compare=False)
    caption: str
    caption_zh: str
    objects: tuple[SceneObject, ...]
    ground: str
    relation: str | None


def scene(seed: int, things: str | Sequence[str] = "all", size: int = 128) -> Scene:
    """Return the scene of a seed: the same on every machine.

    Args:
        seed: Any whole number from 0.
        things: What may stand in it: "all" that the bundled model was trained on (THINGS without HELD_OUT), "core" for the
            sixty it draws best, or names of your own choice, held-out ones included.
        size: Side of the picture in pixels, 16 to 512. The model's pictures have 128; a seed shows the same scene at every size.

    Raises:
        SceneError: a value that is not allowed.
    """
    return _scene(SeedSequence(_whole("seed", seed)), _names(things), _checked_size(size))


def gallery(count: int, seed: int = 0, things: str | Sequence[str] = "all", size: int = 128) -> tuple[Scene, ...]:
    """Return scenes to look at or train on, each drawn independently: a longer gallery of a seed begins with the shorter one.

    Galleries of different seeds share nothing, so one can be kept for testing what was trained on another.

    Args:
        count: How many, from 0.
        seed: As for `scene`.
        things: As for `scene`.
        size: As for `scene`.

    Raises:
        SceneError: a value that is not allowed.
    """
    return tuple(islice(stream(seed, things, size), _whole("count", count)))


def stream(seed: int = 0, things: str | Sequence[str] = "all", size: int = 128, start: int = 0) -> Iterator[Scene]:
    """Yield the same scenes as `gallery`, one after the other and without end.

    Args:
        seed: As for `scene`.
        things: As for `scene`; a name that the list holds several times is drawn the more often.
        size: As for `scene`.
        start: How many scenes to leave out: scene number `start` of the gallery comes first.

    Raises:
        SceneError: a value that is not allowed.
    """
    names, side, entropy = _names(things), _checked_size(size), _whole("seed", seed)
    # spawn_key, not seed + number: the galleries of seeds 0 and 1 would be the same but for one scene.
    return (_scene(SeedSequence(entropy, spawn_key=(number,)), names, side) for number in numbers(_whole("start", start)))


def _scene(entropy: SeedSequence, names: tuple[str, ...], size: int) -> Scene:
    layout = draw_layout(Generator(PCG64(entropy)), names)
    said = (layout.mentions, layout.relation, layout.backdrop.ground, layout.wording)
    return Scene(
        image=paint(layout, size),
        caption=words.english(*said),
        caption_zh=words.chinese(*said),
        objects=tuple(SceneObject(placed.name, placed.style, box_of(placed, size)) for placed in layout.placed),
        ground=layout.backdrop.ground,
        relation=layout.relation,
    )


def _names(things: str | Sequence[str]) -> tuple[str, ...]:
    if things == "all":
        return tuple(name for name in THINGS if name not in HELD_OUT)
    if things == "core":
        return CORE_THINGS
    if isinstance(things, str):
        raise SceneError(
            say(
                "things={things!r} is not allowed. Use 'all', 'core', or a list of names: [{name!r}].",
                things=things,
                name=find_thing(things).name,
            )
        )
    if not isinstance(things, Iterable):
        raise SceneError(
            say("things={things!r} is not allowed. Use 'all', 'core', or a list of names from `scenes.THINGS`.", things=things)
        )
    names = tuple(find_thing(name).name for name in things)
    if not names:
        raise SceneError(say("The list of things is empty. Name at least one of `scenes.THINGS`, or use 'all' or 'core'."))
    return names


def _checked_size(size: int) -> int:
    side = _whole("size", size)
    if side not in _SIZES:
        raise SceneError(
            say(
                "size={size} is not allowed: a picture's side has {lowest} to {highest} pixels.",
                size=size,
                lowest=_SIZES[0],
                highest=_SIZES[-1],
            )
        )
    return side


def _whole(label: str, value: int) -> int:
    try:
        number = index(value)
    except TypeError:
        number = -1
    if number < 0 or isinstance(value, bool):
        raise SceneError(say("{label}={value!r} is not allowed: it has to be a whole number from 0.", label=label, value=value))
    return number
