"""The noise explorer in JupyterLab and as a file: by mouse, by keyboard, with a picture of one's own, in two languages, without a network."""

from __future__ import annotations

import base64
import io
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Locator, Page, expect

from tests.browser.notebook import new_run, run_explorer
from tests.browser.waiting import box_of, changed, drawn

pytestmark = pytest.mark.browser

MADE = "dx.NoiseExplorer(steps=20)"


def pixels(square: Locator, mode: str) -> np.ndarray:
    """What an encoded picture shows, in a mode of PIL."""
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(drawn(square).split(",")[1]))).convert(mode))


def test_it_is_live(live: Page) -> None:
    explorer = run_explorer(live, MADE)
    words, large = explorer.locator(".dx-foot p"), explorer.locator(".dx-large .dx-square")
    slider = explorer.get_by_role("slider", name="Step", exact=True)
    expect(explorer.locator(".dx-film .dx-frame")).to_have_count(21)
    slider.focus()
    live.keyboard.press("Home")
    expect(words).to_contain_text("Step 0 of 20. No noise yet")
    clean = drawn(large)
    live.keyboard.press("ArrowRight")
    expect(words).to_contain_text("Step 1 of 20")
    changed(lambda: drawn(large), clean)
    explorer.locator(".dx-film .dx-frame").last.click()
    expect(words).to_contain_text("Step 20 of 20. Nothing of the picture can be seen")
    expect(words).to_contain_text("can't be told from a Gaussian")
    live.keyboard.press("ArrowLeft")
    expect(words).to_contain_text("Step 19 of 20")
    live.keyboard.press("End")

    expect(explorer.locator(".dx-notice[role=alert]")).to_be_hidden()
    with new_run(live):
        explorer.get_by_label("Schedule", exact=True).select_option("scaled_linear")
    expect(explorer.locator(".dx-notice[role=alert]")).to_contain_text("6.8 % of the picture's amplitude is left")
    expect(explorer.get_by_label("First β")).to_have_attribute("placeholder", "0.00085")

    explorer.locator(".dx-pick").click()
    with new_run(live):
        live.keyboard.press("ArrowRight")
        live.keyboard.press("ArrowDown")
        live.keyboard.press("Enter")
    expect(explorer.locator(".dx-popover")).to_be_hidden()
    live.wait_for_function("document.querySelector('.dx-beside .dx-square img').src.length > 100")
    live.keyboard.press("Escape")
    slider.focus()
    live.keyboard.press("Home")
    changed(lambda: drawn(large), clean)

    with new_run(live):
        explorer.get_by_role("radio", name="latents", exact=True).click()
    expect(explorer.locator(".dx-head b")).to_contain_text("1,024 latent values")
    expect(large.locator("img")).to_be_visible()


def test_a_picture_of_ones_own_an_impossible_one_and_a_sketch(live: Page, tmp_path: Path) -> None:
    explorer = run_explorer(live, MADE)
    original = explorer.locator(".dx-beside .dx-square").first
    photo, words = tmp_path / "photo.png", tmp_path / "words.png"
    Image.new("RGBA", (3000, 2000), (0, 0, 255, 128)).save(photo)
    words.write_text("no picture at all")
    explorer.locator(".dx-pick").click()
    with new_run(live):
        explorer.locator("input[type=file]").set_input_files(photo)
    expect(explorer.locator(".dx-picked")).to_have_text("your picture")
    assert np.abs(pixels(original, "RGB").mean((0, 1)) - (127, 127, 255)).max() < 3  # on white

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
        live.keyboard.press(key)
    box = box_of(paper)
    live.mouse.move(box["x"] + 30, box["y"] + 30)
    live.mouse.down()
    live.mouse.move(box["x"] + 200, box["y"] + 60, steps=5)
    live.mouse.up()
    with new_run(live):
        explorer.get_by_role("button", name="Use this drawing").click()
    assert 0.02 < (pixels(original, "L") < 128).mean() < 0.3  # is dark


@pytest.fixture
def page(offline: Callable[[str], Page]) -> Page:
    page = offline("noise")
    expect(page.locator(".dx-film .dx-frame")).to_have_count(21)
    return page


def test_of_the_file_every_step_can_be_reached(page: Page) -> None:
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


def test_the_closer_looks_follow_the_step(page: Page) -> None:
    grid = page.locator(".dx-compared figure")
    expect(grid).to_have_count(6)
    page.get_by_role("slider", name="Step", exact=True).focus()
    page.keyboard.press("Home")
    for _ in range(4):
        page.keyboard.press("PageUp")
    step, level = ([grid.nth(at).locator(".dx-square") for at in row] for row in ((0, 1, 2), (3, 4, 5)))
    assert len({drawn(square) for square in step}) == 3  # the same step: three pictures
    one, *others = (pixels(square, "RGB").astype(float) for square in level)
    assert max(np.abs(one - other).max() for other in others) <= 2  # the same level: one picture

    page.get_by_role("radio", name="Step by step, or in one jump").click()
    expect(page.locator(".dx-prose:visible").first).to_contain_text("Over all 1,000 steps")
    expect(page.locator(".dx-minus small")).to_contain_text("at most 0.0000")
    page.get_by_role("radio", name="What the last step leaves").click()
    expect(page.locator(".dx-leak small").first).to_contain_text("6.8 %")
    expect(page.locator(".dx-prose:visible").last).to_contain_text("Lin et al. 2023")
    chart = page.locator(".dx-lines")
    box = box_of(chart)
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + 20)
    expect(page.locator(".dx-foot p")).to_contain_text("Step 500 of 1,000")


def test_nothing_runs_through_the_name_in_the_histogram(page: Page) -> None:
    for width in (390, 1280):
        page.set_viewport_size({"width": width, "height": 900})
        name, outline = box_of(page.locator(".dx-band-name")), box_of(page.locator(".dx-before"))
        assert name["y"] + name["height"] <= outline["y"]
