"""All samplers in one batched run, reported evaluation by evaluation; and the long runs beside them."""

from __future__ import annotations

import time
from contextlib import closing
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from diffexplain.core.evenly import evenly
from diffexplain.core.lanes import sampling
from diffexplain.core.sisters import is_batched
from diffexplain.core.twins import own_pipeline
from diffexplain.explorers import pipelines
from diffexplain.explorers.decoding import unpacked
from diffexplain.explorers.messages import Progress
from diffexplain.explorers.sampler import agreement, measure
from diffexplain.explorers.sampler.messages import End, Evaluated, Finish
from diffexplain.explorers.sampler.reference import Reference, level
from diffexplain.explorers.sampler.timing import own_seconds, timed_calls

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from diffexplain.core.lanes import Lane
    from diffexplain.core.trace import Trace
    from diffexplain.explorers.sampler.agreement import Floats
    from diffexplain.live.messages import Message

PICTURED = 64  # predicted originals of a row that are shown: of more, evenly spread ones
_LONG_STRIDE = 5


def race(pipe: Any, lanes: Sequence[Lane], emit: Callable[[Message], None]) -> tuple[list[Trace], Floats]:
    """Run all lanes to their ends and say how each came out; what `emit` raises ends them all at once, and leaves nothing behind.

    Returns:
        A trace a lane, and (lanes, 3, h, w) their finished pictures as numbers to compare.
    """
    began = time.perf_counter()
    pipe = own_pipeline(pipe)  # whose network works for these lanes alone, and is timed
    network, own = [0.0] * len(lanes), [0.0] * len(lanes)
    traces: tuple[Trace, ...] = ()
    watch = timed_calls(pipelines.denoiser(pipe))
    with pipelines.without_notice_of_truncation(pipe), watch as calls, closing(sampling(lanes, pipe)) as running:
        before = time.perf_counter()
        for progress in running:
            traces = progress.traces
            if not progress.moved:
                continue
            spent = sum(calls) / len(progress.moved)
            calls.clear()
            for row in progress.moved:
                network[row] += spent
                own[row] += (time.perf_counter() - before) - spent  # of use only where one lane runs at a time
            emit(_evaluated(traces, progress.moved, spent, pipe.vae))
            before = time.perf_counter()
    seconds = time.perf_counter() - began
    arithmetic: Sequence[float | None] = own
    if is_batched(pipe):
        arithmetic = [own_seconds(trace, lane, pipe) for trace, lane in zip(traces, lanes, strict=True)]
    images = [trace.images[0] for trace in traces]
    pixels = np.stack([measure.pixels(image) for image in images])
    matrix = agreement.distances(pixels)
    rows = [
        Finish(measure.page_picture(image), len(trace.steps), asked, computed)
        for image, trace, asked, computed in zip(images, traces, network, arithmetic, strict=True)
    ]
    emit(End(rows, matrix, agreement.groups(matrix), agreement.SAME, seconds))
    return list(traces), pixels


def long_runs(pipe: Any, lanes: Sequence[Lane], emit: Callable[[Message], None]) -> list[Reference]:
    """Return the long runs of these lanes, in one batch where the pipeline can."""
    traces: tuple[Trace, ...] = ()
    total = 0
    with pipelines.without_notice_of_truncation(pipe), closing(sampling(lanes, pipe)) as running:
        for count, progress in enumerate(running):
            traces = progress.traces
            total = max(total, *(len(trace.timesteps) for trace in traces))
            if count % _LONG_STRIDE == 0:
                emit(Progress("long", min(count, total), total))
    return [Reference.of(trace) for trace in traces]


def _evaluated(traces: Sequence[Trace], moved: Sequence[int], seconds: float, vae: Any) -> Evaluated:
    steps = [traces[row].steps[-1] for row in moved]
    counts = [len(traces[row].timesteps) for row in moved]
    pictured = [at for at, (step, count) in enumerate(zip(steps, counts, strict=True)) if step.index in evenly(count, PICTURED)]
    shown = [unpacked(traces[moved[at]], steps[at].x0) for at in pictured]
    return Evaluated(
        rows=list(moved),
        indices=[step.index for step in steps],
        counts=counts,
        timesteps=np.array([step.timestep for step in steps], np.float32),
        log_snr=np.array([level(step) for step in steps], np.float32),
        seconds=seconds,
        pictured=pictured,
        images=measure.sketch(torch.cat(shown), vae) if shown else [],
    )
