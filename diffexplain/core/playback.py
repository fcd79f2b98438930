"""Playing back the first steps of a run, so that a pipeline stands where it stood, and goes on from there.

A sampler carries more from step to step than the latents: directions it has seen, half a step taken, the state of its dice.
None of that is stored. A played-back step hands the scheduler what it was handed then (the latents and the guided prediction of the
record) and lets it compute: after k of them it stands where it stood after k steps, at the cost of no denoiser call. What a
trace keeps for this beside its steps is the call's arguments and the dice's first state, some 10 KB.
"""

from __future__ import annotations

import functools
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import torch

from diffexplain.core.calling import signature_of
from diffexplain.core.errors import ForkError
from diffexplain.core.twins import stand_in
from diffexplain.i18n import say

if TYPE_CHECKING:
    import inspect
    from collections.abc import Callable, Iterator

    from diffexplain.core.trace import Step


class Played:
    """A pipeline whose first steps come from a record: its denoiser is not asked, its scheduler is told what it was told then."""

    def __init__(self, pipeline: Any, past: list[Step], generator: Any, reseeded: tuple[tuple[int, int], ...]) -> None:
        self.pipeline, self.past, self.generator, self.reseeded = pipeline, past, generator, reseeded
        self.at = 0

    def network(self) -> None:
        """The pipeline's networks of the loop, silent while steps are played back."""
        from diffexplain.core.lanes.pipelines import denoiser_name

        networks: dict[str, Callable[..., Any]] = {denoiser_name(self.pipeline): _no_prediction, "controlnet": _no_control}
        for name, silent in networks.items():
            network = getattr(self.pipeline, name, None)
            if isinstance(network, torch.nn.Module):
                setattr(self.pipeline, name, stand_in(network, functools.partial(self._either, network, silent)))

    def _either(self, network: torch.nn.Module, silent: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        return silent(network, *args, **kwargs) if self.at < len(self.past) else network(*args, **kwargs)

    @contextmanager
    def steps(self) -> Iterator[None]:
        """In this block the scheduler's first steps are the record's."""
        scheduler = self.pipeline.scheduler
        inner = scheduler.step
        signature = signature_of(type(scheduler), "step")

        @functools.wraps(inner)
        def step(*args: Any, **kwargs: Any) -> Any:
            bound = signature.bind(scheduler, *args, **kwargs)
            if self.at < len(self.past):
                bound = self._then(bound)
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
        """A step's arguments as they were then."""
        then, told = self.past[self.at], bound.arguments
        if then.guided.shape != told["model_output"].shape or then.timestep != float(told["timestep"]):
            raise ForkError(
                say(
                    "step {step} of the record does not fit this pipeline's run: it is another model, scheduler or size; "
                    "give the pipeline that the trace was made with",
                    step=self.at,
                )
            )
        told |= {
            "model_output": then.guided.to(told["model_output"], copy=True),
            "sample": then.x.to(told["sample"], copy=True),
        }
        return bound

    def _roll(self) -> None:
        """From a step on, another seed takes over, where a fork asked for it."""
        for seed in [seed for step, seed in self.reseeded if step == self.at]:
            torch.manual_seed(seed)
            generators = self.generator if isinstance(self.generator, list) else [self.generator]
            for index, generator in enumerate(generators):
                if generator is not None:
                    generator.manual_seed(seed + index)


def _no_prediction(network: Any, *args: Any, **kwargs: Any) -> tuple[torch.Tensor]:
    x = args[0] if args else kwargs["hidden_states"]
    if x.ndim != 4:  # packed
        return (torch.zeros_like(x),)
    return (x.new_zeros((len(x), network.config.out_channels, *x.shape[2:])),)


def _no_control(_: Any, x: torch.Tensor, *__: Any, **___: Any) -> tuple[list[torch.Tensor], torch.Tensor]:
    return [], x.new_zeros(1)
