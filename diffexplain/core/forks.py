"""Going on from the middle of a run, exactly: the pipeline's call is made again, and its first steps are played back."""

from __future__ import annotations

import inspect
import weakref
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

import torch

from diffexplain.core.errors import ForkError
from diffexplain.core.playback import Played, memory_of
from diffexplain.core.recorder import record
from diffexplain.core.samplers import fresh
from diffexplain.i18n import say

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from diffexplain.core.attention import Attention
    from diffexplain.core.origin import Origin
    from diffexplain.core.trace import Step, Trace

_WORDS = {"guidance": "guidance_scale", "control_scale": "controlnet_conditioning_scale"}  # a lane's words for arguments
_CALLBACK, _SAME = "callback_on_step_end", object()
_SETTLED = frozenset(  # before the first step
    {
        "generator",
        "height",
        "image",
        "latents",
        "mask_image",
        "masked_image_latents",
        "num_images_per_prompt",
        "num_inference_steps",
        "original_inference_steps",
        "sampler",
        "sigmas",
        "spacing",
        "steps",
        "strength",
        "timesteps",
        "width",
    }
)


def fork(trace: Trace, step: int, *, pipe: Any, on_step: Callable[[Step], None] | None, changes: Mapping[str, Any]) -> Trace:
    """See `Trace.fork`."""
    origin = _origin(trace)
    _require_step(trace, step, origin.changed_at)
    pipe = _pipeline(origin, pipe)
    lora, seed = changes.get("lora", origin.lora), changes.get("seed")
    if seed is not None and (isinstance(seed, bool) or not isinstance(seed, int) or not 0 <= seed < 2**63):
        raise ForkError(say("seed must be a whole number from 0 to {most}, not {value!r}", most=2**63 - 1, value=seed))
    from diffexplain.core.lanes.adapters import require_adapters

    require_adapters(pipe, lora)
    cls = _class(origin, pipe)
    _require_one_pipeline(pipe)
    call = _changed(origin, cls, {name: value for name, value in changes.items() if name not in {"lora", "seed"}})
    reseeded = origin.reseeded if seed is None else (*origin.reseeded, (step, int(seed)))
    etas = origin.etas
    if "eta" in changes:
        etas = (*etas, (step, float(origin.call.get("eta", 0.0))))
    unchanged = not (changes.keys() - {"seed"} - set(origin.missing))
    callback = _SAME if _CALLBACK in origin.missing else changes.get(_CALLBACK, _SAME)
    again = _Again(trace, pipe, cls, origin, call, lora, reseeded, etas, callback)
    if unchanged:
        branch = again.exactly(step, on_step)
    else:
        _rehearse(trace, step, pipe, cls, origin, call)
        branch = again.run(step, on_step, unchanged=False)
    branch.parent, branch.forked_at, branch.attention = trace.identity, step, trace.attention
    if branch.origin is not None:
        changed_at = step if changes else origin.changed_at
        branch.origin = branch.origin.within(
            pipe,
            call=call,
            lora=lora,
            reseeded=reseeded,
            etas=etas,
            changed_at=changed_at,
            generators=origin.generators,
            chance=origin.chance,
        )
    branch.seed = trace.seed if seed is None else int(seed)
    return branch


