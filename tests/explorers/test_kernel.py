"""In a real kernel, with messages as JupyterLab sends them: to the main shell or to a subshell, while a cell runs or none does.

One kernel serves all tests, and so all explorers: it takes longer to start than they do to run.

``DIFFEXPLAIN_KERNEL_PATH`` names a folder that goes first on the kernel's path, with another ipykernel in it (`make kernels`).
"""

from __future__ import annotations

import io
import time
from collections.abc import Iterator
from importlib import import_module
from typing import Any

import pytest
from PIL import Image

from diffexplain.explorers.registry import CLASSES, home
from diffexplain.live.status import KINDS
from tests.explorers.examples import PREAMBLE, code, example, of_each_kind, resting
from tests.explorers.front_end import Kernel, run_count, status

pytestmark = pytest.mark.kernel
every_explorer = pytest.mark.parametrize("name", CLASSES)

SETUP = f"""
{PREAMBLE}
import time, ipykernel
examples = {{}}
explorer = dx.DenoiseExplorer(pipe, prompt="a red circle", steps=3)
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
        before = run_count(kernel, "explorer")
        kernel.page(comm_id, subshell, method="update", state={"seed": seed}, buffer_paths=[])
        kernel.wait_for(status("done", before))
        assert kernel.execute("print(explorer.seed, explorer.trace.seed, end='')") == f"{seed} {seed}"


def test_a_page_is_heard_on_a_subshell_while_a_cell_runs(kernel: Kernel) -> None:
    subshell = kernel.subshell()
    if subshell is None:
        pytest.skip("this ipykernel has no subshells")
    comm_id = kernel.execute("explorer.steps = 1000; print(explorer.comm.comm_id, end='')")
    before = run_count(kernel, "explorer") - 1
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


@pytest.mark.parametrize("shell", ["main", "subshell"])
def test_a_page_that_asks_whether_anybody_is_there_is_answered(kernel: Kernel, shell: str) -> None:
    """At once, and through a subshell also while a cell runs: what it has said is nothing that a page keeps."""
    subshell = kernel.subshell() if shell == "subshell" else None
    if shell == "subshell" and subshell is None:
        pytest.skip("this ipykernel has no subshells")
    comm_id = kernel.execute("print(explorer.comm.comm_id, end='')")
    before = run_count(kernel, "explorer")
    cell = kernel.begin("for _ in range(200): time.sleep(0.05)") if subshell is not None else ""
    kernel.heard.clear()
    time.sleep(0.3)
    kernel.page(comm_id, subshell, method="custom", content={"kind": "ping"})
    kernel.wait_for(lambda content: content["kind"] == "pong", timeout=1.8)  # as long as a page waits: kit/answers.js
    assert cell not in kernel.ended
    if cell:
        kernel.manager.interrupt_kernel()
        kernel.wait_for(lambda _: cell in kernel.ended)
    assert run_count(kernel, "explorer") == before


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
    before = run_count(kernel, "explorer")
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


LOOP = """
import threading, ipywidgets
from IPython.display import display
from diffexplain.live.worker import Worker

loop, views, order, go, begun = [], [], [], threading.Event(), threading.Event()
busy = Worker.of(explorer.pipeline.unet).client()

def hold(job):
    begun.set()
    go.wait(60)

busy.submit(hold)
begun.wait(10)

def draw(seed):
    made = dx.DenoiseExplorer(explorer.pipeline, prompt="a", seed=seed, steps=2)
    made.on_message(lambda message: message.kind == "status" and message.state == "running" and order.append(seed))
    loop.append(made)
    views.append(SHOWN)
    display(views[-1])

