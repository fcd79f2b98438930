"""Guidance, step by step: the network asked with the text and without it, and what is made of the two answers."""

from __future__ import annotations

import dataclasses
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from diffexplain.core.calling import accepted
from diffexplain.core.evenly import evenly
from diffexplain.core.lanes import Lane
from diffexplain.core.lanes.pipelines import class_for
from diffexplain.core.preview import decode, to_pil
from diffexplain.errors import UnfitPipelineError
from diffexplain.explorers import decoding, fitness, pipelines, previews
from diffexplain.explorers.arrays import half_precision
from diffexplain.explorers.guidance import measures, still
from diffexplain.explorers.guidance.beside import draw_scales, draw_ways, with_halves
from diffexplain.explorers.guidance.messages import ARRAYS, Begin, Decoded, Drawing, End, Step
from diffexplain.explorers.guidance.request import FEWEST, MOST, POINTS, GuidanceRequest, GuidanceView
from diffexplain.explorers.pictures import png, within
from diffexplain.explorers.pipeline_explorer import PipelineExplorer
from diffexplain.explorers.pipeline_messages import step_head
from diffexplain.explorers.remembered import replayed
from diffexplain.explorers.sources import Live
from diffexplain.i18n import say
from diffexplain.models.clip import Clip, bundled_clip, load_clip
from diffexplain.models.learned import is_bundled

if TYPE_CHECKING:
    from collections.abc import Callable
    from os import PathLike

    from diffexplain.core import trace as core
    from diffexplain.explorers.remembered import Remembered
    from diffexplain.live.messages import Message

_DERIVED = (
    1e-3  # how far plain guidance may be from what was used, as a share of its largest value, for the page to make it itself
)


