"""Playing back the first steps of a run, so that a pipeline stands where it stood, and goes on from there.

A sampler carries more from step to step than the latents: directions it has seen, half a step taken, the state of its dice.
None of that is stored. A played-back step hands the scheduler what it was handed then (the latents and the guided prediction of the
record) and lets it compute: after k of them it stands where it stood after k steps. What a trace keeps for this beside its steps
is the call's arguments and the dice's first state, some 10 KB.

The networks compute in the first of these steps alone. In the others they give again what they said there: of the right kind and
shape however a pipeline calls them, and of no consequence, for the scheduler is given the record. Where that is not enough
(networks or guiders that remember what they said before), they compute in all of them; and where the pipeline then still says
something else than in the record, the run is left.
"""

from __future__ import annotations

import copy
import functools
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import torch

from diffexplain.core.calling import signature_of
from diffexplain.core.twins import stand_in
from diffexplain.core.wrapping import plain_type
from diffexplain.errors import DivergedError, ForkError
from diffexplain.i18n import say

if TYPE_CHECKING:
    import inspect
    from collections.abc import Iterator

    from diffexplain.core.step import Step

_OF_THE_LOOP = ("unet", "transformer", "transformer_2", "controlnet")
_ALIKE_X = 1e-3, 3e-2  # relative, in float32 and in half precision: a scheduler's arithmetic on another device, a start picture
_ALIKE_OUTPUT = 1e-2, 0.1  # the same networks on another device leave 1e-3 before guidance, a lane that shared a batch 1e-6


class Played:
    """A pipeline whose first steps come from a record: its scheduler is given what it was given then.

    Attributes:
        at: The step that comes next.
    """

    def __init__(
        self,
        pipeline: Any,
        past: list[Step],
        then: Step | None,
        generator: Any,
        reseeded: tuple[tuple[int, int], ...],
        etas: tuple[tuple[int, float], ...],
        *,
        unchanged: bool,
    ) -> None:
        """Prepare.

        Args:
            pipeline: A copy that nobody else uses.
            past: The steps to play back.
            then: The record's step after them, None where it has none: what this run's is compared with.
            generator: Of the call.
            reseeded: Steps from which on another seed throws the dice, with it.
            etas: Steps up to which another eta than the call's was in force, with it, the first one first.
            unchanged: Whether the step after them must be the record's, too.
        """
        self.pipeline, self.past, self.then, self.unchanged = pipeline, past, then, unchanged
        self.generator, self.reseeded, self.etas = generator, reseeded, etas
        self.at = 0
        self.answers: dict[Any, Any] = {}  # by the networks, to each kind of call

    def silence(self) -> None:
        """Let the pipeline's networks of the loop compute no more than they must while steps are played back."""
        for name in _OF_THE_LOOP:
            network = getattr(self.pipeline, name, None)
            if isinstance(network, torch.nn.Module):
                setattr(self.pipeline, name, stand_in(network, functools.partial(self._either, name, network)))

    def _either(self, name: str, network: torch.nn.Module, *args: Any, **kwargs: Any) -> Any:
        if self.at >= len(self.past):
            self.answers.clear()
            return network(*args, **kwargs)
        kind = name, _kind(args), _kind(kwargs)
        if self.at and kind in self.answers:
            return copy.deepcopy(self.answers[kind])  # pipelines may write into what they are given
        self.answers[kind] = network(*args, **kwargs)
        return self.answers[kind]

    @contextmanager
    def steps(self) -> Iterator[None]:
        """Make the scheduler's first steps those of the record in this block.

        Raises:
            DivergedError: Out of the first step after them, where it is not the record's.
            ForkError: Where the record is of another model, scheduler or size.
        """
        scheduler = self.pipeline.scheduler
        inner = scheduler.step
        signature = signature_of(plain_type(scheduler), "step")

        @functools.wraps(inner)
        def step(*args: Any, **kwargs: Any) -> Any:
            bound = signature.bind(scheduler, *args, **kwargs)
            if self.at < len(self.past):
                bound = self._then(bound)
            elif self.at == len(self.past) and self.then is not None:
                self._compare(self.then, bound.arguments)
            result = inner(*bound.args[1:], **bound.kwargs)
            self.at += 1
            self._roll()
            return result

        self._roll()
        scheduler.step = step
        try:
            yield
        finally:
            scheduler.step = inner

    def _then(self, bound: inspect.BoundArguments) -> inspect.BoundArguments:
        """Return a step's arguments as they were then."""
        then, arguments = self.past[self.at], bound.arguments
        output = then.output
        if output.shape != arguments["model_output"].shape or then.timestep != float(arguments["timestep"]):
            raise ForkError(
                say(
                    "step {step} of the record does not fit this pipeline's run: it is another model, scheduler or size; "
                    "give the pipeline that the trace was made with",
                    step=self.at,
                )
            )
        arguments |= {
            "model_output": output.to(arguments["model_output"], copy=True),
            "sample": then.x.to(arguments["sample"], copy=True),
        }
        if "eta" in arguments:
            arguments["eta"] = next((eta for end, eta in self.etas if self.at < end), arguments["eta"])
        return bound

    def _compare(self, then: Step, given: dict[str, Any]) -> None:
        if not _alike(given["sample"], then.x, *_ALIKE_X):
            raise DivergedError(
                say(
                    "step {step} does not begin where the record's begins: either the pipeline, a picture or a function that it was given "
                    "is another one than when the trace was made, or the pipeline carries something from step to step that a trace does "
                    "not hold; give the same ones again, or begin a run of its own",
                    step=self.at,
                )
            )
        if self.unchanged and not _alike(given["model_output"], then.output, *_ALIKE_OUTPUT):
            raise DivergedError(
                say(
                    "at step {step} the pipeline predicts something else than in the record: either its weights or adapters have "
                    "changed since, or it carries something from step to step that a trace does not hold; begin a run of its own",
                    step=self.at,
                )
            )

    def _roll(self) -> None:
        """Let another seed take over from a step on, where a fork asked for it."""
        for seed in [seed for step, seed in self.reseeded if step == self.at]:
            torch.manual_seed(seed)
            generators = self.generator if isinstance(self.generator, list) else [self.generator]
            for index, generator in enumerate(generators):
                if generator is not None:
                    generator.manual_seed(seed + index)


