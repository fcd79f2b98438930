"""The attention explorer in a real kernel: what a page sets, refuses and cancels, and what it hears."""

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
explorer = dx.AttentionExplorer(tiny.sd(), prompt="a red circle", steps=3)
explorer.wait(120)
print(explorer.comm.comm_id, end="")
"""


@pytest.fixture(scope="module")
def kernel() -> Iterator[tuple[Kernel, str]]:
    kernel = Kernel()
    yield kernel, kernel.execute(SETUP)
    kernel.close()


def test_layers_asked_for_by_a_page_follow_what_was_there(kernel: tuple[Kernel, str]) -> None:
    front, comm_id = kernel
    before = run_count(front)
    front.heard.clear()
    front.page(comm_id, front.subshell(), method="update", state={"detail": "layers"}, buffer_paths=[])
    front.wait_for(status("done", before))
    heard = [content for content in front.heard if content["run"] == before + 1]
    kinds = [content["kind"] for content in heard]
    assert kinds == [
        "status",
        "status",
        "begin",
        *["step"] * 3,
        "end",
        *["decoded"] * 3,
        "apart",
        *["apart_step"] * 3,
        "status",
    ]
    assert [content["number"] for content in heard] == list(range(len(heard)))
    begin, step, apart = heard[2]["data"], heard[3]["data"], heard[10]["data"]
    words = [word["text"] for word in begin["sentences"][0]["words"] if word["kind"] == "word"]
    assert words == ["a", "red", "circle"]
    assert step["cond"]["dtype"] == "float16"
    assert step["cond"]["shape"][1:] == begin["grid"]
    assert apart["steps"] == [0, 1, 2]
    assert heard[11]["data"]["cond"]["dtype"] == "uint8"


def test_what_a_page_may_not_set_is_refused_without_a_run(kernel: tuple[Kernel, str]) -> None:
    front, comm_id = kernel
    before = run_count(front)
    front.page(comm_id, front.subshell(), method="update", state={"detail": "heads", "strength": 7}, buffer_paths=[])
    for field in ("detail", "strength"):
        front.wait_for(lambda content, field=field: content["kind"] == "refused" and content["data"]["field"] == field)
    assert run_count(front) == before
    assert front.execute("print(explorer.detail, explorer.strength, explorer.status, end='')") == "layers 0.6 done"


def test_a_page_cancels_and_the_newest_wins(kernel: tuple[Kernel, str]) -> None:
    front, comm_id = kernel
    before = run_count(front)
    front.page(comm_id, front.subshell(), method="update", state={"steps": 1000}, buffer_paths=[])
    front.wait_for(lambda content: content["kind"] == "step" and content["run"] == before + 1)
    front.page(comm_id, front.subshell(), method="update", state={"steps": 2, "detail": "mean"}, buffer_paths=[])
    front.wait_for(status("done", before + 1))
    code = "print(explorer.status, len(explorer.trace.steps), explorer.trace.steps[0].attention.word('red').shape, end='')"
    assert front.execute(code) == "done 2 torch.Size([8, 8])"
