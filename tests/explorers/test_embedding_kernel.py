"""The embedding explorer in a real kernel: the map is there first, a search from the page is answered, the map isn't sent again."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.explorers.front_end import Kernel, run_count, status

pytestmark = pytest.mark.kernel

SETUP = """
import torch
torch.set_num_threads(1)
import diffexplain as dx
explorer = dx.EmbeddingExplorer(search="a fox")
explorer.wait(120)
"""


@pytest.fixture(scope="module")
def kernel() -> Iterator[Kernel]:
    kernel = Kernel()
    kernel.execute(SETUP)
    yield kernel
    kernel.close()


def test_messages_come_in_order_and_the_map_once(kernel: Kernel) -> None:
    kernel.wait_for(status("done", 0))
    first = [content["kind"] for content in kernel.heard]
    assert first[:3] == ["status", "status", "map"]
    assert first.index("map") < first.index("placed")

    comm_id = kernel.execute("print(explorer.comm.comm_id, end='')")
    before = run_count(kernel)
    kernel.heard.clear()
    kernel.page(comm_id, None, method="update", state={"search": "a red apple"}, buffer_paths=[])
    kernel.wait_for(status("done", before))
    placed = [content["data"]["label"] for content in kernel.heard if content["kind"] == "placed"]
    assert placed == ["a red apple"]
    assert not any(content["kind"] == "map" for content in kernel.heard)

    kernel.heard.clear()
    kernel.page(comm_id, None, method="custom", content={"kind": "ready"})
    kernel.wait_for(status("done", before))
    assert [content["kind"] for content in kernel.heard if content["kind"] in {"map", "placed"}] == ["map", "placed"]


def test_a_search_that_is_not_allowed_is_refused_and_the_last_one_stays(kernel: Kernel) -> None:
    comm_id = kernel.execute("print(explorer.comm.comm_id, end='')")
    kernel.heard.clear()
    kernel.page(comm_id, None, method="update", state={"search": "a" * 10_001, "projection": "tsne"}, buffer_paths=[])
    kernel.wait_for(lambda content: content["kind"] == "refused" and content["data"]["field"] == "projection")
    assert {content["data"]["field"] for content in kernel.heard if content["kind"] == "refused"} == {"search", "projection"}
    assert kernel.execute("print(explorer.search, explorer.projection, explorer.status, end='')") == "a red apple umap done"
