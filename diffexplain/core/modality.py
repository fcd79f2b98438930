"""Two kinds of things in one space, pictures and texts, and how far apart the kinds lie.

Trained as CLIP is, the two encoders put their outputs into two cones: a picture can be closer to any other picture than to its
own caption. Liang et al. 2022, "Mind the Gap: Understanding the Modality Gap in Multi-modal Contrastive Representation Learning".
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
import numpy.typing as npt

from diffexplain.core.projection import PcaMap, fit_pca, nearest

if TYPE_CHECKING:
    from collections.abc import Sequence

Floats: TypeAlias = npt.NDArray[np.float32]

PICTURE, TEXT = 0, 1
NEIGHBOURS = 10


@dataclass(frozen=True)
class Gap:
    """How far apart pictures and texts lie.

    Attributes:
        length: of the line between the two kinds' mean points, 0 to 2; Liang et al. report about 0.8 for CLIP.
        among_pictures: mean cosine of two different pictures; None where there is one.
        among_texts: mean cosine of two different texts; None where there is one.
        pairs: mean cosine of a picture and its own caption; None where nothing is paired.
        strangers: mean cosine of a picture and any text.
        mixed: among a point's ten nearest, the share that is of the other kind, 0 to 1.
        mixed_closed: the same after `close_gap`.
        chance: what that share would be if the kinds were mixed at random.
    """

    length: float
    among_pictures: float | None
    among_texts: float | None
    pairs: float | None
    strangers: float
    mixed: float
    mixed_closed: float
    chance: float


def centres(embeddings: Floats, kinds: npt.NDArray[Any]) -> Floats:
    """Return the mean point of pictures and of texts: (2, D); zeros where there is none of a kind."""
    means = [embeddings[kinds == kind].mean(0) if np.any(kinds == kind) else 0 * embeddings[0] for kind in (PICTURE, TEXT)]
    return np.stack(means).astype(np.float32)


def close_gap(embeddings: Floats, kinds: npt.NDArray[Any], middle: Floats) -> Floats:
    """Return the points with their kind's mean taken away, at unit length again: both kinds then lie around one centre.

    Args:
        embeddings: (N, D).
        kinds: (N,) 0 for a picture, 1 for a text.
        middle: (2, D) as `centres` gives it.
    """
    moved = embeddings - middle[np.asarray(kinds, int)]
    closed: Floats = (moved / np.maximum(np.linalg.norm(moved, axis=1, keepdims=True), 1e-12)).astype(np.float32)
    return closed


def across(embeddings: Floats, kinds: npt.NDArray[Any]) -> PcaMap:
    """Return a shadow in which the gap is seen in its true length: texts above pictures, and to the right what the points differ most in.

    Args:
        embeddings: (N, D); some of both kinds.
        kinds: (N,) 0 for a picture, 1 for a text.
    """
    middle = centres(embeddings, kinds).astype(np.float64)
    gap = middle[TEXT] - middle[PICTURE]
    along = gap / max(float(np.linalg.norm(gap)), 1e-12)
    centred = embeddings.astype(np.float64) - embeddings.mean(0, dtype=np.float64)
    rest = fit_pca((centred - np.outer(centred @ along, along)).astype(np.float32))
    axes = np.stack([rest.axes[0], along])
    projected = centred @ axes.T
    shares = (projected**2).sum(0) / max(float((centred**2).sum()), 1e-12)
    mean = embeddings.mean(0, dtype=np.float64)
    return PcaMap(*(array.astype(np.float32) for array in (projected, mean, axes, shares)))


def measure(embeddings: Floats, kinds: npt.NDArray[Any], pairs: Sequence[tuple[int, int]]) -> Gap:
    """Return the gap between pictures and texts.

    Args:
        embeddings: (N, D), of unit length; some of both kinds.
        kinds: (N,) 0 for a picture, 1 for a text.
        pairs: indices of a picture and of its caption.
    """
    middle = centres(embeddings, kinds)
    pictures, texts = embeddings[kinds == PICTURE], embeddings[kinds == TEXT]
    at = np.asarray(pairs, int).reshape(-1, 2)
    count = len(embeddings)
    chance = 2 * len(pictures) * len(texts) / max(1, count * (count - 1))
    return Gap(
        length=float(np.linalg.norm(middle[PICTURE] - middle[TEXT])),
        among_pictures=_mean_cosine(pictures),
        among_texts=_mean_cosine(texts),
        pairs=float(np.sum(embeddings[at[:, 0]] * embeddings[at[:, 1]], 1).mean()) if len(at) else None,
        strangers=float(middle[PICTURE] @ middle[TEXT]),
        mixed=_mixed(embeddings, kinds),
        mixed_closed=_mixed(close_gap(embeddings, kinds, middle), kinds),
        chance=chance,
    )


def _mean_cosine(points: Floats) -> float | None:
    """Return the mean over all pairs of different points, without making them: |sum|^2 holds each pair twice and each point once."""
    count = len(points)
    if count < 2:
        return None
    total = points.astype(np.float64).sum(0)
    return float((total @ total - np.sum(points.astype(np.float64) ** 2)) / (count * (count - 1)))


def _mixed(points: Floats, kinds: npt.NDArray[Any]) -> float:
    count = min(NEIGHBOURS, len(points) - 1)
    if count < 1:
        return 0.0
    indices, _ = nearest(points, points, count + 1)
    own = np.arange(len(points))[:, None]
    others = np.where(indices == own, -1, indices)
    there = others >= 0
    return float(((kinds[others] != kinds[:, None]) & there).sum() / max(1, there.sum()))
