"""A page gets what fits: arrays as they are where they are small, else small ones that look like all of them."""

from __future__ import annotations

import math

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import example, given
from PIL import Image

from diffexplain.explorers import decoding, previews
from diffexplain.explorers.pictures import opened, png, within

shapes = st.tuples(st.integers(1, 16), st.integers(1, 160), st.integers(1, 160))


@given(shapes, st.integers(1, 2000), st.integers(2, 5), st.integers(2, 4))
@example((3, 42, 1), 1008, 2, 4)  # one side can't be smaller
def test_a_plan_keeps_to_its_share(shape: tuple[int, int, int], count: int, whole: int, needed: int) -> None:
    plan = previews.plan(shape, count, whole, needed)
    channels, rows, columns = shape
    left = max(previews.STEPS // 10, previews.STEPS - 600 * count)
    if plan.shape is None:
        assert len(plan.steps) == count
        assert count * whole * math.prod(shape) * 2 <= left
    else:
        height, width = plan.shape
        assert 1 <= height <= min(rows, 64)
        assert 1 <= width <= min(columns, 64)
        assert len(plan.steps) * needed * channels * height * width <= left
        assert {0, count - 1} <= set(plan.steps)
        assert len(plan.steps) in (count, 64)
        assert abs(height - rows * width / columns) <= 1 + rows / columns


@given(shapes, st.integers(1, 2000), st.integers(40_000, 2_000_000))
@example((3, 42, 1), 1008, 123_800)
def test_arrays_fit_their_budget(shape: tuple[int, int, int], count: int, budget: int) -> None:
    channels, rows, columns = shape
    fitting = previews.fitting(shape, count, budget)
    if fitting is None:
        assert count * math.prod(shape) * 2 <= budget
    else:
        height, width = fitting
        assert 1 <= height <= min(rows, 64)
        assert 1 <= width <= min(columns, 64)
        assert count * channels * height * width <= budget


def test_the_shares_leave_room_for_what_is_asked() -> None:
    assert previews.STEPS + previews.RESULT + previews.TEXT + decoding.MOST_BYTES <= previews.BYTES - 50_000


@pytest.mark.parametrize(
    ("side", "count", "shape"), [(16, 20, None), (16, 50, None), (32, 20, None), (64, 20, (64, 64)), (128, 20, (64, 64))]
)
def test_what_models_of_usual_size_show(side: int, count: int, shape: tuple[int, int] | None) -> None:
    assert previews.plan((4, side, side), count, 5, 3) == previews.Plan(shape, range(count))


def test_a_very_long_run_has_arrays_at_evenly_spread_steps() -> None:
    plan = previews.plan((4, 128, 128), 1000, 5, 3)
    assert len(plan.steps) == 64
    assert [plan.of(step) for step in (0, 1, 999)] == [plan.shape, (0, 0), plan.shape]


def test_noise_in_small_is_as_loud_as_noise() -> None:
    noise = np.random.default_rng(0).standard_normal((4, 128, 128)).astype(np.float16)
    assert previews.small(noise, (64, 64)).values.std() == pytest.approx(noise.std(), rel=0.02)
    assert previews.small(noise, (45, 45)).values.std() == pytest.approx(noise.std(), rel=0.03)


@given(st.integers(1, 40), st.integers(1, 40), st.data())
def test_small_arrays_are_numbers_of_the_large_one_in_their_order(rows: int, columns: int, data: st.DataObject) -> None:
    shape = data.draw(st.tuples(st.integers(1, rows), st.integers(1, columns)))
    array = np.arange(rows * columns, dtype=np.float32).reshape(1, rows, columns)
    small = previews.small(array, shape)
    assert small.values.shape == (1, *shape)
    off = np.abs(small.values[0].ravel()[:, None] - array.ravel()).min(1)
    assert off.max() <= small.scale / 2 + 1e-3
    assert (np.diff(small.levels.astype(int), axis=2) >= 0).all()
    if shape == (rows, columns):
        assert np.abs(small.values - array).max() <= small.scale / 2 + 1e-3


def test_a_heavy_picture_becomes_a_light_one_and_a_light_one_stays() -> None:
    draws = np.random.default_rng(0).integers(0, 256, (1024, 768, 3), np.uint8)
    heavy, light = png(Image.fromarray(draws)), png(Image.new("RGB", (64, 64)))
    assert previews.small_picture(light) is light
    small = previews.small_picture(heavy)
    assert len(small.data) <= previews.RESULT < len(heavy.data)
    assert small.height / small.width == pytest.approx(4 / 3, rel=0.02)
    assert opened(small).size == (small.width, small.height)
    assert within([Image.fromarray(draws)], 5_000, 512)[0].width < 512
