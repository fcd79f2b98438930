"""The exported file: opens from disk with the network cut off, asks for nothing, and does all that needs no kernel."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

import diffexplain as dx
from tests.browser.conftest import Watched, opened_offline, written
from tests.browser.waiting import changed, seen

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    explorer = dx.DenoiseExplorer(prompt='a fox </script><b id="planted">', seed=7, steps=8, guidance_scale=4.0)
    return written(explorer, tmp_path_factory.mktemp("export"))


@pytest.fixture
def page(watched: Watched, exported: Path) -> Page:
    page = opened_offline(watched, exported)
    expect(page.locator(".dx-film").first.locator(".dx-frame")).to_have_count(8)
    return page


def test_it_asks_no_network_and_reports_no_error(page: Page, watched: Watched, exported: Path) -> None:
    page.get_by_role("button", name="Play").click()
    page.wait_for_timeout(500)
    assert [address for address in watched.requests if not address.startswith(("data:", "blob:"))] == [exported.as_uri()]
    assert watched.errors == []


def test_prompt_text_is_never_markup(page: Page) -> None:
    assert page.locator("#planted").count() == 0
    assert "</script>" in page.get_by_label("Prompt", exact=True).input_value()


def test_scrubbing_by_keyboard_and_mouse_moves_every_part(page: Page) -> None:
    words = page.locator(".dx-foot p")
    result = page.locator(".dx-result > .dx-square img")
    expect(page.locator(".dx-result > .dx-caption")).to_have_text("The finished picture")
    page.get_by_role("slider", name="Step", exact=True).focus()
    page.keyboard.press("Home")
    expect(words).to_contain_text("Step 1 of 8")
    first = result.get_attribute("src")
    page.keyboard.press("ArrowRight")
    expect(words).to_contain_text("Step 2 of 8")
    assert result.get_attribute("src") != first
    film = page.locator(".dx-film").first
    box = film.bounding_box()
    assert box
    page.mouse.move(box["x"] + box["width"] * 0.06, box["y"] + 10)
    page.mouse.down()
    expect(words).to_contain_text("Step 1 of 8")
    page.mouse.move(box["x"] + box["width"] * 0.94, box["y"] + 10, steps=6)
    page.mouse.up()
    expect(words).to_contain_text("Step 8 of 8")
    page.locator(".dx-timeline .dx-chart circle").first.click(force=True)
    expect(words).to_contain_text("Step 1 of 8")


def test_a_finger_scrubs_too(browser: Browser, exported: Path) -> None:
    context = browser.new_context(has_touch=True, viewport={"width": 800, "height": 1000})
    page = context.new_page()
    page.goto(exported.as_uri())
    expect(page.locator(".dx-foot p")).to_contain_text("Step 8 of 8")
    box = page.locator(".dx-film").first.bounding_box()
    assert box
    page.touchscreen.tap(box["x"] + box["width"] * 0.3, box["y"] + 10)
    expect(page.locator(".dx-foot p")).to_contain_text("Step 3 of 8")
    context.close()


def test_play_goes_to_the_end_and_stops(page: Page) -> None:
    page.get_by_role("slider", name="Step", exact=True).focus()
    page.keyboard.press("Home")
    page.get_by_role("button", name="Play").click()
    expect(page.get_by_role("button", name="Pause")).to_be_visible()
    expect(page.locator(".dx-foot p")).to_contain_text("Step 8 of 8", timeout=15_000)
    expect(page.get_by_role("button", name="Play")).to_be_visible()


@pytest.mark.parametrize("place", ["sentence", "encoder", "noise", "latent", "unet", "prediction", "sampler", "decoder"])
def test_every_place_opens_and_closes_by_keyboard(page: Page, place: str, watched: Watched) -> None:
    button = page.locator(f"[data-place={place}]")
    button.focus()
    page.keyboard.press("Enter")
    expect(button).to_have_attribute("aria-expanded", "true")
    panel = page.locator(".dx-panel")
    expect(panel).to_be_visible()
    expect(panel.locator("p").first).not_to_be_empty()
    page.keyboard.press("Escape")
    expect(panel).to_be_hidden()
    assert watched.errors == []


def test_one_click_shows_the_four_channels(page: Page) -> None:
    page.locator("[data-place=latent]").click()
    canvases = page.locator(".dx-channels canvas")
    expect(canvases).to_have_count(12)  # four each of the noisy latent, the predicted noise, the predicted picture
    drawn = "canvas => new Set(canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data).size"
    for at in range(12):
        assert seen(canvases.nth(at), drawn) > 20


def test_guidance_is_mixed_anew_without_a_kernel(page: Page) -> None:
    page.get_by_role("slider", name="Step", exact=True).focus()
    page.keyboard.press("Home")
    page.locator("[data-place=unet]").click()
    outcome = page.locator(".dx-panel figure canvas").last
    pixels = "canvas => [...canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data].join()"
    before = seen(outcome, pixels)
    slider = page.get_by_role("slider", name="guidance", exact=True)
    expect(slider).to_have_value("4")
    slider.focus()
    page.keyboard.press("End")
    expect(page.locator(".dx-panel .dx-prose")).to_contain_text("Guidance 15")
    changed(lambda: seen(outcome, pixels), before)


def test_controls_that_need_a_kernel_say_so(page: Page) -> None:
    prompt = page.get_by_label("Prompt", exact=True)
    expect(prompt).to_be_disabled()
    assert "recording" in (page.locator(".dx-field", has=prompt).get_attribute("title") or "")


@pytest.mark.parametrize("width", [480, 1040])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_fits_its_width_in_both_themes(browser: Browser, exported: Path, width: int, scheme: str) -> None:
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(exported.as_uri())
    expect(page.locator(".dx-foot p")).to_contain_text("Step 8 of 8")
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0
    light = page.evaluate("getComputedStyle(document.querySelector('.dx')).backgroundColor")
    assert (sum(int(part) for part in light[4:-1].split(",")) > 380) == (scheme == "light")
    context.close()


def test_reduced_motion_is_honoured(browser: Browser, exported: Path) -> None:
    context = browser.new_context(reduced_motion="reduce")
    page = context.new_page()
    page.goto(exported.as_uri())
    assert page.locator(".dx-square").first.evaluate("element => getComputedStyle(element).transitionDuration") == "0s"
    context.close()


def test_another_language_is_another_set_of_words_for_the_same_run(page: Page, watched: Watched) -> None:
    explorer = page.locator(".dx")
    page.get_by_role("slider", name="Step", exact=True).focus()
    page.keyboard.press("Home")
    explorer.locator('[data-place="unet"]').click()
    expect(explorer.locator(".dx-panel")).to_be_visible()
    before = {name: explorer.get_attribute(f"data-{name}") for name in ("run", "state")}
    english = explorer.inner_text()
    explorer.get_by_role("button", name="中文").click()
    expect(explorer).to_have_attribute("lang", "zh-Hans")
    expect(explorer.locator(".dx-foot p")).to_contain_text("1")
    chinese = explorer.inner_text()
    assert chinese != english
    assert explorer.locator(".dx-panel").is_visible()  # what was open stays open, at the step that was chosen
    assert before == {name: explorer.get_attribute(f"data-{name}") for name in ("run", "state")}
    left = [line for line in chinese.splitlines() if re.search(r"[a-z]{4,} [a-z]{2,} [a-z]{2,}", line)]
    assert left == []  # no sentence is left in English
    explorer.get_by_role("button", name="English").press("Enter")
    expect(explorer).to_have_attribute("lang", "en")
    expect(explorer.locator(".dx-foot p")).to_contain_text("Step 1 of 8")
    assert explorer.inner_text() == english
    assert watched.errors == []
