"""Principal components of feature maps: a few directions in which the channels vary most, the same for all steps of a run."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch

if TYPE_CHECKING:
    from collections.abc import Sequence

_PLACES = 4096  # that the directions are taken from; of more, evenly spread ones


@dataclass(frozen=True, eq=False)
class Components:
    """Directions of most variance.

    Attributes:
        mean: (channels,) of all places.
        directions: (count, channels), of length 1, the first with the most variance; the largest number of each is positive.
        shares: (count,) of the variance, which each of them has.
    """

    mean: torch.Tensor
    directions: torch.Tensor
    shares: torch.Tensor

    def of(self, maps: torch.Tensor) -> torch.Tensor:
        """Return (..., channels, height, width) maps along the directions, (..., count, height, width)."""
        return torch.einsum("...chw,kc->...khw", maps.float() - self.mean[:, None, None], self.directions)


def components(maps: Sequence[torch.Tensor], count: int = 3) -> Components:
    """Return the principal components of maps, (channels, height, width) each: places are the samples, channels what varies.

    Where there are fewer than ``count`` directions, those that are missing are zero.
    """
    places = torch.cat([each.float().flatten(1).T for each in maps])  # (places, channels)
    places = places[:: -(-len(places) // _PLACES)]
    mean = places.mean(0)
    centred = places - mean
    many = centred.shape[1] > len(centred)
    values, vectors = torch.linalg.eigh(centred @ centred.T if many else centred.T @ centred)  # rising
    found = min(count, len(values))
    leading = vectors[:, -found:].flip(1)
    directions = torch.nn.functional.normalize((centred.T @ leading if many else leading).T, dim=1)  # (found, channels)
    largest = directions.gather(1, directions.abs().argmax(1, keepdim=True))
    directions = directions * largest.sign()
    shares = values[-found:].flip(0).clamp_min(0) / values.sum().clamp_min(1e-12)
    room = (0, 0, 0, count - found)
    return Components(mean, torch.nn.functional.pad(directions, room), torch.nn.functional.pad(shares, room[2:]))
