"""See where the network looked for each word: over the picture, step by step, by layer and head."""

from __future__ import annotations

import dataclasses
import inspect
from typing import TYPE_CHECKING, Any

from diffexplain.core.attention import Attention
from diffexplain.core.attention.layers import layers_of
from diffexplain.core.attention.options import BUDGET
from diffexplain.core.preview import linear_map, unpack
from diffexplain.core.record import record
from diffexplain.explorers import checks, fitness, pipelines
from diffexplain.explorers.attention import fields
from diffexplain.explorers.attention.apart import run_apart
from diffexplain.explorers.attention.messages import AttentionRequest, Begin, Decoded, End
from diffexplain.explorers.attention.reading import Reading, read, step_message
from diffexplain.explorers.attention.still import still_html
from diffexplain.explorers.decoding import decoded_steps
from diffexplain.explorers.explorer import Explorer
from diffexplain.explorers.field import Field
from diffexplain.explorers.pictures import png
from diffexplain.i18n import say

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import torch

    from diffexplain.core import trace as core
    from diffexplain.explorers.remembered import Remembered
    from diffexplain.live.messages import Message

DETAILS = ("mean", "layers")
HALVES = ("cond", "uncond")
OVER = ("step", "run")
SCALES = ("own", "same")


class AttentionExplorer(Explorer):
    """For each word of the prompt, where the network looked: over the picture, by step, by layer and head.

    ::

        explorer = AttentionExplorer(prompt="a dog next to a cat", word="dog")
        explorer                              # shows it
        explorer.detail = "layers"            # layers and heads apart, too
        explorer.trace.steps[3].attention.word("dog")

    At each place of the picture, attention divides one whole among the text places that the network is told (Vaswani et al. 2017,
    eq. 1). What is shown as a word's share is the sum over its tokens, the mean over all layers that read text and over their heads
    (Tang et al. 2023, DAAM), unless one layer or head is chosen. It says where the network reads the word, not what the word causes.

    Args:
        pipeline: a diffusers text-to-image pipeline with cross-attention or joint attention (Stable Diffusion, SDXL, SD3, Flux and
            their kin), which is never changed; None for the bundled one.
        prompt: what to draw, up to 10,000 characters; the text encoder reads the beginning.
        negative_prompt: what guidance pushes away from.
        seed: decides the starting noise, 0 to 2**53 - 1.
        sampler: name from ``diffexplain.core.samplers``; None for the pipeline's own, where that is among them.
        steps: 1 to 1000.
        guidance_scale: 0 to 100; up to 1 there is no guidance.
        height: in pixels; None for the model's own.
        width: in pixels; None for the model's own.
        detail: "mean", or "layers" to have layers and heads apart too, which takes a second run of the same.
        budget_bytes: what layers and heads apart may take in main memory while they are read; more is refused in one line.
        traits: of the widget, answered by the page alone: ``word`` (a text such as "red apple", or positions in the list of words),
            ``half`` ("cond", "uncond"), ``step``, ``over`` ("step", or "run" for the mean over all steps), ``layer`` and ``head``
            (empty and -1: the mean), ``strength`` (0 to 1, of the map over the picture), ``patches``, ``scale`` ("own", "same");
            ``layout``.

    Attributes:
        trace: the last whole run, its attention among it: `diffexplain.core.attention.StepAttention` at each step.

    Raises:
        UnfitPipelineError: the pipeline is not fit; the message says what to take instead.
        UnsupportedSchedulerError: the noise levels of its scheduler can't be read.
        AttentionError: the denoiser has no attention that can be read.
        TraitError: a value is not allowed.
    """

    Request = AttentionRequest
    result = End
    title = say("Attention explorer")
    _module = "attention"

    # Of the request: a change asks for a new run
    prompt = Field("a dog next to a cat", request=True, help="What to draw.")
    negative_prompt = Field("", request=True, help="What guidance pushes away from.")
    seed = Field(0, request=True, help="Decides the starting noise.")
    sampler = Field("ddim", request=True, help="Name from the list of samplers.")
    steps = Field(20, request=True, help="How many steps.")
    guidance_scale = Field(5.0, request=True, help="How strongly the prompt pulls.")
    height = Field(None, request=True, help="In pixels; None for the model's own.")
    width = Field(None, request=True, help="In pixels; None for the model's own.")
    detail = Field("mean", request=True, help='"mean", or "layers" for layers and heads apart.')

    # Of the view: the page answers alone
    word = Field("", help="A text, or positions in the list of words; empty for the last word.")
    half = Field("cond", help='"cond": the pass with the prompt; "uncond": the one without it, or with the negative one.')
    step = Field(-1, help="The step that is shown; -1 for the last one.")
    over = Field("step", help='"step", or "run": the mean over all steps.')
    layer = Field("", help="Name of a layer; empty for the mean over all.")
    head = Field(-1, help="Number of a head; -1 for the mean over all.")
    strength = Field(0.6, help="How much the map covers the picture, 0 to 1.")
    patches = Field(False, help="Whether the map is shown patch by patch, as the network has it.")
    scale = Field("own", help='Colours of several maps: "own" for each, or the "same" for all.')

    def __init__(
        self,
        pipeline: Any = None,
        *,
        prompt: str = "a dog next to a cat",
        negative_prompt: str = "",
        seed: int = 0,
        sampler: str | None = None,
        steps: int = 20,
        guidance_scale: float = 5.0,
        height: int | None = None,
        width: int | None = None,
        detail: str = "mean",
        budget_bytes: int = BUDGET,
        **traits: Any,
    ) -> None:
        pipeline = pipelines.bundled() if pipeline is None else pipeline
        fitness.require_fit(pipeline, packed=True)
        Attention(budget_bytes=budget_bytes)  # refuses what is none
        layers = layers_of(pipelines.denoiser(pipelines.uncompiled(pipeline)), Attention())
        self.pipeline = pipeline
        self.trace: core.Trace | None = None
        self._budget = budget_bytes
        self._joint = any(layer.kind != "cross" for layer in layers)
        self._choices = pipelines.choices(pipeline)
        self._readings: Remembered[Reading] = self.memory.place(1, self._network)
        self._apart: Remembered[list[Message]] = self.memory.place(1, self._network)  # what a second pass said
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
            detail=detail,
            **traits,
        )

    def check(self, name: str, value: Any) -> Any:
        """The value of a field in its plain form; see `Explorer.check`."""
        if name in {"height", "width"}:
            return checks.size(name, value, pipelines.size_multiple(self.pipeline))
        choices: dict[str, Sequence[str]] = {
            "sampler": [choice.name for choice in self._choices],
            "detail": DETAILS,
            "half": HALVES,
            "over": OVER,
            "scale": SCALES,
        }
        if name in choices:
            return checks.choice(name, value, choices[name])
        simple: dict[str, Callable[[str, object], Any]] = {
            "seed": checks.seed,
            "steps": checks.steps,
            "guidance_scale": checks.guidance_scale,
            "step": checks.index,
            "head": checks.index,
            "word": fields.word,
            "strength": fields.strength,
            "patches": fields.truth,
        }
        return simple.get(name, checks.text)(name, value)

    def run(self, request: AttentionRequest, emit: Callable[[Message], None]) -> None:
        """Runs the pipeline once and tells where it looked at every step; then, if asked, once more for layers and heads apart."""
        plain = dataclasses.replace(request, detail="mean")
        reading = self._readings.get(plain)
        if reading is None:
            self._readings.clear()
            self._apart.clear()
            reading = self._readings.put(plain, self._run_mean(request, plain, emit))
        else:
            for message in reading.said:
                emit(dataclasses.replace(message, request=request) if isinstance(message, Begin) else message)
        if request.detail == "mean":
            return
        apart = self._apart.get(plain)
        if apart is None:
            self._apart.put(plain, run_apart(pipelines.uncompiled(self.pipeline), reading, self._budget, emit))
        else:
            for message in apart:
                emit(message)

    def _network(self) -> Any:
        return self.pipeline

    def still(self, messages: list[Message]) -> str:
        """See `Explorer.still`."""
        return still_html(messages)

    def _run_mean(self, request: AttentionRequest, plain: AttentionRequest, emit: Callable[[Message], None]) -> Reading:
        call = pipelines.call_of(pipelines.uncompiled(self.pipeline), request)
        pipe = call.pipeline
        said: list[Message] = []
        reading: Reading | None = None

        def tell(message: Message) -> None:
            said.append(message)
            emit(message)

        def on_step(step: core.Step) -> None:
            nonlocal reading
            x0 = _original(trace, step)
            if reading is None:
                reading = read(plain, step.attention, len(trace.timesteps))
                tell(self._begin(request, pipe, x0, reading))
            tell(step_message(step, x0, reading))

        with pipelines.without_notice_of_truncation(pipe), record(pipe, attention=Attention(), on_step=on_step) as trace:
            (image,) = call().images
        assert reading is not None
        tell(End(png(image), trace.seconds))
        self.trace = trace
        for at, picture in decoded_steps(len(trace.steps), lambda at: _original(trace, trace.steps[at])[0], pipe.vae):
            tell(Decoded(at, picture))
        reading.said = said
        return reading

    def _begin(self, request: AttentionRequest, pipe: Any, x0: torch.Tensor, reading: Reading) -> Begin:
        preview = linear_map(pipe.vae)
        _, channels, rows, columns = x0.shape
        side = pipelines.latent_side(pipe)
        return Begin(
            request=request,
            sentences=reading.sentences,
            halves=list(reading.rows),
            joint=self._joint,
            layer_count=len(reading.layers),
            grid=reading.grid,
            step_count=reading.step_count,
            map_steps=reading.steps,
            preview_matrix=preview.matrix.float().cpu().numpy(),
            preview_r2=preview.r2,
            latent_shape=(channels, rows, columns),
            picture_size=(rows * side, columns * side),
            model=pipelines.name_of(self.pipeline),
            sampler_label=next(choice.label for choice in self._choices if choice.name == request.sampler),
        )

    def _offer(self) -> dict[str, Any]:
        accepted = inspect.signature(self.pipeline.__call__).parameters
        return {
            "samplers": pipelines.offer(self._choices),
            "limits": {"prompt": checks.MAX_CHARACTERS, "seed": checks.MAX_SEED},
            # Flux has a negative prompt only beside a guidance scale of another name, which is off
            "negative": "negative_prompt" in accepted and "true_cfg_scale" not in accepted,
        }


def _original(trace: core.Trace, step: core.Step) -> torch.Tensor:
    """A step's predicted original, (1, C, h, w), also of a pipeline that packs its latents."""
    x0 = step.x0[:1]
    return x0 if x0.ndim == 4 else unpack(x0, trace.height or 0, trace.width or 0)
