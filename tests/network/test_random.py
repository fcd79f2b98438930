"""The page draws the noise that torch draws on the CPU, to the last bit."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.network.node import Node

if TYPE_CHECKING:
    from collections.abc import Iterator

SETUP = """
import { Generator } from "./random.js";
import { MersenneTwister } from "./mersenne_twister.js";
const bits = (numbers) => [...new Int32Array(numbers.buffer)];
function draws({ seed, counts }) {
  const generator = new Generator(seed);
  return counts.map((count) => bits(generator.randn(count)));
}
"""
TORCH = """
import json, sys, torch
cases = json.load(sys.stdin)
def draws(case):
    generator = torch.Generator().manual_seed(case["seed"])
    return [torch.randn(count, generator=generator).view(torch.int32).tolist() for count in case["counts"]]
print(json.dumps([draws(case) for case in cases]))
"""
CAPABILITIES = ("avx2", "avx512")  # that torch is told the processor has; it draws the same with both
SEEDS = st.integers(0, 2**53 - 1)
COUNTS = st.lists(st.one_of(st.integers(0, 40), st.sampled_from([16, 1024, 1000, 4096])), max_size=6)


@pytest.fixture(scope="module")
def page() -> Iterator[Node]:
    node = Node(
        SETUP,
        draws="(cases) => cases.map(draws)",
        words="({ seed, count }) => { const twister = new MersenneTwister(seed); return Array.from({ length: count }, () => twister.next()); }",
    )
    yield node
    node.close()


def of_torch(cases: list[dict[str, Any]], capability: str) -> Any:
    """The bits of what torch draws, on a processor that can do so much."""
    done = subprocess.run(
        [sys.executable, "-c", TORCH],
        input=json.dumps(cases),
        env={**os.environ, "ATEN_CPU_CAPABILITY": capability, "OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(done.stdout)


def furthest(found: list[Any], wanted: list[Any]) -> int:
    """By how many units in the last place the numbers differ at most."""

    def place(bits: int) -> int:
        return bits if bits >= 0 else -(bits & 0x7FFFFFFF)

    pairs = (
        pair
        for one, other in zip(found, wanted, strict=True)
        for each in zip(one, other, strict=True)
        for pair in zip(*each, strict=True)
    )
    return max((abs(place(one) - place(other)) for one, other in pairs), default=0)


def assert_equal(page: Node, cases: list[dict[str, Any]], capability: str) -> None:
    found = page.ask("draws", cases)
    wanted = of_torch(cases, capability)
    assert furthest(found, wanted) == 0
    assert found == wanted


@pytest.mark.parametrize("capability", CAPABILITIES)
def test_to_the_bit(page: Node, capability: str) -> None:
    seeds = [0, 1, 7, 1234, 2**31, 2**32 - 1, 2**32, 2**32 + 5, 2**53 - 1]
    counts = [[1024], [1, 2, 15], [3, 16, 1, 1], [17, 31, 33], [1000, 5, 1024, 1024], [0, 16]]
    assert_equal(page, [{"seed": seed, "counts": each} for seed in seeds for each in counts], capability)


@settings(max_examples=25, deadline=None)
@given(seed=SEEDS, count=st.integers(0, 2000))
def test_the_words_behind_it(page: Node, seed: int, count: int) -> None:
    """A remainder by a prime tells of all their bits."""
    prime = 2**27 - 39
    wanted = torch.empty(count, dtype=torch.int64).random_(0, prime, generator=torch.Generator().manual_seed(seed)).tolist()
    assert [word % prime for word in page.ask("words", {"seed": seed, "count": count})] == wanted


@pytest.mark.more
@pytest.mark.parametrize("capability", CAPABILITIES)
def test_many_seeds(page: Node, capability: str) -> None:
    chance = torch.Generator().manual_seed(0)
    seeds = torch.randint(0, 2**53, (2000,), generator=chance).tolist()
    assert_equal(page, [{"seed": seed, "counts": [1024, 7, 40]} for seed in seeds], capability)
