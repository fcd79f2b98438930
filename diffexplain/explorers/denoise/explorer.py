"""Watch a picture come out of noise: every step of a text-to-image pipeline, while it runs."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from diffexplain.core.levels import training_curve
from diffexplain.core.preview import LinearMap, linear_map
from diffexplain.core.record import record
from diffexplain.core.text import tokenize
from diffexplain.explorers import checks, fitness, pipelines, previews
from diffexplain.explorers.decoding import decoded_steps
from diffexplain.explorers.denoise import measures
from diffexplain.explorers.denoise.messages import (
    PARTS,
    Begin,
    Decoded,
    DenoiseRequest,
    End,
    Step,
    needed_parts,
)
from diffexplain.explorers.denoise.still import still_html
from diffexplain.explorers.explorer import Explorer
from diffexplain.explorers.field import Field
from diffexplain.explorers.pictures import png
from diffexplain.i18n import say
from diffexplain.live.messages import numbers

if TYPE_CHECKING:
    from collections.abc import Callable

    from diffexplain.core import trace as core
    from diffexplain.live.messages import Array, Message


class DenoiseExplorer(Explorer):
    """Every step of a text-to-image pipeline: the noisy latent, the predicted noise, the predicted picture, the finished one.

    ::

        explorer = DenoiseExplorer(prompt="a fox", seed=7)
        explorer                       # shows it
        explorer.seed = 8              # runs again
        explorer.wait().trace.steps[3].x0

    Args:
        pipeline: a diffusers text-to-image pipeline, which is never changed; None for the bundled one.
        prompt: what to draw, up to 10,000 characters; the text encoder reads the beginning.
        negative_prompt: what guidance pushes away from.
        seed: decides the starting noise, 0 to 2**53 - 1.
        sampler: name from ``diffexplain.core.samplers``; None for the pipeline's own, where that is among them.
        steps: 1 to 1000.
        guidance_scale: 0 to 100; up to 1 there is no guidance.
        height: in pixels; None for the model's own.
        width: in pixels; None for the model's own.
        traits: of the widget: ``step`` and ``place`` that are open in the page, ``layout``.

    Raises:
        UnfitPipelineError: the pipeline is not fit; the message says what to take instead.
        UnsupportedSchedulerError: the noise levels of its scheduler can't be read.
        TraitError: a value is not allowed.
    """

    Request = DenoiseRequest
    result = End
    title = say("Denoising explorer")
    _module = "denoise"

    # Of the request: a change asks for a new run
    prompt = Field("a fox", request=True, help="What to draw.")
    negative_prompt = Field("", request=True, help="What guidance pushes away from.")
    seed = Field(0, request=True, help="Decides the starting noise.")
    sampler = Field("ddim", request=True, help="Name from the list of samplers.")
    steps = Field(20, request=True, help="How many steps.")
    guidance_scale = Field(4.0, request=True, help="How strongly the prompt pulls.")
    height = Field(None, request=True, help="In pixels; None for the model's own.")
    width = Field(None, request=True, help="In pixels; None for the model's own.")

    # Of the view: the page answers alone
    step = Field(-1, help="The step that is shown; -1 for the last one.")
    place = Field("", help="The part of the pipeline that is open; empty for none.")

    def __init__(
        self,
        pipeline: Any = None,
        *,
        prompt: str = "a fox",
        negative_prompt: str = "",
        seed: int = 0,
        sampler: str | None = None,
        steps: int = 20,
        guidance_scale: float = 4.0,
        height: int | None = None,
        width: int | None = None,
        **traits: Any,
    ) -> None:
        pipeline = pipelines.bundled() if pipeline is None else pipeline
        fitness.require_fit(pipeline)
        self.pipeline = pipeline
        self.trace: core.Trace | None = None
        self._choices = pipelines.choices(pipeline)
        self.set_trait("_controls", self._offer())
        super().__init__(
            pipelines.denoiser(pipeline),
            prompt=prompt,
            negative_prompt=negative_prompt,
            seed=seed,
            sampler=pipelines.first_choice(pipeline) if sampler is None else sampler,
            steps=steps,
            guidance_scale=guidance_scale,
            height=height,
            width=width,
            **traits,
        )

    def check(self, name: str, value: Any) -> Any:
        """The value of a field in its plain form; see `Explorer.check`."""
        if name in {"height", "width"}:
            return checks.size(name, value, pipelines.size_multiple(self.pipeline))
        if name == "sampler":
            return checks.choice(name, value, [choice.name for choice in self._choices])
        simple: dict[str, Callable[[str, object], Any]] = {
            "seed": checks.seed,
            "steps": checks.steps,
            "guidance_scale": checks.guidance_scale,
            "step": checks.index,
        }
        return simple.get(name, checks.text)(name, value)

    def run(self, request: DenoiseRequest, emit: Callable[[Message], None]) -> None:
        """Runs the pipeline once and tells every step; then makes the pictures of the way there exact."""
        pipe = pipelines.copy_for(self.pipeline, request.sampler, request.steps)
        preview = linear_map(pipe.vae)
        plan = previews.Plan(None, ())

        def on_step(step: core.Step) -> None:
            nonlocal plan
            before = trace.steps[step.index - 1] if step.index else None
            message = _step(step, before)
            if before is None:
                plan = _plan(message, len(trace.timesteps))
                emit(self._begin(request, pipe, trace, step, preview, plan))
            emit(dataclasses.replace(message, preview_shape=plan.of(step.index)))

        with pipelines.without_notice_of_truncation(pipe), record(pipe, on_step=on_step) as trace:
            (image,) = pipe(**pipelines.arguments(pipe, request)).images
        assert trace.latents is not None
        emit(
            End(
                latents=_array(trace.latents),
                preview_shape=plan.shape,
                move=measures.move(trace.steps[-1], trace.latents),
                like_final=measures.like_the_last([step.x0[0] for step in trace.steps]),
                image=png(image),
                seconds=trace.seconds,
            )
        )
        self.trace = trace
        for at, picture in decoded_steps(len(trace.steps), lambda at: trace.steps[at].x0[0], pipe.vae):
            emit(Decoded(at, picture))

    def still(self, messages: list[Message]) -> str:
        """See `Explorer.still`."""
        return still_html(messages)

    def _begin(
        self, request: DenoiseRequest, pipe: Any, trace: core.Trace, first: core.Step, preview: LinearMap, plan: previews.Plan
    ) -> Begin:
        text = tokenize(request.prompt, getattr(pipe, "tokenizer", None), getattr(pipe, "text_encoder", None))
        states = trace.prompt_embeds  # (1, tokens, width)
        known = states is not None and states.ndim == 3 and 0 < len(text.tokens) <= states.shape[1]
        curve = training_curve(pipe.scheduler)
        start = measures.at_unit_scale(first.x[0], first.level.a, first.level.b)
        channels, rows, columns = start.shape
        side = pipelines.latent_side(pipe)
        return Begin(
            request=request,
            tokens=list(text.tokens),
            token_limit=text.limit,
            truncated=text.truncated,
            embedding=_array(states[:, : len(text.tokens)]) if known and states is not None else None,
            step_count=len(trace.timesteps),
            schedule=np.asarray(curve, np.float32) if curve else None,
            start_mean=float(start.mean()),
            start_deviation=float(start.std(correction=0)),
            preview_matrix=preview.matrix.float().cpu().numpy(),
            preview_r2=preview.r2,
            latent_shape=(channels, rows, columns),
            preview_shape=plan.shape,
            picture_size=(rows * side, columns * side),
            model=type(self.pipeline).__name__,
            sampler_label=next(choice.label for choice in self._choices if choice.name == request.sampler),
        )

    def _offer(self) -> dict[str, Any]:
        return {
            "samplers": pipelines.offer(self._choices),
            "limits": {"prompt": checks.MAX_CHARACTERS, "seed": checks.MAX_SEED},
        }


def _step(step: core.Step, before: core.Step | None) -> Step:
    guidance = step.guidance
    return Step(
        index=step.index,
        timestep=step.timestep,
        a=step.level.a,
        b=step.level.b,
        next_a=step.next_level.a,
        next_b=step.next_level.b,
        p=step.parameterization.p,
        q=step.parameterization.q,
        guidance_scale=guidance.scale if guidance else None,
        guidance_residual=guidance.residual if guidance else None,
        seconds=step.seconds,
        moved=None if before is None else measures.relative_change(before.x0[0], step.x0[0]),
        text_share=measures.text_share(step),
        before=None if before is None else measures.move(before, step.x),
        preview_shape=None,
        x=_array(step.x),
        x0=_array(step.x0),
        noise=_array(step.noise),
        uncond=None if step.uncond is None else _array(step.uncond),
        cond=None if step.cond is None else _array(step.cond),
    )


def _plan(first: Step, count: int) -> previews.Plan:
    channels, rows, columns = numbers(first.x).shape
    whole = sum(getattr(first, part) is not None for part in PARTS)
    return previews.plan((channels, rows, columns), count, whole, len(needed_parts(first)))


def _array(tensor: torch.Tensor) -> Array:
    """The first of a batch, as half precision on the CPU."""
    array: Array = tensor[0].detach().to("cpu", torch.float16).numpy()
    return array
