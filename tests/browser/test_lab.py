"""The lesson in JupyterLab, as a learner meets it: open, run, another prompt, another seed, scrub by keyboard."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Watched

pytestmark = pytest.mark.browser

# Not ours: what JupyterLab itself, or its closed network, writes to the console.
FOREIGN = ("favicon", "WebSocket", "net::ERR", "Failed to load resource", "jupyterlab_pygments", "sourcemap")


def open_lesson(page: Page, lab: str, lesson: str) -> None:
    page.goto(f"{lab}/lab/tree/{lesson}?reset")
    page.wait_for_function("window.jupyterapp && window.jupyterapp.shell.currentWidget && window.jupyterapp.shell.currentWidget.context", timeout=60_000)
    page.evaluate("async () => { const w = window.jupyterapp.shell.currentWidget; await w.context.ready; await w.sessionContext.ready; }")
    page.evaluate("() => window.jupyterapp.commands.execute('notebook:run-all-cells')")


def picture(page: Page) -> str:
    """Address of the big picture: changes when and only when the picture does."""
    return page.locator(".dx .dx-result > .dx-square img").get_attribute("src") or ""


def test_the_lesson_is_live(watched: Watched, lab: str) -> None:
    page = watched.page
    open_lesson(page, lab, "notebooks/en/03_denoising.ipynb")
    explorer = page.locator(".dx").first
    expect(explorer).to_be_visible(timeout=120_000)
    # Run all has gone through the cell that sets seed and steps from Python.
    expect(explorer.get_by_label("Seed", exact=True)).to_have_value("3", timeout=120_000)
    expect(explorer.locator(".dx-film").first.locator(".dx-frame")).to_have_count(12, timeout=60_000)
    expect(explorer.locator(".dx-state")).to_contain_text(" s", timeout=60_000)
    explorer.scroll_into_view_if_needed()

    explorer.get_by_role("slider", name="Step", exact=True).focus()
    page.keyboard.press("End")
    expect(explorer.locator(".dx-result > .dx-caption")).to_have_text("The finished picture")
    fox = picture(page)
    assert fox.startswith("data:image/")

    prompt = explorer.get_by_label("Prompt", exact=True)
    prompt.fill("a green apple")
    prompt.press("Enter")
    page.wait_for_function("before => { const image = document.querySelector('.dx .dx-result > .dx-square img'); return image && !image.hidden && image.src !== before }", arg=fox, timeout=60_000)
    expect(explorer.locator(".dx-token", has_text="apple").first).to_be_visible()
    expect(explorer.locator(".dx-state")).to_contain_text(" s", timeout=60_000)
    apple = picture(page)

    explorer.get_by_role("slider", name="Step", exact=True).focus()
    page.keyboard.press("Home")
    expect(explorer.locator(".dx-foot p")).to_contain_text("Step 1 of 12")
    page.keyboard.press("ArrowRight")
    expect(explorer.locator(".dx-foot p")).to_contain_text("Step 2 of 12")
    assert picture(page) != apple

    explorer.get_by_role("button", name="Roll another seed").click()
    expect(explorer.get_by_label("Seed", exact=True)).not_to_have_value("3")
    expect(explorer.locator(".dx-state")).to_contain_text(" s", timeout=60_000)
    expect(explorer.locator(".dx-foot p")).to_contain_text("Step 2 of 12")  # the selection survives a new run

    assert [error for error in watched.errors if not any(word in error for word in FOREIGN)] == []


def test_a_refused_value_is_said_where_it_was_typed_and_loses_nothing(watched: Watched, lab: str) -> None:
    page = watched.page
    open_lesson(page, lab, "notebooks/en/03_denoising.ipynb")
    explorer = page.locator(".dx").first
    expect(explorer.locator(".dx-state")).to_contain_text(" s", timeout=120_000)
    before = picture(page)
    seed = explorer.get_by_label("Seed", exact=True)
    seed.fill("-5")
    seed.press("Enter")
    expect(explorer.locator(".dx-seed [role=alert]")).to_contain_text("seed", timeout=30_000)
    assert picture(page) == before
    seed.fill("11")
    seed.press("Enter")
    expect(explorer.locator(".dx-seed [role=alert]")).to_be_empty(timeout=30_000)
    expect(explorer.locator(".dx-state")).to_contain_text(" s", timeout=60_000)
    assert picture(page) != before
