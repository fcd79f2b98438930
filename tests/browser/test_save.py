"""The button that saves a run, in JupyterLab: what it downloads is a page, a picture, a film."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Locator, Page, expect

from tests.browser.notebook import run_cell, wait_until_done
from tests.explorers.examples import PREAMBLE

pytestmark = pytest.mark.browser

STEPS = 3


def shown(page: Page, made: str) -> Locator:
    return run_cell(page, f"{PREAMBLE}\nexplorer = {made}\nexplorer")


def test_each_kind_is_downloaded_by_keyboard_alone(live: Page, tmp_path: Path) -> None:
    explorer = shown(live, f"dx.DenoiseExplorer(pipe, prompt='a fox', steps={STEPS})")
    wait_until_done(live)
    button = explorer.get_by_role("button", name="Save…")
    state = explorer.locator(".dx-save-state")
    files = {}
    for downs, kind in enumerate(("html", "png", "gif")):
        button.press("Enter")
        expect(explorer.get_by_role("menuitem").first).to_be_focused()
        for _ in range(downs):
            live.keyboard.press("ArrowDown")
        with live.expect_download() as download:
            live.keyboard.press("Enter")
        expect(button).to_be_focused()
        expect(state).to_have_text(f"saved as denoise-a-fox.{kind}")
        assert download.value.suggested_filename == f"denoise-a-fox.{kind}"
        files[kind] = tmp_path / download.value.suggested_filename
        download.value.save_as(files[kind])
    assert "dx-messages" in files["html"].read_text("utf-8")
    with Image.open(files["png"]) as picture:
        picture.load()
        assert picture.format == "PNG"
    with Image.open(files["gif"]) as film:
        assert film.n_frames == STEPS + 1
    button.press("Enter")
    live.keyboard.press("Escape")
    expect(explorer.get_by_role("menu")).to_be_hidden()
    expect(button).to_be_focused()


def test_the_menu_has_only_what_the_explorer_can_make(live: Page) -> None:
    explorer = shown(live, "dx.SimilarityExplorer(pictures=['gallery:1'], texts=['a fox'], clip=clip, pipeline=pipe)")
    wait_until_done(live)
    explorer.get_by_role("button", name="Save…").click()
    expect(explorer.get_by_role("menuitem")).to_have_count(2)
    with live.expect_download() as download:
        explorer.get_by_role("menuitem", name="Picture (PNG)").click()
    with Image.open(download.value.path()) as picture:
        picture.load()
    assert download.value.suggested_filename == "similarity.png"


def test_without_a_finished_run_the_reason_is_said(live: Page) -> None:
    own = "import copy\nmine = copy.deepcopy(pipe)\nmine.unet.forward = lambda *given, **named: 1 / 0"
    explorer = run_cell(live, f"{PREAMBLE}\n{own}\nexplorer = dx.DenoiseExplorer(mine, steps=2)\nexplorer")
    expect(explorer).to_have_attribute("data-state", "failed", timeout=60_000)
    explorer.get_by_role("button", name="Save…").click()
    explorer.get_by_role("menuitem").first.click()
    expect(explorer.locator(".dx-save-state")).to_contain_text("no finished run")
