"""What the page costs in Chromium and JupyterLab: size of bundles, bytes of a run, frame times, first paint, bytes of a change.

``python -m tests.benchmarks.page [--out FILE.json] [--rounds 8] [--only PART ...]``. First paint, and the bytes until it is
complete, are taken in turns with an ipywidgets slider, the least that a live widget can cost; the bytes of a change stand
beside those of a Plotly FigureWidget of as many cells. Wanted: a median frame of 17 ms and a 95th percentile of 34 ms while scrubbing,
while panning 5,000 points, and while an explorer trains; bundles of at most 120 KB; a similarity matrix of 12 x 12 for less than a tenth of the bytes of
the FigureWidget's; for a run of 50 steps at most 2 MB, whatever the size of the model's latents.

``--only bundles`` looks at files alone, ``--only weights --steps 2`` shows in seconds what a run sends; both need no browser.
With all of the 50 steps the largest latents take minutes.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from diffexplain.explorers import joined
from diffexplain.explorers.registry import CLASSES, explorers
from diffexplain.explorers.session_explorer import SessionExplorer
from diffexplain.export import to_html
from tests import tiny
from tests.browser import chromium, crowd
from tests.browser.server import jupyterlab

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Page, WebSocket

PARTS = ("bundles", "weights", "frames", "learning", "paints", "updates")
PREPARE = """
import diffexplain as dx, ipywidgets, json, numpy as np, plotly.graph_objects as go, torch
torch.set_num_threads(2)
dx.DenoiseExplorer().wait().close(); dx.NoiseExplorer().wait().close(); dx.SimilarityExplorer().wait().close()
world = dx.scenes.gallery(12, seed=0)
pictures, texts = [one.image for one in world], [one.caption for one in world]
twelve = np.random.default_rng(0).random((12, 12))
"""
ARMS = {  # what is shown, and the element whose appearance is the first paint
    "ipywidgets.IntSlider": ("ipywidgets.IntSlider()", ".widget-slider"),
    "DenoiseExplorer": ("dx.DenoiseExplorer()", ".dx[data-state]:not([data-state=''])"),
    "NoiseExplorer": ("dx.NoiseExplorer()", ".dx[data-state]:not([data-state=''])"),
    "SimilarityExplorer": ("dx.SimilarityExplorer()", ".dx[data-state]:not([data-state=''])"),
    "EmbeddingExplorer": ("dx.EmbeddingExplorer()", ".dx[data-state]:not([data-state=''])"),
}
UPDATES = {  # made once, then changed; bytes from the kernel until everything of the change has come
    "DenoiseExplorer, another seed": ("w = dx.DenoiseExplorer()", "w.seed += 1"),
    "NoiseExplorer, another seed": ("w = dx.NoiseExplorer()", "w.seed += 1"),
    "SimilarityExplorer 12 x 12, another text": (
        "w = dx.SimilarityExplorer(pictures=pictures, texts=texts)",
        "w.texts = [*texts[:11], f'a fox {np.random.randint(1e6)}']",
    ),
    "plotly FigureWidget 12 x 12, another text": (
        "w = go.FigureWidget(go.Heatmap(z=twelve, x=texts, y=texts))",
        "w.data[0].update(z=np.random.default_rng().random((12, 12)), x=[*texts[:11], f'a fox {np.random.randint(1e6)}'])",
    ),
}
FRAMES = """
async ({ element, gesture, seconds }) => {
  const target = [...document.querySelectorAll(element)].at(-1);
  const box = target.getBoundingClientRect();
  const middle = { x: box.left + box.width / 2, y: box.top + box.height / 2 };
  const mouse = (type, on, { x, y }) => on.dispatchEvent(new MouseEvent(type, { clientX: x, clientY: y, bubbles: true, cancelable: true, buttons: 1, view: window }));
  const pointer = (type, on, { x, y }) => on.dispatchEvent(new PointerEvent(type, { clientX: x, clientY: y, bubbles: true, cancelable: true, buttons: 1, pointerId: 1, view: window }));
  const step = {
    pan(phase) {
      const at = { x: middle.x + 120 * Math.sin(phase), y: middle.y + 80 * Math.cos(phase) };
      pointer("pointermove", target, at);
      mouse("mousemove", window, at);
    },
    scrub(phase) {
      const to = Math.round((0.5 + 0.5 * Math.sin(phase)) * Number(target.max));
      target.value = String(to);
      target.dispatchEvent(new Event("input", { bubbles: true }));
    },
    watch() {},
  }[gesture];
  if (gesture === "pan") { pointer("pointerdown", target, middle); mouse("mousedown", target, middle); }
  const deltas = [];
  const until = performance.now() + seconds * 1000;
  let last = await new Promise(requestAnimationFrame);
  while (last < until) {
    step(last / 300);
    const now = await new Promise(requestAnimationFrame);
    deltas.push(now - last);
    last = now;
  }
  if (gesture === "pan") { pointer("pointerup", target, middle); mouse("mouseup", window, middle); }
  return deltas;
}
"""


@dataclass
class Socket:
    """Counts what the kernel sends to the page. JupyterLab keeps several sockets to a kernel; the busiest one counts."""

    each: dict[str, int] = field(default_factory=dict)

    @property
    def received(self) -> int:
        return max(self.each.values(), default=0)

    def watch(self, page: Page) -> None:
        page.on("websocket", self._listen)

    def _listen(self, socket: WebSocket) -> None:
        if "/kernels/" in socket.url:
            name = f"{len(self.each)} {socket.url}"
            self.each[name] = self.received  # a new notebook's socket goes on from here
            socket.on("framereceived", lambda payload: self._count(name, payload))

    def _count(self, name: str, payload: str | bytes) -> None:
        self.each[name] += len(payload)


class Notebook:
    """An open notebook of some cells, run one by one."""

    def __init__(self, page: Page, address: str, home: Path, cells: list[str]) -> None:
        self.page = page
        made = [
            {"cell_type": "code", "execution_count": None, "id": f"c{at}", "metadata": {}, "outputs": [], "source": source}
            for at, source in enumerate(cells)
        ]
        metadata = {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}}
        (home / "bench.ipynb").write_text(json.dumps({"cells": made, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}))
        page.goto(f"{address}/lab/tree/bench.ipynb?reset")
        page.wait_for_function("window.jupyterapp?.shell.currentWidget?.context", timeout=60_000)
        page.evaluate(
            "async () => { const panel = jupyterapp.shell.currentWidget; await panel.context.ready; await panel.sessionContext.ready; }"
        )

    def run(self, cell: int) -> None:
        """Run a cell and wait for its end."""
        self.page.evaluate(
            "async (cell) => { const content = jupyterapp.shell.currentWidget.content; content.activeCellIndex = cell; content.deselectAll(); await jupyterapp.commands.execute('notebook:run-cell') }",
            cell,
        )

    def first_paint(self, cell: int, element: str) -> float:
        """Milliseconds from running the cell to the frame in which the element is in its output."""
        return float(
            self.page.evaluate(
                """async ({ cell, element }) => {
                  const content = jupyterapp.shell.currentWidget.content;
                  content.activeCellIndex = cell;
                  content.deselectAll();
                  const start = performance.now();
                  jupyterapp.commands.execute('notebook:run-cell');
                  const output = content.widgets[cell].outputArea.node;
                  while (!output.querySelector(element)?.getBoundingClientRect().height) {
                    if (performance.now() - start > 60000) throw new Error(`no ${element}`);
                    await new Promise(requestAnimationFrame);
                  }
                  await new Promise(requestAnimationFrame);
                  return performance.now() - start;
                }""",
                {"cell": cell, "element": element},
            )
        )

    def clear(self) -> None:
        self.page.evaluate("async () => await jupyterapp.commands.execute('notebook:clear-all-cell-outputs')")


def settled(page: Page, socket: Socket) -> int:
    """Bytes received so far, once nothing has come for half a second."""
    before = -1
    while before != socket.received:
        before = socket.received
        page.wait_for_timeout(500)
    return socket.received


@contextmanager
def opened(home: Path) -> Iterator[tuple[Page, str, Socket]]:
    with jupyterlab(home) as address, chromium.launched() as browser:
        page = browser.new_page(viewport={"width": 1280, "height": 1000})
        socket = Socket()
        socket.watch(page)
        yield page, address, socket


def paints(page: Page, address: str, home: Path, socket: Socket, rounds: int) -> dict[str, dict[str, float]]:
    """First paint of each arm, taking turns, and the bytes until it is complete."""
    names = list(ARMS)
    notebook = Notebook(page, address, home, [PREPARE, "ipywidgets.Widget.close_all()", *(show for show, _ in ARMS.values())])
    notebook.run(0)
    times: dict[str, list[float]] = {name: [] for name in names}
    sent: dict[str, list[int]] = {name: [] for name in names}
    order, shuffle = [*names], random.Random(0).shuffle
    for turn in range(rounds + 1):
        shuffle(order)
        for name in order:
            before = settled(page, socket)
            elapsed = notebook.first_paint(2 + names.index(name), ARMS[name][1])
            total = settled(page, socket) - before
            if turn:  # the first is the warm-up
                times[name].append(elapsed)
                sent[name].append(total)
            notebook.run(1)
            notebook.clear()
    base = times["ipywidgets.IntSlider"]
    return {
        name: {
            "ms": statistics.median(times[name]),
            "ratio": statistics.median(own / other for own, other in zip(times[name], base, strict=True)),
            "bytes": statistics.median(sent[name]),
        }
        for name in names
    }


def updates(page: Page, address: str, home: Path, socket: Socket, rounds: int) -> dict[str, dict[str, float]]:
    """Bytes of a change, from the kernel to the page."""
    cells = [
        PREPARE,
        *(f"{make}\ndisplay(w)\nw.wait() if hasattr(w, 'wait') else None" for make, _ in UPDATES.values()),
        *(change for _, change in UPDATES.values()),
    ]
    notebook = Notebook(page, address, home, cells)
    notebook.run(0)
    table = {}
    for at, name in enumerate(UPDATES):
        before = settled(page, socket)
        notebook.run(1 + at)
        first = settled(page, socket) - before
        changes, stills = [], []
        for _ in range(min(rounds, 4)):
            before = settled(page, socket)
            notebook.run(1 + len(UPDATES) + at)
            changed = settled(page, socket)
            page.wait_for_timeout(2500)  # then the still picture follows, for whoever saves the notebook
            changes.append(changed - before)
            stills.append(settled(page, socket) - changed)
        table[name] = {
            "first view": first,
            "update": statistics.median(changes),
            "still picture after it": statistics.median(stills),
        }
    return table


def frames(page: Page, home: Path, seconds: float) -> dict[str, dict[str, float]]:
    """Frame times of gestures in exported pages: scrubbing a run and a chain of 1,000 steps, panning a map of 5,000 points."""
    import diffexplain as dx

    shown = {
        "scrub 50 steps": (dx.DenoiseExplorer(steps=50).wait(), ".dx-scrub", "scrub"),
        "scrub 1,000 steps of noise": (dx.NoiseExplorer(steps=1000).wait(), ".dx-scrub", "scrub"),
        "pan 5,000 points": (crowd.recording(5000), ".dx-scatter", "pan"),
    }
    table = {}
    for name, (source, element, gesture) in shown.items():
        page.goto(to_html(source, home / "page.html").as_uri())
        page.wait_for_selector(element)
        page.wait_for_timeout(2000)
        table[name] = watched(page, element, gesture, seconds)
    return table


def learning(page: Page, address: str, home: Path, seconds: float) -> dict[str, dict[str, float]]:
    """Frame times in JupyterLab while an explorer that trains goes on, on one thread, and nobody touches it."""
    names = [name for name, explorer in explorers().items() if issubclass(explorer, SessionExplorer)]
    shown = [f"import diffexplain as dx\nw = dx.{CLASSES[name]}()\nw" for name in names]
    cells = ["import torch\ntorch.set_num_threads(1)", *(cell for each in shown for cell in (each, "w.resume()", "w.close()"))]
    notebook = Notebook(page, address, home, cells)
    notebook.run(0)
    table = {}
    for at, name in enumerate(names):
        make, resume, close = range(1 + 3 * at, 4 + 3 * at)
        notebook.run(make)
        page.locator(".jp-OutputArea .dx[data-state='running']").last.wait_for(timeout=120_000)
        notebook.run(resume)  # without end, so that it does not pause while it is watched
        page.wait_for_timeout(5000)
        table[name] = watched(page, ".dx[data-state]", "watch", seconds)
        notebook.run(close)
    return table


def watched(page: Page, element: str, gesture: str, seconds: float) -> dict[str, float]:
    """Frame times in milliseconds while a gesture is made on the last such element."""
    deltas = sorted(page.evaluate(FRAMES, {"element": element, "gesture": gesture, "seconds": seconds}))
    late = deltas[int(0.95 * (len(deltas) - 1))]
    return {"median": statistics.median(deltas), "95th percentile": late, "frames": len(deltas)}


def bundles() -> dict[str, int]:
    """Bytes of each explorer's JavaScript."""
    return {name: len(joined.script(name).encode("utf-8")) for name in (*CLASSES, "workbench")}


