"""Files of recorded runs and saved sessions in JupyterLab: a double click opens them live, in a Python of their own.

The server's base URL is not "/", as on a hub, and the files lie in a folder whose name needs care.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import torch
from playwright.sync_api import Browser, Locator, Page, Route, expect

import diffexplain as dx
from docs.examples.point_cloud import PointCloudExplorer
from tests.browser.conftest import SIZE, Watched, clean, watch
from tests.browser.notebook import FOREIGN
from tests.browser.server import jupyterlab
from tests.browser.waiting import eventually

pytestmark = pytest.mark.browser

FOLDER = "runs 'a' \"b\" 狐狸"
TRACE, SESSION = '一只 "fox" it\'s.dxtrace', "cloud.dxsession"
ENDED = (
    "Canceled future",
    "Disposed",
    "Kernel connection",
    "dead",
)  # of JupyterLab itself, where a kernel ends while it asks for something
OFFERED = "[diffexplain.explorers]\nPointCloudExplorer = docs.examples.point_cloud:PointCloudExplorer\n"
WITHOUT = {"bare": ["-m", "ipykernel_launcher", "-f", "{connection_file}"], "broken": ["-c", "raise SystemExit(1)"]}


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder to serve: with two files, an installed package that offers the session's explorer, and kernels that can't open any."""
    home = tmp_path_factory.mktemp("files")
    (home / FOLDER).mkdir()
    pipe = dx.load()
    pipe.set_progress_bar_config(disable=True)
    with dx.record(pipe, attention=True) as trace:
        pipe("a fox", num_inference_steps=3, generator=torch.Generator().manual_seed(7))
    trace.save(home / FOLDER / TRACE)
    cloud = PointCloudExplorer(points=60, width=8)
    cloud.pause()
    cloud.resume(7).wait(60).save(home / FOLDER / SESSION)
    cloud.close()
    facts = home / "site" / "clouds-1.0.dist-info"
    facts.mkdir(parents=True)
    (facts / "METADATA").write_text("Metadata-Version: 2.1\nName: clouds\nVersion: 1.0\n")
    (facts / "entry_points.txt").write_text(OFFERED)
    startup = home / "ipython" / "profile_default" / "startup"
    startup.mkdir(parents=True)
    (startup / "site.py").write_text(f"import sys; sys.path.append({str(facts.parent)!r})\n")
    (home / "empty" / "diffexplain").mkdir(parents=True)
    (home / "empty" / "diffexplain" / "__init__.py").touch()
    for name, arguments in WITHOUT.items():
        kernel = home / "data" / "kernels" / name
        kernel.mkdir(parents=True)
        spec = {"argv": [sys.executable, *arguments], "display_name": f"{name.title()} Python", "language": "python"}
        (kernel / "kernel.json").write_text(json.dumps({**spec, "env": {"PYTHONPATH": str(home / "empty")}}))
    return home


@pytest.fixture(scope="module")
def hub(home: Path) -> Iterator[str]:
    with jupyterlab(home, base_url="/hub/user") as address:
        yield address


@pytest.fixture(scope="module")
def _opened(browser: Browser, hub: str) -> Iterator[Watched]:
    context = browser.new_context(viewport=SIZE)
    watched = watch(context.new_page())
    load(watched.page, hub)
    yield watched
    context.close()


@pytest.fixture
def page(_opened: Watched) -> Iterator[Page]:
    with clean(_opened, (*FOREIGN, *ENDED)) as page:
        yield page


def load(page: Page, hub: str, reset: str = "?reset") -> None:
    page.goto(f"{hub}/lab{reset}")
    expect(page.locator(".jp-DirListing-item").first).to_be_visible(timeout=60_000)
    page.evaluate("path => jupyterapp.commands.execute('filebrowser:open-path', { path })", FOLDER)


def double_click(page: Page, name: str) -> None:
    page.locator(".jp-DirListing-item", has_text=name).dblclick()


def panel(page: Page) -> Locator:
    """What is seen of the viewer in front."""
    return page.locator(".dx-lab-viewer:not(.lm-mod-hidden)")


def said(page: Page, words: str | re.Pattern[str]) -> None:
    expect(panel(page).locator(".dx-lab-opening")).to_contain_text(words, timeout=90_000)


def shown(page: Page) -> Locator:
    explorer = panel(page).locator(".dx").first
    expect(explorer).to_be_visible(timeout=120_000)
    return explorer


def running(page: Page, hub: str) -> list[Any]:
    return [session["path"] for session in page.request.get(f"{hub}/api/sessions").json()]


def close(page: Page) -> None:
    page.evaluate("() => jupyterapp.shell.currentWidget.close()")


