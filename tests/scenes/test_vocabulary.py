"""What the list of known words and the primer say is what captions say."""

from __future__ import annotations

import re

import pytest

from diffexplain.scenes import CORE_THINGS, GROUNDS, HELD_OUT, STYLES, THINGS, scene
from diffexplain.scenes.vocabulary import GAP, KnownWord, known_words, primer
from diffexplain.scenes.words import RELATIONS, Mention, Wording, chinese, english


def names(kind: str) -> set[str]:
    return {word.name.en for word in known_words() if word.kind == kind}


def test_each_thing_style_relation_and_ground_is_listed_once_and_what_was_held_out_is_not() -> None:
    listed = [word.name.en for word in known_words() if word.kind in {"core", "thing"}]
    assert sorted([*listed, *HELD_OUT]) == sorted(THINGS)
    assert names("core") == set(CORE_THINGS)
    assert (names("style"), names("place"), names("ground")) == (set(STYLES), set(RELATIONS), set(GROUNDS))


def phrase(word: KnownWord, language: str) -> str:
    return str(getattr(word.phrase, language))


def find(kind: str, name: str) -> KnownWord:
    return next(word for word in known_words() if (word.kind, word.name.en) == (kind, name))


@pytest.mark.parametrize("relation", RELATIONS)
@pytest.mark.parametrize(("name", "ground"), zip(THINGS[:12], GROUNDS, strict=True))
def test_phrases_put_together_are_captions(relation: str, name: str, ground: str) -> None:
    thing, owl, place, behind = find_thing(name), find("core", "owl"), find("place", relation), find("ground", ground)
    pair = (Mention(name), Mention("owl")), relation, ground, Wording()
    assert " ".join(phrase(part, "en") for part in (thing, place, owl, behind)) == english(*pair)
    before, _, after = phrase(place, "zh").partition(GAP)
    assert f"{thing.phrase.zh}{before}{owl.phrase.zh}{after}{behind.phrase.zh}" == chinese(*pair)


def find_thing(name: str) -> KnownWord:
    return next(word for word in known_words() if word.kind in {"core", "thing"} and word.name.en == name)


@pytest.mark.parametrize("style", STYLES)
def test_a_style_stands_before_a_thing(style: str) -> None:
    word, silent = find("style", style), Wording(names_ground=False)
    owl = (Mention("owl", style, counted=False),), None, "white", silent
    assert english(*owl).endswith(f" {word.phrase.en} owl")
    assert chinese(*owl) == f"{word.phrase.zh}猫头鹰"


def test_the_primer_has_every_word_of_a_caption_and_none_of_what_was_held_out() -> None:
    said = {word for caption in primer() for word in re.findall(r"\w+", caption)}
    assert not said & set(HELD_OUT)
    for seed in range(300):
        assert set(re.findall(r"[a-z]+", scene(seed).caption)) <= said
