"""Adding and taking away what sentences mean: ``a fox - white + red`` (Mikolov et al. 2013, "Linguistic Regularities ...").

All texts point into much the same direction, whatever they say, so the mean of many is taken away from each first: what is left is
what makes it different from others.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch

from diffexplain.core.similarity import Nearest, retrieval

if TYPE_CHECKING:
    from collections.abc import Sequence

_SIGN = re.compile(r"(?:^|(?<=\s))([+\-\u2212\uff0b\uff0d])(?=\s|$)")  # by itself: the hyphen of a word is none


@dataclass(frozen=True)
class Term:
    """A text that is added or taken away.

    Attributes:
        sign: 1 or -1.
        text: Not empty.
    """

    sign: int
    text: str


def terms(expression: str) -> list[Term]:
    """Return the terms of a sum, in order: ``"a fox - white + red"`` has three. Signs stand by themselves, between spaces.

    Args:
        expression: Any text; signs without a text behind them are passed over.
    """
    parts = ["+", *_SIGN.split(expression)]
    found = zip(parts[::2], parts[1::2], strict=True)
    return [Term(1 if sign in "+\uff0b" else -1, text.strip()) for sign, text in found if text.strip()]


def summed(parts: Sequence[Term], points: torch.Tensor, mean: torch.Tensor) -> torch.Tensor:
    """Return the sum of what makes each term different from others.

    Args:
        parts: N terms.
        points: (N, D), a point a term.
        mean: (D,) of many texts.

    Returns:
        (D,)
    """
    signs = torch.tensor([part.sign for part in parts], dtype=points.dtype)
    return (signs[:, None] * (points - mean)).sum(0)


def nearest(query: torch.Tensor, points: torch.Tensor, mean: torch.Tensor, count: int) -> Nearest:
    """Return the nearest of many texts to a query from which the mean is taken away already, by cosine.

    Args:
        query: (D,)
        points: (N, D)
        mean: (D,) of many texts.
        count: How many; all of fewer.
    """
    return retrieval(query, points - mean, count)
