"""Going on from the middle of a run, exactly: the pipeline's call is made again, and its first steps are played back."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import torch

from diffexplain.core.adapters import require_adapters
from diffexplain.core.calling import accepted, without_nothing
from diffexplain.core.fingerprint import fingerprint
from diffexplain.core.numerals import plain_number, whole_number
from diffexplain.core.pictures import picture_of
from diffexplain.core.rerun import CALLBACK, SAME, Rerun, TrackedCallback, rehearse
from diffexplain.core.sisters import FAMILIES
from diffexplain.core.wrapping import plain_type
from diffexplain.errors import ForkError, PictureError
from diffexplain.i18n import say, words_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from diffexplain.core.fingerprint import Fingerprint
    from diffexplain.core.origin import Origin
    from diffexplain.core.step import Step
    from diffexplain.core.trace_data import AnyTrace, TraceData

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
    trace: AnyTrace,
    step: int,
    *,
    pipe: Any,
    on_step: Callable[[Step], None] | None,
    changed_network: bool,
    changes: Mapping[str, Any],
) -> AnyTrace:
    """See `Trace.fork`; the branch is of the class of the trace."""
    origin = _origin(trace)
    step = _step(trace, step, origin.changed_at)
    pipe = _pipeline(origin, pipe)
    changes = {name: plain_number(value) for name, value in changes.items()}
    lora, seed = changes.get("lora", origin.lora), _seed(changes.get("seed"))
    require_adapters(pipe, lora)
    cls = _class(origin, pipe)
    networks, changed = _networks(origin, pipe, step, knowingly=changed_network)
    _require_one_pipeline(pipe)
    call = _changed(origin, cls, {name: value for name, value in changes.items() if name not in {"lora", "seed"}})
    reseeded = origin.reseeded if seed is None else (*origin.reseeded, (step, seed))
    etas = origin.etas
    if "eta" in changes:
        etas = (*etas, (step, float(origin.call.get("eta", 0.0))))
    unchanged = not (changes.keys() - {"seed"} - set(origin.missing))
    callback = SAME if CALLBACK in origin.missing else changes.get(CALLBACK, SAME)
    rerun = Rerun(trace, pipe, cls, origin, call, lora, reseeded, etas, callback)
    tracked = TrackedCallback(on_step)
    try:
        if unchanged and not changed:
            branch = rerun.exactly(step, tracked)
        else:
            if not changed:
                rehearse(trace, step, pipe, cls, origin, call)
            branch = rerun.run(step, tracked, unchanged=False)
    except ForkError:
        raise
    except (ValueError, RuntimeError) as error:
        if not tracked.called:
            _require_agreement(call, changes, error)
        raise
    branch.parent, branch.forked_at, branch.attention = trace.identity, step, trace.attention
    if branch.origin is not None:
        changed_at = step if changes or changed else origin.changed_at
        branch.origin = branch.origin.within(
            pipe,
            call=call,
            lora=lora,
            reseeded=reseeded,
            etas=etas,
            changed_at=changed_at,
            generators=origin.generators,
            chance=origin.chance,
            networks=networks,
        )
    branch.seed = trace.seed if seed is None else seed
    return branch


def _seed(value: Any) -> int | None:
    seed = whole_number(value)
    if value is not None and (seed is None or not 0 <= seed < 2**63):
        raise ForkError(say("seed must be a whole number from 0 to {most}, not {value!r}", most=2**63 - 1, value=value))
    return seed


def _networks(origin: Origin, pipe: Any, step: int, *, knowingly: bool) -> tuple[Fingerprint, tuple[str, ...]]:
    """Return what the pipeline's networks are like, and which have changed since the trace was made: none, but knowingly."""
    networks = fingerprint(pipe)
    changed = () if origin.networks is None else networks.changed_since(origin.networks)
    if changed and not knowingly:
        raise ForkError(
            say(
                "{parts} of this pipeline changed since the trace was made (weights, LoRA, dtype, tokens or settings), so the rest would "
                "come from another network than the steps before. Bring it back as it was, give the pipeline that made the trace as "
                "pipe=..., or go on with it as it is now: trace.fork({step}, changed_network=True)",
                parts=", ".join(changed),
                step=step,
            )
        )
    return networks, changed


def _require_one_pipeline(pipe: Any) -> None:
    """Refuse a pipeline that hands its work on to others: they would not be given the record."""
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


def tree(traces: Iterable[AnyTrace]) -> dict[str | None, list[AnyTrace]]:
    """Return traces by the identity of their parent, under None those whose parent is not among them: the roots."""
    traces = list(traces)
    known = {trace.identity for trace in traces}
    children: dict[str | None, list[AnyTrace]] = {}
    for trace in traces:
        children.setdefault(trace.parent if trace.parent in known else None, []).append(trace)
    return children


