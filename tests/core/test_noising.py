"""The forward process: levels as diffusers has them, and the chain step by step equal to the jump."""

from __future__ import annotations

import math
from typing import Any

import hypothesis.strategies as st
import pytest
import torch
from diffusers import DDPMScheduler, FlowMatchEulerDiscreteScheduler
from hypothesis import given, settings

from diffexplain.core.noising import NAMES, TRAINING_STEPS, USUAL_BETAS, Schedule, chain, closed_form, schedule, step_at
from diffexplain.errors import ScheduleError
from diffexplain.i18n import Words

THEIR_NAME = {"linear": "linear", "scaled_linear": "scaled_linear", "cosine": "squaredcos_cap_v2", "sigmoid": "sigmoid"}
RANGES = [None, (0.00085, 0.012), (1e-4, 0.02), (0.001, 0.001), (0.01, 0.3)]


@pytest.mark.parametrize("betas", RANGES)
@pytest.mark.parametrize("name", THEIR_NAME)
def test_a_thousand_steps_are_those_of_diffusers(name: str, betas: tuple[float, float] | None) -> None:
    first, last = betas or USUAL_BETAS.get(name) or (None, None)
    own = schedule(name, beta_start=first, beta_end=last)
    options = {} if first is None else {"beta_start": first, "beta_end": last}
    theirs = DDPMScheduler(num_train_timesteps=TRAINING_STEPS, beta_schedule=THEIR_NAME[name], **options)
    assert own.betas is not None
    torch.testing.assert_close(own.betas.float(), theirs.betas, rtol=2e-5, atol=1e-8)  # theirs are float32
    # float32's sum of a thousand logarithms is off by more: compare with their betas multiplied exactly
    exact = torch.cumprod(1 - theirs.betas.double(), 0)
    torch.testing.assert_close(own.alphas_cumprod, exact, rtol=1e-4, atol=0)
    torch.testing.assert_close(own.alphas_cumprod.float(), theirs.alphas_cumprod, rtol=1e-3, atol=1e-6)
    noise, x0 = torch.randn(2, 1, 3, 8, 8, dtype=torch.float64, generator=torch.Generator().manual_seed(0))
    for step in (1, 2, 500, 1000):
        added = theirs.add_noise(x0, noise, torch.tensor([step - 1]))
        torch.testing.assert_close(closed_form(x0, own, step, noise), added, rtol=1e-3, atol=1e-4)


