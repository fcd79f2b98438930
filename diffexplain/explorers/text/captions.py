"""Captions that a text encoder is asked about: which of them are most like a sentence, or a sum of sentences."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from diffexplain import scenes
from diffexplain.core.text.arithmetic import nearest, summed
from diffexplain.explorers.text.messages import Caption, Summed, SumTerm
from diffexplain.scenes.table import CORE_THINGS, GROUNDS
from diffexplain.scenes.words import Mention, Wording, english

if TYPE_CHECKING:
    from collections.abc import Sequence

    import torch

    from diffexplain.core.text.arithmetic import Term

FROM_GALLERY = 48  # pictures that other explorers draw, too
SHOWN = 6
_EFFORT = 2e10  # parameters times captions: a second or so on a laptop
_FEWEST = 36
_SMALL = frozenset({"a", "an", "the", "on", "in", "of", "with", "and", "to", "at", "by"})


def captions(parameters: int) -> tuple[str, ...]:
    """Return captions in English: of the gallery, and of each thing on each ground, so that a sum has something to arrive at.

    Args:
        parameters: Of the encoder: a large one is asked about fewer.
    """
    everything = _all_captions()
    count = max(_FEWEST, min(len(everything), int(_EFFORT / max(parameters, 1))))
    return everything if count == len(everything) else everything[:count]


def found(query: torch.Tensor, points: torch.Tensor, mean: torch.Tensor, texts: Sequence[str]) -> list[Caption]:
    """Return the captions nearest to a query from which the mean is taken away already; see `diffexplain.core.text.arithmetic`."""
    best = nearest(query, points, mean, SHOWN)
    return [Caption(texts[at], cosine) for at, cosine in zip(best.indices, best.cosines, strict=True)]


def sum_of(
    parts: Sequence[Term], vectors: torch.Tensor, points: torch.Tensor, mean: torch.Tensor, texts: Sequence[str]
) -> Summed:
    """Return what a sum of sentences arrives at.

    Args:
        parts: At least one term.
        vectors: (terms, D)
        points: (captions, D)
        mean: (D,) of all captions.
        texts: The captions.
    """
    stays, added, taken = asked_of(parts)
    before = found(vectors[0] - mean, points, mean, texts)
    query = summed(parts, vectors, mean)
    ranked = nearest(query, points, mean, len(texts))
    after = [Caption(texts[at], cosine) for at, cosine in zip(ranked.indices[:SHOWN], ranked.cosines, strict=False)]
    fitting = (
        place
        for place, at in enumerate(ranked.indices, 1)
        if _has(texts[at], [*stays, *added]) and not any(_has(texts[at], [each]) for each in taken)
    )
    counted = []
    for number, part in enumerate(parts):
        words = stays if number == 0 and part.sign > 0 else [_bare(part.text) or part.text]
        counts = (sum(bool(words) and _has(caption.text, words) for caption in each) for each in (before, after))
        counted.append(SumTerm(part.sign, part.text, *counts))
    place = next(fitting, 0)
    first = Caption(texts[ranked.indices[place - 1]], ranked.cosines[place - 1]) if place else None
    return Summed(counted, stays, before, after, len(texts), place, first)


def asked_of(parts: Sequence[Term]) -> tuple[list[str], list[str], list[str]]:
    """Return what a caption must have in it, and must not, for a sum to have arrived there.

    Args:
        parts: At least one term.

    Returns:
        What of the first term is not taken away, as the pieces that are left of it; what is added; what is taken away and not
        added at the same time. All without the articles and prepositions around them.
    """
    first, *others = parts
    added = [_bare(part.text) or part.text for part in others if part.sign > 0]
    taken = [_bare(part.text) or part.text for part in parts if part.sign < 0]
    pieces = [first.text] if first.sign > 0 else []
    for text in taken:
        pieces = [piece for each in pieces for piece in _as_words(text).split(each)]
    stays = [bare for piece in pieces if (bare := _bare(piece))]
    return stays, added, [text for text in taken if text not in added]


def _has(caption: str, texts: Sequence[str]) -> bool:
    """Return whether a caption has all of some texts in it, as whole words."""
    return all(_as_words(text).search(caption) for text in texts)


def _as_words(text: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w){re.escape(text)}(?!\w)", re.IGNORECASE)


def _bare(text: str) -> str:
    """Return a text without the small words at its ends, which say nothing by themselves."""
    words = text.strip(" ,.;").split()
    while words and words[0].lower() in _SMALL:
        del words[0]
    while words and words[-1].lower() in _SMALL:
        del words[-1]
    return " ".join(words).strip(" ,.;")


@cache
def _all_captions() -> tuple[str, ...]:
    worlds = [english((Mention(thing),), None, ground, Wording()) for thing in CORE_THINGS for ground in GROUNDS]
    gallery = [scene.caption for scene in scenes.gallery(FROM_GALLERY)]
    return tuple(dict.fromkeys([*worlds[:24], *gallery[:12], *worlds[24:], *gallery[12:]]))
