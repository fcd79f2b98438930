"""What a threshold on the score of pairs keeps and loses: how LAION chose its pairs from what stood on the web.

Plain arrays in, plain numbers out. A pair is kept where its score is at least the threshold (Schuhmann et al. 2021, "LAION-400M").
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np

Scores: TypeAlias = np.ndarray[Any, np.dtype[np.floating[Any]]]
Truth: TypeAlias = np.ndarray[Any, np.dtype[np.bool_]]


@dataclass(frozen=True)
class Outcome:
    """How many pairs a threshold keeps and loses.

    Attributes:
        kept_right: pictures with a caption of their own that stay.
        kept_wrong: pairs that don't belong together and stay all the same.
        lost_right: pairs that belong together and go.
        lost_wrong: pairs that don't, and go.
    """

    kept_right: int
    kept_wrong: int
    lost_right: int
    lost_wrong: int

    @property
    def precision(self) -> float:
        """Share of what is kept that is right; NaN where nothing is kept."""
        return _share(self.kept_right, self.kept_right + self.kept_wrong)

    @property
    def recall(self) -> float:
        """Share of what is right that is kept; NaN where nothing is right."""
        return _share(self.kept_right, self.kept_right + self.lost_right)

    @property
    def kept(self) -> float:
        """Share of all that is kept; NaN where there is nothing."""
        kept = self.kept_right + self.kept_wrong
        return _share(kept, kept + self.lost_right + self.lost_wrong)


def outcome(scores: Scores, right: Truth, threshold: float) -> Outcome:
    """Return what a threshold does.

    Args:
        scores: (N,) cosines of picture and text.
        right: (N,) whether picture and text belong together.
        threshold: the least score that is kept.
    """
    kept = np.asarray(scores) >= threshold
    right = np.asarray(right, bool)
    return Outcome(
        int((kept & right).sum()), int((kept & ~right).sum()), int((~kept & right).sum()), int((~kept & ~right).sum())
    )


def best_threshold(scores: Scores, right: Truth) -> float:
    """Return the threshold with the highest F1, 2 precision recall / (precision + recall): half way between two neighbouring scores.

    Args:
        scores: (N,)
        right: (N,)

    Returns:
        The lowest of several equally good ones; NaN where nothing is right.
    """
    scores, right = np.asarray(scores, np.float64), np.asarray(right, bool)
    if not right.any():
        return float("nan")
    order = np.argsort(scores, kind="stable")
    values, first = np.unique(scores[order], return_index=True)
    above = right.sum() - np.concatenate([[0], np.cumsum(right[order])])[first]  # right ones at or above each value
    harmonic = 2 * above / (len(scores) - first + right.sum())
    at = int(harmonic.argmax())
    return float(values[at]) if at == 0 else float((values[at - 1] + values[at]) / 2)


def _share(part: int, whole: int) -> float:
    return part / whole if whole else float("nan")
