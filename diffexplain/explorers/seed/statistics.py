"""What many pictures have in common and how far they part, in numbers. Values of pixels run from 0 to 1."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

    from diffexplain.explorers.seed.sheets import Pixels

    Floats = npt.NDArray[np.floating[Any]]

MOST_DEVIATION = 0.5  # of values between 0 and 1: half of them 0, half of them 1


@dataclass(frozen=True, eq=False)
class Parting:
    """Pictures taken together; the analysis of variance in one way, R. A. Fisher 1925, with the pixel as the group.

    Attributes:
        mean: (height, width, 3) of each pixel over the pictures.
        deviation: (height, width) standard deviation over the pictures, root mean square of red, green and blue.
        fixed: variance of the mean picture over its pixels, mean of the three colours.
        chance: mean variance of a pixel over the pictures; ``fixed + chance`` is the variance of all values.
    """

    mean: Floats
    deviation: Floats
    fixed: float
    chance: float


def parting(pictures: Pixels) -> Parting:
    """See `Parting`.

    Args:
        pictures: (n, height, width, 3); 255 is 1.
    """
    values = pictures.astype(np.float64) / 255
    mean = values.mean(0)  # (height, width, 3)
    variance = values.var(0).mean(-1)  # (height, width)
    return Parting(mean, np.sqrt(variance), float(mean.var(axis=(0, 1)).mean()), float(variance.mean()))


def distances(one: Pixels, other: Pixels) -> Floats:
    """Return (n, m) root mean square differences of each picture from each of others.

    Args:
        one: (n, height, width, 3).
        other: (m, height, width, 3).
    """
    a, b = (pictures.reshape(len(pictures), -1).astype(np.float64) / 255 for pictures in (one, other))
    squared = (a**2).sum(1)[:, None] + (b**2).sum(1)[None] - 2 * a @ b.T  # |a - b|^2, without n x m pictures in memory
    rooted: Floats = np.sqrt(np.maximum(squared, 0) / a.shape[1])
    return rooted


def detail(pictures: Pixels) -> Floats:
    """Return (n,) root mean square differences of neighbouring pixels, sideways and downwards: how much fine detail a picture has."""
    values = pictures.astype(np.float64) / 255
    sideways = (np.diff(values, axis=2) ** 2).mean((1, 2, 3))
    downwards = (np.diff(values, axis=1) ** 2).mean((1, 2, 3))
    rooted: Floats = np.sqrt((sideways + downwards) / 2)
    return rooted
