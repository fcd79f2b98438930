"""The sampler explorer in a real kernel: what a page sets and cancels, and what it hears."""

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
explorer = dx.SamplerExplorer(tiny.sd(), prompt="a red circle", samplers=["ddim", "heun"], steps=3)
explorer.wait(120)
print(explorer.comm.comm_id, end="")
"""


@pytest.fixture(scope="module")
def kernel() -> Iterator[tuple[Kernel, str]]:
    kernel = Kernel()
    yield kernel, kernel.execute(SETUP)
    kernel.close()


def test_samplers_set_by_a_page_are_answered_in_order(kernel: tuple[Kernel, str]) -> None:
    front, comm_id = kernel
    before = run_count(front)
    front.heard.clear()
    front.page(comm_id, front.subshell(), method="update", state={"samplers": ["euler", "heun", "ddpm"]}, buffer_paths=[])
    front.wait_for(status("done", before))
    heard = [content for content in front.heard if content["run"] == before + 1]
    kinds = [content["kind"] for content in heard]
    assert kinds[:9] == ["status", "status", "begin", *["evaluated"] * 5, "end"]
    assert list(dict.fromkeys(kinds[9:])) == [
        "decoded",
        "long",
        "compared",
        "status",
    ]  # the long run is remembered
    assert [content["number"] for content in heard] == list(range(len(heard)))
    assert [row["name"] for row in heard[2]["data"]["rows"]] == ["euler", "heun", "ddpm"]
    assert [content["data"]["rows"] for content in heard[3:8]] == [[0, 1, 2], [0, 1, 2], [0, 1, 2], [1], [1]]
    assert [finish["evaluations"] for finish in heard[8]["data"]["rows"]] == [3, 5, 3]


def test_what_is_no_comparison_is_refused(kernel: tuple[Kernel, str]) -> None:
    front, comm_id = kernel
    before = run_count(front)
    front.page(comm_id, front.subshell(), method="update", state={"samplers": ["euler"]}, buffer_paths=[])
    front.wait_for(lambda content: content["kind"] == "refused" and content["data"]["field"] == "samplers")
    refused = next(content for content in front.heard if content["kind"] == "refused")["data"]
    assert "2 to 12" in refused["message"]["en"]
    assert "2" in refused["message"]["zh"]
    assert run_count(front) == before


def test_a_page_cancels_a_run_and_the_next_one_is_whole(kernel: tuple[Kernel, str]) -> None:
    front, comm_id = kernel
    before = run_count(front)
    front.page(comm_id, front.subshell(), method="update", state={"steps": 200}, buffer_paths=[])
    front.wait_for(lambda content: content["kind"] == "evaluated" and content["run"] == before + 1)
    front.page(comm_id, front.subshell(), method="custom", content={"kind": "cancel"})
    front.wait_for(status("cancelled", before))
    front.page(comm_id, front.subshell(), method="update", state={"steps": 4}, buffer_paths=[])
    front.wait_for(status("done", before + 1))
    assert front.execute("print(explorer.status, [len(trace.steps) for trace in explorer.traces][0], end='')") == "done 4"
