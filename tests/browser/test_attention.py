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
from tests.browser.notebook import new_run, run_explorer
from tests.browser.waiting import box_of, changed, eventually, seen
from tests.explorers.examples import example, make

pytestmark = pytest.mark.browser

OPAQUE = """canvas => Math.max(...canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data.filter((_, at) => at % 4 === 3))"""


def drawn(picture: Locator) -> str:
    """What a map shows."""
    return str(seen(picture.locator(".dx-map-layer")))


def word(explorer: Locator | Page, text: str) -> Locator:
    return explorer.locator(".dx-word").filter(has_text=re.compile(rf"{text}$"))


def test_it_is_live(live: Page) -> None:
    explorer = run_explorer(
        live, "dx.AttentionExplorer(prompt='a dog next to a cat', negative_prompt='blue background', steps=5)"
    )
    words, large = explorer.locator(".dx-foot p"), explorer.locator(".dx-large")
    expect(words).to_contain_text("Step 3 of 5. The picture gives “cat”")  # the middle, where most is to be seen
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


@pytest.fixture
def page(offline: Callable[[str], Page]) -> Page:
    page = offline("attention")
    expect(page.locator(".dx-foot p")).to_contain_text("Step 4 of 6")
    return page


def shares(items: Locator) -> list[float]:
    """What stands there as shares."""
    return [0.0005 if text.startswith("<") else float(re.match(r"[\d.]+", text)[0]) / 100 for text in items.all_inner_texts()]


def test_the_file_shows_what_was_recorded(page: Page) -> None:
    """Every word's share at every step in both passes, and a patch's division: the recorder's own numbers, as the page rounds them."""
    recorded = make("attention", example("attention").bundled).wait(120)
    maps = [step.attention.maps() for step in recorded.trace.steps]
    others = [step.attention.maps(half="uncond") for step in recorded.trace.steps]
    recorded.close()
    numbers, off = (page.locator(".dx-sentence-row").nth(at).locator(".dx-number") for at in (0, 1))
    expect(page.locator(".dx-sentence-row").nth(1)).to_have_class(re.compile("dx-off"))
    page.get_by_role("slider", name="Step", exact=True).focus()
    page.keyboard.press("Home")
    for step, own in enumerate(maps):
        expect(page.locator(".dx-foot p")).to_contain_text(f"Step {step + 1} of 6")
        means = own.mean((1, 2))
        assert shares(numbers) == pytest.approx([*means[:8].tolist(), float(means[8:].sum())], abs=0.0052)
        assert sum(shares(numbers)) == pytest.approx(1, abs=0.03)
        other = others[step].mean((1, 2))
        assert shares(off) == pytest.approx([*other[:4].tolist(), float(other[4:].sum())], abs=0.0052)
        page.keyboard.press("ArrowRight")

    box = box_of(page.locator(".dx-large"))
    page.mouse.move(box["x"] + box["width"] * 0.9, box["y"] + box["height"] * 0.45)
    expect(page.locator(".dx-listened b").first).to_have_text("Patch in row 4, column 8")
    patch = maps[-1][:, 3, 7]
    assert shares(numbers) == pytest.approx([*patch[:8].tolist(), float(patch[8:].sum())], abs=0.0052)
    listed = shares(page.locator(".dx-list li > b"))
    assert sum(listed) == pytest.approx(1, abs=0.03)
    assert listed == sorted(listed, reverse=True)


def test_bars_are_as_high_as_their_shares_in_both_passes(page: Page) -> None:
    """Which pass is selected changes no number and no height, and one scale holds for both."""
    bars, numbers = page.locator(".dx-word-bar:not(.dx-cut)"), page.locator(".dx-word:not(:has(.dx-cut)) .dx-number")
    before = bars.evaluate_all("all => all.map(each => each.offsetHeight)"), numbers.all_inner_texts()
    heights, held = before[0], shares(numbers)
    for height, share in zip(heights, held, strict=True):
        assert height == pytest.approx(max(2, share * max(heights) / max(held)), abs=1.5)
    page.locator(".dx-half").nth(1).click()
    expect(page.locator(".dx-half").nth(1)).to_have_attribute("aria-pressed", "true")
    assert (
        eventually(lambda: bars.evaluate_all("all => all.map(each => each.offsetHeight)"), lambda now: now == heights),
        numbers.all_inner_texts(),
    ) == before


def test_of_words_alone_the_bars_and_the_maps_are_of_what_the_words_get(page: Page) -> None:
    row = page.locator(".dx-sentence-row").first
    numbers, foot = row.locator(".dx-word:visible .dx-number"), page.locator(".dx-foot p")
    marks = row.locator(".dx-word.dx-mark").count()
    before = numbers.count()
    page.get_by_role("radio", name="words only").click()
    expect(numbers).to_have_count(before - marks)
    assert sum(shares(numbers)) == pytest.approx(1, abs=0.03)
    assert sum(shares(page.locator(".dx-list li > b"))) == pytest.approx(1, abs=0.03)
    expect(page.locator(".dx-shares-of")).to_contain_text(
        "Marks and padding are left out: all shares are of what the words get."
    )
    expect(page.locator(".dx-key")).to_contain_text("of what a patch gives to words")
    expect(foot).to_contain_text("Of what the words get, “cat” has")
    expect(page.locator(".dx-tile:visible")).to_have_count(before - marks)
    page.get_by_role("radio", name="everything").click()
    expect(numbers).to_have_count(before)


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
    eventually(lambda: seen(large.locator(".dx-map-layer"), OPAQUE), lambda most: most == 0)

    tile = page.locator(".dx-tile").filter(has_text="dog")
    tile.click()
    expect(tile).to_have_attribute("aria-pressed", "true")
    expect(page.locator(".dx-foot p")).to_contain_text("“dog”")
    page.get_by_role("button", name="Play").click()
    expect(page.locator(".dx-foot p")).to_contain_text("Step ")
    expect(page.locator(".dx-foot p")).to_contain_text("Step 6 of 6", timeout=20_000)


def test_joint_attention_has_two_streams_and_leaves_the_rest_to_the_picture(watched: Watched, tmp_path: Path) -> None:
    given = {"prompt": "a red circle </script><b>", "negative_prompt": "red", "steps": 3, "detail": "layers"}
    explorer = dx.AttentionExplorer(tiny_t5.sd3(), height=32, width=64, **given).wait(120)
    page = watched.page
    page.goto(explorer.to_html(tmp_path / "joint.html").as_uri())
    explorer.close()
    expect(page.locator(".dx-sentence-row").first.locator(".dx-stream")).to_have_text(["CLIP", "T5"])
    expect(page.locator(".dx-list")).to_contain_text("the picture itself")
    assert sum(shares(page.locator(".dx-list li > b"))) == pytest.approx(1, abs=0.03)
    box = box_of(page.locator(".dx-large"))
    assert box["width"] / box["height"] == pytest.approx(2, abs=0.02)
    assert page.locator(".dx b b, .dx script").count() == 0
    page.set_viewport_size({"width": 480, "height": 900})
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0