@dataclass(frozen=True, eq=False)
class _Again:
    """A trace's call, ready to be made again with its first steps played back."""

    trace: Trace
    pipe: Any
    cls: type
    origin: Origin
    call: Mapping[str, Any]
    lora: Any
    reseeded: tuple[tuple[int, int], ...]
    etas: tuple[tuple[int, float], ...]
    callback: Any

    def exactly(self, step: int, on_step: Callable[[Step], None] | None) -> Trace:
        """The same run: in silence, or where that is not enough, with networks that compute in all steps.

        Raises:
            ForkError: Where it is another run all the same.
        """
        if not memory_of(self.pipe):
            told: list[Step] = []

            def tell(made: Step) -> None:
                told.append(made)
                if on_step is not None:
                    on_step(made)

            try:
                return self.run(step, tell, unchanged=True)
            except Exception:  # whatever a pipeline may trip over that is not told what it expects
                if told or step == 0:  # it stood where it stood, and this is its own failure
                    raise
        return self.run(step, on_step, unchanged=True, silent=False)

    def run(self, step: int, on_step: Callable[[Step], None] | None, *, unchanged: bool, silent: bool = True) -> Trace:
        """The run up to a step from the record, then computed; see `Played`."""
        from diffexplain.core.lanes.adapters import weighted
        from diffexplain.core.lanes.pipelines import build

        trace, past = self.trace, self.trace.steps[:step]
        pipeline = build(self.pipe, self.cls, fresh(self.origin.scheduler))
        generator = self.origin.generator()
        then = trace.steps[step] if step < len(trace.steps) else None
        played = Played(pipeline, past, then, generator, self.reseeded, self.etas, unchanged=unchanged)
        call = dict(self.call)
        if self.callback is not _SAME:
            call[_CALLBACK] = _from_step_on(played, self.origin.call.get(_CALLBACK), self.callback)

        def new_step(made: Step) -> None:
            if made.index < step:
                branch.steps[made.index] = past[made.index]
            elif on_step is not None:
                on_step(made)

        with ExitStack() as stack:
            stack.enter_context(_dice(self.origin.chance))
            stack.enter_context(weighted(self.pipe, self.lora))
            if silent:
                played.silence()
            branch = stack.enter_context(record(pipeline, attention=_attention(trace, step), on_step=new_step))
            stack.enter_context(played.steps())
            pipeline(**call, **({} if generator is None else {"generator": generator}))
        return branch


class _ReachedError(Exception):
    """A rehearsal has come as far as it must."""


_rehearsed: WeakKeyDictionary[Trace, weakref.ref[Any]] = WeakKeyDictionary()  # with the pipeline that it was done with


