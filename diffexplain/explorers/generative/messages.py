"""What the explorer says: `messages.d.ts` is made from this.

Where something is said of several models, it is in the order of `diffexplain.learn.generative_models.MODELS`: autoencoder, VAE, GAN, diffusion.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from diffexplain.explorers.generative.request import GenerativeRequest  # noqa: TC001 - the fields are read for the declarations
from diffexplain.live.messages import Array, Message, Quantized


@dataclass(frozen=True, eq=False)
class Begin(Message):
    """Where it begins. A point is a picture of one pixel with two channels."""

    request: Annotated[GenerativeRequest, "what was asked."]
    before: Annotated[int, "how many updates the models have behind them."]
    parameters: Annotated[list[int], "how many numbers each model has, of the GAN both networks'."]
    held: Annotated[Array | Quantized, "(n, C, h, w) what is never trained on; of pictures those that `Look.rebuilt` shows."]
    drawn: Annotated[int, "how many samples of each model `Look.quality` is measured on."]
    real: Annotated[
        list[float], "the same measure of fresh real data, several times: nothing can be told from them below the greatest."
    ]
    draws: Annotated[
        Array, "(n, 2) the first two of the numbers that the shown samples of autoencoder, VAE and GAN are made from."
    ]
    centres: Annotated[Array | None, "(k, 2) the middles of the clusters; None for other data."]


@dataclass(frozen=True, eq=False)
class Losses(Message):
    """What some updates cost; not a number where a model rests."""

    retain = 2000

    at: Annotated[Array, "which updates, from 0."]
    autoencoder: Annotated[Array, "mean square error of what it brings back."]
    vae: Annotated[Array, "the same of the VAE."]
    divergence: Annotated[Array, "of the VAE, from a standard normal, a latent number."]
    generator: Annotated[
        Array, "what the generator lost by what was not taken for real: 0.69 where the discriminator can't tell."
    ]
    discriminator: Annotated[Array, "what the discriminator lost by what it took wrongly: 1.39 where it can't tell."]
    diffusion: Annotated[Array, "mean square error of the original that it says, at random strengths."]


@dataclass(frozen=True, eq=False)
class Look(Message):
    """All four looked at from outside: always the same noise, the same held-out data."""

    retain = 16

    at: Annotated[int, "which look, from 0."]
    update: Annotated[int, "how many updates had been made."]
    made: Annotated[list[int], "how many of them each model took part in."]
    samples: Annotated[Array | Quantized, "(4, n, C, h, w)"]
    rebuilt: Annotated[Array | Quantized, "(2, n, C, h, w) what autoencoder and VAE bring back of `Begin.held`."]
    errors: Annotated[list[float], "mean square error of those two on all held-out data."]
    quality: Annotated[
        list[float],
        "energy distance of samples of each from held-out data: of points by where they lie, of pictures by their embeddings in the bundled CLIP.",
    ]
    modes: Annotated[list[int] | None, "how many clusters the samples of each know; None for other data."]
    near: Annotated[list[float] | None, "which share of the samples of each is of a cluster; None for other data."]


@dataclass(frozen=True, eq=False)
class Plane(Message):
    """The newest latents, and diffusion by steps."""

    retain = "newest"

    update: Annotated[int, "how many updates had been made."]
    grids: Annotated[
        Array | Quantized,
        "(3, k*k, C, h, w) what autoencoder, VAE and GAN make of a grid of latents, row by row from the top; all but the first two numbers are 0.",
    ]
    reach: Annotated[list[float], "how far the grid of each goes, left, right, up and down."]
    codes: Annotated[Array, "(2, n, 2) where held-out data lie in the first two numbers of autoencoder and VAE."]
    steps: Annotated[Array | Quantized, "(3, n, C, h, w) what the denoiser draws in 1, 5 and 20 steps."]
    distances: Annotated[list[float], "the measure of `Look.quality` of those three."]


@dataclass(frozen=True, eq=False)
class Spent(Message):
    """How long each model has been learning."""

    retain = "newest"

    seconds: Annotated[list[float], "in updates, of each."]


@dataclass(frozen=True, eq=False)
class Diverged(Message):
    """The loss of one model left all bounds. Its weights were set back, and it rests while the others go on."""

    retain = 100

    at: Annotated[int, "which time, from 0."]
    model: Annotated[str, "which of the four."]
    update: Annotated[int, "after which it was seen."]
    back: Annotated[int, "its weights are those after so many."]
    rate: Annotated[float, "the learning rate that did it."]
    loss: Annotated[float | None, "what was seen; null where it was no number."]


MESSAGES: tuple[type[Message], ...] = (Begin, Losses, Look, Plane, Spent, Diverged)
