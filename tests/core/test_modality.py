"""The gap between pictures and texts: against sums over all pairs, and closed for what it is."""

from __future__ import annotations

import numpy as np
import pytest

from diffexplain.core.modality import PICTURE, TEXT, across, centres, close_gap, measure


def cones(
    apart: float, count: int = 60, width: int = 12, seed: int = 0
) -> tuple[np.ndarray, np.ndarray, list[tuple[int, int]]]:
    """Pictures and their captions, each kind moved along a direction of its own."""
    random = np.random.default_rng(seed)
    meaning = random.normal(size=(count, width))
    direction = np.eye(width)[0] * apart * np.sqrt(width)
    points = np.concatenate([meaning + direction, meaning - direction]) + 0.1 * random.normal(size=(2 * count, width))
    kinds = np.repeat([PICTURE, TEXT], count).astype(np.uint8)
    unit = (points / np.linalg.norm(points, axis=1, keepdims=True)).astype(np.float32)
    return unit, kinds, [(at, count + at) for at in range(count)]


def test_the_numbers_are_those_of_all_pairs() -> None:
    points, kinds, pairs = cones(0.5)
    gap, cosines, count = measure(points, kinds, pairs), points @ points.T, 60
    others = ~np.eye(count, dtype=bool)
    assert gap.length == pytest.approx(np.linalg.norm(points[:count].mean(0) - points[count:].mean(0)), abs=1e-5)
    assert gap.among_pictures == pytest.approx(cosines[:count, :count][others].mean(), abs=1e-5)
    assert gap.among_texts == pytest.approx(cosines[count:, count:][others].mean(), abs=1e-5)
    assert gap.strangers == pytest.approx(cosines[:count, count:].mean(), abs=1e-5)
    assert gap.pairs == pytest.approx(np.diag(cosines[:count, count:]).mean(), abs=1e-5)
    np.fill_diagonal(cosines, -2)
    nearest = np.argsort(-cosines, axis=1)[:, :10]
    assert gap.mixed == pytest.approx(np.mean(kinds[nearest] != kinds[:, None]), abs=1e-6)


def test_chance_is_what_kinds_at_random_mix() -> None:
    points, kinds, _ = cones(0, 100)
    shuffled = [measure(points, np.random.default_rng(seed).permutation(kinds), []).mixed for seed in range(8)]
    assert np.mean(shuffled) == pytest.approx(measure(points, kinds, []).chance, abs=0.02)


def test_closing_mixes_what_a_constant_kept_apart() -> None:
    points, kinds, pairs = cones(1.0)
    gap = measure(points, kinds, pairs)
    assert gap.mixed < 0.1 < 0.8 * gap.chance < gap.mixed_closed
    closed = close_gap(points, kinds, centres(points, kinds))
    np.testing.assert_allclose(np.linalg.norm(closed, axis=1), 1, atol=1e-5)
    assert measure(closed, kinds, pairs).length < 0.1 * gap.length


def test_across_shows_the_gap_in_its_true_length() -> None:
    points, kinds, pairs = cones(0.7)
    shadow = across(points, kinds)
    middle = [shadow.points[kinds == kind].mean(0) for kind in (PICTURE, TEXT)]
    assert middle[1][1] - middle[0][1] == pytest.approx(measure(points, kinds, pairs).length, abs=1e-4)
    assert middle[1][0] == pytest.approx(middle[0][0], abs=0.1)
    np.testing.assert_allclose(shadow.axes @ shadow.axes.T, np.eye(2), atol=1e-5)
    np.testing.assert_allclose(shadow.place(points), shadow.points, atol=1e-5)


def test_one_of_a_kind_has_no_cosine_among_its_own() -> None:
    points, kinds, _ = cones(0.5, 2)
    gap = measure(points[[0, 2, 3]], kinds[[0, 2, 3]], [])
    assert gap.among_pictures is gap.pairs is None
    assert 0 <= gap.mixed <= 1
