"""The energy distance of two crowds of points."""

from __future__ import annotations

import itertools

import pytest
import torch

from diffexplain.core.energy import energy_distance


def draws(count: int, seed: int) -> torch.Tensor:
    return torch.randn(count, 3, generator=torch.Generator().manual_seed(seed))


def test_it_is_what_it_is_by_its_definition() -> None:
    ours, theirs = draws(5, 0), 2 + draws(7, 1)

    def mean(pairs: list[tuple[torch.Tensor, torch.Tensor]]) -> float:
        return sum(float((one - other).norm()) for one, other in pairs) / len(pairs)

    within = [mean(list(itertools.permutations(each, 2))) for each in (ours, theirs)]
    expected = 2 * mean(list(itertools.product(ours, theirs))) - sum(within)
    assert energy_distance(ours, theirs) == pytest.approx(expected, rel=1e-5)
    assert energy_distance(theirs, ours) == pytest.approx(expected, rel=1e-5)


def test_of_one_distribution_it_is_about_0_in_the_mean_however_few_draws() -> None:
    found = torch.tensor([energy_distance(draws(4, 2 * seed), draws(4, 2 * seed + 1)) for seed in range(400)])
    assert abs(float(found.mean())) < 4 * float(found.std()) / 20
    assert float(found.min()) < 0 < float(found.max())


def test_what_is_off_and_what_is_all_alike_are_both_far() -> None:
    real, other = draws(200, 0), draws(200, 1)
    assert energy_distance(other, real) < 0.05
    assert energy_distance(other + 1, real) > 0.5
    assert energy_distance(other * 0.01, real) > 0.5