def _rehearse(trace: Trace, step: int, pipe: Any, cls: type, origin: Origin, call: Mapping[str, Any]) -> None:
    """Before something changes: does this pipeline, brought to the step without a change, say there what the record says?

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

    again = _Again(trace, pipe, cls, origin, unchanged, origin.lora, origin.reseeded, origin.etas, _SAME)
    try:
        again.run(at, reached, unchanged=True)
    except _ReachedError:
        _rehearsed[trace] = weakref.ref(pipe)
    except ForkError:
        raise
    except Exception as error:  # whatever a pipeline may trip over that is not told what it expects
        with suppress(_ReachedError):
            again.run(at, reached, unchanged=True, silent=False)  # if it fails now, too, it says why
        raise ForkError(
            say(
                "a {pipeline} does more with its networks in a step than can be played back, so its run can be gone on with only as "
                "it was; leave the changes out, or begin a run of its own",
                pipeline=cls.__name__,
            )
        ) from error


def _from_step_on(played: Played, before: Callable[..., Any] | None, after: Callable[..., Any] | None) -> Callable[..., Any]:
    """A callback of which another one stood in the place while the steps that are played back were taken."""

    def callback(pipe: Any, index: int, timestep: Any, values: dict[str, Any]) -> dict[str, Any]:
        function = before if played.at <= len(played.past) else after
        result: dict[str, Any] = values if function is None else function(pipe, index, timestep, values)
        return result

    return callback


def _require_one_pipeline(pipe: Any) -> None:
    """Refuse a pipeline that hands its work on to others: they would not be told the record."""
    parts = [part for part in vars(pipe).values() if hasattr(part, "scheduler") and callable(part)]
    parts.sort(key=lambda part: part.scheduler is not pipe.scheduler)  # the one that was recorded comes first
    if parts:
        raise ForkError(
            say(
                "a {pipeline} runs a {inner} inside, which can't be brought to a step; record that one by itself, and fork its trace",
                pipeline=type(pipe).__name__,
                inner=type(parts[0]).__name__,
            )
        )


def tree(traces: Iterable[Trace]) -> dict[str | None, list[Trace]]:
    """Traces by the identity of their parent, under None those whose parent is not among them: the roots."""
    traces = list(traces)
    known = {trace.identity for trace in traces}
    children: dict[str | None, list[Trace]] = {}
    for trace in traces:
        children.setdefault(trace.parent if trace.parent in known else None, []).append(trace)
    return children


@contextmanager
def _dice(chance: Mapping[str, torch.Tensor]) -> Iterator[None]:
    """In this block the global random numbers go on from where they were when the run began."""
    devices = [torch.device(name) for name in chance if name.startswith("cuda") and torch.cuda.is_available()]
    with torch.random.fork_rng(devices=devices):
        torch.set_rng_state(chance["cpu"])
        for device in devices:
            torch.cuda.set_rng_state(chance[str(device)], device)
        yield


def _attention(trace: Trace, first: int) -> Attention | bool:
    """What of the attention to record: as the trace did, of the steps that are taken anew."""
    asked = trace.attention
    steps = tuple(index for index in range(first, len(trace.timesteps)) if asked is not None and asked.wants_step(index))
    return replace(asked, steps=steps) if asked is not None and steps else False


def _require_step(trace: Trace, step: int, first: int) -> None:
    last = len(trace.steps) - (1 if trace.finished else 0)
    if isinstance(step, bool) or not isinstance(step, int) or not 0 <= step <= last:
        raise ForkError(
            say(
                "step must be a whole number from {first} to {last}, not {value!r}; the trace has no such step",
                first=first,
                last=last,
                value=step,
            )
        )
    if step < first:
        raise ForkError(
            say(
                "the steps before {first} are those of the run that this one was forked from; fork that one at {step}",
                first=first,
                step=step,
            )
        )


def _origin(trace: Trace) -> Origin:
    if trace.origin is None:
        raise ForkError(
            say(
                "this trace does not hold the call that made it, and cannot be gone on with; record the run again, or load it from a newer file"
            )
        )
    origin: Origin = trace.origin
    return origin


def _pipeline(origin: Origin, pipe: Any) -> Any:
    found = pipe if pipe is not None else (origin.made_by() if origin.made_by is not None else None)
    if found is None:
        raise ForkError(
            say("the pipeline that made this trace is not at hand any more; give one like it: trace.fork(step, pipe=pipe)")
        )
    return found


def _class(origin: Origin, pipe: Any) -> type:
    """The class that was called: the pipeline's own, or a sister of its family."""
    from diffexplain.core.lanes.pipelines import FAMILIES

    if type(pipe).__name__ == origin.pipeline:
        return type(pipe)
    if any({type(pipe).__name__, origin.pipeline} <= set(family.values()) for family in FAMILIES):
        import diffusers

        cls: type = getattr(diffusers, origin.pipeline)
        return cls
    raise ForkError(
        say(
            "the trace was made by a {made}, not a {given}; give a pipeline like it",
            made=origin.pipeline,
            given=type(pipe).__name__,
        )
    )


def _changed(origin: Origin, cls: type, changes: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments of the call with the changes in them."""
    accepted = inspect.signature(cls.__call__).parameters
    call = dict(origin.call)
    for name, value in changes.items():
        target = _WORDS.get(name, name)
        if name == "control_image" and name not in accepted and "controlnet_conditioning_scale" in accepted:
            target = "image"
        elif name in _SETTLED and name not in origin.missing:
            raise ForkError(
                say("{name} is settled before the first step and cannot change on the way; begin a run of its own", name=name)
            )
        if target not in accepted:
            free = sorted((set(accepted) | set(_WORDS) | {"seed", "lora"}) - _SETTLED - {"self"})
            raise ForkError(
                say("{pipeline} takes no {name}; it takes {free}", pipeline=cls.__name__, name=name, free=", ".join(free))
            )
        if target in {"prompt", "negative_prompt"} and value is not None:  # in the place of what was given as embeddings
            for embedded in [
                key for key in call if key.endswith(_EMBEDDED) and key.startswith("negative") == target.startswith("negative")
            ]:
                del call[embedded]
        call[target] = value
    missing = [name for name in origin.missing if name not in call]
    if missing:
        raise ForkError(
            say(
                "the trace's file could not hold {names}; give them again, as in trace.fork(step, {first}=...)",
                names=", ".join(missing),
                first=missing[0],
            )
        )
    return call


_EMBEDDED = ("prompt_embeds", "prompt_embeds_2", "prompt_attention_mask")
