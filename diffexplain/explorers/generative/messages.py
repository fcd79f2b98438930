"""What the explorer says: `messages.d.ts` is made from this.

Where something is said of several models, it is in the order of `diffexplain.learn.generative_models.MODELS`: autoencoder, VAE, GAN, diffusion.
"""

from __future__ import annotations

from dataclasses import dataclass

from diffexplain.explorers.generative.request import GenerativeRequest  # noqa: TC001 - the fields are read for the declarations
from diffexplain.live.messages import Array, Message, Quantized


@dataclass(frozen=True, eq=False)
class Begin(Message):
    """Nothing is learned yet. A point is a picture of one pixel with two channels.

    Attributes:
        request: what was asked.
        parameters: how many numbers each model has, of the GAN both networks'.
        held: (n, C, h, w) what is never trained on; of pictures those that `Look.rebuilt` shows.
        drawn: how many samples of each model `Look.quality` is measured on.
        real: the same measure of fresh real data, several times: nothing can be told from them below the greatest.
        draws: (n, 2) the first two of the numbers that the shown samples of autoencoder, VAE and GAN are made from.
        centres: (k, 2) the middles of the clusters; None for other data.
    """

    request: GenerativeRequest
    parameters: list[int]
    held: Array | Quantized
    drawn: int
    real: list[float]
    draws: Array
    centres: Array | None


@dataclass(frozen=True, eq=False)
class Losses(Message):
    """What some updates cost; not a number where a model rests.

    Attributes:
        at: which updates, from 0.
        autoencoder: mean square error of what it brings back.
        vae: the same of the VAE.
        divergence: of the VAE, from a standard normal, a latent number.
        generator: what the generator lost by what was not taken for real: 0.69 where the discriminator can't tell.
        discriminator: what the discriminator lost by what it took wrongly: 1.39 where it can't tell.
        diffusion: mean square error of the original that it says, at random strengths.
    """

    retain = 2000

    at: Array
    autoencoder: Array
    vae: Array
    divergence: Array
    generator: Array
    discriminator: Array
    diffusion: Array


@dataclass(frozen=True, eq=False)
class Look(Message):
    """All four looked at from outside: always the same noise, the same held-out data.

    Attributes:
        at: which look, from 0.
        update: how many updates had been made.
        made: how many of them each model took part in.
        samples: (4, n, C, h, w)
        rebuilt: (2, n, C, h, w) what autoencoder and VAE bring back of `Begin.held`.
        errors: mean square error of those two on all held-out data.
        quality: energy distance of samples of each from held-out data: of points by where they lie, of pictures by their embeddings
            in the bundled CLIP.
        modes: how many clusters the samples of each know; None for other data.
        near: which share of the samples of each is of a cluster; None for other data.
    """

    retain = 16

    at: int
    update: int
    made: list[int]
    samples: Array | Quantized
    rebuilt: Array | Quantized
    errors: list[float]
    quality: list[float]
    modes: list[int] | None
    near: list[float] | None


@dataclass(frozen=True, eq=False)
class Plane(Message):
    """The newest latents, and diffusion by steps.

    Attributes:
        update: how many updates had been made.
        grids: (3, k*k, C, h, w) what autoencoder, VAE and GAN make of a grid of latents, row by row from the top; all but the first two
            numbers are 0.
        reach: how far the grid of each goes, left, right, up and down.
        codes: (2, n, 2) where held-out data lie in the first two numbers of autoencoder and VAE.
        steps: (3, n, C, h, w) what the denoiser draws in 1, 5 and 20 steps.
        distances: the measure of `Look.quality` of those three.
    """

    retain = "newest"

    update: int
    grids: Array | Quantized
    reach: list[float]
    codes: Array
    steps: Array | Quantized
    distances: list[float]


@dataclass(frozen=True, eq=False)
class Spent(Message):
    """How long each model has been learning.

    Attributes:
        seconds: in updates, of each.
    """

    retain = "newest"

    seconds: list[float]


@dataclass(frozen=True, eq=False)
class Diverged(Message):
    """The loss of one model left all bounds. Its weights were set back, and it rests while the others go on.

    Attributes:
        at: which time, from 0.
        model: which of the four.
        update: after which it was seen.
        back: its weights are those after so many.
        rate: the learning rate that did it.
        loss: what was seen; null where it was no number.
    """

    retain = 100

    at: int
    model: str
    update: int
    back: int
    rate: float
    loss: float | None


MESSAGES: tuple[type[Message], ...] = (Begin, Losses, Look, Plane, Spent, Diverged)
