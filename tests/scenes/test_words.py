from __future__ import annotations

import pytest

from diffexplain.scenes.words import RELATIONS, Mention, Wording, chinese, english, with_article

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
