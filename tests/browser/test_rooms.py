"""A recording that holds nothing for a part of the page says so in words, where a form would stand that nobody can use."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Watched
from tests.explorers.examples import make

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(
    ("name", "arguments", "role", "rooms", "form"),
    [
        (
            "similarity",
            "pictures=['gallery:5'], texts=['a crescent moon'], clip=clip",
            "button",
            ("Sort the gallery", "The older way"),
            ".dx-panel :is(input, select)",
        ),
        (
            "seed",
            "pipeline=pipe, count=4, steps=1",
            "radio",
            ("From A to B", "Another prompt"),
            ".dx-right :is(input, .dx-invitation)",
        ),
    ],
)
def test_an_empty_room_says_what_it_would_show_and_what_that_needs(
    watched: Watched, tmp_path: Path, name: str, arguments: str, role: str, rooms: tuple[str, ...], form: str
) -> None:
    explorer = make(name, arguments)
    explorer.wait(100).to_html(tmp_path / "page.html")
    explorer.close()
    page = watched.page
    page.goto((tmp_path / "page.html").as_uri())
    for room in rooms:
        page.get_by_role(role, name=room).click()  # type: ignore[arg-type]
        words = page.locator(".dx-room-empty:visible")
        expect(words).to_have_count(1)
        expect(words).to_contain_text("This recording holds none of it: that needs a running notebook.")
        assert len(words.inner_text()) > 90  # and what it would show
        expect(page.locator(form).locator("visible=true")).to_have_count(0)
