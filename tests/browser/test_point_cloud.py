"""What goes on, in Chromium: its export stands still and says why, and in JupyterLab the controls and keys do what they say."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from docs.examples.point_cloud import PointCloudExplorer
from tests.browser.conftest import Watched
from tests.browser.notebook import FOREIGN, open_empty, run_cell

pytestmark = pytest.mark.browser

CELL = """import torch
torch.set_num_threads(1)
from docs.examples.point_cloud import PointCloudExplorer
PointCloudExplorer.goal = 20
explorer = PointCloudExplorer(points=80, width=8)
explorer"""


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    explorer = PointCloudExplorer(points=80, width=8)
    explorer.wait(120)
    explorer.rate = 0.01
    path = explorer.resume(100).wait(120).to_html(tmp_path_factory.mktemp("export") / "cloud.html")
    explorer.close()
    return path


def test_an_export_shows_where_it_stands_and_why_it_cannot_go_on(watched: Watched, exported: Path) -> None:
    page = watched.page
    page.context.set_offline(True)
    page.goto(exported.as_uri())
    controls = page.locator(".dx-session")
    expect(controls).to_contain_text("1100 updates")
    expect(controls).to_contain_text("recorded: going on needs a running notebook")
    for button in controls.get_by_role("button").all():
        expect(button).to_be_disabled()
    assert page.locator(".samples").get_attribute("d")
    expect(page.locator(".dx-chart")).to_have_attribute("aria-label", re.compile("learning rate changed: 1"))
    newest = page.locator(".samples").get_attribute("d")
    page.get_by_role("slider", name="Samples so far").focus()
    page.keyboard.press("Home")
    expect(page.locator(".plane")).to_have_attribute(
        "aria-label", "What the network draws after 0 updates, in green; the points in grey; the noise it sees, as lines."
    )
    assert page.locator(".samples").get_attribute("d") != newest
    assert watched.errors == []
    assert [address for address in watched.requests if not address.startswith(("data:", "blob:"))] == [exported.as_uri()]


def updates(explorer: Locator) -> int:
    return int(explorer.locator(".dx-session-updates").inner_text().split()[0])


def wait_for_more(page: Page, than: int) -> None:
    page.wait_for_function("than => parseInt(document.querySelector('.dx-session-updates').textContent) > than", arg=than)


def test_in_a_notebook_it_plays_pauses_steps_and_begins_anew(live: Page, watched: Watched, lab: str) -> None:
    run_cell(live, CELL)  # a notebook that is open elsewhere
    page = watched.page
    open_empty(page, lab, "cloud.ipynb")  # it is loaded anew: not the one that stays open
    explorer = run_cell(page, CELL)
    state = explorer.locator(".dx-session-state")
    expect(state).to_have_text("paused", timeout=60_000)
    assert updates(explorer) == 20
    explorer.get_by_role("button", name="One step").click()
    wait_for_more(page, 20)
    expect(state).to_have_text("paused")
    assert updates(explorer) == 21
    page.keyboard.press(".")
    wait_for_more(page, 21)
    assert updates(explorer) == 22
    explorer.locator(".plane").click()  # the keys are the explorer's, whatever was clicked in it
    page.keyboard.press(" ")
    expect(state).to_have_text("working")
    expect(explorer.get_by_role("button", name="Pause")).to_be_visible()
    wait_for_more(page, 60)
    rate = explorer.get_by_role("slider", name="Learning rate")
    rate.focus()
    page.keyboard.press("ArrowRight")
    expect(explorer.locator(".stage")).to_contain_text("learning rate changed: 1.")
    expect(state).to_have_text("working")
    page.keyboard.press("Escape")
    expect(state).to_have_text("paused")
    paused = updates(explorer)
    page.evaluate("() => jupyterapp.commands.execute('docmanager:save')")
    page.wait_for_function("!jupyterapp.shell.currentWidget.context.model.dirty", timeout=30_000)
    page.reload()
    explorer = page.get_by_role("region", name="Point cloud explorer")
    expect(explorer.locator(".dx-session-updates")).to_have_text(f"{paused} updates", timeout=120_000)
    explorer.get_by_role("button", name="Reset").click()
    expect(explorer.locator(".dx-session-updates")).to_have_text("0 updates")
    expect(explorer.locator(".dx-session-state")).to_have_text("paused")
    expect(page.locator(".jp-NotebookPanel")).to_have_count(1)
    assert [error for error in watched.errors if not any(part in error for part in FOREIGN)] == []
