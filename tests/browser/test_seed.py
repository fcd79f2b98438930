"""The seed explorer in JupyterLab and as a file: picked by mouse and by keyboard, in two languages, without a network."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.notebook import new_run, run_cell, wait_until_done
from tests.browser.waiting import eventually, seen

pytestmark = pytest.mark.browser

CELL = (
    "import torch\ntorch.set_num_threads(1)\nimport diffexplain as dx\nexplorer = dx.SeedExplorer(count=4, steps=4)\nexplorer"
)
CANVAS = "tile => tile.querySelector('canvas').toDataURL()"
PANELS = ("What the prompt fixes", "From A to B", "Another prompt")


def wall(explorer: Locator, of: str = ".dx-left") -> Locator:
    return explorer.locator(f"{of} .dx-wall-tile")


def drawn(tiles: Locator) -> list[str]:
    return [str(seen(tiles.nth(at), CANVAS)) for at in range(tiles.count())]


def alike(pictures: list[str]) -> bool:
    return len(set(pictures)) == 1


def settled(page: Page, tiles: Locator) -> list[str]:
    """What the pictures show once their sheets are decoded."""
    before: list[str] = []
    for _ in range(40):
        page.wait_for_timeout(100)
        now = drawn(tiles)
        if now == before and len(set(now)) == len(now):
            return now
        before = now
    raise AssertionError("the wall does not come to rest")


def test_it_is_live(live: Page) -> None:
    explorer = run_cell(live, CELL)
    wait_until_done(live)
    tiles, words = wall(explorer), explorer.locator(".dx-foot p")
    expect(tiles).to_have_count(4)
    expect(words).to_contain_text("Across 4 seeds the finished pictures deviate by")
    finished = settled(live, tiles)

    slider = explorer.get_by_role("slider", name="Step", exact=True)
    slider.focus()
    live.keyboard.press("Home")
    expect(words).to_contain_text("Step 1 of 4")
    first = settled(live, tiles)
    assert not set(first) & set(finished)
    live.keyboard.press("End")
    expect(words).to_contain_text("finished pictures")
    assert settled(live, tiles) == finished

    tiles.nth(0).click()
    expect(tiles.nth(0)).to_have_attribute("aria-label", "Seed 0, picked as A")
    tiles.nth(0).click()
    expect(tiles.nth(0)).to_have_attribute("aria-label", "Seed 0")
    live.keyboard.press("ArrowRight")
    live.keyboard.press("Enter")
    expect(tiles.nth(1)).to_have_attribute("aria-label", "Seed 1, picked as A")
    live.keyboard.press("Escape")
    expect(tiles.nth(1)).to_have_attribute("aria-pressed", "false")
    live.keyboard.press("Enter")
    live.keyboard.press("ArrowDown")
    with new_run(live):
        live.keyboard.press("Enter")
    expect(tiles.nth(3)).to_have_attribute("aria-label", "Seed 3, picked as B")
    expect(explorer.locator(".dx-walk .dx-head b")).to_have_text("From seed 1 to seed 3")
    expect(words).to_contain_text("The noises of seeds 1 and 3")
    assert settled(live, tiles) == finished  # the wall is the same, and was not drawn again

    explorer.get_by_role("slider", name="Stop", exact=True).focus()
    large = explorer.locator(".dx-three .dx-square")
    start = eventually(lambda: drawn(large), alike)  # both ways begin at A
    live.keyboard.press("End")
    end = eventually(lambda: drawn(large), lambda now: alike(now) and now != start)
    for _ in range(4):
        live.keyboard.press("ArrowLeft")
    eventually(lambda: drawn(large), lambda middle: len({*start, *end, *middle}) == 4)
    expect(explorer.locator(".dx-three small").last).to_contain_text("length 0.7")

    explorer.get_by_role("radio", name="Another prompt").click()
    other = explorer.get_by_label("Another prompt", exact=True).last
    with new_run(live):
        other.fill("a cat")
        other.press("Enter")
    second = wall(explorer, ".dx-other")
    expect(second).to_have_count(4)
    assert not set(settled(live, second)) & set(finished)
    expect(words).to_contain_text("Two pictures of the same seed are")
    tiles.nth(2).hover()
    expect(explorer.locator(".dx-fact:visible").last).to_contain_text("this seed 0.")

    with new_run(live):
        explorer.get_by_role("button", name="Roll another seed").click()
    expect(explorer.locator(".dx-wall-picked")).to_have_count(0)  # those seeds are not there any more
    assert not set(settled(live, tiles)) & set(finished)


def test_a_long_run_is_cancelled_and_the_last_wall_stays(live: Page) -> None:
    explorer = run_cell(live, CELL)
    wait_until_done(live)
    tiles = wall(explorer)
    finished = settled(live, tiles)
    explorer.locator(".dx-bar input[type=range]").nth(1).evaluate(
        "input => { input.value = 50; input.dispatchEvent(new Event('input', { bubbles: true })) }"
    )
    cancel = explorer.get_by_role("button", name="Cancel")
    expect(cancel).to_be_visible(timeout=30_000)
    expect(explorer.locator(".dx-state")).to_contain_text("of 50", timeout=30_000)
    cancel.click()
    expect(explorer.get_by_role("button", name="Run again")).to_be_visible(timeout=30_000)
    assert settled(live, tiles) == finished


@pytest.fixture
def page(offline: Callable[[str], Page]) -> Page:
    page = offline("seed")
    expect(page.locator(".dx-left .dx-wall-tile")).to_have_count(5)
    return page


def test_of_the_file_everything_is_there(page: Page) -> None:
    tiles = page.locator(".dx-left .dx-wall-tile")
    finished = settled(page, tiles)
    page.get_by_role("slider", name="Step", exact=True).focus()
    walls = {tuple(finished)}
    for step in (2, 1):
        page.keyboard.press("ArrowLeft")
        expect(page.locator(".dx-foot p")).to_contain_text(f"Step {step} of 3")
        walls.add(tuple(settled(page, tiles)))
    assert len(walls) == 3
    page.keyboard.press("End")
    for name in PANELS:
        page.get_by_role("radio", name=name).click()
        expect(page.locator(".dx-foot p")).not_to_be_empty()
    assert len(settled(page, page.locator(".dx-other .dx-wall-tile"))) == 5
    page.get_by_role("radio", name="From A to B").click()
    page.locator(".dx-strips .dx-button").click()
    expect(page.get_by_role("slider", name="Stop", exact=True)).to_have_value("4", timeout=15_000)  # it plays to the end


def test_what_needs_a_kernel_says_so_and_does_nothing(page: Page) -> None:
    for name in ("Prompt", "First seed", "Sampler"):
        expect(page.get_by_label(name, exact=True)).to_be_disabled()
    tile = page.locator(".dx-left .dx-wall-tile").first
    tile.click()
    expect(tile).to_have_attribute("aria-pressed", "false")
    assert "running notebook" in str(tile.get_attribute("title"))
    expect(page.get_by_role("button", name="Clear")).to_be_hidden()


def test_picture_stands_beside_picture_where_there_is_room(page: Page) -> None:
    page.set_viewport_size({"width": 1120, "height": 900})
    page.get_by_role("radio", name="Another prompt").click()
    left, right = (page.locator(f"{side} .dx-wall").bounding_box() for side in (".dx-left", ".dx-other"))
    assert left
    assert right
    assert abs(left["y"] - right["y"]) < 1
    assert abs(left["height"] - right["height"]) < 1