def weights(home: Path, steps: int) -> dict[str, dict[str, int]]:
    """Bytes of a denoising run by the side of its latents, with random networks: noise, which no picture's format makes smaller."""
    import diffexplain as dx
    from diffexplain.explorers.pipelines import latent_side
    from diffexplain.live.history import encode_whole
    from diffexplain.live.messages import Encoded

    def size(encoded: Encoded) -> int:
        text = json.dumps(encoded.content, ensure_ascii=False, separators=(",", ":"))
        return len(text.encode("utf-8")) + sum(buffer.nbytes for buffer in encoded.buffers)

    table = {}
    for side in (16, 64, 128):
        pipeline = tiny.sd()
        pixels = side * latent_side(pipeline)
        explorer = dx.DenoiseExplorer(pipeline, prompt="a red circle", steps=steps, height=pixels, width=pixels).wait()
        history = explorer._runs.history
        messages = history.sent_of(history.finished)
        table[f"{side} x {side}, {steps} steps"] = {
            "first view": sum(size(sent.encoded) for sent in messages),
            "all of one step": max(size(encode_whole(sent)) for sent in messages if sent.message.kind == "step"),
            "all of the run": sum(size(encode_whole(sent)) for sent in messages),
            "export": explorer.to_html(home / "preview.html").stat().st_size,
            "full export": explorer.to_html(home / "full.html", detail="full").stat().st_size,
        }
        explorer.close()
    return table


