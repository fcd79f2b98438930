"""Which steps of a run are shown as pictures, and in which order."""

from __future__ import annotations

import torch
from hypothesis import given
from hypothesis import strategies as st

from diffexplain.explorers.decoding import batch_size, batches, coarse_to_fine


@given(st.integers(0, 200))
def test_coarse_to_fine_names_each_once_and_both_ends_first(count: int) -> None:
    found = coarse_to_fine(count)
    assert sorted(found) == list(range(count))
    if count > 1:
        assert found[:2] == [count - 1, 0]


@given(st.integers(0, 200), st.integers(1, 64), st.integers(1, 64))
def test_batches_say_each_once_in_order(count: int, height: int, width: int) -> None:
    order = coarse_to_fine(count)
    latents = torch.zeros(4, height, width)
    found = [list(places) for places in batches(order, latents)]
    assert [place for places in found for place in places] == order
    assert all(1 <= len(places) <= batch_size(latents) for places in found)
    assert len(found) == -(-count // batch_size(latents))
