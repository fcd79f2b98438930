"""How far apart two crowds of points are: one number for how well samples stand for what they were to be like."""

from __future__ import annotations

import torch


def energy_distance(ours: torch.Tensor, theirs: torch.Tensor) -> float:
    """Estimate the energy distance of two distributions from draws (Szekely and Rizzo 2013, "Energy statistics", section 3).

    Twice the mean distance across, less the mean distance within each. It is 0 for one and the same distribution and for no other, so
    neither samples that are off nor ones that are all alike come near 0. A draw is never compared with itself: then the
    estimate is right in the mean however few draws there are, and of equal distributions it comes out below 0 as often as above.

    Args:
        ours: (n, D), n at least 2.
        theirs: (m, D), m at least 2.
    """
    across = torch.cdist(ours.double(), theirs.double()).mean()
    return float(2 * across - _within(ours.double()) - _within(theirs.double()))


def _within(points: torch.Tensor) -> torch.Tensor:
    """Return the mean distance of two different ones."""
    return torch.cdist(points, points).sum() / (len(points) * (len(points) - 1))
