"""The seed explorer in JupyterLab and as a file: picked by mouse and by keyboard, in two languages, without a network."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.notebook import new_run, run_explorer
from tests.browser.waiting import box_of, eventually, seen
from tests.explorers.examples import PREAMBLE

pytestmark = pytest.mark.browser

CANVAS = "tile => tile.querySelector('canvas').toDataURL()"
PANELS = ("What the prompt fixes", "From A to B", "Another prompt")


def drawn(tiles: Locator) -> list[str]:
    return [str(seen(tiles.nth(at), CANVAS)) for at in range(tiles.count())]


def settled(page: Page, tiles: Locator) -> list[str]:
    """What the pictures show once their sheets are decoded: nothing changes any more, and each is another."""
    now: list[str] = []
    for _ in range(40):
        page.wait_for_timeout(100)
        before, now = now, drawn(tiles)
        if now == before and len({*now}) == len(now):
            return now
    raise AssertionError("the wall does not come to rest")


def test_it_is_live(live: Page) -> None:
    explorer = run_explorer(live, "dx.SeedExplorer(pipe, count=4, steps=4)", PREAMBLE)
    tiles, words = explorer.locator(".dx-left .dx-wall-tile"), explorer.locator(".dx-foot p")
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
    start = eventually(lambda: {*drawn(large)}, lambda now: len(now) == 1)  # both ways begin at A
    live.keyboard.press("End")
    end = eventually(lambda: {*drawn(large)}, lambda now: len(now) == 1 and now != start)
    for _ in range(4):
        live.keyboard.press("ArrowLeft")
    eventually(lambda: {*drawn(large)}, lambda middle: len(start | end | middle) == 4)
    expect(explorer.locator(".dx-three small").last).to_contain_text("length 0.7")

    explorer.get_by_role("radio", name="Another prompt").click()
    other = explorer.get_by_label("Another prompt", exact=True).last
    with new_run(live):
        other.fill("a cat")
        other.press("Enter")
    second = explorer.locator(".dx-other .dx-wall-tile")
    expect(second).to_have_count(4)
    assert not set(settled(live, second)) & set(finished)
    expect(words).to_contain_text("Two pictures of the same seed are")
    tiles.nth(2).hover()
    expect(explorer.locator(".dx-fact:visible").last).to_contain_text("this seed 0.")

    with new_run(live):
        explorer.get_by_role("button", name="Roll another seed").click()
    expect(explorer.locator(".dx-wall-picked")).to_have_count(0)  # those seeds are not there any more
    rolled = settled(live, tiles)
    assert not set(rolled) & set(finished)

    explorer.locator(".dx-bar input[type=range]").nth(1).evaluate(
        "input => { input.value = 50; input.dispatchEvent(new Event('input', { bubbles: true })) }"
    )
    cancel = explorer.get_by_role("button", name="Cancel")
    expect(cancel).to_be_visible(timeout=30_000)
    expect(explorer.locator(".dx-state")).to_contain_text("of 50", timeout=30_000)
    cancel.click()
    expect(explorer.get_by_role("button", name="Run again")).to_be_visible(timeout=30_000)
    assert settled(live, tiles) == rolled  # the last whole one stays


def test_of_the_file_everything_is_there_and_what_needs_a_kernel_does_nothing(offline: Callable[[str], Page]) -> None:
    page = offline("seed")
    tiles = page.locator(".dx-left .dx-wall-tile")
    expect(tiles).to_have_count(5)
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

    tiles.first.click()
    expect(tiles.first).to_have_attribute("aria-pressed", "false")
    assert "running notebook" in str(tiles.first.get_attribute("title"))
    expect(page.get_by_role("button", name="Clear")).to_be_hidden()

    page.set_viewport_size({"width": 1120, "height": 900})  # picture stands beside picture where there is room
    page.get_by_role("radio", name="Another prompt").click()
    left, right = (box_of(page.locator(f"{side} .dx-wall")) for side in (".dx-left", ".dx-other"))
    assert all(abs(left[side] - right[side]) < 1 for side in ("y", "height"))
