"""Which predictions are the two halves of guidance, and how strongly they were mixed."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from diffexplain.core.guidance import Pairs, read_guidance


def tensors(count, *shape, seed=0):
    draw = torch.Generator().manual_seed(seed)
    return [torch.randn(*shape, generator=draw) for _ in range(count)]


@given(scale=st.floats(-5, 20), seed=st.integers(0, 99))
def test_the_scale_is_read_back(scale, seed):
    uncond, cond = tensors(2, 1, 4, 8, 8, seed=seed)
    guidance = read_guidance(uncond + scale * (cond - uncond), uncond, cond)
    assert guidance.scale == pytest.approx(scale, abs=1e-4)
    assert guidance.plain


def test_equal_halves_have_no_scale():
    (half,) = tensors(1, 1, 4, 8, 8)
    assert read_guidance(half, half, half) is None


def test_something_else_is_not_plain():
    uncond, cond, guided = tensors(3, 1, 4, 8, 8)
    assert not read_guidance(guided, uncond, cond).plain


def take(outputs, texts, x, guided):
    pairs = Pairs()
    for output, text in zip(outputs, texts, strict=True):
        pairs.add(output, text)
    return pairs.take(x, guided)


@pytest.mark.parametrize("uncond_first", [True, False])
def test_the_order_of_the_halves_is_found_out(uncond_first):
    x, uncond, cond = tensors(3, 1, 4, 8, 8)
    text, other = tensors(2, 1, 6, 16)
    guided = uncond + 4 * (cond - uncond)
    rows, texts = ([uncond, cond], [other, text]) if uncond_first else ([cond, uncond], [text, other])
    for outputs, told in (([torch.cat(rows)], [torch.cat(texts)]), (rows, texts)):  # in one call, in two
        found = take(outputs, told, x, guided)
        assert all(torch.equal(one, wanted) for one, wanted in zip(found, (uncond, cond, text), strict=True))


def test_learned_variances_are_left_out():
    x, uncond, cond = tensors(3, 1, 4, 8, 8)
    (variance,) = tensors(1, 2, 4, 8, 8, seed=1)
    both = torch.cat([torch.cat([uncond, cond]), variance], dim=1)  # (2, 8, 8, 8)
    found = take([both], [None], x, uncond + 2 * (cond - uncond))
    assert torch.equal(found[0], uncond)
    assert torch.equal(found[1], cond)


@pytest.mark.parametrize("rows", [1, 3, 4])
def test_other_numbers_of_rows_are_no_pair(rows):
    (x,) = tensors(1, 1, 4, 8, 8)
    (output,) = tensors(1, rows, 4, 8, 8)
    assert take([output], [None], x, x)[:2] == (None, None)


def test_every_step_starts_anew():
    pairs = Pairs()
    x, uncond, cond = tensors(3, 1, 4, 8, 8)
    pairs.add(torch.cat([uncond, cond]), None)
    assert pairs.take(x, cond)[1] is not None
    assert pairs.take(x, cond) == (None, None, None)
