"""JupyterLab's extension as a learner meets it: a tile opens a lesson, the side panel lists what lives in the kernels, and acts on it.

The server's base URL is not "/", as on a hub.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from diffexplain import lessons
from tests.browser.conftest import SIZE, Watched, clean, watch
from tests.browser.notebook import FOREIGN
from tests.browser.server import jupyterlab
from tests.browser.waiting import eventually

pytestmark = pytest.mark.browser

MAKE = "import torch\ntorch.set_num_threads(1)\nimport diffexplain as dx\nexplorer = dx.DenoiseExplorer(prompt='a fox', steps={steps})\nexplorer"
HASTY = (
    "debugger state",
    "Canceled future",
    "Disposed",
    "reading 'kernel'",
)  # of JupyterLab itself, where a notebook is closed or a kernel ended while it asks for something
READY = "() => jupyterapp.shell.currentWidget.context.ready"
KERNEL = "() => jupyterapp.shell.currentWidget.sessionContext.ready"
RUN = """code => {
  const { content } = jupyterapp.shell.currentWidget;
  content.activeCellIndex = content.widgets.length - 1;
  content.activeCell.model.sharedModel.setSource(code);
  return jupyterapp.commands.execute('notebook:run-cell');
}"""


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with jupyterlab(tmp_path_factory.mktemp("hub"), base_url="/hub/user") as address:
        yield address


@pytest.fixture(scope="module")
def _opened(browser: Browser, hub: str) -> Iterator[Watched]:
    context = browser.new_context(viewport=SIZE)
    watched = watch(context.new_page())
    watched.page.goto(f"{hub}/lab?reset")
    expect(tiles(watched.page).first).to_be_visible(timeout=60_000)
    yield watched
    context.close()


@pytest.fixture
def page(_opened: Watched) -> Iterator[Page]:
    """A JupyterLab that stays open for all tests."""
    with clean(_opened, (*FOREIGN, *HASTY)) as page:
        yield page


def tiles(page: Page) -> Locator:
    return page.locator(".jp-LauncherCard[data-category=diffexplain]")


def cards(page: Page) -> Locator:
    return page.locator(".dx-lab-card")


def contents(page: Page, hub: str, path: str = "") -> Any:
    return page.request.get(f"{hub}/api/contents/{path}").json()["content"]


def names(page: Page, hub: str, path: str = "") -> list[str]:
    return [entry["name"] for entry in contents(page, hub, path)]


def do(page: Page, command: str, **arguments: Any) -> None:
    page.evaluate(
        "([command, given]) => { jupyterapp.commands.execute(command, given); }", [f"diffexplain:{command}", arguments]
    )


def in_front(page: Page, name: str) -> None:
    """Wait until this notebook is in front."""
    page.wait_for_function("name => jupyterapp.shell.currentWidget?.context?.path === name", arg=name, timeout=30_000)
    page.evaluate(READY)


def new_notebook(page: Page, hub: str, name: str) -> None:
    """Make and open a notebook with one empty cell and a kernel."""
    cell = {"cell_type": "code", "id": "only", "source": "", "metadata": {}, "outputs": [], "execution_count": None}
    metadata = {"kernelspec": {"name": "python3", "display_name": "Python 3"}}
    body = {
        "type": "notebook",
        "format": "json",
        "content": {"nbformat": 4, "nbformat_minor": 5, "metadata": metadata, "cells": [cell]},
    }
    page.request.put(f"{hub}/api/contents/{name}", data=json.dumps(body), headers={"Content-Type": "application/json"})
    page.evaluate("path => { jupyterapp.commands.execute('docmanager:open', { path }); }", name)
    in_front(page, name)
    page.evaluate(KERNEL)


def button(card: Locator, action: str) -> Locator:
    return card.locator(f"[data-action={action}]")


def test_a_tile_opens_a_copy_of_its_lesson_and_never_writes_over_what_was_changed(page: Page, hub: str) -> None:
    index = page.evaluate("async root => (await fetch(root)).json()", f"{hub}/lab/extensions/diffexplain/lessons/index.json")
    assert tiles(page).all_inner_texts() == ["Explore", *(lesson["title"] for lesson in index["en"]), "Lessons folder"]
    lesson = index["en"][3]
    tile = tiles(page).filter(has_text=lesson["title"])
    expect(tile).to_have_attribute("title", lesson["about"])
    tile.focus()
    page.keyboard.press("Enter")
    in_front(page, "03_denoising.ipynb")
    expect(page.locator(".Toastify__toast", has_text="your own copy")).to_have_count(0)
    page.evaluate("() => { jupyterapp.shell.currentWidget.content.widgets[1].model.sharedModel.setSource('mine'); }")
    page.evaluate("() => jupyterapp.commands.execute('docmanager:save')")
    page.evaluate("() => jupyterapp.shell.currentWidget.dispose()")
    mine = contents(page, hub, "03_denoising.ipynb")["cells"]

    do(page, "lesson", name=lesson["name"])
    in_front(page, "03_denoising.ipynb")
    assert contents(page, hub, "03_denoising.ipynb")["cells"] == mine
    notice = page.locator(".Toastify__toast", has_text="your own copy")
    notice.get_by_role("button", name="Open a fresh copy").click()
    in_front(page, "03_denoising-1.ipynb")
    fresh = contents(page, hub, "03_denoising-1.ipynb")["cells"]
    assert [cell["source"] for cell in fresh] != [cell["source"] for cell in mine]
    assert contents(page, hub, "03_denoising.ipynb")["cells"] == mine


def test_the_lessons_folder_holds_all_languages_and_opens_the_first(page: Page, hub: str) -> None:
    do(page, "lessons-folder")
    in_front(page, "diffexplain-lessons/en/00_gallery.ipynb")
    for language in ("en", "zh"):
        expected = {path.name for path in (lessons.folder() / language).glob("*.ipynb")}
        assert {name for name in names(page, hub, f"diffexplain-lessons/{language}") if name.endswith(".ipynb")} == expected
    page.evaluate("() => [...jupyterapp.shell.widgets('main')].forEach((widget) => widget.dispose())")


def test_the_panel_lists_the_explorers_of_all_kernels_and_acts_on_them(page: Page, hub: str) -> None:
    new_notebook(page, hub, "first.ipynb")
    do(page, "show-explorers")
    panel = page.get_by_role("region", name="Explorers")
    expect(panel).to_contain_text("No explorer is alive")
    page.evaluate(RUN, MAKE.format(steps=3))
    card = cards(page).first
    expect(card.locator("[data-state=done]")).to_be_visible(timeout=120_000)
    expect(card).to_contain_text("Denoising explorer")
    expect(card).to_contain_text("a fox")
    expect(card).to_contain_text(re.compile(r"holds \d+ KB"))
    eventually(lambda: card.locator("img").evaluate("image => image.naturalWidth"), lambda width: width > 100)

    button(card, "bring").click()
    brought = page.locator(".dx-lab-brought .dx")
    expect(brought).to_have_attribute("data-state", "done", timeout=30_000)
    prompt = brought.get_by_label("Prompt", exact=True)
    prompt.fill("a green apple")
    prompt.press("Enter")
    expect(page.locator(".jp-Notebook .dx").get_by_label("Prompt", exact=True)).to_have_value("a green apple")
    expect(card).to_contain_text("a green apple", timeout=30_000)
    expect(card.locator("[data-state=done]")).to_be_visible(timeout=30_000)
    button(card, "bring").click()
    expect(page.locator(".dx-lab-brought")).to_have_count(1)  # it is there already

    steps = brought.get_by_role("slider", name="Steps")
    steps.focus()
    page.keyboard.press("End")
    cancel = button(card, "cancel")
    expect(cancel).to_be_visible(timeout=30_000)
    cancel.focus()
    page.keyboard.press("Enter")
    expect(card.locator("[data-state=cancelled]")).to_be_visible(timeout=30_000)
    expect(brought).to_have_attribute("data-state", "cancelled")
    expect(button(card, "bring")).to_be_focused()  # the button that had the focus is gone

    button(card, "export").click()
    expect(page.locator(".Toastify__toast", has_text="Exported to denoise-a-green-apple.html")).to_be_visible(timeout=30_000)
    assert contents(page, hub, "denoise-a-green-apple.html").startswith("<!doctype html>")
    expect(page.locator(".jp-DirListing-item", has_text="denoise-a-green-apple.html")).to_be_visible(timeout=20_000)

    page.evaluate("() => jupyterapp.shell.activateById([...jupyterapp.shell.widgets('main')][0].id)")
    new_notebook(page, hub, "second.ipynb")
    page.evaluate(RUN, "import diffexplain as dx\ndx.NoiseExplorer()")
    expect(panel.get_by_role("list", name="second.ipynb").locator(".dx-lab-card")).to_have_count(1, timeout=60_000)
    expect(cards(page)).to_have_count(2)

    button(card, "close").click()
    expect(cards(page)).to_have_count(1, timeout=10_000)
    expect(page.locator(".dx-lab-brought")).to_have_count(0)


def test_a_kernel_that_is_restarted_ends_or_has_other_widgets(page: Page, hub: str) -> None:
    expect(cards(page)).to_have_count(1)  # of second.ipynb, in front
    page.evaluate("() => jupyterapp.shell.currentWidget.sessionContext.session.kernel.restart()")
    expect(cards(page)).to_have_count(0, timeout=30_000)
    page.evaluate(RUN, "import ipywidgets\nipywidgets.IntSlider()")  # and no package
    expect(page.locator(".widget-slider")).to_be_visible(timeout=60_000)
    page.evaluate(RUN, "import diffexplain as dx\ndx.NoiseExplorer()")
    expect(cards(page)).to_have_count(1, timeout=60_000)

    kernel = page.evaluate("() => jupyterapp.shell.currentWidget.sessionContext.session.kernel.id")
    page.evaluate("() => jupyterapp.commands.execute('docmanager:save')")
    page.evaluate("() => jupyterapp.shell.currentWidget.dispose()")  # its kernel goes on, and nobody shows it here
    expect(cards(page)).to_have_count(1, timeout=30_000)
    button(cards(page).first, "bring").click()  # opens the notebook, too
    expect(page.locator(".dx-lab-brought .dx")).to_have_attribute("data-state", "done", timeout=30_000)
    page.request.delete(f"{hub}/api/kernels/{kernel}")
    expect(cards(page)).to_have_count(0, timeout=30_000)


def test_it_speaks_chinese_where_jupyterlab_does(page: Page, hub: str) -> None:
    setting = f"{hub}/lab/api/settings/@jupyterlab/translation-extension:plugin"
    page.request.put(setting, data=json.dumps({"raw": json.dumps({"locale": "zh_CN"})}))
    page.goto(f"{hub}/lab?reset")
    expect(tiles(page).filter(has_text="课程文件夹")).to_be_visible(timeout=60_000)
    assert not any(re.search("[a-z]{3}", text) for text in tiles(page).all_inner_texts())
    do(page, "show-explorers")
    expect(page.get_by_role("region", name="探索器")).to_contain_text("运行中的内核里没有探索器")
    do(page, "lesson", name="03_denoising.ipynb")
    in_front(page, "03_denoising-2.ipynb")  # beside those in English
