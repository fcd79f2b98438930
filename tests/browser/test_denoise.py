"""The denoising explorer as a file, where it does all that needs no kernel; live it is in test_lab.py."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.waiting import changed, seen

pytestmark = pytest.mark.browser


@pytest.fixture
def page(offline: Callable[[str], Page]) -> Page:
    page = offline("denoise")
    expect(page.locator(".dx-film").first.locator(".dx-frame")).to_have_count(8)
    return page


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


def test_a_finger_scrubs_too(browser: Browser, exported: Callable[[str], Path]) -> None:
    context = browser.new_context(has_touch=True, viewport={"width": 800, "height": 1000})
    page = context.new_page()
    page.goto(exported("denoise").as_uri())
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
def test_every_place_opens_and_closes_by_keyboard(page: Page, place: str) -> None:
    button = page.locator(f"[data-place={place}]")
    button.focus()
    page.keyboard.press("Enter")
    expect(button).to_have_attribute("aria-expanded", "true")
    panel = page.locator(".dx-panel")
    expect(panel).to_be_visible()
    expect(panel.locator("p").first).not_to_be_empty()
    page.keyboard.press("Escape")
    expect(panel).to_be_hidden()


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
    expect(page.locator(".dx-panel .dx-prose:visible")).to_contain_text("Guidance 15")
    changed(lambda: seen(outcome, pixels), before)


def test_reduced_motion_is_honoured(browser: Browser, exported: Callable[[str], Path]) -> None:
    context = browser.new_context(reduced_motion="reduce")
    page = context.new_page()
    page.goto(exported("denoise").as_uri())
    assert page.locator(".dx-square").first.evaluate("element => getComputedStyle(element).transitionDuration") == "0s"
    context.close()


def test_in_another_language_what_is_open_stays_open_at_the_step_that_was_chosen(page: Page) -> None:
    page.get_by_role("slider", name="Step", exact=True).focus()
    page.keyboard.press("Home")
    page.locator('[data-place="unet"]').click()
    page.get_by_role("button", name="中文").click()
    expect(page.locator(".dx-foot p")).to_contain_text("1")
    expect(page.locator(".dx-panel")).to_be_visible()
    page.get_by_role("button", name="English").click()
    expect(page.locator(".dx-foot p")).to_contain_text("Step 1 of 8")
