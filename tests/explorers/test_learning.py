"""When a session that learns is looked at."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from diffexplain.explorers.learning import OFTEN, is_due


@given(st.integers(1, 100), st.integers(1, 40))
def test_looks_come_half_as_often_after_the_first_ones(every: int, times: int) -> None:
    due = [updates for updates in range(1, times * every + 1) if is_due(updates, every)]
    assert due[:OFTEN] == [every * number for number in range(1, min(times, OFTEN) + 1)]
    assert due[OFTEN:] == list(range((OFTEN + 2) * every, times * every + 1, 2 * every))
