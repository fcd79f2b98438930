"""Train an autoencoder: fewer numbers in between, the same picture out. Variational (Kingma and Welling 2014), or plain.

As in latent diffusion (Rombach et al. 2022, section 3.1 and appendix G) the pull towards a standard normal is slight: it keeps
latents in a range that can be noised, and no more. Beside the mean absolute and square errors, those of the differences between
neighbouring pixels keep edges sharp.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import torch

from diffexplain.learn.descent import Losses, descend

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from diffexplain.learn.descent import Update
    from diffexplain.learn.optimizers import Optimizers


@dataclass(frozen=True)
class Weights:
    """How much each part of the loss counts.

    Attributes:
        absolute: mean absolute error.
        square: mean square error.
        edges: mean absolute error of differences between neighbours, across and down.
        divergence: Kullback-Leibler divergence from a standard normal, a latent number; 0 makes it a plain autoencoder, which draws
            nothing: without a divergence all spread would be lost anyway.
    """

    absolute: float = 1.0
    square: float = 1.0
    edges: float = 0.5
    divergence: float = 2e-4


def train(
    vae: Any,
    batches: Iterable[torch.Tensor],
    optimizers: Optimizers,
    *,
    generator: torch.Generator | None = None,
    weights: Weights | None = None,
    **options: Any,
) -> Iterator[Update]:
    """Train encoder and decoder, or those whose parameters `optimizers` hold.

    Args:
        vae: ``AutoencoderKL`` of diffusers, in training mode.
        batches: (N, 3, H, W) pictures, -1 to 1.
        optimizers: over the parameters to be trained.
        generator: of the latents that are drawn, on the device of the pictures.
        weights: of the parts of the loss.
        **options: of `diffexplain.learn.descend`: average, rate, clip, dtype, samples.
    """
    return descend(partial(loss, vae, weights=weights or Weights(), generator=generator), batches, optimizers, **options)


def loss(vae: Any, pictures: torch.Tensor, *, weights: Weights, generator: torch.Generator | None = None) -> Losses:
    """Return what it costs to encode, draw latents and decode; the parts are unweighted."""
    distribution = vae.encode(pictures).latent_dist
    latents = distribution.sample(generator) if weights.divergence else distribution.mode()
    decoded = vae.decode(latents).sample.float()
    off = decoded - pictures
    across, down = off[..., 1:] - off[..., :-1], off[..., 1:, :] - off[..., :-1, :]
    parts = {
        "absolute": off.abs().mean(),
        "square": off.square().mean(),
        "edges": sum((each.abs().mean() for each in (across, down) if each.numel()), off.new_zeros(())),  # a point has none
        "divergence": distribution.kl().float().mean() / latents[0].numel(),
    }
    total = torch.stack([getattr(weights, name) * value for name, value in parts.items()]).sum()
    return Losses(total, parts)
