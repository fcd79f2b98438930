"""The similarity explorer in JupyterLab and as a file: by mouse, by keyboard, in two languages, without a network."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

import diffexplain as dx
from tests.browser.conftest import Watched
from tests.browser.notebook import new_run, run_explorer
from tests.browser.waiting import box_of, changed, eventually, seen

pytestmark = pytest.mark.browser


def test_it_is_live(live: Page, tmp_path: Path) -> None:
    explorer = run_explorer(live, "dx.SimilarityExplorer()")
    words, pair = explorer.locator(".dx-foot p"), explorer.locator(".dx-pair")
    expect(words).to_contain_text("Picture 1 and text 1")
    expect(words).to_contain_text("All 8 pictures find their own text.")

    canvas = explorer.locator(".dx-heat canvas")
    box = box_of(canvas)
    cell = box["width"] / 8
    canvas.click(position={"x": 2.5 * cell, "y": 1.5 * cell})
    expect(words).to_contain_text("Picture 3 and text 2")
    live.mouse.move(5, 5)  # away: what was selected stays
    expect(words).to_contain_text("Picture 3 and text 2")
    live.keyboard.press("ArrowRight")
    live.keyboard.press("ArrowDown")
    expect(words).to_contain_text("Picture 4 and text 3")

    run = explorer.get_attribute("data-run")
    explorer.get_by_role("radio", name="which text?").click()
    expect(pair.locator(".dx-reading.dx-on")).to_contain_text("among texts")
    live.keyboard.press("ArrowLeft")  # inside the switch the arrows are its own
    expect(explorer.get_by_role("radio", name="× temperature")).to_have_attribute("aria-checked", "true")
    expect(words).to_contain_text("Picture 4 and text 3")
    assert explorer.get_attribute("data-run") == run

    with new_run(live):
        explorer.get_by_label("Text 3", exact=True).fill("a moose in the snow")
        live.keyboard.press("Enter")
    expect(words).to_contain_text("text 3")
    with new_run(live):
        explorer.get_by_role("button", name="Add a wrong caption").click()
    expect(explorer.locator(".dx-corner b")).to_have_text("8 pictures × 9 texts")
    expect(words).to_contain_text("text 9")
    with new_run(live):
        explorer.locator(".dx-side").nth(8).hover()
        explorer.get_by_role("button", name="Remove text 9").click()
    expect(explorer.locator(".dx-corner b")).to_have_text("8 pictures × 8 texts")

    explorer.get_by_role("button", name="Add or remove…").click()
    with new_run(live):
        explorer.get_by_role("button", name="a tent").click()
    expect(explorer.locator(".dx-corner b")).to_have_text("9 pictures × 8 texts")
    Image.new("RGBA", (40, 30), (255, 0, 0, 128)).save(tmp_path / "red.png")
    with new_run(live):
        explorer.locator("input[type=file]").set_input_files(tmp_path / "red.png")
    expect(explorer.locator(".dx-corner b")).to_have_text("10 pictures × 8 texts")
    assert "data:image/jpeg" in str(explorer.locator(".dx-top .dx-tile").nth(9).get_attribute("style"))
    live.keyboard.press("Escape")


def test_the_sections_ask_for_runs(live: Page) -> None:
    explorer = run_explorer(live, "dx.SimilarityExplorer()")
    explorer.get_by_role("button", name="Sort the gallery by a text").click()
    with new_run(live):
        explorer.get_by_label("Text", exact=True).fill("a ladybug")
        live.keyboard.press("Enter")
    expect(explorer.locator(".dx-result")).to_have_count(12, timeout=30_000)
    nearest = explorer.locator(".dx-result").first
    words = f"number 1, cosine {nearest.locator('small').inner_text()}: a ladybug on a gray background"
    expect(nearest).to_have_attribute("aria-label", words)

    explorer.get_by_role("button", name="The older way").click()
    with new_run(live):
        explorer.get_by_role("slider", name="Steps").fill("6")  # long enough to be cancelled
    images = explorer.locator(".dx-candidate img")
    with new_run(live):
        explorer.get_by_role("button", name="Draw them").click()
        expect(images.first).to_be_visible(timeout=60_000)
        explorer.get_by_role("button", name="Cancel").click()
    assert 0 < images.count() < 24
    with new_run(live):
        explorer.get_by_role("button", name="Draw them").click()  # goes on where it was
    expect(images).to_have_count(24, timeout=30_000)
    expect(explorer.locator(".dx-best")).to_have_count(2)
    expect(explorer.locator(".dx-panel .dx-prose").last).to_contain_text("96 evaluations against 96")


def test_bad_text_is_refused_where_it_stands_and_loses_nothing(live: Page) -> None:
    explorer = run_explorer(live, "dx.SimilarityExplorer(texts=['an eagle on a white background'])")
    explorer.locator(".dx-side").first.hover()
    explorer.get_by_role("button", name="Remove text 1", exact=True).click()
    expect(explorer.locator(".dx-adding [role=alert]")).to_contain_text("it is empty", timeout=30_000)
    expect(explorer.locator(".dx-corner b")).to_have_text("8 pictures × 1 text")
    expect(explorer.locator(".dx-side textarea")).to_have_value("an eagle on a white background")
    with new_run(live):
        explorer.get_by_label("Add a text…").fill("a horse")
        live.keyboard.press("Enter")
    expect(explorer.locator(".dx-corner b")).to_have_text("8 pictures × 2 texts")


def test_the_file_needs_no_kernel(offline: Callable[[str], Page]) -> None:
    page = offline("similarity")
    explorer = page.locator(".dx")
    words = explorer.locator(".dx-foot p")
    expect(words).to_contain_text("Picture 1 and text 1")
    explorer.locator(".dx-heat canvas").focus()
    page.keyboard.press("ArrowDown")
    expect(words).to_contain_text("Picture 1 and text 2")
    canvas = explorer.locator(".dx-heat canvas")
    before = seen(canvas)
    explorer.get_by_role("radio", name="which picture?").click()
    expect(explorer.locator(".dx-legend b")).to_have_text("share of each text’s pictures")
    changed(lambda: seen(canvas), before)

    explorer.get_by_role("button", name="Why is the best cosine only").click()
    slider = explorer.get_by_role("slider", name="Temperature")
    share = explorer.locator(".dx-bars b").first
    own = share.inner_text()
    slider.focus()
    page.keyboard.press("Home")
    expect(share).not_to_have_text(own)
    explorer.get_by_role("button", name="Back to").click()
    expect(share).to_have_text(own)
    explorer.get_by_role("button", name="Sort the gallery").click()
    expect(explorer.locator(".dx-result")).to_have_count(12)
    explorer.get_by_role("button", name="The older way").click()
    expect(explorer.locator(".dx-candidate img")).to_have_count(24)

    assert explorer.locator(".dx-side textarea").first.get_attribute("readonly") is not None
    assert explorer.locator(".dx-remove").count() == 0


def test_the_largest_matrix_scrolls_inside_itself_and_follows_the_keys(watched: Watched, tmp_path: Path) -> None:
    texts = [scene.caption for scene in dx.scenes.gallery(64)]
    explorer = dx.SimilarityExplorer([f"gallery:{number}" for number in range(64)], texts)
    page = watched.page
    page.goto(explorer.wait(120).to_html(tmp_path / "large.html").as_uri())
    explorer.close()
    canvas, grid = page.locator(".dx-heat canvas"), page.locator(".dx-matrix")
    canvas.focus()
    page.keyboard.press("End")
    page.keyboard.press("PageDown")
    expect(page.locator(".dx-foot p")).to_contain_text("Picture 64 and text 64")
    far = "g => [g.scrollHeight - g.clientHeight - g.scrollTop, g.scrollWidth - g.clientWidth - g.scrollLeft]"
    eventually(lambda: grid.evaluate(far), lambda left: max(left) <= 4)
    page.keyboard.press("Home")
    page.keyboard.press("PageUp")
    eventually(lambda: grid.evaluate("g => [g.scrollTop, g.scrollLeft]"), lambda place: place == [0, 0])
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
