"""The page groups pictures, and finds where something lies on the map, as Python does."""

from __future__ import annotations

import json
from collections.abc import Iterator

import numpy as np
import pytest

from diffexplain.explorers.sampler import agreement
from diffexplain.maps.shipped import ARRAYS, shipped_atlas
from tests.network.node import Node

SETUP = """
import { readFileSync } from "node:fs";
import { groups } from "./agreement.js";
import { Atlas, tensors } from "./atlas.js";
const atlas = new Atlas(tensors(new Uint8Array(readFileSync(%s))));
const found = ({ indices, cosines }) => [[...indices.data], [...cosines.data]];
function placed([values, kind]) {
  const point = Float32Array.from(values);
  return [atlas.place(point, kind), ...[0, 1].map((each) => found(atlas.find(point, each)))];
}
"""


@pytest.fixture(scope="module")
def page() -> Iterator[Node]:
    node = Node(SETUP % json.dumps(str(ARRAYS)), groups="([matrix, threshold]) => groups(matrix, threshold)", placed="placed")
    yield node
    node.close()


@pytest.mark.parametrize("seed", range(4))
def test_groups(page: Node, seed: int) -> None:
    pictures = np.random.default_rng(seed).random((9, 3, 2, 2), np.float32)
    matrix = agreement.distances(pictures)
    for threshold in (0.2, 0.35, 0.5, 1.0):
        assert page.ask("groups", [matrix.tolist(), threshold]) == agreement.groups(matrix, threshold)


@pytest.mark.parametrize("kind", [0, 1])
@pytest.mark.parametrize("share", [0.0, 0.3, 3.0])
def test_a_point_lies_where_python_puts_it(page: Node, kind: int, share: float) -> None:
    """A fitted point itself, one beside it, one far away."""
    atlas = shipped_atlas()
    chance = np.random.default_rng(1).normal(size=atlas.embeddings.shape[1]).astype(np.float32)
    point = atlas.embeddings[7 if kind == 0 else -7] + share * chance / np.linalg.norm(chance)
    point /= np.linalg.norm(point)
    places, *near = page.ask("placed", [point.tolist(), kind])
    assert np.array(places) == pytest.approx(atlas.place(point[None], kind)[0], abs=1e-3)
    for each, (indices, cosines) in enumerate(near):
        wanted, values = atlas.find(point, each)
        assert cosines == pytest.approx(values.tolist(), abs=1e-5)
        assert len({*indices} & {*wanted.tolist()}) >= len(wanted) - 1  # two that are as near may change places
