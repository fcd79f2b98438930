"""Networks between a picture and a few numbers, small enough to be trained while somebody looks.

One architecture each way: what reads a picture is an encoder or a discriminator, what makes one is a decoder or a generator. So an
autoencoder, a VAE and a GAN differ in what is asked of them and in nothing else. A point of the plane is a picture of one pixel.
"""

from __future__ import annotations

import itertools
from types import SimpleNamespace
from typing import Any

import torch
from diffusers.models.autoencoders.vae import DiagonalGaussianDistribution
from torch import nn

_SLOPE = 0.2  # of a leaky rectifier (Radford et al. 2016, "Unsupervised representation learning with DCGANs", section 3)
_UNITS = 4  # of a layer for points, for each channel of the first level for pictures


def reader(channels: int, side: int, width: int, outputs: int) -> nn.Sequential:
    """Make a network from (N, channels, side, side) to (N, outputs, 1, 1).

    Args:
        channels: of a picture.
        side: of a picture, in pixels: 1, or a multiple of 4.
        width: channels at half the side, half as many as at a quarter; of points a quarter of the units of a layer.
        outputs: how many numbers.
    """
    if side == 1:
        return nn.Sequential(nn.Flatten(), *_layers(channels, *[_UNITS * width] * 3, outputs), nn.Unflatten(1, (outputs, 1, 1)))
    quarter = side // 4
    return nn.Sequential(
        nn.Conv2d(channels, width, 4, 2, 1),
        nn.LeakyReLU(_SLOPE),
        nn.Conv2d(width, 2 * width, 4, 2, 1),
        nn.LeakyReLU(_SLOPE),
        nn.Flatten(),
        *_layers(2 * width * quarter**2, 4 * width, outputs),
        nn.Unflatten(1, (outputs, 1, 1)),
    )


def maker(inputs: int, width: int, channels: int, side: int) -> nn.Sequential:
    """Make a network from (N, inputs, 1, 1) to (N, channels, side, side); see `reader`."""
    if side == 1:
        return nn.Sequential(nn.Flatten(), *_layers(inputs, *[_UNITS * width] * 3, channels), nn.Unflatten(1, (channels, 1, 1)))
    quarter = side // 4
    return nn.Sequential(
        nn.Flatten(),
        *_layers(inputs, 4 * width, 4 * width, 2 * width * quarter**2),
        nn.LeakyReLU(_SLOPE),
        nn.Unflatten(1, (2 * width, quarter, quarter)),
        nn.Upsample(scale_factor=2.0),
        nn.Conv2d(2 * width, 2 * width, 3, padding=1),
        nn.LeakyReLU(_SLOPE),
        nn.Upsample(scale_factor=2.0),
        nn.Conv2d(2 * width, width, 3, padding=1),
        nn.LeakyReLU(_SLOPE),
        nn.Conv2d(width, channels, 3, padding=1),
    )


class SmallAutoencoder(nn.Module):
    """An encoder and a decoder that `diffexplain.learn.autoencoder` can train, as it trains ``AutoencoderKL`` of diffusers.

    Args:
        channels: of a picture.
        side: of a picture, in pixels.
        width: see `reader`.
        latent: how many numbers a picture becomes.
    """

    def __init__(self, channels: int, side: int, width: int, latent: int) -> None:
        super().__init__()
        self.encoder = reader(channels, side, width, 2 * latent)
        self.decoder = maker(latent, width, channels, side)

    def encode(self, pictures: torch.Tensor) -> Any:
        """Return what holds ``latent_dist``, a normal distribution of (N, latent, 1, 1) for each of (N, channels, side, side)."""
        return SimpleNamespace(latent_dist=DiagonalGaussianDistribution(self.encoder(pictures)))

    def decode(self, latents: torch.Tensor) -> Any:
        """Return what holds ``sample``, (N, channels, side, side), for (N, latent, 1, 1)."""
        return SimpleNamespace(sample=self.decoder(latents))


def _layers(*widths: int) -> list[nn.Module]:
    """Return linear layers of these widths with leaky rectifiers between."""
    parts: list[nn.Module] = [part for pair in itertools.pairwise(widths) for part in (nn.Linear(*pair), nn.LeakyReLU(_SLOPE))]
    return parts[:-1]
