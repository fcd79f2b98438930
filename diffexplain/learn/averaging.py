"""The average of the weights over training: smoother than the last weights, and better (Polyak and Juditsky 1992).

An exponential moving average, average <- decay*average + (1 - decay)*weights, as in Ho et al. 2020, appendix B. Its decay rises to
`limit`, so that the random first weights are soon forgotten.
"""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING, Any

import torch

if TYPE_CHECKING:
    from collections.abc import Mapping


def decay_after(updates: int, limit: float) -> float:
    """Return the decay of an update, counted from 0: (1 + n)/(10 + n) as in TensorFlow's ExponentialMovingAverage, up to `limit`."""
    return min(limit, (1 + updates) / (10 + updates))


class Average:
    """A copy of a network that holds the average of its weights. Buffers are copied as they are.

    Attributes:
        network: the copy, in evaluation mode and without gradients.
        updates: how many were averaged.
    """

    def __init__(self, network: torch.nn.Module, limit: float = 0.999) -> None:
        self.network: Any = deepcopy(network).eval().requires_grad_(False)
        self.updates = 0
        self._source = network
        self._limit = limit

    @torch.no_grad()
    def update(self) -> None:
        """Take the present weights in."""
        weight = 1 - decay_after(self.updates, self._limit)
        torch._foreach_lerp_(list(self.network.parameters()), [p.detach() for p in self._source.parameters()], weight)
        for kept, present in zip(self.network.buffers(), self._source.buffers(), strict=True):
            kept.copy_(present)
        self.updates += 1

    def state_dict(self) -> dict[str, Any]:
        """Return what is needed to go on."""
        return {"updates": self.updates, "network": self.network.state_dict()}

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Go on from a copy of a state."""
        self.updates = int(state["updates"])
        self.network.load_state_dict(state["network"])
