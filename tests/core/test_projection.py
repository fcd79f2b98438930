"""Maps of embeddings: equal to what others compute, the same each time, and a new point goes where it belongs."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from sklearn.decomposition import PCA

from diffexplain.core.projection import UmapMap, fit_pca, fit_umap, memberships, nearest
from diffexplain.errors import TooFewPointsError

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # umap-learn misses Tensorflow, which nobody here needs
    import umap
    from umap import layouts
    from umap.umap_ import compute_membership_strengths, smooth_knn_dist


def clusters(count: int = 180, seed: int = 0, kinds: int = 6, width: int = 24) -> tuple[np.ndarray, np.ndarray]:
    """Unit vectors around some directions, and which direction each belongs to."""
    random = np.random.default_rng(seed)
    middles = random.normal(size=(kinds, width))
    which = np.arange(count) % kinds
    points = middles[which] + 0.25 * random.normal(size=(count, width))
    return (points / np.linalg.norm(points, axis=1, keepdims=True)).astype(np.float32), which


def test_pca_is_the_singular_value_decomposition() -> None:
    points, _ = clusters()
    found = fit_pca(points)
    centred = points.astype(np.float64) - points.mean(0, dtype=np.float64)
    _, lengths, directions = np.linalg.svd(centred, full_matrices=False)
    np.testing.assert_allclose(np.abs(np.sum(found.axes * directions[:2], 1)), 1, atol=1e-5)
    np.testing.assert_allclose(found.shares, (lengths**2 / np.sum(lengths**2))[:2], atol=1e-5)
    np.testing.assert_allclose(np.abs(found.points), np.abs(centred @ directions[:2].T), atol=1e-5)


def test_pca_agrees_with_scikit_learn() -> None:
    points, _ = clusters(seed=3)
    theirs = PCA(2, svd_solver="full").fit(points)
    np.testing.assert_allclose(np.abs(fit_pca(points).points), np.abs(theirs.transform(points)), atol=1e-5)


@settings(max_examples=60)
@given(arrays.arrays(np.float32, st.tuples(st.integers(1, 6), st.integers(1, 5)), elements=st.floats(-4, 4, width=32)))
def test_pca_takes_any_points_and_places_them_where_they_lie(points: np.ndarray) -> None:
    found = fit_pca(points)
    assert found.points.shape == (len(points), 2)
    np.testing.assert_allclose(found.place(points), found.points, atol=1e-3)
    assert 0 <= found.shares.sum() <= 1 + 1e-5


def test_the_nearest_are_those_of_all_pairs() -> None:
    points, _ = clusters(1500)
    asked, _ = clusters(40, seed=9)
    indices, distances = nearest(points, asked, 7)
    away = 1 - asked @ points.T
    np.testing.assert_array_equal(indices, np.argsort(away, 1)[:, :7])
    np.testing.assert_allclose(distances, np.sort(away, 1)[:, :7], atol=1e-6)
    assert nearest(points[:3], asked, 7)[0].shape == (40, 3)


@settings(max_examples=40)
@given(
    arrays.arrays(
        np.float32, st.tuples(st.integers(1, 4), st.integers(3, 20)), elements=st.floats(np.float32(0.01), 2, width=32)
    )
)
def test_memberships_are_umaps_own(distances: np.ndarray) -> None:
    distances = np.sort(distances, 1)
    rows, k = distances.shape
    indices = np.tile(np.arange(k, dtype=np.int32), (rows, 1))
    sigmas, rhos = smooth_knn_dist(distances, float(k), local_connectivity=0.0)
    _, _, strengths, _ = compute_membership_strengths(indices, distances, sigmas, rhos, bipartite=True)
    np.testing.assert_allclose(memberships(distances), strengths.reshape(rows, k), atol=2e-3)


@pytest.fixture(scope="module")
def fitted() -> tuple[np.ndarray, np.ndarray, object]:
    points, which = clusters()
    return points, which, fit_umap(points, seed=4, n_neighbors=10)


def test_umap_is_the_same_each_time_under_a_seed(fitted: tuple) -> None:
    points, _, first = fitted
    np.testing.assert_array_equal(first.points, fit_umap(points, seed=4, n_neighbors=10).points)
    assert not np.array_equal(first.points, fit_umap(points, seed=5, n_neighbors=10).points)


def test_umap_keeps_neighbourhoods_together(fitted: tuple) -> None:
    _, which, found = fitted
    away = np.linalg.norm(found.points[:, None] - found.points[None], axis=-1)
    np.fill_diagonal(away, np.inf)
    assert np.mean(which[away.argmin(1)] == which) > 0.97


def test_it_keeps_neighbours_as_well_as_umap_learn_by_itself(fitted: tuple) -> None:
    from sklearn.manifold import trustworthiness

    points, _, found = fitted
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        theirs = umap.UMAP(metric="cosine", n_neighbors=10, min_dist=0.3, random_state=4, n_jobs=1).fit_transform(points)
    ours, own = (trustworthiness(points, places, n_neighbors=10, metric="cosine") for places in (found.points, theirs))
    assert ours > own - 0.02


def test_a_new_point_goes_where_umaps_transform_puts_it(fitted: tuple) -> None:
    points, _, _ = fitted
    new, _ = clusters(36, seed=0)  # the same directions ...
    new = new + 0.02 * np.random.default_rng(1).normal(size=new.shape).astype(np.float32)  # ... and a little beside
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        theirs = umap.UMAP(metric="cosine", n_neighbors=10, min_dist=0.3, random_state=4, n_jobs=1).fit(points)
        moved = theirs.transform(new)
    placed = UmapMap(theirs.embedding_, points, 10).place(new)
    spread = float(np.linalg.norm(theirs.embedding_ - theirs.embedding_.mean(0), axis=1).mean())
    assert np.median(np.linalg.norm(placed - moved, axis=1)) < 0.15 * spread


def test_a_fitted_point_is_placed_where_it_lies(fitted: tuple) -> None:
    points, _, found = fitted
    np.testing.assert_allclose(found.place(points[:20]), found.points[:20], atol=1e-5)
    assert found.place(np.empty((0, points.shape[1]), np.float32)).shape == (0, 2)


def test_a_fit_tells_how_far_it_is_and_can_be_stopped(fitted: tuple) -> None:
    points, _, found = fitted
    told: list[tuple[int, int]] = []
    fit_umap(points, seed=4, n_neighbors=10, on_epoch=lambda done, total: told.append((done, total)))
    assert [done for done, _ in told] == list(range(1, told[-1][1] + 1))

    class Stop(BaseException):
        pass

    def stop(done: int, total: int) -> None:
        if done == 50:
            raise Stop

    before = layouts.tqdm
    with pytest.raises(Stop):
        fit_umap(points, seed=4, n_neighbors=10, on_epoch=stop)
    assert layouts.tqdm is before
    np.testing.assert_array_equal(found.points, fit_umap(points, seed=4, n_neighbors=10).points)


@pytest.mark.parametrize("points", [np.ones((40, 4), np.float32), np.eye(5, dtype=np.float32)], ids=["identical", "few"])
def test_too_few_different_points_are_refused_in_words(points: np.ndarray) -> None:
    with pytest.raises(TooFewPointsError, match="different points; give more"):
        fit_umap(points, n_neighbors=15)
