"""The similarity explorer in a real kernel: what a page sets, uploads and cancels, and what it hears."""

from __future__ import annotations

import io
from collections.abc import Iterator

import pytest
from PIL import Image

from tests.explorers.front_end import Kernel, in_kernel, run_count, status

pytestmark = pytest.mark.kernel

SETUP = """
import torch
torch.set_num_threads(1)
import diffexplain as dx
from tests import tiny, tiny_clip
explorer = dx.SimilarityExplorer(["gallery:1", "gallery:2"], ["a", "blue"], clip=tiny_clip.clip(), pipeline=tiny.sd())
explorer.wait(120)
print(explorer.comm.comm_id, end="")
"""


@pytest.fixture(scope="module")
def kernel() -> Iterator[tuple[Kernel, str]]:
    yield from in_kernel(SETUP)


def test_texts_set_by_a_page_are_answered_in_order(kernel: tuple[Kernel, str]) -> None:
    front, comm_id = kernel
    before = run_count(front)
    front.heard.clear()
    front.page(comm_id, front.subshell(), method="update", state={"texts": ["red", "green", "一只狐狸"]}, buffer_paths=[])
    front.wait_for(status("done", before))
    heard = [content for content in front.heard if content["run"] == before + 1]
    assert [content["kind"] for content in heard] == ["status", "status", "matrix", "status"]
    assert [content["number"] for content in heard] == list(range(4))
    matrix = heard[2]["data"]
    assert matrix["cosines"] == {"buffer": 0, "dtype": "float32", "shape": [2, 3]}
    assert matrix["request"]["texts"] == ["red", "green", "一只狐狸"]


def test_an_upload_becomes_a_picture_and_what_is_none_is_refused(kernel: tuple[Kernel, str]) -> None:
    front, comm_id = kernel
    before = run_count(front)
    data = io.BytesIO()
    Image.new("L", (7, 5), 100).save(data, "PNG")

    def uploads(content: bytes) -> None:
        message = front.client.session.msg(
            "comm_msg", {"comm_id": comm_id, "data": {"method": "custom", "content": {"kind": "picture", "field": "pictures"}}}
        )
        front.client.session.send(front.client.shell_channel.socket, message, buffers=[content])

    uploads(data.getvalue())
    front.wait_for(status("done", before))
    assert front.execute("print(explorer.cosines.shape[0], explorer.pictures[2][:7], end='')") == "3 upload:"
    uploads(b"<svg onload=alert(1)>")
    front.wait_for(lambda content: content["kind"] == "refused")
    assert run_count(front) == before + 1


def test_a_page_cancels_the_older_way_and_keeps_the_matrix(kernel: tuple[Kernel, str]) -> None:
    front, comm_id = kernel
    before = run_count(front)
    front.page(
        comm_id, front.subshell(), method="update", state={"older_prompt": "a red circle", "older_steps": 200}, buffer_paths=[]
    )
    front.wait_for(lambda content: content["kind"] == "progress" and content["data"]["task"] == "older")
    front.page(comm_id, front.subshell(), method="custom", content={"kind": "cancel"})
    front.wait_for(status("done", before))
    assert front.execute("print(explorer.status, end='')") == "done"
