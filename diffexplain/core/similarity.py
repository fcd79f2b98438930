"""How alike are pictures and texts? Cosines, what a softmax makes of them, ranks, and the loss that CLIP was trained with.

Every function takes plain tensors and gives plain tensors. Pictures are rows, texts are columns, as in figure 3 of Radford et al.
2021, "Learning Transferable Visual Models From Natural Language Supervision".
"""

from __future__ import annotations

from typing import Literal, NamedTuple, TypeAlias

import torch
from torch.nn import functional

Reading: TypeAlias = Literal["cosine", "scaled", "softmax_rows", "softmax_columns"]
READINGS: tuple[Reading, ...] = ("cosine", "scaled", "softmax_rows", "softmax_columns")


def cosine(pictures: torch.Tensor, texts: torch.Tensor) -> torch.Tensor:
    """Return the cosine of the angle between each picture and each text, -1 to 1.

    Args:
        pictures: (I, D), of any length but zero.
        texts: (T, D), of any length but zero.

    Returns:
        (I, T)
    """
    return functional.normalize(pictures, dim=-1) @ functional.normalize(texts, dim=-1).T


def read_as(cosines: torch.Tensor, temperature: float, reading: Reading) -> torch.Tensor:
    """Return the matrix in one of its four readings.

    Args:
        cosines: (I, T).
        temperature: what they are multiplied by, exp(logit_scale).
        reading: ``cosine`` as it is; ``scaled``, the logits; ``softmax_rows``, which text fits a picture; ``softmax_columns``, which
            picture fits a text. Rows or columns of the last two sum to 1.

    Returns:
        (I, T)
    """
    if reading == "cosine":
        return cosines
    logits = cosines * temperature
    if reading == "scaled":
        return logits
    return logits.softmax(dim=1 if reading == "softmax_rows" else 0)


def ranks(values: torch.Tensor, dim: int = -1) -> torch.Tensor:
    """Return the rank of each value among its neighbours along `dim`: 1 is the highest. Equal values share the better rank.

    Args:
        values: of any shape.
        dim: along which to compare.

    Returns:
        Whole numbers of the same shape.
    """
    along = values.movedim(dim, -1)
    higher = along[..., None, :] > along[..., :, None]  # (..., n, n)
    return (higher.sum(-1) + 1).movedim(-1, dim)


def contrastive_loss(logits: torch.Tensor) -> torch.Tensor:
    """Return what CLIP is trained to make small: the mean of two cross entropies, over rows and over columns (figure 3, last lines).

    Picture k belongs to text k; guessing by chance costs ln N. Where there are more of one kind, the rest belongs to nothing and is
    only one more to be mistaken for, as in training with added wrong captions.

    Args:
        logits: (N, N) cosines times temperature; also (I, T).
    """
    targets = torch.arange(min(logits.shape), device=logits.device)
    by_picture, by_text = logits[: len(targets)], logits.T[: len(targets)]
    return (functional.cross_entropy(by_picture, targets) + functional.cross_entropy(by_text, targets)) / 2


def pulls(logits: torch.Tensor) -> torch.Tensor:
    """Return which pairs an update draws together and which it drives apart: minus the slope of `contrastive_loss` along each logit.

    A pair is pulled by what its two softmaxes lack to certainty and any other pushed by what they give it, so all of them sum to 0.

    Args:
        logits: (N, N) cosines times temperature; also (I, T).

    Returns:
        The same shape: above 0 pulls a pair together, below 0 pushes it apart.
    """
    count = min(logits.shape)
    pairs = torch.eye(*logits.shape, dtype=logits.dtype, device=logits.device)
    missing = torch.zeros_like(logits)
    missing[:count] += pairs[:count] - logits[:count].softmax(1)
    missing[:, :count] += pairs[:, :count] - logits[:, :count].softmax(0)
    return missing / (2 * count)


class Means(NamedTuple):
    """Mean cosine of pairs and of everything else; NaN where there is none.

    Attributes:
        diagonal: of picture k with text k.
        beside: of all others.
    """

    diagonal: float
    beside: float


def means(cosines: torch.Tensor) -> Means:
    """Return the mean of the diagonal and of what is beside it, for (I, T) cosines."""
    pairs = torch.eye(*cosines.shape, dtype=torch.bool, device=cosines.device)
    return Means(float(cosines[pairs].mean()), float(cosines[~pairs].mean()))


class Nearest(NamedTuple):
    """The pictures or texts of a gallery that are nearest to a query, the nearest first.

    Attributes:
        indices: in the gallery.
        cosines: one for each.
    """

    indices: list[int]
    cosines: list[float]


def retrieval(query: torch.Tensor, gallery: torch.Tensor, k: int) -> Nearest:
    """Return the `k` of a gallery that are nearest to a query; all of a smaller gallery.

    Args:
        query: (D,)
        gallery: (N, D)
        k: how many, at least 1.
    """
    (values,) = cosine(query[None], gallery)  # (N,)
    best, where = values.sort(descending=True, stable=True)
    return Nearest(where[:k].tolist(), best[:k].tolist())
