"""What a run of the data set explorer is asked, and what is open in its page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from diffexplain.explorers import checks
from diffexplain.explorers.field import field
from diffexplain.i18n import say

LEAST, MOST = 4, 2000  # pairs
MOST_WRONG = 0.9
PANELS = ("kept", "course", "groups", "learned", "sets")
THRESHOLD = 0.3


def share(name: str, value: Any) -> float:
    """Check a share of all."""
    allowed = say("a number from {lowest:g} to {highest:g}", lowest=0, highest=1)
    return checks.number(name, value, lambda given: 0 <= given <= 1, allowed, say("0.25 is a quarter"))


def some(name: str, value: Any) -> float:
    """Check a share that leaves a tenth at least."""
    allowed = say("a number from {lowest:g} to {highest:g}", lowest=0, highest=MOST_WRONG)
    return checks.number(name, value, lambda given: 0 <= given <= MOST_WRONG, allowed, say("0.25 is a quarter"))


def cosine(name: str, value: Any) -> float:
    """Check a cosine."""
    allowed = say("a number from {lowest:g} to {highest:g}", lowest=-1, highest=1)
    return checks.number(name, value, lambda given: -1 <= given <= 1, allowed, say("0.2 to 0.5 are usual"))


@dataclass(frozen=True)
class DatasetRequest:
    """What a run was asked."""

    caption: str = field(
        "a crescent moon", checks.text, "A caption of your own for `picture`, scored beside all pairs; empty for none."
    )
    picture: str = field("gallery:5", None, "The picture it is for: a PIL image, a path, or gallery:12; empty for none.")
    count: int = field(240, checks.between(LEAST, MOST), "How many pairs to filter, 4 to 2000; the first so many of your own.")
    wrong: float = field(
        0.4,
        some,
        "Share of pairs that are made wrong on purpose, 0 to 0.9: another picture's caption; of scenes also one wrong detail, or "
        "alt-text that says nothing.",
    )
    noisy: float = field(
        0.25, share, "Share of the right captions of scenes that stand among words of a shop or a file, 0 to 1."
    )
    unseen: float = field(0.15, share, "Share of scenes with things that the bundled CLIP was never shown, 0 to 1.")
    chinese: float = field(0.5, share, "Share of scenes whose caption is Chinese, 0 to 1.")
    seed: int = field(0, checks.seed, "Decides scenes, and what is made wrong, 0 to 2**53 - 1.")
    learn: float | None = field(
        None,
        checks.optional(cosine),
        "Least cosine of the pairs that a small CLIP learns from, -1 to 1, beside one that learns from all; None trains none. Of the scene "
        "world alone: of its own pairs nobody knows which held-out ones are right.",
    )


@dataclass(frozen=True)
class DatasetView:
    """What is open in the page."""

    threshold: float = field(THRESHOLD, cosine, "The least cosine that is kept, -1 to 1.")
    panel: str = field("kept", checks.one_of(*PANELS), "The open panel: kept, course, groups, learned or sets.")
