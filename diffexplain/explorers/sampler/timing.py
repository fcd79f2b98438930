"""Where the time of a run goes: what the network takes, and what a sampler itself computes without it."""

from __future__ import annotations

import inspect
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import torch

from diffexplain.core.lanes.pipelines import scheduler_for
from diffexplain.core.placement import device_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from diffexplain.core.lanes import Lane
    from diffexplain.core.trace import Trace


_REPEATS = 3


@contextmanager
def timed_calls(denoiser: torch.nn.Module) -> Iterator[list[float]]:
    """Measure the seconds of each call of a network in this block; the network stays as it is.

    Args:
        denoiser: a unet or transformer of diffusers that works for nobody else, see `own_pipeline`. On a GPU each call is waited for,
            or it would seem to take no time.
    """
    seconds: list[float] = []
    begun: list[float] = []
    device = device_of(denoiser)
    hooks = [
        denoiser.register_forward_pre_hook(lambda *_: begun.append(_now(device))),
        denoiser.register_forward_hook(lambda *_: seconds.append(_now(device) - begun.pop())),
    ]
    try:
        yield seconds
    finally:
        for hook in hooks:
            hook.remove()


def own_seconds(trace: Trace, lane: Lane, pipe: Any) -> float | None:
    """Return the seconds that a sampler's own arithmetic takes for a whole run: its steps once more, on the recorded predictions.

    The shortest of three runs: what else the machine does only ever makes one longer. None where its timesteps can't be laid out again.
    """
    device = trace.steps[0].x.device
    runs = [[_now(device) for _ in replayed(trace, lane, pipe)] for _ in range(_REPEATS)]
    return min((times[-1] - times[0] for times in runs if times), default=None)  # the first is only where it starts


@torch.no_grad()
def replayed(trace: Trace, lane: Lane, pipe: Any) -> Iterator[torch.Tensor]:
    """Yield the latents of a run, from its starting noise on, as a fresh scheduler makes them out of the recorded predictions.

    Nothing comes where the pipeline lays the timesteps out in a way of its own (a shift by the picture's size).
    """
    scheduler = scheduler_for(lane, pipe)
    try:
        scheduler.set_timesteps(lane.steps, device=trace.steps[0].x.device)
    except ValueError:  # a scheduler that is told its shift by the pipeline
        return
    timesteps = list(scheduler.timesteps)
    if [float(timestep) for timestep in timesteps] != list(trace.timesteps):
        return
    latents = trace.steps[0].x
    generator = torch.Generator("cpu").manual_seed(lane.seed)
    torch.randn(latents.shape, generator=generator, dtype=latents.dtype)  # the starting noise came out of the same dice
    accepted = inspect.signature(scheduler.step).parameters
    given = {name: value for name, value in {"generator": generator, "eta": lane.eta}.items() if name in accepted}
    scheduler.scale_model_input(latents, timesteps[0])  # some insist on it
    yield latents
    for step, timestep in zip(trace.steps, timesteps, strict=True):
        latents = scheduler.step(step.guided, timestep, latents, **given, return_dict=False)[0].to(latents.dtype)
        yield latents


def _now(device: torch.device) -> float:
    if device.type == "cuda":
        torch.cuda.synchronize(device)
    return time.perf_counter()
