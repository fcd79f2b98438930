"""What holds for the exported file of every explorer as it opens: see `tests.explorers.examples`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from diffexplain.explorers.registry import CLASSES
from tests.browser.legible import FOCUSABLE
from tests.browser.waiting import at_rest, box_of, eventually
from tests.explorers.examples import example

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("name", CLASSES)]

COVERED = """(selector) => { const boxes = [...document.querySelectorAll(selector)].map(each => each.getBoundingClientRect()), found = [];
  const nodes = document.createTreeWalker(document.querySelector('.dx'), NodeFilter.SHOW_TEXT), range = document.createRange();
  while (nodes.nextNode()) {
    const { parentElement: parent, data } = nodes.currentNode;
    if (!data.trim() || parent.closest(selector) || !parent.checkVisibility({ visibilityProperty: true })) continue;
    range.selectNodeContents(nodes.currentNode);
    for (const text of range.getClientRects()) for (const box of boxes)
      if (Math.min(text.right, box.right) - Math.max(text.left, box.left) > 0.5
        && Math.min(text.bottom, box.bottom) - Math.max(text.top, box.top) > 0.5) found.push(data);
  }
  return found }"""


def test_the_page_as_it_opens(offline: Callable[[str], Page], exported: Callable[[str], Path], name: str) -> None:
    page = at_rest(offline(name))
    assert exported(name).stat().st_size < 2_500_000
    assert page.locator("#planted").count() == 0  # what a learner typed is no markup
    assert (page.locator(".dx-player input").count() > 0) == (name not in {"dataset", "latent", "similarity", "text"})
    what_needs_a_kernel_can_not_be_changed(page, name)
    another_language_is_other_words_for_the_same_run(page)
    everything_is_reached_by_tab(page)
    how_a_number_comes_about_covers_nothing(page)


def what_needs_a_kernel_can_not_be_changed(page: Page, name: str) -> None:
    expect(page.get_by_label(example(name).typed[0], exact=True).first).not_to_be_editable()
    expect(page.locator("[title*='running notebook']")).not_to_have_count(0)
    expect(page.get_by_role("button", name="Save…")).to_have_count(0)  # it is a file already


def everything_is_reached_by_tab(page: Page) -> None:
    count = page.evaluate(f"""document.activeElement.blur(); window.waiting = {FOCUSABLE};
        addEventListener('focusin', ({{ target }}) => (waiting = waiting.filter(each => each !== target))); waiting.length""")
    for _ in range(count + 3):
        page.keyboard.press("Tab")
    assert page.evaluate("waiting.map(each => each.outerHTML.slice(0, 120))") == []


def another_language_is_other_words_for_the_same_run(page: Page) -> None:
    """And the switch lies over no word in either."""
    explorer, switch = page.locator(".dx"), page.locator(".dx-language")
    english, run, state = explorer.inner_text(), explorer.get_attribute("data-run"), explorer.get_attribute("data-state")
    for other, tag, press in (("中文", "zh-Hans", switch.click), ("English", "en", lambda: switch.press("Enter"))):
        for width in (390, 520, 640, 800, 1040, 1400, 1280):
            page.set_viewport_size({"width": width, "height": 900})
            page.evaluate("scrollTo(0, 0)")
            assert page.evaluate(COVERED, ".dx-language") == [], (width, other)
        expect(switch).to_have_text(other)
        press()
        expect(explorer).to_have_attribute("lang", tag)
        if tag == "en":
            assert eventually(explorer.inner_text, lambda said: said == english) == english  # marks of words come a frame later
        else:
            assert explorer.inner_text() != english
        assert (explorer.get_attribute("data-run"), explorer.get_attribute("data-state")) == (run, state)


def how_a_number_comes_about_covers_nothing(page: Page) -> None:
    """By keyboard, by mouse and by touch, in turn."""
    for turn, width in enumerate((390, 1280)):
        page.set_viewport_size({"width": width, "height": 900})
        facts = page.locator(".dx-fact:visible")
        for at in range(facts.count()):
            fact = facts.nth(at)
            (fact.focus, fact.hover, fact.click)[(at + turn) % 3]()
            told = page.locator(f"#{fact.get_attribute('aria-describedby')}")
            expect(told).to_be_visible()
            assert page.evaluate(COVERED, ".dx-tip.dx-on") == [], (width, at)
            box, around = box_of(told), box_of(page.locator(".dx"))
            assert around["x"] <= box["x"]
            assert box["x"] + box["width"] <= around["x"] + around["width"]
            assert box["y"] + box["height"] <= around["y"] + around["height"]
