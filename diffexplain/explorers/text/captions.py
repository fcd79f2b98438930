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
    before = found(vectors[0] - mean, points, mean, texts)
    after = found(summed(parts, vectors, mean), points, mean, texts)
    counted = [SumTerm(part.sign, part.text, _holding(part.text, before), _holding(part.text, after)) for part in parts]
    return Summed(counted, before, after)


def _holding(text: str, among: Sequence[Caption]) -> int:
    """Return how many captions have a text in them, as whole words."""
    words = re.compile(rf"(?<!\w){re.escape(text)}(?!\w)", re.IGNORECASE)
    return sum(words.search(caption.text) is not None for caption in among)


@cache
def _all_captions() -> tuple[str, ...]:
    worlds = [english((Mention(thing),), None, ground, Wording()) for thing in CORE_THINGS for ground in GROUNDS]
    gallery = [scene.caption for scene in scenes.gallery(FROM_GALLERY)]
    return tuple(dict.fromkeys([*worlds[:24], *gallery[:12], *worlds[24:], *gallery[12:]]))
