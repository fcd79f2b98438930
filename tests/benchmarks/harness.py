"""Interleaved measurements: a figure is a ratio of arms that took turns on the same machine, beside an A/A arm.

Absolute times are noise on a shared machine; a ratio of neighbours is not, and what two equal arms differ by is the error bar.
"""

from __future__ import annotations

import argparse
import gc
import json
import platform
import random
import statistics
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

BASE = "base"
AGAIN = "base again"


def arguments(description: str | None, *, rounds: int, threads: int) -> argparse.Namespace:
    """What every benchmark is asked on the command line."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--out", help="write the figures here as JSON")
    parser.add_argument("--rounds", type=int, default=rounds)
    parser.add_argument("--steps", type=int, default=20)
    parser.add_argument("--threads", type=int, default=threads)
    return parser.parse_args()


def interleave(arms: Mapping[str, Callable[[], Any]], rounds: int, warmup: int = 2) -> dict[str, list[float]]:
    """Return the seconds of every arm in every round; in each round the arms run in a new random order.

    Args:
        arms: What to run, by name. The arm `BASE` is added once more as `AGAIN`, the A/A arm.
        rounds: How often each is measured.
        warmup: How often each runs before that.
    """
    arms = {**arms, AGAIN: arms[BASE]}
    seconds: dict[str, list[float]] = {name: [] for name in arms}
    order, shuffle = list(arms), random.Random(0).shuffle
    for _ in range(warmup):
        for run in arms.values():
            run()
    for _ in range(rounds):
        shuffle(order)
        for name in order:
            gc.collect()  # one arm must not pay for another's garbage
            start = time.perf_counter()
            arms[name]()
            seconds[name].append(time.perf_counter() - start)
    return seconds


def ratios(seconds: Mapping[str, list[float]]) -> dict[str, dict[str, float]]:
    """For every arm, its paired ratios to `BASE`: the median with the quartiles, and the seconds' median."""
    table = {}
    for name, values in seconds.items():
        paired = [value / base for value, base in zip(values, seconds[BASE], strict=True)]
        low, middle, high = statistics.quantiles(paired, n=4, method="inclusive")
        table[name] = {"ratio": middle, "low": low, "high": high, "seconds": statistics.median(values)}
    return table


def show(table: Mapping[str, Mapping[str, float]], unit: str = "ms", scale: float = 1000) -> str:
    """The table as text; what was measured, times `scale`, is in `unit`."""
    lines = [f"{'arm':24s} {'ratio':>7s}  {'quartiles':>15s} {'median':>10s}"]
    for name, row in table.items():
        quartiles = f"{row['low']:.3f} - {row['high']:.3f}"
        lines.append(f"{name:24s} {row['ratio']:7.3f}  {quartiles:>15s} {row['seconds'] * scale:7.1f} {unit}")
    return "\n".join(lines)


def write(path: str | Path, table: Mapping[str, Any], seconds: Mapping[str, list[float]], **facts: Any) -> None:
    """Everything as JSON, with what is needed to read it later."""
    facts |= {"python": platform.python_version(), "machine": platform.processor() or platform.machine()}
    Path(path).write_text(json.dumps({"ratios": table, "seconds": seconds, **facts}, indent=1) + "\n", encoding="utf-8")
