"""Figures against what others compute."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.ndimage import gaussian_filter
from scipy.stats import binomtest

from diffexplain.training.evaluation.figures import mean_of, psnr, share_of, ssim, wilson


@given(st.integers(1, 500), st.floats(0, 1))
def test_the_interval_is_the_one_scipy_computes(number: int, share: float) -> None:
    hits = round(share * number)
    expected = binomtest(hits, number).proportion_ci(method="wilson")
    assert wilson(hits, number) == pytest.approx((expected.low, expected.high), abs=1e-9)


def test_none_of_none_says_nothing() -> None:
    found = share_of([])
    assert math.isnan(found.share)
    assert (found.low, found.high, found.number) == (0.0, 1.0, 0)


def test_shares_count() -> None:
    found = share_of([True, False, True, True])
    assert (found.share, found.number) == (0.75, 4)
    assert found.low < 0.75 < found.high


def test_a_mean_holds_its_interval() -> None:
    values = np.random.default_rng(0).normal(5, 2, 400)
    found = mean_of(values)
    assert found.mean == pytest.approx(values.mean())
    assert found.high - found.low == pytest.approx(2 * 1.96 * 2 / 20, rel=0.1)


def pictures(seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 256, (3, 64, 64, 3), dtype=np.uint8)


def test_equal_pictures_are_alike() -> None:
    assert ssim(pictures(), pictures()) == pytest.approx(1.0)
    assert psnr(pictures(), pictures()) == pytest.approx(99.0)


def test_psnr_of_a_known_error() -> None:
    black = np.zeros((1, 8, 8, 3), np.uint8)
    assert psnr(black + np.uint8(10), black) == pytest.approx(20 * math.log10(255 / 10))


def test_ssim_is_the_textbooks() -> None:
    """Wang et al. 2004 with scipy's Gaussian, cut off at the same 5 pixels, without the border."""
    clean = pictures(1)
    noisy = np.clip(clean + np.random.default_rng(2).normal(0, 40, clean.shape), 0, 255).astype(np.uint8)
    expected = []
    for one, other in zip(clean.astype(float), noisy.astype(float), strict=True):
        channels = []
        for channel in range(3):
            x, y = one[..., channel], other[..., channel]

            def local(values: np.ndarray) -> np.ndarray:
                return gaussian_filter(values, 1.5, radius=5)[5:-5, 5:-5]

            mx, my = local(x), local(y)
            vx, vy, both = local(x * x) - mx**2, local(y * y) - my**2, local(x * y) - mx * my
            c1, c2 = 2.55**2, 7.65**2
            likeness = (2 * mx * my + c1) * (2 * both + c2) / ((mx**2 + my**2 + c1) * (vx + vy + c2))
            channels.append(likeness.mean())
        expected.append(np.mean(channels))
    assert ssim(noisy, clean) == pytest.approx(expected, rel=1e-6)
    assert ssim(clean, noisy) == pytest.approx(expected, rel=1e-6)
