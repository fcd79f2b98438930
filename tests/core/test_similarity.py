"""The four readings, ranks and the loss, against what torch and numpy say of the same numbers."""

from __future__ import annotations

import math

import hypothesis.extra.numpy as arrays
import hypothesis.strategies as st
import numpy as np
import pytest
import torch
from hypothesis import given
from torch.nn import functional

from diffexplain.core import similarity

matrices = arrays.arrays(
    np.float32,
    st.tuples(st.integers(1, 9), st.integers(1, 9)),
    elements=st.integers(-64, 64).map(lambda whole: whole / 64),  # with ties
)


@given(matrices)
def test_ranks_are_those_of_a_stable_sort(values: np.ndarray) -> None:
    ours = similarity.ranks(torch.from_numpy(values)).numpy()
    for row, places in zip(values, ours, strict=True):
        order = np.argsort(-row, kind="stable")
        by_sort = np.empty(len(row), int)
        by_sort[order] = np.arange(1, len(row) + 1)
        for value, place in zip(row, places, strict=True):
            assert place == by_sort[row == value].min()
    assert np.array_equal(
        similarity.ranks(torch.from_numpy(values), dim=0).numpy(), similarity.ranks(torch.from_numpy(values.T)).numpy().T
    )


@given(matrices, st.floats(0.1, 100))
def test_the_four_readings(values: np.ndarray, temperature: float) -> None:
    cosines = torch.from_numpy(values)
    assert torch.equal(similarity.read_as(cosines, temperature, "cosine"), cosines)
    scaled = similarity.read_as(cosines, temperature, "scaled")
    torch.testing.assert_close(scaled / temperature, cosines, atol=1e-5, rtol=1e-5)
    rows = similarity.read_as(cosines, temperature, "softmax_rows")
    columns = similarity.read_as(cosines, temperature, "softmax_columns")
    torch.testing.assert_close(rows.sum(1), torch.ones(len(values)))
    torch.testing.assert_close(columns.sum(0), torch.ones(values.shape[1]))
    torch.testing.assert_close(similarity.read_as(cosines.T, temperature, "softmax_rows").T, columns)
    for reading in (scaled, rows):  # none of them changes who comes first in a row
        assert (reading.gather(1, cosines.argmax(1, keepdim=True)) == reading.amax(1, keepdim=True)).all()


@pytest.mark.parametrize("count", [1, 2, 8])
def test_the_loss_is_clips(count: int) -> None:
    logits = 10 * torch.randn(count, count, generator=torch.Generator().manual_seed(count))
    images, texts = (functional.cross_entropy(matrix, torch.arange(count)) for matrix in (logits, logits.T))
    torch.testing.assert_close(similarity.contrastive_loss(logits), (images + texts) / 2)
    assert float(similarity.contrastive_loss(torch.zeros(count, count))) == pytest.approx(math.log(count))


@pytest.mark.parametrize("shape", [(3, 5), (5, 3)])
def test_what_belongs_to_nothing_is_one_more_to_be_mistaken_for(shape: tuple[int, int]) -> None:
    blind = float(similarity.contrastive_loss(torch.zeros(shape)))
    assert blind == pytest.approx((math.log(3) + math.log(5)) / 2)
    pairs = 30 * torch.eye(*shape)
    assert float(similarity.contrastive_loss(pairs)) < 1e-6
    mistaken = pairs.clone()
    mistaken[(0, 4) if shape[1] == 5 else (4, 0)] = 60.0  # a wrong one beats the right one, for one of three, one way round
    assert float(similarity.contrastive_loss(mistaken)) == pytest.approx(30 / 3 / 2)


@given(st.integers(1, 6), st.integers(1, 6), st.integers(0, 99))
def test_cosine_ignores_length_and_agrees_with_torch(pictures: int, texts: int, seed: int) -> None:
    draw = torch.Generator().manual_seed(seed)
    left, right = torch.randn(pictures, 5, generator=draw), torch.randn(texts, 5, generator=draw)
    found = similarity.cosine(left, right)
    torch.testing.assert_close(found, functional.cosine_similarity(left[:, None], right[None], dim=-1), atol=1e-5, rtol=1e-5)
    torch.testing.assert_close(found, similarity.cosine(3 * left, 0.2 * right), atol=1e-5, rtol=1e-5)


@given(matrices)
def test_means_leave_nothing_out(values: np.ndarray) -> None:
    found = similarity.means(torch.from_numpy(values))
    pairs, size = min(values.shape), values.size
    whole = sum(mean * count for mean, count in ((found.diagonal, pairs), (found.beside, size - pairs)) if count)
    assert whole == pytest.approx(float(values.sum(dtype=np.float64)), abs=1e-3)
    assert math.isnan(found.beside) == (size == pairs)


@given(st.integers(1, 20), st.integers(1, 30))
def test_retrieval_gives_the_nearest_first(count: int, k: int) -> None:
    draw = torch.Generator().manual_seed(count)
    query, gallery = torch.randn(4, generator=draw), torch.randn(count, 4, generator=draw)
    found = similarity.retrieval(query, gallery, k)
    (cosines,) = similarity.cosine(query[None], gallery)
    assert len(found.indices) == min(k, count)
    assert found.cosines == sorted(cosines.tolist(), reverse=True)[:k]
    assert cosines[found.indices].tolist() == found.cosines


@given(matrices, st.floats(0.1, 100))
def test_pulls_are_the_slope_of_the_loss_downhill_and_cancel_out(values: np.ndarray, temperature: float) -> None:
    logits = (torch.from_numpy(values).double() * temperature).requires_grad_()
    similarity.contrastive_loss(logits).backward()  # type: ignore[no-untyped-call]
    pulls = similarity.pulls(logits.detach())
    assert logits.grad is not None
    torch.testing.assert_close(pulls, -logits.grad)
    assert abs(float(pulls.sum())) < 1e-9
    pairs = torch.eye(*values.shape, dtype=torch.bool)
    assert (pulls[pairs] >= 0).all()
    assert (pulls[~pairs] <= 0).all()
