"""A threshold's outcome against scikit-learn's measures, and the best one against trying all."""

from __future__ import annotations

import math

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import f1_score, precision_score, recall_score

from diffexplain.core.filtering import Outcome, best_threshold, outcome

PAIRS = st.lists(st.tuples(st.integers(-20, 20).map(lambda value: value / 20), st.booleans()), min_size=1, max_size=30)


@given(PAIRS, st.integers(-11, 11).map(lambda value: value / 10 + 0.025))
def test_it_is_what_scikit_learn_measures(pairs: list[tuple[float, bool]], threshold: float) -> None:
    scores, right = (np.array(column) for column in zip(*pairs, strict=True))
    found, kept = outcome(scores, right, threshold), scores >= threshold
    assert found.kept_right + found.kept_wrong + found.lost_right + found.lost_wrong == len(pairs)
    for own, theirs, empty in (
        (found.precision, precision_score(right, kept, zero_division=math.nan), not kept.any()),
        (found.recall, recall_score(right, kept, zero_division=math.nan), not right.any()),
    ):
        assert math.isnan(own) if empty else own == theirs
    assert math.isclose(found.kept, kept.mean())


@given(PAIRS)
def test_no_threshold_is_better_than_the_best(pairs: list[tuple[float, bool]]) -> None:
    scores, right = (np.array(column) for column in zip(*pairs, strict=True))
    best = best_threshold(scores, right)
    if not right.any():
        assert math.isnan(best)
        return
    score = f1_score(right, scores >= best)
    assert score >= max(f1_score(right, scores >= value) for value in [*scores, 2.0]) - 1e-12


def test_the_best_lies_half_way_where_right_and_wrong_are_apart() -> None:
    assert best_threshold(np.array([0.1, 0.2, 0.6, 0.8]), np.array([False, False, True, True])) == 0.4


def test_nothing_has_no_share() -> None:
    none = Outcome(0, 0, 0, 0)
    assert all(math.isnan(value) for value in (none.precision, none.recall, none.kept))