def test_a_damaged_run_is_said_and_a_whole_one_opens_live_and_ends_with_its_panel(page: Page, hub: str, home: Path) -> None:
    path = home / FOLDER / TRACE
    whole = path.read_bytes()
    path.write_bytes(whole[:-1])
    double_click(page, TRACE)
    said(page, re.compile("Starting Python|Opening"))
    said(page, re.compile(re.escape(TRACE) + " is damaged or cut off"))
    eventually(lambda: running(page, hub), lambda paths: paths == [])  # what opens nothing holds nothing

    path.write_bytes(whole)
    again = panel(page).get_by_role("button", name="Try again")
    again.focus()
    page.keyboard.press("Enter")
    bench = shown(page)
    expect(bench.get_by_label("Prompt", exact=True).first).to_have_value("a fox")
    assert running(page, hub) == [f"{FOLDER}/{TRACE}"]
    assert page.evaluate("() => document.querySelector('.dx-lab-viewer').contains(document.activeElement)")
    bench.get_by_role("button", name="Which noise should go?").click()
    bench.get_by_role("button", name=re.compile("^Open")).first.click()
    expect(bench.get_by_role("heading", name="Attention explorer")).to_have_count(1, timeout=60_000)  # its kernel has made it

    page.keyboard.press("Control+s")
    page.keyboard.press("Escape")
    for command in ("save", "save-as", "save-all"):
        page.evaluate("name => { jupyterapp.commands.execute(`docmanager:${name}`); }", command)
    page.locator(".jp-Dialog button").first.click()
    expect(page.locator(".Toastify__toast", has_text="only looked at here")).to_be_visible()
    assert path.read_bytes() == whole
    assert not [*home.rglob("*checkpoint*")]
    close(page)
    eventually(lambda: running(page, hub), lambda paths: paths == [])


def test_a_session_goes_on_stays_when_the_page_is_loaded_again_and_is_closed_from_the_side_panel(page: Page, hub: str) -> None:
    double_click(page, SESSION)
    cloud = shown(page)
    expect(cloud).to_contain_text("7 updates")
    cloud.get_by_role("button", name="One step").click()
    expect(cloud).to_contain_text("8 updates")

    load(page, hub, reset="")
    expect(shown(page)).to_contain_text("8 updates")
    page.evaluate("() => { jupyterapp.commands.execute('diffexplain:show-explorers'); }")
    card = page.locator(".dx-lab-card")
    expect(card).to_have_count(1, timeout=30_000)
    page.evaluate("() => jupyterapp.commands.execute('launcher:create')")
    expect(panel(page)).to_have_count(0)
    card.get_by_role("button", name="Show its panel").click()
    expect(panel(page)).to_have_count(1)
    card.locator("[data-action=close]").click()
    expect(page.locator(".dx-lab-viewer")).to_have_count(0, timeout=30_000)
    eventually(lambda: running(page, hub), lambda paths: paths == [])


def test_what_ends_is_said_and_can_be_opened_again(page: Page, hub: str, home: Path) -> None:
    (home / FOLDER / "again.safetensors").write_bytes((home / FOLDER / TRACE).read_bytes())
    path = f"{FOLDER}/again.safetensors"
    factories = page.evaluate(
        "path => jupyterapp.docRegistry.preferredWidgetFactories(path).map(({ label, name }) => label ?? name)", path
    )
    assert factories.index("Explorer") > factories.index("Editor")  # it may be any model's weights
    page.evaluate("path => { jupyterapp.commands.execute('docmanager:open', { path, factory: 'diffexplain' }); }", path)
    shown(page)
    (session,) = page.request.get(f"{hub}/api/sessions").json()
    page.request.delete(f"{hub}/api/sessions/{session['id']}")
    said(page, "Python has ended")
    (home / path).unlink()
    panel(page).get_by_role("button", name="Open again").click()
    said(page, "There is no file again.safetensors")
    close(page)


@pytest.mark.more
def test_a_python_that_can_open_nothing_is_said_and_another_one_is_offered(page: Page, hub: str) -> None:
    def prefer(name: str) -> None:
        def answer(route: Route) -> None:
            response = route.fetch()
            route.fulfill(response=response, json={**response.json(), "default": name})

        page.unroute_all()
        page.route("**/api/kernelspecs?*", answer)
        load(page, hub)
        double_click(page, TRACE)

    prefer("broken")
    said(page, re.compile("Python (ended before|could not be started)"))
    close(page)
    prefer("bare")
    said(page, "The Python of “Bare Python” has no diffexplain")
    panel(page).get_by_role("button", name="Open with Python 3").click()
    shown(page)
    page.unroute_all()
    close(page)
    eventually(lambda: running(page, hub), lambda paths: paths == [])


def test_it_speaks_chinese_where_jupyterlab_does(page: Page, hub: str, home: Path) -> None:
    setting = f"{hub}/lab/api/settings/@jupyterlab/translation-extension:plugin"
    page.request.put(setting, data=json.dumps({"raw": json.dumps({"locale": "zh_CN"})}))
    (home / FOLDER / "empty.dxtrace").touch()
    load(page, hub)
    double_click(page, "empty.dxtrace")
    said(page, "无法打开 empty.dxtrace")
    expect(panel(page).get_by_role("button", name="重试")).to_be_visible()
    close(page)
