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


@pytest.mark.parametrize("scale", [1.5, 5.0])
def test_a_prediction_that_is_turned_round_is_read_as_what_it_is(scale):
    """HiDream and Lumina 2 negate it before the scheduler is given it."""
    x, uncond, cond = tensors(3, 1, 4, 8, 8)
    guided = -(uncond + scale * (cond - uncond))
    found = take([torch.cat([uncond, cond])], [None], x, guided)
    assert torch.equal(found[0], -uncond)
    assert torch.equal(found[1], -cond)
    assert read_guidance(guided, found[0], found[1]).scale == pytest.approx(scale, rel=1e-5)
    guidance = read_guidance(guided, uncond, cond)  # the halves themselves
    assert (guidance.scale, guidance.factor) == (pytest.approx(scale, rel=1e-5), -1)
    assert guidance.plain


def test_the_sign_and_the_order_stay_what_they_were_in_the_first_step():
    pairs = Pairs()
    x, uncond, cond = tensors(3, 1, 4, 8, 8)
    pairs.add(torch.cat([cond, uncond]), None)
    pairs.take(x, -(uncond + 3 * (cond - uncond)))
    pairs.add(torch.cat([cond, uncond]), None)
    found = pairs.take(x, x)  # whatever comes
    assert torch.equal(found[0], -uncond)
    assert torch.equal(found[1], -cond)


def test_guidance_that_is_made_smaller_keeps_its_scale():
    uncond, cond = tensors(2, 1, 4, 8, 8)
    guidance = read_guidance(0.8 * (uncond + 7.5 * (cond - uncond)), uncond, cond)
    assert guidance.scale == pytest.approx(7.5, rel=1e-5)
    assert guidance.factor == pytest.approx(0.8, rel=1e-5)
    assert not guidance.plain


def test_guidance_that_is_rescaled_place_by_place_keeps_its_halves():
    """Qwen-Image, and turned round as well Lumina 2."""
    x, uncond, cond = tensors(3, 1, 16, 32)
    for sign in (1, -1):
        mixed = uncond + 4 * (cond - uncond)
        guided = sign * mixed * cond.norm(dim=-1, keepdim=True) / mixed.norm(dim=-1, keepdim=True)
        found = take([cond, uncond], [None, None], x, guided)
        assert torch.equal(found[0], sign * uncond)
        assert torch.equal(found[1], sign * cond)
        guidance = read_guidance(guided, found[0], found[1])
        assert guidance.scale == pytest.approx(4, rel=0.1)
        assert not guidance.plain


def test_where_the_first_half_alone_is_given_on_it_is_the_one_with_the_prompt():
    x, uncond, cond = tensors(3, 1, 4, 8, 8)
    text, other = tensors(2, 1, 6, 16)
    found = take([torch.cat([cond, uncond])], [torch.cat([text, other])], x, cond)
    assert all(torch.equal(one, wanted) for one, wanted in zip(found, (uncond, cond, text), strict=True))


def test_nothing_given_on_says_nothing_of_guidance():
    uncond, cond = tensors(2, 1, 4, 8, 8)
    assert read_guidance(torch.zeros_like(cond), uncond, cond) is None


def test_what_is_no_mixture_of_two_predictions_has_no_halves():
    x, uncond, cond, guided = tensors(4, 1, 4, 8, 8)
    pairs = Pairs()
    pairs.add(torch.cat([uncond, cond]), None)
    assert pairs.take(x, guided)[:2] == (None, None)
    assert "no mixture" in pairs.why


@pytest.mark.parametrize("calls", [1, 2])
@pytest.mark.parametrize("behind", [False, True])
def test_the_tokens_of_another_picture_are_left_out(behind, calls):
    """Kontext, Qwen-Image-Edit and their kin; some put the other picture first."""
    x, uncond, cond = tensors(3, 1, 6, 16)
    others = tensors(2, 1, 10, 16, seed=1)
    rows = [
        torch.cat([other, half] if behind else [half, other], 1) for other, half in zip(others, (uncond, cond), strict=True)
    ]
    outputs = [torch.cat(rows)] if calls == 1 else rows[::-1]  # in one call, or first the one with the prompt
    found = take(outputs, [None] * calls, x, uncond + 2.5 * (cond - uncond))
    assert torch.equal(found[0], uncond)
    assert torch.equal(found[1], cond)


def test_the_columns_of_another_picture_are_left_out():
    x, uncond, cond = tensors(3, 1, 4, 8, 8)
    both = torch.cat([torch.cat([uncond, cond]), torch.randn(2, 4, 8, 8)], dim=-1)  # DreamLite
    found = take([both], [None], x, uncond + 2.5 * (cond - uncond))
    assert torch.equal(found[1], cond)


def test_learned_variances_of_a_video_are_left_out():
    x, uncond, cond = tensors(3, 1, 4, 2, 8, 8)
    both = torch.cat([torch.cat([uncond, cond]), torch.randn(2, 4, 2, 8, 8)], dim=1)
    assert torch.equal(take([both], [None], x, uncond + 2 * (cond - uncond))[1], cond)


@pytest.mark.parametrize("calls", [1, 3])
def test_of_three_passes_the_one_with_the_prompt_is_named(calls):
    x, one, two, three = tensors(4, 1, 4, 8, 8)
    text, other = tensors(2, 1, 6, 16)
    perturbed = one + 5 * (two - one) + 0.9 * (two - three), [other, text, text], 1
    pictured = three + 6 * (one - two) + 1.5 * (two - three), [text, other, other], 0
    little = three + 1.2 * (one - two) + 8 * (two - three), [text, other, other], 0  # more of the picture than of the prompt
    for guided, texts, place in (perturbed, pictured, little):
        for sign in (1, -1):
            pairs = Pairs()
            outputs, told = ([torch.cat([one, two, three])], [torch.cat(texts)]) if calls == 1 else ([one, two, three], texts)
            for output, each in zip(outputs, told, strict=True):
                pairs.add(output, each)
            uncond, cond, found = pairs.take(x, sign * guided)
            assert (uncond, cond) == (None, None)
            assert torch.equal(found, text)
            assert pairs.halves == {"cond": (0, slice(place, place + 1)) if calls == 1 else (place, slice(0, 1))}
            assert "3 passes" in pairs.why


@pytest.mark.parametrize("texts", ["unknown", "unmixed"])
def test_passes_that_cant_be_told_apart_have_no_name(texts):
    x, one, two, three = tensors(4, 1, 4, 8, 8)
    text, other = tensors(2, 1, 6, 16)
    pairs = Pairs()
    pairs.add(torch.cat([one, two, three]), None if texts == "unknown" else torch.cat([other, text, text]))
    mixed = one + 5 * (two - one) + 0.9 * (two - three)
    assert pairs.take(x, mixed if texts == "unknown" else torch.randn_like(x)) == (None, None, None)
    assert pairs.halves == {}
    assert "can't be seen" in pairs.why


def test_of_two_passes_with_one_text_the_one_that_is_gone_away_from_is_not_shown():
    """Perturbed attention without guidance: its first pass is the true one."""
    x, cond, perturbed = tensors(3, 1, 4, 8, 8)
    (text,) = tensors(1, 1, 6, 16)
    pairs = Pairs()
    pairs.add(torch.cat([cond, perturbed]), torch.cat([text, text]))
    found = pairs.take(x, cond + 3 * (cond - perturbed))
    assert found[:2] == (None, None)
    assert torch.equal(found[2], text)
    assert pairs.halves == {"cond": (0, slice(0, 1))}


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
