"""Chromium, a JupyterLab with one notebook that stays open, every explorer's exported file, and pages that keep what went wrong on them."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser import chromium
from tests.browser.notebook import FOREIGN, open_empty
from tests.browser.server import jupyterlab
from tests.browser.settling import settling
from tests.explorers.examples import example, make

OURS = "labextensions/diffexplain"  # in the stack of an error of our extension
SIZE = {"width": 1280, "height": 1000}
expect.set_options(timeout=20_000)  # a test waits for what will be there, however busy the machine is

# Which worker does what: a file's tests share what it opens, so one worker has them all, the longest file first; what holds for every
# explorer shares nothing, and goes last, a test at a time, to whoever is free

LONGEST = (
    "in_page",
    "in_page_explorers",
    "finetune",
    "files",
    "labextension",
    "lab",
    "surroundings",
    "sampler",
    "guidance",
    "embedding",
)
SHARED_BY_NONE = ("contract", "contract_live", "contract_opened")
assert all(Path(__file__).with_name(f"test_{name}.py").exists() for name in LONGEST + SHARED_BY_NONE)


def _order(path: str) -> int:
    name = Path(path).stem.removeprefix("test_")
    if name in LONGEST:
        return LONGEST.index(name)
    return len(LONGEST) + (name in SHARED_BY_NONE)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if all(item.path.parent == Path(__file__).parent for item in items):
        items.sort(key=lambda item: _order(str(item.path)))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    if config.getvalue("dist") != "loadfile":
        return None
    from xdist.scheduler import LoadFileScheduling

    class LongestFirst(LoadFileScheduling):
        def _split_scope(self, nodeid: str) -> str:
            path = super()._split_scope(nodeid)
            return nodeid if _order(path) > len(LONGEST) else path

    config.option.loadscopereorder = False
    return LongestFirst(config, log)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with chromium.launched() as browser, settling():
        yield browser


@dataclass
class Watched:
    """A page with its console errors and the addresses that it asked for."""

    page: Page
    errors: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)


def watch(page: Page) -> Watched:
    """Keep what happens on a page from here on."""
    watched = Watched(page)
    page.on("pageerror", lambda error: watched.errors.append(error.stack or str(error)))
    page.on("console", lambda message: message.type == "error" and watched.errors.append(message.text))
    page.on("request", lambda request: watched.requests.append(request.url))
    return watched


@pytest.fixture
def watched(browser: Browser) -> Iterator[Watched]:
    context = browser.new_context(viewport=SIZE)
    yield watch(context.new_page())
    context.close()


# Live


@pytest.fixture(scope="session")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of a JupyterLab on a copy of the lessons."""
    with jupyterlab(tmp_path_factory.mktemp("lab")) as address:
        yield address


@pytest.fixture(scope="session")
def _notebook(browser: Browser, lab: str) -> Iterator[Watched]:
    context = browser.new_context(viewport=SIZE)
    watched = watch(context.new_page())
    open_empty(watched.page, lab)
    yield watched
    context.close()


@contextmanager
def clean(watched: Watched, foreign: tuple[str, ...] = FOREIGN) -> Iterator[Page]:
    """A page that stays open for several tests: none may leave an error, but for those known by these words that passed through none of ours."""
    watched.errors.clear()
    yield watched.page
    assert [error for error in watched.errors if OURS in error or not any(word in error for word in foreign)] == []


@pytest.fixture
def live(_notebook: Watched) -> Iterator[Page]:
    """A notebook of one cell, for `notebook.run_cell`: opened once, because that takes longer than most tests."""
    with clean(_notebook) as page:
        yield page


# Exported


@pytest.fixture(scope="session")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """Make the exported file of an explorer's example on the bundled model, once for all tests and all workers."""
    root = tmp_path_factory.getbasetemp()
    folder = (root.parent if "PYTEST_XDIST_WORKER" in os.environ else root) / "exported"
    folder.mkdir(exist_ok=True)

    def file(name: str) -> Path:
        path, claim = folder / f"{name}.html", folder / f"{name}.claim"
        if not path.exists():
            try:
                claim.touch(exist_ok=False)
            except FileExistsError:  # another worker makes it; it appears whole
                deadline = time.monotonic() + 280
                while not path.exists() and claim.exists() and time.monotonic() < deadline:
                    time.sleep(0.1)
                assert path.exists(), f"another worker could not make {path.name}"
                return path
            try:
                explorer = make(name, example(name).bundled)
                explorer.wait(200).to_html(path)
                explorer.close()
            finally:
                claim.unlink()
        return path

    return file


@pytest.fixture
def offline(watched: Watched, exported: Callable[[str], Path]) -> Iterator[Callable[[str], Page]]:
    """Open an explorer's exported file, with the network cut off. It may ask for nothing else, and no error may be left."""
    allowed = []

    def opened(name: str) -> Page:
        allowed.append(exported(name).as_uri())
        watched.page.context.set_offline(True)
        watched.page.goto(allowed[-1])
        return watched.page

    yield opened
    assert [address for address in watched.requests if not address.startswith(("data:", "blob:", *allowed))] == []
    assert watched.errors == []
