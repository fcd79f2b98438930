"""The attention explorer in JupyterLab and as a file: by mouse, by keyboard, by layer and head, in two languages, without a network."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

import diffexplain as dx
from tests import tiny_t5
from tests.browser.conftest import Watched
from tests.browser.notebook import new_run, run_cell, wait_until_done
from tests.browser.waiting import changed, eventually, seen
from tests.explorers.examples import example, make

pytestmark = pytest.mark.browser

PROMPT = "a dog next to a cat"
CELL = (
    "import torch\ntorch.set_num_threads(1)\nimport diffexplain as dx\n"
    f"explorer = dx.AttentionExplorer(prompt='{PROMPT}', negative_prompt='blue background', steps=5)\nexplorer"
)


def drawn(picture: Locator) -> str:
    """What a map shows."""
    return str(seen(picture.locator(".dx-map-layer")))


def word(explorer: Locator | Page, text: str) -> Locator:
    return explorer.locator(".dx-word").filter(has_text=re.compile(rf"{text}$"))


def test_it_is_live(live: Page) -> None:
    explorer = run_cell(live, CELL)
    wait_until_done(live)
    words, large = explorer.locator(".dx-foot p"), explorer.locator(".dx-large")
    expect(words).to_contain_text("Step 5 of 5. The picture gives “cat”")
    cat = drawn(large)
    word(explorer, "dog").click()
    expect(words).to_contain_text("“dog”")
    changed(lambda: drawn(large), cat)
    word(explorer, "cat").click(modifiers=["Shift"])
    expect(words).to_contain_text("“dog” + “cat”")

    slider = explorer.get_by_role("slider", name="Step", exact=True)
    slider.focus()
    live.keyboard.press("Home")
    expect(words).to_contain_text("Step 1 of 5")
    explorer.locator(".dx-film").last.locator(".dx-frame").last.click()
    expect(words).to_contain_text("Step 5 of 5")

    large.focus()
    for key in ("Home", "PageUp", "ArrowRight", "ArrowDown"):
        live.keyboard.press(key)
    expect(explorer.locator(".dx-listened b").first).to_have_text("Patch in row 2, column 2")
    expect(large).to_have_attribute("aria-label", re.compile("Patch in row 2, column 2"))
    live.keyboard.press("Escape")
    expect(explorer.locator(".dx-listened b").first).to_have_text("The whole picture")

    word(explorer, "background").click()
    expect(explorer.locator(".dx-half[aria-pressed=true]")).to_contain_text("Negative prompt")
    expect(words).to_contain_text("“background”")

    mean = drawn(large)
    with new_run(live):
        explorer.get_by_role("radio", name="apart").click()
    grid = explorer.locator(".dx-grid canvas")
    grid.focus()
    live.keyboard.press("ArrowRight")
    live.keyboard.press("ArrowDown")
    expect(explorer.locator(".dx-source")).to_have_text("layer down 2, head 1 ×")
    expect(words).to_contain_text("In layer down 2, head 1")
    changed(lambda: drawn(large), mean)
    explorer.locator(".dx-source").click()
    expect(explorer.locator(".dx-source")).to_be_hidden()
    eventually(lambda: drawn(large), lambda now: now == mean)  # no new run: the same maps


def test_layers_that_take_too_much_are_refused_in_words_and_the_picture_stays(live: Page) -> None:
    cell = CELL.replace("steps=5)", "steps=2, budget_bytes=20_000)")
    explorer = run_cell(live, cell)
    wait_until_done(live)
    before = drawn(explorer.locator(".dx-large"))
    explorer.get_by_role("radio", name="apart").click()
    notice = explorer.locator(".dx-notice")
    expect(notice).to_contain_text("budget_bytes allows", timeout=60_000)
    expect(notice).to_contain_text("In this explorer: take a smaller height and width")
    assert drawn(explorer.locator(".dx-large")) == before
    word(explorer, "dog").click()
    expect(explorer.locator(".dx-foot p")).to_contain_text("“dog”")
    with new_run(live):
        explorer.get_by_role("radio", name="mean", exact=True).click()
    expect(notice).to_be_hidden()


@pytest.fixture
def page(offline: Callable[[str], Page]) -> Page:
    page = offline("attention")
    expect(page.locator(".dx-foot p")).to_contain_text("Step 6 of 6")
    return page


def test_the_file_shows_what_was_recorded(page: Page) -> None:
    """Every word's share at every step, and a patch's division: the recorder's own numbers, as the page rounds them."""
    recorded = make("attention", example("attention").bundled).wait(120)
    trace = recorded.trace
    recorded.close()
    slider = page.get_by_role("slider", name="Step", exact=True)
    slider.focus()
    page.keyboard.press("Home")
    for step in trace.steps:
        expect(page.locator(".dx-foot p")).to_contain_text(f"Step {step.index + 1} of 6")
        shown = [share(item) for item in page.locator(".dx-sentence-row").first.locator(".dx-number").all_inner_texts()]
        attention = step.attention
        assert attention is not None
        maps = attention.maps()
        own = [float(maps[at].mean()) for at in range(8)] + [float(maps[8:].sum(0).mean())]
        assert shown == pytest.approx(own, abs=0.0052)
        assert sum(shown) == pytest.approx(1, abs=0.03)
        page.keyboard.press("ArrowRight")

    large = page.locator(".dx-large")
    box = large.bounding_box()
    assert box
    page.mouse.move(box["x"] + box["width"] * 0.9, box["y"] + box["height"] * 0.45)
    expect(page.locator(".dx-listened b").first).to_have_text("Patch in row 4, column 8")
    attention = trace.steps[-1].attention
    assert attention is not None
    expected = attention.maps()[:, 3, 7]
    shown = [share(item) for item in page.locator(".dx-sentence-row").first.locator(".dx-number").all_inner_texts()]
    assert shown == pytest.approx([*expected[:8].tolist(), float(expected[8:].sum())], abs=0.0052)
    listed = [share(item) for item in page.locator(".dx-list li > b").all_inner_texts()]
    assert sum(listed) == pytest.approx(1, abs=0.03)
    assert listed == sorted(listed, reverse=True)


