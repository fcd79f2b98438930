"""From many dimensions to two: PCA and UMAP, and where a new point goes on a map that is there already.

PCA turns the cloud so that its two longest directions lie flat: a straight shadow. UMAP (McInnes, Healy and Melville 2018, "UMAP:
Uniform Manifold Approximation and Projection") keeps who is whose neighbour, and pays with distances that mean little. Numpy only,
but for the fitting of UMAP; a map is arrays, so it can be shipped and needs no pickle.
"""

from __future__ import annotations

import threading
import warnings
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
import numpy.typing as npt

from diffexplain.errors import TooFewPointsError
from diffexplain.i18n import say

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

Floats: TypeAlias = npt.NDArray[np.float32]

NEIGHBOURS, MIN_DIST = 15, 0.3
_BLOCK = 1024  # rows whose distances to all others are held at a time
_SAME = 1e-6  # a cosine distance below it is rounding
_BISECTIONS = 64
_SMALLEST_SCALE = 1e-3  # of the mean distance: umap-learn's MIN_K_DIST_SCALE

_one_fit = threading.Lock()


@dataclass(frozen=True, eq=False)
class PcaMap:
    """A straight shadow.

    Attributes:
        points: (N, 2) where the fitted points lie.
        mean: (D,) of the fitted points.
        axes: (2, D) orthonormal rows; zero rows where the cloud has fewer dimensions.
        shares: (2,) of the variance that each axis holds, 0 to 1.
    """

    points: Floats
    mean: Floats
    axes: Floats
    shares: Floats

    def place(self, new: Floats) -> Floats:
        """Return where new points go: (M, D) to (M, 2). Exact."""
        return np.asarray((np.asarray(new, np.float32) - self.mean) @ self.axes.T, np.float32)


@dataclass(frozen=True, eq=False)
class UmapMap:
    """A map of neighbourhoods.

    Attributes:
        points: (N, 2) where the fitted points lie.
        embeddings: (N, D) the fitted points, of unit length.
        n_neighbors: how many neighbours decide where a point lies.
    """

    points: Floats
    embeddings: Floats
    n_neighbors: int = NEIGHBOURS

    def place(self, new: Floats) -> Floats:
        """Return where new points go: (M, D) to (M, 2).

        In the middle of their nearest fitted points, each weighing as much as its membership in UMAP's fuzzy neighbourhood. That is
        where umap-learn's own `transform` starts from, before some epochs in which it moves a little.
        """
        if not len(new):
            return np.empty((0, 2), np.float32)
        indices, distances = nearest(self.embeddings, new, self.n_neighbors)  # (M, k)
        weights = memberships(distances)
        known = distances[:, 0] < _SAME
        weights[known] = np.eye(1, distances.shape[1], dtype=np.float32)  # a fitted point comes out where it was put
        placed: Floats = np.einsum("mk,mkc->mc", weights / weights.sum(1, keepdims=True), self.points[indices])
        return placed


def fit_pca(embeddings: Floats) -> PcaMap:
    """Return the two directions in which points differ most. Any number of points from 1, all equal ones too.

    Args:
        embeddings: (N, D).
    """
    points = np.asarray(embeddings, np.float64)
    mean = points.mean(0)
    _, lengths, directions = np.linalg.svd(points - mean, full_matrices=False)
    axes = np.zeros((2, points.shape[1]))
    shares = np.zeros(2)
    there = np.flatnonzero(lengths[:2] > 1e-9 * max(1.0, lengths[0]))
    axes[there] = directions[there]
    signs = np.sign(axes[np.arange(2), np.abs(axes).argmax(1)])  # an SVD leaves them open: the largest entry is positive
    axes *= np.where(signs == 0, 1, signs)[:, None]
    shares[there] = lengths[there] ** 2 / (lengths**2).sum()
    flat = axes.astype(np.float32)
    return PcaMap(((points - mean) @ axes.T).astype(np.float32), mean.astype(np.float32), flat, shares.astype(np.float32))


