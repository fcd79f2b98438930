"""What a test does to a page has been drawn when it looks, however late the page draws it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import Watched

pytestmark = pytest.mark.browser

LATE = """<input type="range" min="0" max="9" value="3"><button>again</button><output>nothing</output><script>
const [slider, button, output] = ["input", "button", "output"].map(name => document.querySelector(name));
const late = () => requestAnimationFrame(() => requestAnimationFrame(() => { output.textContent = Number(output.textContent || 0) + 1 || 1; }));
slider.oninput = button.onclick = button.onmouseenter = window.onresize = late;
</script>"""


@pytest.mark.parametrize(
    "act",
    [
        lambda page: page.locator("button").click(),
        lambda page: page.locator("button").hover(),
        lambda page: page.locator("input").fill("5"),
        lambda page: page.locator("input").press("ArrowRight"),
        lambda page: (page.locator("input").focus(), page.keyboard.press("ArrowRight")),
        lambda page: page.mouse.move(
            page.locator("button").bounding_box()["x"] + 5, page.locator("button").bounding_box()["y"] + 5
        ),
        lambda page: page.set_viewport_size({"width": 500, "height": 400}),
    ],
)
def test_an_action_returns_when_what_it_asks_for_is_drawn(watched: Watched, act: Callable[[Page], object]) -> None:
    page = watched.page
    page.set_content(LATE)
    act(page)
    assert page.locator("output").inner_text() != "nothing"
