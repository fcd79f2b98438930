"""The embedding explorer in JupyterLab and as a file: by mouse, by keyboard, in two languages, without a network, with 5,000 points."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from diffexplain.export import to_html
from tests.browser.conftest import Watched
from tests.browser.crowd import recording
from tests.browser.notebook import new_run, run_cell, run_explorer
from tests.browser.waiting import box_of, changed, eventually, seen

pytestmark = pytest.mark.browser


def spot(page: Page, x: float, y: float) -> tuple[float, float]:
    """A place on the plot, given in shares of its width and height."""
    box = box_of(page.locator(".dx-scatter"))
    return box["x"] + box["width"] * x, box["y"] + box["height"] * y


def settled(page: Page) -> str:
    """What is on the map once nothing moves any more."""
    pictures = [""]

    def look() -> str:
        page.wait_for_timeout(120)
        pictures.append(str(seen(page.locator(".dx-scatter-points").first)))
        return pictures[-1]

    return eventually(look, lambda now: now == pictures[-2])


def test_it_is_live(live: Page) -> None:
    explorer = run_explorer(live, "dx.EmbeddingExplorer(steps=4)")
    title, plot = explorer.locator(".dx-side h2"), explorer.locator(".dx-scatter")
    expect(title).to_have_text("Near “a fox”")
    expect(explorer.locator(".dx-near-pictures li")).to_have_count(6)
    expect(explorer.locator(".dx-near-texts .dx-near-words").first).to_have_text("a fox")

    search = explorer.get_by_label("Search by text", exact=True)
    with new_run(live):
        search.fill("a red apple")
        search.press("Enter")
    expect(title).to_have_text("Near “a red apple”")
    expect(explorer.locator(".dx-near-texts .dx-near-words").first).to_have_text("a red apple")

    whole = settled(live)
    plot.focus()
    live.keyboard.press("+")
    closer = settled(live)
    assert closer != whole
    live.keyboard.press("ArrowLeft")
    assert settled(live) != closer
    live.keyboard.press("0")
    settled(live)
    live.keyboard.press("Enter")  # the point in the middle
    expect(explorer.locator(".dx-link", has_text="Back to the search")).to_be_visible()
    live.keyboard.press("Escape")
    expect(title).to_have_text("Near “a red apple”")

    explorer.locator(".dx-near-pictures button").first.click()
    expect(explorer.locator(".dx-point")).to_be_visible()
    explorer.get_by_role("button", name="Back to the search").click()
    expect(title).to_have_text("Near “a red apple”")

    with new_run(live):
        explorer.get_by_role("button", name="choose…").click()
        explorer.locator(".dx-gallery .dx-thumb").nth(3).click()
    expect(title).to_have_text("Near your picture")
    expect(explorer.locator(".dx-side .dx-own")).to_be_visible()

    run = explorer.get_attribute("data-run")
    explorer.get_by_role("radio", name="PCA").click()
    expect(explorer.locator(".dx-foot p")).to_contain_text("straight shadow")
    assert explorer.get_attribute("data-run") == run  # no new run for another map

    with new_run(live):
        prompts = explorer.get_by_label("Denoising runs to follow")
        prompts.fill("a fox | a cat")
        prompts.press("Enter")
    expect(explorer.locator(".dx-lanes .dx-film")).to_have_count(2)
    expect(explorer.locator(".dx-lanes .dx-film").first.locator("img:not([hidden])")).to_have_count(4)
    slider = explorer.get_by_role("slider", name="Step", exact=True)
    slider.focus()
    live.keyboard.press("Home")
    expect(slider).to_have_attribute("aria-valuetext", "step 1 of 4")
    live.keyboard.press("ArrowRight")
    expect(slider).to_have_attribute("aria-valuetext", "step 2 of 4")


OWN = """
import torch
torch.set_num_threads(1)
import diffexplain as dx
mine = dx.scenes.gallery(60, seed=5)
explorer = dx.EmbeddingExplorer([scene.image for scene in mine], [scene.caption for scene in mine])
explorer
"""


def test_a_fit_of_ones_own_tells_how_far_it_is_and_can_be_stopped(live: Page) -> None:
    explorer = run_cell(live, OWN)
    progress = explorer.locator(".dx-progress")
    expect(progress).to_be_visible(timeout=60_000)
    progress.get_by_role("button", name="Cancel").click()
    expect(progress.get_by_role("button", name="Run again")).to_be_visible(timeout=60_000)
    progress.get_by_role("button", name="Run again").click()
    expect(progress).to_contain_text(re.compile("loading|embedding|UMAP|fitting"), timeout=90_000)  # each is over soon
    expect(explorer.locator(".dx-chip")).to_have_text(["pictures", "texts"], timeout=90_000)
    expect(progress).to_be_hidden()
    expect(explorer.locator(".dx-side h2")).to_have_text("Select a point")


@pytest.fixture
def page(offline: Callable[[str], Page]) -> Page:
    page = offline("embedding")
    expect(page.locator(".dx-chip").first).to_be_visible()
    settled(page)
    return page


def test_of_the_file_what_needs_no_kernel_works(page: Page) -> None:
    whole = settled(page)
    middle = spot(page, 0.5, 0.5)
    page.mouse.move(*middle)
    page.mouse.wheel(0, -300)
    assert settled(page) != whole
    page.mouse.down()
    page.mouse.move(middle[0] + 90, middle[1] + 40, steps=4)
    page.mouse.up()
    page.get_by_role("button", name="Show all (0)").click()
    assert settled(page) == whole  # all the way back

    page.get_by_role("button", name="animals").click()
    expect(page.get_by_role("button", name="animals")).to_have_attribute("aria-pressed", "false")
    assert settled(page) != whole
    page.get_by_role("button", name="show all", exact=True).click()
    assert settled(page) == whole
    page.get_by_label("Colour by").select_option("style")
    expect(page.locator(".dx-chip").first).to_have_text("soft")

    page.get_by_role("button", name="Show the gap").click()
    expect(page.get_by_role("radio", name="Gap", exact=True)).to_have_attribute("aria-checked", "true")
    expect(page.locator(".dx-chip")).to_have_text(["pictures", "texts"])
    page.get_by_role("radio", name="Gap closed").click()
    expect(page.locator(".dx-foot p")).to_contain_text("taken away first")


def test_hover_shows_a_picture_and_a_click_its_neighbours(page: Page) -> None:
    card = page.locator(".dx-hover")
    for at in range(60):  # somewhere along this line stands a picture
        page.mouse.move(*spot(page, 0.25 + 0.008 * at, 0.55))
        page.wait_for_timeout(20)
        if card.is_visible() and card.locator("canvas").count():
            break
    expect(card.locator("canvas")).to_be_visible()
    caption = card.locator("span").inner_text()
    page.mouse.down()
    page.mouse.up()
    expect(page.locator(".dx-point")).to_contain_text(caption)
    expect(page.locator(".dx-near-pictures li")).to_have_count(6)
    page.keyboard.press("Escape")
    expect(page.locator(".dx-side h2")).to_contain_text("a fox")


def test_a_lasso_counts_what_it_holds(page: Page) -> None:
    page.get_by_role("button", name="Lasso").click()
    page.mouse.move(*spot(page, 0.2, 0.2))
    page.mouse.down()
    for corner in ((0.8, 0.2), (0.8, 0.8), (0.2, 0.8)):
        page.mouse.move(*spot(page, *corner), steps=5)
    page.mouse.up()
    expect(page.locator(".dx-side h2")).to_contain_text("points in the lasso")
    held = int(page.locator(".dx-side h2").inner_text().split()[0])
    counts = [int(text) for text in page.locator(".dx-counts b").all_inner_texts()]
    assert sum(counts) == held > 500
    expect(page.locator(".dx-held li")).to_have_count(18)


def test_the_runs_are_scrubbed_and_played(page: Page) -> None:
    slider = page.get_by_role("slider", name="Step", exact=True)
    over = page.locator(".dx-scatter-over")
    last = seen(over)
    slider.focus()
    page.keyboard.press("Home")
    expect(slider).to_have_attribute("aria-valuetext", "step 1 of 6")
    changed(lambda: seen(over), last)
    page.get_by_role("button", name="Play").click()
    expect(slider).to_have_attribute("aria-valuetext", "step 6 of 6", timeout=15_000)


def test_five_thousand_points_follow_a_drag(watched: Watched, tmp_path: Path) -> None:
    """How smoothly is measured in tests/benchmarks/page.py."""
    page = watched.page
    page.goto(to_html(recording(5000), tmp_path / "crowd.html").as_uri())
    expect(page.locator(".dx-chip").first).to_be_visible()
    settled(page)
    drag = """async () => {
      const plot = document.querySelector('.dx-scatter'), box = plot.getBoundingClientRect(), pictures = new Set();
      const event = (kind, x, y) => plot.dispatchEvent(new PointerEvent(kind, { clientX: box.left + x, clientY: box.top + y, pointerId: 1, button: 0, buttons: 1, bubbles: true }));
      event('pointerdown', 300, 250);
      for (let at = 0; at < 9; at += 1) {
        event('pointermove', 300 + 20 * at, 250 + 9 * at);
        await new Promise(requestAnimationFrame);
        await new Promise(requestAnimationFrame);
        pictures.add(plot.querySelector('canvas').style.transform + plot.querySelector('canvas').toDataURL());
      }
      event('pointercancel', 300, 250);
      return pictures.size;
    }"""
    assert page.evaluate(drag) > 5
