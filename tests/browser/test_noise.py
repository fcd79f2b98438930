"""The noise explorer in JupyterLab and as a file: by mouse, by keyboard, with a picture of one's own, in two languages, without a network."""

from __future__ import annotations

import base64
import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Browser, Locator, Page, expect

import diffexplain as dx
from tests.browser.conftest import Watched, opened_offline, written
from tests.browser.notebook import FOREIGN, new_run, run_cell, wait_until_done
from tests.browser.waiting import changed, drawn

pytestmark = pytest.mark.browser

CELL = "import torch\ntorch.set_num_threads(1)\nimport diffexplain as dx\nexplorer = dx.NoiseExplorer(steps=20)\nexplorer"


def open_explorer(page: Page, lab: str) -> Locator:
    explorer = run_cell(page, lab, CELL)
    wait_until_done(page)
    return explorer


def test_it_is_live_by_mouse_and_by_keyboard(watched: Watched, lab: str) -> None:
    page = watched.page
    explorer = open_explorer(page, lab)
    words, large = explorer.locator(".dx-foot p"), explorer.locator(".dx-large .dx-square")
    slider = explorer.get_by_role("slider", name="Step", exact=True)
    expect(explorer.locator(".dx-film .dx-frame")).to_have_count(21)
    slider.focus()
    page.keyboard.press("Home")
    expect(words).to_contain_text("Step 0 of 20. No noise yet")
    clean = drawn(large)
    page.keyboard.press("ArrowRight")
    expect(words).to_contain_text("Step 1 of 20")
    changed(lambda: drawn(large), clean)
    explorer.locator(".dx-film .dx-frame").last.click()
    expect(words).to_contain_text("Step 20 of 20. Nothing of the picture can be seen")
    expect(words).to_contain_text("can't be told from a Gaussian")
    noisy = drawn(large)
    page.keyboard.press("ArrowLeft")
    expect(words).to_contain_text("Step 19 of 20")
    page.keyboard.press("End")

    with new_run(page):
        explorer.get_by_role("button", name="Roll another seed").click()
    changed(lambda: drawn(large), noisy)
    expect(words).to_contain_text("Step 20 of 20")

    expect(explorer.locator(".dx-notice")).to_be_hidden()
    with new_run(page):
        explorer.get_by_label("Schedule", exact=True).select_option("scaled_linear")
    expect(explorer.locator(".dx-notice")).to_contain_text("6.8 % of the picture is left")
    expect(explorer.get_by_label("First β")).to_have_attribute("placeholder", "0.00085")

    explorer.locator(".dx-pick").click()
    with new_run(page):
        page.keyboard.press("ArrowRight")
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Enter")
    expect(explorer.locator(".dx-popover")).to_be_hidden()
    page.wait_for_function("document.querySelector('.dx-beside .dx-square img').src.length > 100")
    page.keyboard.press("Escape")
    slider.focus()
    page.keyboard.press("Home")
    changed(lambda: drawn(large), clean)

    with new_run(page):
        explorer.get_by_role("radio", name="latents", exact=True).click()
    expect(explorer.locator(".dx-head b")).to_contain_text("1,024 latent values")
    expect(large.locator("img")).to_be_visible()
    assert [error for error in watched.errors if not any(word in error for word in FOREIGN)] == []


def test_a_picture_of_ones_own_an_impossible_one_and_a_sketch(watched: Watched, lab: str, tmp_path: Path) -> None:
    page = watched.page
    explorer = open_explorer(page, lab)
    original = explorer.locator(".dx-beside .dx-square").first
    photo, words = tmp_path / "photo.png", tmp_path / "words.png"
    Image.new("RGBA", (3000, 2000), (0, 0, 255, 128)).save(photo)
    words.write_text("no picture at all")
    explorer.locator(".dx-pick").click()
    with new_run(page):
        explorer.locator("input[type=file]").set_input_files(photo)
    expect(explorer.locator(".dx-picked")).to_have_text("your picture")
    pixels = Image.open(io.BytesIO(base64.b64decode(drawn(original).split(",")[1]))).convert("RGB")
    assert np.abs(np.asarray(pixels).reshape(-1, 3).mean(0) - (127, 127, 255)).max() < 3  # on white

    run = explorer.get_attribute("data-run")
    explorer.locator(".dx-pick").click()
    explorer.locator("input[type=file]").set_input_files(words)
    expect(explorer.locator(".dx-picture [role=alert]")).to_contain_text("no picture", timeout=30_000)
    assert explorer.get_attribute("data-run") == run  # the last good one stays

    explorer.locator(".dx-pick").click()
    explorer.get_by_role("button", name="Sketch…").click()
    paper = explorer.locator(".dx-paper")
    paper.focus()
    for key in (" ", *["ArrowRight"] * 9, *["ArrowDown"] * 9, " "):
        page.keyboard.press(key)
    box = paper.bounding_box()
    assert box
    page.mouse.move(box["x"] + 30, box["y"] + 30)
    page.mouse.down()
    page.mouse.move(box["x"] + 200, box["y"] + 60, steps=5)
    page.mouse.up()
    with new_run(page):
        explorer.get_by_role("button", name="Use this drawing").click()
    pixels = Image.open(io.BytesIO(base64.b64decode(drawn(original).split(",")[1]))).convert("L")
    dark = (np.asarray(pixels) < 128).mean()
    assert 0.02 < dark < 0.3
    assert [error for error in watched.errors if not any(word in error for word in FOREIGN)] == []


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    explorer = dx.NoiseExplorer(picture="gallery:4", schedule="scaled_linear", compare=["linear", "flow"], steps=1000, seed=7)
    return written(explorer, tmp_path_factory.mktemp("noise"))


