"""The words of the captions, in both languages: what can be said to the bundled model, and captions that have each word in each of its places.

All of it is read off the captions that the world makes (`diffexplain.scenes.words`), so that it can't say more than the model was taught.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache
from itertools import product
from typing import Literal, TypeAlias

from diffexplain.scenes.table import CORE_THINGS, GROUNDS, HELD_OUT, STYLES, STYLES_IN_CHINESE, THINGS, find_ground, find_thing
from diffexplain.scenes.words import RELATIONS, Mention, Wording, chinese, english

Kind: TypeAlias = Literal["core", "thing", "style", "place", "ground"]
GAP = "…"  # where a turn of phrase goes around something else
_Say: TypeAlias = Callable[[tuple[Mention, ...], str | None, str, Wording], str]
_SILENT = Wording(names_ground=False)
_LAST = Wording(chinese_ground_first=False)
_TRAINED = tuple(name for name in THINGS if name not in HELD_OUT)


@dataclass(frozen=True)
class InBoth:
    """The same in English and in Chinese."""

    en: str
    zh: str


@dataclass(frozen=True)
class KnownWord:
    """A word or a turn of phrase that captions have.

    Attributes:
        kind: "core", one of the things that the model draws best; "thing", another one; "style" of a drawing; "place", where one
            of two things stands; "ground".
        name: by itself: "owl", "teal".
        phrase: as a caption has it: "an owl", "on a teal background", "在…的左边" with `GAP` where the other thing goes.
    """

    kind: Kind
    name: InBoth
    phrase: InBoth


@dataclass(frozen=True)
class Unlearned:
    """A word of a text that no caption has, so that the bundled model never learned it.

    Attributes:
        text: as it stands there.
        start: where it begins in the text, in characters.
        end: where it ends, exclusive.
    """

    text: str
    start: int
    end: int


@cache
def known_words() -> tuple[KnownWord, ...]:
    """Return all that captions say, kind by kind; what no training picture showed (HELD_OUT) is not among it."""
    others = (name for name in _TRAINED if name not in CORE_THINGS)
    return (
        *(_thing("core", name) for name in CORE_THINGS),
        *(KnownWord("place", phrase, phrase) for phrase in (_both(_place, relation) for relation in RELATIONS)),
        *(KnownWord("style", InBoth(style, STYLES_IN_CHINESE[style]), _both(_style, style)) for style in STYLES),
        *(KnownWord("ground", InBoth(name, f"{find_ground(name).chinese}色"), _both(_ground, name)) for name in GROUNDS),
        *(_thing("thing", name) for name in others),
    )


@cache
def primer() -> tuple[str, ...]:
    """Return captions, English and Chinese, that have every word of the world in every place that captions have for it."""
    captions: dict[str, None] = {}
    fox, owl = Mention("fox"), Mention("owl")

    def add(
        mentions: tuple[Mention, ...], relation: str | None = None, ground: str = GROUNDS[0], wording: Wording = _SILENT
    ) -> None:
        for say in (english, chinese):
            captions[say(mentions, relation, ground, wording)] = None

    for first, last in zip(_TRAINED, (*_TRAINED[1:], _TRAINED[0]), strict=True):
        add((Mention(first, counted=False), Mention(last)), RELATIONS[0])
    for relation, counted in product(RELATIONS, (True, False)):
        add((fox, replace(owl, counted=counted)), relation)
    for style, counted, long in product(STYLES, (True, False), (True, False)):
        add((Mention("fox", style, counted, long),))
    for ground, clause, ahead in product(GROUNDS, (True, False), (True, False)):
        add((fox,), ground=ground, wording=Wording(ground_as_clause=clause, chinese_ground_first=ahead))
    return tuple(captions)


def _both(part: Callable[[_Say, str], str], name: str) -> InBoth:
    return InBoth(part(english, name), part(chinese, name))


def _thing(kind: Kind, name: str) -> KnownWord:
    return KnownWord(kind, InBoth(name, find_thing(name).chinese), _both(_alone, name))


def _alone(say: _Say, name: str) -> str:
    return say((Mention(name),), None, GROUNDS[0], _SILENT)


def _style(say: _Say, style: str) -> str:
    """Return what stands before a thing where its style is named."""
    plain, styled = (say((Mention("fox", said, counted=False),), None, GROUNDS[0], _SILENT) for said in (None, style))
    thing = plain.removeprefix("a ")
    return styled.removeprefix("a ").removesuffix(thing).strip()


def _place(say: _Say, relation: str) -> str:
    """Return what stands around the second of two things."""
    pair = Mention("fox", counted=False), Mention("owl", counted=False)
    one, other = (say((each,), None, GROUNDS[0], _SILENT) for each in pair)
    around = say(pair, relation, GROUNDS[0], _SILENT).removeprefix(one).replace(other, GAP)
    return around.removesuffix(GAP).strip()


def _ground(say: _Say, ground: str) -> str:
    """Return what stands behind a thing where its ground is named."""
    return say((Mention("fox"),), None, ground, _LAST).removeprefix(_alone(say, "fox")).strip()
