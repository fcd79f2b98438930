"""softmax(q k^T / sqrt(d)), of the columns that matter, in pieces that fit, in float32."""

from __future__ import annotations

import torch
import torch.nn.functional as functional

PIECE_BYTES = 2**28  # of scores at a time: those of Flux at 1024 x 1024 would be 1.8 GB a layer
PIECE_BYTES_ON_CPU = 2**20  # stays in a core's cache: three times as fast as all at once


def shares(
    query: torch.Tensor,
    key: torch.Tensor,
    columns: slice,
    *,
    bias: torch.Tensor | None = None,
    mean: bool = False,
    piece_bytes: int | None = None,
) -> torch.Tensor:
    """Return how each query divides its attention among the keys (Vaswani et al. 2017, eq. 1), the part that falls on some of them.

    Args:
        query: (rows, heads, queries, width), any dtype.
        key: (rows, heads, keys, width). The softmax is over all of them.
        columns: Which keys to give back.
        bias: Added to the scores: (rows or 1, heads or 1, queries or 1, keys).
        mean: Whether to take the mean over the heads.
        piece_bytes: About how much the scores may take at a time; None for what suits the device.

    Returns:
        (rows, heads or 1, queries, columns), float32. Over all keys they sum to 1.
    """
    rows, heads, count, width = query.shape
    if piece_bytes is None:
        piece_bytes = PIECE_BYTES_ON_CPU if query.device.type == "cpu" else PIECE_BYTES
    piece = max(piece_bytes // (4 * rows * heads * key.shape[2]), 1)
    turned = key.float().transpose(-1, -2)  # (rows, heads, width, keys)
    parts = []
    for start in range(0, count, piece):
        part = query[:, :, start : start + piece] if piece < count else query
        scores = torch.matmul(part.float(), turned).mul_(width**-0.5)  # (rows, heads, piece, keys)
        if bias is not None:
            scores += bias[:, :, start : start + piece] if bias.shape[2] > 1 else bias
        weights = scores.softmax(-1)[..., columns]
        parts.append(weights.mean(1, keepdim=True) if mean else weights)
    return parts[0] if len(parts) == 1 else torch.cat(parts, dim=2)


def as_bias(mask: torch.Tensor | None, rows: int, heads: int) -> torch.Tensor | None:
    """Return an attention mask as diffusers passes it, as something to add to scores of (rows, heads, queries, keys)."""
    if mask is None:
        return None
    if mask.dtype == torch.bool:
        mask = torch.zeros_like(mask, dtype=torch.float32).masked_fill(~mask, -torch.inf)
    mask = mask.float()
    if mask.ndim == 2:  # (rows, keys)
        return mask[:, None, None]
    if mask.ndim == 3:  # one for each row, or already one for each head of each row
        return mask.view(rows, heads, *mask.shape[1:]) if len(mask) == rows * heads and heads > 1 else mask[:, None]
    return mask


def resized(maps: torch.Tensor, size: tuple[int, int]) -> torch.Tensor:
    """Return maps of (..., height, width) at another size, by area: means stay means, and shares still sum to what they did."""
    if tuple(maps.shape[-2:]) == size:
        return maps
    whole = functional.adaptive_avg_pool2d(maps.reshape(1, -1, *maps.shape[-2:]), size)
    return whole.reshape(*maps.shape[:-2], *size)


def capped(size: tuple[int, int], side: int) -> tuple[int, int]:
    """Return a size of the same form that is at most ``side`` on either side."""
    longest = max(size)
    if longest <= side:
        return size
    height, width = (max(round(length * side / longest), 1) for length in size)
    return height, width
