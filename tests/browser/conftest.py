"""Chromium, a JupyterLab of its own, and a page that keeps what went wrong on it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from diffexplain.explorers.explorer import Explorer
from tests.browser import chromium
from tests.browser.server import jupyterlab


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = chromium.find()
    assert path, "no Chromium: run `python -m tests.browser.chromium`"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=chromium.ARGUMENTS)
        yield browser
        browser.close()


@dataclass
class Watched:
    """A page with its console errors and the addresses that it asked for."""

    page: Page
    errors: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)


@pytest.fixture
def watched(browser: Browser) -> Iterator[Watched]:
    context = browser.new_context(viewport={"width": 1280, "height": 1000})
    watched = Watched(context.new_page())
    watched.page.on("pageerror", lambda error: watched.errors.append(str(error)))
    watched.page.on("console", lambda message: message.type == "error" and watched.errors.append(message.text))
    watched.page.on("request", lambda request: watched.requests.append(request.url))
    yield watched
    context.close()


def written(explorer: Explorer, folder: Path) -> Path:
    """The explorer's finished run as a file; the explorer is closed."""
    try:
        return explorer.wait(120).to_html(folder / "page.html")
    finally:
        explorer.close()


def opened_offline(watched: Watched, file: Path) -> Page:
    """The file in a page that gets at no network."""
    watched.page.context.set_offline(True)
    watched.page.goto(file.as_uri())
    return watched.page


@pytest.fixture(scope="session")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of a JupyterLab on a copy of the lessons."""
    with jupyterlab(tmp_path_factory.mktemp("lab")) as address:
        yield address
