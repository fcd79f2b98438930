"""What a denoising run is asked and what it says, declared once: `frontend/explorers/denoise/messages.d.ts` is made from this."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Annotated, Literal, TypeAlias

import numpy as np

from diffexplain.core.text import Token  # noqa: TC001 the fields are read for the declarations
from diffexplain.explorers import previews
from diffexplain.explorers.denoise.request import DenoiseRequest  # noqa: TC001
from diffexplain.explorers.messages import Decoded
from diffexplain.explorers.pipeline_messages import LatentBegin, PictureEnd, StepHead
from diffexplain.live.messages import Array, Message, Quantized, numbers, quantize

Part: TypeAlias = Literal["x", "x0", "noise", "uncond", "cond"]
PARTS: tuple[Part, ...] = ("x", "x0", "noise", "uncond", "cond")
HEAT_LIMIT = 2.5  # the page draws no difference between larger values of text states
_DERIVED = 1e-2  # how far `cond` may be from what a page makes of the others, as a share of its length


@dataclass(frozen=True, eq=False)
class Begin(LatentBegin):
    """Comes with the first step, when the scheduler has chosen its timesteps."""

    request: DenoiseRequest
    tokens: Annotated[list[Token], "up to and including the first end token; empty where the tokenizer tells nothing."]
    embedding: Annotated[Array | Quantized | None, "(tokens, width) text states that the denoiser is given for those tokens."]
    start_mean: Annotated[float | None, "of the starting noise at unit scale."]
    start_deviation: Annotated[float | None, "its standard deviation."]
    preview_shape: Annotated[
        tuple[int, int] | None,
        "(h, w) of the arrays that a page has of each step before it asks for all; null: it has all of them.",
    ]

    def preview(self) -> Begin:
        """Return it with text states that are not too heavy: in the levels that the page draws, and as many rows as fit."""
        if self.embedding is None or numbers(self.embedding).nbytes <= previews.TEXT:
            return self
        states = numbers(self.embedding)
        rows = max(1, previews.TEXT // states.shape[1])
        return dataclasses.replace(self, embedding=quantize(states[:rows], HEAT_LIMIT))


@dataclass(frozen=True)
class Move:
    """What came of a step."""

    changed: Annotated[float | None, "how far the latents went, as a share of their length, both at unit scale."]
    beside: Annotated[
        float | None,
        "how far they are from where a deterministic first-order step goes (DDIM, eq. 12; Euler), next_a*x0 + next_b*noise: fresh noise, a correction from earlier steps. As a share of their length.",
    ]


@dataclass(frozen=True, eq=False)
class Step(StepHead):
    """One call of the sampler: x = a*x0 + b*noise, and the network's output = p*x0 + q*noise."""

    next_a: Annotated[float, "the same after this step."]
    next_b: Annotated[float, "the same after this step."]
    p: Annotated[float, "share of the original in what the network says."]
    q: Annotated[float, "share of the noise in what the network says."]
    guidance_scale: Annotated[float | None, "read back from the two halves; null without guidance or where they are equal."]
    guidance_residual: Annotated[
        float | None, "how far plain guidance is from what was used, relative; large where it was processed further."
    ]
    seconds: Annotated[float, "when the step was done, since the run began."]
    moved: Annotated[float | None, "how far the predicted original moved since the step before, relative; null for the first."]
    text_share: Annotated[float | None, "what the text changes, cond - uncond, as a share of uncond; null without guidance."]
    before: Annotated[Move | None, "what came of the step before; null for the first."]
    preview_shape: Annotated[
        tuple[int, int] | None, "(h, w) of its arrays in a page that has not asked for all; (0, 0): none; null: all of them."
    ]
    x: Annotated[
        Array | Quantized | None,
        "(C, h, w) the noisy latent that the step was given; null in a preview, which leaves the sum to the page.",
    ]
    x0: Annotated[Array | Quantized | None, "(C, h, w) predicted original."]
    noise: Annotated[Array | Quantized | None, "(C, h, w) predicted noise."]
    uncond: Annotated[Array | Quantized | None, "(C, h, w) output without the text; null without guidance."]
    cond: Annotated[
        Array | Quantized | None,
        "(C, h, w) output with the text; null without guidance, and in a preview where plain guidance gives it: uncond + (p*x0 + q*noise - uncond) / guidance_scale.",
    ]

    def preview(self) -> Step:
        """Return it with the arrays from which a page can make all five, in small."""
        if self.preview_shape is None:
            return self
        few: dict[str, Quantized] = {}
        if self.preview_shape != (0, 0):
            needed = [part for part in needed_parts(self) if getattr(self, part) is not None]
            few = {part: previews.small(numbers(getattr(self, part)), self.preview_shape) for part in needed}
        return dataclasses.replace(self, **{part: few.get(part) for part in PARTS})  # type: ignore[arg-type] # arrays by name


def needed_parts(step: Step) -> tuple[Part, ...]:
    """Return the parts of a whole step from which a page can make the others again."""
    if step.uncond is None or step.cond is None:
        return ("x0", "noise")
    cond, uncond = (numbers(part).astype(np.float32) for part in (step.cond, step.uncond))
    guided = step.p * numbers(step.x0).astype(np.float32) + step.q * numbers(step.noise).astype(np.float32)
    if step.guidance_scale and step.guidance_scale >= 1:
        derived = uncond + (guided - uncond) / step.guidance_scale
        if np.linalg.norm(derived - cond) <= _DERIVED * np.linalg.norm(cond):
            return ("x0", "noise", "uncond")
    return ("x0", "noise", "uncond", "cond")


@dataclass(frozen=True, eq=False)
class End(PictureEnd):
    """The finished picture. What follows only makes the pictures of the way there exact."""

    latents: Annotated[Array | Quantized, "(C, h, w) after the last step."]
    preview_shape: Annotated[tuple[int, int] | None, "as that of a step."]
    move: Annotated[Move, "what came of the last step."]
    like_final: Annotated[Array, "(steps,) correlation of each step's predicted original with the last one's."]

    def preview(self) -> End:
        """Return it with latents as the steps have them, and a picture that is not too heavy."""
        end, shape = super().preview(), self.preview_shape
        return end if shape is None else dataclasses.replace(end, latents=previews.small(numbers(self.latents), shape))


MESSAGES: tuple[type[Message], ...] = (Begin, Step, End, Decoded)
