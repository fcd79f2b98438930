"""Stepping by the table is stepping by the scheduler."""

from __future__ import annotations

import diffusers
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from diffexplain.core import samplers
from diffexplain.core.levels import solve
from diffexplain.core.step_table import StepTable, step_table
from diffexplain.errors import UnsupportedSchedulerError
from tests.tiny import BETAS

NAMES = ("ddim", "euler", "euler_a", "dpmpp_2m", "heun", "ddpm")
SHAPE = (1, 4, 4, 4)


def network(x, timestep):
    """Some function of both, about as large as noise."""
    return torch.tanh(x * (1 + timestep / 1000)) + 0.3 * torch.roll(x, 1, -1).clamp(-1, 1)


def by_scheduler(scheduler, steps, eta, seed):
    """Every latents of a run, its start among them."""
    generator = torch.Generator().manual_seed(seed)
    scheduler.set_timesteps(steps) if isinstance(steps, int) else scheduler.set_timesteps(timesteps=steps)
    options = {} if type(scheduler).__name__ == "HeunDiscreteScheduler" else {"generator": generator}
    options |= {"eta": eta} if type(scheduler).__name__ == "DDIMScheduler" else {}
    found = [torch.randn(SHAPE, generator=generator) * scheduler.init_noise_sigma]
    for timestep in scheduler.timesteps:
        prediction = network(scheduler.scale_model_input(found[-1], timestep), timestep)
        found.append(scheduler.step(prediction, timestep, found[-1], **options, return_dict=False)[0])
    return found


def by_table(table: StepTable, seed):
    generator = torch.Generator().manual_seed(seed)
    x = torch.randn(SHAPE, generator=generator) * table.start
    found, before, prediction_before = [x], torch.zeros(SHAPE), torch.zeros(SHAPE)
    for row in table.rows:
        prediction = network(x * row.scale, torch.tensor(row.timestep))
        fresh = torch.randn(SHAPE, generator=generator) if row.draws else 0.0
        moved = row.x * x + row.prediction * prediction + row.x_before * before
        moved = moved + row.prediction_before * prediction_before + row.fresh * fresh
        x, before, prediction_before = moved, x, prediction
        found.append(x)
    return found


def assert_same(scheduler, steps, eta, seed):
    table = step_table(scheduler, steps, eta)
    own = samplers.fresh(scheduler)
    wanted = by_scheduler(samplers.with_room_for(steps, own) if isinstance(steps, int) else own, steps, eta, seed)
    assert len(table.rows) == len(wanted) - 1
    for one, other in zip(by_table(table, seed), wanted, strict=True):
        assert (one - other).abs().max() <= 1e-5 * other.abs().max()


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("steps", [1, 2, 3, 14, 20, 50])
@pytest.mark.parametrize("spacing", ["leading", "trailing"])
def test_the_same_latents_at_every_step(name, steps, spacing):
    scheduler = samplers.build(name, diffusers.DDIMScheduler(**BETAS, timestep_spacing=spacing))
    assert_same(scheduler, steps, 0.0, 7)


@pytest.mark.parametrize("name", ["dpmpp_2m", "ddpm"])
def test_timesteps_may_be_given(name):
    scheduler = samplers.build(name, diffusers.DDIMScheduler(**BETAS))
    assert_same(scheduler, [*range(951, 100, -37), 60, 20, 3, 1], 0.0, 7)


@settings(max_examples=20, deadline=None)
@given(
    name=st.sampled_from(NAMES),
    steps=st.integers(1, 100),
    eta=st.floats(0, 1),
    seed=st.integers(0, 2**53 - 1),
    prediction=st.sampled_from(["epsilon", "v_prediction"]),
)
def test_for_any_steps_eta_and_seed(name, steps, eta, seed, prediction):
    assert_same(samplers.build(name, diffusers.DDIMScheduler(**BETAS, prediction_type=prediction)), steps, eta, seed)


@pytest.mark.parametrize("name", ["euler", "heun", "dpmpp_2m"])
@pytest.mark.parametrize("spacing", ["karras", "exponential", "linspace"])
def test_however_the_timesteps_are_laid_out(name, spacing):
    assert_same(samplers.build(name, diffusers.DDIMScheduler(**BETAS), spacing), 12, 0.0, 1)


@pytest.mark.parametrize("name", NAMES)
def test_levels_are_those_of_the_run_and_end_clean(name):
    """What the table says about the latents is what they are: with the true noise as prediction it finds the picture behind them."""
    table = step_table(samplers.build(name, diffusers.DDIMScheduler(**BETAS)), 10)
    picture, noise = torch.randn(2, *SHAPE, generator=torch.Generator().manual_seed(3))
    for row in table.rows:
        x0, found = solve(row.level.a * picture + row.level.b * noise, noise, row.level, row.parameterization)
        assert torch.allclose(x0, picture, atol=1e-3)
        assert torch.allclose(found, noise, atol=1e-5)
    assert table.rows[-1].next_level.b < 0.05
    assert all(one.next_level.log_snr >= one.level.log_snr - 1e-6 for one in table.rows)


def test_noise_is_drawn_where_the_scheduler_draws():
    model = diffusers.DDIMScheduler(**BETAS)
    drawn = {
        (name, eta): {row.draws for row in step_table(samplers.build(name, model), 5, eta).rows}
        for name in NAMES
        for eta in (0.0, 0.5)
    }
    assert {case for case, draws in drawn.items() if draws == {True}} == {
        *((name, eta) for name in ("euler_a", "ddpm") for eta in (0.0, 0.5)),
        ("ddim", 0.5),
    }
    assert all(draws == {False} for case, draws in drawn.items() if case[0] in {"euler", "heun", "dpmpp_2m"})


@pytest.mark.parametrize("name", ["unipc", "lms"])
def test_one_that_remembers_more_is_refused(name):
    with pytest.raises(UnsupportedSchedulerError, match="remembers more than one call"):
        step_table(samplers.build(name, diffusers.DDIMScheduler(**BETAS)), 20)


def test_the_scheduler_stays_as_it_is():
    scheduler = samplers.build("heun", diffusers.DDIMScheduler(**BETAS))
    before = scheduler.timesteps.clone()
    step_table(scheduler, 5)
    assert torch.equal(scheduler.timesteps, before)
    assert scheduler.step_index is None
