"""Guidance that a pipeline does not have itself: its loop runs as it is, and the scheduler is given its two halves mixed another way."""

from __future__ import annotations

import functools
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any

import torch

from diffexplain.core.facts import prediction_of
from diffexplain.core.guidance import SETTLED, Pairs, like
from diffexplain.core.mixing import Mixing, Moment
from diffexplain.core.sisters import denoiser_name
from diffexplain.core.wrapping import plain_type
from diffexplain.errors import LaneError
from diffexplain.i18n import say

if TYPE_CHECKING:
    from collections.abc import Iterator


def no_halves(pipeline: Any, why: str = "") -> str:
    """Say that a pipeline has no two halves of guidance; `why` is what was seen, where something was."""
    name, why = plain_type(pipeline).__name__, why or say("it asks its network once a step")
    return say("{pipeline} has no two halves of guidance to mix: {why}", pipeline=name, why=why)


@contextmanager
def mixed(pipeline: Any, mixing: Mixing | None, guidance: float) -> Iterator[None]:
    """Have a pipeline's halves mixed so in this block; nothing is changed for None.

    Args:
        pipeline: One's own, with networks and a scheduler that nobody else has.
        mixing: How.
        guidance: The scale that the pipeline is called with, above 1, so that it asks for both halves.

    Raises:
        LaneError: Out of the first step where the pipeline has no two halves.
    """
    if mixing is None:
        yield
        return
    scheduler, denoiser = pipeline.scheduler, getattr(pipeline, denoiser_name(pipeline))
    pairs, done, inner = Pairs(), 0, scheduler.step

    def after(_: Any, __: Any, kwargs: dict[str, Any], output: Any) -> None:
        text = kwargs.get("encoder_hidden_states")
        pairs.add(prediction_of(output).detach().clone(), text if isinstance(text, torch.Tensor) else None)

    @functools.wraps(inner)  # pipelines look for `generator` and `eta` in the signature
    def step(model_output: torch.Tensor, timestep: Any, sample: torch.Tensor, *args: Any, **kwargs: Any) -> Any:
        nonlocal done
        given = like(model_output, sample)
        uncond, cond, _ = pairs.take(sample, given)
        if uncond is None or cond is None:
            raise LaneError(no_halves(pipeline, pairs.why))
        vars(pipeline)[SETTLED] = (pairs.swapped, pairs.sign)
        guided = mixing(uncond, cond, guidance, Moment.of(scheduler, timestep, sample, done, len(scheduler.timesteps)))
        done += 1
        guided = guided.to(model_output.dtype)
        if given.shape != model_output.shape:  # a learned variance, which goes along as it is
            guided = torch.cat([guided, model_output[:, given.shape[1] :]], dim=1)
        return inner(guided, timestep, sample, *args, **kwargs)

    with ExitStack() as undo:
        undo.callback(denoiser.register_forward_hook(after, with_kwargs=True).remove)
        vars(scheduler)["step"] = step
        undo.callback(vars(scheduler).pop, "step")
        undo.callback(vars(pipeline).pop, SETTLED, None)
        yield
