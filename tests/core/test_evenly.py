"""Evenly spread steps: told by Python, drawn by the page's film."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from diffexplain.core.evenly import evenly


@given(st.integers(1, 1000), st.integers(1, 60))
def test_they_are_even_and_hold_both_ends(count: int, most: int) -> None:
    found = evenly(count, most)
    assert len(found) == min(count, most)
    assert found[-1] == count - 1
    assert found == sorted(set(found))
    if len(found) > 1:
        gaps = np.diff(found)
        assert found[0] == 0
        assert gaps.max() - gaps.min() <= 1


@given(st.integers(1, 1001), st.integers(2, 64))
def test_they_are_the_frames_of_the_pages_film(count: int, most: int) -> None:
    shown = min(count, most)  # spread() of frontend/kit/film.js; floor(x + 0.5) is JavaScript's round
    assert evenly(count, most) == [math.floor(at * (count - 1) / max(1, shown - 1) + 0.5) for at in range(shown)]


@pytest.mark.parametrize("most", [50, 64])  # what walls of seeds, samplers and decoded pictures are told of
def test_with_an_odd_number_of_gaps_rounding_is_never_in_doubt(most: int) -> None:
    for count in range(most, 1001):
        assert evenly(count, most) == sorted({round(at * (count - 1) / (most - 1)) for at in range(most)})


def test_of_none_there_is_none() -> None:
    assert evenly(0, 5) == []
