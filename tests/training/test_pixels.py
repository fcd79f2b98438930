"""Pictures as the networks see them."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from diffexplain.errors import TrainingError
from diffexplain.training.networks.pixels import reduced


@given(st.integers(1, 4), st.integers(1, 6), st.integers(0, 2**32 - 1))
def test_a_pixel_is_the_mean_of_those_it_stands_for(times: int, side: int, seed: int) -> None:
    pictures = np.random.default_rng(seed).integers(0, 256, (2, times * side, times * side, 3), dtype=np.uint8)
    pooled = torch.nn.functional.avg_pool2d(torch.from_numpy(pictures).permute(0, 3, 1, 2).double(), times).permute(0, 2, 3, 1)
    made = reduced(pictures, side)
    assert made.dtype == np.uint8
    assert np.abs(made - pooled.numpy()).max() <= 0.5 + 1e-4


@pytest.mark.parametrize("side", [3, 16])
def test_a_side_that_does_not_divide_is_refused(side: int) -> None:
    with pytest.raises(TrainingError, match=rf"8 pixels a side can't be reduced to {side}"):
        reduced(np.zeros((1, 8, 8, 3), np.uint8), side)
