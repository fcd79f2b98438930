"""See the network itself: its blocks, what each hands on while it works, and what becomes of the picture without them."""

from __future__ import annotations

import dataclasses
from functools import partial
from typing import TYPE_CHECKING, Any

from diffexplain.core.anatomy import Anatomy, anatomy
from diffexplain.core.blocks import places_of
from diffexplain.core.costs import shapes_of
from diffexplain.core.features import BUDGET, Features
from diffexplain.core.weakening import PARTS, weakenable
from diffexplain.errors import RecordingError
from diffexplain.explorers import checks, pipelines, previews
from diffexplain.explorers.arrays import half_precision
from diffexplain.explorers.decoding import unpacked
from diffexplain.explorers.pictures import opened, png
from diffexplain.explorers.pipeline_explorer import PipelineExplorer
from diffexplain.explorers.pipeline_messages import step_head
from diffexplain.explorers.remembered import replayed
from diffexplain.explorers.sources import Live
from diffexplain.explorers.still import first
from diffexplain.explorers.unet import maps, still
from diffexplain.explorers.unet.messages import Begin, End, Step
from diffexplain.explorers.unet.reading import blocks_of, heard, lanes_of, skips_of
from diffexplain.explorers.unet.redrawing import redraw
from diffexplain.explorers.unet.request import UNetRequest, UNetView
from diffexplain.i18n import say

if TYPE_CHECKING:
    from collections.abc import Callable

    import torch

    from diffexplain.core import trace as core
    from diffexplain.explorers.remembered import Remembered
    from diffexplain.explorers.requests import PromptRequest
    from diffexplain.live.messages import Message

X0_BYTES = 300_000  # of a run's predicted originals, which the page only draws
NOTHING = "nothing"


