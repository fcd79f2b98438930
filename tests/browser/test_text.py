"""The page of the text explorer: a token, a layer and a head are chosen by pointer and by keys, and the words say what was measured."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.notebook import new_run, run_explorer

pytestmark = pytest.mark.browser


def opened(page: Page, panel: str) -> Page:
    expect(page.locator(".dx")).to_have_attribute("data-state", "done")
    page.get_by_role("radio", name=panel).click()
    return page


def test_a_token_and_a_layer_are_chosen_by_keys_and_told_below(offline: Callable[[str], Page]) -> None:
    page = opened(offline("text"), "Layer by layer")
    page.get_by_role("button", name="fox").click()
    line = page.locator(".dx-foot p")
    expect(line).to_contain_text("“fox” is token 3 of 24, looked at in layer 4.")
    grid = page.locator(".dx-closer canvas:visible")
    grid.focus()
    grid.press("ArrowUp")
    expect(line).to_contain_text("“fox” is token 3 of 24, looked at in layer 3.")
    grid.press("ArrowLeft")
    expect(line).to_contain_text("“a” is token 2 of 24, looked at in layer 3.")
    expect(grid).to_have_attribute("aria-label", "24 tokens by 5 layers. " + page.locator(".dx-cell-said:visible").inner_text())


def test_a_head_is_chosen_and_rolling_up_leaves_it(offline: Callable[[str], Page]) -> None:
    page = opened(offline("text"), "Who reads whom")
    line = page.locator(".dx-closer .dx-prose:visible")
    expect(line).to_contain_text("in all 4 layers and 4 heads no token reads a later one")
    heads = page.locator(".dx-heads canvas")
    heads.focus()
    heads.press("ArrowDown")
    expect(line).to_contain_text("In layer 4, head 1")
    page.get_by_role("radio", name="rolled up").click()
    expect(line).to_contain_text("Up to layer 4 there have come to")


def test_what_another_word_changed_is_said(offline: Callable[[str], Page]) -> None:
    page = opened(offline("text"), "Two sentences")
    line = page.locator(".dx-closer .dx-prose:visible").first
    expect(line).to_contain_text("“fox” became “cat”.")
    expect(line).to_contain_text("The 2 tokens before it are equal to the bit in every layer")


def test_a_word_is_exchanged_where_it_stands(live: Page) -> None:
    explorer = run_explorer(live, "dx.TextExplorer(prompt='a fox next to a fox', arithmetic='')")
    explorer.get_by_role("radio", name="Two sentences").click()
    explorer.get_by_role("button", name="fox").nth(1).click()
    field = explorer.get_by_label("Instead of “fox”")
    with new_run(live):
        field.fill("owl")
        field.press("Enter")
    expect(explorer.get_by_label("Second sentence", exact=True)).to_have_value("a fox next to a owl")
    expect(explorer.locator(".dx-closer .dx-prose:visible").first).to_contain_text("“fox” became “owl”.")
