"""Several lanes as they grow: what the explorer needs of each step, and nothing that it does not."""

from __future__ import annotations

import math
from contextlib import closing
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import torch

from diffexplain.core.evenly import evenly
from diffexplain.core.lanes import sampling
from diffexplain.core.lanes.pipelines import scheduler_for
from diffexplain.core.sisters import is_batched
from diffexplain.explorers.decoding import unpacked

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from PIL import Image

    from diffexplain.core.lanes import Lane
    from diffexplain.core.trace import Step, Trace

MOST_SHOWN = 50  # steps of a run that are shown; of a longer one evenly spread ones


@dataclass(frozen=True, eq=False)
class Moved:
    """A shown step of some lanes.

    Attributes:
        position: of the step among those shown.
        lanes: which.
        x0: (m, C, h, w) their predicted originals.
        x: (m, C, h, w) their noisy latents before the step, at unit scale: x / sqrt(a^2 + b^2).
    """

    position: int
    lanes: list[int]
    x0: torch.Tensor
    x: torch.Tensor


@dataclass(eq=False)
class SeedBatch:
    """Lanes of one plan, drawn together. Pull `steps`; when it ends, everything is there.

    Attributes:
        step_count: of each lane; 0 before the first step.
        shown_steps: the steps that are shown.
        timesteps: of those.
        noises: of each lane, the starting noise as the pipeline's ``latents`` argument takes it.
        images: of each lane, the finished picture.
    """

    lanes: Sequence[Lane]
    pipe: Any
    step_count: int = 0
    shown_steps: list[int] = field(default_factory=list)
    timesteps: list[float] = field(default_factory=list)
    noises: dict[int, torch.Tensor] = field(default_factory=dict)
    images: list[Image.Image] = field(default_factory=list)

    @property
    def last(self) -> int:
        """Position of the last step among those shown."""
        return len(self.shown_steps) - 1

    def steps(self) -> Iterator[Moved]:
        """Yield each shown step, of all lanes together where they share their calls. Closing it cancels."""
        scale = _start_scale(self.lanes[0], self.pipe)
        every = range(len(self.lanes)) if is_batched(self.pipe) else None
        with closing(sampling(self.lanes, self.pipe)) as iterations:
            for progress in iterations:
                traces = progress.traces
                stepped = [(at, traces[at].steps[-1]) for at in progress.moved]
                if stepped and not self.shown_steps:
                    self._plan(traces[progress.moved[0]])
                self.noises |= {at: step.x / scale for at, step in stepped if step.index == 0}
                if stepped and stepped[0][1].index in self.shown_steps:  # lanes of one plan are at the same step
                    yield self._moved(stepped, traces)
                for at in every or progress.finished:  # a recorder counts by its steps while it records; tensors are many
                    traces[at].steps.clear()
        self.images = [trace.images[0] for trace in traces]

    def _plan(self, trace: Trace) -> None:
        self.step_count = len(trace.timesteps)
        self.shown_steps = evenly(self.step_count, MOST_SHOWN)
        self.timesteps = [trace.timesteps[step] for step in self.shown_steps]

    def _moved(self, stepped: list[tuple[int, Step]], traces: tuple[Trace, ...]) -> Moved:
        return Moved(
            position=self.shown_steps.index(stepped[0][1].index),
            lanes=[at for at, _ in stepped],
            x0=torch.cat([unpacked(traces[at], step.x0) for at, step in stepped]),
            x=torch.cat(
                [unpacked(traces[at], step.x.float() / math.hypot(step.level.a, step.level.b)) for at, step in stepped]
            ),
        )


def _start_scale(lane: Lane, pipe: Any) -> float:
    """Return what a pipeline multiplies its starting noise by: Euler's schedulers begin at a noise level far above 1."""
    scheduler = scheduler_for(lane, pipe)
    if not hasattr(type(scheduler), "init_noise_sigma") and not hasattr(scheduler, "init_noise_sigma"):
        return 1.0  # flow: the noise itself
    scheduler.set_timesteps(lane.steps)
    return float(scheduler.init_noise_sigma)
