"""A page that generates: it draws what the pipeline draws, asks nobody but its own folder, and says what goes wrong."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Browser, Page, expect

import diffexplain as dx
from tests.browser.conftest import Watched
from tests.browser.in_page import MINUTE, asked, assert_said_alike, change, drawn, opened, pixels, wait_for
from tests.browser.static_host import ELSEWHERE, ISOLATED, Host, hosted

pytestmark = pytest.mark.browser

FIRST = {
    "prompt": "a fox",
    "negative_prompt": "",
    "seed": 7,
    "steps": 2,
    "guidance_scale": 4.0,
    "sampler": "ddim",
    "height": None,
    "width": None,
}
LATENTS = 1e-3  # of the largest; what is found is some 1e-5


@pytest.fixture(scope="module")
def explorer() -> Iterator[Any]:
    explorer = dx.DenoiseExplorer(dx.load(device="cpu"), **FIRST).wait(120)
    yield explorer
    explorer.close()


@pytest.fixture(scope="module")
def folder(explorer: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What is put on a static host. A test that changes it takes a copy."""
    return Path(explorer.to_html(tmp_path_factory.mktemp("live") / "fox", live=True)).parent


@pytest.fixture(scope="module")
def host(folder: Path) -> Iterator[Host]:
    with hosted(folder, {}) as host:
        yield host


@pytest.fixture
def fresh(browser: Browser, host: Host) -> Iterator[Watched]:
    """The page as it opens, in a browser that knows nothing of it and reaches nobody else."""
    with opened(browser, host.address, proxy=ELSEWHERE) as watched:
        yield watched


@pytest.fixture(scope="module")
def drawing(browser: Browser, host: Host) -> Iterator[Page]:
    """A page whose network is there; its thread can be asked."""
    with opened(browser, host.address) as watched:
        change(watched.page, "a cat")
        drawn(watched.page)
        yield watched.page
        assert watched.errors == []


def assert_drawn_alike(page: Page, explorer: Any, request: dict[str, Any]) -> None:
    """Latents and picture of the page's run and of the pipeline's."""
    with explorer.hold_trait_notifications():
        for name, value in {**FIRST, **request}.items():
            setattr(explorer, name, value)
    wanted = explorer.wait(240).trace
    (end,) = [message for message in asked(page, "denoise", {**FIRST, **request}, "end") if message.kind == "end"]
    latents = wanted.latents[0].numpy()
    assert np.abs(end.latents - latents).max() <= LATENTS * np.abs(latents).max()
    assert np.abs(pixels(end.image) - np.asarray(wanted.image, dtype=float)).mean() < 1


@pytest.mark.parametrize(
    "sampler", ["ddim", "euler_a", "heun", *(pytest.param(name, marks=pytest.mark.more) for name in ("euler", "dpmpp_2m"))]
)  # of the two others `tests/network` compares the table of their steps
def test_it_draws_what_the_pipeline_draws(drawing: Page, explorer: Any, sampler: str) -> None:
    assert_drawn_alike(drawing, explorer, {"sampler": sampler, "steps": 6, "prompt": "two red cats", "seed": 12})


@pytest.mark.more
@pytest.mark.parametrize(
    "request_",
    [
        {"sampler": "euler_a", "steps": 7, "prompt": "一只狐狸在蓝色背景上", "seed": 2**53 - 1, "guidance_scale": 9.0},
        {"sampler": "dpmpp_2m", "steps": 50, "prompt": "a blue car beside a house", "negative_prompt": "a cat", "seed": 0},
        {"sampler": "heun", "steps": 1, "prompt": "a dog 🐶", "seed": 5},
        {"sampler": "ddim", "steps": 20, "prompt": "", "guidance_scale": 1.0},
        {"sampler": "euler", "steps": 20, "prompt": "a fox " * 60, "guidance_scale": 0.5},
        {"sampler": "dpmpp_2m", "steps": 2, "prompt": "a fox", "negative_prompt": "a fox"},
    ],
)
def test_it_draws_what_the_pipeline_draws_whatever_is_asked(drawing: Page, explorer: Any, request_: dict[str, Any]) -> None:
    assert_drawn_alike(drawing, explorer, request_)


@pytest.mark.parametrize(
    "request_",
    [
        {"prompt": "a xyzzy 狐狸 and a robot", "negative_prompt": "a robot", "sampler": "dpmpp_2m", "steps": 3},
        {"prompt": "a fox " * 40, "guidance_scale": 1.0, "steps": 2, "sampler": "euler_a"},
    ],
)
def test_it_says_what_python_says(drawing: Page, explorer: Any, request_: dict[str, Any]) -> None:
    assert_said_alike(drawing, explorer, {**FIRST, **request_})


