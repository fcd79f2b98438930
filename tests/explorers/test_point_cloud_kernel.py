"""What goes on, in a real kernel: it takes turns with a denoising run, and hears the page while it computes and while a cell runs."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import pytest

from tests.explorers.front_end import Kernel, status

pytestmark = pytest.mark.kernel

SETUP = """
import time, torch
torch.set_num_threads(1)
import diffexplain as dx
from docs.examples.point_cloud import PointCloudExplorer
from tests import tiny
PointCloudExplorer.goal = 3
pipe = tiny.sd()
explorer = PointCloudExplorer(pipe.unet, points=60, width=8).wait(60)
updates = lambda: explorer._sessions._going.updates
print(explorer.comm.comm_id, end="")
"""


@pytest.fixture(scope="module")
def started() -> Iterator[tuple[Kernel, str]]:
    kernel = Kernel()
    try:
        yield kernel, kernel.execute(SETUP)
    finally:
        kernel.close()


@pytest.fixture
def kernel(started: tuple[Kernel, str]) -> Kernel:
    started[0].heard.clear()
    return started[0]


@pytest.fixture
def comm_id(started: tuple[Kernel, str]) -> str:
    return started[1]


def says(kernel: Kernel, comm_id: str, subshell: str | None, **content: Any) -> None:
    kernel.page(comm_id, subshell, method="custom", content=content)


def state(name: str) -> Any:
    return status(name, 0)


def test_a_denoising_run_on_the_same_network_takes_its_turn_between_two_slices(kernel: Kernel) -> None:
    printed = kernel.execute(
        "other, order = dx.DenoiseExplorer(pipe, prompt='a', steps=2).wait(60), []\n"
        "explorer.on_message(lambda m: order.append(m.kind if m.kind != 'status' else m.state) if m.kind != 'field' else None)\n"
        "explorer.resume()\n"
        "while 'losses' not in order: time.sleep(0.01)\n"
        "other.on_message(lambda m: order.append('run'))\n"
        "order.append('asked'); other.seed = 5; other.wait(60)\n"
        "after = order.index('run')\n"
        "while 'losses' not in order[after:]: time.sleep(0.01)\n"
        "explorer.pause(); explorer.wait(10); other.close()\n"
        "run = [kind for kind in order[after:after + order[after:].index('losses')]]\n"
        "print(explorer.status, order[order.index('asked'):after].count('losses') <= 2, set(run) <= {'run', 'sheet'}, end='')"
    )
    assert printed == "paused True True"


def test_a_page_pauses_it_within_a_slice_while_a_cell_runs(kernel: Kernel, comm_id: str) -> None:
    subshell = kernel.subshell()
    if subshell is None:
        pytest.skip("this ipykernel has no subshells")
    kernel.begin("explorer.resume()")
    kernel.wait_for(state("running"))
    kernel.wait_for(lambda content: content["kind"] == "losses")
    cell = kernel.begin("for _ in range(400): time.sleep(0.05)")
    time.sleep(0.3)
    kernel.heard.clear()
    start = time.monotonic()
    says(kernel, comm_id, subshell, kind="pause")
    kernel.wait_for(state("paused"))
    assert time.monotonic() - start < 1.5  # 0.2 s and the way there and back, on a busy machine
    assert cell not in kernel.ended
    says(kernel, comm_id, subshell, kind="resume", updates=2)
    kernel.wait_for(lambda content: content["kind"] == "losses" and content["data"]["at"]["shape"] == [2])
    assert cell not in kernel.ended
    kernel.manager.interrupt_kernel()
    kernel.wait_for(lambda _: cell in kernel.ended)


@pytest.mark.parametrize("shell", ["main", "subshell"])
def test_the_rate_is_changed_on_the_way_whatever_thread_hears_it(kernel: Kernel, comm_id: str, shell: str) -> None:
    subshell = kernel.subshell() if shell == "subshell" else None
    if shell == "subshell" and subshell is None:
        pytest.skip("this ipykernel has no subshells")
    rate = {"main": 0.01, "subshell": 0.02}[shell]
    kernel.execute("explorer.resume()")
    kernel.wait_for(state("running"))
    kernel.page(comm_id, subshell, method="update", state={"rate": rate}, buffer_paths=[])
    kernel.wait_for(lambda content: content["kind"] == "changed" and content["data"]["value"] == str(rate))
    kernel.heard.clear()
    kernel.wait_for(lambda content: content["kind"] == "losses")  # a pause may come before the slice that reads it
    says(kernel, comm_id, subshell, kind="pause")
    kernel.wait_for(state("paused"))
    assert kernel.execute("print(explorer.rate, explorer._sessions._going.session.rate, end='')") == f"{rate} {rate}"


def test_an_interrupt_ends_the_cell_that_waits_and_not_the_session(kernel: Kernel) -> None:
    cell = kernel.begin("explorer.resume(); explorer.wait()")
    kernel.wait_for(state("running"))
    kernel.wait_for(lambda content: content["kind"] == "losses")
    kernel.manager.interrupt_kernel()
    kernel.wait_for(lambda _: cell in kernel.ended)
    assert kernel.execute("before = updates(); time.sleep(1); print(updates() > before, explorer.status, end='')") in {
        "True running",
        "True queued",
    }
    assert kernel.execute("explorer.pause(); explorer.wait(10); print(explorer.status, end='')") == "paused"


def test_a_page_that_comes_in_the_middle_is_told_all_after_its_mark(kernel: Kernel, comm_id: str) -> None:
    kernel.execute("explorer.resume()")
    kernel.wait_for(state("running"))
    says(kernel, comm_id, None, kind="ready", view="mine")
    kernel.wait_for(lambda content: content["kind"] == "replaying")
    kernel.execute("explorer.pause(); explorer.wait(10)")
    mark = next(at for at, content in enumerate(kernel.heard) if content["kind"] == "replaying")
    assert kernel.heard[mark]["data"] == {"view": "mine"}
    numbers = [content["number"] for content in kernel.heard[mark + 1 :]]
    assert numbers == sorted(set(numbers))
    assert "begin" in [content["kind"] for content in kernel.heard[mark + 1 :]]


def test_running_its_cell_again_closes_what_goes_on(kernel: Kernel) -> None:
    code = (
        "again = PointCloudExplorer(pipe.unet, points=60, width=8); again.resume(); made = globals().get('made', []) + [again]"
    )

    def run() -> None:
        request = kernel.client.session.msg("execute_request", {"code": code, "silent": False, "store_history": True, "user_expressions": {}, "allow_stdin": False, "stop_on_error": True}, metadata={"cellId": "cell-1"})  # fmt: skip
        kernel.client.shell_channel.send(request)
        kernel.execute("None")

    run()
    run()
    printed = kernel.execute("print([m.comm is not None for m in made], made[0]._sessions._going, end=''); made[1].close()")
    assert printed == "[False, True] None"
