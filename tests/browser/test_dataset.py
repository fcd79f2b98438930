"""The data set explorer's page: the threshold is dragged, by hand or by key, and the page answers; the table sorts and tells its sources."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from diffexplain.core.filtering import outcome
from diffexplain.explorers.dataset import learned
from diffexplain.explorers.dataset.messages import Batch, Learned, Learning
from diffexplain.explorers.dataset.pairs import KINDS, RIGHT
from diffexplain.explorers.dataset.sets import DATA_SETS
from tests.browser.conftest import Watched
from tests.browser.waiting import box_of, eventually
from tests.explorers.conftest import of
from tests.explorers.examples import make

pytestmark = pytest.mark.browser


@pytest.fixture
def page(offline: Callable[[str], Page]) -> Page:
    page = offline("dataset")
    expect(page.locator(".dx")).to_have_attribute("data-state", "done", timeout=30_000)
    return page


def counts(page: Page) -> dict[str, int]:
    """What the four quarters of the panel say."""
    heads = page.locator(".dx-quarter .dx-head").all_inner_texts()
    return {re.sub(r"\d+ ", "", head): int(head.split()[0]) for head in heads}


def test_what_is_kept_and_lost_is_what_python_counts(watched: Watched, tmp_path: Path) -> None:
    explorer = make("dataset", "clip=clip, count=50, seed=3").wait(100)
    explorer.to_html(tmp_path / "page.html")
    right = np.isin(
        np.concatenate([batch.kinds for batch in of(explorer.recorded, Batch)]), [KINDS.index(kind) for kind in RIGHT]
    )
    page = watched.page
    page.goto((tmp_path / "page.html").as_uri())
    expect(page.locator(".dx")).to_have_attribute("data-state", "done", timeout=30_000)
    slider = page.get_by_label(re.compile("^Threshold"))
    for threshold in (-0.1, 0.0, 0.17):
        slider.fill(str(threshold))
        found = outcome(explorer.scores, right, threshold)
        expected = {
            "right ones kept": found.kept_right,
            "right ones lost": found.lost_right,
            "wrong ones lost": found.lost_wrong,
            "wrong ones kept": found.kept_wrong,
        }
        assert (
            eventually(lambda: counts(page), lambda now, expected=expected: now == expected) == expected
        )  # drawn a frame later
        expect(page.locator(".dx-foot p")).to_contain_text(f"{found.kept_right} of {right.sum()} right ones")
    explorer.close()


def test_what_two_small_clips_learned_is_said_and_drawn_as_python_measured_it(
    watched: Watched, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(learned, "UPDATES", 20)
    monkeypatch.setattr(learned, "COUNT", 120)
    explorer = make("dataset", "clip=clip, count=8, wrong=0.6, learn=0.0, panel='learned'").wait(200)
    explorer.to_html(tmp_path / "page.html")
    (begun,), said = of(explorer.recorded, Learning), of(explorer.recorded, Learned)
    page = watched.page
    page.goto((tmp_path / "page.html").as_uri())
    panel = page.locator(".dx-closer")
    expect(panel).to_contain_text(
        f"Of {begun.counts[0]} pairs {begun.wrong[0]} are wrong; at 0.00 the filter keeps {begun.counts[1]}, of which {begun.wrong[1]} are wrong."
    )
    everything, kept = (f"{int(100 * share + 0.5)} %" for share in said[-1].found)
    expect(panel).to_contain_text(
        f"After 20 updates the one finds the right partner of {everything} of the pictures and texts held out, the other of {kept}."
    )
    expect(panel).to_contain_text("chance: 1 of 24")
    assert [each.update for each in said] == [0, 10, 20]
    expect(panel.get_by_role("button", name=re.compile("^Train both"))).to_be_disabled()  # a file can't
    explorer.close()


def test_the_threshold_is_dragged_in_the_chart_and_moved_by_keys(page: Page) -> None:
    run = page.locator(".dx").get_attribute("data-run")
    slider, chart = page.get_by_label(re.compile("^Threshold")), page.locator(".dx-scores")
    slider.focus()
    page.keyboard.press("ArrowRight")
    assert slider.input_value() == "0.31"
    box, line = box_of(chart), page.locator(".dx-cut-line")
    page.mouse.move(box["x"] + 0.4 * box["width"], box["y"] + 120)
    page.mouse.down()
    before = counts(page)
    page.mouse.move(box["x"] + 0.8 * box["width"], box["y"] + 120, steps=4)
    page.mouse.up()
    assert float(str(line.get_attribute("x1"))) == pytest.approx(0.8 * box["width"], abs=8)  # it goes by hundredths
    after = counts(page)
    assert after["right ones kept"] < before["right ones kept"]
    assert sum(after.values()) == sum(before.values()) == 60
    thumb, cut = float(slider.input_value()), page.locator(".dx-presets output").inner_text()
    assert f"{thumb:.2f}" == cut
    page.get_by_role("button", name="0.28", exact=True).click()
    assert slider.input_value() == "0.28"
    page.get_by_role("button", name=re.compile("^best here")).click()
    assert slider.input_value() in page.get_by_role("button", name=re.compile("^best here")).inner_text()
    assert page.locator(".dx").get_attribute("data-run") == run


def test_the_slider_stands_under_the_line(page: Page) -> None:
    for width in (390, 1100):
        page.set_viewport_size({"width": width, "height": 900})
        chart, slider = box_of(page.locator(".dx-scores")), box_of(page.locator(".dx-cut-at input"))
        assert abs(chart["x"] - slider["x"]) < 1
        assert abs(chart["width"] - slider["width"]) < 1


def test_the_table_sorts_and_a_row_tells_every_figure_with_its_source(page: Page) -> None:
    page.get_by_role("button", name="Visual Genome", exact=True).click()  # in the chart
    detail = page.locator(".dx-detail")
    expect(detail).to_contain_text("Visual Genome, 2016")
    names = page.locator(".dx-sets tbody tr td:first-child")
    assert names.all_inner_texts() == [each.name for each in DATA_SETS]
    page.get_by_role("button", name="Year").click()
    assert names.all_inner_texts() == [each.name for each in sorted(DATA_SETS, key=lambda each: each.year)]
    page.get_by_role("button", name="Usually said").click()
    page.get_by_role("button", name="Usually said").click()
    assert names.first.inner_text() == "LAION-5B"
    for each in DATA_SETS:
        page.locator(".dx-sets").get_by_role("button", name=each.name, exact=True).click()
        for figure in each.figures:
            expect(detail).to_contain_text(f"{figure.count:,}")
            expect(detail).to_contain_text(figure.source)
        for claim in (each.terms, each.made, *each.wrong):
            expect(detail).to_contain_text(str(claim.text))
            expect(detail).to_contain_text(claim.source)


def test_pairs_of_ones_own_have_no_control_that_does_nothing(watched: Watched, tmp_path: Path) -> None:
    explorer = make("dataset", "pairs=[(Image.new('RGB', (9, 9), c), c) for c in ('red', 'teal', 'gold')], clip=clip, wrong=0")
    explorer.wait(60).to_html(tmp_path / "page.html")
    explorer.close()
    page = watched.page
    page.goto((tmp_path / "page.html").as_uri())
    expect(page.locator(".dx")).to_have_attribute("data-state", "done", timeout=30_000)
    bar = page.locator(".dx-bar")
    expect(bar.get_by_label("Wrong")).to_have_count(1)
    expect(bar.get_by_label("Noise")).to_have_count(0)
    expect(page.locator(".dx-filter")).to_contain_text("3 pairs of list, scored by CLIP.")
    expect(page.locator(".dx-filter")).not_to_contain_text("NaN")
    page.get_by_role("radio", name="Who is lost").click()
    expect(page.locator(".dx-groups")).not_to_contain_text("never shown")
