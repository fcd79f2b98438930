"""The noise explorer in a real kernel: what a page sets, uploads and cancels, and what it hears."""

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
from tests import tiny
explorer = dx.NoiseExplorer(tiny.sd(), steps=5)
explorer.wait(120)
print(explorer.comm.comm_id, end="")
"""


@pytest.fixture(scope="module")
def kernel() -> Iterator[tuple[Kernel, str]]:
    yield from in_kernel(SETUP)


def test_a_schedule_set_by_a_page_is_answered_in_order(kernel: tuple[Kernel, str]) -> None:
    front, comm_id = kernel
    before = run_count(front)
    front.heard.clear()
    front.page(comm_id, front.subshell(), method="update", state={"schedule": "flow", "compare": ["linear"]}, buffer_paths=[])
    front.wait_for(status("done", before))
    heard = [content for content in front.heard if content["run"] == before + 1]
    assert [content["kind"] for content in heard] == ["status", "status", "begin", *["frame"] * 5, "end", "status"]
    assert [content["number"] for content in heard] == list(range(len(heard)))
    begin = heard[2]["data"]
    assert [curve["name"] for curve in begin["curves"]] == ["flow", "linear"]
    assert begin["x0"] == {"buffer": 1, "dtype": "float16", "shape": [3, 64, 64]}
    assert begin["preview_matrix"] is None
    assert [content["data"]["step"] for content in heard[3:8]] == begin["frames"] == [1, 2, 3, 4, 5]


def test_an_upload_becomes_the_picture_and_what_is_none_is_refused(kernel: tuple[Kernel, str]) -> None:
    front, comm_id = kernel
    before = run_count(front)
    data = io.BytesIO()
    Image.new("L", (7, 5), 100).save(data, "PNG")

    def uploads(content: bytes) -> None:
        message = front.client.session.msg(
            "comm_msg", {"comm_id": comm_id, "data": {"method": "custom", "content": {"kind": "picture", "field": "picture"}}}
        )
        front.client.session.send(front.client.shell_channel.socket, message, buffers=[content])

    uploads(data.getvalue())
    front.wait_for(status("done", before))
    assert front.execute("print(explorer.picture[:7], explorer.original.getpixel((0, 0)), end='')") == "upload: (100, 100, 100)"
    uploads(b"<svg onload=alert(1)>")
    front.wait_for(lambda content: content["kind"] == "refused" and content["data"]["field"] == "picture")
    assert run_count(front) == before + 1


def test_a_page_cancels_a_drawing_and_goes_on(kernel: tuple[Kernel, str]) -> None:
    front, comm_id = kernel
    before = run_count(front)
    front.page(comm_id, front.subshell(), method="update", state={"picture": "prompt:a red circle"}, buffer_paths=[])
    front.wait_for(lambda content: content["kind"] == "progress" and content["run"] == before + 1)
    front.page(comm_id, front.subshell(), method="update", state={"picture": "gallery:2"}, buffer_paths=[])  # the newest wins
    front.wait_for(status("done", before + 1))
    assert front.execute("print(explorer.status, explorer.picture, len(explorer.noised), end='')") == "done gallery:2 5"