@pytest.fixture
def page(watched: Watched, exported: Path) -> Page:
    page = opened_offline(watched, exported)
    expect(page.locator(".dx-film .dx-frame")).to_have_count(21)
    return page


def test_the_file_asks_no_network_and_every_step_can_be_reached(page: Page, watched: Watched, exported: Path) -> None:
    words, large = page.locator(".dx-foot p"), page.locator(".dx-large .dx-square")
    page.get_by_role("slider", name="Step", exact=True).focus()
    page.keyboard.press("Home")
    pictures = {drawn(large)}
    for step in (1, 2, 3):
        page.keyboard.press("ArrowRight")
        expect(words).to_contain_text(f"Step {step} of 1,000")
        pictures.add(drawn(large))
    assert len(pictures) == 4
    expect(page.locator(".dx-under small")).to_contain_text("between steps 0 and 50")
    page.keyboard.press("End")
    expect(words).to_contain_text("Step 1,000 of 1,000")
    page.keyboard.press("ArrowLeft")
    expect(page.locator(".dx-under small")).to_contain_text("between steps 950 and 1,000")
    page.get_by_role("button", name="Play").click()
    page.wait_for_timeout(400)
    assert [address for address in watched.requests if not address.startswith(("data:", "blob:"))] == [exported.as_uri()]
    assert watched.errors == []


def test_the_closer_looks_follow_the_step(page: Page, watched: Watched) -> None:
    grid = page.locator(".dx-compared figure")
    expect(grid).to_have_count(6)
    page.get_by_role("slider", name="Step", exact=True).focus()
    page.keyboard.press("Home")
    for _ in range(4):
        page.keyboard.press("PageUp")
    step, level = ([drawn(grid.nth(at).locator(".dx-square")) for at in row] for row in ((0, 1, 2), (3, 4, 5)))
    assert len(set(step)) == 3  # the same step: three pictures

    def pixels(square: Locator) -> np.ndarray:
        code = "canvas => [...canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data]"
        return np.asarray(square.locator("canvas").evaluate(code), float)

    one, *others = (pixels(grid.nth(at).locator(".dx-square")) for at in (3, 4, 5))
    for other in others:
        assert np.abs(one - other).max() <= 2  # the same level: one picture
    assert len(set(level)) <= 3

    page.get_by_role("radio", name="Step by step, or in one jump").click()
    expect(page.locator(".dx-prose:visible").first).to_contain_text("Over all 1,000 steps")
    expect(page.locator(".dx-minus small")).to_contain_text("at most 0.0000")
    page.get_by_role("radio", name="What the last step leaves").click()
    expect(page.locator(".dx-leak small").first).to_contain_text("6.8 %")
    expect(page.locator(".dx-prose:visible").last).to_contain_text("Lin et al. 2023")
    chart = page.locator(".dx-lines")
    box = chart.bounding_box()
    assert box
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + 20)
    expect(page.locator(".dx-foot p")).to_contain_text("Step 500 of 1,000")
    assert watched.errors == []


def test_another_language_needs_no_run(page: Page) -> None:
    before = drawn(page.locator(".dx-large .dx-square"))
    page.get_by_role("button", name="中文").click()
    expect(page.locator(".dx-foot p")).to_contain_text("步，共 1,000 步")
    assert drawn(page.locator(".dx-large .dx-square")) == before
    page.get_by_role("button", name="English").click()
    expect(page.locator(".dx-foot p")).to_contain_text("of 1,000")


def test_what_needs_a_kernel_says_so(page: Page) -> None:
    for control in (
        page.locator(".dx-pick"),
        page.get_by_label("Schedule", exact=True),
        page.get_by_role("radio", name="latents", exact=True),
    ):
        expect(control).to_be_disabled()
    expect(page.get_by_role("checkbox", name="flow")).to_be_disabled()


@pytest.mark.parametrize("width", [480, 700, 1040])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_fits_its_width_in_both_themes(browser: Browser, exported: Path, width: int, scheme: str) -> None:
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(exported.as_uri())
    expect(page.locator(".dx-foot p")).to_contain_text("of 1,000")
    for name in ("Schedules side by side", "Step by step, or in one jump", "What the last step leaves"):
        page.get_by_role("radio", name=name).click()
        assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0
    context.close()
