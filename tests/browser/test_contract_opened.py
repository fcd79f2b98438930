"""What holds for every explorer whatever is opened on its page, in any language: see `tests.explorers.examples`."""

from __future__ import annotations

import base64
import gzip
import re
from collections.abc import Callable, Iterator
from itertools import chain, cycle
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Page

from diffexplain.explorers.inert import zipped
from diffexplain.explorers.registry import CLASSES
from tests.browser.conftest import Watched
from tests.browser.legible import OVERFLOW, STICKS_OUT, Accessibility, hindered
from tests.browser.waiting import at_rest
from tests.explorers.examples import example
from tests.i18n.pseudo import bare, pseudo_module

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("name", CLASSES)]

SWITCHES = ".dx [role=radio]:not(:disabled):not([aria-disabled=true]), .dx [aria-expanded]:not(:disabled)"
SAID = """() => { const said = [], nodes = document.createTreeWalker(document.querySelector('.dx'), NodeFilter.SHOW_TEXT);
  while (nodes.nextNode()) if (nodes.currentNode.parentElement.tagName !== 'STYLE') said.push(nodes.currentNode.data);
  for (const name of ['aria-label', 'aria-valuetext', 'aria-description', 'title', 'placeholder', 'alt'])
    for (const each of document.querySelectorAll(`.dx [${name}]`)) said.push(each.getAttribute(name));
  return said.join(' ') }"""
OUT_OF_SIGHT = """() => { const slider = document.querySelector('.dx-player input'), lost = [];
  for (const part of document.querySelector('.dx').children) for (const block of ['start', 'center', 'end']) {
    if (!part.checkVisibility()) continue;
    part.scrollIntoView({ block });
    const { top, bottom } = slider.getBoundingClientRect();
    if (top < 0 || bottom > innerHeight) lost.push(`${part.className} ${block}`);
  }
  return lost }"""
LOOKS: tuple[tuple[tuple[Literal["dark", "light"], int, int], ...], ...] = (  # by turns; axe-core looks at the first of each
    (("dark", 390, 844), ("light", 1400, 700)),
    (("light", 800, 900), ("dark", 390, 844)),
    (("dark", 1400, 700), ("light", 390, 844)),
    (("light", 390, 844), ("dark", 800, 900)),
)


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


def test_whatever_is_opened_can_be_read(watched: Watched, exported: Callable[[str], Path], tmp_path: Path, name: str) -> None:
    """Its every sentence stands in brackets that can't be seen, as of another language, and nothing stands outside of them."""
    text = exported(name).read_text("utf-8").replace('"language":"en"', '"language":"zh"')
    modules = re.search(r'id="dx-modules">(.*?)</script>', text)
    assert modules
    script = zipped(pseudo_module(gzip.decompress(base64.b64decode(modules[1])).decode("utf-8")))
    (tmp_path / "pseudo.html").write_text(text[: modules.start(1)] + script + text[modules.end(1) :], "utf-8")
    watched.page.goto((tmp_path / "pseudo.html").as_uri())
    page, left = at_rest(watched.page), set[str]()
    accessibility = Accessibility(page)
    for opened, looks in zip(chain(["first"], everything_opened(page)), cycle(LOOKS), strict=False):
        for scheme, width, height in looks:
            page.emulate_media(color_scheme=scheme)
            page.set_viewport_size({"width": width, "height": height})
            assert page.evaluate(OVERFLOW) <= 0, (width, opened)
            assert page.evaluate(STICKS_OUT) == [], (width, opened)
            assert hindered(page) == [], (width, opened)
            if page.locator(".dx-player").count():
                assert page.evaluate(OUT_OF_SIGHT) == [], (width, opened)
            if (scheme, width, height) == looks[0]:
                assert accessibility.violations() == [], (scheme, opened)
        left |= bare(page.evaluate(SAID), example(name).own)
    assert left == set()
    assert watched.errors == []
    for scheme in ("dark", "light"):
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        ground = page.evaluate("getComputedStyle(document.querySelector('.dx')).backgroundColor")
        assert (sum(int(part) for part in re.findall(r"\d+", ground)[:3]) > 380) == (scheme == "light")
    page.set_viewport_size({"width": 844, "height": 390})
    if page.locator(".dx-player").count():
        assert page.evaluate(OUT_OF_SIGHT) != []  # where there is hardly room for anything else
