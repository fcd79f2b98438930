"""Latents of a run as pictures, a few at a time, in an order in which the whole way is soon seen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch

from diffexplain.core.evenly import evenly
from diffexplain.core.preview import decode, to_pil, unpack
from diffexplain.explorers.messages import Decoded
from diffexplain.explorers.pictures import within

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from diffexplain.core.trace import Trace
    from diffexplain.live.messages import Picture

SIDE = 256  # of a picture in pixels, at most
MOST_STEPS = 64  # of a run that are decoded
MOST_BYTES = 560_000  # that the pictures of a run may have together
_BATCH = 4 * 32 * 32  # latent pixels that are decoded at a time


def unpacked(trace: Trace, latents: torch.Tensor) -> torch.Tensor:
    """Return latents of a run as (batch, C, h, w), also where its pipeline packs them."""
    return unpack(latents, trace.height or 0, trace.width or 0)


def batch_size(latents: torch.Tensor) -> int:
    """Return how many of such latents, (..., h, w), are decoded at a time."""
    rows, columns = latents.shape[-2:]
    return max(1, _BATCH // (rows * columns))


def batches(order: Sequence[int], latents: torch.Tensor) -> Iterator[Sequence[int]]:
    """Yield the order in which such latents are decoded, a few at a time: between two batches a run can be cancelled."""
    size = batch_size(latents)
    for start in range(0, len(order), size):
        yield order[start : start + size]


def decoded(latents: Sequence[torch.Tensor], vae: Any, most_bytes: int = MOST_BYTES) -> Iterator[tuple[int, Picture]]:
    """Each with its index in `latents`, first those that lie far apart: the way is complete at a glance, then finer.

    Args:
        latents: (C, h, w) each, as a denoiser is given them.
        vae: decodes them.
        most_bytes: of all pictures together.
    """
    if not latents:
        return
    order = coarse_to_fine(len(latents))
    most = most_bytes // len(order)
    for indices in batches(order, latents[0]):
        images = to_pil(decode(torch.stack([latents[index] for index in indices]), vae, len(indices)))
        for index, image in zip(indices, images, strict=True):
            (picture,) = within([image], most, SIDE)
            yield index, picture


def decoded_steps(trace: Trace, vae: Any) -> Iterator[Decoded]:
    """Yield the exact predicted originals of a run's steps; of a long run evenly spread ones."""
    kept = evenly(len(trace.steps), MOST_STEPS)
    for index, picture in decoded([unpacked(trace, trace.steps[step].x0[:1])[0] for step in kept], vae):
        yield Decoded(kept[index], picture)


def coarse_to_fine(count: int) -> list[int]:
    """Return the numbers below `count`, the last and the first one first, then the middles of what lies between."""
    order = list(dict.fromkeys([count - 1, 0])) if count else []
    gaps = [(0, count - 1)]
    while gaps:
        low, high = gaps.pop(0)
        if high - low > 1:
            middle = (low + high) // 2
            order.append(middle)
            gaps += [(low, middle), (middle, high)]
    return order