def memory_of(pipeline: Any) -> str:
    """Return what of a pipeline remembers earlier steps, so that steps can't be played back to it in silence; empty for nothing."""
    for value in vars(pipeline).values():
        if isinstance(value, torch.nn.Module):
            for module in value.modules():
                hooks = getattr(getattr(module, "_diffusers_hook", None), "hooks", {})
                for hook in hooks.values():
                    if getattr(hook, "_is_stateful", False):
                        return type(hook).__name__
        elif hasattr(value, "momentum_buffer") and hasattr(value, "set_state"):  # a guider
            momenta = (each for name, each in vars(value).items() if name.endswith("_momentum"))
            if any(each is not None for each in momenta):
                return type(value).__name__
    return ""


def _kind(value: Any) -> Any:
    """Return the same for calls that are answered alike: the shapes of tensors, what is said in words, and of numbers that they are some."""
    if isinstance(value, torch.Tensor):
        return tuple(value.shape), value.dtype
    if isinstance(value, dict):
        return tuple((name, _kind(each)) for name, each in sorted(value.items(), key=lambda item: str(item[0])))
    if isinstance(value, (list, tuple)):
        return tuple(map(_kind, value))
    return value if value is None or isinstance(value, (bool, str)) else type(value)


def _alike(actual: torch.Tensor, expected: torch.Tensor, whole: float, half: float) -> bool:
    if actual.shape != expected.shape:
        return False
    share = whole if min(actual.dtype.itemsize, expected.dtype.itemsize) >= 4 else half
    one, other = (tensor.detach().double().cpu().nan_to_num() for tensor in (actual, expected))
    return float((one - other).norm()) <= share * float(other.norm())
