"""What of a text encoder's work a pipeline hands on to its denoiser: found in what it hands on, not assumed.

Stable Diffusion 1.x hands on the last layer, SDXL the one before it, Stable Diffusion 3 the latter of both CLIPs beside each other,
Flux of its CLIP nothing but the one vector of the whole prompt.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True)
class Use:
    """What of one encoder is handed on.

    Attributes:
        layer: Which of its layers, counted from the embedded tokens, 0; None where no layer is, as it is.
        normalised: The last layer is, after the encoder's closing normalisation.
        pooled: The vector of the whole prompt is.
    """

    layer: int | None
    normalised: bool
    pooled: bool


def use_of(
    layers: Sequence[torch.Tensor], output: torch.Tensor, pooled: torch.Tensor | None, handed_on: Sequence[torch.Tensor]
) -> Use:
    """Look for an encoder's vectors in what a pipeline hands on.

    Args:
        layers: Hidden states, the embedded tokens first, each (length, width).
        output: The last of them after the closing normalisation, (length, width).
        pooled: (1, width); None where there is none.
        handed_on: (1, length, width) states and (1, width) vectors, of several encoders beside or behind each other.
    """
    states = [each[0] for each in handed_on if each.ndim == 3 and each.is_floating_point()]
    vectors = [each for each in handed_on if each.ndim == 2 and each.is_floating_point()]
    normalised = any(_holds(whole, output) for whole in states)
    found = (at for at in reversed(range(len(layers))) if any(_holds(whole, layers[at]) for whole in states))
    return Use(
        layer=len(layers) - 1 if normalised else next(found, None),
        normalised=normalised,
        pooled=pooled is not None and any(_holds(whole, pooled) for whole in vectors),
    )


def _holds(whole: torch.Tensor, part: torch.Tensor) -> bool:
    """Return whether a (rows, columns) part stands somewhere in a whole, unchanged."""
    (rows, columns), part = part.shape, part.to(whole)
    places = (whole == part[0, 0]).nonzero().tolist()
    return any(
        row + rows <= len(whole) and torch.equal(whole[row : row + rows, column : column + columns], part)
        for row, column in places
        if column + columns <= whole.shape[1]
    )
