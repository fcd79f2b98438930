from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from diffexplain.scenes.table import STYLES, THINGS
from diffexplain.scenes.words import RELATIONS, Mention, Wording, chinese, english, exchanged, opposite, with_article

if TYPE_CHECKING:
    from collections.abc import Callable

SILENT = Wording(names_ground=False)
CAT, STAR = Mention("cat", "retro"), Mention("star")


@pytest.mark.parametrize(("words", "phrase"), [("owl", "an owl"), ("retro owl", "a retro owl"), ("orange", "an orange")])
def test_articles(words: str, phrase: str) -> None:
    assert with_article(words) == phrase


@pytest.mark.parametrize(
    ("wording", "caption", "caption_zh"),
    [
        (SILENT, "a retro cat", "一只复古的猫"),
        (Wording(), "a retro cat on a teal background", "青色背景上的一只复古的猫"),
        (Wording(ground_as_clause=True), "a retro cat, teal background", "青色背景上的一只复古的猫"),
        (Wording(chinese_ground_first=False), "a retro cat on a teal background", "一只复古的猫，青色背景"),
    ],
)
def test_one_thing(wording: Wording, caption: str, caption_zh: str) -> None:
    told = ((CAT,), None, "teal", wording)
    assert (english(*told), chinese(*told)) == (caption, caption_zh)


@pytest.mark.parametrize(
    ("relation", "caption_zh"),
    zip(
        RELATIONS,
        [
            "猫和一个星星",
            "猫旁边有一个星星",
            "猫在一个星星的左边",
            "猫在一个星星的右边",
            "猫在一个星星的上面",
            "猫在一个星星的下面",
        ],
        strict=True,
    ),
)
def test_two_things(relation: str, caption_zh: str) -> None:
    told = ((Mention("cat", counted=False), STAR), relation, "orange", Wording())
    assert english(*told) == f"a cat {relation} a star on an orange background"
    assert chinese(*told) == f"{caption_zh}，橙色背景"


def test_ways_to_name_a_style_in_chinese() -> None:
    assert chinese((Mention("fox", "glossy", counted=False, long_style=True),), None, "red", SILENT) == "光泽风格的狐狸"


@pytest.mark.parametrize(("one", "other"), [("to the left of", "to the right of"), ("above", "below")])
@pytest.mark.parametrize("say", [english, chinese])
def test_the_opposite_is_the_caption_of_the_other_relation(say: Callable[..., str], one: str, other: str) -> None:
    ways = [say((CAT, STAR), relation, "teal", Wording()) for relation in (one, other)]
    assert [opposite(caption) for caption in ways] == ways[::-1]


@pytest.mark.parametrize("say", [english, chinese])
def test_only_what_says_where_things_stand_has_an_opposite(say: Callable[..., str]) -> None:
    for name in THINGS:
        assert opposite(say((Mention(name),), None, "teal", Wording())) is None
        for relation in ("and", "next to"):
            assert opposite(say((CAT, Mention(name)), relation, "teal", Wording())) is None


@pytest.mark.parametrize("say", [english, chinese])
@pytest.mark.parametrize("wording", [SILENT, Wording(), Wording(ground_as_clause=True, chinese_ground_first=False)])
def test_exchanged_is_the_caption_of_the_things_the_other_way_round(say: Callable[..., str], wording: Wording) -> None:
    for number, (name, other) in enumerate(zip(THINGS, (*THINGS[1:], THINGS[0]), strict=True)):
        style = [None, *STYLES][number % 6]
        pair = Mention(name, style, counted=number % 2 == 0), Mention(other, "soft", long_style=number % 3 == 0)
        for relation in RELATIONS:
            assert exchanged(say(pair, relation, "orange", wording)) == say(pair[::-1], relation, "orange", wording)


@pytest.mark.parametrize("say", [english, chinese])
def test_one_thing_has_nothing_to_be_exchanged_with(say: Callable[..., str]) -> None:
    for name in THINGS:
        for style in (None, *STYLES):
            for wording in (SILENT, Wording(), Wording(ground_as_clause=True, chinese_ground_first=False)):
                assert exchanged(say((Mention(name, style),), None, "teal", wording)) is None
