"""Clouds of points in the plane: the simplest data that something can be learned of."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import torch

CLOUDS = ("moons", "roll", "rings", "clusters")
CLUSTERS = 8
SPREAD = 0.1  # of a cluster: standard deviation in each coordinate
_RADIUS = (2 * (1 - SPREAD**2)) ** 0.5  # with it each coordinate has variance 1


def centres() -> torch.Tensor:
    """Return (CLUSTERS, 2), the middles of the clusters: evenly around a circle."""
    angles = torch.arange(CLUSTERS) * (2 * math.pi / CLUSTERS)
    places: torch.Tensor = _RADIUS * torch.stack([angles.cos(), angles.sin()], 1)
    return places


def modes(points: torch.Tensor) -> tuple[int, float]:
    """Count the clusters that some points know, and how many points are of one.

    A point is of a cluster where it is within three of its standard deviations of the middle; a cluster is known if it has at least a
    quarter of what would be its share. So one that a few stray into does not count (after Srivastava et al. 2017, "VEEGAN", section 4.1).

    Args:
        points: (N, 2)

    Returns:
        0 to `CLUSTERS`, and the share of points that are of any cluster.
    """
    apart, nearest = torch.cdist(points.float(), centres()).min(1)
    near = apart <= 3 * SPREAD
    members = torch.bincount(nearest[near], minlength=CLUSTERS)
    return int((members >= len(points) / (4 * CLUSTERS)).sum()), float(near.float().mean())


def cloud(name: str, count: int, seed: int) -> torch.Tensor:
    """Return points that lie on two moons, on a Swiss roll, on two rings, or in eight clusters.

    Args:
        name: one of `CLOUDS`.
        count: how many points.
        seed: any whole number from 0; decides where on them.

    Returns:
        (count, 2), each coordinate with mean 0 and variance 1 over a large cloud of its kind.
    """
    if name == "clusters":
        draw = torch.Generator().manual_seed(seed % 2**63)
        which = torch.randint(CLUSTERS, (count,), generator=draw)
        return centres()[which] + SPREAD * torch.randn(count, 2, generator=draw)
    from sklearn.datasets import make_circles, make_moons, make_swiss_roll  # takes a second to load

    make: Any = {
        "moons": lambda **options: make_moons(noise=0.05, **options)[0],
        "roll": lambda **options: make_swiss_roll(noise=0.3, **options)[0][:, [0, 2]],
        "rings": lambda **options: make_circles(noise=0.03, factor=0.5, **options)[0],
    }[name]
    usual = make(n_samples=2000, random_state=0)
    points = make(n_samples=max(2, count), random_state=seed % 2**32)[:count]
    return torch.tensor((points - usual.mean(0)) / usual.std(0), dtype=torch.float32)


def grid(side: int = 15, reach: float = 2.2) -> torch.Tensor:
    """Return (side * side, 2) positions in a square."""
    line = torch.from_numpy(np.linspace(-reach, reach, side, dtype=np.float32))
    return torch.cartesian_prod(line, line)
