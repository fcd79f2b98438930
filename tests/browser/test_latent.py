"""The latent explorer in JupyterLab and as a file: cells are poked by mouse and by keyboard, and every panel says what was measured."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.notebook import new_run, run_cell, wait_until_done
from tests.browser.waiting import changed, drawn

pytestmark = pytest.mark.browser

CELL = "import torch\ntorch.set_num_threads(1)\nimport diffexplain as dx\nfrom tests import tiny\nexplorer = dx.LatentExplorer(tiny.sd())\nexplorer"


def test_a_cell_is_poked_by_mouse_and_by_keyboard(live: Page) -> None:
    explorer = run_cell(live, CELL)
    wait_until_done(live)
    board, painted = explorer.locator(".dx-cells canvas"), explorer.get_by_role("img", name="What it paints")
    before = drawn(painted)
    box = board.bounding_box()
    assert box
    with new_run(live):
        board.click(position={"x": box["width"] * 2.5 / 16, "y": box["height"] * 4.5 / 16})
    changed(lambda: drawn(painted), before)
    assert "row 5, column 3" in str(board.get_attribute("aria-label"))
    with new_run(live):
        board.focus()
        live.keyboard.press("ArrowRight")
    assert "row 5, column 4" in str(board.get_attribute("aria-label"))
    with new_run(live):
        explorer.get_by_role("radio", name="wipe", exact=True).click()
    expect(explorer.locator(".dx-closer .dx-prose:visible").first).to_contain_text("All 256 numbers of channel 1 are zero.")
    with new_run(live):
        explorer.get_by_label("Channel", exact=True).select_option("2")
    expect(explorer.locator(".dx-closer .dx-prose:visible").first).to_contain_text("channel 3 are zero")


def test_the_file_says_in_every_panel_what_was_measured(offline: Callable[[str], Page]) -> None:
    page = offline("latent")
    line = page.locator(".dx-closer .dx-prose:visible").first
    expect(page.locator(".dx-counts")).to_contain_text("786,43216,38448 times")
    expect(page.locator(".dx-costs b").last).to_contain_text("illion")
    for name, words in {
        "Change it": "2.00 is added to all",
        "Blend two": "Half way",
        "Noise in both": "log-SNR 0",
        "Spread and factor": "The factor",
        "Odd sizes": "pixels a side",
        "Chance alone": "Neighbouring cells",
    }.items():
        page.get_by_role("radio", name=name, exact=True).click()
        expect(page.locator(".dx-closer")).to_contain_text(words)
        expect(line).not_to_be_empty()
        pictures = page.locator(".dx-closer .dx-square:visible img:visible")
        assert pictures.count() >= 2
        assert all(
            page.evaluate(
                "[...document.querySelectorAll('.dx-closer img')].filter(each => each.checkVisibility()).map(each => each.naturalWidth)"
            )
        )
