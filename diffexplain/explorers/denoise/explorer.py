"""Watch a picture come out of noise: every step of a text-to-image pipeline, while it runs."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

from diffexplain.explorers import previews
from diffexplain.explorers.arrays import half_precision
from diffexplain.explorers.comparing import ComparingExplorer
from diffexplain.explorers.denoise import measures, still
from diffexplain.explorers.denoise.messages import PARTS, Begin, End, Step, needed_parts
from diffexplain.explorers.denoise.request import DenoiseRequest, DenoiseView
from diffexplain.explorers.pictures import png
from diffexplain.explorers.pipeline_explorer import PipelineExplorer
from diffexplain.explorers.pipeline_messages import step_head
from diffexplain.i18n import say
from diffexplain.live.messages import numbers

if TYPE_CHECKING:
    from collections.abc import Callable

    from diffexplain.core import trace as core
    from diffexplain.explorers.sources import Source
    from diffexplain.live.messages import Message


class DenoiseExplorer(ComparingExplorer, PipelineExplorer):
    """Every step of a text-to-image pipeline: the noisy latent, the predicted noise, the predicted picture, the finished one.

    ::

        explorer = DenoiseExplorer(prompt="a fox", seed=7)
        explorer                       # shows it
        explorer.seed = 8              # runs again
        explorer.wait().trace.steps[3].x0
        explorer.keep()                # the next run is shown beside this one
        explorer.guidance_scale = 8
        explorer.let_go()

    Args:
        pipeline: a diffusers text-to-image pipeline, which is never changed; None for the bundled one.

    Raises:
        UnfitPipelineError: the pipeline is not fit; the message says what to take instead.
        UnsupportedSchedulerError: the noise levels of its scheduler can't be read.
        TraitError: a value is not allowed.
    """

    Request = DenoiseRequest
    View = DenoiseView
    result = End
    title = say("Denoising explorer")
    about = say("A picture comes out of noise: every step, while it runs.")
    packed = False
    _module = "denoise"
    overview = staticmethod(still.overview)
    film = staticmethod(still.frames)

    def __init__(self, pipeline: Any = None, **fields: Any) -> None:
        self.trace: core.Trace | None = None
        super().__init__(pipeline, **fields)

    def run(self, request: DenoiseRequest, emit: Callable[[Message], None]) -> None:
        """Run the pipeline once and say every step; then make the pictures of the way there exact."""
        source = self.source(request)
        plan = previews.Plan(None, ())

        def on_step(trace: core.Trace, step: core.Step) -> None:
            nonlocal plan
            before = trace.steps[step.index - 1] if step.index else None
            message = _step(step, before)
            if before is None:
                plan = _plan(message, len(trace.timesteps))
                emit(self._begin(request, source, trace, step, plan))
            emit(dataclasses.replace(message, preview_shape=plan.of(step.index)))

        trace, image = source.run(on_step)
        assert trace.latents is not None
        emit(
            End(
                latents=half_precision(trace.latents[0]),
                preview_shape=plan.shape,
                move=measures.move(trace.steps[-1], trace.latents),
                like_final=measures.like_the_last([step.x0[0] for step in trace.steps]),
                image=png(image),
                seconds=trace.seconds,
            )
        )
        self.trace = trace
        for picture in source.decoded(trace):
            emit(picture)

    def _begin(
        self, request: DenoiseRequest, source: Source, trace: core.Trace, first: core.Step, plan: previews.Plan
    ) -> Begin:
        text = self.read(request.prompt)
        states = trace.prompt_embeds  # (1, tokens, width)
        known = states is not None and states.ndim == 3 and 0 < len(text.tokens) <= states.shape[1]
        start = measures.at_unit_scale(first.x[0], first.level.a, first.level.b)
        return Begin(
            **self.latent_opening(request, text, source, len(trace.timesteps), start),
            tokens=list(text.tokens),
            embedding=half_precision(states[0, : len(text.tokens)]) if known and states is not None else None,
            start_mean=float(start.mean()),
            start_deviation=float(start.std(correction=0)),
            preview_shape=plan.shape,
        )


def _step(step: core.Step, before: core.Step | None) -> Step:
    guidance = step.guidance
    return Step(
        **step_head(step),
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
        x=half_precision(step.x[0]),
        x0=half_precision(step.x0[0]),
        noise=half_precision(step.noise[0]),
        uncond=None if step.uncond is None else half_precision(step.uncond[0]),
        cond=None if step.cond is None else half_precision(step.cond[0]),
    )


def _plan(first: Step, count: int) -> previews.Plan:
    channels, rows, columns = numbers(first.x).shape
    whole = sum(getattr(first, part) is not None for part in PARTS)
    return previews.plan((channels, rows, columns), count, whole, len(needed_parts(first)))
