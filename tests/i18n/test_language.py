"""Which language is in force: `speaking` first, then `set_language`, then the environment, then English."""

from __future__ import annotations

import gc
import itertools
import re
import threading

import hypothesis.strategies as st
import pytest
from hypothesis import given

from diffexplain.i18n import LANGUAGES, current, set_language, speaking
from diffexplain.i18n.language import Follower, from_environment, known

NAMES = ("DIFFEXPLAIN_LANGUAGE", "LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG")


def test_without_a_word_it_is_english() -> None:
    assert current() == "en"


@pytest.mark.parametrize("tag", ["zh", "ZH", "zh-CN", "zh_CN", "zh_CN.UTF-8", "zh-Hans-CN", " zh "])
def test_a_tag_is_taken_for_its_language(tag: str) -> None:
    set_language(tag)
    assert current() == "zh"


@pytest.mark.parametrize("tag", ["", "fr", "zhx", "e", "english", "C"])
def test_an_unknown_language_is_refused_and_the_one_before_stays(tag: str) -> None:
    set_language("zh")
    with pytest.raises(ValueError, match=r"'en' .*'zh' ") as refused:
        set_language(tag)
    assert repr(tag) in str(refused.value)
    assert current() == "zh"


@pytest.mark.parametrize("value", [None, 5, b"zh", ["zh"]])
def test_what_is_no_text_is_refused(value: object) -> None:
    with pytest.raises(ValueError, match="there is no language"):
        known(value)  # type: ignore[arg-type]


@given(st.text() | st.from_regex(r"(en|zh|fr)[-_.]?.{0,3}"))
def test_a_language_is_known_or_refused_in_words(tag: str) -> None:
    if re.match(r"\s*(en|zh)([-_.]|\s*$)", tag, re.IGNORECASE):
        assert known(tag) in LANGUAGES
    else:
        with pytest.raises(ValueError, match="there is no language"):
            known(tag)


@pytest.mark.parametrize(("stronger", "weaker"), itertools.combinations(NAMES, 2))
def test_of_two_variables_the_more_special_one_decides(stronger: str, weaker: str) -> None:
    assert from_environment({stronger: "zh", weaker: "en"}) == "zh"
    assert from_environment({stronger: "en", weaker: "zh"}) == "en"
    assert from_environment({stronger: "", weaker: "zh"}) == "zh"
    assert from_environment({stronger: "xx", weaker: "zh"}) == "zh"  # an unknown one is passed over


@pytest.mark.parametrize("locale", ["C", "POSIX", "C.UTF-8"])
def test_the_locale_without_a_language_is_english(locale: str) -> None:
    assert from_environment({"LC_ALL": locale, "LANG": "zh_CN.UTF-8"}) == "en"


def test_the_first_known_one_of_a_list_is_taken() -> None:
    assert from_environment({"LANGUAGE": "fr:zh_TW:en"}) == "zh"


def test_the_environment_is_asked_each_time_until_a_language_is_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANG", "zh_CN.UTF-8")
    assert current() == "zh"
    monkeypatch.setenv("DIFFEXPLAIN_LANGUAGE", "en")
    assert current() == "en"
    set_language("zh")
    assert current() == "zh"


def test_speaking_nests_and_ends_with_its_block() -> None:
    with speaking("zh"):
        with speaking("en"):
            set_language("zh")  # is for what is said outside
            assert current() == "en"
        assert current() == "zh"
        with pytest.raises(KeyError), speaking("en"):
            raise KeyError
        assert current() == "zh"
    set_language("en")
    assert current() == "en"


def test_speaking_is_for_its_own_thread() -> None:
    seen: list[str] = []
    with speaking("zh"):
        thread = threading.Thread(target=lambda: seen.append(current()))
        thread.start()
        thread.join()
    assert seen == ["en"]


def test_speaking_refuses_what_it_does_not_know() -> None:
    with pytest.raises(ValueError, match="there is no language"), speaking("xx"):
        pytest.fail("it went on")
    assert current() == "en"


def test_a_follower_is_told_for_as_long_as_somebody_holds_it() -> None:
    told: list[str] = []
    follower = Follower(told.append)
    set_language("zh-CN")
    assert told == ["zh"]
    del follower
    gc.collect()
    set_language("en")
    assert told == ["zh"]