def _step(trace: TraceData, given: Any, first: int) -> int:
    """Return the step to take anew, where there is such a step."""
    step, last = whole_number(given), len(trace.steps) - (1 if trace.finished else 0)
    if step is None or not 0 <= step <= last:
        raise ForkError(
            say(
                "step must be a whole number from {first} to {last}, not {value!r}; the trace has no such step",
                first=first,
                last=last,
                value=given,
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
    return step


def _origin(trace: TraceData) -> Origin:
    if trace.origin is None:
        raise ForkError(
            say(
                "this trace does not hold the call that made it, and cannot be gone on with; record the run again, or load it from a newer file"
            )
        )
    origin: Origin = trace.origin
    return origin


def _pipeline(origin: Origin, pipe: Any) -> Any:
    pipeline = pipe if pipe is not None else (origin.made_by() if origin.made_by is not None else None)
    if pipeline is None:
        raise ForkError(
            say("the pipeline that made this trace is not at hand any more; give one like it: trace.fork(step, pipe=pipe)")
        )
    return pipeline


def _class(origin: Origin, pipe: Any) -> type:
    """Return the class that was called: the pipeline's own, or a sister of its family."""
    if type(pipe).__name__ == origin.pipeline:
        return plain_type(pipe)
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
    """Return the arguments of the call with the changes in them."""
    takes = accepted(cls)
    call, changed = dict(origin.call), set()
    for name, value in changes.items():
        target = _WORDS.get(name, name)
        if name == "control_image" and name not in takes and "controlnet_conditioning_scale" in takes:
            target = "image"
        elif name in _SETTLED and name not in origin.missing:
            raise ForkError(
                say("{name} is settled before the first step and cannot change on the way; begin a run of its own", name=name)
            )
        if target not in takes:
            free = sorted((set(takes) | set(_WORDS) | {"seed", "lora"}) - _SETTLED)
            raise ForkError(
                say("{pipeline} takes no {name}; it takes {free}", pipeline=cls.__name__, name=name, free=", ".join(free))
            )
        if value is not None:  # words take the place of embeddings, and embeddings that of words
            half = "negative_" if target.startswith("negative_") else ""
            if target == f"{half}prompt":
                call = {key: given for key, given in call.items() if key in changed or not _embedded(key, half)}
            elif target == f"{half}prompt_embeds":
                call |= {
                    f"{half}{each}": None for each in _PROMPTS if f"{half}{each}" in call and f"{half}{each}" not in changed
                }
        changed.add(target)
        call[target] = _upright(value) if name == "control_image" and name not in origin.missing else value
    missing = [name for name in origin.missing if name not in call]
    if missing:
        raise ForkError(
            say(
                "the trace's file could not hold {names}; give them again, as in trace.fork(step, {first}=...)",
                names=", ".join(missing),
                first=missing[0],
            )
        )
    meant = without_nothing(cls, call)  # of what is changed alone: what the call itself said, it says again
    return {name: value for name, value in call.items() if name in meant or name not in changed}


def _upright(value: Any) -> Any:
    """Return a picture, or several, as a lane takes them; tensors as they are, for they may hold a whole batch."""
    if isinstance(value, (list, tuple)):
        return [*map(_upright, value)]
    if value is None or isinstance(value, torch.Tensor):
        return value
    try:
        return picture_of(value)
    except PictureError as error:
        raise ForkError(say("{name}: {reason}", name="control_image", reason=words_of(error))) from error


_PROMPTS = ("prompt", "prompt_2", "prompt_3", "prompt_4")
_EMBEDDED = re.compile(r"(negative_|)(?:pooled_)?prompt_(?:embeds|attention_mask|cu_seqlens)\w*(?<!_scale)")


def _embedded(name: str, half: str) -> bool:
    """Return whether an argument is a prompt of this half in the form of embeddings, or goes with such."""
    match = _EMBEDDED.fullmatch(name)
    return match is not None and match[1] == half


def _require_agreement(call: Mapping[str, Any], changes: Mapping[str, Any], error: Exception) -> None:
    """Say why a call failed in which one half of guidance is new words, and the other still the embeddings of before."""
    for prompt, other, half in (("prompt", "negative_prompt", "negative_"), ("negative_prompt", "prompt", "")):
        left = [name for name, value in call.items() if _embedded(name, half) and value is not None and name not in changes]
        if changes.get(prompt) is not None and left:
            raise ForkError(
                say(
                    "the new {prompt} does not go with {names}, which the trace's call gave as embeddings ({error}); "
                    "give {other} too, as words or as embeddings of the new length",
                    prompt=prompt,
                    names=", ".join(left),
                    error=error,
                    other=other,
                )
            ) from error
