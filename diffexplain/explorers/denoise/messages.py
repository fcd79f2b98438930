"""What a denoising run is asked and what it says, declared once: `frontend/explorers/denoise/messages.d.ts` is made from this."""

from __future__ import annotations

from dataclasses import dataclass

from diffexplain.core.text import Token  # noqa: TC001 the fields are read for the declarations
from diffexplain.explorers.denoise.request import DenoiseRequest  # noqa: TC001
from diffexplain.explorers.messages import Decoded
from diffexplain.explorers.pipeline_messages import PipelineBegin
from diffexplain.live.messages import Array, Message, Picture


@dataclass(frozen=True, eq=False)
class Begin(PipelineBegin):
    """Comes with the first step, when the scheduler has chosen its timesteps.

    Attributes:
        tokens: up to and including the first end token; empty where the tokenizer tells nothing.
        embedding: (tokens, width) text states that the denoiser is given for those tokens.
        step_count: how many steps this run will have.
        schedule: (n, 2) timesteps of training and their log-SNR, 2 ln(a/b).
        preview_matrix: (C+1, 3) from latents, a one behind them, to red, green, blue of 0 to 1.
        preview_r2: how well it does, up to 1.
        latent_shape: (C, h, w).
        picture_size: (height, width) in pixels.
    """

    request: DenoiseRequest
    tokens: list[Token]
    embedding: Array | None
    step_count: int
    schedule: Array | None
    preview_matrix: Array
    preview_r2: float
    latent_shape: tuple[int, int, int]
    picture_size: tuple[int, int]


@dataclass(frozen=True, eq=False)
class Step(Message):
    """One call of the sampler: x = a*x0 + b*noise, and the network's output = p*x0 + q*noise.

    Attributes:
        index: 0 for the first.
        timestep: as the scheduler counts, high is noisy.
        a: share of the original in x.
        b: share of the noise in x.
        next_a: the same after this step.
        next_b: the same after this step.
        p: share of the original in what the network says.
        q: share of the noise in what the network says.
        guidance_scale: read back from the two halves; null without guidance or where they are equal.
        guidance_residual: how far plain guidance is from what was used, relative; large where it was processed further.
        seconds: when the step was done, since the run began.
        x: (C, h, w) the noisy latent that the step was given.
        x0: (C, h, w) predicted original.
        noise: (C, h, w) predicted noise.
        uncond: (C, h, w) output without the text; null without guidance.
        cond: (C, h, w) output with the text; null without guidance.
    """

    index: int
    timestep: float
    a: float
    b: float
    next_a: float
    next_b: float
    p: float
    q: float
    guidance_scale: float | None
    guidance_residual: float | None
    seconds: float
    x: Array
    x0: Array
    noise: Array
    uncond: Array | None
    cond: Array | None


@dataclass(frozen=True, eq=False)
class End(Message):
    """The finished picture. What follows only makes the pictures of the way there exact.

    Attributes:
        latents: (C, h, w) after the last step.
        image: as the pipeline returned it, PNG.
        seconds: how long the run took, up to the picture.
    """

    latents: Array
    image: Picture
    seconds: float


MESSAGES: tuple[type[Message], ...] = (Begin, Step, End, Decoded)