def test_it_asks_its_own_folder_alone_and_only_once_something_is_changed(fresh: Watched, host: Host, folder: Path) -> None:
    page = fresh.page
    assert [url for url in fresh.requests if not url.startswith("blob:")] == [f"{host.address}/"]
    host.asked.clear()
    strip = page.locator(".live-line")
    expect(strip).to_contain_text("31 MB then load into this page, once")
    change(page, "a cat")
    drawn(page)
    expect(strip).to_have_text("The network runs in this page, on your own machine.")
    expect(page.locator("header p")).to_have_text("“a cat”")
    assert sorted(host.asked) == sorted(path.name for path in (folder / "network").iterdir())
    assert all(url.startswith((f"{host.address}/", "blob:")) for url in fresh.requests)
    host.asked.clear()
    page.get_by_label("Seed", exact=True).fill("3")
    page.get_by_label("Seed", exact=True).press("Enter")
    expect(page.locator(".dx")).to_have_attribute("data-run", "3")
    expect(page.locator(".dx")).to_have_attribute("data-state", "done", timeout=MINUTE)
    page.reload()
    page.locator(".dx[data-state=done]").wait_for()
    change(page, "a dog")
    drawn(page)
    assert [
        name for name in host.asked if name and not name.startswith("unet-")
    ] == []  # a private window keeps nothing of 20 MB
    assert fresh.errors == []


def test_its_policy_holds_in_its_thread_too(drawing: Page) -> None:
    policy = drawing.locator("meta[http-equiv=Content-Security-Policy]").get_attribute("content") or ""
    assert "default-src 'none'" in policy
    for place in ("https://example.org/x", "http://127.0.0.1:1/x"):
        told = drawing.evaluate(
            """(place) => new Promise((done) => {
              document.addEventListener("securitypolicyviolation", ({ blockedURI }) => done(`refused ${blockedURI}`), { once: true });
              const code = `fetch(${JSON.stringify(place)}).then(() => postMessage("went"), () => postMessage("refused"))`;
              const thread = new Worker(URL.createObjectURL(new Blob([code])));
              thread.onmessage = ({ data }) => done(data);
            })""",
            place,
        )
        assert told.startswith("refused")


def test_loading_can_be_cancelled_and_taken_up_again(fresh: Watched, host: Host) -> None:
    page = fresh.page
    host.open.clear()
    change(page, "a cat")
    strip = page.locator(".live")
    expect(strip.locator("progress")).to_be_visible()
    expect(strip).to_contain_text("of 31 MB")
    strip.get_by_role("button", name="Cancel").click()
    expect(page.locator(".dx")).to_have_attribute("data-state", "cancelled")
    expect(strip).to_contain_text("Change anything")
    expect(page.locator(".dx-stage")).to_contain_text("fox")
    host.open.set()
    page.get_by_role("button", name="Run again").click()
    drawn(page)
    expect(page.locator(".dx-stage")).to_contain_text("cat")


HARMS = [
    (lambda whole: whole[:-9], "A file of the network is damaged or incomplete: decoder"),  # cut off
    (lambda whole: whole[:9000] + b"x" * 900 + whole[9900:], "damaged or incomplete: decoder"),  # overwritten
    (lambda _: None, "A file of the network could not be loaded: decoder (404)"),  # gone
]


def test_a_file_that_is_not_right_is_named_and_the_recorded_run_stays(browser: Browser, folder: Path, tmp_path: Path) -> None:
    shutil.copytree(folder, tmp_path / "site")
    (file,) = (tmp_path / "site" / "network").glob("decoder-[0-9a-f]*.bin")
    whole = file.read_bytes()
    with hosted(tmp_path / "site", {}) as host, opened(browser, host.address) as watched:
        page = watched.page
        notice, again = page.locator(".dx-notice.dx-failed"), page.get_by_role("button", name="Run again")
        for at, (harm, words) in enumerate(HARMS):
            if (harmed := harm(whole)) is None:
                file.unlink()
            else:
                file.write_bytes(harmed)
            if at:
                again.click()
            else:
                change(page, "a cat")
            wait_for(
                page,
                "({ content }, run) => content.run === run && content.kind === 'status' && content.data.state === 'failed'",
                2 + at,
            )
            expect(notice).to_contain_text(words)
            expect(notice).to_contain_text("copy the page's folder anew")
            expect(notice).to_contain_text("The last good picture is still here.")
            expect(page.locator(".dx-stage")).to_contain_text("fox")
        file.write_bytes(whole)
        again.click()
        drawn(page)


