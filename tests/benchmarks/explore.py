"""What a workbench costs beside the explorer that it opens with, in fresh processes: until something is seen, and in memory.

``python tests/benchmarks/explore.py [--out FILE.json] [--rounds 5] [--steps 8]``. The base makes a `DenoiseExplorer` of the bundled
model, the other one `dx.explore()`, which opens the same; both from the first line of Python on. Bars: 1.1 for the time to the first step
and to the picture, 1.2 for what the process holds when both are done and no second explorer was opened.
"""

from __future__ import annotations

import argparse
import gc
import json
import random
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import harness

TIME_BAR, MEMORY_BAR = 1.1, 1.2
ROLES = ("denoise", "explore")


def measure(role: str, steps: int) -> dict[str, float]:
    """Seconds to the first step and to the picture, and megabytes held at the end."""
    start = time.perf_counter()
    import diffexplain as dx

    asked: dict[str, Any] = {"prompt": "a fox", "steps": steps, "seed": 7}
    marks: dict[str, float] = {}

    kind = dx.DenoiseExplorer
    run = kind.run

    def heard(self: Any, request: Any, emit: Any) -> None:
        def hear(message: Any) -> None:
            emit(message)
            name = {"step": "first step", "end": "picture"}.get(message.kind)
            if name is not None:
                marks.setdefault(name, time.perf_counter() - start)

        run(self, request, hear)

    kind.run = heard  # type: ignore[method-assign] # who listens to an explorer comes after its first steps
    shown: Any = kind(**asked) if role == "denoise" else dx.explore(**asked)
    shown.wait(300)
    gc.collect()
    held = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmRSS"))
    return {**marks, "memory": int(held.split()[1]) / 1024}


def in_a_fresh_process(role: str, steps: int) -> dict[str, float]:
    command = [sys.executable, __file__, "--role", role, "--steps", str(steps)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=600)
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", help="write the figures here as JSON")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--steps", type=int, default=8)
    parser.add_argument("--role", choices=ROLES, help="be one of the measured processes")
    options = parser.parse_args()
    if options.role:
        print(json.dumps(measure(options.role, options.steps)))
        return
    found: dict[str, dict[str, list[float]]] = {}
    shuffle = random.Random(0).shuffle
    for _ in range(options.rounds):
        arms = [(harness.BASE, "denoise"), (harness.AGAIN, "denoise"), ("explore", "explore")]
        shuffle(arms)
        for arm, role in arms:
            for name, value in in_a_fresh_process(role, options.steps).items():
                found.setdefault(name, {}).setdefault(arm, []).append(value)
    tables = {name: harness.ratios(values) for name, values in found.items()}
    for name, table in tables.items():
        is_memory = name == "memory"
        ratio, bar = table["explore"]["ratio"], MEMORY_BAR if is_memory else TIME_BAR
        shown = harness.show(table, *(("MB", 1) if is_memory else ()))
        print(f"\n{name}\n{shown}\n{ratio:.3f}, {'within' if ratio <= bar else 'ABOVE'} the bar of {bar}")
    if options.out:
        harness.write(options.out, tables, found, bars=[TIME_BAR, MEMORY_BAR], steps=options.steps)


if __name__ == "__main__":
    main()
