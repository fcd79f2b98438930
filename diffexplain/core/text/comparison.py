"""Two prompts side by side: which of their tokens belong together, and how far apart the vectors of these are in each layer."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import TYPE_CHECKING

import torch

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True)
class Pair:
    """Tokens of two prompts that belong together.

    Attributes:
        first: Position in the first prompt; None where only the second has such a token.
        second: Position in the second prompt; None likewise.
        same: Whether both are the same token of the vocabulary.
    """

    first: int | None
    second: int | None
    same: bool


def aligned(first: Sequence[int], second: Sequence[int]) -> list[Pair]:
    """Return which tokens of two prompts belong together, in order: the same ones, and between these one by one what was exchanged.

    Args:
        first: Ids of the first prompt's tokens.
        second: Ids of the second's.
    """
    pairs: list[Pair] = []
    for _, start, stop, begin, end in SequenceMatcher(None, first, second, autojunk=False).get_opcodes():
        for offset in range(max(stop - start, end - begin)):
            one = start + offset if start + offset < stop else None
            other = begin + offset if begin + offset < end else None
            pairs.append(Pair(one, other, one is not None and other is not None and first[one] == second[other]))
    return pairs


def distances(
    first: Sequence[torch.Tensor], second: Sequence[torch.Tensor], pairs: Sequence[Pair]
) -> tuple[torch.Tensor, torch.Tensor]:
    """Return how far the vectors of paired tokens are apart, layer by layer.

    Args:
        first: Hidden states of the first prompt by layer, each (tokens, width).
        second: Those of the second.
        pairs: See `aligned`.

    Returns:
        1 minus the cosine, 0 to 2, NaN where one has no partner; and whether they are equal to the bit. Both (layers, pairs).
    """
    apart = torch.full((len(first), len(pairs)), torch.nan)
    equal = torch.zeros(apart.shape, dtype=torch.bool)
    for layer, (one, other) in enumerate(zip(first, second, strict=True)):
        for at, pair in enumerate(pairs):
            if pair.first is None or pair.second is None:
                continue
            a, b = one[pair.first], other[pair.second]
            equal[layer, at] = torch.equal(a, b)
            apart[layer, at] = 0.0 if equal[layer, at] else 1 - torch.cosine_similarity(a.double(), b.double(), dim=0)
    return apart, equal


def courses(layers: Sequence[torch.Tensor]) -> tuple[torch.Tensor, torch.Tensor]:
    """Return how each token's vector changes from layer to layer.

    Args:
        layers: Hidden states by layer, each (tokens, width).

    Returns:
        Lengths of the vectors, (layers, tokens); cosines of each with that of the layer before, (layers - 1, tokens).
    """
    states = torch.stack([layer.double() for layer in layers])  # (layers, tokens, width)
    return states.norm(dim=-1).float(), torch.cosine_similarity(states[1:], states[:-1], dim=-1).float()
