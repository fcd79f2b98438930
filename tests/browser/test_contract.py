"""What holds for the page of every explorer, live in JupyterLab and as an exported file: see `tests.explorers.examples`."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from itertools import chain
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from diffexplain.explorers.registry import CLASSES
from tests.browser.conftest import Watched
from tests.browser.legible import Accessibility, hindered
from tests.browser.notebook import new_run, run_cell, wait_until_done
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


def test_the_file_is_light_and_what_a_learner_typed_is_no_markup(
    offline: Callable[[str], Page], exported: Callable[[str], Path], name: str
) -> None:
    page = ready(offline(name))
    assert page.locator("#planted").count() == 0
    assert exported(name).stat().st_size < 2_500_000


def test_what_needs_a_kernel_can_not_be_changed(offline: Callable[[str], Page], name: str) -> None:
    page = ready(offline(name))
    field = page.get_by_label(example(name).typed[0], exact=True).first
    expect(field).not_to_be_editable()
    expect(page.locator("[title*='running notebook']")).not_to_have_count(0)
    expect(page.get_by_role("button", name="Save…")).to_have_count(0)  # it is a file already


def test_everything_is_reached_by_tab(offline: Callable[[str], Page], name: str) -> None:
    page = ready(offline(name))
    count = page.evaluate(f"window.waiting = {FOCUSABLE}; waiting.length")
    for _ in range(count + 3):
        page.keyboard.press("Tab")
        page.evaluate("waiting = waiting.filter(each => each !== document.activeElement)")
    assert page.evaluate("waiting.map(each => each.outerHTML.slice(0, 120))") == []


def test_another_language_is_other_words_for_the_same_run(offline: Callable[[str], Page], name: str) -> None:
    page = ready(offline(name))
    explorer = page.locator(".dx")
    before = [explorer.get_attribute(f"data-{each}") for each in ("run", "state")]
    english = explorer.inner_text()
    explorer.get_by_role("button", name="中文").click()
    expect(explorer).to_have_attribute("lang", "zh-Hans")
    assert explorer.inner_text() != english
    assert [explorer.get_attribute(f"data-{each}") for each in ("run", "state")] == before
    explorer.get_by_role("button", name="English").press("Enter")
    expect(explorer).to_have_attribute("lang", "en")
    assert explorer.inner_text() == english


def test_no_word_is_left_over(watched: Watched, exported: Callable[[str], Path], tmp_path: Path, name: str) -> None:
    """In a language whose every sentence stands in brackets, nothing stands outside of them."""
    text = exported(name).read_text("utf-8").replace('"language":"en"', '"language":"zh"')
    module = re.search(r'id="dx-module">(.*?)</script>', text)
    assert module
    script = json.dumps(pseudo_module(json.loads(module[1]))).replace("<", "\\u003c")
    (tmp_path / "pseudo.html").write_text(text[: module.start(1)] + script + text[module.end(1) :], "utf-8")
    page = watched.page
    page.goto((tmp_path / "pseudo.html").as_uri())
    ready(page)
    left = bare(page.evaluate(SAID), example(name).own)
    for _ in everything_opened(page):
        left |= bare(page.evaluate(SAID), example(name).own)
    assert left == set()


def test_it_fits_its_width_and_can_be_read_in_both_themes(offline: Callable[[str], Page], name: str) -> None:
    page = ready(offline(name))
    for width, scheme, language in (
        (390, "dark", "English"),
        (390, "light", "中文"),
        (800, "light", "English"),
        (1400, "dark", "中文"),
    ):
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        if (switch := page.get_by_role("button", name=language, exact=True)).is_visible():
            switch.click()
        ground = page.evaluate("getComputedStyle(document.querySelector('.dx')).backgroundColor")
        assert (sum(int(part) for part in re.findall(r"\d+", ground)[:3]) > 380) == (scheme == "light")
        accessibility = Accessibility(page)
        for opened in chain(["first"], everything_opened(page)):
            assert page.evaluate(OVERFLOW) <= 0, (width, opened)
            assert page.evaluate(STICKS_OUT) == [], (width, opened)
            assert hindered(page) == [], (width, language, opened)
            assert accessibility.violations() == [], (width, scheme, opened)


def test_the_player_stays_in_sight(offline: Callable[[str], Page], name: str) -> None:
    """Whatever is opened and looked at; but not where there is hardly room for anything else."""
    page = ready(offline(name))
    has_player = page.locator(".dx-player input").count() > 0
    assert has_player == (name != "similarity")
    if not has_player:
        return
    for width, height in ((1280, 700), (390, 844)):
        page.set_viewport_size({"width": width, "height": height})
        for opened in chain(["first"], everything_opened(page)):
            assert page.evaluate(OUT_OF_SIGHT) == [], (width, opened)
    page.set_viewport_size({"width": 844, "height": 390})
    assert page.evaluate(OUT_OF_SIGHT) != []


def test_the_language_switch_has_a_place_of_its_own(offline: Callable[[str], Page], name: str) -> None:
    page = ready(offline(name))
    for other in ("中文", "English"):
        for width in (390, 520, 640, 800, 1040, 1400):
            page.set_viewport_size({"width": width, "height": 900})
            page.evaluate("scrollTo(0, 0)")
            assert page.evaluate(COVERED, ".dx-language") == [], (width, other)
        page.get_by_role("button", name=other).click()


def test_how_a_number_comes_about_covers_nothing(offline: Callable[[str], Page], name: str) -> None:
    """By mouse, by touch and by keyboard."""
    page = ready(offline(name))
    for width in (390, 1280):
        page.set_viewport_size({"width": width, "height": 900})
        facts = page.locator(".dx-fact:visible")
        for at in range(facts.count()):
            for reach in (facts.nth(at).focus, facts.nth(at - 1).hover, facts.nth(at).click):
                reach()
            told = page.locator(f"#{facts.nth(at).get_attribute('aria-describedby')}")
            expect(told).to_be_visible()
            assert page.evaluate(COVERED, ".dx-tip.dx-on") == [], (width, at)
            box, around = told.bounding_box(), page.locator(".dx").bounding_box()
            assert box
            assert around
            assert around["x"] <= box["x"]
            assert box["x"] + box["width"] <= around["x"] + around["width"]
            assert box["y"] + box["height"] <= around["y"] + around["height"]
