"""Learning rates as functions of progress."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diffexplain.learn import rates

PROGRESS = st.floats(-0.5, 1.5)


@given(PROGRESS, PROGRESS)
def test_none_of_them_rises_again(one: float, other: float) -> None:
    early, late = sorted((one, other))
    assert rates.cosine(early, 0.01) >= rates.cosine(late, 0.01)
    assert rates.hold_then_fall(early) >= rates.hold_then_fall(late)


def test_they_begin_at_all_of_it_and_end_at_the_floor() -> None:
    assert rates.cosine(0, 0.1) == rates.hold_then_fall(0, floor=0.1) == 1.0
    assert rates.cosine(1, 0.1) == pytest.approx(0.1)
    assert rates.hold_then_fall(1, floor=0.1) == pytest.approx(0.1)
    assert rates.cosine(0.5) == pytest.approx(0.5)


def test_the_rate_is_held_before_it_falls() -> None:
    assert rates.hold_then_fall(0.6) == 1.0
    assert rates.hold_then_fall(0.8) == pytest.approx(0.5)


def test_warm_up_rises_from_almost_nothing_to_all() -> None:
    assert [rates.warm_up(samples, 4) for samples in range(6)] == [0.25, 0.5, 0.75, 1.0, 1.0, 1.0]
    assert rates.warm_up(0, 0) == 1.0
