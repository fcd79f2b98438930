"""The seed explorer in a real kernel: what a page picks and cancels, and what it hears."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.explorers.front_end import Kernel, run_count, status

pytestmark = pytest.mark.kernel

SETUP = """
import torch
torch.set_num_threads(1)
import diffexplain as dx
from tests import tiny
explorer = dx.SeedExplorer(tiny.sd(), prompt="a red circle", count=4, steps=3)
explorer.wait(120)
print(explorer.comm.comm_id, end="")
"""


@pytest.fixture(scope="module")
def kernel() -> Iterator[tuple[Kernel, str]]:
    kernel = Kernel()
    yield kernel, kernel.execute(SETUP)
    kernel.close()


def sets(front: Kernel, comm_id: str, **state: object) -> None:
    front.page(comm_id, front.subshell(), method="update", state=state, buffer_paths=[])


def test_a_walk_picked_by_a_page_draws_the_walk_alone(kernel: tuple[Kernel, str]) -> None:
    front, comm_id = kernel
    before = run_count(front)
    front.heard.clear()
    sets(front, comm_id, walk=[0, 3])
    front.wait_for(status("done", before))
    heard = [content for content in front.heard if content["run"] == before + 1]
    assert [content["number"] for content in heard] == list(range(len(heard)))
    assert [(content["kind"], content["data"].get("which")) for content in heard] == [
        ("status", None), ("status", None), ("begin", None), *[("pictures", "first"), ("spread", "first")] * 3,
        ("way", None), *[("preview", "walk")] * 3, ("pictures", "walk"), ("walk", None), ("end", None), ("status", None),
    ]  # fmt: skip
    (end,) = [content["data"] for content in heard if content["kind"] == "end"]
    assert end["drawn"] == 18
    (way,) = [content["data"] for content in heard if content["kind"] == "way"]
    assert way["seeds"] == [0, 3]
    assert way["lengths"]["shape"] == [2, 9]


def test_a_seed_that_is_not_on_the_wall_is_refused(kernel: tuple[Kernel, str]) -> None:
    front, comm_id = kernel
    before = run_count(front)
    front.heard.clear()
    sets(front, comm_id, walk=[0, 4])
    front.wait_for(lambda content: content["kind"] == "refused" and content["data"]["field"] == "walk")
    (refused,) = [content["data"] for content in front.heard if content["kind"] == "refused"]
    assert "0 to 3" in refused["message"]["en"]
    assert "0到3" in refused["message"]["zh"]
    assert run_count(front) == before
    assert front.execute("print(explorer.walk, end='')") == "[0, 3]"


def test_a_page_cancels_and_the_newest_wins(kernel: tuple[Kernel, str]) -> None:
    front, comm_id = kernel
    before = run_count(front)
    sets(front, comm_id, steps=60)
    front.wait_for(lambda content: content["kind"] == "preview" and content["run"] == before + 1)
    front.page(comm_id, front.subshell(), method="custom", content={"kind": "cancel"})
    front.wait_for(status("cancelled", before))
    sets(front, comm_id, seed=10, steps=2)
    front.wait_for(status("done", before + 1))
    assert (
        front.execute("print(explorer.status, explorer.walk, sorted(explorer.pictures), end='')")
        == "done None [10, 11, 12, 13]"
    )
