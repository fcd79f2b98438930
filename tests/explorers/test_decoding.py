"""Which steps of a run are shown as pictures, and in which order."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from diffexplain.explorers.decoding import coarse_to_fine, spread


@settings(deadline=None)
@given(st.integers(0, 200))
def test_coarse_to_fine_names_each_once_and_both_ends_first(count: int) -> None:
    found = coarse_to_fine(count)
    assert sorted(found) == list(range(count))
    if count > 1:
        assert found[:2] == [count - 1, 0]


@settings(deadline=None)
@given(st.integers(1, 1000), st.integers(1, 60))
def test_spread_steps_are_even_and_hold_both_ends(count: int, most: int) -> None:
    found = spread(count, most)
    assert len(found) == min(count, most)
    assert found[-1] == count - 1
    assert found == sorted(set(found))
    if len(found) > 1:
        gaps = np.diff(found)
        assert found[0] == 0
        assert gaps.max() - gaps.min() <= 1
