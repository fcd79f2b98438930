"""A page that generates, as tests open it and ask its thread; and what it says beside what Python says."""

from __future__ import annotations

import base64
import dataclasses
import io
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from diffexplain.live.messages import Picture, decode
from tests.browser.conftest import Watched, watch

LISTENING = """
window.threads = []; window.said = [];
const encoded = (bytes) => { let text = ""; for (const byte of bytes) text += String.fromCharCode(byte); return btoa(text); };
window.Worker = class extends Worker {
  constructor(...given) {
    super(...given);
    window.threads.push(this);
    this.addEventListener("message", ({ data }) =>
      data.kind === "said" && window.said.push({ content: data.content, buffers: data.buffers.map(encoded) }));
  }
};
"""
MINUTE = 60_000


@contextmanager
def opened(browser: Browser, address: str, script: str = LISTENING, **options: Any) -> Iterator[Watched]:
    context = browser.new_context(viewport={"width": 1280, "height": 1000}, **options)
    context.add_init_script(script)
    context.set_default_timeout(MINUTE / 2)
    watched = watch(context.new_page())
    watched.page.goto(address)
    watched.page.locator(".dx[data-state=done]").wait_for()
    yield watched
    context.close()


def change(page: Page, text: str, label: str = "Prompt") -> None:
    field = page.get_by_label(label, exact=True)
    field.fill(text)
    field.press("Enter")


def wait_for(page: Page, said: str, given: Any = None) -> None:
    """Wait until the thread has said such a message; the page's policy forbids Playwright's own way."""
    page.evaluate(
        f"""async (given) => {{
          const such = {said};
          for (const end = Date.now() + {3 * MINUTE}; !said.some((message) => such(message, given));) {{
            if (Date.now() > end) throw new Error("not said");
            await new Promise((done) => setTimeout(done, 30));
          }}
        }}""",
        given,
    )


def drawn(page: Page) -> None:
    """Wait until a run that the page has drawn itself is done."""
    wait_for(page, "({ content }) => content.kind === 'status' && content.data.state === 'done'")
    expect(page.locator(".dx")).to_have_attribute("data-state", "done")


def messages_of(page: Page, run: int, explorer: str) -> list[Any]:
    """What the thread has said of a run, as Python has it; of what is kept in its newest state, that."""
    kinds = import_module(f"diffexplain.explorers.{explorer}.messages").MESSAGES
    said = page.evaluate("(run) => said.filter(({ content }) => content.run === run && content.kind !== 'status')", run)
    found = [decode(each["content"], [base64.b64decode(part) for part in each["buffers"]], kinds) for each in said]
    newest = {(message.kind, getattr(message, message.newest_of or "kind")): message for message in found}
    return [message for message in found if message.retain == "all" or message in newest.values()]


def asked(page: Page, explorer: str, request: dict[str, Any], until: str) -> list[Any]:
    """Ask the thread for a run, and wait until it has said a kind of message, or is done."""
    run = page.evaluate("window.number = (window.number ?? 1000) + 1")
    page.evaluate(
        "([explorer, run, request]) => threads.at(-1).postMessage({ kind: 'ask', explorer, run, request })",
        [explorer, run, request],
    )
    over = "content.kind === until || (content.kind === 'status' && ['done', 'failed'].includes(content.data.state))"
    wait_for(page, f"({{ content }}, [run, until]) => content.run === run && ({over})", [run, until])
    return messages_of(page, run, explorer)


def pixels(picture: Picture) -> Any:
    return np.asarray(Image.open(io.BytesIO(picture.data)).convert("RGB"), dtype=float)


def assert_alike(found: Any, wanted: Any, name: str, without: Collection[str] = ("seconds",)) -> None:
    if isinstance(wanted, Picture):
        lossy = wanted.mime != "image/png"
        assert np.abs(pixels(found) - pixels(wanted)).mean() <= 255 * (2e-2 if lossy else 1e-3), name
    elif dataclasses.is_dataclass(wanted):
        for field in dataclasses.fields(wanted):
            if field.name not in without:
                assert_alike(getattr(found, field.name), getattr(wanted, field.name), f"{name}.{field.name}", without)
    elif isinstance(wanted, np.ndarray):
        assert found.shape == wanted.shape, name
        one, other = found.astype(float), wanted.astype(float)
        assert np.abs(one - other).mean() <= 1e-3 * max(1, np.abs(other).max()), name  # Python's may be in half precision
    elif isinstance(wanted, (list, tuple)):
        assert len(found) == len(wanted), name
        for at, (one, other) in enumerate(zip(found, wanted, strict=True)):
            assert_alike(one, other, f"{name}[{at}]", without)
    elif isinstance(wanted, float):
        assert found == pytest.approx(wanted, rel=1e-3, abs=2e-5, nan_ok=True), name
    else:
        assert found == wanted, name


def request_of(explorer: Any) -> dict[str, Any]:
    return {name: getattr(explorer, name) for name, field in explorer._fields.items() if field.request}


def assert_said_alike(
    page: Page,
    explorer: Any,
    request: dict[str, Any],
    without: Collection[str] = (),
    without_kinds: Collection[str] = (),
    said: list[Any] | None = None,
) -> list[tuple[Any, Any]]:
    """Compare all messages of a run of the page's and of Python's, field by field, but for some fields and kinds; gives them in pairs.

    What is said once for all runs is left out. The page is asked for the run, but where what it has `said` is given.
    """

    def is_of_run(message: Any) -> bool:
        own = type(message).__module__.startswith("diffexplain.explorers")
        return own and not message.lasting and message.kind not in without_kinds

    with explorer.hold_trait_notifications():
        for name, value in request.items():
            setattr(explorer, name, value)
    wanted = list(filter(is_of_run, explorer.wait(600).recorded))
    if said is None:
        said = asked(page, explorer._module, request_of(explorer), "none")
    found = list(filter(is_of_run, said))
    assert [message.kind for message in found] == [message.kind for message in wanted]
    for one, other in zip(found, wanted, strict=True):
        assert_alike(one, other, one.kind, {"seconds", *without})
    return list(zip(found, wanted, strict=True))
