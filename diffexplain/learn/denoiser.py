"""Train a denoiser: a picture, a random strength, noise added; the network says which noise it was (Ho et al. 2020, algorithm 1)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, TypeAlias

import torch

from diffexplain.learn.descent import Losses, descend

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from diffexplain.learn.descent import Update
    from diffexplain.learn.optimizers import Optimizers


@dataclass(frozen=True, eq=False)
class Batch:
    """Captioned pictures, encoded.

    Attributes:
        latents: (N, C, h, w) clean, scaled as the denoiser sees them.
        states: (N, tokens, D) states of the captions; those of the empty caption where guidance shall learn what a picture is without one
            (Ho and Salimans 2022, algorithm 1).
        control: (N, 3, H, W) in 0 to 1, for ControlNet; None without.
    """

    latents: torch.Tensor
    states: torch.Tensor
    control: torch.Tensor | None = None

    def __len__(self) -> int:
        return len(self.latents)


Predict: TypeAlias = Callable[[torch.Tensor, torch.Tensor, Batch], torch.Tensor]


def train(
    unet: Any,
    scheduler: Any,
    batches: Iterable[Batch],
    optimizers: Optimizers,
    *,
    generator: torch.Generator | None = None,
    gamma: float | None = 5.0,
    predict: Predict | None = None,
    **options: Any,
) -> Iterator[Update]:
    """Train to predict what the scheduler's `prediction_type` says: the noise, the clean latents or the velocity.

    Args:
        unet: of diffusers, in training mode.
        scheduler: whose noise levels to train on; it is not changed.
        batches: see `Batch`.
        optimizers: over the parameters to be trained.
        generator: of noise and timesteps, on the device of the latents.
        gamma: of `min_snr_weights`; None weighs all timesteps alike, as DDPM does.
        predict: how the prediction is made, if not by `unet` alone.
        **options: of `diffexplain.learn.descend`: average, rate, clip, dtype, samples.
    """
    device = optimizers.parameters[0].device
    weights = torch.ones(scheduler.config.num_train_timesteps) if gamma is None else min_snr_weights(scheduler, gamma)
    cost = partial(loss, predict or plainly(unet), scheduler, weights=weights.to(device, torch.float32), generator=generator)
    return descend(cost, batches, optimizers, **options)


def loss(
    predict: Predict, scheduler: Any, batch: Batch, *, weights: torch.Tensor, generator: torch.Generator | None = None
) -> Losses:
    """Return the weighted mean square error of one batch; `error`, among its parts, is the unweighted one."""
    latents = batch.latents
    noise = torch.randn(latents.shape, generator=generator, device=latents.device)
    timesteps = stratified_timesteps(len(batch), len(weights), generator, latents.device)
    noisy = scheduler.add_noise(latents, noise, timesteps).contiguous(memory_format=torch.channels_last)
    prediction = predict(noisy, timesteps, batch).float()
    errors = (prediction - target_of(scheduler, latents, noise, timesteps)).square().mean((1, 2, 3))  # (N,)
    return Losses((weights[timesteps] * errors).mean(), {"error": errors.mean()})


def plainly(unet: Any) -> Predict:
    """Predict with a U-Net alone."""

    def predict(noisy: torch.Tensor, timesteps: torch.Tensor, batch: Batch) -> torch.Tensor:
        prediction: torch.Tensor = unet(noisy, timesteps, batch.states).sample
        return prediction

    return predict


def target_of(scheduler: Any, latents: torch.Tensor, noise: torch.Tensor, timesteps: torch.Tensor) -> torch.Tensor:
    """Return what the network has to predict for these latents with this noise."""
    kind = scheduler.config.prediction_type
    if kind == "v_prediction":
        velocity: torch.Tensor = scheduler.get_velocity(latents, noise, timesteps)
        return velocity
    return {"epsilon": noise, "sample": latents}[kind]


def stratified_timesteps(
    count: int, total: int, generator: torch.Generator | None = None, device: torch.device | str = "cpu"
) -> torch.Tensor:
    """Draw as many timesteps as samples, evenly spread from one random start, so that a batch sees all strengths of noise alike.

    Each by itself is uniform in 0 to total - 1; together they vary less than independent ones (Kingma et al. 2021, "Variational
    diffusion models", appendix I.1).

    Returns:
        (count,) whole numbers, in no order that the batch knows of.
    """
    start = torch.rand((), generator=generator, device=device)
    points = (start + torch.arange(count, device=device) / count) % 1.0  # (count,) in 0 to 1
    return (points * total).long().clamp(max=total - 1)


def min_snr_weights(scheduler: Any, gamma: float = 5.0) -> torch.Tensor:
    """Return the weight of each timestep's loss (Hang et al. 2023, "Efficient diffusion training via min-SNR weighting", section 3.4).

    Timesteps with little noise are easy and would otherwise pull hardest: in terms of the clean picture their weight is clipped at
    `gamma`, min(SNR, gamma). The same for a network that predicts the noise is min(SNR, gamma)/SNR, and for the velocity
    min(SNR, gamma)/(SNR + 1).

    Returns:
        (T,) float64
    """
    share = scheduler.alphas_cumprod.double()
    ratio = share / (1 - share)  # SNR
    clipped = ratio.clamp(max=gamma)
    per_prediction = {"epsilon": ratio, "sample": torch.ones_like(ratio), "v_prediction": ratio + 1}
    weights: torch.Tensor = clipped / per_prediction[scheduler.config.prediction_type]
    return weights
