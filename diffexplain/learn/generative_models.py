"""The road to diffusion: an autoencoder, a VAE, a GAN and a denoiser, each of which learns to make what it was shown.

All four are shown the same batches and are asked for samples in the same way. The first three have the same network that makes
pictures out of a few numbers; see `diffexplain.learn.small_autoencoder`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from time import perf_counter
from typing import TYPE_CHECKING, Any

import torch
from diffusers import DDIMScheduler

from diffexplain.learn import autoencoder, denoiser, gan, probing
from diffexplain.learn.optimizers import adamw
from diffexplain.learn.session import Session
from diffexplain.learn.small import PointNetwork, SmallUNet
from diffexplain.learn.small_autoencoder import SmallAutoencoder, maker, reader

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from diffexplain.learn.descent import Update

MODELS = ("autoencoder", "vae", "gan", "diffusion")
TIMESTEPS = 1000
STEPS = 20  # of a denoiser's samples
SIGMA = 0.3
"""Standard deviation of the noise up to which a VAE's decoder is asked to say a picture, where beta is 1."""
GAN_RATE = 0.5
"""Share of the learning rate that the adversaries take: what one does turns up in the other's loss, so they go by smaller steps."""
_MOMENTUM = {True: 0.0, False: 0.8}
"""Of the adversaries, for pictures and for points. Pictures are learned best with none. On `clouds.centres`, with none or 0.5 they settle
whatever else is chosen, and with 0.9 never; with 0.8 the penalty decides: without a penalty they chase each other round the
clusters for hundreds of updates, with 0.3 they come to know them."""
_DECAY = 0.99  # of the average of the weights: it follows within some hundred updates
_UNITS = 4  # of a denoiser's layer for points, for each channel of the first level for pictures


@dataclass(frozen=True)
class Settings:
    """What an update goes by, and the next may be told otherwise.

    Attributes:
        rate: learning rate; the adversaries take `GAN_RATE` of it.
        beta: how much the VAE's divergence counts; at 1 it is that of a decoder which says a picture up to noise of `SIGMA`.
        discriminations: updates of the discriminator for each of the generator.
        penalty: of the discriminator's gradient.
    """

    rate: float = 4e-3
    beta: float = 1.0
    discriminations: int = 1
    penalty: float = 0.3


class Learned:
    """One of the four, in training.

    Args:
        network: to be trained.
        optimizers: over its parameters, made with a learning rate of 1.
        seed: of its batches and its noise.

    Attributes:
        session: all that changes.
    """

    def __init__(self, network: torch.nn.Module, optimizers: Any, seed: int) -> None:
        self.session = Session(network, optimizers, device="cpu", limit=_DECAY, seed=seed)

    @property
    def network(self) -> Any:
        """The averaged network, which is the one to look at."""
        return self.session.average.network

    def made(self, noise: torch.Tensor) -> torch.Tensor:
        """Return samples (N, C, h, w) from as many draws of noise: of latents (N, latent, 1, 1), of a denoiser (N, C, h, w)."""
        raise NotImplementedError

    def update(self, data: torch.Tensor, size: int, settings: Settings) -> Mapping[str, float]:
        """Make one update on `size` of the (n, C, h, w) data, and return what it cost by name."""
        begun = perf_counter()
        update: Update = next(self._updates(data, size, settings))
        self.session.seconds += perf_counter() - begun
        return update.parts

    def _updates(self, data: torch.Tensor, size: int, settings: Settings) -> Any:
        raise NotImplementedError

    def _batch(self, data: torch.Tensor, size: int) -> torch.Tensor:
        return data[self.session.draw.integers(len(data), size=size)]

    def _options(self, rate: float) -> dict[str, Any]:
        session = self.session
        return {"average": session.average, "generator": session.noise, "rate": lambda _: rate}


