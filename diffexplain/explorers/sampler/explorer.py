"""Compare samplers: the same noise and the same network, step by step, beside a run that is in no hurry."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from diffexplain.core import samplers
from diffexplain.core.levels import training_curve
from diffexplain.core.numerals import real_number
from diffexplain.core.sisters import is_batched
from diffexplain.core.text import tokenize
from diffexplain.core.twins import own_tokenizer
from diffexplain.explorers import checks, fitness, pipelines
from diffexplain.explorers.explorer import Explorer
from diffexplain.explorers.field import Field
from diffexplain.explorers.sampler import agreement, measure, plan
from diffexplain.explorers.sampler.families import family_of, telling
from diffexplain.explorers.sampler.messages import (
    Begin,
    End,
    Finish,
    Long,
    SamplerRequest,
)
from diffexplain.explorers.sampler.paths import Paths
from diffexplain.explorers.sampler.race import Race, long_runs, race
from diffexplain.explorers.sampler.reference import MOST_LEVEL, Reference, long_lane, start_of
from diffexplain.explorers.sampler.still import still_html
from diffexplain.explorers.sampler.ways import Way, film
from diffexplain.i18n import say
from diffexplain.i18n.words import in_all_languages

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from diffexplain.core.lanes import Lane
    from diffexplain.core.trace import Trace
    from diffexplain.explorers.remembered import Remembered
    from diffexplain.explorers.sampler.agreement import Floats
    from diffexplain.live.messages import Message

REMEMBERED = 6  # long runs: each some hundred latents


class SamplerExplorer(Explorer):
    """Samplers side by side: one noise, one network, 2 to 12 ways from the one to a picture by asking the other.

    ::

        explorer = SamplerExplorer(prompt="a fox", seed=7)
        explorer.samplers = ["ddim", "heun", "dpmpp_2m"]      # runs again; the long run beside them is kept
        explorer.wait().traces[1].steps[3].x0

    All samplers take their steps in one batched run. Then a long run from the same noise says what the solvers of the
    deterministic equation are on the way to; see `diffexplain.explorers.sampler.reference` for how near it comes itself.

    Args:
        pipeline: a diffusers text-to-image pipeline, which is never changed; None for the bundled one, whose paths are also shown
            on the embedding map.
        prompt: what to draw, up to 10,000 characters.
        negative_prompt: what guidance pushes away from.
        seed: decides the starting noise of all, 0 to 2**53 - 1.
        samplers: 2 to 12 names from ``diffexplain.core.samplers``, none twice; None for a telling choice of those that fit.
        steps: of each sampler, 1 to 200.
        spacing: one of ``diffexplain.core.samplers.SPACINGS``; None for the model's usual. Not every sampler has each.
        eta: fresh noise of DDIM, 0 to 1, where 1 is as much as DDPM adds.
        guidance_scale: 0 to 100; up to 1 there is no guidance.
        traits: of the widget: ``axis`` ("log_snr" or "evaluations"), ``place`` on it (None for its end) and ``panel`` ("distance",
            "agreement", "map" or "time"), which the page answers alone; ``layout``.

    Raises:
        UnfitPipelineError: the pipeline is not fit, or was made for one sampler alone.
        UnsupportedSchedulerError: the noise levels of its scheduler can't be read.
        TraitError: a value is not allowed.

    Attributes:
        traces: of the last finished run, one a sampler.
        references: the long runs that its samplers were compared with.
    """

    Request = SamplerRequest
    result = End
    title = say("Sampler explorer")
    _module = "sampler"

    # Of the request: a change asks for a new run
    prompt = Field("a fox", request=True, help="What to draw.")
    negative_prompt = Field("", request=True, help="What guidance pushes away from.")
    seed = Field(0, request=True, help="Decides the starting noise of all samplers.")
    samplers = Field([], request=True, help="Names from the list of samplers, 2 to 12.")
    steps = Field(20, request=True, help="How many steps each sampler takes.")
    spacing = Field(None, request=True, help="How the timesteps are laid out; None for the model's usual way.")
    eta = Field(0.0, request=True, help="Fresh noise of DDIM, as a share of DDPM's.")
    guidance_scale = Field(4.0, request=True, help="How strongly the prompt pulls.")

    # Of the view: the page answers alone
    axis = Field("log_snr", help="What the pictures are lined up by.")
    place = Field(None, help="The place on the axis that is shown; None for its end.")
    panel = Field("distance", help="What is shown below the rows.")

    def __init__(
        self,
        pipeline: Any = None,
        *,
        prompt: str = "a fox",
        negative_prompt: str = "",
        seed: int = 0,
        samplers: Sequence[str] | None = None,
        steps: int = 20,
        spacing: str | None = None,
        eta: float = 0.0,
        guidance_scale: float = 4.0,
        **traits: Any,
    ) -> None:
        self._own_world = pipeline is None  # its pictures have a map
        pipeline = pipelines.bundled() if pipeline is None else pipeline
        fitness.require_fit(pipeline, packed=True)
        self.pipeline = pipeline
        self._names = plan.names_for(pipeline)
        self.traces: list[Trace] = []
        self.references: list[Reference] = []
        self._known: Remembered[Reference] = self.memory.place(REMEMBERED, lambda: self.pipeline)
        self._paths = Paths() if self._own_world else None
        self.set_trait("_controls", self._offer())
        super().__init__(
            pipelines.denoiser(pipeline),
            prompt=prompt,
            negative_prompt=negative_prompt,
            seed=seed,
            samplers=telling(self._names) if samplers is None else samplers,
            steps=steps,
            spacing=spacing,
            eta=eta,
            guidance_scale=guidance_scale,
            **traits,
        )

    def check(self, name: str, value: Any) -> Any:
        """The value of a field in its plain form; see `Explorer.check`."""
        if name == "samplers":
            return plan.checked(name, value, self._names)
        if name == "steps":
            allowed = say("a whole number from {lowest} to {highest}", lowest=1, highest=plan.MOST_STEPS)
            return checks.whole(name, value, 1, plan.MOST_STEPS, allowed)
        if name == "spacing":
            return None if value is None else checks.choice(name, value, samplers.SPACINGS)
        if name in {"eta", "place"}:
            return _eta(name, value) if name == "eta" else _place(name, value)
        if name == "axis":
            return checks.choice(name, value, ("log_snr", "evaluations"))
        if name == "panel":
            return checks.choice(name, value, ("distance", "agreement", "map", "time"))
        simple: dict[str, Callable[[str, object], Any]] = {"seed": checks.seed, "guidance_scale": checks.guidance_scale}
        return simple.get(name, checks.text)(name, value)

    def run(self, request: SamplerRequest, emit: Callable[[Message], None]) -> None:
        """Runs all samplers in one batch and tells each evaluation; then says more about the ways there."""
        pipe = self.pipeline
        lanes = plan.lanes_of(pipe, request)
        emit(self._begin(request))
        done = race(pipe, lanes, emit)
        finished = np.stack([measure.pixels(_image(trace)) for trace in done.traces])  # (rows, 3, h, w)
        emit(_end(done, finished))
        self.traces = done.traces
        ways = [Way(row, trace, finished[row]) for row, trace in enumerate(done.traces)]
        for way in ways:
            way.decode(pipe.vae, emit)
        starts = [start_of(trace, pipe.scheduler) for trace in done.traces]
        places = agreement.starts(starts)
        self.references = self._long(request, lanes[0], places, emit)
        of_row = [places.index(start) for start in starts]
        ends = np.stack([measure.pixels(reference.image) for reference in self.references])
        films = [film(reference, pipe.vae) for reference in self.references]
        emit(
            Long(
                runs=[run for run, _ in films],
                of_row=of_row,
                final=agreement.rms(finished, ends[of_row]).astype(np.float32),
                apart=agreement.rms(ends, ends[0]).astype(np.float32),
            )
        )
        seen: dict[tuple[int, float], Floats] = {}
        for way, at in zip(ways, of_row, strict=True):
            emit(way.compare(self.references[at], ends[at], at, seen, pipe.vae))
        if self._paths is not None:
            self._paths.tell([*((way.row, way.indices, way.images) for way in ways), (len(ways), *films[0][1])], emit)

    def still(self, messages: list[Message]) -> str:
        """See `Explorer.still`."""
        return still_html(messages)

    def _begin(self, request: SamplerRequest) -> Begin:
        pipe = self.pipeline
        tokenizer = own_tokenizer(getattr(pipe, "tokenizer", None))
        text = tokenize(request.prompt, tokenizer, getattr(pipe, "text_encoder", None))
        curve = [log_snr for _, log_snr in training_curve(pipe.scheduler) or [(0, MOST_LEVEL), (1, -MOST_LEVEL)]]
        return Begin(
            request=request,
            rows=plan.rows_of(request),
            guided=request.guidance_scale > 1,
            shared=is_batched(pipe),
            limits=np.clip(np.array([min(curve), max(curve)], np.float32), -MOST_LEVEL, MOST_LEVEL),
            model=pipelines.name_of(pipe),
            token_limit=text.limit,
            truncated=text.truncated,
        )

    def _long(
        self, request: SamplerRequest, like: Lane, starts: list[float], emit: Callable[[Message], None]
    ) -> list[Reference]:
        """The long runs from these starts; those that were run before are remembered."""
        asked = (request.prompt, request.negative_prompt, request.seed, request.guidance_scale)
        found = {start: self._known.get((*asked, start)) for start in starts}
        missing = [start for start, reference in found.items() if reference is None]
        self._known.most = max(REMEMBERED, len(starts))
        if missing:
            lanes = [long_lane(like, self.pipeline.scheduler, start, self._names) for start in missing]
            for start, reference in zip(missing, long_runs(self.pipeline, lanes, emit), strict=True):
                found[start] = self._known.put((*asked, start), reference)
        return [reference for reference in found.values() if reference is not None]

    def _offer(self) -> dict[str, Any]:
        known = [samplers.SAMPLERS[name] for name in self._names]
        return {
            "samplers": [
                {
                    "name": sampler.name,
                    "label": sampler.label,
                    "family": family_of(sampler.name),
                    "sentence": in_all_languages(sampler.sentence),
                    "spacings": list(samplers.spacings(sampler.name)),
                }
                for sampler in known
            ],
            "spacings": [name for name in samplers.SPACINGS if any(name in samplers.spacings(each.name) for each in known)],
            "eta": "ddim" in self._names,
            "map": self._own_world,
            "limits": {
                "prompt": checks.MAX_CHARACTERS,
                "seed": checks.MAX_SEED,
                "least": plan.LEAST,
                "most": plan.MOST,
                "steps": plan.MOST_STEPS,
            },
        }


def _end(done: Race, finished: Floats) -> End:
    matrix = agreement.distances(finished)
    return End(
        rows=[
            Finish(measure.finished(_image(trace)), len(trace.steps), network, own)
            for trace, network, own in zip(done.traces, done.network_seconds, done.own_seconds, strict=True)
        ],
        matrix=matrix,
        groups=agreement.groups(matrix),
        threshold=agreement.SAME,
        seconds=done.seconds,
    )


def _image(trace: Trace) -> Any:
    assert trace.image is not None
    return trace.image


def _eta(name: str, value: object) -> float:
    number = _number(value)
    if number is None or not 0 <= number <= 1:
        raise ValueError(
            say(
                "{field} must be a number from 0 (no fresh noise) to 1 (as much as DDPM adds), not {value}",
                field=name,
                value=checks.shown(value),
            )
        )
    return number


def _place(name: str, value: object) -> float | None:
    number = _number(value)
    if value is not None and number is None:
        raise ValueError(
            say("{field} must be a number on the axis, or None for its end, not {value}", field=name, value=checks.shown(value))
        )
    return number


def _number(value: object) -> float | None:
    """A finite number, numpy's too; None for anything else."""
    number = real_number(value)
    return number if number is not None and math.isfinite(number) else None
