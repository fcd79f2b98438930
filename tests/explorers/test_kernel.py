"""In a real kernel, with messages as JupyterLab sends them: to the main shell or to a subshell, while a cell runs or none does.

``DIFFEXPLAIN_KERNEL_PATH`` names a folder that goes first on the kernel's path, with another ipykernel in it (`make kernels`).
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.explorers.front_end import Kernel, status

pytestmark = pytest.mark.kernel

ROOT = Path(__file__).parents[2]

SETUP = """
import time, torch, ipykernel
torch.set_num_threads(1)
import diffexplain as dx
from tests import tiny
explorer = dx.DenoiseExplorer(tiny.sd(), prompt="a red circle", steps=3)
explorer.wait(120)
print(ipykernel.__version__, end="")
"""


@pytest.fixture(scope="module")
def kernel() -> Iterator[Kernel]:
    kernel = Kernel()
    print("ipykernel", kernel.execute(SETUP))
    yield kernel
    kernel.close()


@pytest.mark.parametrize("shell", ["main", "subshell"])
def test_a_change_from_the_page_runs_whatever_thread_hears_it(kernel: Kernel, shell: str) -> None:
    subshell = kernel.subshell() if shell == "subshell" else None
    if shell == "subshell" and subshell is None:
        pytest.skip("this ipykernel has no subshells")
    comm_id = kernel.execute("print(explorer.comm.comm_id, end='')")
    for seed in (21, 22):  # the first echo moves 7.4's replies to another shell
        before = int(kernel.execute("print(explorer._runs.history.count, end='')"))
        kernel.page(comm_id, subshell, method="update", state={"seed": seed}, buffer_paths=[])
        kernel.wait_for(status("done", before))
        assert kernel.execute("print(explorer.seed, explorer.trace.seed, end='')") == f"{seed} {seed}"


def test_a_page_is_heard_on_a_subshell_while_a_cell_runs(kernel: Kernel) -> None:
    subshell = kernel.subshell()
    if subshell is None:
        pytest.skip("this ipykernel has no subshells")
    comm_id = kernel.execute("explorer.steps = 1000; print(explorer.comm.comm_id, end='')")
    before = int(kernel.execute("print(explorer._runs.history.count, end='')")) - 1
    cell = kernel.begin("for _ in range(200): time.sleep(0.05)")
    time.sleep(0.5)
    kernel.page(comm_id, subshell, method="custom", content={"kind": "cancel"})
    kernel.wait_for(status("cancelled", before))
    assert cell not in kernel.ended  # heard while the cell was running, not after it
    kernel.page(comm_id, subshell, method="update", state={"steps": 2}, buffer_paths=[])
    kernel.wait_for(status("done", before + 1))
    assert cell not in kernel.ended
    kernel.manager.interrupt_kernel()
    kernel.wait_for(lambda _: cell in kernel.ended)
    assert kernel.execute("print(explorer.steps, len(explorer.trace.steps), end='')") == "2 2"


def test_an_explorer_is_heard_while_the_cell_that_made_it_waits(kernel: Kernel) -> None:
    subshell, known = kernel.subshell(), len(kernel.opened)
    if subshell is None:
        pytest.skip("this ipykernel has no subshells")
    kernel.begin(
        "states = []\n"
        "fresh = dx.DenoiseExplorer(explorer.pipeline, prompt='a', steps=1000)\n"
        "fresh.on_message(lambda message: message.kind == 'status' and states.append(message.state))\n"
        "fresh.wait(60)"
    )
    comm_id = kernel.next_opened(known)
    kernel.heard.clear()
    kernel.wait_for(lambda content: content["kind"] == "step")  # ipywidgets hears nothing in the instant after opening
    kernel.page(comm_id, subshell, method="update", state={"steps": 2}, buffer_paths=[])
    assert kernel.execute("print(states.count('done'), fresh.steps, len(fresh.trace.steps), end=''); fresh.close()") == "1 2 2"


def test_without_a_subshell_a_page_is_heard_when_the_cell_has_ended(kernel: Kernel) -> None:
    comm_id = kernel.execute("print(explorer.comm.comm_id, end='')")
    before = int(kernel.execute("print(explorer._runs.history.count, end='')"))
    kernel.begin("time.sleep(1)")
    kernel.page(comm_id, None, method="update", state={"seed": 31}, buffer_paths=[])
    kernel.wait_for(status("done", before))
    assert kernel.execute("print(explorer.trace.seed, end='')") == "31"


def test_a_cell_that_changes_a_trait_returns_at_once_and_wait_raises(kernel: Kernel) -> None:
    printed = kernel.execute(
        "explorer.steps = 900; quick = explorer.status in ('queued', 'running')\n"
        "explorer.pipeline.unet.forward, kept = (lambda *a, **k: 1 / 0), explorer.pipeline.unet.forward\n"
        "explorer.steps = 3\n"
        "try: explorer.wait(60)\nexcept ZeroDivisionError: print(quick, explorer.status, end='')\n"
        "finally: del explorer.pipeline.unet.forward"
    )
    assert printed == "True failed"


def test_running_a_cell_again_closes_what_it_made_before(kernel: Kernel) -> None:
    code = "mine = [dx.DenoiseExplorer(explorer.pipeline, prompt='a', steps=1) for _ in range(2)]; made = globals().get('made', []) + mine"

    def run() -> None:
        request = kernel.client.session.msg("execute_request", {"code": code, "silent": False, "store_history": True, "user_expressions": {}, "allow_stdin": False, "stop_on_error": True}, metadata={"cellId": "cell-1"})  # fmt: skip
        kernel.client.shell_channel.send(request)
        kernel.execute("None")

    run()
    run()
    assert kernel.execute("print([m.comm is not None for m in made], end='')") == "[False, False, True, True]"
