"""Explorers among what is around them in JupyterLab: others in a row, a kernel that is busy with a cell, or that is restarted."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.notebook import run_cell, run_explorer, wait_until_done
from tests.browser.waiting import box_of, drawn

pytestmark = pytest.mark.browser

MADE = "dx.DenoiseExplorer(prompt='a fox', steps=3)"
ROW = """import torch, ipywidgets
torch.set_num_threads(1)
import diffexplain as dx
first, second = (dx.DenoiseExplorer(prompt="a fox", steps=2, seed=seed) for seed in (1, 2))
ipywidgets.HBox([first, second])"""
BOXES = "explorers => explorers.map(each => { const { left, top, right, bottom, width } = each.getBoundingClientRect(); return { left, top, right, bottom, width } })"
KERNEL = "jupyterapp.shell.currentWidget.sessionContext.session.kernel"
RESTART = f"() => {KERNEL}.restart()"
BUSY = f"""seconds => {{ window.busy = {KERNEL}.requestExecute({{ code: `import time\\nfor _ in range(${{seconds}} * 20): time.sleep(0.05)` }}).done;
  window.over = false; busy.finally(() => window.over = true) }}"""


def test_two_in_a_row_share_the_width_or_stand_below_each_other(live: Page) -> None:
    run_cell(live, ROW)
    explorers = live.locator(".dx")
    expect(explorers).to_have_count(2)
    size = live.viewport_size
    assert size
    try:
        for width, columns in ((1280, 2), (700, 1)):
            live.set_viewport_size({"width": width, "height": size["height"]})
            live.wait_for_timeout(400)  # JupyterLab lays out anew
            first, second = explorers.evaluate_all(BOXES)
            room = live.locator(".widget-hbox").evaluate("box => box.clientWidth")
            assert first["width"] == pytest.approx(second["width"], abs=1)
            assert first["width"] == pytest.approx(room / columns, abs=24)  # all of it, but for gaps
            if columns == 2:
                assert first["width"] >= 380
                assert (first["right"] <= second["left"], first["top"]) == (True, pytest.approx(second["top"], abs=1))
            else:
                assert (first["bottom"] <= second["top"], first["left"]) == (True, pytest.approx(second["left"], abs=1))
    finally:
        live.set_viewport_size(size)


def test_a_kernel_that_runs_another_cell_answers_all_the_same(live: Page) -> None:
    """Through its subshell, so that nothing has to be said: see `answers.test.js` for one without."""
    explorer = run_explorer(live, MADE)
    before, run = drawn(explorer.locator(".dx-result > .dx-square")), int(explorer.get_attribute("data-run") or 0)
    live.evaluate(BUSY, 5)
    live.wait_for_timeout(300)
    prompt = explorer.get_by_label("Prompt", exact=True)
    prompt.fill("a green apple")
    prompt.press("Enter")
    wait_until_done(live, run, 5_000)
    assert not live.evaluate("over")
    expect(explorer.locator(".dx-notice[role=alert]")).to_be_hidden()
    assert drawn(explorer.locator(".dx-result > .dx-square")) != before
    live.evaluate("busy")


def test_a_kernel_that_was_restarted_is_said_and_the_picture_stays_until_the_cell_is_run_again(live: Page) -> None:
    explorer = run_explorer(live, MADE)
    before = drawn(explorer.locator(".dx-result > .dx-square"))
    notice = explorer.locator(".dx-notice[role=alert]")
    expect(notice).to_be_hidden()
    live.evaluate(RESTART)
    begun = time.monotonic()
    expect(notice).to_contain_text("Run this cell again", timeout=5_000)
    assert time.monotonic() - begun < 2.5
    prompt = explorer.get_by_label("Prompt", exact=True)
    prompt.fill("a green apple")
    prompt.press("Enter")
    live.wait_for_timeout(2_000)
    expect(notice).to_contain_text("Run this cell again")
    assert drawn(explorer.locator(".dx-result > .dx-square")) == before
    explorer = run_explorer(live, MADE)
    expect(explorer.locator(".dx-notice[role=alert]")).to_be_hidden()


@pytest.mark.parametrize(
    ("name", "one", "other"),
    [("similarity", ".dx-matrix", ".dx-pair"), ("seed", ".dx-left", ".dx-right")],
    ids=["similarity", "seed"],
)
def test_what_explains_each_other_is_seen_together_beside_a_list_of_files(
    offline: Callable[[str], Page], name: str, one: str, other: str
) -> None:
    page = offline(name)
    page.locator(".dx").evaluate("element => { element.style.width = '833px'; }")  # JupyterLab's in a window of 1,280 px
    left, right = box_of(page.locator(one)), box_of(page.locator(other))
    assert left["x"] + left["width"] <= right["x"]
    assert right["y"] < left["y"] + left["height"]
    assert page.locator(other).evaluate("element => element.scrollWidth <= element.clientWidth")


_CUT = """bar => [...bar.querySelectorAll('label')].filter(one => one.offsetWidth
  && one.getBoundingClientRect().right > one.closest('.dx-field').getBoundingClientRect().right + 0.5).map(one => one.textContent)"""
_ALONE = """bar => {
  const parts = [...bar.querySelectorAll(':scope > .dx-field')].filter(one => one.offsetWidth).map(one => [one.textContent, one.getBoundingClientRect()]);
  const beside = (one, other) => one.top < other.bottom && other.top < one.bottom;
  return parts.filter(([, box]) => 2 * box.width < bar.clientWidth && parts.filter(([, other]) => beside(box, other)).length === 1).map(([words]) => words);
}"""


@pytest.mark.parametrize("name", ["denoise", "attention", "seed", "guidance", "sampler"])
def test_no_control_stands_alone_in_a_row(offline: Callable[[str], Page], name: str) -> None:
    page = offline(name)
    for width in (1000, 970, 900, 833, 800, 760, 700, 640, 390, 300):
        page.locator(".dx").evaluate("(element, width) => { element.style.width = `${width}px`; }", width)
        alone = page.locator(".dx-bar").first.evaluate(_ALONE)
        assert alone == [] or width < 640, (
            width,
            alone,
        )  # on a phone a control may have a row of its own, and its label is whole
        assert page.locator(".dx-bar").first.evaluate(_CUT) == [], width