def test_a_thread_that_dies_is_said_and_begun_anew(fresh: Watched) -> None:
    page = fresh.page
    change(page, "a cat")
    drawn(page)
    page.evaluate("threads.at(-1).dispatchEvent(new ErrorEvent('error', { message: 'out of memory', cancelable: true }))")
    expect(page.locator(".dx-notice.dx-failed")).to_contain_text("The network stopped, perhaps for want of memory")
    page.evaluate("said.length = 0")
    page.get_by_role("button", name="Run again").click()
    drawn(page)
    assert page.evaluate("threads.length") == 2


def test_without_webassembly_it_stays_a_recording_and_says_so(browser: Browser, host: Host) -> None:
    with opened(browser, host.address, "delete globalThis.WebAssembly") as watched:
        expect(watched.page.locator(".live-line")).to_have_text(
            "This browser runs no WebAssembly, so this page stays a recording."
        )
        expect(watched.page.get_by_label("Prompt", exact=True)).to_be_disabled()


def test_opened_as_a_file_it_stays_a_recording_and_says_so(browser: Browser, folder: Path) -> None:
    with opened(browser, (folder / "index.html").as_uri()) as watched:
        expect(watched.page.locator(".live")).to_contain_text("python -m http.server")
        expect(watched.page.get_by_label("Prompt", exact=True)).to_be_disabled()


def test_in_one_file_it_draws_without_a_server(browser: Browser, explorer: Any, tmp_path: Path) -> None:
    path = explorer.wait(60).to_html(tmp_path / "fox.html", live=True, one_file=True)
    assert [each.name for each in tmp_path.iterdir()] == ["fox.html"]
    with opened(browser, path.as_uri()) as watched:
        change(watched.page, "a cat")
        drawn(watched.page)
        assert [url for url in watched.requests if url.startswith("http")] == []
        assert watched.errors == []


def test_where_the_page_is_isolated_it_takes_threads_and_draws_the_same(browser: Browser, folder: Path, explorer: Any) -> None:
    with hosted(folder, ISOLATED) as host, opened(browser, host.address) as watched:
        assert watched.page.evaluate("crossOriginIsolated")
        change(watched.page, "a cat")
        drawn(watched.page)
        assert_drawn_alike(watched.page, explorer, {"steps": 4})
        assert watched.errors == []


def test_what_a_page_cannot_take_is_refused_in_words_and_the_value_put_back(drawing: Page) -> None:
    seed = drawing.get_by_label("Seed", exact=True)
    before = seed.input_value()
    seed.fill("-3")
    seed.press("Enter")
    note = drawing.locator(".dx-seed-field .dx-refused")
    expect(note).to_have_text("“Seed” must be a whole number from 0 to 9007199254740991, not -3; give a whole number")
    expect(seed).to_have_value(before)
    drawing.keyboard.press("Escape")


def test_the_newest_request_wins_and_a_run_is_kept_beside_the_next(fresh: Watched) -> None:
    page = fresh.page
    page.get_by_role("button", name="Keep this one").click()
    for prompt in ("a dog", "a cat", "一只猫"):
        change(page, prompt)
    drawn(page)
    expect(page.locator(".dx")).to_have_attribute("data-run", "4")
    assert {message["content"]["run"] for message in page.evaluate("said") if message["content"]["kind"] == "end"} <= {4}
    expect(page.locator(".dx-two")).to_be_visible()
    page.get_by_role("button", name="中文").click()
    expect(page.locator(".dx-two")).to_be_visible()
    expect(page.locator(".dx-stage")).to_contain_text("猫")
    assert fresh.errors == []


OFTEN = """
async (count) => {
  const [seed, explorer] = [document.querySelector(".dx-seed-field input"), document.querySelector(".dx")];
  for (let run = 0; run < count; run++) {
    const before = explorer.dataset.run;
    seed.value = String(Number(seed.value) + 1);
    seed.dispatchEvent(new Event("change"));
    while (explorer.dataset.run === before || explorer.dataset.state !== "done") await new Promise((done) => setTimeout(done, 5));
  }
  return (await performance.measureUserAgentSpecificMemory()).bytes / 1e6;
}
"""  # of the page and its thread, in MB, once what nobody holds is gone


@pytest.mark.more
@pytest.mark.timeout(1200)
def test_a_page_left_open_for_500_runs_does_not_grow(browser: Browser, tmp_path: Path) -> None:
    explorer = dx.DenoiseExplorer(dx.load(device="cpu"), **{**FIRST, "steps": 1}).wait(120)
    folder = Path(explorer.to_html(tmp_path / "fox", live=True)).parent
    explorer.close()
    with hosted(folder, ISOLATED) as host, opened(browser, host.address, script="") as watched:
        first = watched.page.evaluate(OFTEN, 100)
        last = watched.page.evaluate(OFTEN, 400)
        assert last < first + 10, f"{first:.0f} MB after 100 runs, {last:.0f} after 500"
        assert watched.errors == []
