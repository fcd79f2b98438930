"""A wheel alone, no checkout in sight: JupyterLab shows the extension, a tile opens what is live, and the panel lists it.

What it needs beside the wheel (PyTorch, JupyterLab, anywidget) is shared with the environment of the tests.
"""

from __future__ import annotations

import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Watched
from tests.browser.server import ROOT, jupyterlab

pytestmark = [pytest.mark.more, pytest.mark.timeout(600)]

OTHERS = ("lab", "labextensions/anywidget", "labextensions/@jupyter-widgets")  # in share/jupyter, of other packages


def _run(*command: str | Path, cwd: Path = ROOT) -> str:
    done = subprocess.run([str(part) for part in command], cwd=cwd, check=True, capture_output=True, text=True, timeout=300)
    return done.stdout


@pytest.fixture
def installed(tmp_path: Path) -> Path:
    """An environment in which the wheel was installed."""
    folder = tmp_path / "environment"
    _run(sys.executable, "-m", "venv", "--without-pip", folder)
    _run(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", tmp_path)
    (wheel,) = tmp_path.glob("*.whl")
    python = folder / "bin" / "python"
    _run(sys.executable, "-m", "pip", "--python", python, "install", "--no-deps", "--no-index", wheel)
    (packages,) = folder.glob("lib/*/site-packages")
    (packages / "others.pth").write_text(sysconfig.get_path("purelib"))  # whose own .pth files, of a checkout, are not read
    for name in OTHERS:
        link = folder / "share" / "jupyter" / name
        link.parent.mkdir(parents=True, exist_ok=True)
        link.symlink_to(Path(sys.prefix) / "share" / "jupyter" / name)
    return folder


def test_a_wheel_alone_is_all_that_it_takes(
    installed: Path, tmp_path: Path, watched: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PYTHONPATH", raising=False)
    imported = _run(installed / "bin" / "python", "-c", "import diffexplain; print(diffexplain.__file__)", cwd=tmp_path)
    assert Path(imported).is_relative_to(installed)
    assert not Path(imported).is_relative_to(ROOT)
    page = watched.page
    with jupyterlab(tmp_path / "home", installed=installed) as address:
        page.goto(f"{address}/lab?reset")
        tiles = page.locator(".jp-LauncherCard[data-category=diffexplain]")
        expect(tiles.nth(2)).to_be_visible(timeout=60_000)  # "Explore", lessons, and their folder
        tiles.filter(has_text="Explore").first.click()
        bench = page.locator(".jp-Notebook .dx").first
        expect(bench).to_have_attribute("data-state", "done", timeout=180_000)

        page.evaluate("() => void jupyterapp.commands.execute('diffexplain:show-explorers')")
        card = page.locator(".dx-lab-card").first
        expect(card).to_be_visible(timeout=30_000)
        card.get_by_role("button", name="Export").click()
        exported = page.locator(".Toastify__toast", has_text="Exported to")
        expect(exported).to_be_visible(timeout=60_000)
        assert list((tmp_path / "home").glob("*.html"))
