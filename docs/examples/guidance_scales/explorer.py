"""The same noise and sentence at several guidance scales, drawn side by side."""

from collections.abc import Callable
from pathlib import Path

from diffexplain.core.lanes.sampling import sampling
from diffexplain.explorers.messages import Progress
from diffexplain.explorers.pictures import jpeg
from diffexplain.explorers.pipeline_explorer import PipelineExplorer
from diffexplain.explorers.pipelines import lane_of
from diffexplain.i18n import say
from diffexplain.live.messages import Message
from docs.examples.guidance_scales.messages import Drawn, ScalesRequest


class GuidanceScalesExplorer(PipelineExplorer):
    """How strongly the sentence pulls, seen: one noise at several guidance scales."""

    Request = ScalesRequest
    title = say("Guidance scales")
    _module = Path(__file__).with_name("page.js")

    def run(self, request: ScalesRequest, emit: Callable[[Message], None]) -> None:
        """Draw all pictures in one batch, with word after each step."""
        lanes = [lane_of(self.pipeline, request, guidance=scale) for scale in request.scales]
        for state in sampling(lanes, self.pipeline):
            emit(Progress("drawing", len(state.traces[-1].steps), request.steps))
        emit(Drawn(request, [jpeg(trace.image) for trace in state.traces]))
