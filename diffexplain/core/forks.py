"""Going on from the middle of a run, exactly: the pipeline's call is made again, and its first steps are played back."""

from __future__ import annotations

import inspect
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import torch

from diffexplain.core.errors import ForkError
from diffexplain.core.fingerprint import fingerprint
from diffexplain.core.playback import Played
from diffexplain.core.recorder import record
from diffexplain.core.samplers import fresh
from diffexplain.i18n import say

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from diffexplain.core.attention import Attention
    from diffexplain.core.origin import Origin
    from diffexplain.core.trace import Step, Trace

_WORDS = {"guidance": "guidance_scale", "control_scale": "controlnet_conditioning_scale"}  # a lane's words for arguments
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


def fork(
    trace: Trace,
    step: int,
    *,
    pipe: Any,
    on_step: Callable[[Step], None] | None,
    changed_network: bool,
    changes: Mapping[str, Any],
) -> Trace:
    """See `Trace.fork`."""
    origin = _origin(trace)
    _require_step(trace, step, origin.changed_at)
    pipe = _pipeline(origin, pipe)
    lora, seed = changes.get("lora", origin.lora), changes.get("seed")
    if seed is not None and (isinstance(seed, bool) or not isinstance(seed, int) or not 0 <= seed < 2**63):
        raise ForkError(say("seed must be a whole number from 0 to {most}, not {value!r}", most=2**63 - 1, value=seed))
    from diffexplain.core.lanes.adapters import require_adapters, weighted
    from diffexplain.core.lanes.pipelines import build

    require_adapters(pipe, lora)
    cls = _class(origin, pipe)
    networks = fingerprint(pipe)
    changed = () if origin.networks is None else networks.changed_since(origin.networks)
    if changed and not changed_network:
        raise ForkError(
            say(
                "{parts} of this pipeline changed since the trace was made (weights, LoRA, dtype, tokens or settings), so the rest would "
                "come from another network than the steps before. Bring it back as it was, give the pipeline that made the trace as "
                "pipe=..., or go on with it as it is now: trace.fork({step}, changed_network=True)",
                parts=", ".join(changed),
                step=step,
            )
        )
    call = _changed(origin, cls, {name: value for name, value in changes.items() if name not in {"lora", "seed"}})
    pipeline = build(pipe, cls, fresh(origin.scheduler))
    generator = origin.generator()
    past = trace.steps[:step]

    def new_step(made: Step) -> None:
        if made.index < step:
            branch.steps[made.index] = past[made.index]
        elif on_step is not None:
            on_step(made)

    reseeded = origin.reseeded if seed is None else (*origin.reseeded, (step, int(seed)))
    played = Played(pipeline, past, generator, reseeded)
    with ExitStack() as stack:
        stack.enter_context(_dice(origin.chance))
        stack.enter_context(weighted(pipe, lora))
        played.network()
        branch = stack.enter_context(record(pipeline, attention=_attention(trace, step), on_step=new_step))
        stack.enter_context(played.steps())
        pipeline(**call, **({} if generator is None else {"generator": generator}))
    branch.parent, branch.forked_at, branch.attention = trace.identity, step, trace.attention
    if branch.origin is not None:
        changed_at = step if changes or changed else origin.changed_at
        branch.origin = branch.origin.within(
            pipe,
            lora=lora,
            reseeded=reseeded,
            changed_at=changed_at,
            generators=origin.generators,
            chance=origin.chance,
            networks=networks,
        )
    branch.seed = trace.seed if seed is None else int(seed)
    return branch


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
