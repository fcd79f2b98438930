"""The page of the text explorer: a token, a layer and a head are chosen by pointer and by keys, and the words say what was measured."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from playwright.sync_api import Page, expect

import diffexplain as dx
from tests.browser.notebook import new_run, run_explorer

pytestmark = pytest.mark.browser
CUT = "grids => grids.map(grid => grid.scrollWidth - grid.clientWidth).filter(more => more > 0)"


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
    explorer.get_by_role("radio", name="Who reads whom").click()
    expect(explorer.locator(".dx-grid:visible")).to_have_count(2)
    assert explorer.locator(".dx-grid:visible").evaluate_all(CUT) == []
    with new_run(live):
        explorer.get_by_label("Sentence", exact=True).fill("x" * 300)
    assert not explorer.evaluate("root => root.scrollWidth > root.clientWidth")


def test_a_sum_that_fails_is_said_to_fail_and_counted(live: Page) -> None:
    explorer = run_explorer(live, "dx.TextExplorer(prompt='a fox', arithmetic='a fox - white + red')")
    explorer.get_by_role("radio", name="Arithmetic").click()
    verdict, told = explorer.locator(".dx-closer b:visible").first, explorer.locator(".dx-terms li")
    expect(verdict).to_contain_text("The sum fails")
    before, after = (explorer.locator(".dx-captions:visible").nth(at).locator("li").all_inner_texts() for at in (0, 1))
    for line, word in zip(told.all_inner_texts(), ("fox", "white", "red"), strict=True):
        counts = [sum(word in caption.split(" ") or f"“{word} " in caption for caption in found) for found in (after, before)]
        assert f"in {counts[0]} of the {len(after)} captions nearest to the sum, before in {counts[1]}." in line
    with new_run(live):
        explorer.get_by_label("Sum of sentences").fill("a fox - white background + red background")
    expect(verdict).to_contain_text("The sum arrived")
    assert "“a fox on a red background”" in explorer.locator(".dx-captions:visible").nth(1).locator("li").first.inner_text()
    with new_run(live):
        explorer.get_by_label("Sum of sentences").fill("nothing to add")
    expect(verdict).to_contain_text("nothing to add or to take away")
    expect(explorer.locator(".dx-captions:visible")).to_have_count(1)


def test_what_the_page_says_of_a_token_is_what_the_encoder_computed(offline: Callable[[str], Page]) -> None:
    page = opened(offline("text"), "Who reads whom")
    pipe = dx.load()
    prompt = page.get_by_label("Sentence", exact=True).input_value()
    encoder = pipe.text_encoder.eval()
    encoder.set_attn_implementation("eager")
    ids = pipe.tokenizer(prompt, padding="max_length", truncation=True, return_tensors="pt").input_ids
    with torch.no_grad():
        given = encoder(ids, output_attentions=True, output_hidden_states=True)
    page.get_by_role("button", name="fox").click()
    share = float(given.attentions[-1][0].mean(0)[2].max())
    expect(page.locator(".dx-foot")).to_contain_text(f"to {100 * share:.0f} %")
    expect(page.locator(".dx-foot")).to_contain_text(f"length {float(given.hidden_states[-1][0, 2].norm()):.3g}")
    expect(page.locator(".dx-foot")).to_contain_text(f"number {int(ids[0, 2])}")
