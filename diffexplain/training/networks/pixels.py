"""Pictures as the networks in pixels see them."""

from __future__ import annotations

import numpy as np
import torch

from diffexplain.errors import TrainingError

LOOKED_AT = 64  # a side of the pictures that CLIP and the judge look at, whatever the side of those that are drawn


def pixels(pictures: np.ndarray, device: torch.device) -> torch.Tensor:
    """Turn (N, H, W, 3) uint8 into (N, 3, H, W) float32, -1 to 1, channels last."""
    raw = torch.from_numpy(pictures.copy()).to(device).permute(0, 3, 1, 2)
    return (raw.float() / 127.5 - 1).contiguous(memory_format=torch.channels_last)


def reduced(pictures: np.ndarray, side: int) -> np.ndarray:
    """Reduce (N, S, S, 3) uint8 pictures to (N, side, side, 3), each pixel the mean of those it stands for.

    Raises:
        TrainingError: S is no whole multiple of the side.
    """
    times, rest = divmod(pictures.shape[1], side)
    if rest or not times:
        raise TrainingError(f"Pictures of {pictures.shape[1]} pixels a side can't be reduced to {side}: it has to divide that.")
    if times == 1:
        return pictures
    cells = pictures.reshape(len(pictures), side, times, side, times, 3)
    means: np.ndarray = np.rint(cells.mean((2, 4), dtype=np.float32)).astype(np.uint8)
    return means
