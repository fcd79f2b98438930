"""What many pictures have in common, and the ways between two noises, are Python's."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
import torch

from diffexplain.core.interpolation import lerp, slerp
from diffexplain.explorers.seed import statistics
from tests.network.node import Node

SETUP = """
import { detail, distances, lerp, parting, slerp } from "./seeds.js";
const tiles = ([pictures, width, height]) => pictures.map((data) => ({ data: Uint8Array.from(data), width, height }));
const plain = (value) => ArrayBuffer.isView(value) ? [...value]
  : value && typeof value === "object" ? Object.fromEntries(Object.entries(value).map(([name, each]) => [name, plain(each)])) : value;
"""


@pytest.fixture(scope="module")
def page() -> Iterator[Node]:
    node = Node(
        SETUP,
        parting="(given) => plain(parting(tiles(given)))",
        distances="([one, other]) => plain(distances(tiles(one), tiles(other)))",
        detail="(given) => tiles(given).map(detail)",
        ways="([a, b, share]) => [slerp, lerp].map((way) => [...way(Float32Array.from(a), Float32Array.from(b), share)])",
    )
    yield node
    node.close()


@pytest.fixture
def pictures() -> np.ndarray:
    return np.random.default_rng(3).integers(0, 256, (5, 6, 7, 3), np.uint8)


def told(pictures: np.ndarray) -> list[object]:
    return [pictures.reshape(len(pictures), -1).tolist(), pictures.shape[2], pictures.shape[1]]


def test_parting(page: Node, pictures: np.ndarray) -> None:
    found, wanted = page.ask("parting", told(pictures)), statistics.parting(pictures)
    assert [found["fixed"], found["chance"]] == pytest.approx([wanted.fixed, wanted.chance])
    assert np.abs(np.array(found["mean"]["data"]) - 255 * wanted.mean.flatten()).max() <= 0.5 + 1e-6
    assert np.abs(np.array(found["deviation"]["data"]) - 510 * wanted.deviation.flatten()).max() <= 0.5 + 1e-6


def test_distances_and_detail(page: Node, pictures: np.ndarray) -> None:
    found = page.ask("distances", [told(pictures[:2]), told(pictures[2:])])
    assert np.array(found["data"]).reshape(2, 3) == pytest.approx(statistics.distances(pictures[:2], pictures[2:]), rel=1e-5)
    assert page.ask("detail", told(pictures)) == pytest.approx(statistics.detail(pictures).tolist())


@pytest.mark.parametrize("share", [0.0, 0.25, 0.5, 1.0])
def test_ways(page: Node, share: float) -> None:
    a, b = torch.randn(2, 64, generator=torch.Generator().manual_seed(1))
    for b_ in (b, 2 * a, torch.zeros(64)):
        found = page.ask("ways", [a.tolist(), b_.tolist(), share])
        for one, way in zip(found, (slerp, lerp), strict=True):
            assert one == pytest.approx(way(a, b_, share).tolist(), rel=1e-5, abs=1e-6)
