"""Compare samplers: the same noise and the same network, step by step, beside a run that is in no hurry."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from diffexplain.core import samplers
from diffexplain.core.sisters import is_batched
from diffexplain.explorers.pipeline_explorer import PipelineExplorer
from diffexplain.explorers.sampler import agreement, for_page, measure, plan, still
from diffexplain.explorers.sampler.messages import Begin, End, Long
from diffexplain.explorers.sampler.race import long_runs, race
from diffexplain.explorers.sampler.reference import Reference, limits, long_lane, start_of
from diffexplain.explorers.sampler.request import ComparisonRequest, SamplerView
from diffexplain.explorers.sampler.ways import Way, film, locate
from diffexplain.i18n import say

if TYPE_CHECKING:
    from collections.abc import Callable

    from diffexplain.core.lanes import Lane
    from diffexplain.core.trace import Trace
    from diffexplain.explorers.remembered import Remembered
    from diffexplain.explorers.sampler.agreement import Floats
    from diffexplain.live.messages import Message

REMEMBERED = 6  # long runs: each some hundred latents


class SamplerExplorer(PipelineExplorer):
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

    Raises:
        UnfitPipelineError: the pipeline is not fit, or was made for one sampler alone.
        UnsupportedSchedulerError: the noise levels of its scheduler can't be read.
        TraitError: a value is not allowed.

    Attributes:
        traces: of the last finished run, one a sampler.
        references: the long runs that its samplers were compared with.
    """

    Request = ComparisonRequest
    View = SamplerView
    result = End
    title = say("Sampler explorer")
    about = say("Several ways from one noise to a picture, side by side.")
    _module = "sampler"
    overview = staticmethod(still.overview)
    film = staticmethod(still.frames)
    still = staticmethod(still.still_html)

    def __init__(self, pipeline: Any = None, **fields: Any) -> None:
        self._own_world = pipeline is None  # its pictures have a map
        self._map_sent = False
        self.traces: list[Trace] = []
        self.references: list[Reference] = []
        self._known: Remembered[Reference] = self.memory.place(REMEMBERED, self.network)
        super().__init__(pipeline, **fields)

    @classmethod
    def require_fit(cls, pipeline: Any) -> None:
        """Refuse a pipeline that runs with one sampler alone, too."""
        super().require_fit(pipeline)
        plan.names_for(pipeline)

    def check_samplers(self, field: str, value: Any) -> list[str]:
        """Allow some of those that fit the pipeline's model, none twice; None stands for a telling choice."""
        return plan.checked(field, plan.telling(self.names) if value is None else value, self.names)

    @cached_property
    def names(self) -> list[str]:
        """The samplers that fit the pipeline's model."""
        return plan.names_for(self.pipeline)

    def run(self, request: ComparisonRequest, emit: Callable[[Message], None]) -> None:
        """Run all samplers in one batch and report each evaluation; then say more about the ways there."""
        pipe = self.pipeline
        lanes = plan.lanes_of(pipe, request)
        emit(self._begin(request))
        self.traces, finished = race(pipe, lanes, emit)
        ways = [Way(row, trace, finished[row]) for row, trace in enumerate(self.traces)]
        for way in ways:
            way.decode(pipe.vae, emit)
        starts = [start_of(trace, pipe.scheduler) for trace in self.traces]
        different = agreement.starts(starts)
        self.references = self._long(request, lanes[0], different, emit)
        of_row = [different.index(start) for start in starts]
        ends = np.stack([measure.pixels(reference.image) for reference in self.references])
        films = [film(reference, pipe.vae) for reference in self.references]
        far = agreement.rms(finished, ends[of_row])
        emit(Long([run for run, _ in films], of_row, final=far, apart=agreement.rms(ends, ends[0])))
        seen: dict[tuple[int, float], Floats] = {}
        for way, at in zip(ways, of_row, strict=True):
            emit(way.compare(self.references[at], ends[at], at, seen, pipe.vae))
        if self._own_world:
            _, first = films[0]
            rows = [*((way.indices, way.images) for way in ways), (list(range(len(first))), first)]
            self._map_sent = locate(rows, self._map_sent, emit)

    def _begin(self, request: ComparisonRequest) -> Begin:
        pipe = self.pipeline
        return Begin(
            **self.opening(request, self.read(request.prompt)),
            rows=plan.rows_of(request),
            guided=request.guidance_scale > 1,
            shared=is_batched(pipe),
            limits=limits(pipe.scheduler),
        )

    def _long(
        self, request: ComparisonRequest, like: Lane, starts: list[float], emit: Callable[[Message], None]
    ) -> list[Reference]:
        """Return the long runs from these starts, each different; those that were run before are remembered."""

        def run(missing: list[Any]) -> list[Reference]:
            lanes = [long_lane(like, self.pipeline.scheduler, start, self.names) for *_, start in missing]
            return long_runs(self.pipeline, lanes, emit)

        self._known.most = max(REMEMBERED, len(starts))
        asked = (request.prompt, request.negative_prompt, request.seed, request.guidance_scale)
        return self._known.each([(*asked, start) for start in starts], run)

    def in_page(self) -> dict[str, Any] | None:
        """See `Saving.in_page`."""
        own = super().in_page()
        return None if own is None else own | for_page.facts(self.pipeline, own["tables"], mapped=self._own_world)

    def offer(self) -> dict[str, Any]:
        """See `Explorer.offer`."""
        offered = super().offer()
        fitting = [each for each in offered["samplers"] if each["name"] in self.names]
        return {
            "known_words": offered["known_words"],
            "samplers": [
                {**each, "family": plan.FAMILY_OF[each["name"]], "spacings": list(samplers.spacings(each["name"]))}
                for each in fitting
            ],
            "spacings": [name for name in samplers.SPACINGS if any(name in samplers.spacings(each) for each in self.names)],
            "eta": "ddim" in self.names,
            "map": self._own_world,
            "limits": {**offered["limits"], "least": plan.LEAST, "most": plan.MOST},
        }