class GuidanceExplorer(PipelineExplorer):
    """Guidance: what the network expects with the text and without it, at each step, and what becomes of going from one through the other.

    ::

        explorer = GuidanceExplorer(prompt="a fox", seed=7)
        explorer.remix = 12                      # mixes the shown step anew, in the page
        explorer.scales = [0, 1, 3, 9]           # draws these beside each other; the rest is remembered
        explorer.interval = [0.2, 0.6]           # guides in these steps alone, in one of the variants
        explorer.wait().trace.steps[3].cond

    Args:
        pipeline: a diffusers text-to-image pipeline, which is never changed; None for the bundled one.
        clip: a ``CLIPModel`` folder or hub name, or what `diffexplain.models.clip.load_clip` gives, that says how well pictures agree
            with the text. None for the bundled one, which knows the bundled pipeline's pictures alone: of another pipeline, none is asked.

    Raises:
        UnfitPipelineError: the pipeline is not fit, or has no unconditional half; the message says what to take instead.
        UnsupportedSchedulerError: the noise levels of its scheduler can't be read.
        ModelError: the CLIP can't be used.
        TraitError: a value is not allowed.

    Attributes:
        trace: of the last finished run.
    """

    Request = GuidanceRequest
    View = GuidanceView
    result = End
    title = say("Guidance explorer")
    about = say("What the network expects with the text and without it, and what guidance makes of the two.")
    packed = False
    _module = "guidance"
    overview = staticmethod(still.overview)
    film = staticmethod(still.frames)

    def __init__(self, pipeline: Any = None, clip: Clip | str | PathLike[str] | None = None, **fields: Any) -> None:
        self.trace: core.Trace | None = None
        self.clip = None if clip is None else load_clip(clip)
        self._own_clip = clip is None
        said = partial(self.memory.place, 1, self.network, lambda: self.clip)
        self._run: Remembered[list[Message]] = said()
        self._scales: Remembered[list[Message]] = said()
        self._ways: Remembered[list[Message]] = said()
        super().__init__(pipeline, **fields)

    @classmethod
    def require_fit(cls, pipeline: Any) -> None:
        """Refuse a pipeline whose network is not asked without the text, too."""
        fitness.require_fit(pipeline, packed=True)
        takes = accepted(class_for(Lane(), pipeline))
        distilled = pipelines.setting(pipelines.denoiser(pipeline), "time_cond_proj_dim") is not None
        if distilled or "true_cfg_scale" in takes or not {"guidance_scale", "negative_prompt"} <= takes.keys():
            raise UnfitPipelineError(
                say(
                    "{name} has its guidance distilled into its network, which is asked once a step: there is no half without the text to "
                    "show; take the model that it was distilled from, or another one with a negative prompt, such as Stable Diffusion",
                    name=type(pipeline).__name__,
                )
            )
        fitness.require_fit(pipeline, packed=cls.packed)

    def run(self, request: GuidanceRequest, emit: Callable[[Message], None]) -> None:
        """Run once and say the halves of each step; then draw the scales and the other ways beside each other."""
        clip = self._judge()
        asked = (request.prompt, request.negative_prompt, request.seed, request.steps, request.sampler)

        def told(message: Message) -> None:
            emit(dataclasses.replace(message, request=request) if isinstance(message, Begin) else message)

        replayed(self._run, (*asked, request.guidance_scale), told, partial(self._one, request, clip is not None))
        draw = partial(draw_scales, self.pipeline, request, clip)
        replayed(self._scales, (*asked, tuple(request.scales)), emit, draw, without=(Drawing,))
        settings = (request.guidance_scale, *request.interval, request.rescale, request.parallel, *request.schedule)
        replayed(self._ways, (*asked, settings), emit, partial(draw_ways, self.pipeline, request, clip), without=(Drawing,))

    def offer(self) -> dict[str, Any]:
        """See `Explorer.offer`."""
        offered = super().offer()
        return {**offered, "limits": {**offered["limits"], "scales": [FEWEST, MOST], "points": POINTS}}

    def _judge(self) -> Clip | None:
        """Return what says how well a picture agrees with a text; None where nothing here knows the pipeline's pictures."""
        return bundled_clip() if self._own_clip and is_bundled(self.pipeline) else self.clip

    def _one(self, request: GuidanceRequest, measured: bool, emit: Callable[[Message], None]) -> None:
        """Run once, and say each step as it is done; then its pictures."""
        source = Live(self.pipeline, request, **with_halves(request.guidance_scale))
        plan = previews.Plan(None, ())

        def on_step(trace: core.Trace, step: core.Step) -> None:
            nonlocal plan
            if step.uncond is None:
                why = trace.missing.get("guidance") or say("it asks its network once a step")
                raise UnfitPipelineError(
                    say("{pipeline} has no two halves of guidance to mix: {why}", pipeline=self.model_name(), why=why)
                )
            message = _step(step)
            if step.index == 0:
                count = len(trace.timesteps)
                shape: tuple[int, int, int] = tuple(step.x.shape[1:])  # type: ignore[assignment]
                plan = previews.plan(shape, count, len(ARRAYS), len(ARRAYS))
                text = self.read(request.prompt)
                emit(Begin(**self.latent_opening(request, text, source, count, step.x[0]), measured=measured))
            emit(dataclasses.replace(message, preview_shape=plan.of(step.index)))

        trace, image = source.run(on_step)
        emit(End(image=png(image), seconds=trace.seconds, clipped=measures.clipped(image)))
        self.trace = trace
        self._decode(trace, emit)

    def _decode(self, trace: core.Trace, emit: Callable[[Message], None]) -> None:
        """Say the exact pictures of the halves and of what was made of them; of a long run those of evenly spread steps."""
        kept = evenly(len(trace.steps), decoding.MOST_STEPS)
        most = decoding.MOST_BYTES // len(kept)
        for at in decoding.coarse_to_fine(len(kept)):
            step = trace.steps[kept[at]]
            latents = torch.cat([*(half[:1] for half in measures.originals(step)), step.x0[:1]])
            images = to_pil(decode(latents, self.pipeline.vae, decoding.batch_size(latents)))
            shares = np.array([measures.clipped(image) for image in images], np.float32)
            emit(Decoded(step.index, within(images, most, decoding.SIDE), shares))


def _step(step: core.Step) -> Step:
    without, with_text = (half[0] for half in measures.originals(step))
    guided, change = step.x0[0], with_text - without
    guidance = step.guidance
    scale = None if guidance is None else guidance.scale
    plain = guidance is not None and guidance.plain
    return Step(
        **step_head(step),
        scale=scale,
        plain=plain,
        lengths=np.array([measures.length(each) for each in (without, with_text, change, guided)], np.float32),
        angle=measures.angle(without, with_text),
        preview_shape=None,
        x=half_precision(step.x[0]),
        uncond=half_precision(without),
        change=half_precision(change),
        guided=None if plain else half_precision(guided),
    )
