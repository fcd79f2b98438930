"""The page measures a run, and orders its pictures, as Python does."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import torch

from diffexplain.core.evenly import evenly
from diffexplain.explorers.decoding import MOST_STEPS, coarse_to_fine
from diffexplain.explorers.denoise import measures
from tests.network.node import Node

SETUP = """
import { atUnitScale, correlation, deviation, mean, relativeChange } from "./measures.js";
import { coarseToFine } from "./order.js";
const single = (values) => Float32Array.from(values);
"""


@pytest.fixture(scope="module")
def page() -> Iterator[Node]:
    node = Node(
        SETUP,
        order="(count) => coarseToFine(count)",
        pair="([one, other]) => [relativeChange, correlation].map((measure) => measure(single(one), single(other)))",
        start="([x, a, b]) => { const at = atUnitScale(single(x), { a, b }); return [mean(at), deviation(at)]; }",
    )
    yield node
    node.close()


def test_pictures_come_in_pythons_order(page: Node) -> None:
    for count in (*range(70), 128, 1000):
        kept = evenly(count, MOST_STEPS)
        assert page.ask("order", count) == [kept[at] for at in coarse_to_fine(len(kept))]


@pytest.mark.parametrize("seed", range(3))
def test_numbers_are_pythons(page: Node, seed: int) -> None:
    generator = torch.Generator().manual_seed(seed)
    one, other = torch.randn(2, 1024, generator=generator)
    wanted = [measures.relative_change(one, other), measures.correlation(one, other)]
    assert page.ask("pair", [one.tolist(), other.tolist()]) == pytest.approx(wanted, rel=1e-5)
    start = measures.at_unit_scale(one, 0.3, 2.0)
    wanted = [float(start.mean()), float(start.std(correction=0))]
    assert page.ask("start", [one.tolist(), 0.3, 2.0]) == pytest.approx(wanted, rel=1e-5)


def test_of_nothing_there_is_no_change_to_divide_by(page: Node) -> None:
    nothing, something = [0.0] * 16, [1.0] * 16
    assert page.ask("pair", [nothing, something]) == pytest.approx(
        [measures.relative_change(torch.zeros(16), torch.ones(16)), measures.correlation(torch.zeros(16), torch.ones(16))]
    )
