"""Walks between two noises: exact ends, the length kept, and the cases in which there is no great circle."""

from __future__ import annotations

import math

import pytest
import torch
from hypothesis import assume, given
from hypothesis import strategies as st

from diffexplain.core.interpolation import lerp, relative_length, slerp

NUMBERS = st.lists(st.floats(-100, 100, width=32), min_size=2, max_size=24)
SHARES = st.floats(0, 1)


def noise(seed: int, *shape: int) -> torch.Tensor:
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed))


@st.composite
def two(draw: st.DrawFn) -> tuple[torch.Tensor, torch.Tensor]:
    a = draw(NUMBERS)
    b = draw(st.lists(st.floats(-100, 100, width=32), min_size=len(a), max_size=len(a)))
    return torch.tensor(a, dtype=torch.float64), torch.tensor(b, dtype=torch.float64)


@pytest.mark.parametrize("dtype", [torch.float16, torch.float32, torch.float64])
@pytest.mark.parametrize("way", [slerp, lerp])
def test_the_ends_are_exact_and_copies(way: object, dtype: torch.dtype) -> None:
    a, b = noise(0, 1, 4, 16, 16).to(dtype), noise(1, 1, 4, 16, 16).to(dtype)
    for t, end in ((0, a), (1, b), (0.0, a), (1.0, b)):
        found = way(a, b, t)  # type: ignore[operator]
        assert torch.equal(found, end)
        assert found.dtype == dtype
        assert found.data_ptr() != end.data_ptr()


@given(two(), SHARES)
def test_the_length_goes_evenly_from_one_to_the_other(vectors: tuple[torch.Tensor, torch.Tensor], t: float) -> None:
    a, b = vectors
    assume(float(a.norm()) > 1e-3 and float(b.norm()) > 1e-3)
    cosine = float(a @ b / a.norm() / b.norm())
    assume(abs(cosine) < 1 - 1e-9)
    wanted = (1 - t) * float(a.norm()) + t * float(b.norm())
    assert float(slerp(a, b, t).norm()) == pytest.approx(wanted, rel=1e-9)


@given(two(), SHARES)
def test_the_direction_turns_evenly(vectors: tuple[torch.Tensor, torch.Tensor], t: float) -> None:
    a, b = vectors
    assume(float(a.norm()) > 1e-3 and float(b.norm()) > 1e-3)
    whole = math.acos(max(-1, min(1, float(a @ b / a.norm() / b.norm()))))
    assume(1e-3 < whole < math.pi - 1e-3)
    z = slerp(a, b, t)
    turned = math.acos(max(-1, min(1, float(a @ z / a.norm() / z.norm()))))
    assert turned == pytest.approx(t * whole, abs=1e-6)


@given(two(), SHARES)
def test_the_way_back_is_the_same_way(vectors: tuple[torch.Tensor, torch.Tensor], t: float) -> None:
    a, b = vectors
    assume(float(a.norm()) > 1e-3 and float(b.norm()) > 1e-3)
    assume(abs(float(a @ b / a.norm() / b.norm())) < 1 - 1e-6)
    torch.testing.assert_close(slerp(a, b, t), slerp(b, a, 1 - t), rtol=1e-7, atol=1e-7)


@given(SHARES)
def test_it_is_shoemakes_formula_on_the_unit_sphere(t: float) -> None:
    a, b = (noise(seed, 40).double() for seed in (3, 4))
    a, b = a / a.norm(), b / b.norm()
    angle = torch.arccos(a @ b)
    wanted = (torch.sin((1 - t) * angle) * a + torch.sin(t * angle) * b) / torch.sin(angle)
    torch.testing.assert_close(slerp(a, b, t), wanted, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("off", [0.0, 1e-12, 1e-10, 1e-8, 1e-6])
def test_nearly_parallel_is_nearly_linear(off: float) -> None:
    a = noise(5, 64).double()
    b = a + off * noise(6, 64).double()
    for t in (0.25, 0.5, 0.9):
        torch.testing.assert_close(slerp(a, b, t), lerp(a, b, t), rtol=0, atol=1e-9)


@given(st.integers(2, 40), st.floats(0.01, 0.99))
def test_opposite_ones_go_half_around(size: int, t: float) -> None:
    a = noise(size, size).double()
    z = slerp(a, -3 * a, t)
    assert float(z.norm()) == pytest.approx(float(a.norm()) * (1 + 2 * t), rel=1e-9)
    assert float(a @ z / a.norm() / z.norm()) == pytest.approx(math.cos(math.pi * t), abs=1e-9)


def test_where_there_is_no_circle_it_is_the_line() -> None:
    a, zero = torch.tensor([1.0, 2.0]), torch.zeros(2)
    assert torch.equal(slerp(zero, a, 0.5), a / 2)
    assert torch.equal(slerp(a, zero, 0.5), a / 2)
    assert torch.equal(slerp(zero, zero, 0.5), zero)
    assert torch.equal(slerp(torch.tensor([2.0]), torch.tensor([-2.0]), 0.5), torch.tensor([0.0]))


@given(SHARES)
def test_the_line_between_independent_noises_is_shorter(t: float) -> None:
    a, b = noise(7, 100_000), noise(8, 100_000)
    assert relative_length(lerp(a, b, t)) == pytest.approx(math.sqrt((1 - t) ** 2 + t**2), abs=0.01)
    assert relative_length(slerp(a, b, t)) == pytest.approx(1, abs=0.01)
    assert torch.equal(a, noise(7, 100_000))  # and nothing was changed
