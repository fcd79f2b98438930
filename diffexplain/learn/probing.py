"""A denoiser looked at from outside while it learns: its error at fixed noise levels, what it draws, and what it sees in one picture.

All of it is of fixed pictures and fixed noise, and nothing in it is chance: what changes from one look to the next is the network.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeAlias

import torch
from diffusers import DDIMScheduler

from diffexplain.core import levels
from diffexplain.core.derivation import solve
from diffexplain.learn.denoiser import target_of

if TYPE_CHECKING:
    from collections.abc import Sequence

Denoise: TypeAlias = Callable[[torch.Tensor, torch.Tensor], torch.Tensor]
"""(N, C, h, w) noisy and (N,) timesteps -> (N, C, h, w) what the scheduler's `prediction_type` says."""


@torch.no_grad()
def errors_at(
    denoise: Denoise, scheduler: Any, clean: torch.Tensor, noise: torch.Tensor, timesteps: Sequence[int]
) -> torch.Tensor:
    """Return the mean square error of what is predicted at each of some noise levels, all of the same pictures.

    Args:
        denoise: the network.
        scheduler: whose levels these are, and whose `prediction_type` says what is predicted.
        clean: (N, C, h, w)
        noise: the same shape, the same for all levels.
        timesteps: L of them.

    Returns:
        (L,)
    """
    found = []
    for timestep in timesteps:
        at = torch.full((len(clean),), timestep, device=clean.device)
        predicted = denoise(scheduler.add_noise(clean, noise, at), at)
        found.append((predicted - target_of(scheduler, clean, noise, at)).square().mean())
    return torch.stack(found)


def told_apart(
    scheduler: Any, noisy: torch.Tensor, predicted: torch.Tensor, timestep: int
) -> tuple[torch.Tensor, torch.Tensor]:
    """Return the original and the noise that a prediction amounts to, whatever the scheduler's `prediction_type` says it is.

    Args:
        scheduler: as for `errors_at`.
        noisy: (N, C, h, w) at this timestep.
        predicted: the same shape.
        timestep: of training.

    Returns:
        (N, C, h, w) each.
    """
    level = levels.level_at(scheduler, timestep)
    return solve(noisy, predicted, level, levels.parameterization_of(scheduler, level))


@torch.no_grad()
def sampled(denoise: Denoise, scheduler: Any, start: torch.Tensor, steps: int) -> torch.Tensor:
    """Return what the network makes of noise in so many steps of DDIM (Song et al. 2021), which adds none of its own.

    Args:
        denoise: the network.
        scheduler: of the training; its levels and its `prediction_type` are taken, and it is not changed.
        start: (N, C, h, w) noise.
        steps: 1 or more.

    The first step is from the last timestep of training, which is noise alone. From there a network that says the noise can't tell the
    picture, which would be divided by next to nothing; its first step begins a step nearer (Lin et al. 2024, "Common diffusion noise
    schedules and sample steps are flawed", section 3.3).
    """
    spacing = "leading" if scheduler.config.prediction_type == "epsilon" else "trailing"
    walk = DDIMScheduler.from_config(scheduler.config, timestep_spacing=spacing)
    walk.set_timesteps(steps)
    now = start
    for timestep in walk.timesteps.tolist():
        now = walk.step(denoise(now, torch.full((len(now),), timestep)), timestep, now).prev_sample
    return now
