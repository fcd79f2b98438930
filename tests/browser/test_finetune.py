"""The fine-tuning explorer as a file, which says what was measured and plays it again, and in JupyterLab, where it is taught in other ways."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Page, expect

import diffexplain as dx
from diffexplain.explorers.finetune.messages import Begin, Look, Weighed
from diffexplain.explorers.finetune.stopping import best
from tests.browser.conftest import Watched
from tests.browser.legible import OVERFLOW, STICKS_OUT
from tests.browser.notebook import new_run, run_explorer, wait_until_done
from tests.browser.waiting import box_of, changed, drawn
from tests.explorers.conftest import of
from tests.explorers.examples import PREAMBLE

pytestmark = pytest.mark.browser

CELL = "dx.FineTuneExplorer(pipe, clip=clip, count=3, batch=1, steps=2, old=['a fox'], goal=10)"


@dataclass
class Taught:
    """A file and what was said for it."""

    path: Path
    begin: Begin
    looks: list[Look]
    weighed: Weighed


@pytest.fixture(scope="module")
def taught(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Taught]:
    explorer = dx.FineTuneExplorer(count=4, batch=2, steps=3, old=["a fox", "an owl"], goal=30).wait(300).weigh().wait(300)
    path = explorer.to_html(tmp_path_factory.mktemp("taught") / "dragon.html")
    said = explorer.recorded
    yield Taught(path, of(said, Begin)[0], of(said, Look), of(said, Weighed)[0])
    explorer.close()


@pytest.fixture
def page(watched: Watched, taught: Taught) -> Iterator[Page]:
    watched.page.context.set_offline(True)
    watched.page.goto(taught.path.as_uri())
    yield watched.page
    assert watched.errors == []


def shown(values: list[float]) -> str:
    return f"{np.mean(values):.3f}".replace("-", "−")


def panel(page: Page, name: str) -> None:
    page.locator(".dx-closer").get_by_role("radio", name=name, exact=True).click()


def test_the_file_says_what_was_measured(page: Page, taught: Taught) -> None:
    first, last = taught.looks[0], taught.looks[-1]
    new, old = (page.locator(".dx-drawn .dx-lead").nth(at) for at in range(2))
    expect(new).to_contain_text(f"After 30 updates, always from the same noise: agreement {shown(last.new_agreement)}")
    expect(new).to_contain_text(f"at first {shown(first.new_agreement)}; real ones have {taught.begin.real_new:.3f}")
    expect(old).to_contain_text(f"agreement {shown(last.old_agreement)}, at first {shown(first.old_agreement)}")
    expect(page.locator(".dx-lesson .dx-thumb")).to_have_count(4)
    for at, caption in enumerate(taught.begin.captions):
        expect(page.locator(".dx-lesson .dx-thumb").nth(at)).to_have_accessible_name(caption)
    samples = [(taught.begin.prompt, each) for each in last.new_agreement]
    samples += zip(taught.begin.olds, last.old_agreement, strict=True)
    expect(page.locator(".dx-samples small")).to_have_text([f"{prompt}: {shown([each])}" for prompt, each in samples])
    foot = page.locator(".dx-foot p").first
    expect(foot).to_contain_text(f"has gone from {shown(first.new_agreement)} to {shown(last.new_agreement)}")
    stop = best(taught.looks).update
    expect(foot).to_contain_text(f"best to stop after {stop} updates" if stop else "there was no moment")
    closer = page.locator(".dx-closer")
    for errors in (last.seen, last.held, last.old):
        expect(closer.locator(".dx-prose").first).to_contain_text(shown(errors))
    panel(page, "What helps")
    row = closer.locator("tbody tr").first.locator("td")
    change = float(np.mean(last.old_agreement) - np.mean(first.old_agreement))
    expect(row).to_have_text(
        [
            "now: LoRA of rank 8, all attention · 4 pictures",
            "30",
            shown(last.new_agreement),
            ("+" if change > 0 else "") + shown([change]),
            f"{stop} updates",
        ]
    )


def test_the_teaching_is_played_again_in_the_page(page: Page, taught: Taught) -> None:
    new, sample = page.locator(".dx-drawn .dx-lead").first, page.get_by_role("img", name="“a dragon”, sample 1", exact=True)
    slider = page.get_by_role("slider", name="Samples so far")
    expect(new).to_contain_text("After 30 updates")
    last = drawn(sample)
    slider.focus()
    page.keyboard.press("Home")
    expect(new).to_contain_text(
        f"After 0 updates, always from the same noise: agreement {shown(taught.looks[0].new_agreement)}"
    )
    expect(slider).to_have_attribute("aria-valuetext", "after 0 updates")
    changed(lambda: drawn(sample), last)
    page.keyboard.press("ArrowRight")
    expect(new).to_contain_text(
        f"After 10 updates, always from the same noise: agreement {shown(taught.looks[1].new_agreement)}"
    )
    page.get_by_role("button", name="▶ Play").click()
    expect(new).to_contain_text("After 30 updates")


def test_a_film_is_pressed_where_its_frames_are(page: Page) -> None:
    film, frames = page.get_by_role("img", name="New thing, 4 looks"), page.locator(".dx-film").first.locator(".dx-frame")
    assert box_of(frames.first)["width"] <= 112  # four looks fill no screen
    expect(frames).to_have_count(4)
    for at in (1, 3, 0):
        box, around = box_of(frames.nth(at)), box_of(film)
        film.click(position={"x": box["x"] - around["x"] + box["width"] / 2, "y": 20})
        expect(page.locator(".dx-drawn .dx-lead").first).to_contain_text(f"After {10 * at} updates")
    expect(page.locator(".dx-timeline .dx-name").nth(1)).to_have_text(re.compile("Old thing.*“a fox”: is it forgotten"))


def test_what_was_learned_is_turned_up_and_down_without_a_kernel(page: Page, taught: Taught) -> None:
    panel(page, "How much of it")
    closer = page.locator(".dx-closer")
    expect(closer.locator(".dx-prose:visible")).to_contain_text("Drawn after 30 updates.")
    expect(closer.locator(".dx-weight")).to_have_count(2)
    weight = page.get_by_role("slider", name="Weight", exact=True)
    weight.focus()
    page.keyboard.press("Home")
    for value in taught.weighed.weights:
        row = closer.locator(".dx-weight").first
        expect(weight).to_have_attribute("aria-valuetext", f"{value:.2f}")
        same = row.get_by_role("img", name=f"“a dragon” with weight {value:.2f}, learned here")
        expect(same).to_have_count(2)
        expect(row.locator(".dx-on")).to_have_accessible_name(f"“a dragon” with weight {value:.2f}, learned here")
        large, small = (drawn(each) for each in same.all())
        assert large == small
        page.keyboard.press("ArrowRight")


def test_it_can_be_read_on_a_phone_in_every_panel(page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    for name in ("Learned or by heart", "What helps", "How much of it"):
        panel(page, name)
        page.wait_for_function(f"{OVERFLOW} === 0")
        page.wait_for_function(f"{STICKS_OUT}.length === 0")
    for locator in (".dx-lesson .dx-thumb", ".dx-samples .dx-square"):
        assert box_of(page.locator(locator).first)["width"] > 40


def test_the_keyboard_goes_through_looks_panels_and_the_chart(page: Page, taught: Taught) -> None:
    page.get_by_role("radio", name="Learned or by heart", exact=True).focus()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("radio", name="What helps", exact=True)).to_be_checked()
    chart = page.locator(".dx-timeline .dx-chart")
    chart.focus()
    page.keyboard.press("Home")
    said = page.locator(".dx-timeline .dx-chart-said")
    expect(said).to_have_text(f"new thing {shown(taught.looks[0].new_agreement)} · 0 updates")
    page.keyboard.press("Enter")
    expect(page.locator(".dx-drawn .dx-lead").first).to_contain_text("After 0 updates")


# Live


def test_it_goes_on_by_steps_is_weighed_and_taught_in_another_way(live: Page) -> None:
    explorer = run_explorer(live, CELL, PREAMBLE)
    updates, closer = explorer.locator(".dx-session-updates"), explorer.locator(".dx-closer")
    expect(updates).to_have_text("10 updates")
    explorer.get_by_role("button", name="One step").click()
    expect(updates).to_have_text("11 updates")
    rate = explorer.get_by_role("slider", name="Learning rate")
    rate.focus()
    live.keyboard.press("ArrowRight")
    expect(explorer.locator(".dx-foot")).to_contain_text("Learning rate 5.0e−3")

    panel(live, "How much of it")
    ask = closer.get_by_role("button", name="Draw at seven weights")
    ask.click()
    expect(closer.locator(".dx-prose:visible")).to_contain_text("Drawn after 11 updates.", timeout=60_000)
    explorer.get_by_role("button", name="One step").click()
    expect(closer.locator(".dx-prose:visible")).to_contain_text("It has gone on learning since; draw again.")
    ask.click()
    explorer.get_by_role("button", name="Reset").click()  # what was asked for may be in vain
    expect(ask).to_be_enabled(timeout=60_000)

    panel(live, "What helps")
    with new_run(live):
        explorer.get_by_role("button", name="Rank 1", exact=True).click()
    expect(explorer.get_by_label("Rank", exact=True).first).to_have_value("1")
    expect(closer.locator("tbody tr")).to_have_text([re.compile("^LoRA of rank 8"), re.compile("^now: LoRA of rank 1,")])


def test_pictures_of_ones_own_are_added_several_at_once(live: Page, tmp_path: Path) -> None:
    explorer = run_explorer(live, CELL, PREAMBLE)
    paths = []
    for name in ("teal", "navy", "gold"):
        Image.new("RGB", (40, 40), name).save(tmp_path / f"{name}.png")
        paths.append(tmp_path / f"{name}.png")
    explorer.get_by_role("button", name="Add some…").click()
    explorer.locator(".dx-own input[type=file]").set_input_files(paths)
    leave = explorer.get_by_role("button", name="Leave out your 3 pictures")
    expect(leave).to_be_visible(timeout=60_000)
    expect(explorer.locator(".dx-stage section").first).to_contain_text("3 pictures, again and again", timeout=60_000)
    wait_until_done(live)
    live.keyboard.press("Escape")
    (tmp_path / "none.png").write_bytes(b"not a picture")
    explorer.locator(".dx-own input[type=file]").set_input_files(tmp_path / "none.png")
    expect(explorer.locator(".dx-own .dx-refused")).to_contain_text("no picture")
    with new_run(live):
        leave.click()
    expect(explorer.locator(".dx-own .dx-link")).to_be_hidden()


def test_a_rate_far_too_high_is_said_and_mended(live: Page) -> None:
    explorer = run_explorer(live, CELL.replace("goal", "rate=1e9, goal"), PREAMBLE)
    expect(explorer.locator(".dx-notice:visible")).to_contain_text(
        re.compile(r"At update \d+ the loss left all bounds .* after update 0 again")
    )
    expect(explorer.locator(".dx-session-state")).to_have_text("paused")