class Autoencoding(Learned):
    """An autoencoder, or a VAE.

    Args:
        shape: (C, h, w) of a picture.
        width: see `small_autoencoder.reader`.
        latent: how many numbers a picture becomes.
        variational: whether it is a VAE.
        seed: see `Learned`.
    """

    def __init__(self, shape: Sequence[int], width: int, latent: int, variational: bool, seed: int) -> None:
        network = SmallAutoencoder(shape[0], shape[1], width, latent)
        super().__init__(network, adamw(network, 1.0), seed)
        self._share = 2 * SIGMA**2 * latent / math.prod(shape) if variational else 0.0

    def made(self, noise: torch.Tensor) -> torch.Tensor:
        """See `Learned.made`: what the decoder makes of these latents."""
        with torch.no_grad():
            made: torch.Tensor = self.network.decode(noise).sample
        return made

    def codes(self, pictures: torch.Tensor) -> torch.Tensor:
        """Return (N, latent, 1, 1): where (N, C, h, w) pictures lie, of a VAE the middle of each."""
        with torch.no_grad():
            codes: torch.Tensor = self.network.encode(pictures).latent_dist.mode()
        return codes

    def _updates(self, data: torch.Tensor, size: int, settings: Settings) -> Any:
        weights = autoencoder.Weights(absolute=0.0, square=1.0, edges=0.0, divergence=self._share * settings.beta)
        session = self.session
        return autoencoder.train(
            session.network, [self._batch(data, size)], session.optimizers, weights=weights, **self._options(settings.rate)
        )


class Adversarial(Learned):
    """A GAN; see `Autoencoding`."""

    def __init__(self, shape: Sequence[int], width: int, latent: int, seed: int) -> None:
        network = gan.Adversaries(maker(latent, width, shape[0], shape[1]), reader(shape[0], shape[1], width, 1), latent)
        self._both = gan.Both(network, GAN_RATE, _MOMENTUM[shape[1] > 1])
        super().__init__(network, self._both, seed)

    def made(self, noise: torch.Tensor) -> torch.Tensor:
        """See `Learned.made`."""
        with torch.no_grad():
            made: torch.Tensor = self.network.generator(noise)
        return made

    def _updates(self, data: torch.Tensor, size: int, settings: Settings) -> Any:
        session, count = self.session, settings.discriminations
        batches = [self._batch(data, size) for _ in range(count)]
        return gan.train(
            session.network, batches, self._both, penalty=settings.penalty, discriminations=count,
            **self._options(settings.rate),
        )  # fmt: skip


class Diffusing(Learned):
    """A denoiser; see `Autoencoding`."""

    def __init__(self, shape: Sequence[int], width: int, seed: int) -> None:
        pictures = shape[1] > 1
        network = SmallUNet(shape[0], width) if pictures else PointNetwork(_UNITS * width, TIMESTEPS)
        super().__init__(network, adamw(network, 1.0), seed)
        self._scheduler = DDIMScheduler(  # it says the original: learned soonest, and one step is then the mean of all there is
            TIMESTEPS, beta_schedule="squaredcos_cap_v2", prediction_type="sample", clip_sample=pictures
        )

    def made(self, noise: torch.Tensor, steps: int = STEPS) -> torch.Tensor:
        """See `Learned.made`; in so many steps."""
        return probing.sampled(self.network, self._scheduler, noise, steps)

    def _updates(self, data: torch.Tensor, size: int, settings: Settings) -> Any:
        session = self.session
        batch = denoiser.Batch(self._batch(data, size), torch.empty(0))
        return denoiser.train(
            session.network, self._scheduler, [batch], session.optimizers, gamma=None, predict=self._predict,
            **self._options(settings.rate),
        )  # fmt: skip

    def _predict(self, noisy: torch.Tensor, timesteps: torch.Tensor, batch: denoiser.Batch) -> torch.Tensor:  # noqa: ARG002
        said: torch.Tensor = self.session.network(noisy, timesteps)
        return said


def generative_models(shape: Sequence[int], width: int, latent: int, seed: int) -> dict[str, Learned]:
    """Make all four as they begin, by the names in `MODELS`; the same for the same seed. See `Autoencoding`."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return {
            "autoencoder": Autoencoding(shape, width, latent, False, seed),
            "vae": Autoencoding(shape, width, latent, True, seed),
            "gan": Adversarial(shape, width, latent, seed),
            "diffusion": Diffusing(shape, width, seed),
        }
