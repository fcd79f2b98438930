"""What explorers of learning have to learn: small pictures, and points of the plane as pictures of one pixel."""

from __future__ import annotations

import torch

from diffexplain.learn.clouds import CLOUDS, cloud
from diffexplain.scenes.small import small_pictures

DATA = ("pictures", *CLOUDS)


def drawn_from(data: str, count: int, seed: int) -> torch.Tensor:
    """Return (count, 3, h, w) pictures of -1 to 1, or (count, 2, 1, 1) points; see `small_pictures` and `cloud`.

    Args:
        data: one of `DATA`.
        count: how many.
        seed: any whole number from 0.
    """
    if data == "pictures":
        return torch.from_numpy(small_pictures(count, seed).copy()).permute(0, 3, 1, 2).float() / 127.5 - 1
    return cloud(data, count, seed)[:, :, None, None]