def show(results: dict[str, Any]) -> str:
    lines = []
    for title, table in results.items():
        lines.append(title)
        for name, row in table.items():
            figures = (
                "  ".join(f"{key} {value:,.1f}" for key, value in row.items()) if isinstance(row, dict) else f"{row:,} bytes"
            )
            lines.append(f"  {name:44s} {figures}")
    return "\n".join(lines)


def measured(parts: list[str], rounds: int, seconds: float, steps: int) -> dict[str, Any]:
    """Return the figures of some of `PARTS`; Chromium and JupyterLab start where one of them needs these."""
    results: dict[str, Any] = {}
    if "bundles" in parts:
        results["bundles"] = bundles()
    with tempfile.TemporaryDirectory() as folder:
        if "weights" in parts:
            results["a run, bytes"] = weights(Path(folder), steps)
    if not {"frames", "learning", "paints", "updates"} & {*parts}:
        return results
    with tempfile.TemporaryDirectory() as folder, opened(Path(folder)) as (page, address, socket):
        home = Path(folder)
        if "frames" in parts:
            results["frames, ms"] = frames(page, home, seconds)
        if "learning" in parts:
            results["frames while it learns, ms"] = learning(page, address, home, seconds)
        if "paints" in parts:
            results["first paint"] = paints(page, address, home, socket, rounds)
        if "updates" in parts:
            results["bytes"] = updates(page, address, home, socket, rounds)
    return results


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", help="write the figures here as JSON")
    parser.add_argument("--rounds", type=int, default=8)
    parser.add_argument("--seconds", type=float, default=5.0, help="how long each gesture is watched")
    parser.add_argument("--steps", type=int, default=50, help="of the run whose bytes are counted")
    parser.add_argument("--only", nargs="+", choices=PARTS, default=PARTS, help="measure these parts alone")
    options = parser.parse_args()
    results = measured(options.only, options.rounds, options.seconds, options.steps)
    print(show(results))
    if "bytes" in results:
        ours, theirs = (results["bytes"][name] for name in list(UPDATES)[-2:])
        for figure in ("first view", "update"):
            print(f"{figure} of a 12 x 12 matrix: {ours[figure] / theirs[figure]:.3f} of the FigureWidget's bytes")
    if options.out:
        Path(options.out).write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