class UNetExplorer(PipelineExplorer):
    """The network itself: drawn from its own modules, with what each block hands on at a step, and the picture without it.

    ::

        explorer = UNetExplorer(prompt="a fox", block="mid_block")
        explorer                                   # shows it
        explorer.weaken = "skip"                   # draws again without the skip connections of each block
        explorer.trace.steps[3].features.of("mid_block")
        explorer.anatomy.multiply_adds

    Feature maps are shown along their three leading principal components, the same for all steps of a run. A part is weakened by a
    factor: what a block adds, what skip connections bring and what comes from below (the two factors of FreeU, Si et al. 2023, here
    for all channels and frequencies alike), or what a block reads of the text. 1 leaves the picture as it is, to the bit.

    Args:
        pipeline: a diffusers text-to-image pipeline with a U-Net or a transformer (Stable Diffusion, SDXL, SD3, Flux, PixArt),
            which is never changed; None for the bundled one.
        budget_bytes: what feature maps may take in main memory while they are read; larger ones are made smaller by area.

    Attributes:
        trace: the last whole run, its feature maps among it: `diffexplain.core.features.StepFeatures` at each step.
        anatomy: its network, taken apart: `diffexplain.core.anatomy.Anatomy`.

    Raises:
        UnfitPipelineError: the pipeline is not fit; the message says what to take instead.
        UnsupportedSchedulerError: the noise levels of its scheduler can't be read.
        TraitError: a value is not allowed.
    """

    Request = UNetRequest
    View = UNetView
    result = End
    title = say("U-Net explorer")
    about = say("The network itself: its blocks, what each of them makes, and the picture without it.")
    _module = "unet"
    overview = staticmethod(still.overview)
    film = staticmethod(still.frames)

    def __init__(self, pipeline: Any = None, *, budget_bytes: int = BUDGET, **fields: Any) -> None:
        Features(budget_bytes=budget_bytes)  # refuses what is none
        self.trace: core.Trace | None = None
        self.anatomy: Anatomy | None = None
        self._budget = budget_bytes
        self._looks: Remembered[list[Message]] = self.memory.place(1, self.network)
        self._lanes: Remembered[list[Message]] = self.memory.place(4, self.network)
        super().__init__(pipeline, **fields)

    @classmethod
    def require_fit(cls, pipeline: Any) -> None:
        """Refuse a pipeline whose network has no blocks that are known, too."""
        super().require_fit(pipeline)
        places_of(_network(pipeline))

    def check_block(self, field: str, value: Any) -> str | None:
        """Allow None, and the parts of the pipeline's network that hand on feature maps."""
        names = [place.name for place in places_of(_network(self.pipeline)) if place.is_block or place.tap]
        return None if value is None else checks.choice(field, value, names)

    def check_weaken(self, field: str, value: Any) -> str:
        """Allow what the pipeline's network has."""
        return checks.choice(field, value, [NOTHING, *weakenable(_network(self.pipeline))])

    def check_only(self, field: str, value: Any) -> str:
        """Allow the blocks of the pipeline's network."""
        names = [place.name for place in places_of(_network(self.pipeline)) if place.is_block]
        return value if value == "" else checks.choice(field, value, names)

    def run(self, request: UNetRequest, emit: Callable[[Message], None]) -> None:
        """Run the pipeline once and look into it; then once more for each block that is weakened."""
        plain = dataclasses.replace(request, weaken=NOTHING, strength=1.0, only="")
        lanes = lanes_of(weakenable(_network(self.pipeline)), request.weaken, request.only)
        said: list[Message] = []

        def as_asked(message: Message) -> None:
            said.append(message)
            emit(dataclasses.replace(message, request=request, lanes=lanes) if isinstance(message, Begin) else message)

        replayed(self._looks, plain, as_asked, partial(self._look, plain))
        end = first(said, End)
        if lanes and end is not None:
            replayed(
                self._lanes,
                request,
                emit,
                partial(redraw, pipelines.uncompiled(self.pipeline), request, lanes, opened(end.image)),
            )

    def _look(self, request: UNetRequest, emit: Callable[[Message], None]) -> None:
        pipeline = pipelines.uncompiled(self.pipeline)
        source = Live(pipeline, request)
        network = source.network
        call: list[Any] = []
        kept: dict[int, Any] = {}

        def first_call(_: Any, args: Any, kwargs: Any) -> None:
            if not call:
                call.append(shapes_of((args, kwargs)))

        def on_step(trace: core.Trace, step: core.Step) -> None:
            x0 = unpacked(trace, step.x0[:1])[0]
            count = len(trace.timesteps)
            if step.index == 0:
                emit(self._begin(request, source, count, x0, step, call[0] if call else ((), {})))
            channels, height, width = x0.shape
            emit(
                Step(
                    **step_head(step),
                    x0=half_precision(x0),
                    preview_shape=previews.fitting((channels, height, width), count, X0_BYTES),
                )
            )
            if step.features is not None and step.index in maps.map_steps(count):
                kept[step.index] = step.features

        names = [place.name for place in places_of(network) if place.tap]
        hook = network.register_forward_pre_hook(first_call, with_kwargs=True)
        try:
            trace, image = source.run(on_step, features=Features(blocks=heard(names), budget_bytes=self._budget))
        finally:
            hook.remove()
        emit(End(png(image), trace.seconds))
        self.trace = trace
        if not kept:
            raise RecordingError(trace.missing.get("features", say("no feature maps came of this run")))
        shown = sorted(kept.items())
        some = shown[0][1]
        side = maps.side_of(list(some.grids.values()), len(shown), guided="uncond" in some.halves)
        for block in some.blocks:
            emit(maps.maps_of(block, shown, side))
        for picture in source.decoded(trace):
            emit(picture)

    def _begin(self, request: UNetRequest, source: Live, count: int, x0: torch.Tensor, step: core.Step, call: Any) -> Begin:
        whole = self.anatomy = anatomy(_network(self.pipeline), *call)
        return Begin(
            **self.latent_opening(request, self.read(request.prompt), source, count, x0),
            network=type(_network(self.pipeline)).__name__,
            unet=whole.unet,
            blocks=blocks_of(whole, weakenable(_network(self.pipeline))),
            skips=skips_of(whole),
            guided=step.cond is not None,
            uncounted=whole.missing,
            lanes=[],
        )

    def source(self, request: PromptRequest) -> Live:
        """See `PipelineExplorer.source`."""
        return Live(pipelines.uncompiled(self.pipeline), request)

    def offer(self) -> dict[str, Any]:
        """See `Explorer.offer`."""
        having = weakenable(_network(self.pipeline))
        return super().offer() | {
            "negative": pipelines.takes_negative(self.pipeline),
            "parts": [part for part in PARTS if part in having],
        }


def _network(pipeline: Any) -> Any:
    return pipelines.denoiser(pipelines.uncompiled(pipeline))
