"""The workbench's page: live in JupyterLab, and as one exported file with all that was open."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

import diffexplain as dx
from tests import tiny
from tests.browser.conftest import Watched
from tests.browser.legible import FOCUSABLE, OVERFLOW, STICKS_OUT, Accessibility, hindered
from tests.browser.notebook import run_cell

pytestmark = pytest.mark.browser

CELL = """import torch
torch.set_num_threads(1)
import diffexplain as dx
from tests import tiny
pipe = tiny.sd()
bench = dx.explore(pipe, prompt='a red circle', steps=2)
bench"""
GREY = """from diffexplain.errors import AttentionError
from tests import tiny_t5
bench = dx.explore(tiny_t5.flux(), prompt='a red circle', steps=2, opened=[])
bench"""
DONE = ".dx-{name}-explorer[data-run='{run}'][data-state=done]"


def run_done(page: Page, name: str, run: int) -> None:
    expect(page.locator(DONE.format(name=name, run=run)).first).to_be_visible(timeout=60_000)


def test_one_bar_for_all_that_is_open_in_every_view(live: Page) -> None:
    bench = run_cell(live, f"{CELL}\ndisplay(bench)\nbench")
    views = live.locator(".dx-workbench-explorer")
    expect(views).to_have_count(2)
    expect(live.locator(".dx-denoise-explorer")).to_have_count(2, timeout=60_000)
    run_done(live, "denoise", 1)
    expect(bench.locator(".dx-denoise-explorer > .dx-bar")).to_be_hidden()  # all of it stands above

    bench.get_by_role("button", name=re.compile(r"^4\. ")).click()
    bench.get_by_role("button", name="Open: Attention explorer").click()
    run_done(live, "attention", 1)
    expect(live.locator(".dx-attention-explorer")).to_have_count(2)
    expect(bench.get_by_role("heading", name="Attention explorer")).to_be_focused()
    each, all_of_them = "Save this explorer…", "Save all as one page"
    expect(bench.get_by_role("button", name=re.compile("^Save "))).to_have_text([each, each, all_of_them])
    for views_of in (live.locator(".dx-denoise-explorer"), live.locator(".dx-attention-explorer")):
        assert views_of.count() == 2

    prompt = bench.get_by_label("Prompt", exact=True).first
    prompt.fill("a blue square")
    prompt.press("Enter")
    for name in ("denoise", "attention"):
        run_done(live, name, 2)
    expect(views.nth(1).get_by_label("Prompt", exact=True).first).to_have_value("a blue square")
    live.evaluate(
        "jupyterapp.shell.currentWidget.sessionContext.session.kernel.requestExecute({ code: 'bench[\"denoise\"].seed = 7' }).done"
    )
    for name in ("denoise", "attention"):
        run_done(live, name, 3)
    expect(bench.get_by_label("Seed", exact=True).first).to_have_value("7")

    bench.get_by_role("button", name="Close: Denoising explorer").last.click()
    expect(live.locator(".dx-denoise-explorer")).to_have_count(0)
    expect(bench.get_by_role("button", name="Open: Denoising explorer")).to_be_focused()
    expect(live.locator(".dx-attention-explorer")).to_have_count(2)

    run_cell(live, CELL)  # the same cell again
    run_done(live, "denoise", 1)
    expect(live.locator(".dx")).to_have_count(2)


def test_what_does_not_fit_is_grey_and_says_why(live: Page) -> None:
    bench = run_cell(live, f"{CELL}\nbench.close()\n{GREY}")
    question = bench.get_by_role("button", name=re.compile(r"^3\. "))
    expect(question).to_contain_text("Not with this pipeline", timeout=60_000)
    question.click()
    tile = bench.get_by_role("article", name="Denoising explorer")
    expect(tile).to_contain_text("packs its latents")
    expect(tile.get_by_role("button")).to_have_count(0)
    expect(bench.get_by_text("Nothing is open.")).to_be_visible()


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    bench = dx.explore(tiny.sd(), prompt="a </script><b id='planted'>", steps=3, opened=["denoise", "attention"])
    path = bench.wait(120).to_html(tmp_path_factory.mktemp("bench") / "bench.html")
    bench.close()
    return path


@pytest.fixture
def page(watched: Watched, file: Path) -> Iterator[Page]:
    """The file, with the network cut off. It may ask for nothing else, and no error may be left."""
    watched.page.context.set_offline(True)
    watched.page.goto(file.as_uri())
    for name in ("workbench", "denoise", "attention"):
        run_done(watched.page, name, 1)
    yield watched.page
    assert [address for address in watched.requests if not address.startswith(("data:", "blob:", file.as_uri()))] == []
    assert watched.errors == []


def test_the_file_shows_all_that_was_open_and_no_markup_of_others(page: Page) -> None:
    assert page.locator("#planted").count() == 0
    expect(page.get_by_label("Prompt", exact=True).first).not_to_be_editable()
    page.get_by_role("button", name="Attention explorer", exact=True).click()
    expect(page.get_by_role("heading", name="Attention explorer")).to_be_focused()
    page.locator(".dx-denoise-explorer .dx-player input").press("Home")
    expect(page.locator(".dx-denoise-explorer .dx-loop-label").first).to_contain_text("1 of 3")


def test_it_fits_its_width_in_both_themes_and_languages_and_is_reached_by_tab(page: Page) -> None:
    for width, scheme, language in (
        (390, "dark", "中文"),
        (800, "light", "English"),
        (1400, "dark", "中文"),
        (390, "light", "English"),
    ):
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        page.get_by_role("button", name=language).click()
        for name in ("workbench", "denoise", "attention"):
            expect(page.locator(f".dx-{name}-explorer").first).to_have_attribute(
                "lang", {"中文": "zh-Hans", "English": "en"}[language]
            )
        run_done(page, "attention", 1)
        assert page.evaluate(OVERFLOW) <= 0, width
        assert page.evaluate(STICKS_OUT) == [], width
        assert hindered(page) == [], (width, language)
        assert Accessibility(page).violations() == [], (width, scheme)
    count = page.evaluate(f"window.waiting = {FOCUSABLE}; waiting.length")
    for _ in range(count + 3):
        page.keyboard.press("Tab")
        page.evaluate("waiting = waiting.filter(each => each !== document.activeElement)")
    assert page.evaluate("waiting.map(each => each.outerHTML.slice(0, 120))") == []
