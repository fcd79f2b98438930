"""What a picture's latents are like, and what becomes of it where they are changed. All latents are as the denoiser is given them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

import torch
from torch.nn import functional

if TYPE_CHECKING:
    from collections.abc import Sequence

Operation: TypeAlias = Literal["poke", "shift", "scale", "wipe", "swap", "borrow"]
OPERATIONS: tuple[Operation, ...] = ("poke", "shift", "scale", "wipe", "swap", "borrow")


@dataclass(frozen=True)
class Change:
    """A change of one channel of latents.

    Attributes:
        operation: "poke" adds to one cell, "shift" to all of them; "scale" multiplies them, "wipe" makes them zero; "swap" exchanges
            the channel with another one, "borrow" takes that of other latents.
        channel: Which one.
        amount: What is added, or multiplied by; nothing for the others.
        cell: Row and column of what is poked.
        partner: The channel that it is exchanged with.
    """

    operation: Operation
    channel: int
    amount: float = 0.0
    cell: tuple[int, int] = (0, 0)
    partner: int = 0


def changed(latents: torch.Tensor, change: Change, other: torch.Tensor) -> torch.Tensor:
    """Return latents with a change, which are new; where it is neutral they are equal to the bit.

    Args:
        latents: (C, h, w).
        change: What is to become of them.
        other: (C, h, w) to borrow from.
    """
    made = latents.clone()
    own = made[change.channel]  # (h, w), a view
    match change.operation:
        case "poke":
            own[change.cell] += change.amount
        case "shift":
            own += change.amount
        case "scale":
            own *= change.amount
        case "wipe":
            own.zero_()
        case "swap":
            made[[change.channel, change.partner]] = latents[[change.partner, change.channel]]
        case "borrow":
            own.copy_(other[change.channel])
    return made


def drawn(mean: torch.Tensor, spread: torch.Tensor, seed: int) -> torch.Tensor:
    """Return latents drawn from what an encoder says: its mean, and noise as strong as its spread; all of one shape."""
    return mean + spread * noise_like(mean, seed)


def noise_like(latents: torch.Tensor, seed: int) -> torch.Tensor:
    """Return Gaussian noise in the shape of latents, drawn on the CPU."""
    noise = torch.randn(latents.shape, generator=torch.Generator("cpu").manual_seed(seed))
    return noise.to(latents.device, latents.dtype)


def noisy(clean: torch.Tensor, noise: torch.Tensor, log_snr: float) -> torch.Tensor:
    """Return ``a*clean + b*noise`` with a² + b² = 1 and log-SNR 2 ln(a/b)."""
    share = 1 / (1 + math.exp(-log_snr))
    return math.sqrt(share) * clean + math.sqrt(1 - share) * noise


def shuffled(latents: torch.Tensor, seed: int) -> torch.Tensor:
    """Return the cells of latents, (C, h, w), in another order: the same numbers, and all channels of a cell stay together."""
    order = torch.randperm(latents[0].numel(), generator=torch.Generator("cpu").manual_seed(seed))
    return latents.flatten(1)[:, order.to(latents.device)].view(latents.shape)


def likeness_of_neighbours(latents: torch.Tensor) -> float:
    """Return the correlation of cells side by side and one above the other, over all channels: 0 for noise; NaN where all are the same.

    Args:
        latents: (C, h, w).
    """
    centred = latents.double() - latents.double().mean((1, 2), keepdim=True)
    pairs = [(centred[:, :, 1:], centred[:, :, :-1]), (centred[:, 1:], centred[:, :-1])]
    both = sum(float((one * other).sum()) for one, other in pairs)
    squares = [sum(float((pair[at] ** 2).sum()) for pair in pairs) for at in (0, 1)]
    return both / math.sqrt(squares[0] * squares[1]) if all(squares) else math.nan


def correlation(one: torch.Tensor, other: torch.Tensor) -> float:
    """Return the correlation of two tensors of one shape; NaN where one of them is the same everywhere."""
    pair = torch.stack([one.flatten(), other.flatten()]).double()
    return float(torch.corrcoef(pair)[0, 1])


def psnr(picture: torch.Tensor, wanted: torch.Tensor) -> float:
    """Return the peak signal-to-noise ratio in dB of a picture of values from 0 to 1; infinite where the two are equal."""
    error = float(((picture.double() - wanted.double()) ** 2).mean())
    return -10 * math.log10(error) if error else math.inf


def difference(picture: torch.Tensor, wanted: torch.Tensor) -> torch.Tensor:
    """Return (h, w): by how much two pictures, (3, h, w), differ at each pixel, in the colour that differs most."""
    return (picture - wanted).abs().amax(0)


def worst_cell(off: torch.Tensor, cells: Sequence[int]) -> tuple[int, int]:
    """Return row and column of the cell under which the pixels, (h, w), are farthest off in the mean square.

    Args:
        off: (h, w) differences, see `difference`.
        cells: Rows and columns of the latents.
    """
    means = functional.adaptive_avg_pool2d((off.double() ** 2)[None, None], (cells[0], cells[1]))[0, 0]
    return divmod(int(means.argmax()), means.shape[1])


def reach(off: torch.Tensor, cell: Sequence[int], cells: Sequence[int], share: float = 0.9) -> int:
    """Return the side in pixels of the smallest square around a cell that holds a share of the squared differences.

    Args:
        off: (h, w) differences, see `difference`.
        cell: Its row and column.
        cells: Rows and columns of the latents.
        share: 0 to 1.

    Returns:
        At most the longer side of the pictures; 0 where they don't differ.
    """
    squared = off.double() ** 2
    whole = float(squared.sum())
    if not whole:
        return 0
    factor = [side / count for side, count in zip(off.shape, cells, strict=True)]
    far = [(torch.arange(side) + 0.5 - (at + 0.5) * step).abs() for side, at, step in zip(off.shape, cell, factor, strict=True)]
    ring = torch.maximum(far[0][:, None], far[1][None])  # (h, w) half the side of the square on whose edge a pixel lies
    order = ring.flatten().argsort()
    within = squared.flatten()[order].cumsum(0) >= share * whole
    return min(max(off.shape), math.ceil(2 * float(ring.flatten()[order][int(within.int().argmax())])))
