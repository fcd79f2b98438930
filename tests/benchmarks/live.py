"""What a live run costs beside the plain call, and what the user's own cell costs after it. The base is a process that has run nothing else.

``python tests/benchmarks/live.py [--out FILE.json] [--rounds 3] [--calls 7] [--steps 20]``. The plain call is ``pipe("a fox")`` in the
main thread of a fresh process, as torch is by itself. Another fresh process calls the same, then has an explorer run it (from the
change of a trait to the first step, the last step and the picture), and calls it once more. All of it on an idle machine, and beside
a neighbour that is busy 30 % of the time, as a browser that draws. Bars: 1.25 for the picture, 1.05 for the cell after it.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import harness

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

LIVE_BAR, AFTER_BAR = 1.25, 1.05
BUSY, PERIOD = 0.3, 1 / 30  # of a neighbour
NEIGHBOURS = ("idle", "neighbour busy 30 %")


def plain_call(steps: int) -> tuple[Any, Callable[[], float]]:
    """The bundled pipeline, and seconds of one plain call of it."""
    import torch

    import diffexplain as dx

    pipe = dx.load()
    pipe.set_progress_bar_config(disable=True)

    def call() -> float:
        start = time.perf_counter()
        pipe("a fox", num_inference_steps=steps, guidance_scale=4.0, generator=torch.Generator("cpu").manual_seed(1))
        return time.perf_counter() - start

    for _ in range(2):
        call()
    return pipe, call


class Stopwatch:
    """Seconds from a change to the messages of the run that it asked for."""

    def __init__(self, explorer: Any, steps: int) -> None:
        self.explorer, self.last = explorer, steps - 1
        self.start, self.marks, self.ended = 0.0, {}, threading.Event()
        explorer.on_message(self.hear)

    def hear(self, message: Any) -> None:
        now = time.perf_counter() - self.start
        if message.kind == "step" and message.index in {0, self.last}:
            self.marks["first step" if message.index == 0 else "last step"] = now
        elif message.kind == "end":
            self.marks["picture"] = now
            self.ended.set()

    def change(self, seed: int) -> dict[str, float]:
        self.marks, self.start = {}, time.perf_counter()
        self.ended.clear()
        self.explorer.seed = seed
        assert self.ended.wait(120)
        self.explorer.wait(120)  # what is decoded afterwards must not weigh on the next one
        return dict(self.marks)


def measure_plain(steps: int, calls: int) -> dict[str, float]:
    _, call = plain_call(steps)
    return {"plain": statistics.median(call() for _ in range(calls))}


def measure_live(steps: int, calls: int) -> dict[str, float]:
    pipe, call = plain_call(steps)
    found = {"cell before": statistics.median(call() for _ in range(calls))}

    import diffexplain as dx

    explorer = dx.DenoiseExplorer(pipe, prompt="a fox", steps=steps).wait(120)
    watch = Stopwatch(explorer, steps)
    runs = [watch.change(1000 + number) for number in range(calls + 1)][1:]
    found |= {name: statistics.median(run[name] for run in runs) for name in runs[0]}
    found["cell after"] = statistics.median(call() for _ in range(calls))
    explorer.close()
    return found


def in_a_fresh_process(role: str, steps: int, calls: int) -> dict[str, float]:
    command = [sys.executable, __file__, "--role", role, "--steps", str(steps), "--calls", str(calls)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=600)
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


@contextmanager
def neighbour(kind: str) -> Iterator[None]:
    """Another process beside the measured ones."""
    if kind == "idle":
        yield
        return
    code = (
        "import time\n"
        "while True:\n"
        "    start = time.perf_counter()\n"
        f"    while time.perf_counter() < start + {BUSY * PERIOD}: pass\n"
        f"    time.sleep({(1 - BUSY) * PERIOD})"
    )
    busy = subprocess.Popen([sys.executable, "-c", code])
    try:
        yield
    finally:
        busy.kill()
        busy.wait()


def rounds_of(kind: str, rounds: int, steps: int, calls: int) -> dict[str, list[float]]:
    seconds: dict[str, list[float]] = {}
    shuffle = random.Random(0).shuffle
    with neighbour(kind):
        for _ in range(rounds):
            arms = [(harness.BASE, "plain"), (harness.AGAIN, "plain"), ("", "live")]
            shuffle(arms)
            for arm, role in arms:
                for name, value in in_a_fresh_process(role, steps, calls).items():
                    seconds.setdefault(arm or name, []).append(value)
    return seconds


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", help="write the figures here as JSON")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--calls", type=int, default=7)
    parser.add_argument("--steps", type=int, default=20)
    parser.add_argument("--role", choices=["plain", "live"], help="be one of the measured processes")
    options = parser.parse_args()
    if options.role:
        measure = measure_plain if options.role == "plain" else measure_live
        print(json.dumps(measure(options.steps, options.calls)))
        return
    print(f"{options.steps} steps, {options.rounds} rounds of {options.calls} calls; base is the plain call in a fresh process")
    tables: dict[str, Any] = {}
    all_seconds: dict[str, Any] = {}
    for kind in NEIGHBOURS:
        seconds = all_seconds[kind] = rounds_of(kind, options.rounds, options.steps, options.calls)
        table = tables[kind] = harness.ratios(seconds)
        after = statistics.median(a / b for a, b in zip(seconds["cell after"], seconds["cell before"], strict=True))
        print(f"\n{kind}\n{harness.show(table)}")
        for what, ratio, bar in (
            ("live", table["picture"]["ratio"], LIVE_BAR),
            ("the cell after it, of before", after, AFTER_BAR),
        ):
            print(f"{what}: {ratio:.3f}, {'within' if ratio <= bar else 'ABOVE'} the bar of {bar}")
    if options.out:
        import diffusers
        import torch

        facts = {"torch": torch.__version__, "diffusers": diffusers.__version__, "steps": options.steps}
        harness.write(options.out, tables, all_seconds, bars=[LIVE_BAR, AFTER_BAR], **facts)


if __name__ == "__main__":
    main()
