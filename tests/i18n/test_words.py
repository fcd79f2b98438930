"""Words are a text in the language in force, and can be had in the other one later."""

from __future__ import annotations

import copy
import pickle
from typing import Any

import hypothesis.strategies as st
import pytest
from hypothesis import given

from diffexplain.explorers import checks
from diffexplain.i18n import Words, plural, say, speaking, words_of
from diffexplain.i18n.catalogue import translation
from diffexplain.i18n.words import in_all_languages

# Sentences that the code really says, so that the catalogue has them.
FIELD = "{field} must be True or False, not {value}; take one of these"
THREAD, THREADS = "{count} CPU thread", "{count} CPU threads"
GONE = "{path} is a safetensors file, but not a trace. {remedy}"
REMEDY = "Give a file that Trace.save wrote, or record the run again."


def field(value: Any) -> Words:
    return Words(FIELD, None, 1, {"field": "prompt", "value": value})


def test_a_text_is_said_in_the_language_in_force_and_can_be_had_in_every_other() -> None:
    english = field(7)
    with speaking("zh"):
        chinese = field(7)
    assert english == "prompt must be True or False, not 7; take one of these"
    assert chinese != english
    assert "prompt" in chinese
    assert [english.spoken("zh"), chinese.spoken("en")] == [chinese, english]
    assert in_all_languages(english) == in_all_languages(chinese) == {"en": english, "zh": chinese}


def test_a_value_that_is_words_is_translated_with_the_sentence() -> None:
    whole = Words(GONE, None, 1, {"path": "a.st", "remedy": Words(REMEDY, None, 1, {})})
    assert whole.endswith(REMEDY)
    chinese = whole.spoken("zh")
    assert REMEDY not in chinese
    assert chinese.endswith(translation(REMEDY, None, 1, "zh"))


@pytest.mark.parametrize("count", [0, 1, 2, 5])
def test_the_count_chooses_the_form(count: int) -> None:
    words = Words(THREAD, THREADS, count, {"count": count})
    assert words == (f"{count} CPU thread" if count == 1 else f"{count} CPU threads")
    assert words == plural("{count} CPU thread", "{count} CPU threads", count)
    assert words.spoken("zh") == f"{count}个CPU线程"  # one form for all counts


def test_what_no_catalogue_has_stays_english() -> None:
    words = Words("nobody has translated {this} yet", None, 1, {"this": "one"})
    assert words.spoken("zh") == words == "nobody has translated one yet"


def test_a_text_without_values_keeps_its_braces() -> None:
    assert Words("a set such as {1, 2} or {}", None, 1, {}) == "a set such as {1, 2} or {}"


@given(st.text())
def test_any_value_comes_through_as_it_is(value: str) -> None:
    for language in ("en", "zh"):
        start, end = translation(FIELD, None, 1, language).replace("{field}", "prompt").split("{value}")
        assert field(value).spoken(language) == f"{start}{value}{end}"


@given(st.integers() | st.floats() | st.text() | st.lists(st.text(max_size=9), max_size=3))
def test_a_refusal_shows_any_value_in_both_languages(value: object) -> None:
    """`checks.text` takes text alone; what it says of anything else holds the value as Python writes it."""
    try:
        checks.text("prompt", value)
    except ValueError as error:
        words = words_of(error)
        assert isinstance(words, Words)
        for language in ("en", "zh"):
            assert "prompt" in words.spoken(language)
            if not isinstance(value, str):
                assert checks.shown(value) in words.spoken(language)


@pytest.mark.parametrize("copied", [copy.copy, copy.deepcopy, lambda words: pickle.loads(pickle.dumps(words))])
def test_a_copy_is_the_same_words(copied: Any) -> None:
    words = Words(GONE, None, 1, {"path": "a.st", "remedy": Words(REMEDY, None, 1, {})})
    again = copied(words)
    assert again == words
    assert again.spoken("zh") == words.spoken("zh")


def test_a_pickled_error_can_still_be_said_in_the_other_language() -> None:
    again = pickle.loads(pickle.dumps(ValueError(field(7))))
    assert str(again) == field(7)
    assert words_of(again).spoken("zh") == field(7).spoken("zh")  # type: ignore[attr-defined]


def test_the_words_of_an_error_are_its_own_or_its_text() -> None:
    words = field(7)
    assert words_of(ValueError(words)) is words
    for error in (ValueError("plain"), ValueError("two", "things"), ValueError(words, 5), KeyError("key"), ValueError()):
        assert words_of(error) == str(error)
        assert not isinstance(words_of(error), Words)


def test_words_are_a_text_like_any_other() -> None:
    words = say("nobody has translated {this} yet", this="one")
    assert isinstance(words, str)
    assert ("translated" in words, words.count("a"), f"{words:.6}") == (True, 3, "nobody")
    assert {str(words): 1}[words] == 1
