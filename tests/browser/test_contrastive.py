"""A CLIP that learns, in Chromium: its export plays the training again, and in JupyterLab its controls do what they say."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.notebook import run_cell

pytestmark = pytest.mark.browser

CELL = """import torch
torch.set_num_threads(1)
import diffexplain as dx
explorer = dx.ContrastiveExplorer(pictures=60, batch=8, goal=20)
explorer"""


@pytest.fixture
def page(offline: Callable[[str], Page]) -> Page:
    page = offline("contrastive")
    expect(page.locator(".dx")).to_have_attribute("data-state", "paused", timeout=30_000)
    return page


def panel(page: Page, name: str) -> None:
    page.locator(".dx-closer").get_by_role("radio", name=name, exact=True).click()


def test_a_recording_plays_the_training_again(page: Page) -> None:
    line, slider = page.locator(".dx-hero .dx-prose"), page.get_by_role("slider", name="Moments of the training")
    expect(line).to_contain_text("After 120 updates")
    slider.focus()
    page.keyboard.press("Home")
    expect(line).to_contain_text("Nothing is learned yet")
    expect(slider).to_have_attribute("aria-valuetext", "after 0 updates")
    page.keyboard.press("ArrowRight")
    expect(line).to_contain_text("After 10 updates")
    page.get_by_role("button", name="Play").click()
    expect(line).to_contain_text("After 120 updates", timeout=20_000)


def test_keys_move_the_selected_pair_and_a_picture_can_be_pressed(page: Page) -> None:
    matrix, name = page.locator(".dx-hero canvas"), page.locator(".dx-pair strong")
    expect(name).to_have_text("Picture 1 and its own text")
    matrix.focus()
    page.keyboard.press("ArrowRight")
    expect(name).to_have_text("Picture 1 and text 2")
    page.keyboard.press("ArrowDown")
    expect(name).to_have_text("Picture 2 and its own text")
    found = page.locator(".dx-few button").first
    wanted = re.match(r"Number 1: (.*), cosine", str(found.get_attribute("aria-label")))
    assert wanted
    found.click()
    expect(page.locator(".dx-own .dx-tile")).to_have_attribute("aria-label", wanted[1])


def test_a_press_in_the_space_selects_a_pair(page: Page) -> None:
    couple = page.locator(".dx-couple").nth(20)
    wanted = int(str(couple.get_attribute("data-pair")))
    couple.locator("path").click(force=True)
    expect(page.locator(".dx-pair strong")).to_have_text(f"Picture {wanted + 1} and its own text")
    expect(page.locator(f".dx-couple[data-pair='{wanted}']")).to_have_class(re.compile("dx-on"))


def test_an_update_taken_apart_says_of_each_pair_whether_it_is_pulled(page: Page) -> None:
    panel(page, "One update")
    said = page.locator(".dx-update > .dx-prose").last
    expect(said).to_contain_text("so they are pulled")
    page.locator(".dx-part canvas").first.focus()
    page.keyboard.press("ArrowDown")
    expect(said).to_contain_text("so they are pushed")
    expect(said).to_contain_text("Picture 2")


def test_the_far_end_stands_beside_it(page: Page) -> None:
    panel(page, "The far end")
    row = page.locator(".dx-table tbody tr").first.locator("td")
    own, far = (int(str(row.nth(at).inner_text()).split()[0]) for at in (1, 2))
    assert 2 < own < far


def test_in_a_notebook_it_steps_is_changed_on_the_way_and_survives_divergence(live: Page) -> None:
    explorer = run_cell(live, CELL)
    updates, notice = explorer.locator(".dx-session-updates"), explorer.locator(".dx-notice")
    expect(updates).to_have_text("20 updates", timeout=120_000)
    expect(explorer.locator(".dx-session-state")).to_have_text("paused")
    explorer.get_by_role("button", name="One step").click()
    expect(updates).to_have_text("21 updates")
    panel(live, "One update")
    expect(explorer.locator(".dx-update > .dx-prose").first).to_contain_text("Update 21")

    batch = explorer.get_by_role("slider", name="Batch")
    batch.focus()
    live.keyboard.press("Home")
    expect(batch).to_have_attribute("aria-valuetext", "1")
    explorer.get_by_role("button", name="One step").click()
    expect(updates).to_have_text("22 updates")
    expect(notice).to_contain_text("A batch of 1 has nothing to tell apart")

    run = explorer.get_attribute("data-run")
    live.evaluate(
        """async code => { const kernel = jupyterapp.shell.currentWidget.sessionContext.session.kernel;
        await kernel.requestExecute({ code }).done; }""",
        "explorer.batch, explorer.rate = 8, 1e9; explorer.resume(20); None",
    )
    expect(notice).to_contain_text("the loss left all bounds", timeout=60_000)
    expect(explorer.locator(".dx-session-state")).to_have_text("paused")
    expect(explorer).to_have_attribute("data-run", str(run))
