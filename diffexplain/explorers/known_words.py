"""What a page lists of the words that the bundled model knows."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any

from diffexplain.scenes.vocabulary import known_words

if TYPE_CHECKING:
    from collections.abc import Sequence


def offer(fields: Sequence[str]) -> dict[str, Any] | None:
    """Return the words by kind, fit for JSON: 14 KB; None where no field takes them.

    Args:
        fields: Of the explorer: those whose text goes to a bundled model.
    """
    if not fields:
        return None
    groups = groupby(known_words(), key=lambda word: word.kind)
    return {
        "fields": list(fields),
        "groups": [
            {"kind": kind, "words": [[word.name.en, word.name.zh, word.phrase.en, word.phrase.zh] for word in words]}
            for kind, words in groups
        ],
    }
