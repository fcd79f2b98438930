"""A trace's call made again, with its first steps played back; and whether a pipeline can be brought to where it stood."""

from __future__ import annotations

import weakref
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Generic
from weakref import WeakKeyDictionary

import torch

from diffexplain.core.adapters import weighted
from diffexplain.core.attention import listener_of
from diffexplain.core.own_scheduler import name_of
from diffexplain.core.playback import Played, memory_of
from diffexplain.core.recorder import recorded
from diffexplain.core.samplers import fresh, with_flags
from diffexplain.core.sisters import build
from diffexplain.core.trace_data import AnyTrace
from diffexplain.core.twins import own_pipeline
from diffexplain.core.wrapping import plain_type
from diffexplain.errors import ForkError
from diffexplain.i18n import say

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from diffexplain.core.attention import Attention
    from diffexplain.core.origin import Origin
    from diffexplain.core.step import Step
    from diffexplain.core.trace_data import TraceData

CALLBACK, SAME = "callback_on_step_end", object()


class TrackedCallback:
    """An ``on_step`` that knows whether it was called: after the first own step, what fails is the run's own failure."""

    def __init__(self, on_step: Callable[[Step], None] | None) -> None:
        self.on_step, self.called = on_step, False

    def __call__(self, made: Step) -> None:
        """Tell a step."""
        self.called = True
        if self.on_step is not None:
            self.on_step(made)


@dataclass(frozen=True, eq=False)
class Rerun(Generic[AnyTrace]):
    """A trace's call, ready to be made again with its first steps played back."""

    trace: AnyTrace
    pipe: Any
    cls: type
    origin: Origin
    call: Mapping[str, Any]
    lora: Any
    reseeded: tuple[tuple[int, int], ...]
    etas: tuple[tuple[int, float], ...]
    callback: Any

    def exactly(self, step: int, on_new_step: TrackedCallback) -> AnyTrace:
        """Return the same run: in silence, or where that is not enough, with networks that compute in all steps.

        Raises:
            ForkError: Where it is another run all the same.
        """
        if not memory_of(self.pipe):
            try:
                return self.run(step, on_new_step, unchanged=True)
            except Exception:  # whatever a pipeline may trip over that is not given what it expects
                if on_new_step.called or step == 0:
                    raise
        return self.run(step, on_new_step, unchanged=True, silent=False)

    def run(self, step: int, on_new_step: Callable[[Step], None], *, unchanged: bool, silent: bool = True) -> AnyTrace:
        """Return the run up to a step from the record, then computed; see `Played`."""
        trace, past = self.trace, self.trace.steps[:step]
        own = own_pipeline(self.pipe)
        pipeline = build(own, self.cls, _scheduler(self.origin, self.pipe))
        generator = self.origin.generator()
        then = trace.steps[step] if step < len(trace.steps) else None
        played = Played(pipeline, past, then, generator, self.reseeded, self.etas, unchanged=unchanged)
        call = dict(self.call)
        if self.callback is not SAME:
            call[CALLBACK] = _from_step_on(played, self.origin.call.get(CALLBACK), self.callback)

        def new_step(made: Step) -> None:
            if made.index < step:
                branch.steps[made.index] = past[made.index]
            else:
                on_new_step(made)

        with ExitStack() as stack:
            stack.enter_context(_dice(self.origin.chance))
            stack.enter_context(weighted(own, self.lora))
            if silent:
                played.silence()
            branch = stack.enter_context(recorded(type(trace)(), pipeline, listener_of(_attention(trace, step)), new_step))
            stack.enter_context(played.steps())
            pipeline(**call, **({} if generator is None else {"generator": generator}))
        return branch


class _ReachedError(Exception):
    """A rehearsal has come as far as it must."""


_rehearsed: WeakKeyDictionary[TraceData, weakref.ref[Any]] = WeakKeyDictionary()  # with the pipeline that it was done with


def rehearse(trace: TraceData, step: int, pipe: Any, cls: type, origin: Origin, call: Mapping[str, Any]) -> None:
    """Make sure, before something changes, that this pipeline, brought to the step without a change, says there what the record says.

    If not, it remembers what no trace holds, and what a changed run would show is neither the one thing nor the other. Once for each
    trace: it costs two steps.

    Raises:
        ForkError: It does not.
    """
    at = min(step, len(trace.steps) - 1)
    if at == 0:
        return
    memory = memory_of(pipe)
    if memory:
        raise ForkError(
            say(
                "{what} of this {pipeline} carries something from step to step that a trace does not hold, so its run can be gone on "
                "with only as it was; leave the changes out, or switch {what} off and record the run again",
                what=memory,
                pipeline=cls.__name__,
            )
        )
    known = _rehearsed.get(trace)
    if known is not None and known() is pipe:
        return
    unchanged = {**origin.call, **{name: call[name] for name in origin.missing}}

    def reached(_: Step) -> None:
        raise _ReachedError

    rerun = Rerun(trace, pipe, cls, origin, unchanged, origin.lora, origin.reseeded, origin.etas, SAME)
    try:
        rerun.run(at, reached, unchanged=True)
    except _ReachedError:
        _rehearsed[trace] = weakref.ref(pipe)
    except ForkError:
        raise
    except Exception as error:  # whatever a pipeline may trip over that is not given what it expects
        with suppress(_ReachedError):
            rerun.run(at, reached, unchanged=True, silent=False)  # if it fails now, too, it says why
        raise ForkError(
            say(
                "a {pipeline} does more with its networks in a step than can be played back, so its run can be gone on with only as "
                "it was; leave the changes out, or begin a run of its own",
                pipeline=cls.__name__,
            )
        ) from error


def _from_step_on(played: Played, before: Callable[..., Any] | None, after: Callable[..., Any] | None) -> Callable[..., Any]:
    """Return a callback of which another one stood in the place while the steps that are played back were taken."""

    def callback(pipe: Any, index: int, timestep: Any, values: dict[str, Any]) -> dict[str, Any]:
        function = before if played.at <= len(played.past) else after
        result: dict[str, Any] = values if function is None else function(pipe, index, timestep, values)
        return result

    return callback


@contextmanager
def _dice(chance: Mapping[str, torch.Tensor]) -> Iterator[None]:
    """Let the global random numbers go on in this block from where they were when the run began."""
    devices = [torch.device(name) for name in chance if name.startswith("cuda") and torch.cuda.is_available()]
    with torch.random.fork_rng(devices=devices):
        torch.set_rng_state(chance["cpu"])
        for device in devices:
            torch.cuda.set_rng_state(chance[str(device)], device)
        yield


def _attention(trace: TraceData, first: int) -> Attention | bool:
    """Return what of the attention to record: as the trace did, of the steps that are taken anew."""
    asked = None if "attention" in trace.missing else trace.attention
    steps = tuple(index for index in range(first, len(trace.timesteps)) if asked is not None and asked.wants_step(index))
    return replace(asked, steps=steps) if asked is not None and steps else False


def _scheduler(origin: Origin, pipe: Any) -> Any:
    """Return a fresh scheduler like that of the call."""
    if origin.own is None:
        return fresh(origin.scheduler)
    name, flags = origin.own
    if name_of(plain_type(pipe.scheduler)) != name:
        raise ForkError(
            say(
                "the trace was made with {name}, a scheduler of somebody's own, which a file cannot hold; give a pipeline that has "
                "one: trace.fork(step, pipe=pipe)",
                name=name,
            )
        )
    return with_flags(plain_type(pipe.scheduler), flags)
