"""The training explorer as a file, which can be played again, and in JupyterLab, where it goes on."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Locator, Page, expect

import diffexplain as dx
from diffexplain.explorers.training.messages import Begin, Probe
from diffexplain.live.messages import numbers
from tests.browser.conftest import Watched
from tests.browser.notebook import new_run, run_cell, wait_until_done
from tests.browser.waiting import changed, drawn
from tests.explorers.conftest import of

pytestmark = pytest.mark.browser

CELL = """import torch
torch.set_num_threads(1)
import diffexplain as dx
explorer = dx.TrainingExplorer(count=6, width=8, batch=4, goal=20)
explorer"""


def test_the_file_says_in_every_panel_what_was_measured(offline: Callable[[str], Page]) -> None:
    page = offline("training")
    closer = page.locator(".dx-closer")
    for name, words in {
        "How an example is made": "These 5 of 8 led to update 150",
        "Why the loss misleads": "Over the last 50 updates the loss of a batch went up and down",
        "Learned or remembered": "On its 8 training examples it is off by",
    }.items():
        page.get_by_role("radio", name=name, exact=True).click()
        expect(closer).to_contain_text(words)
    expect(page.locator(".dx-pairs figure")).to_have_count(12)
    expect(page.locator(".dx-foot p")).to_contain_text("After 150 updates the error on what it was never shown has gone from")


def test_the_training_is_played_again_in_the_page(offline: Callable[[str], Page]) -> None:
    page = offline("training")
    said, sample = page.locator(".dx-example .dx-lead"), page.get_by_role("img", name="sample 1", exact=True)
    expect(said).to_contain_text("After 150 updates")
    last = drawn(sample)
    page.get_by_role("slider", name="Samples so far").focus()
    page.keyboard.press("Home")
    expect(said).to_contain_text("After 0 updates its answer is off by 1.")
    changed(lambda: drawn(sample), last)
    page.get_by_role("button", name="▶ Play").click()
    expect(said).to_contain_text("After 150 updates")


def test_another_strength_is_asked_about_without_a_kernel(offline: Callable[[str], Page]) -> None:
    page = offline("training")
    total = page.locator(".dx-asked .dx-square").nth(2)
    before = drawn(total)
    page.get_by_role("radio", name="95 %", exact=True).click()
    expect(page.locator(".dx-example .dx-lead")).to_contain_text("95 % of what it is shown is noise.")
    changed(lambda: drawn(total), before)


@pytest.mark.parametrize(
    ("predicts", "names"),
    [
        ("noise", ("Predicted noise", "Picture it expects")),
        ("original", ("Predicted picture", "Noise that it sees")),
        ("velocity", ("Predicted velocity", "Picture it expects")),
    ],
)
def test_what_it_answers_is_what_it_was_asked_to_predict(
    watched: Watched, tmp_path: Path, predicts: str, names: tuple[str, str]
) -> None:
    explorer = dx.TrainingExplorer(predicts=predicts, count=8, width=8, batch=8, goal=53).wait(120)
    begin, probe = of(explorer.recorded, Begin)[0], of(explorer.recorded, Probe)[-1]
    watched.page.goto(explorer.to_html(tmp_path / "training.html").as_uri())
    explorer.close()
    for level, share in ((2, "35 %"), (4, "95 %")):
        a, b = (float(each[begin.timesteps[level]]) for each in (begin.a, begin.b))
        original, noise = begin.original.astype(float), begin.noise.astype(float)
        wanted = {"noise": noise, "original": original, "velocity": a * noise - b * original}[predicts]
        saw, expected = numbers(probe.noise)[level], numbers(probe.original)[level]
        answer = {"noise": saw, "original": expected, "velocity": a * saw - b * expected}[predicts]
        error, nothing = (f"{np.square(each).mean():.3g}"[:4] for each in (answer - wanted, wanted))
        watched.page.get_by_role("radio", name=share, exact=True).click()
        lead = watched.page.locator(".dx-example .dx-lead")
        expect(lead).to_contain_text(f"off by {error}")
        expect(lead).to_contain_text(f"no answer at all would be off by {nothing}")
        expect(watched.page.locator(".dx-asked figcaption b")).to_have_text(
            ["Picture", "True noise", "The sum", names[0], "Difference", names[1]]
        )
    expect(lead).to_contain_text("After 50 updates")
    expect(lead).to_contain_text("3 more updates were made since.")
    expect(watched.page.locator(".dx-drawn .dx-lead")).to_contain_text("3 more updates were made since.")
    watched.page.get_by_role("slider", name="Samples so far").focus()
    watched.page.keyboard.press("Home")
    expect(lead).to_contain_text("After 0 updates")
    expect(lead).not_to_contain_text("since")


def test_points_lie_in_a_plane_with_the_noise_that_is_seen_in_it(watched: Watched, tmp_path: Path) -> None:
    explorer = dx.TrainingExplorer(data="moons", count=60, width=8, goal=60).wait(120)
    watched.page.goto(explorer.to_html(tmp_path / "cloud.html").as_uri())
    explorer.close()
    expect(watched.page.locator(".dx-plane")).to_have_count(2)
    field, samples = watched.page.locator(".dx-plane").all()
    expect(field).to_have_attribute(
        "aria-label", re.compile("arrows against the noise that the network sees where 35 % is noise")
    )
    arrows = field.locator(".dx-field").get_attribute("d")
    watched.page.get_by_role("radio", name="95 %", exact=True).click()
    expect(field.locator(".dx-field")).not_to_have_attribute("d", str(arrows))
    before = samples.locator(".dx-samples").get_attribute("d")
    watched.page.get_by_role("slider", name="Samples so far").focus()
    watched.page.keyboard.press("Home")
    expect(samples.locator(".dx-samples")).not_to_have_attribute("d", str(before))
    expect(watched.page.locator(".dx-examples td").first).to_contain_text(re.compile(r"\(.+, .+\)"))
    assert watched.errors == []


def updates(explorer: Locator) -> int:
    return int(explorer.locator(".dx-session-updates").inner_text().split()[0])


def test_it_goes_on_by_steps_breaks_is_mended_and_begins_anew_with_few(live: Page) -> None:
    explorer = run_cell(live, CELL)
    wait_until_done(live)
    assert updates(explorer) == 20
    explorer.get_by_role("button", name="One step").click()
    expect(explorer.locator(".dx-closer")).to_contain_text("led to update 21")
    rate = explorer.get_by_role("slider", name="Learning rate")
    rate.focus()
    live.keyboard.press("ArrowRight")
    expect(explorer.locator(".dx-foot")).to_contain_text("Learning rate 5.0e−3")
    run_cell(live, CELL.replace("goal=20", "goal=20, rate=1e9"))
    wait_until_done(live)
    expect(explorer.locator(".dx-notice")).to_contain_text(
        re.compile(r"At update \d+ the loss left all bounds .* after update 0 again")
    )
    explorer.get_by_role("radio", name="Learned or remembered", exact=True).click()
    with new_run(live):
        explorer.get_by_role("button", name="Train on 8", exact=True).click()
    expect(explorer.get_by_label("Training set", exact=True).first).to_have_value("8")
