"""What the bundled model knows: looked up from the prompt, put into it, and what it never learned marked and named."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Watched
from tests.browser.notebook import new_run, run_cell, run_explorer, wait_until_done
from tests.browser.waiting import box_of
from tests.explorers.examples import PREAMBLE, make

pytestmark = pytest.mark.browser

CHANCE = "This model never met “xyzzy” in training: what it makes of it is chance."


def prompt_of(explorer: Locator) -> Locator:
    return explorer.get_by_label("Prompt", exact=True)


def notice_of(explorer: Locator) -> Locator:
    return explorer.locator(".dx-unlearned-notice")


def test_live_an_unknown_word_is_marked_and_gives_way_to_a_known_one(live: Page) -> None:
    explorer = run_explorer(live, "dx.DenoiseExplorer(prompt='a xyzzy next to a fox', steps=4)")
    marked = explorer.locator(".dx-stage .dx-token.dx-unlearned")
    expect(notice_of(explorer)).to_contain_text(CHANCE)
    assert "".join(text.split(" (")[0] for text in marked.all_text_contents()) == "xyzzy"
    expect(marked.first).to_contain_text("the model never learned this word")

    notice_of(explorer).get_by_role("button", name="What it knows").click()
    search = explorer.get_by_role("searchbox", name="Search the words")
    expect(search).to_be_focused()
    search.press_sequentially("owl")
    with new_run(live):
        live.keyboard.press("Enter")
    expect(prompt_of(explorer)).to_have_value("an owl next to a fox")
    expect(notice_of(explorer)).to_be_hidden()
    expect(marked).to_have_count(0)
    live.keyboard.press("Escape")
    expect(explorer.locator(".dx-known")).to_be_hidden()
    expect(prompt_of(explorer)).to_be_focused()  # the button that opened it went with the notice


def test_live_by_keyboard_alone_a_caption_is_put_together(live: Page) -> None:
    explorer = run_explorer(live, "dx.SeedExplorer(prompt='a fox', count=4, steps=2)")
    button = explorer.locator(".dx-bar").get_by_role("button", name="What it knows")
    button.focus()
    live.keyboard.press("Enter")
    words = explorer.locator("button.dx-known-word:visible")
    for sought, name in (("left", "to the left of"), ("狐", "fox"), ("teal", "teal")):
        search = explorer.get_by_role("searchbox", name="Search the words")
        search.fill(sought)
        live.keyboard.press("ArrowDown")
        expect(words.first).to_be_focused()
        expect(words.first).to_have_text(name)
        with new_run(live):
            live.keyboard.press("Enter")
    expect(prompt_of(explorer)).to_have_value("a fox to the left of a fox on a teal background")
    live.keyboard.press("Escape")  # closes the list; the run is left alone
    expect(explorer.locator(".dx-known")).to_be_hidden()
    expect(button).to_be_focused()
    assert not notice_of(explorer).is_visible()


def test_live_another_model_has_no_list_and_no_marks(live: Page) -> None:
    explorer = run_cell(live, f"{PREAMBLE}dx.DenoiseExplorer(pipe, prompt='a xyzzy', steps=2)")
    wait_until_done(live)
    expect(explorer.locator(".dx-stage .dx-token").nth(1)).to_be_visible()
    expect(explorer.locator(".dx-knows, .dx-unlearned, .dx-unlearned-notice")).to_have_count(0)


@pytest.fixture(scope="module")
def recording(tmp_path_factory: pytest.TempPathFactory) -> Path:
    explorer = make("attention", "prompt='a xyzzy next to a fox', word='fox', steps=2")
    path = explorer.wait(120).to_html(tmp_path_factory.mktemp("known") / "attention.html")
    explorer.close()
    return Path(path)


@pytest.mark.parametrize("width", [390, 1100])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_recording_lets_the_list_be_read(watched: Watched, recording: Path, width: int, scheme: str) -> None:
    page = watched.page
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    page.goto(recording.as_uri())
    explorer = page.locator(".dx")
    expect(notice_of(explorer)).to_contain_text(CHANCE)
    expect(explorer.locator(".dx-word-text.dx-unlearned")).to_have_text(["xyzzy"])
    word = explorer.locator(".dx-word", has=page.locator(".dx-unlearned"))
    expect(word).to_have_attribute("title", re.compile("the model never learned this word"))
    explorer.locator(".dx-bar").get_by_role("button", name="What it knows").click()
    panel = explorer.get_by_role("dialog", name="What it knows")
    expect(panel).to_contain_text("This page is a recording")
    expect(panel.get_by_role("button")).to_have_count(0)
    box, room = box_of(panel), box_of(explorer)
    assert room["x"] <= box["x"]
    assert box["x"] + box["width"] <= room["x"] + room["width"]
    page.keyboard.type("red apple")
    expect(panel.locator(".dx-known-word:visible")).to_have_text(["red apple"])
    small = panel.evaluate("e => [...e.querySelectorAll('*')].map(one => parseFloat(getComputedStyle(one).fontSize))")
    assert min(small) >= 12
    assert watched.errors == []


FIELDS = {  # arguments, and fields in which a word is marked that the model never learned
    "similarity": ("texts=['a fox to the left of a xyzzy', 'a fox']", ".dx-side textarea", 1),
    "attention": ("prompt='a fox', negative_prompt='a xyzzy', word='fox', steps=2", ".dx-field input[type=text]", 1),
}


@pytest.mark.parametrize("width", [390, 1100])
@pytest.mark.parametrize("name", FIELDS)
def test_what_is_written_is_marked_where_it_stands(watched: Watched, tmp_path: Path, name: str, width: int) -> None:
    arguments, fields, count = FIELDS[name]
    explorer = make(name, arguments)
    path = Path(explorer.wait(120).to_html(tmp_path / "page.html"))
    explorer.close()
    page = watched.page
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(path.as_uri())
    field = page.locator(f"{fields}[title*='the model never learned this word']")
    expect(field).to_have_count(count)
    expect(page.locator(".dx-marks .dx-unlearned")).to_have_attribute("data-text", "xyzzy")
    # the layer lies over the text: the same box, font and lines
    field_box, layer_box = box_of(field), box_of(page.locator(".dx-marks"))
    assert all(abs(field_box[side] - layer_box[side]) < 1.5 for side in ("x", "y", "width"))
    style = "e => ['fontSize', 'fontFamily', 'fontWeight', 'letterSpacing'].map(name => getComputedStyle(e)[name])"
    assert field.evaluate(style) == page.locator(".dx-marks").evaluate(style)
    described = field.evaluate(
        "e => e.getAttribute('aria-describedby').split(' ').map(id => document.getElementById(id).textContent)"
    )
    assert "“xyzzy”: the model never learned this word" in described
    if name == "attention":
        page.locator(".dx-half").nth(1).click()
        expect(page.locator(".dx-tile-name.dx-unlearned, .dx-list-name .dx-unlearned")).to_have_text(["xyzzy", "xyzzy"])
        expect(page.locator(".dx-list li", has_text="xyzzy")).to_have_attribute("title", "the model never learned this word")
    assert watched.errors == []
