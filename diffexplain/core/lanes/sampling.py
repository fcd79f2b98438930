"""The loop that all lanes share: one denoiser call an iteration, and each lane its own step from it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from diffexplain.core.attention import attention_options
from diffexplain.core.attention.layers import layers_of
from diffexplain.core.fingerprint import fingerprint
from diffexplain.core.lanes.attention import LaneAttention, share_budget
from diffexplain.core.lanes.calls import arguments_of
from diffexplain.core.lanes.forward import Forward, alike
from diffexplain.core.lanes.lane import Lane
from diffexplain.core.lanes.pictures import pictures
from diffexplain.core.lanes.pipelines import class_for
from diffexplain.core.lanes.preparing import PREPARED, LaneRun, prepare
from diffexplain.core.lanes.unbatched import Unbatched
from diffexplain.core.numerals import whole_number
from diffexplain.core.sisters import denoiser_name, is_batched
from diffexplain.core.twins import own_pipeline
from diffexplain.errors import LaneError
from diffexplain.i18n import say

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable

    from diffexplain.core.attention import Attention
    from diffexplain.core.attention.budget import Budget
    from diffexplain.core.trace import Trace


@dataclass(frozen=True, eq=False)
class SamplingState:
    """Where the lanes are after an iteration.

    Attributes:
        traces: The record of every lane, in the order of the lanes; one that has not begun has no steps yet.
        moved: Which lanes have taken a step in this iteration; their newest step is ``traces[index].steps[-1]``.
        finished: Which lanes have come to their end since the last iteration, with their picture.
        calls: Denoiser calls so far of lanes that share them.
    """

    traces: tuple[Trace, ...]
    moved: tuple[int, ...]
    finished: tuple[int, ...]
    calls: int


def sample(
    lanes: Iterable[Lane],
    pipe: Any,
    *,
    attention: bool | Attention = False,
    decode: bool = True,
    memory: int | None = None,
) -> list[Trace]:
    """Run several lanes to their ends, in one batched denoiser call an iteration.

    ::

        traces = sample([Lane(prompt="a fox", seed=1, sampler=name) for name in ("ddim", "euler_a")], pipe)

    Each lane is the picture that its pipeline makes on its own, to a relative 1e-4 (a batch is summed in another order than a
    single picture, so not to the bit). Lanes of the Stable Diffusion 1.x, 2.x and XL families share their calls, also from start
    pictures, with LoRA weights and with a ControlNet; those of other pipelines run one after the other. A lane with guidance of 1
    or less costs half of one with guidance.

    Args:
        lanes: What to run, one or more.
        pipe: A diffusers pipeline. It stays as it is: scheduler, LoRA weights and hooks are the same afterwards.
        attention: Whether to note where the denoiser looks, as `Step.attention`, for every lane as `record` would: True for a
            compact record of all steps, or `Attention` options for more or less of it. Their ``budget_bytes`` are for all
            lanes together.
        decode: Whether to decode the final pictures; without, only ``trace.latents`` is there.
        memory: Bytes that one denoiser call may take, by estimate; more lanes than fit are split into several calls. None for
            60 % of a GPU's free memory, or 1 GiB on a CPU.

    Returns:
        One finished `Trace` a lane, in order.

    Raises:
        LaneError: For no lane at all, or one that the pipeline cannot run. Nothing has run by then.
        UnknownSamplerError: For a sampler that is none, or does not fit the pipeline's model.
        UnsupportedSchedulerError: For a scheduler whose noise levels cannot be read.
        UnfitPipelineError: For what is no pipeline.
        MemoryShortError: Where the device has no room for even one lane.
        NotFiniteError: Where the network or the VAE gives NaN or infinity, at the first step that has such.
        AttentionError: Where the denoiser has no attention that can be read as asked; and at the first step where it would take
            more memory than its budget. Of lanes that run one after the other, those that take unlike much a step are counted
            as they begin.
    """
    traces: tuple[Trace, ...] = ()
    for progress in sampling(lanes, pipe, attention=attention, decode=decode, memory=memory):
        traces = progress.traces
    return list(traces)


def sampling(
    lanes: Iterable[Lane],
    pipe: Any,
    *,
    attention: bool | Attention = False,
    decode: bool = True,
    memory: int | None = None,
) -> Generator[SamplingState]:
    """Run lanes as `sample` does, as a generator: yields after every iteration, and once more for the last pictures.

    Close it to cancel: nothing is left behind. Arguments and errors are those of `sample`; what is wrong with the lanes is
    raised by this call itself, before anything runs.
    """
    lanes = list(lanes)
    if not lanes:
        raise LaneError(say("there is no lane to run; give at least one"))
    for lane in lanes:
        if not isinstance(lane, Lane):
            raise LaneError(say("a lane must be a diffexplain.Lane, not {value!r}", value=lane))
    room = whole_number(memory)
    if memory is not None and (room is None or room < 1):
        raise LaneError(say("memory must be a whole number of bytes above 0, or None, not {value!r}", value=memory))
    options = attention_options(attention)
    denoiser: Any = getattr(pipe, denoiser_name(pipe))
    if options is not None:
        layers_of(denoiser, options)
    for lane in lanes:
        arguments_of(lane, class_for(lane, pipe))
    together = [index for index, lane in enumerate(lanes) if is_batched(pipe) and lane.options.keys() <= PREPARED]
    texts: dict[Any, Any] = {}
    own = own_pipeline(pipe)  # whose LoRA weights and hooks are nobody else's
    denoiser = getattr(own, denoiser_name(own))
    networks = fingerprint(pipe)
    runs = {index: prepare(lanes[index], own, texts, networks) for index in together}
    rest = {index: Unbatched(lane, own, networks, decode=decode) for index, lane in enumerate(lanes) if index not in runs}
    listener = None
    if options is not None:
        budgets: list[Budget] = []
        listener = LaneAttention(denoiser, options, alike(list(runs.values())), budgets)
        share_budget(list(rest.values()), options, budgets)
        for run in runs.values():
            run.trace.attention = options
    return _loop(runs, rest, own, listener, decode=decode, memory=room)


def _loop(
    runs: dict[int, LaneRun],
    rest: dict[int, Unbatched],
    pipe: Any,
    listener: LaneAttention | None,
    *,
    decode: bool,
    memory: int | None,
) -> Generator[SamplingState]:
    everyone: list[LaneRun | Unbatched] = [(runs | rest)[index] for index in range(len(runs) + len(rest))]
    forward = Forward(pipe, memory, listener) if runs else None
    ended: tuple[int, ...] = ()

    def progress(*moved: int) -> SamplingState:
        return SamplingState(tuple(each.trace for each in everyone), moved, ended, forward.calls if forward else 0)

    while forward is not None and (live := [index for index, run in runs.items() if run.live]):
        for run, prediction, attention in forward([runs[index] for index in live]):
            run.advance(prediction, attention)
        yield progress(*live)
        ended = tuple(index for index in live if not runs[index].live)
        if ended:
            over = [runs[index] for index in ended]
            images = pictures(over, pipe, forward.most) if decode else [None] * len(over)
            for run, image in zip(over, images, strict=True):
                run.finish(() if image is None else (image,))
    for index, alone in rest.items():
        for _ in alone.steps():
            yield progress(index)
            ended = ()
        ended = (*ended, index)
    yield progress()
