"""What a run costs, in multiplications with an addition: a figure that is the same on every machine."""

from __future__ import annotations

from typing import Any

import torch
from torch.utils.flop_counter import FlopCounterMode


def of_call(unet: Any) -> int:
    """Count the multiply-adds of one call of a denoiser, for one picture: its convolutions, matrix products and attention.

    Counted by torch, which takes a multiplication and an addition for two.
    """
    device, dtype = unet.device, unet.dtype
    side, channels, width = unet.config.sample_size, unet.config.in_channels, unet.config.cross_attention_dim
    noisy = torch.zeros(1, channels, side, side, device=device, dtype=dtype)
    states = torch.zeros(1, 24, width, device=device, dtype=dtype)
    with torch.no_grad(), FlopCounterMode(display=False) as counter:
        unet(noisy, torch.zeros((), device=device), states)
    return int(counter.get_total_flops()) // 2


def of_run(unet: Any, steps: int, *, guided: bool = True) -> int:
    """Count the multiply-adds of a run of one picture; guidance calls the denoiser twice a step."""
    return of_call(unet) * steps * (2 if guided else 1)
