"""Figures: likeness of pictures, and shares with how sure they are."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import torch

if TYPE_CHECKING:
    from collections.abc import Iterable

_SURE = 1.959963984540054  # standard deviations that hold 95 % of a normal distribution


@dataclass(frozen=True)
class Share:
    """How many of how many, with Wilson's 95 % interval.

    Attributes:
        share: hits by number; NaN for none at all.
        low: lower end of the interval.
        high: upper end.
        number: of pictures.
    """

    share: float
    low: float
    high: float
    number: int


def share_of(hits: Iterable[bool] | np.ndarray) -> Share:
    """Return the share of true ones."""
    values = np.asarray([*hits], bool)
    low, high = wilson(int(values.sum()), len(values))
    return Share(float(values.mean()) if len(values) else math.nan, low, high, len(values))


def wilson(hits: int, number: int) -> tuple[float, float]:
    """Return the interval in which the true share lies in 95 of 100 cases (Wilson 1927); right also for few pictures and for all or none."""
    if number == 0:
        return 0.0, 1.0
    share, spread = hits / number, _SURE**2 / number
    middle = (share + spread / 2) / (1 + spread)
    half = math.sqrt(share * (1 - share) * spread + spread**2 / 4) / (1 + spread)
    return max(0.0, middle - half), min(1.0, middle + half)


@dataclass(frozen=True)
class Mean:
    """A mean with its 95 % interval, from the spread of what it is taken over.

    Attributes:
        mean: itself.
        low: lower end.
        high: upper end.
        number: of pictures or pairs.
    """

    mean: float
    low: float
    high: float
    number: int


def mean_of(values: np.ndarray) -> Mean:
    """Return the mean of independent values."""
    mean = float(values.mean())
    half = _SURE * float(values.std(ddof=1)) / math.sqrt(len(values)) if len(values) > 1 else math.inf
    return Mean(mean, mean - half, mean + half, len(values))


def psnr(pictures: np.ndarray, wanted: np.ndarray) -> np.ndarray:
    """Compute (N,) peak signal-to-noise ratio in dB, of (N, H, W, 3) uint8 pictures; at most 99, for equal ones."""
    error = np.square(pictures.astype(np.float64) - wanted).mean((1, 2, 3))
    ratio: np.ndarray = 10 * np.log10(255**2 / np.maximum(error, 255**2 / 10**9.9))
    return ratio


def ssim(pictures: np.ndarray, wanted: np.ndarray) -> np.ndarray:
    """Compute (N,) structural similarity of (N, H, W, 3) uint8 pictures, the mean over colours (Wang et al. 2004, section III.B and C).

    With their Gaussian window of 11 pixels and a standard deviation of 1.5, where it lies wholly in the picture.
    """
    offsets = torch.arange(-5.0, 6.0, dtype=torch.float64)
    window = torch.exp(-offsets.square() / (2 * 1.5**2))
    window /= window.sum()

    def local(values: torch.Tensor) -> torch.Tensor:
        for axis in (2, 3):  # a Gaussian of two axes is one after the other
            size = values.shape[axis] - len(window) + 1
            values = sum(share * values.narrow(axis, at, size) for at, share in enumerate(window.tolist()))
        return values  # (N, 3, H - 10, W - 10)

    x, y = (torch.from_numpy(np.array(given, np.float64)).permute(0, 3, 1, 2) for given in (pictures, wanted))
    mean_x, mean_y = local(x), local(y)
    var_x, var_y = local(x * x) - mean_x**2, local(y * y) - mean_y**2
    both = local(x * y) - mean_x * mean_y
    c1, c2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2
    likeness = (2 * mean_x * mean_y + c1) * (2 * both + c2) / ((mean_x**2 + mean_y**2 + c1) * (var_x + var_y + c2))
    means: np.ndarray = likeness.mean((1, 2, 3)).numpy()
    return means
