"""Pictures as the networks in pixels see them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

if TYPE_CHECKING:
    import numpy as np


def pixels(pictures: np.ndarray, device: torch.device) -> torch.Tensor:
    """Turn (N, H, W, 3) uint8 into (N, 3, H, W) float32, -1 to 1, channels last."""
    raw = torch.from_numpy(pictures.copy()).to(device).permute(0, 3, 1, 2)
    return (raw.float() / 127.5 - 1).contiguous(memory_format=torch.channels_last)
