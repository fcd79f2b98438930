"""What a run costs, in multiplications with an addition: a figure that is the same on every machine."""

from __future__ import annotations

from typing import Any

import torch

from diffexplain.core.costs import multiply_adds


def of_call(unet: Any) -> int:
    """Count the multiply-adds of one call of a denoiser, for one picture: its convolutions, matrix products and attention."""
    side, channels, width = unet.config.sample_size, unet.config.in_channels, unet.config.cross_attention_dim
    noisy = torch.empty(1, channels, side, side, device="meta", dtype=unet.dtype)
    states = torch.empty(1, 24, width, device="meta", dtype=unet.dtype)
    return multiply_adds(unet, noisy, torch.empty((), device="meta"), states)[0]


def of_run(unet: Any, steps: int, *, guided: bool = True) -> int:
    """Count the multiply-adds of a run of one picture; guidance calls the denoiser twice a step."""
    return of_call(unet) * steps * (2 if guided else 1)
