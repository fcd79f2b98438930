"""Explorers outside of JupyterLab: Notebook 7, Voilà and marimo, each served as its users do (docs/front-ends.md)."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import nbformat
import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Watched
from tests.browser.server import ROOT

pytestmark = [pytest.mark.more, pytest.mark.timeout(600)]

CODE = "import diffexplain as dx\nexplorer = dx.DenoiseExplorer(prompt='a fox', steps=4)\nexplorer"
MARIMO = """import marimo

app = marimo.App()


@app.cell
def _():
    import marimo
    import diffexplain as dx

    marimo.ui.anywidget(dx.DenoiseExplorer(prompt="a fox", steps=4))
    return
"""
KERNEL = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}  # else Notebook 7 asks for one
IDLE = "window.jupyterapp?.shell.currentWidget?.context?.sessionContext?.session?.kernel?.status === 'idle'"
OURS = ("diffexplain", "anywidget", "blob:")  # in an error on the console; front ends have others, of their own extensions


def _write(folder: Path) -> None:
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(CODE)], metadata=KERNEL)
    nbformat.write(notebook, folder / "one.ipynb")


def _notebook(folder: Path, port: int) -> tuple[list[str], str]:
    _write(folder)
    options = [
        f"--ServerApp.port={port}",
        "--IdentityProvider.token=",
        "--no-browser",
        "--allow-root",
        "--expose-app-in-browser",
    ]
    return ["-m", "notebook", *options], "/notebooks/one.ipynb"


def _voila(folder: Path, port: int) -> tuple[list[str], str]:
    _write(folder)
    return ["-m", "voila", "one.ipynb", "--no-browser", f"--port={port}", "--Voila.ip=127.0.0.1"], "/"


def _marimo(folder: Path, port: int) -> tuple[list[str], str]:
    (folder / "one.py").write_text(MARIMO)
    return ["-m", "marimo", "run", "one.py", "--headless", "--host=127.0.0.1", f"--port={port}", "--no-token"], "/"


SERVERS = {"notebook": _notebook, "voila": _voila, "marimo": _marimo}


@contextmanager
def served(name: str, folder: Path) -> Iterator[str]:
    """Serve one explorer and give the address of its page."""
    pytest.importorskip(name, reason=f"`make test-more` installs {name}")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    arguments, path = SERVERS[name](folder, port)
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "JUPYTER_CONFIG_DIR": str(folder), "HOME": str(folder)}
    with (folder / "log").open("w") as log:
        server = subprocess.Popen([sys.executable, *arguments], cwd=folder, env=environment, stdout=log, stderr=log)
    try:
        for _ in range(240):
            assert server.poll() is None, (folder / "log").read_text()
            with socket.socket() as tried:
                if tried.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.25)
        yield f"http://127.0.0.1:{port}{path}"
    finally:
        server.terminate()
        server.wait(30)


def _is_listed_and_brought(page: Page) -> None:
    """The extension's panel in Notebook 7: it lists what lives in the kernel, and shows it below the notebook, the same one."""
    page.evaluate("() => void jupyterapp.commands.execute('diffexplain:show-explorers')")
    card = page.locator(".dx-lab-card")
    expect(card).to_contain_text("a red apple", timeout=30_000)
    card.get_by_role("button", name="Bring it here").click()
    brought = page.locator(".dx-lab-brought .dx")
    expect(brought).to_have_attribute("data-state", "done", timeout=60_000)
    prompt = brought.get_by_label("Prompt", exact=True)
    prompt.fill("a green apple")
    prompt.press("Enter")
    expect(page.locator(".jp-Notebook .dx").get_by_label("Prompt", exact=True)).to_have_value("a green apple")


@pytest.mark.parametrize("name", SERVERS)
def test_an_explorer_is_live(tmp_path: Path, watched: Watched, name: str) -> None:
    page = watched.page
    with served(name, tmp_path) as address:
        page.goto(address, wait_until="commit", timeout=120_000)
        if name == "notebook":
            page.wait_for_function(IDLE, timeout=60_000)  # what is run earlier is never run
            page.evaluate("() => void jupyterapp.commands.execute('notebook:run-all-cells')")
        prompt = page.get_by_label("Prompt", exact=True)
        expect(prompt).to_be_visible(timeout=150_000)
        explorer = page.locator(".dx").first  # in marimo it stands in a shadow tree, which locators look into
        expect(explorer).to_have_attribute("data-state", "done", timeout=60_000)
        before = explorer.get_attribute("data-run") or ""
        prompt.fill("a red apple")
        prompt.press("Enter")
        expect(explorer).not_to_have_attribute("data-run", before, timeout=60_000)
        expect(explorer).to_have_attribute("data-state", "done", timeout=60_000)
        expect(explorer.get_by_text("apple", exact=True).first).to_be_visible()
        if name == "notebook":
            _is_listed_and_brought(page)
        assert [error for error in watched.errors if any(word in error for word in OURS)] == []
