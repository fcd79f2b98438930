"""Gradient descent as a generator: what all training loops have in common.

One update is: set the learning rate, compute the loss, go back through the network, clip the gradient, step, average. The caller
decides when to stop by no longer asking, and everything that has to be kept for going on later is in its hands between two updates.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol, TypeVar

import torch

from diffexplain.learn import precision

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from diffexplain.learn.averaging import Average
    from diffexplain.learn.optimizers import Optimizers


class Sized(Protocol):
    """A batch: anything that knows how many samples it holds."""

    def __len__(self) -> int: ...


BatchT = TypeVar("BatchT", bound=Sized)


@dataclass(frozen=True, eq=False)
class Losses:
    """What a batch costs.

    Attributes:
        total: a scalar; what is made small.
        parts: scalars that it is made of, or that are worth watching beside it.
    """

    total: torch.Tensor
    parts: Mapping[str, torch.Tensor] = field(default_factory=dict)


@dataclass(frozen=True)
class Update:
    """What one update of gradient descent did.

    Attributes:
        samples: how many were seen so far; the same picture seen twice counts twice.
        loss: of the batch that led to this update, before it.
        parts: of the loss, by name.
        gradient: Euclidean norm of the gradient before clipping.
        rate: share of the full learning rate that was in force, 0 to 1.
    """

    samples: int
    loss: float
    parts: Mapping[str, float]
    gradient: float
    rate: float


def descend(
    loss: Callable[[BatchT], Losses],
    batches: Iterable[BatchT],
    optimizers: Optimizers,
    *,
    average: Average | None = None,
    rate: Callable[[int], float] | None = None,
    clip: float = 1.0,
    dtype: torch.dtype = torch.float32,
    samples: int = 0,
) -> Iterator[Update]:
    """Update once a batch, until the batches end or nobody asks any more.

    Args:
        loss: what a batch costs.
        batches: an endless iterator, or a list for a few updates.
        optimizers: over the parameters to be trained.
        average: kept up to date after each update.
        rate: share of the full learning rate, from the number of samples seen before the update; all of it if left out.
        clip: greatest norm of the gradient; what is longer is shortened to it (Pascanu et al. 2013, algorithm 1).
        dtype: bfloat16 runs the network in mixed precision, see `diffexplain.learn.precision`.
        samples: how many were seen before, where training goes on.
    """
    parameters = optimizers.parameters
    device = parameters[0].device.type
    for batch in batches:
        share = 1.0 if rate is None else rate(samples)
        optimizers.set_rate(share)
        with torch.enable_grad():
            with precision.attention(device, dtype), torch.autocast(device, dtype, enabled=dtype != torch.float32):
                losses = loss(batch)
            optimizers.zero_grad()
            losses.total.backward()  # type: ignore[no-untyped-call]
        norm = torch.nn.utils.clip_grad_norm_(parameters, clip)
        optimizers.step()
        if average is not None:
            average.update()
        samples += len(batch)
        yield Update(
            samples=samples,
            loss=float(losses.total.detach()),
            parts={name: float(value.detach()) for name, value in losses.parts.items()},
            gradient=float(norm),
            rate=share,
        )
