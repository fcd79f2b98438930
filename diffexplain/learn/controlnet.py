"""Train a ControlNet: a copy of the U-Net's first half beside it, which is shown a drawing and adds what it sees (Zhang et al. 2023).

The U-Net itself stays as it is. What the copy adds passes convolutions that start at zero (their section 3.1), so the first picture is
exactly the one without it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch
from torch.nn import functional

from diffexplain.learn import denoiser

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from diffexplain.learn.denoiser import Batch, Predict
    from diffexplain.learn.descent import Update
    from diffexplain.learn.optimizers import Optimizers

_SOBEL = torch.tensor([[-1.0, 0.0, 1.0], [-2.0, 0.0, 2.0], [-1.0, 0.0, 1.0]]) / 4


def train(
    controlnet: Any, unet: Any, scheduler: Any, batches: Iterable[Batch], optimizers: Optimizers, **options: Any
) -> Iterator[Update]:
    """Train with the denoiser's own loss; only what `optimizers` hold is changed.

    Args:
        controlnet: ``ControlNetModel`` of diffusers, in training mode.
        unet: the frozen denoiser.
        scheduler: whose noise levels to train on.
        batches: with `control`.
        optimizers: over the ControlNet's parameters.
        **options: of `diffexplain.learn.denoiser.train`.
    """
    return denoiser.train(unet, scheduler, batches, optimizers, predict=beside(controlnet, unet), **options)


def beside(controlnet: Any, unet: Any) -> Predict:
    """Predict with a U-Net and a ControlNet beside it."""

    def predict(noisy: torch.Tensor, timesteps: torch.Tensor, batch: Batch) -> torch.Tensor:
        down, middle = controlnet(
            noisy, timesteps, batch.states, controlnet_cond=batch.control, conditioning_scale=1.0, return_dict=False
        )
        prediction: torch.Tensor = unet(
            noisy,
            timesteps,
            batch.states,
            down_block_additional_residuals=down,
            mid_block_additional_residual=middle,
        ).sample
        return prediction

    return predict


def edges(pictures: torch.Tensor, threshold: float = 0.12) -> torch.Tensor:
    """Draw white lines on black where neighbouring pixels differ, by Sobel's operator on each colour.

    Args:
        pictures: (N, 3, H, W) in 0 to 1.
        threshold: how steep a change has to be to count, as a share of black to white.

    Returns:
        (N, 3, H, W), 0 or 1, the same in all three channels.
    """
    kernels = torch.stack([_SOBEL, _SOBEL.T])[:, None].to(pictures)  # (2, 1, 3, 3)
    flat = functional.pad(pictures.flatten(0, 1)[:, None], (1, 1, 1, 1), mode="replicate")  # (N*3, 1, H+2, W+2)
    steepness = functional.conv2d(flat, kernels).square().sum(1).sqrt().view(pictures.shape).amax(1, keepdim=True)
    lines: torch.Tensor = (steepness > threshold).to(pictures.dtype).expand(-1, 3, -1, -1).contiguous()
    return lines