def fit_umap(
    embeddings: Floats,
    seed: int = 0,
    n_neighbors: int = NEIGHBOURS,
    min_dist: float = MIN_DIST,
    on_epoch: Callable[[int, int], None] | None = None,
) -> UmapMap:
    """Return a map of neighbourhoods by cosine, the same each time under a seed.

    The first fit of a process also compiles, for about ten seconds.

    Args:
        embeddings: (N, D), of any length but zero.
        seed: of its random numbers.
        n_neighbors: how many neighbours each point is held by, from 2: few show fine grain, many the whole.
        min_dist: how close points may lie on the map, 0 to 1.
        on_epoch: called after each block of distances and each epoch with how much is done and of how much; what it raises ends
            the fit and leaves nothing behind.

    Raises:
        TooFewPointsError: there are no more different points than `n_neighbors`.
    """
    unit = _unit(embeddings)
    different = len(np.unique(unit.round(5), axis=0))
    if different <= n_neighbors:
        raise TooFewPointsError(
            say(
                "UMAP looks at {neighbours} neighbours of each point and there are only {count} different points; "
                "give more of them, or lower n_neighbors",
                neighbours=n_neighbors,
                count=different,
            )
        )
    epochs = 500 if len(unit) <= 10_000 else 200  # umap-learn's own defaults
    blocks = -(-len(unit) // _BLOCK)
    total = blocks + epochs
    indices, distances = nearest(unit, unit, n_neighbors, lambda done: _tell(on_epoch, done, total))
    with _one_fit, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of seeds and threads, of precomputed neighbours of a small set: all meant
        import umap

        reducer = umap.UMAP(
            metric="cosine",
            n_neighbors=n_neighbors,
            min_dist=min_dist,
            n_epochs=epochs,
            random_state=seed,
            n_jobs=1,
            precomputed_knn=(indices.astype(np.int32), distances.astype(np.float32)),
            force_approximation_algorithm=True,  # or it computes the neighbours of a small set again
        )
        with _watched_epochs(lambda done: _tell(on_epoch, blocks + done, total)):
            points = reducer.fit_transform(unit)
    points = np.nan_to_num(points - np.nanmean(points, 0))  # a point that nobody is near to gets no coordinates: the middle
    return UmapMap(fit_pca(points).points, unit, n_neighbors)  # which way is up means nothing: the long side lies flat


def nearest(
    fitted: Floats, asked: Floats, count: int, on_block: Callable[[int], None] | None = None
) -> tuple[npt.NDArray[np.int32], Floats]:
    """Return the nearest of some points by cosine, exact, nearest first.

    Args:
        fitted: (N, D), of any length but zero.
        asked: (M, D).
        count: how many; all of fewer.
        on_block: called with the number of blocks that are done.

    Returns:
        Indices into `fitted` and cosine distances of 0 to 2, both (M, count).
    """
    base, count = _unit(fitted), min(count, len(fitted))
    indices, distances = [], []
    for done, start in enumerate(range(0, len(asked), _BLOCK), 1):
        away = np.maximum(0, 1 - _unit(asked[start : start + _BLOCK]) @ base.T)  # (block, N)
        away[away < _SAME] = 0
        order = np.argsort(away, axis=1, kind="stable")[:, :count]
        indices.append(order.astype(np.int32))
        distances.append(np.take_along_axis(away, order, 1).astype(np.float32))
        if on_block is not None:
            on_block(done)
    if not indices:
        return np.empty((0, count), np.int32), np.empty((0, count), np.float32)
    return np.concatenate(indices), np.concatenate(distances)


def memberships(distances: Floats) -> Floats:
    """Return how far each neighbour belongs to a new point's neighbourhood, 0 to 1: exp(-d / s).

    The scale s of each row is such that the weights, without the first, sum to log2(k): umap-learn's ``smooth_knn_dist`` with no
    local connectivity, as its `transform` calls it.

    Args:
        distances: (M, k), sorted.
    """
    rows, k = distances.shape
    away = distances.astype(np.float64)
    target = np.log2(k)
    low, high, scale = np.zeros(rows), np.full(rows, np.inf), np.ones(rows)
    for _ in range(_BISECTIONS):
        sums = np.exp(-away[:, 1:] / np.maximum(scale, 1e-12)[:, None]).sum(1)
        above = sums > target
        high, low = np.where(above, scale, high), np.where(above, low, scale)
        scale = np.where(np.isinf(high), 2 * scale, (low + np.where(np.isinf(high), 0, high)) / 2)
        scale = np.minimum(scale, 1e12)
    scale = np.maximum(scale, max(_SMALLEST_SCALE * away.mean(), 1e-12))
    weights: Floats = np.exp(-away / scale[:, None]).astype(np.float32)
    return weights


def _unit(points: Floats) -> Floats:
    given = np.asarray(points, np.float32)
    unit: Floats = given / np.maximum(np.linalg.norm(given, axis=-1, keepdims=True), 1e-12)
    return unit


@contextmanager
def _watched_epochs(on_epoch: Callable[[int], None]) -> Iterator[None]:
    """Tell each epoch of a layout on this thread. umap-learn has no callback: its loop goes through a progress bar, and so do we."""
    from umap import layouts

    original, thread = layouts.tqdm, threading.get_ident()

    def watched(epochs: Iterable[int], **options: Any) -> Iterable[int]:
        if threading.get_ident() != thread:
            rest: Iterable[int] = original(epochs, **options)
            return rest
        return _reported(epochs, on_epoch)

    layouts.tqdm = watched
    try:
        yield
    finally:
        layouts.tqdm = original


def _tell(on_epoch: Callable[[int, int], None] | None, done: int, total: int) -> None:
    if on_epoch is not None:
        on_epoch(done, total)


def _reported(epochs: Iterable[int], on_epoch: Callable[[int], None]) -> Iterator[int]:
    for epoch in epochs:
        yield epoch
        on_epoch(epoch + 1)
