"""The sampler explorer in JupyterLab and as a file: by mouse, by keyboard, in two languages, without a network."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.notebook import new_run, run_explorer
from tests.browser.waiting import box_of, changed, seen
from tests.explorers.examples import PREAMBLE

pytestmark = pytest.mark.browser

MADE = "dx.SamplerExplorer(pipe, seed=7, samplers=['ddim', 'heun', 'ddpm'], steps=6)"


def shown(row: Locator) -> str:
    """The picture that a row has at the cursor."""
    return str(seen(row.locator(".dx-here img"), "image => image.src"))


def parts(page: Page) -> tuple[Locator, Locator, Locator]:
    """The slider, the rows, the line of words."""
    slider = page.get_by_role("slider", name="Place on the axis")
    return slider, page.locator(".dx-rows .dx-sampler-row"), page.locator(".dx-foot p")


def test_it_is_live(live: Page) -> None:
    explorer = run_explorer(live, MADE, PREAMBLE)
    slider, rows, line = parts(live)
    expect(rows).to_have_count(4)
    expect(rows.last.locator(".dx-end img")).to_be_visible()
    expect(explorer.locator(".dx-findings")).to_contain_text("DDPM adds fresh noise on the way")
    slider.focus()
    live.keyboard.press("Home")
    expect(line).to_contain_text("All predict the same picture")
    first = shown(rows.first)
    live.keyboard.press("End")
    changed(lambda: shown(rows.first), first)

    chip = partial(explorer.get_by_role, "button", exact=True)
    with new_run(live):
        chip(name="UniPC").click()
    expect(rows.locator(".dx-sampler-name b")).to_have_text(["DDIM", "DDPM", "Heun", "UniPC", "Long run"])
    expect(rows.nth(2).locator(".dx-cost")).to_have_text("11")
    for name in ("UniPC", "Heun"):
        with new_run(live):
            chip(name=name).click()
    run = explorer.get_attribute("data-run")
    chip(name="DDPM").click()
    expect(explorer.locator(".dx-samplers [role=alert]")).to_contain_text("At least 2")
    assert explorer.get_attribute("data-run") == run

    spacing, notice = explorer.get_by_label("Spacing", exact=True), explorer.locator(".dx-notice[role=alert]")
    spacing.select_option("karras")
    expect(notice).to_contain_text("karras is not to be had with DDIM, DDPM", timeout=30_000)
    expect(rows).to_have_count(3)  # the last good ones stay
    with new_run(live):
        spacing.select_option("trailing")
    expect(notice).to_be_hidden()


@pytest.fixture
def page(offline: Callable[[str], Page]) -> Page:
    page = offline("sampler")
    expect(parts(page)[1]).to_have_count(6)
    return page


def test_of_the_file_every_place_can_be_reached(page: Page) -> None:
    slider, rows, _ = parts(page)
    page.get_by_role("radio", name="evaluations", exact=True).click()
    slider.focus()
    page.keyboard.press("Home")
    pictures = []
    for place in range(1, 16):
        expect(slider).to_have_attribute("aria-valuetext", f"evaluation {place}")
        pictures.append(shown(rows.first))
        page.keyboard.press("ArrowRight")
    assert len(set(pictures[:8])) == 8
    assert set(pictures[7:]) == {pictures[7]}  # DDIM is through, Heun goes on
    expect(rows.nth(1).locator(".dx-cost")).to_have_text("15")
    page.get_by_role("button", name="Play").click()
    expect(slider).to_have_attribute("aria-valuetext", "evaluation 2")


def test_a_place_is_chosen_with_the_pointer_and_stays_on_the_other_axis(page: Page) -> None:
    slider, rows, line = parts(page)
    heun = rows.nth(1)
    heun.locator(".dx-sampler-name").click()
    end = shown(heun)
    box = box_of(heun.locator(".dx-track"))
    page.mouse.click(box["x"] + box["width"] / 4, box["y"] + 10)
    expect(slider).to_have_attribute("aria-valuetext", re.compile("log-SNR −"))
    before = changed(lambda: shown(heun), end)
    page.get_by_role("radio", name="evaluations", exact=True).click()
    expect(slider).to_have_attribute("aria-valuetext", re.compile(r"evaluation \d"))
    assert shown(heun) == before
    page.mouse.click(box["x"] + 1, box["y"] + 10)
    expect(slider).to_have_attribute("aria-valuetext", "evaluation 1")
    expect(line).to_contain_text("All predict the same picture")
    page.locator(".dx-distances").scroll_into_view_if_needed()
    chart = box_of(page.locator(".dx-distances"))
    page.mouse.click(chart["x"] + chart["width"] - 190, chart["y"] + 100)
    expect(slider).to_have_attribute("aria-valuetext", re.compile(r"evaluation 1\d"))


def test_the_closer_looks_say_what_was_measured(page: Page) -> None:
    chart, prose, pair = page.locator(".dx-distances"), page.locator(".dx-prose:visible"), page.locator(".dx-right > b")
    expect(page.locator(".dx-findings")).to_contain_text("DDPM and Euler ancestral draw the same fresh noise")
    expect(chart.locator(".dx-line-name")).to_have_count(5)
    expect(chart.locator("path.dx-line")).to_have_count(5)
    chart.locator(".dx-line-name", has_text="Heun").click()
    expect(page.locator(".dx-sampler-row.dx-chosen .dx-sampler-name")).to_contain_text("Heun")
    expect(page.locator(".dx-foot p")).to_contain_text("Heun expects a picture")
    page.get_by_role("radio", name="to its own end", exact=True).click()
    expect(prose).to_contain_text("of its own finished picture for good")

    page.get_by_role("radio", name="Who agrees", exact=True).click()
    page.locator(".dx-matrix canvas").focus()
    page.keyboard.press("PageUp")
    page.keyboard.press("Home")
    first, second = page.locator(".dx-sides span").all_inner_texts()[:2]  # those that agree stand together
    expect(pair).to_have_text(f"{first} with itself")
    page.keyboard.press("ArrowRight")
    expect(pair).to_contain_text(f"{first} and {second}: ")
    page.wait_for_function("document.querySelector('.dx-pair canvas').width > 1")
    expect(page.locator(".dx-groups li").first).to_contain_text("A: ")

    page.get_by_role("radio", name="On the map", exact=True).click()
    expect(page.locator(".dx-map-waiting")).to_be_hidden()
    page.get_by_role("radio", name="Whole map", exact=True).click()
    page.get_by_role("radio", name="Time", exact=True).click()
    expect(page.locator(".dx-bar-name")).to_have_count(5)
    expect(prose).to_contain_text("of the time is the network's")
    page.keyboard.press("Escape")
    expect(page.locator(".dx-sampler-row.dx-chosen")).to_have_count(0)


def test_what_the_run_shows_is_met_without_scrolling(page: Page) -> None:
    page.set_viewport_size({"width": 1280, "height": 800})
    player = box_of(page.locator(".dx-player"))
    second = box_of(page.locator(".dx-findings li").nth(1))
    assert second["y"] + second["height"] <= 800
    assert player["y"] + player["height"] <= second["y"]  # it covers none of them
