"""A sampler as a table of numbers: what a page needs to take the same steps without diffusers.

A step of these samplers is linear in what it is given: in the latents and the prediction of this call of the denoiser, in those of the call
before, and in fresh noise. The coefficients are not worked out anew here: the scheduler itself is walked once with unit vectors in the place
of latents and predictions, and what comes out of each step are its coefficients, whatever the scheduler's flags are.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import torch

from diffexplain.core import samplers
from diffexplain.core.calling import signature_of
from diffexplain.core.levels import level_after, level_at, parameterization_of, require_readable
from diffexplain.errors import UnsupportedSchedulerError
from diffexplain.i18n import say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from diffexplain.core.levels import Level, Parameterization

_CALLS = 3  # this one, the one before, and one more that must not matter
_INPUTS = 2 * _CALLS  # latents and prediction of each
_EMPTY = 2  # entries that stay zero, in which the fresh noise is seen alone


@dataclass(frozen=True)
class TableRow:
    """One call of the denoiser and of ``scheduler.step``; a step of second order (Heun) has two.

    The next latents are ``x*x_i + prediction*m_i + x_before*x_(i-1) + prediction_before*m_(i-1) + fresh*z``, with latents x and predictions
    m as the network gives them, after guidance.

    Attributes:
        timestep: For the denoiser.
        scale: What the latents are multiplied by for the denoiser.
        level: Noise level of the latents before.
        next_level: Noise level that the step goes to.
        parameterization: What the prediction is made of.
        x: Coefficient of the latents.
        prediction: Coefficient of the prediction.
        x_before: Coefficient of the latents of the call before; 0 for the first.
        prediction_before: Coefficient of the prediction of the call before.
        fresh: Coefficient of the fresh unit-variance noise.
        draws: Whether noise is drawn from the run's generator, even where its coefficient is 0.
    """

    timestep: float
    scale: float
    level: Level
    next_level: Level
    parameterization: Parameterization
    x: float
    prediction: float
    x_before: float
    prediction_before: float
    fresh: float
    draws: bool


@dataclass(frozen=True)
class StepTable:
    """All steps of a run.

    Attributes:
        start: What unit-variance noise is multiplied by to begin.
        rows: One a call of the denoiser.
    """

    start: float
    rows: tuple[TableRow, ...]


def step_table(scheduler: Any, steps: int | Sequence[int], eta: float = 0.0) -> StepTable:
    """Return the steps of a sampler as a table.

    Args:
        scheduler: Of diffusers, as `samplers.build` gives it. It stays as it is.
        steps: How many; or their timesteps, for a scheduler that takes such.
        eta: Share of fresh noise, for DDIM; others don't know it.

    Raises:
        UnsupportedSchedulerError: For a scheduler whose levels cannot be read, or that remembers more than one call.
    """
    require_readable(scheduler)
    scheduler = samplers.fresh(scheduler)
    if isinstance(steps, int):
        scheduler = samplers.with_room_for(steps, scheduler)
        scheduler.set_timesteps(steps)
    else:
        scheduler.set_timesteps(timesteps=list(steps))
    known = signature_of(type(scheduler), "step").parameters
    options = {"eta": eta} if "eta" in known else {}
    rows = tuple(_row(scheduler, index, timestep, options, known) for index, timestep in enumerate(scheduler.timesteps))
    return StepTable(float(scheduler.init_noise_sigma), rows)


def _row(scheduler: Any, index: int, timestep: torch.Tensor, options: dict[str, Any], known: Any) -> TableRow:
    here, before, older = (2 * ((index - back) % _CALLS) for back in range(_CALLS))
    x, prediction = torch.eye(_INPUTS, _INPUTS + _EMPTY)[here : here + 2, None]
    scale = float(scheduler.scale_model_input(torch.ones(1), timestep))
    level = level_at(scheduler, timestep)
    generator, untouched = (torch.Generator().manual_seed(0) for _ in range(2))
    given = {"generator": generator} if "generator" in known else {}
    moved = scheduler.step(prediction, timestep, x, **options, **given, return_dict=False)[0][0].double()
    draws = not torch.equal(generator.get_state(), untouched.get_state())
    noise = torch.randn(1, _INPUTS + _EMPTY, generator=untouched)[0].double()
    fresh = float(moved[_INPUTS] / noise[_INPUTS]) if draws else 0.0
    coefficients = (moved - fresh * noise)[:_INPUTS].tolist()
    if index >= _CALLS - 1 and max(map(abs, coefficients[older : older + 2])) > 1e-5:
        raise UnsupportedSchedulerError(
            say(
                "{name} remembers more than one call of the denoiser, which a table of steps does not hold; take one of {names}",
                name=type(scheduler).__name__,
                names="ddim, euler, euler_a, dpmpp_2m, heun, ddpm",
            )
        )
    return TableRow(
        timestep=float(timestep),
        scale=scale,
        level=level,
        next_level=level_after(scheduler, timestep),
        parameterization=parameterization_of(scheduler, level),
        x=coefficients[here],
        prediction=coefficients[here + 1],
        x_before=coefficients[before],
        prediction_before=coefficients[before + 1],
        fresh=fresh,
        draws=draws,
    )
