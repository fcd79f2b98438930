"""The lesson in JupyterLab, as a learner meets it: open, run, another prompt, another seed, scrub by keyboard, and reopened later."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Watched
from tests.browser.notebook import FOREIGN, address, close_kernels, new_run, open_and_run
from tests.browser.waiting import changed, drawn, eventually

pytestmark = pytest.mark.browser

LESSON = "notebooks/en/03_denoising.ipynb"


def open_lesson(page: Page, lab: str) -> None:
    """Open the lesson and run all of it, through its last cell."""
    explorer = open_and_run(page, lab, LESSON)
    last = page.locator(".dx").nth(1)  # of the cell that says the same in Python
    expect(last.get_by_label("Seed", exact=True)).to_have_value("3", timeout=120_000)
    expect(last.locator(".dx-foot p")).to_contain_text("Step 6 of 12", timeout=60_000)
    expect(last).to_have_attribute("data-state", "done", timeout=60_000)
    expect(explorer).to_have_attribute("data-state", "done")
    explorer.scroll_into_view_if_needed()


def picture(page: Page) -> str:
    """What the big picture shows."""
    return drawn(page.locator(".dx").first.locator(".dx-result > .dx-square"))


def test_the_lesson_is_live_and_reopened_without_a_kernel_it_shows_the_picture(watched: Watched, lab: str) -> None:
    """One test, because to run a lesson takes longer than all that is done with it."""
    open_lesson(watched.page, lab)
    it_is_live(watched.page)
    assert [error for error in watched.errors if not any(word in error for word in FOREIGN)] == []
    reopened_without_a_kernel_it_shows_the_last_picture(watched.page, lab)


def it_is_live(page: Page) -> None:
    explorer = page.locator(".dx").first
    words = explorer.locator(".dx-foot p")
    step = explorer.get_by_role("slider", name="Step", exact=True)
    expect(explorer.get_by_label("Seed", exact=True)).to_have_value("7")  # as its own cell made it, whatever came after
    step.focus()
    page.keyboard.press("End")
    expect(explorer.locator(".dx-result > .dx-caption")).to_have_text("The finished picture")
    fox = picture(page)

    prompt = explorer.get_by_label("Prompt", exact=True)
    with new_run(page):
        prompt.fill("a green apple")
        prompt.press("Enter")
    expect(explorer.locator(".dx-token", has_text="apple").first).to_be_visible()
    apple = changed(lambda: picture(page), fox)

    step.focus()
    page.keyboard.press("Home")
    expect(words).to_contain_text("Step 1 of 20")
    page.keyboard.press("ArrowRight")
    expect(words).to_contain_text("Step 2 of 20")
    eventually(lambda: picture(page), lambda now: now not in (apple, fox))

    explorer.locator(".dx-film").first.locator(".dx-frame").nth(6).click()
    expect(words).to_contain_text("Step 7 of 20")
    page.keyboard.press("ArrowLeft")  # a click leaves the keys in the explorer, and JupyterLab's cells where they were
    expect(words).to_contain_text("Step 6 of 20")
    page.keyboard.press("Home")
    page.keyboard.press("ArrowRight")
    expect(words).to_contain_text("Step 2 of 20")

    with new_run(page):
        explorer.get_by_role("button", name="Roll another seed").click()
    expect(explorer.get_by_label("Seed", exact=True)).not_to_have_value("7")
    expect(words).to_contain_text("Step 2 of 20")  # the selection survives a new run

    with new_run(page):
        explorer.get_by_label("Sampler", exact=True).select_option("heun")
    expect(words).to_contain_text("Step 2 of 39")  # Heun asks twice a step, but for the last

    before, seed = picture(page), explorer.get_by_label("Seed", exact=True)
    seed.fill("-5")
    seed.press("Enter")
    note = explorer.locator(".dx-seed-field [role=alert]")
    expect(note).to_contain_text("“Seed” must be", timeout=30_000)
    page.keyboard.press("Escape")
    expect(note).to_be_empty()
    assert explorer.get_attribute("data-state") == "done"  # Escape has taken the note away and nothing else
    assert picture(page) == before


def reopened_without_a_kernel_it_shows_the_last_picture(page: Page, lab: str) -> None:
    still = page.locator(".dx-fallback").first
    expect(still).to_be_hidden()  # the live one is there
    expect(still).to_contain_text("a green apple", timeout=30_000)  # it comes once the runs have rested
    page.evaluate("() => jupyterapp.commands.execute('docmanager:save')")
    page.wait_for_function("!jupyterapp.shell.currentWidget.context.model.dirty", timeout=30_000)
    close_kernels(page, lab)
    page.goto(address(lab, LESSON))
    expect(still.locator("img").first).to_be_visible(timeout=60_000)
    expect(still).to_contain_text("a green apple")
    expect(page.get_by_text("Run this cell to explore it live").first).to_be_visible()
    bare = page.locator(".jp-OutputArea-output", has_text=re.compile("model not found|Loading widget"))
    expect(bare.first).to_have_text(
        re.compile("model not found"), timeout=30_000
    )  # that is what JupyterLab says of the widget,
    expect(bare.filter(visible=True)).to_have_count(0)  # and nobody sees it
