"""The nearest picture of each, against what can be counted by hand."""

from __future__ import annotations

import pytest
import torch

from diffexplain.core.nearest import nearest


def test_a_picture_is_nearest_to_itself_and_nothing_is_nearer() -> None:
    pictures = torch.randn(7, 3, 4, 4, generator=torch.Generator().manual_seed(1))
    which, distances = nearest(pictures[[4, 0]], pictures)
    assert which.tolist() == [4, 0]
    assert distances.tolist() == [0, 0]


def test_the_distance_is_the_root_of_the_mean_square_and_knows_no_size() -> None:
    for shape in ((1, 2, 1, 1), (1, 3, 16, 16)):
        which, distances = nearest(torch.full(shape, 0.25), torch.stack([torch.ones(shape[1:]), torch.zeros(shape[1:])]))
        assert which.tolist() == [1]
        assert distances.item() == pytest.approx(0.25)


def test_more_pictures_to_choose_from_are_never_farther() -> None:
    generator = torch.Generator().manual_seed(2)
    samples, pictures = (torch.randn(count, 5, generator=generator) for count in (20, 50))
    assert (nearest(samples, pictures)[1] <= nearest(samples, pictures[:10])[1]).all()
