"""What holds for every explorer live in JupyterLab: see `tests.explorers.examples`."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from diffexplain.explorers.registry import CLASSES
from tests.browser.notebook import new_run, run_cell, wait_until_done
from tests.explorers.examples import PREAMBLE, code, example, of_each_kind, resting

pytestmark = pytest.mark.browser


def cell(name: str) -> str:
    return f"{PREAMBLE}\nexplorer = {code(name)}\ndisplay(explorer)\nexplorer.wait(120)\ndisplay(explorer)"


@pytest.mark.parametrize("name", CLASSES)
def test_it_is_live_by_mouse_and_by_keyboard_and_in_a_second_view(live: Page, name: str) -> None:
    explorer = run_cell(live, cell(name))
    views = live.locator(".dx")
    expect(views).to_have_count(2, timeout=60_000)
    wait_until_done(live)
    expect(views.nth(1)).to_have_attribute("data-state", resting(name))  # it came late, and was told all
    assert views.nth(1).inner_text() == explorer.inner_text()

    with new_run(live):
        for button in example(name).click:
            explorer.get_by_role("button", name=button, exact=True).first.click()
    label, value = example(name).typed
    field = explorer.get_by_label(label, exact=True).first
    with new_run(live):
        field.fill(value)
        field.press("Enter")
    run = str(explorer.get_attribute("data-run"))
    expect(views.nth(1)).to_have_attribute("data-run", run)

    if (wrong := example(name).wrong) is not None:
        field = explorer.get_by_label(wrong[0], exact=True).first
        field.fill(wrong[1])
        field.press("Enter")
        expect(explorer.locator("[role=alert]:visible").first).to_contain_text(
            f"“{wrong[0]}”", timeout=30_000
        )  # as a learner sees it
        expect(explorer).to_have_attribute("data-run", run)
        expect(explorer).to_have_attribute("data-state", resting(name))


@of_each_kind
def test_its_cell_can_be_run_again(live: Page, name: str) -> None:
    for _ in range(2):
        explorer = run_cell(live, cell(name))
        wait_until_done(live)
        expect(live.locator(".dx")).to_have_count(2, timeout=60_000)  # the second is displayed when the run is done
    expect(explorer).to_have_attribute("data-run", "1")