def share(text: str) -> float:
    return 0.0005 if text.startswith("<") else float(text.removesuffix(" %")) / 100


def test_every_way_to_look_changes_the_maps_and_asks_no_kernel(page: Page) -> None:
    large = page.locator(".dx-large")
    maps = [drawn(large)]
    for name in ("all steps", "patches", "same scale"):
        page.get_by_role("radio", name=name).click()
        expect(page.get_by_role("radio", name=name)).to_have_attribute("aria-checked", "true")
        maps.append(changed(lambda: drawn(large), maps[-1]))
    expect(page.locator(".dx-foot p")).to_contain_text("The mean over 6 steps")
    assert len(set(maps)) == 4
    size = large.locator(".dx-map-layer").evaluate("canvas => [canvas.width, canvas.height]")
    assert size == [8, 8]  # a pixel a patch
    page.get_by_label("Strength").fill("0")
    expect(large.locator(".dx-map-layer")).to_have_css("opacity", "0")

    tile = page.locator(".dx-tile").filter(has_text="dog")
    tile.click()
    expect(tile).to_have_attribute("aria-pressed", "true")
    expect(page.locator(".dx-foot p")).to_contain_text("“dog”")
    page.get_by_role("button", name="Play").click()
    expect(page.locator(".dx-foot p")).to_contain_text("Step ")
    expect(page.locator(".dx-foot p")).to_contain_text("Step 6 of 6", timeout=20_000)


@pytest.fixture(scope="module")
def joint(tmp_path_factory: pytest.TempPathFactory) -> Path:
    given = {
        "prompt": "a red circle </script><b>",
        "negative_prompt": "red",
        "height": 32,
        "width": 64,
        "steps": 3,
        "detail": "layers",
    }
    explorer = dx.AttentionExplorer(tiny_t5.sd3(), **given).wait(120)
    try:
        return explorer.to_html(tmp_path_factory.mktemp("attention") / "joint.html")
    finally:
        explorer.close()


def test_joint_attention_has_two_streams_and_leaves_the_rest_to_the_picture(watched: Watched, joint: Path) -> None:
    page = watched.page
    page.goto(joint.as_uri())
    expect(page.locator(".dx-sentence-row").first.locator(".dx-stream")).to_have_text(["CLIP", "T5"])
    expect(page.locator(".dx-list")).to_contain_text("the picture itself")
    listed = [share(item) for item in page.locator(".dx-list li > b").all_inner_texts()]
    assert sum(listed) == pytest.approx(1, abs=0.03)
    box = page.locator(".dx-large").bounding_box()
    assert box
    assert box["width"] / box["height"] == pytest.approx(2, abs=0.02)
    assert page.locator(".dx b b, .dx script").count() == 0
    page.set_viewport_size({"width": 480, "height": 900})
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0
