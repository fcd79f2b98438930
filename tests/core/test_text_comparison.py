"""One word is exchanged: in a causal encoder what stands before it stays equal to the bit, in one that reads both ways nothing does."""

from __future__ import annotations

import math

import hypothesis.strategies as st
import pytest
import torch
from hypothesis import given

from diffexplain.core.text import read_text
from diffexplain.core.text.comparison import Pair, aligned, courses, distances
from tests import tiny, tiny_t5


@given(st.lists(st.integers(0, 3), max_size=8), st.lists(st.integers(0, 3), max_size=8))
def test_every_token_has_one_place_in_order(first: list[int], second: list[int]) -> None:
    pairs = aligned(first, second)
    assert [pair.first for pair in pairs if pair.first is not None] == list(range(len(first)))
    assert [pair.second for pair in pairs if pair.second is not None] == list(range(len(second)))
    for pair in pairs:
        both = pair.first is not None and pair.second is not None
        assert pair.same == (both and first[pair.first or 0] == second[pair.second or 0])


def test_an_exchanged_word_stands_beside_the_one_it_replaces() -> None:
    assert aligned([1, 2, 3, 9], [1, 7, 8, 3, 9]) == [
        Pair(0, 0, True),
        Pair(1, 1, False),
        Pair(None, 2, False),
        Pair(2, 3, True),
        Pair(3, 4, True),
    ]


@pytest.mark.parametrize("encoder", [0, 1, 2])
def test_a_causal_encoder_leaves_what_stands_before_alone(encoder: int) -> None:
    one, other = (read_text(tiny_t5.sd3(), prompt)[encoder] for prompt in ("a red circle", "a red square"))
    words = range(len(one.tokens.tokens))
    pairs = aligned([int(one.ids[at]) for at in words], [int(other.ids[at]) for at in range(len(other.tokens.tokens))])
    before = next(at for at, pair in enumerate(pairs) if not pair.same)
    apart, equal = distances(one.layers, other.layers, pairs)
    assert equal[0, :before].all()
    assert (apart[0, :before] == 0).all()
    assert not equal[:, before].any()
    assert bool(equal[1:, :before].all()) == (encoder < 2)
    assert bool(equal[1:, :before].any()) == (encoder < 2)  # T5 reads both ways: each word has heard of the change


def test_distances_are_one_minus_the_cosine() -> None:
    first = [torch.tensor([[1.0, 0.0], [1.0, 1.0], [2.0, 0.0]])]
    second = [torch.tensor([[2.0, 0.0], [1.0, -1.0]])]
    apart, equal = distances(first, second, [Pair(0, 0, True), Pair(1, 1, False), Pair(2, None, False)])
    torch.testing.assert_close(apart[0, :2], torch.tensor([0.0, 1.0]))
    assert math.isnan(float(apart[0, 2]))
    assert equal.tolist() == [[False, False, False]]


def test_courses_are_lengths_and_cosines_from_layer_to_layer() -> None:
    (read,) = read_text(tiny.sd(), "a red circle")
    lengths, cosines = courses(read.layers)
    assert lengths.shape == (4, 16)
    assert cosines.shape == (3, 16)
    for at, layer in enumerate(read.layers):
        torch.testing.assert_close(lengths[at], layer.square().sum(-1).sqrt())
    one, other = read.layers[1][5], read.layers[2][5]
    torch.testing.assert_close(cosines[1, 5], (one @ other) / (one.norm() * other.norm()))