@pytest.mark.parametrize("steps", [1, 4, 50, 1000])
def test_flow_is_that_of_diffusers(steps: int) -> None:
    theirs = FlowMatchEulerDiscreteScheduler(num_train_timesteps=steps)
    own = schedule("flow", steps)
    torch.testing.assert_close(own.b.float(), theirs.sigmas.flip(0))
    torch.testing.assert_close(own.a + own.b, torch.ones(steps, dtype=torch.float64))
    noise, x0 = torch.randn(2, 1, 4, dtype=torch.float64, generator=torch.Generator().manual_seed(0))
    for step in range(1, steps + 1, max(1, steps // 5)):
        added = theirs.scale_noise(x0, theirs.timesteps[-step].reshape(1), noise)
        torch.testing.assert_close(closed_form(x0, own, step, noise), added, rtol=1e-6, atol=1e-6)


ranges = st.tuples(st.floats(1e-6, 0.99), st.floats(1e-6, 0.99)).map(sorted)
schedules = st.builds(
    lambda name, steps, betas: schedule(name, steps, *betas), st.sampled_from(NAMES), st.integers(1, TRAINING_STEPS), ranges
)


@settings(max_examples=60)
@given(schedules, st.integers(0, 2**31), st.integers(1, 5), st.floats(-3, 3))
def test_the_chain_and_the_jump_meet(levels: Schedule, seed: int, side: int, bright: float) -> None:
    draw = torch.Generator().manual_seed(seed)
    x0 = torch.randn(3, side, side, generator=draw, dtype=torch.float64) + bright
    noised = None
    for noised in chain(x0, levels, draw):
        torch.testing.assert_close(noised.x, closed_form(x0, levels, noised.step, noised.noise), rtol=0, atol=1e-9)
    assert noised is not None
    assert noised.step == levels.steps


@settings(max_examples=100)
@given(schedules)
def test_a_step_keeps_what_its_beta_says(levels: Schedule) -> None:
    for step in {1, (levels.steps + 1) // 2, levels.steps}:
        keep, add = levels.transition(step)
        if levels.betas is not None:  # DDPM eq. 2
            assert keep**2 == pytest.approx(1 - float(levels.betas[step - 1]), abs=1e-12)
            assert add**2 == pytest.approx(float(levels.betas[step - 1]), abs=1e-12)
        (a, b), (before_a, before_b) = levels.level(step), levels.level(step - 1)
        assert keep * before_a == pytest.approx(a, abs=1e-12)
        assert keep**2 * before_b**2 + add**2 == pytest.approx(b**2, abs=1e-12)


@settings(max_examples=100)
@given(schedules)
def test_levels_go_from_the_picture_to_noise(levels: Schedule) -> None:
    assert (torch.diff(levels.a) <= 0).all()
    assert (torch.diff(levels.b) >= 0).all()
    assert (torch.diff(levels.log_snr) < 0).all() or levels.log_snr[-1] < -700  # float64 ends where nothing is left anyway
    assert ((levels.a >= 0) & (levels.a < 1) & (levels.b > 0) & (levels.b <= 1)).all()
    if levels.betas is not None:
        torch.testing.assert_close(levels.a**2 + levels.b**2, torch.ones_like(levels.a))
        torch.testing.assert_close(torch.cumprod(1 - levels.betas, 0), levels.alphas_cumprod, rtol=1e-7, atol=1e-12)
    visible = levels.log_snr > -600
    torch.testing.assert_close((2 * torch.log(levels.a / levels.b))[visible], levels.log_snr[visible], rtol=1e-6, atol=1e-6)


@settings(max_examples=60)
@given(st.sampled_from(NAMES), st.integers(1, TRAINING_STEPS))
def test_fewer_steps_are_the_same_process(name: str, steps: int) -> None:
    long, short = schedule(name), schedule(name, steps)
    assert short.steps == steps
    torch.testing.assert_close(short.a[-1], long.a[-1])  # as near to noise as a thousand
    for at in range(0, steps, max(1, steps // 7)):
        place = (at + 1) * TRAINING_STEPS / steps
        below, above = max(1, math.floor(place)) - 1, min(TRAINING_STEPS, math.ceil(place)) - 1
        assert float(long.a[above]) - 1e-12 <= float(short.a[at])
        assert place < 1 or float(short.a[at]) <= float(long.a[below]) + 1e-12
        assert float(short.timesteps[at]) == pytest.approx(place)


@pytest.mark.parametrize("name", NAMES)
def test_a_chain_adds_independent_noise_of_the_right_strength(name: str) -> None:
    levels = schedule(name, 20)
    x0, draw = torch.zeros(40_000, dtype=torch.float64), torch.Generator().manual_seed(1)
    before = x0
    for noised in chain(x0, levels, draw):
        keep, add = levels.transition(noised.step)
        torch.testing.assert_close(noised.x, keep * before + add * noised.fresh)
        assert float(noised.noise.std()) == pytest.approx(1, abs=0.02)
        assert float(noised.x.std()) == pytest.approx(levels.level(noised.step)[1], abs=0.02)
        before = noised.x


def test_stable_diffusions_last_step_is_not_quite_noise() -> None:
    a, b = schedule("scaled_linear").level(1000)
    assert round(a, 6) == 0.068265  # Lin et al. 2023, table 1 (sqrt of alphas_cumprod)
    assert b < 1
    assert schedule("cosine").level(1000)[0] < 1e-4
    assert schedule("flow").level(1000) == (0.0, 1.0)


def test_given_noises_are_used_one_a_step() -> None:
    levels, x0 = schedule("linear", 3), torch.ones(2, dtype=torch.float64)
    noises = list(torch.randn(3, 2, dtype=torch.float64))
    assert [step.fresh.tolist() for step in chain(x0, levels, noises)] == [noise.tolist() for noise in noises]
    with pytest.raises(ScheduleError, match="2"):
        list(chain(x0, levels, noises[:2]))


@pytest.mark.parametrize("name", NAMES)
def test_the_step_of_a_level_is_found(name: str) -> None:
    levels = schedule(name, 37)
    for step in (1, 2, 18, 36):
        assert step_at(levels, float(levels.log_snr[step - 1])) == pytest.approx(step)
    between = (float(levels.log_snr[9]) + float(levels.log_snr[10])) / 2
    assert step_at(levels, between) == pytest.approx(10.5)
    assert step_at(levels, float(levels.log_snr[0]) + 1e-6) is None
    assert step_at(levels, 1e9) is None
    end = step_at(levels, -1e9)
    assert end is None or end == pytest.approx(36)  # flow has no last level that is finite


@pytest.mark.parametrize(
    "values",
    [
        ("lineer",),
        ("linear", 0),
        ("linear", 1001),
        ("linear", 10, 0.0),
        ("linear", 10, 0.5, 0.1),
        ("sigmoid", 10, 0.1, 1.0),
        ("linear", 10, math.nan),
    ],
)
def test_what_is_no_schedule_is_refused(values: Any) -> None:
    with pytest.raises(ScheduleError) as raised:
        schedule(*values)
    assert isinstance(raised.value.args[0], Words)
    with pytest.raises(ScheduleError, match="0 to 4"):
        closed_form(torch.zeros(1), schedule("linear", 4), 5, torch.zeros(1))
