"""The denoising explorer as a file, where it does all that needs no kernel; live it is in test_lab.py, but for two runs side by side."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

import diffexplain as dx
from tests import tiny
from tests.browser.conftest import Watched
from tests.browser.notebook import new_run, run_cell, wait_until_done
from tests.browser.waiting import box_of, changed, drawn, seen
from tests.explorers.examples import PREAMBLE

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
    box = box_of(film)
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
    box = box_of(page.locator(".dx-film").first)
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


VALUES = "canvas => new Set(canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data).size"


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
    for at in range(12):
        assert seen(canvases.nth(at), VALUES) > 20


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


def test_without_guidance_there_is_one_answer_and_nothing_to_mix(watched: Watched, tmp_path: Path) -> None:
    explorer = dx.DenoiseExplorer(tiny.sd(), steps=3, guidance_scale=1, place="unet")
    watched.page.goto(explorer.wait(60).to_html(tmp_path / "one.html").as_uri())
    explorer.close()
    panel = watched.page.locator(".dx-panel")
    expect(panel.locator("figure:visible figcaption")).to_have_text(
        [re.compile("Predicted noise"), re.compile("what would be left")]
    )
    step = watched.page.get_by_role("slider", name="Step", exact=True)
    for square in panel.locator("figure:visible .dx-square").all():
        step.fill("2")
        last = drawn(square)
        step.fill("0")
        changed(lambda square=square: drawn(square), last)
    expect(panel.get_by_role("slider", name="guidance", exact=True)).to_be_hidden()


MIDDLES = """() => { const middle = each => { const { left, width } = each.getBoundingClientRect(); return left + width / 2; };
  const slider = document.querySelector('.dx-scrub'), { left, width } = slider.getBoundingClientRect();
  return [...document.querySelectorAll('.dx-frame.dx-on, .dx-timeline circle.dx-here')].filter(each => each.checkVisibility())
    .map(middle).concat(left + 8 + (width - 16) * slider.value / slider.max) }"""


@pytest.mark.parametrize("width", [390, 1280])
def test_strips_curve_and_slider_have_the_chosen_step_at_one_place(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    slider = page.get_by_role("slider", name="Step", exact=True)
    for step in (1, 4, 8):
        slider.fill(str(step - 1))
        expect(page.locator(".dx-foot p")).to_contain_text(f"Step {step} of 8")
        middles = page.evaluate(MIDDLES)
        assert len(middles) == 5  # three strips, the curve, the slider
        assert max(middles) - min(middles) < 2


@pytest.mark.parametrize("place", ["encoder", "noise", "latent", "unet", "prediction", "sampler", "decoder"])
def test_an_open_place_leaves_strips_and_slider_in_sight(page: Page, place: str) -> None:
    page.locator(f"[data-place={place}]").click()
    for part in (
        page.locator(".dx-panel"),
        page.locator(".dx-film").first,
        page.get_by_role("slider", name="Step", exact=True),
    ):
        expect(part).to_be_in_viewport(ratio=0.98)


def test_a_share_and_its_word_stay_together(page: Page) -> None:
    lines = "words => [...words.children].map(each => [each.textContent, new Set([...each.getClientRects()].map(line => line.top)).size])"
    for width in (390, 640, 1280):
        page.set_viewport_size({"width": width, "height": 900})
        for step in (2, 7):
            page.get_by_role("slider", name="Step", exact=True).fill(str(step))
            expect(page.locator(".dx-foot p")).to_contain_text(f"Step {step + 1} of 8")
            signal, noise = page.locator(".dx-share-words").evaluate(lines)
            assert (signal[0].endswith(" signal"), noise[0].endswith(" noise")) == (True, True)
            assert (signal[1], noise[1]) == (1, 1)


def test_the_last_step_is_not_compared_with_itself(page: Page) -> None:
    line = page.locator(".dx-foot p")
    expect(line).to_contain_text("Step 8 of 8")
    expect(line).not_to_contain_text("at the end")
    page.get_by_role("slider", name="Step", exact=True).fill("5")
    expect(line).to_contain_text("like the one at the end")


# Two runs


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An export of a run of six steps beside a kept one of three."""
    explorer = dx.DenoiseExplorer(tiny.sd(), prompt="<b>a fox</b>", steps=3, guidance_scale=4).keep()
    with explorer.hold_trait_notifications():
        explorer.steps, explorer.guidance_scale = 6, 8
    path = explorer.wait(60).to_html(tmp_path_factory.mktemp("two") / "two.html")
    explorer.close()
    return path


def compared(explorer: Locator) -> Locator:
    """What the comparison says, once it is there."""
    section = explorer.locator(".dx-two")
    expect(section.locator("figure")).to_have_count(5)
    expect(section.locator("figure").first).to_be_visible(timeout=30_000)
    return section


def test_an_export_has_both_runs_on_one_scrubber(watched: Watched, two: Path) -> None:
    page = watched.page
    page.goto(two.as_uri())
    section = compared(page.locator(".dx"))
    expect(section.locator(".dx-asked")).to_have_text("Steps 3 → 6Guidance 4 → 8")
    expect(section.get_by_role("button")).to_have_count(0)  # nobody is there to keep anything
    names = page.locator(".dx-timeline > .dx-name:visible")
    expect(names).to_have_text([re.compile(each) for each in ("^A, kept", "^B, this run", "^Difference", "^Signal")])
    pairs = []
    for step in range(6):
        page.get_by_role("slider", name="Step", exact=True).fill(str(step))
        expect(section.locator("figure").nth(1)).to_contain_text(f"step {step + 1} of 6")
        before = section.locator("figure").first.inner_text()
        pairs.append(int(before.split("of")[0].split()[-1]))
        expect(section.locator("figure").nth(2)).to_contain_text("% root mean square")
    assert pairs == sorted(pairs)
    assert set(pairs) == {1, 2, 3}
    expect(section.locator("figure img:visible")).to_have_count(4)
    for width, scheme in ((390, "dark"), (800, "light")):
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0
    page.get_by_role("button", name="中文").click()
    expect(page.locator(".dx-two figure").first).to_be_visible()
    assert watched.errors == []


def test_a_run_is_kept_beside_the_next_until_it_is_let_go(live: Page) -> None:
    cell = f"{PREAMBLE}\nexplorer = dx.DenoiseExplorer(pipe, prompt='a fox', steps=3, seed=7)\ndisplay(explorer)\n"
    explorer = run_cell(live, cell + "explorer.wait(120)\ndisplay(explorer)")
    views = live.locator(".dx")
    expect(views).to_have_count(2, timeout=60_000)
    wait_until_done(live)
    expect(explorer.locator(".dx-two")).to_be_hidden()
    explorer.get_by_role("button", name="Keep this one").click()
    expect(explorer.locator(".dx-two")).to_contain_text("This run is kept.")
    expect(explorer.locator(".dx-two figure").first).to_be_hidden()
    expect(explorer.get_by_role("button", name="Keep this one")).to_be_disabled()
    with new_run(live):
        explorer.get_by_role("button", name="Roll another seed").click()
    for at in range(2):
        expect(compared(views.nth(at)).locator(".dx-asked")).to_contain_text("Seed 7 → ")
    explorer = run_cell(live, "explorer")  # a view that comes late
    expect(compared(explorer).locator(".dx-asked")).to_contain_text("Seed 7 → ")
    explorer.get_by_role("button", name="Let go").click()
    expect(explorer.locator(".dx-two")).to_be_hidden()
    expect(explorer.get_by_role("button", name="Keep this one")).to_be_enabled()


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
