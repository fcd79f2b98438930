"""Captions in English and Chinese: pure functions from what stands in a scene to a sentence about it.

The wordings are those the bundled model was trained on; it knows no others.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from diffexplain.scenes.table import STYLES_IN_CHINESE, find_ground, find_thing

RELATIONS = ("and", "next to", "to the left of", "to the right of", "above", "below")

_CHINESE_RELATIONS = {
    "and": "{first}和{second}",
    "next to": "{first}旁边有{second}",
    "to the left of": "{first}在{second}的左边",
    "to the right of": "{first}在{second}的右边",
    "above": "{first}在{second}的上面",
    "below": "{first}在{second}的下面",
}

_OPPOSITES = (("to the left of", "to the right of"), ("above", "below"), ("左边", "右边"), ("上面", "下面"))
_PAIRS = (
    re.compile(rf"(.+?)( (?:{'|'.join(RELATIONS)}) )(.+?)(,? (?:on an? )?\w+ background)?"),
    re.compile(r"(.+?)((?<!柔)和|旁边有|在)(.+?)((?:的(?:左边|右边|上面|下面))?(?:，.色背景)?)"),  # 柔和 is a style
)


@dataclass(frozen=True)
class Mention:
    """How a caption speaks of one thing.

    Attributes:
        name: The thing.
        style: The drawing style, or None if the caption leaves it open.
        counted: Chinese only: with a counting word before it (一只, 一个).
        long_style: Chinese only: 复古风格的 rather than 复古的.
    """

    name: str
    style: str | None = None
    counted: bool = True
    long_style: bool = False


@dataclass(frozen=True)
class Wording:
    """The choices of a caption that change nothing in the picture.

    Attributes:
        names_ground: The caption says which colour the ground has.
        ground_as_clause: "..., teal background" rather than "... on a teal background".
        chinese_ground_first: 青色背景上的一只猫 rather than 一只猫，青色背景; for one thing only.
    """

    names_ground: bool = True
    ground_as_clause: bool = False
    chinese_ground_first: bool = True


def english(mentions: tuple[Mention, ...], relation: str | None, ground: str, wording: Wording) -> str:
    """Return an English caption: "a retro cat to the left of a star on a teal background".

    Args:
        mentions: One thing, or two that `relation` joins.
        relation: One of RELATIONS for two things, None for one.
        ground: English name of the ground.
        wording: What is said of the ground, and how.
    """
    named = [with_article(f"{mention.style} {mention.name}" if mention.style else mention.name) for mention in mentions]
    caption = named[0] if relation is None else f"{named[0]} {relation} {named[1]}"
    if not wording.names_ground:
        return caption
    return caption + (f", {ground} background" if wording.ground_as_clause else f" on {with_article(ground)} background")


def chinese(mentions: tuple[Mention, ...], relation: str | None, ground: str, wording: Wording) -> str:
    """Return the same in Chinese: "一只复古的猫在一个星星的左边，青色背景"."""
    named = [_chinese_mention(mention) for mention in mentions]
    caption = named[0] if relation is None else _CHINESE_RELATIONS[relation].format(first=named[0], second=named[1])
    if not wording.names_ground:
        return caption
    background = f"{find_ground(ground).chinese}色背景"
    return f"{background}上的{caption}" if relation is None and wording.chinese_ground_first else f"{caption}，{background}"


def opposite(caption: str) -> str | None:
    """Return the words with right for left, or below for above: false where the caption is true. None if it has neither."""
    for one, other in _OPPOSITES:
        for said, turned in ((one, other), (other, one)):
            if said in caption:
                return caption.replace(said, turned)
    return None


def exchanged(caption: str) -> str | None:
    """Return the caption with its two things, styles and all, exchanged: "a star and a cat". None if there is one thing.

    No scene has it for the same picture: where words do not say otherwise, what is named first stands on the left.
    """
    found = next(filter(None, (pair.fullmatch(caption) for pair in _PAIRS)), None)
    if found is None:
        return None
    first, between, second, rest = found.groups("")
    return f"{second}{between}{first}{rest}"


def with_article(words: str) -> str:
    """Return the words with "a" or "an" before them, by the first letter."""
    return f"an {words}" if words[0] in "aeiou" else f"a {words}"


def _chinese_mention(mention: Mention) -> str:
    thing = find_thing(mention.name)
    count = ("一只" if thing.is_animal else "一个") if mention.counted else ""
    style = "" if mention.style is None else STYLES_IN_CHINESE[mention.style] + ("风格的" if mention.long_style else "的")
    return f"{count}{style}{thing.chinese}"
