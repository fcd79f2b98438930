"""What a page that generates costs in Chromium, beside a recording and beside Python.

``python -m tests.benchmarks.in_page [--out FILE.json] [--rounds 8] [--steps 20] [--runs 0]``. In turns: first paint of the page and of a recording
(wanted: at most 1.1 times as long); a run with guidance up to its picture in the page on one thread, in the page on as many as it takes, and in
Python on one (wanted: under 2 s for 20 steps). Beside them, once: bytes before and after the first change, loading, the first step that is seen
(wanted: within 0.3 s), frames while it draws (wanted: 17 ms), and with ``--runs 500`` how much memory of the page so many runs leave.
"""

from __future__ import annotations

import argparse
import json
import statistics
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch

import diffexplain as dx
from tests.benchmarks.harness import BASE, interleave, ratios, show
from tests.browser import chromium
from tests.browser.static_host import ISOLATED, hosted

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

LISTENING = """
window.waiting = []; window.said = (message) => waiting.forEach((each) => each(message));
window.Worker = class extends Worker {
  constructor(...given) { super(...given); this.addEventListener("message", ({ data }) => window.said(data)); window.thread = this; }
};
"""
RUN = """
async ([request, until]) => {
  const began = performance.now(), run = window.run = (window.run ?? 1000) + 1;
  const deltas = [];
  let over = false, last = began;
  requestAnimationFrame(function frame(now) { deltas.push(now - last); last = now; if (!over) requestAnimationFrame(frame); });
  await new Promise((done) => {
    window.waiting = [({ kind, content }) => kind === "said" && content.run === run && content.kind === until && done()];
    thread.postMessage({ kind: "ask", explorer: "denoise", run, request });
  });
  over = true;
  return { seconds: (performance.now() - began) / 1000, frames: deltas.slice(1) };
}
"""


def ready(browser: Browser, address: str) -> tuple[Page, float]:
    """Open a page and let it draw once; gives the seconds that loading took."""
    page = browser.new_context().new_page()
    page.set_default_timeout(300_000)
    page.add_init_script(LISTENING)
    page.goto(address)
    page.locator(".dx[data-state=done]").wait_for()
    start = time.perf_counter()
    page.get_by_label("Prompt", exact=True).fill("a cat")
    page.get_by_label("Prompt", exact=True).press("Enter")
    page.locator(".live[data-state=ready]").wait_for()
    seconds = time.perf_counter() - start
    page.locator(".dx[data-state=done]").wait_for()
    return page, seconds


def painted(browser: Browser, address: str) -> None:
    """Open a page in a browser that knows nothing of it, until its run is seen."""
    context = browser.new_context()
    page = context.new_page()
    page.goto(address)
    page.locator(".dx[data-state=done]").wait_for()
    context.close()


def drawn(page: Page, request: dict[str, Any], until: str = "end") -> dict[str, Any]:
    """Let the page's thread draw until it has said a kind of message."""
    found: dict[str, Any] = page.evaluate(RUN, [request, until])
    return found


def main() -> None:
    """Measure, print, and write what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", help="write the figures here as JSON")
    parser.add_argument("--rounds", type=int, default=8)
    parser.add_argument("--steps", type=int, default=20)
    parser.add_argument("--runs", type=int, default=0)
    given = parser.parse_args()
    torch.set_num_threads(1)
    pipe = dx.load(device="cpu")
    pipe.set_progress_bar_config(disable=True)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        explorer = dx.DenoiseExplorer(pipe, steps=given.steps).wait()
        explorer.to_html(folder, live=True)
        explorer.to_html(folder / "recording.html")
        request = {
            field: getattr(explorer, field)
            for field in ("prompt", "negative_prompt", "seed", "steps", "guidance_scale", "sampler")
        }
        explorer.close()
        browser = stack.enter_context(chromium.launched())
        one, several = (stack.enter_context(hosted(folder, headers)).address for headers in ({}, ISOLATED))
        paints = {BASE: f"{one}/recording.html", "page that generates": f"{one}/index.html"}
        first = ratios(interleave({name: lambda url=url: painted(browser, url) for name, url in paints.items()}, given.rounds))  # type: ignore[misc]
        (page, loading), (threaded, _) = ready(browser, one), ready(browser, several)
        generator = torch.Generator()
        arms = {
            BASE: lambda: pipe(
                request["prompt"], num_inference_steps=given.steps, guidance_scale=4.0, generator=generator.manual_seed(0)
            ),
            "page, one thread": lambda: drawn(page, request),
            "page, several threads": lambda: drawn(threaded, request),
        }
        runs = ratios(interleave(arms, given.rounds))
        facts: dict[str, Any] = {
            "page bytes": (folder / "index.html").stat().st_size,
            "network bytes": sum(path.stat().st_size for path in (folder / "network").iterdir()),
            "loading, s": loading,
            "first step, s": drawn(page, request, "step")["seconds"],
            "median frame while drawing, ms": statistics.median(drawn(page, request)["frames"]),
        }
        if given.runs:
            used = "performance.memory.usedJSHeapSize"
            before = page.evaluate(used)
            for seed in range(given.runs):
                drawn(page, {**request, "seed": seed, "steps": 1})
            facts |= {"runs": given.runs, "heap grew by, MB": (page.evaluate(used) - before) / 1e6}
    print(f"first paint\n{show(first)}\n\na run of {given.steps} steps\n{show(runs)}\n")
    for name, value in facts.items():
        print(f"{name:32} {value:,.3f}")
    if given.out:
        Path(given.out).write_text(json.dumps({"paint": first, "runs": runs, "facts": facts}, indent=1), "utf-8")


if __name__ == "__main__":
    main()
