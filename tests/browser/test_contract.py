"""What holds for the page of every explorer, live in JupyterLab and as an exported file: see `tests.explorers.examples`."""

from __future__ import annotations

import base64
import gzip
import re
from collections.abc import Callable, Iterator
from itertools import chain
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Page, expect

from diffexplain.explorers.inert import zipped
from diffexplain.explorers.registry import CLASSES
from tests.browser.conftest import Watched
from tests.browser.legible import Accessibility, hindered
from tests.browser.notebook import new_run, run_cell, wait_until_done
from tests.browser.waiting import box_of, eventually
from tests.explorers.examples import PREAMBLE, code, example
from tests.i18n.pseudo import bare, pseudo_module

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("name", CLASSES)]

SWITCHES = ".dx [role=radio]:not(:disabled):not([aria-disabled=true]), .dx [aria-expanded]:not(:disabled)"
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
STICKS_OUT = """(() => { const explorer = document.querySelector('.dx'), { right } = explorer.getBoundingClientRect();
  const cut = each => each !== explorer && (getComputedStyle(each).overflowX !== 'visible' || cut(each.parentElement));
  return [...explorer.querySelectorAll('*')].filter(each => each.checkVisibility() && each.getBoundingClientRect().right > right + 1
    && !cut(each.parentElement)).map(each => each.outerHTML.slice(0, 120)) })()"""
SAID = """() => { const said = [], nodes = document.createTreeWalker(document.querySelector('.dx'), NodeFilter.SHOW_TEXT);
  while (nodes.nextNode()) if (nodes.currentNode.parentElement.tagName !== 'STYLE') said.push(nodes.currentNode.data);
  for (const name of ['aria-label', 'aria-valuetext', 'aria-description', 'title', 'placeholder', 'alt'])
    for (const each of document.querySelectorAll(`.dx [${name}]`)) said.push(each.getAttribute(name));
  return said.join(' ') }"""
FOCUSABLE = """[...document.querySelectorAll('.dx :is(a[href], button, input, select, textarea, [tabindex])')]
  .filter(each => !each.disabled && each.tabIndex >= 0 && each.checkVisibility())"""
OUT_OF_SIGHT = """() => { const slider = document.querySelector('.dx-player input'), lost = [];
  for (const part of document.querySelector('.dx').children) for (const block of ['start', 'center', 'end']) {
    if (!part.checkVisibility()) continue;
    part.scrollIntoView({ block });
    const { top, bottom } = slider.getBoundingClientRect();
    if (top < 0 || bottom > innerHeight) lost.push(`${part.className} ${block}`);
  }
  return lost }"""
DRAWN = "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"
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


def ready(page: Page) -> Page:
    expect(page.locator(".dx")).to_have_attribute("data-state", "done", timeout=30_000)
    return page


def everything_opened(page: Page) -> Iterator[str]:
    """Turn every switch and open every section, one after the other; return names of what was opened."""
    at = 0
    while at < page.locator(SWITCHES).count():
        switch = page.locator(SWITCHES).nth(at)
        if switch.is_visible():
            switch.click()
            yield switch.inner_text()
            if page.locator(".dx-popover:visible").count():
                page.keyboard.press("Escape")  # it may lie over the next one
        at += 1


# Live


def test_it_is_live_by_mouse_and_by_keyboard_and_in_a_second_view(live: Page, name: str) -> None:
    cell = f"{PREAMBLE}\nexplorer = {code(name)}\ndisplay(explorer)\nexplorer.wait(120)\ndisplay(explorer)"
    explorer = run_cell(live, cell)
    views = live.locator(".dx")
    expect(views).to_have_count(2, timeout=60_000)
    wait_until_done(live)
    expect(views.nth(1)).to_have_attribute("data-state", "done")  # it came late, and was told all
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
        expect(explorer.locator("[role=alert]:visible").first).not_to_be_empty(timeout=30_000)
        expect(explorer).to_have_attribute("data-run", run)
        expect(explorer).to_have_attribute("data-state", "done")

    explorer = run_cell(live, cell)  # the same cell again
    wait_until_done(live)
    expect(views).to_have_count(2, timeout=60_000)
    expect(explorer).to_have_attribute("data-run", "1")


# Exported


def test_the_page_as_it_opens(offline: Callable[[str], Page], exported: Callable[[str], Path], name: str) -> None:
    page = ready(offline(name))
    assert exported(name).stat().st_size < 2_500_000
    assert page.locator("#planted").count() == 0  # what a learner typed is no markup
    assert (page.locator(".dx-player input").count() > 0) == (name not in {"latent", "similarity", "text"})
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
    english, run = explorer.inner_text(), explorer.get_attribute("data-run")
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
        assert (explorer.get_attribute("data-run"), explorer.get_attribute("data-state")) == (run, "done")


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


def test_whatever_is_opened_can_be_read(offline: Callable[[str], Page], name: str) -> None:
    page = ready(offline(name))
    for _ in examined(page, "dark", ((390, 844), (800, 900))):
        pass
    page.set_viewport_size({"width": 844, "height": 390})
    if page.locator(".dx-player").count():
        assert page.evaluate(OUT_OF_SIGHT) != []  # where there is hardly room for anything else


def test_whatever_is_opened_can_be_read_in_another_language(
    watched: Watched, exported: Callable[[str], Path], tmp_path: Path, name: str
) -> None:
    """Its every sentence stands in brackets that can't be seen, and nothing stands outside of them."""
    text = exported(name).read_text("utf-8").replace('"language":"en"', '"language":"zh"')
    modules = re.search(r'id="dx-modules">(.*?)</script>', text)
    assert modules
    script = zipped(pseudo_module(gzip.decompress(base64.b64decode(modules[1])).decode("utf-8")))
    (tmp_path / "pseudo.html").write_text(text[: modules.start(1)] + script + text[modules.end(1) :], "utf-8")
    watched.page.goto((tmp_path / "pseudo.html").as_uri())
    left: set[str] = set()
    for page in examined(ready(watched.page), "light", ((1400, 700), (390, 844))):
        left |= bare(page.evaluate(SAID), example(name).own)
    assert left == set()
    assert watched.errors == []


def examined(page: Page, scheme: Literal["dark", "light"], sizes: tuple[tuple[int, int], tuple[int, int]]) -> Iterator[Page]:
    """Open everything there is on a page, and look at each in two sizes: at the first with axe-core, too."""
    page.emulate_media(color_scheme=scheme)
    accessibility = Accessibility(page)
    for opened in chain(["first"], everything_opened(page)):
        for width, height in sizes:
            page.set_viewport_size({"width": width, "height": height})
            page.evaluate(DRAWN)
            assert page.evaluate(OVERFLOW) <= 0, (width, opened)
            assert page.evaluate(STICKS_OUT) == [], (width, opened)
            assert hindered(page) == [], (width, opened)
            if page.locator(".dx-player").count():
                assert page.evaluate(OUT_OF_SIGHT) == [], (width, opened)
            if (width, height) == sizes[0]:
                assert accessibility.violations() == [], opened
        yield page
        sizes = (sizes[1], sizes[0])
    ground = page.evaluate("getComputedStyle(document.querySelector('.dx')).backgroundColor")
    assert (sum(int(part) for part in re.findall(r"\d+", ground)[:3]) > 380) == (scheme == "light")
