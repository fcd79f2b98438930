"""All samplers in one batched run, told evaluation by evaluation; and the long runs beside them."""

from __future__ import annotations

import time
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from diffexplain.core.lanes import sampling
from diffexplain.core.sisters import is_batched
from diffexplain.core.twins import own_pipeline
from diffexplain.explorers import pipelines
from diffexplain.explorers.evenly import evenly
from diffexplain.explorers.messages import Progress
from diffexplain.explorers.sampler.arithmetic import own_seconds
from diffexplain.explorers.sampler.clock import network_clock
from diffexplain.explorers.sampler.measure import original, sketch
from diffexplain.explorers.sampler.messages import Evaluated
from diffexplain.explorers.sampler.reference import Reference, level

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Sequence

    from diffexplain.core.lanes import Lane
    from diffexplain.core.trace import Trace
    from diffexplain.live.messages import Message

PICTURED = 64  # predicted originals of a row that are shown: of more, evenly spread ones
_LONG_STRIDE = 5


@dataclass(frozen=True, eq=False)
class Race:
    """Samplers at their ends.

    Attributes:
        traces: one a lane.
        network_seconds: each one's share of the network's time.
        own_seconds: what its own arithmetic took; None where that is unknown.
        seconds: all of it.
    """

    traces: list[Trace]
    network_seconds: list[float]
    own_seconds: list[float | None]
    seconds: float


def race(pipe: Any, lanes: Sequence[Lane], emit: Callable[[Message], None]) -> Race:
    """Runs all lanes to their ends; what `emit` raises ends them all at once, and leaves nothing behind."""
    began = time.perf_counter()
    pipe = own_pipeline(pipe)  # whose network works for these lanes alone, and is timed
    network, own = [0.0] * len(lanes), [0.0] * len(lanes)
    shared = is_batched(pipe)
    traces: tuple[Trace, ...] = ()
    watch = network_clock(pipelines.denoiser(pipe))
    with pipelines.without_notice_of_truncation(pipe), watch as clock, closing(_generator(lanes, pipe)) as running:
        before = time.perf_counter()
        for progress in running:
            traces = progress.traces
            if not progress.moved:
                continue
            spent = clock.lap() / len(progress.moved)
            for row in progress.moved:
                network[row] += spent
                own[row] += (time.perf_counter() - before) - spent  # of use only where one lane runs at a time
            emit(_evaluated(traces, progress.moved, spent, pipe.vae))
            before = time.perf_counter()
    took = time.perf_counter() - began
    measured = [
        own_seconds(trace, lane, pipe) if shared else spent for trace, lane, spent in zip(traces, lanes, own, strict=True)
    ]
    return Race(list(traces), network, measured, took)


def long_runs(pipe: Any, lanes: Sequence[Lane], emit: Callable[[Message], None]) -> list[Reference]:
    """The long runs of these lanes, in one batch where the pipeline can."""
    total = 0
    with pipelines.without_notice_of_truncation(pipe), closing(_generator(lanes, pipe)) as running:
        traces: tuple[Trace, ...] = ()
        for count, progress in enumerate(running):
            traces = progress.traces
            total = max(total, *(len(trace.timesteps) for trace in traces))
            if count % _LONG_STRIDE == 0:
                emit(Progress("long", min(count, total), total))
    return [Reference.of(trace) for trace in traces]


def _generator(lanes: Sequence[Lane], pipe: Any) -> Generator[Any]:
    yield from sampling(lanes, pipe)


def _evaluated(traces: Sequence[Trace], moved: Sequence[int], seconds: float, vae: Any) -> Evaluated:
    steps = [traces[row].steps[-1] for row in moved]
    counts = [len(traces[row].timesteps) for row in moved]
    pictured = [at for at, (step, count) in enumerate(zip(steps, counts, strict=True)) if step.index in evenly(count, PICTURED)]
    shown = [original(traces[moved[at]], steps[at].index) for at in pictured]
    return Evaluated(
        rows=list(moved),
        indices=[step.index for step in steps],
        counts=counts,
        timesteps=np.array([step.timestep for step in steps], np.float32),
        log_snr=np.array([level(step) for step in steps], np.float32),
        seconds=seconds,
        pictured=pictured,
        images=sketch(torch.cat(shown), vae) if shown else [],
    )
