"""The guidance explorer in JupyterLab and as a file: scale, step and way are chosen by pointer and by key, and numbers are the run's own."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Any

import numpy as np
import pytest
import torch
from playwright.sync_api import Locator, Page, expect

import diffexplain as dx
from diffexplain.core import preview
from diffexplain.core.similarity import cosine
from diffexplain.models.clip import bundled_clip
from tests.browser.notebook import new_run, run_explorer
from tests.browser.waiting import box_of, changed, drawn, eventually, seen
from tests.explorers.examples import PLANTED, PREAMBLE, example, make

pytestmark = pytest.mark.browser

MADE = "dx.GuidanceExplorer(pipe, prompt='a fox', seed=7, steps=4, scales=[0, 2, 4])"
TOPS = "all => all.map(each => Math.round(each.getBoundingClientRect().top))"
ACROSS = """chart => { const [name, plumb] = ['.dx-mark-name', '.dx-plumb'].map(each => chart.querySelector(each).getBoundingClientRect());
  return plumb.left < name.right && plumb.right > name.left && plumb.top < name.bottom - 2 }"""
RGB = """square => { const canvas = square.querySelector('canvas'), { width, height } = canvas;
  return { width, height, data: [...canvas.getContext('2d').getImageData(0, 0, width, height).data] } }"""


def picture(explorer: Locator | Page, part: str) -> Locator:
    """A large picture of the selected step."""
    return explorer.locator(".dx-half").filter(has_text=part).locator(".dx-square").first


def rows(items: Locator) -> list[int]:
    """How many stand in each row, from the top."""
    tops = items.evaluate_all(TOPS)
    return [tops.count(top) for top in sorted(set(tops))]


def test_it_is_live(live: Page) -> None:
    explorer = run_explorer(live, MADE, PREAMBLE)
    words, title = explorer.locator(".dx-stage > .dx-prose"), explorer.locator(".dx-top b")
    expect(title).to_contain_text("Step 3 of 4")  # the middle, where the halves differ

    guided, run = picture(explorer, "Guided"), str(explorer.get_attribute("data-run"))
    before = drawn(guided)
    scale = explorer.get_by_role("slider", name="Guidance of this step")
    scale.focus()
    live.keyboard.press("End")
    expect(words).to_contain_text("Mixed here with 20.0, at this one step alone")
    changed(lambda: drawn(guided), before)
    explorer.get_by_role("button", name="back to 4.0").click()
    eventually(lambda: drawn(guided), lambda now: now == before)
    expect(explorer).to_have_attribute("data-run", run)  # nothing was asked of the kernel

    explorer.locator(".dx-film").first.locator(".dx-frame").first.click()
    expect(title).to_contain_text("Step 1 of 4")
    live.keyboard.press("End")
    expect(title).to_contain_text("Step 4 of 4")

    with new_run(live):
        explorer.get_by_role("button", name="guidance 2").click()
    expect(explorer.locator(".dx-card[aria-pressed=true] b")).to_have_text("guidance 2")
    expect(explorer.locator(".dx-mixer output")).to_have_text("2.0")
    expect(title).to_contain_text("Step 4 of 4")

    explorer.get_by_role("radio", name="Other ways to guide").click()
    middle = explorer.get_by_role("group", name="In the middle only")
    before = drawn(middle.locator(".dx-square"))
    with new_run(live):
        middle.get_by_label("From").focus()
        live.keyboard.press("End")
    changed(lambda: drawn(middle.locator(".dx-square")), before)
    expect(middle).to_contain_text("From 100 %")
    expect(middle).to_contain_text("To 100 %")  # it can't end before it begins

    points = explorer.get_by_role("group", name="Scale along the way")
    values = points.get_by_role("slider")
    explorer.locator(".dx-points").scroll_into_view_if_needed()
    room = box_of(explorer.locator(".dx-points"))
    with new_run(live):  # one run for the whole of a drag
        live.mouse.move(room["x"] + 4, room["y"] + room["height"] * 0.1)
        live.mouse.down()
        live.mouse.move(room["x"] + room["width"] - 4, room["y"] + room["height"] * 0.1, steps=20)
        live.mouse.up()
    assert values.evaluate_all("all => all.map(each => Number(each.value))") == [18] * 8
    expect(explorer).to_have_attribute("data-run", str(int(run) + 3))
    with new_run(live):
        values.first.focus()
        live.keyboard.press("Home")
    expect(values.first).to_have_attribute("aria-valuetext", "0.000")

    with new_run(live):
        explorer.get_by_role("textbox", name="Negative prompt").fill("white")
        live.keyboard.press("Enter")
    expect(explorer.locator(".dx-half b").nth(1)).to_have_text("Negative prompt")
    expect(explorer.get_by_role("group", name="Negative prompt")).to_contain_text("from plain")


@pytest.fixture
def page(offline: Callable[[str], Page]) -> Page:
    page = offline("guidance")
    expect(page.locator(".dx-foot p")).to_contain_text("Step 5 of 8")
    return page


@pytest.fixture(scope="module")
def recorded() -> Iterator[dx.GuidanceExplorer]:
    with closing(make("guidance", example("guidance").bundled)) as explorer:
        yield explorer.wait(200)


def originals(step: Any) -> tuple[Any, Any]:
    """What both halves expect, by the noise that the network named and the scheduler's own table."""
    alpha = float(dx.load().scheduler.alphas_cumprod[int(step.timestep)])
    without, with_text = ((step.x - math.sqrt(1 - alpha) * noise) / math.sqrt(alpha) for noise in (step.uncond, step.cond))
    return without[0], with_text[0]


