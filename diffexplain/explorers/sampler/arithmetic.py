"""What a sampler itself computes, without the network: its steps once more, on the recorded predictions."""

from __future__ import annotations

import inspect
import time
from typing import TYPE_CHECKING, Any

import torch

from diffexplain.core.lanes.pipelines import scheduler_for

if TYPE_CHECKING:
    from collections.abc import Iterator

    from diffexplain.core.lanes import Lane
    from diffexplain.core.trace import Trace


_REPEATS = 3


def own_seconds(trace: Trace, lane: Lane, pipe: Any) -> float | None:
    """Seconds that the sampler's own arithmetic takes for a whole run; None where its timesteps can't be laid out again.

    The shortest of three runs: what else the machine does only ever makes one longer.
    """
    taken = [seconds for _ in range(_REPEATS) if (seconds := _timed(trace, lane, pipe)) is not None]
    return min(taken, default=None)


def _timed(trace: Trace, lane: Lane, pipe: Any) -> float | None:
    device, began = trace.steps[0].x.device, None
    for _ in replayed(trace, lane, pipe):
        if device.type == "cuda":
            torch.cuda.synchronize(device)
        if began is None:
            began = time.perf_counter()  # the first is only where it starts
    return None if began is None else time.perf_counter() - began


@torch.no_grad()
def replayed(trace: Trace, lane: Lane, pipe: Any) -> Iterator[torch.Tensor]:
    """The latents of a run, from its starting noise on, as a fresh scheduler makes them out of the recorded predictions.

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