control = ipywidgets.interactive(draw, seed=(0, 20))
print(control.children[0].comm.comm_id, control.out.comm.comm_id, end="")
"""
STANDING = "print([each.seed for each in loop if each.comm is not None], end='')"


def shown(kernel: Kernel, output: str, *models: str) -> None:
    """Say what an Output shows, as its page does."""
    data = [{"application/vnd.jupyter.widget-view+json": {"model_id": model}} for model in models]
    outputs = [{"output_type": "display_data", "data": {"text/plain": "", **each}, "metadata": {}} for each in data]
    kernel.page(output, None, method="update", state={"outputs": outputs}, buffer_paths=[])


@pytest.mark.parametrize("wrapped", ["made", "ipywidgets.VBox([made])"])
def test_of_a_loop_of_explorers_the_newest_is_served_first_and_those_that_are_gone_are_closed(
    kernel: Kernel, wrapped: str
) -> None:
    slider, output = kernel.execute(LOOP.replace("SHOWN", wrapped)).split()
    first = int(kernel.execute("print(loop[0].seed, end='')"))
    for seed in range(12):
        if seed != first:
            kernel.page(slider, None, method="update", state={"value": seed}, buffer_paths=[])
    asked = [first, *(seed for seed in range(12) if seed != first)]
    assert kernel.execute(STANDING) == str(asked)
    assert kernel.execute("go.set(); loop[-1].wait(60); print(order[0], end='')") == "11"
    assert kernel.execute("[each.wait(60) for each in loop]; print(sorted(order), end='')") == str(sorted(asked))

    shown(kernel, output, *kernel.execute("print(*[each.model_id for each in views[-3:]], end='')").split())
    gone = asked[:-3] if wrapped == "made" else []  # inside another widget none was seen before
    assert kernel.execute(STANDING) == str([seed for seed in asked if seed not in gone])
    shown(kernel, output, *kernel.execute("print(views[-1].model_id, end='')").split())
    assert kernel.execute(STANDING) == str([seed for seed in asked if seed not in {*gone, *asked[-3:-1]}])
    kernel.execute("[each.close() for each in loop]; busy.close(); control.close_all()")


def test_an_explorer_that_a_loop_only_shows_stays(kernel: Kernel) -> None:
    code = """
    both = {name: dx.DenoiseExplorer(explorer.pipeline, prompt=name, steps=1) for name in ("a", "red")}
    control = ipywidgets.interactive(lambda name: display(both[name]), name=["a", "red"])
    print(control.children[0].comm.comm_id, control.out.comm.comm_id, both["red"].model_id, end="")
    """
    chooser, output, red = kernel.execute("\n".join(line[4:] for line in code.splitlines())).split()
    kernel.page(chooser, None, method="update", state={"index": 1}, buffer_paths=[])
    shown(kernel, output, red)
    assert kernel.execute("print([each.comm is not None for each in both.values()], end='')") == "[True, True]"
    kernel.execute("[each.close() for each in both.values()]")


# Every explorer


def opened(kernel: Kernel, name: str) -> tuple[str, str]:
    """The tiny example of an explorer, made once: how the kernel calls it, and its comm."""
    called = f"examples[{name!r}]"
    return called, kernel.execute(
        f"if {name!r} not in examples: {called} = {code(name)}\n{called}.wait(120); print({called}.comm.comm_id, end='')"
    )


def length(contents: list[dict[str, Any]], kind: str) -> int:
    """How many entries a series has that was told in so many messages."""
    return sum(content["data"]["at"]["shape"][0] for content in contents if content["kind"] == kind)


@every_explorer
def test_a_page_changes_it_and_hears_the_run_in_order(kernel: Kernel, name: str) -> None:
    called, comm_id = opened(kernel, name)
    (field, value), before = example(name).change, run_count(kernel, called)
    kernel.heard.clear()
    kernel.page(comm_id, kernel.subshell(), method="update", state={field: value}, buffer_paths=[])
    kernel.wait_for(status(resting(name), before))
    heard = [content for content in kernel.heard if content["run"] == before + 1]
    assert [content["number"] for content in heard] == list(range(len(heard)))
    assert [content["data"]["state"] for content in heard if content["kind"] == "status"] == [
        "queued",
        "running",
        resting(name),
    ]
    assert kernel.execute(f"print({called}.{field} == {value!r}, end='')") == "True"

    kernel.heard.clear()
    kernel.page(comm_id, kernel.subshell(), method="custom", content={"kind": "ready"})
    kernel.wait_for(status(resting(name), before))
    again = [content for content in kernel.heard if content["run"] == before + 1]
    told = [content for content in again if content in heard]
    assert told == [content for content in heard if content in again]
    passing = {content["kind"] for content in heard if content not in again}
    kinds = [*KINDS, *import_module(f"{home(name)}.messages").MESSAGES]
    series = {
        content["kind"] for content in again if content not in heard
    }  # a run that goes on: one message for the many of its slices
    assert passing - series <= {kind.kind for kind in kinds if kind.retain == "newest"}
    assert series <= {kind.kind for kind in kinds if isinstance(kind.retain, int)}
    for kind in series:
        assert length(again, kind) == length(heard, kind)


@every_explorer
def test_what_a_page_may_not_set_is_refused_without_a_run(kernel: Kernel, name: str) -> None:
    called, comm_id = opened(kernel, name)
    (field, value, _), before = example(name).refused, run_count(kernel, called)
    kept = kernel.execute(f"print({called}.{field}, end='')")
    kernel.heard.clear()
    kernel.page(comm_id, kernel.subshell(), method="update", state={field: value}, buffer_paths=[])
    kernel.wait_for(lambda content: content["kind"] == "refused" and content["data"]["field"] == field)
    assert kernel.execute(f"print({called}.{field}, end='')") == kept
    assert (run_count(kernel, called), kernel.execute(f"print({called}.status, end='')")) == (before, resting(name))


@of_each_kind
def test_a_page_cancels_and_the_newest_wins(kernel: Kernel, name: str) -> None:
    called, comm_id = opened(kernel, name)
    before, subshell = run_count(kernel, called), kernel.subshell()
    kernel.heard.clear()
    for _ in range(2):  # the second is for sure to find the first at work or in line
        kernel.page(comm_id, subshell, method="custom", content={"kind": "run"})
    kernel.page(comm_id, subshell, method="custom", content={"kind": "cancel"})
    kernel.page(comm_id, subshell, method="custom", content={"kind": "run"})
    kernel.wait_for(status(resting(name), before + 2))
    assert kernel.execute(f"{called}.wait(60); print({called}.status, end='')") == resting(name)
    assert run_count(kernel, called) == before + 3


def test_an_upload_becomes_a_picture_and_what_is_none_is_refused(kernel: Kernel) -> None:
    data = io.BytesIO()
    Image.new("L", (7, 5), 100).save(data, "PNG")
    tried = []
    for name in CLASSES:
        called, comm_id = opened(kernel, name)
        for field in kernel.execute(f"print(*{called}.takes_pictures, end='')").split():
            before = run_count(kernel, called)
            content = {"kind": "picture", "field": field}
            kernel.heard.clear()
            kernel.page(comm_id, kernel.subshell(), data.getvalue(), method="custom", content=content)
            kernel.wait_for(status(resting(name), before))
            assert "upload:" in kernel.execute(f"print({called}.{field}, end='')")
            kernel.page(comm_id, kernel.subshell(), b"<svg onload=alert(1)>", method="custom", content=content)
            kernel.wait_for(lambda content, field=field: content["kind"] == "refused" and content["data"]["field"] == field)
            assert run_count(kernel, called) == before + 1
            tried.append(name)
    assert tried
