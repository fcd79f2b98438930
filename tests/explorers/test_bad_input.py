"""A bad value says what was wrong, what is allowed and what to do; the value and the picture before stay."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from typing import Any

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given

import diffexplain as dx
from diffexplain.errors import UnfitPipelineError
from diffexplain.explorers import checks
from diffexplain.explorers.denoise.messages import Begin
from diffexplain.explorers.registry import CLASSES
from diffexplain.explorers.sentence import asking
from tests import tiny
from tests.explorers.conftest import assert_refused, page_sets

BAD = [
    ("prompt", "a" * 10_001, "10,000"),
    ("prompt", 7, "text"),
    ("prompt", None, "text"),
    pytest.param("prompt", "half a fox \ud83e", "half of a character", id="half a character"),
    pytest.param("seed", 10**5000, "2\\*\\*53", id="seed of more digits than Python writes"),
    ("negative_prompt", "a" * 10_001, "10,000"),
    ("seed", -1, "0 to"),
    ("seed", 2**53, "2\\*\\*53"),
    ("seed", 2**64, "2\\*\\*53"),
    ("seed", 1.5, "whole number"),
    ("seed", True, "whole number"),
    ("steps", 0, "1 to 1000"),
    ("steps", 2000, "1 to 1000"),
    ("guidance_scale", math.nan, "0 to 100"),
    ("guidance_scale", math.inf, "0 to 100"),
    ("guidance_scale", -1, "0 to 100"),
    ("guidance_scale", "high", "0 to 100"),
    ("sampler", "eulr", "euler"),
    ("sampler", "", "ddim"),
    ("height", 33, "multiple"),
    ("height", 36, "32 or 40"),
    ("height", "64", "whole number"),
    ("width", 0, "8"),
    ("width", 100_000, "2048"),
    ("step", "three", "step"),
]
GOOD = [
    ("prompt", ""),
    ("prompt", "a red circle " * 769),  # 9,997 characters
    ("prompt", "🦊 一只狐狸 \u202e\x00\x07\t\n </script><!-- ]]>"),
    ("negative_prompt", "</script>"),
    ("seed", 2**53 - 1),
    ("seed", np.int64(5)),
    ("steps", np.int32(2)),
    ("guidance_scale", np.float32(2.5)),
    ("guidance_scale", 0),
    ("height", 32),
]


@pytest.fixture(scope="module")
def small() -> Iterator[dx.DenoiseExplorer]:
    """For tests that change nothing."""
    explorer = dx.DenoiseExplorer(tiny.sd(), steps=2).wait(60)
    yield explorer
    explorer.close()


@pytest.mark.parametrize(("field", "value", "words"), BAD)
def test_a_bad_value_is_refused_and_nothing_is_lost(small: dx.DenoiseExplorer, field: str, value: Any, words: str) -> None:
    assert_refused(small, field, value, words)


def test_what_else_comes_in_the_same_update_holds(explorer: dx.DenoiseExplorer) -> None:
    page_sets(explorer, seed=-1, step=1)
    assert (explorer.seed, explorer.step) == (3, 1)


@pytest.mark.parametrize(("field", "value"), GOOD)
def test_what_is_odd_but_allowed_runs(explorer: dx.DenoiseExplorer, field: str, value: Any) -> None:
    setattr(explorer, field, value)
    assert explorer.wait(120).status == "done"
    assert explorer.trace is not None


def test_a_long_prompt_says_where_it_was_cut(explorer: dx.DenoiseExplorer) -> None:
    explorer.prompt = " ".join(["a red circle on green"] * 20)
    explorer.wait(60)
    begin = next(message for message in explorer.recorded if isinstance(message, Begin))
    assert begin.token_limit == 16
    assert begin.truncated is not None
    assert begin.truncated.first_token_index == 15  # the last place holds the end mark
    kept = begin.truncated.text_kept_characters
    assert explorer.prompt[:kept].replace(" ", "") == "".join(token.text for token in begin.tokens if token.kind == "word")
    assert explorer.prompt[kept:].strip().startswith(begin.truncated.dropped_text.strip()[:50])


@given(st.one_of(st.integers(), st.floats(), st.text(max_size=5), st.none(), st.booleans(), st.binary(max_size=3)))
def test_a_check_gives_a_plain_value_or_one_line(value: object) -> None:
    for check in (checks.seed, checks.steps, checks.guidance_scale, checks.text):
        try:
            plain = check("field", value)
        except ValueError as error:
            assert str(error).startswith("field")  # noqa: PT017
            assert "\n" not in str(error)  # noqa: PT017
        else:
            assert type(plain) in {int, float, str}


@pytest.mark.parametrize("name", CLASSES)
def test_a_text_for_a_pipeline_is_answered_with_the_field_that_takes_it(name: str) -> None:
    explorer = dx.explorers()[name]
    calls: list[Any] = [lambda: explorer("a fox"), lambda: explorer(pipeline="a fox")]
    for call in calls:
        with pytest.raises(UnfitPipelineError, match=r"is given a text") as refused:
            call()
        advice = re.findall(rf"{explorer.__name__}\((\w+)=(.+?)\);", str(refused.value))
        assert [field for field, value in advice if "a fox" in value] == list(asking(explorer._fields, "a fox"))


def test_it_is_the_prompt_where_there_is_one() -> None:
    with pytest.raises(UnfitPipelineError, match=r"DenoiseExplorer\(prompt='a fox'\)"):
        dx.DenoiseExplorer("a fox")
