"""See where the network looked for each word: over the picture, step by step, by layer and head."""

from __future__ import annotations

import dataclasses
from functools import partial
from typing import TYPE_CHECKING, Any

from diffexplain.core.attention import Attention
from diffexplain.core.attention.layers import layers_of
from diffexplain.core.attention.options import BUDGET
from diffexplain.explorers import pipelines
from diffexplain.explorers.attention import still
from diffexplain.explorers.attention.apart import run_apart
from diffexplain.explorers.attention.messages import Begin, End
from diffexplain.explorers.attention.reading import Reading, read, step_message
from diffexplain.explorers.attention.request import AttentionRequest, AttentionView
from diffexplain.explorers.decoding import unpacked
from diffexplain.explorers.pictures import png
from diffexplain.explorers.pipeline_explorer import PipelineExplorer
from diffexplain.explorers.remembered import replayed
from diffexplain.explorers.sources import Live
from diffexplain.i18n import say

if TYPE_CHECKING:
    from collections.abc import Callable

    from diffexplain.core import trace as core
    from diffexplain.core.attention.layers import Layer
    from diffexplain.explorers.remembered import Remembered
    from diffexplain.explorers.requests import PromptRequest
    from diffexplain.explorers.sources import Source
    from diffexplain.live.messages import Message


class AttentionExplorer(PipelineExplorer):
    """For each word of the prompt, where the network looked: over the picture, by step, by layer and head.

    ::

        explorer = AttentionExplorer(prompt="a dog next to a cat", word="dog")
        explorer                              # shows it
        explorer.detail = "layers"            # layers and heads apart, too
        explorer.trace.steps[3].attention.word("dog")

    At each place of the picture, attention divides one whole among the text places that the network reads (Vaswani et al. 2017,
    eq. 1). What is shown as a word's share is the sum over its tokens, the mean over all layers that read text and over their heads
    (Tang et al. 2023, DAAM), unless one layer or head is chosen. It says where the network reads the word, not what the word causes.

    Args:
        pipeline: a diffusers text-to-image pipeline with cross-attention or joint attention (Stable Diffusion, SDXL, SD3, Flux and
            their kin), which is never changed; None for the bundled one.
        budget_bytes: what layers and heads apart may take in main memory while they are read; more is refused in one line.

    Attributes:
        trace: the last whole run, its attention among it: `diffexplain.core.attention.StepAttention` at each step.

    Raises:
        UnfitPipelineError: the pipeline is not fit; the message says what to take instead.
        UnsupportedSchedulerError: the noise levels of its scheduler can't be read.
        AttentionError: the denoiser has no attention that can be read.
        TraitError: a value is not allowed.
    """

    Request = AttentionRequest
    View = AttentionView
    result = End
    title = say("Attention explorer")
    about = say("Where in the picture the network looks for each word.")
    _module = "attention"
    overview = staticmethod(still.overview)
    film = staticmethod(still.frames)
    still = staticmethod(still.still_html)

    def __init__(self, pipeline: Any = None, *, budget_bytes: int = BUDGET, **fields: Any) -> None:
        Attention(budget_bytes=budget_bytes)  # refuses what is none
        self.trace: core.Trace | None = None
        self._budget = budget_bytes
        self._reading: Reading | None = None  # of the run that is remembered
        self._said: Remembered[list[Message]] = self.memory.place(1, self.network)
        self._apart: Remembered[list[Message]] = self.memory.place(1, self.network)  # what a second pass said
        super().__init__(pipeline, **fields)

    @classmethod
    def require_fit(cls, pipeline: Any) -> None:
        """Refuse a pipeline whose attention can't be read, too."""
        super().require_fit(pipeline)
        _layers(pipeline)

    def run(self, request: AttentionRequest, emit: Callable[[Message], None]) -> None:
        """Run the pipeline once and say where it looked at every step; then, if asked, once more for layers and heads apart."""
        plain = dataclasses.replace(request, detail="mean")

        def as_asked(message: Message) -> None:
            emit(dataclasses.replace(message, request=request) if isinstance(message, Begin) else message)

        if not replayed(self._said, plain, as_asked, partial(self._read, plain)):
            self._apart.clear()
        if request.detail == "layers":
            assert self._reading is not None
            pipe = pipelines.uncompiled(self.pipeline)
            replayed(self._apart, plain, emit, partial(run_apart, pipe, self._reading, self._budget))

    def source(self, request: PromptRequest) -> Source:
        """See `PipelineExplorer.source`."""
        return Live(pipelines.uncompiled(self.pipeline), request)

    def is_joint(self) -> bool:
        """Return whether the picture attends to itself in the same softmax as to the text."""
        return any(layer.kind != "cross" for layer in _layers(self.pipeline))

    def _read(self, request: AttentionRequest, emit: Callable[[Message], None]) -> None:
        source = self.source(request)
        reading: Reading | None = None

        def on_step(trace: core.Trace, step: core.Step) -> None:
            nonlocal reading
            x0 = unpacked(trace, step.x0[:1])[0]
            if reading is None:
                reading = read(request, step.attention, len(trace.timesteps))
                emit(
                    Begin(
                        **self.latent_opening(request, self.read(request.prompt), source, reading.step_count, x0),
                        sentences=reading.sentences,
                        halves=list(reading.rows),
                        joint=self.is_joint(),
                        layer_count=len(reading.layers),
                        grid=reading.grid,
                        map_steps=reading.steps,
                    )
                )
            emit(step_message(step, x0, reading))

        trace, image = source.run(on_step, Attention())
        emit(End(png(image), trace.seconds))
        self.trace = trace
        for picture in source.decoded(trace):
            emit(picture)
        self._reading = reading

    def offer(self) -> dict[str, Any]:
        """See `Explorer.offer`."""
        return super().offer() | {"negative": pipelines.takes_negative(self.pipeline)}


def _layers(pipeline: Any) -> list[Layer]:
    return layers_of(pipelines.denoiser(pipelines.uncompiled(pipeline)), Attention())
