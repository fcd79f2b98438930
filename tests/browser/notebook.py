"""A notebook in JupyterLab, as the tests of the explorers use it: opened, run, and waited for."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import nbformat
from playwright.sync_api import Locator, Page, expect

# Not ours: what JupyterLab itself, or its closed network, writes to the console.
FOREIGN = ("favicon", "WebSocket", "net::ERR", "Failed to load resource", "jupyterlab_pygments", "sourcemap")

OPEN = "cell.ipynb"  # the notebook of one cell that stays open
_READY = (
    "async () => { const panel = jupyterapp.shell.currentWidget; await panel.context.ready; await panel.sessionContext.ready; }"
)
_RUN = """code => {
  const { content } = jupyterapp.shell.currentWidget;
  content.activeCellIndex = 0;
  content.activeCell.model.sharedModel.setSource(code);
  jupyterapp.commands.execute('notebook:run-cell');
}"""
_IS_DONE = "before => { const { run, state } = document.querySelector('.dx').dataset; return Number(run) > before && /done|paused/.test(state) }"


def close_kernels(page: Page, lab: str, but: str | None = None) -> None:
    """All kernels, but for that of one notebook, and of the one that stays open."""
    for session in page.request.get(f"{lab}/api/sessions").json():
        if session["path"] not in (but, OPEN):
            page.request.delete(f"{lab}/api/sessions/{session['id']}")


def open_and_run(page: Page, lab: str, path: str) -> Locator:
    """Open a notebook, run all of it, and return its first explorer as soon as that is there.

    A notebook that was open before is run in the kernel that it had: to start one takes longer than most tests.
    """
    close_kernels(page, lab, but=path)
    _open(page, lab, path)
    page.evaluate("() => jupyterapp.commands.execute('notebook:run-all-cells')")
    explorer = page.locator(".dx").first
    expect(explorer).to_be_visible(timeout=120_000)
    return explorer


def open_empty(page: Page, lab: str, path: str = OPEN) -> None:
    """Open a notebook with one empty cell and a kernel."""
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("")])
    notebook.metadata.kernelspec = {"name": "python3", "display_name": "Python 3"}
    body = json.dumps({"type": "notebook", "format": "json", "content": notebook})
    page.request.put(f"{lab}/api/contents/{path}", data=body, headers={"Content-Type": "application/json"})
    _open(page, lab, path)


def address(lab: str, path: str) -> str:
    """Where a notebook opens alone, in a workspace of its own.

    The server keeps one workspace for all pages that name none: a page that is loaded anew there brings back what others had open.
    """
    return f"{lab}/lab/workspaces/{Path(path).stem}/tree/{path}?reset"


def _open(page: Page, lab: str, path: str) -> None:
    page.goto(address(lab, path))
    page.wait_for_function("window.jupyterapp?.shell.currentWidget?.context", timeout=60_000)
    page.evaluate(_READY)


def run_cell(page: Page, code: str) -> Locator:
    """Run code as the only cell of the notebook that `open_empty` opened; return its first explorer once that is there."""
    page.evaluate("() => jupyterapp.commands.execute('notebook:clear-cell-output')")
    expect(page.locator(".dx")).to_have_count(0)
    page.evaluate(_RUN, code)
    explorer = page.locator(".dx").first
    expect(explorer).to_be_visible(timeout=120_000)
    explorer.scroll_into_view_if_needed()
    return explorer


BUNDLED = "import torch\ntorch.set_num_threads(1)\nimport diffexplain as dx"


def run_explorer(page: Page, made: str, before: str = BUNDLED) -> Locator:
    """Runs a cell that makes an explorer, as ``dx.SeedExplorer(count=4)``, and shows it; returns it when its first run is done.

    Where the pictures are none that anybody looks at, it takes the tiny pipeline of `tests.explorers.examples.PREAMBLE`, which runs `before`.
    """
    explorer = run_cell(page, f"{before}\nexplorer = {made}\nexplorer")
    wait_until_done(page)
    return explorer


def wait_until_done(page: Page, before: int = 0, timeout: float = 120_000) -> None:
    """Until a run of the first explorer that came after this one is done; a session pauses where it was to go to."""
    page.wait_for_function(_IS_DONE, arg=before, timeout=timeout)


@contextmanager
def new_run(page: Page) -> Iterator[None]:
    """Wait until a run that began in this block is done."""
    before = int(page.locator(".dx").first.get_attribute("data-run") or 0)
    yield
    wait_until_done(page, before)