def shown(page: Page, name: str) -> float:
    """A number of the foot."""
    fact = page.locator(".dx-fact").filter(has_text=re.compile(f"^{name} [−0-9]"))
    return float(re.sub(r"[^0-9.]", "", fact.locator("b").inner_text()))


def test_the_numbers_of_every_step_are_the_recorded_runs(page: Page, recorded: dx.GuidanceExplorer) -> None:
    assert recorded.trace is not None
    page.get_by_role("slider", name="Step", exact=True).focus()
    page.keyboard.press("Home")
    for index, step in enumerate(recorded.trace.steps):
        expect(page.locator(".dx-foot p")).to_contain_text(f"Step {index + 1} of 8")
        without, with_text = originals(step)
        guided = without + 4 * (with_text - without)
        for name, values in {
            "length without the text": without,
            "length with the text": with_text,
            "length of the difference": with_text - without,
            "length guided": guided,
        }.items():
            assert shown(page, name) == pytest.approx(float(values.square().mean().sqrt()), rel=0.01, abs=6e-4), (index, name)
        cosines = torch.nn.functional.cosine_similarity(without.flatten(), with_text.flatten(), 0)
        assert shown(page, "angle") == pytest.approx(math.degrees(math.acos(float(cosines))), rel=0.01, abs=0.06)
        exact = np.asarray(recorded.trace.images_at(index)[0])
        assert shown(page, "clipped") == pytest.approx(100 * np.isin(exact, (0, 255)).mean(), abs=0.51)
        page.keyboard.press("ArrowRight")


def test_a_step_mixed_anew_is_the_same_point_on_the_line_through_the_halves(page: Page, recorded: dx.GuidanceExplorer) -> None:
    assert recorded.trace is not None
    without, with_text = originals(recorded.trace.steps[4])
    scale = page.get_by_role("slider", name="Guidance of this step")
    scale.focus()
    guided = picture(page, "Guided")
    for key, value in (("Home", 0.0), ("End", 20.0), ("PageDown", None)):
        before = page.locator(".dx-mixer output").inner_text()
        page.keyboard.press(key)
        expect(page.locator(".dx-mixer output")).not_to_have_text(before)  # a page that is busy draws it a frame later
        value = float(page.locator(".dx-mixer output").inner_text()) if value is None else value
        expect(page.locator(".dx-mixer output")).to_have_text(f"{value:.1f}")
        mixed = without + value * (with_text - without)
        (expected,) = preview.to_pil(preview.latents_to_rgb(mixed[None], dx.load().vae))
        found = seen(guided, RGB)
        colours = np.reshape(found["data"], (found["height"], found["width"], 4))[..., :3]
        assert np.abs(colours.astype(float) - np.asarray(expected, float)).max() <= 4  # halves travel in half precision
    page.keyboard.press("Escape")
    expect(page.locator(".dx-mixer output")).to_have_text("4.0")
    expect(page.get_by_role("button", name="back to")).to_have_count(0)


def test_each_scale_tells_of_the_picture_that_the_pipeline_draws_with_it(page: Page) -> None:
    prompt, clip = PLANTED[1:-1], bundled_clip()
    for scale in (3, 8):
        dice = torch.Generator().manual_seed(7)
        given = {"num_inference_steps": 8, "guidance_scale": scale, "negative_prompt": "blue", "generator": dice}
        image = dx.load()(prompt, **given).images[0]
        agreement = float(cosine(clip.embed_pictures([image]), clip.embed_texts([prompt]))[0, 0])
        card = page.locator(".dx-card").filter(has_text=f"guidance {scale}").locator("small").inner_text()
        numbers = [float(number.replace("−", "-")) for number in re.findall(r"−?[\d.]+", card)]
        assert numbers[0] == pytest.approx(agreement, abs=0.011)
        assert numbers[1] == pytest.approx(100 * np.isin(np.asarray(image), (0, 255)).mean(), abs=0.7)


def test_a_chart_leads_to_its_step_and_every_panel_says_what_was_measured(page: Page) -> None:
    lead = page.locator(".dx-closer-panel:visible .dx-lead")
    expect(lead).to_contain_text("the agreement is")
    expect(page.locator(".dx-badge").first).to_have_text("negative prompt")  # what it draws at 0
    page.get_by_role("radio", name="What too much does").click()
    expect(lead).to_contain_text(re.compile("times as loud|much louder"))
    chart = page.locator(".dx-closer-panel:visible .dx-chart").first
    box = box_of(chart)
    page.mouse.click(box["x"] + 52, box["y"] + box["height"] / 2)
    expect(page.locator(".dx-top b")).to_contain_text("Step 1 of 8")
    page.get_by_role("radio", name="Other ways to guide").click()
    expect(lead).to_contain_text("Plain guidance clips")
    expect(page.locator(".dx-way:visible")).to_have_count(6)


@pytest.mark.parametrize(
    ("width", "halves", "scales"), [(1280, [4], [5]), (848, [4], [5]), (640, [4], [5]), (390, [2, 2], [3, 2])]
)
def test_rows_break_evenly(page: Page, width: int, halves: list[int], scales: list[int]) -> None:
    page.set_viewport_size({"width": width, "height": 1000})
    assert rows(page.locator(".dx-half")) == halves
    assert rows(page.locator(".dx-card")) == scales
    charts = page.locator(".dx-closer-panel:visible .dx-chart")
    eventually(lambda: charts.evaluate_all(f"all => all.map({ACROSS})"), lambda struck: struck == [False, False])
    page.get_by_role("radio", name="What too much does").click()
    heads = rows(page.locator(".dx-closer-panel:visible .dx-chart"))
    assert heads == ([1, 1, 1] if width < 760 else [3])
