"""How time and memory grow with steps, lanes and picture size: one of them doubled at a time, each point in a process of its own.

``python tests/benchmarks/growth.py [--out FILE.json] [--rounds 5] [--steps 20] [--threads 1]``. Points take turns; the base point is measured
twice (the A/A arm). Memory is the process's peak above that of the loaded, warmed-up pipeline, and what the traces keep.
"""

from __future__ import annotations

import json
import random
import resource
import subprocess
import sys
import time
from statistics import median
from typing import Any

import harness
import torch

import diffexplain as dx
from diffexplain.core.trace import Trace

KEPT = ("x", "guided", "uncond", "cond")


def kept_bytes(trace: Trace) -> int:
    """Bytes of the tensors that a trace holds."""
    tensors = [getattr(step, name) for step in trace.steps for name in KEPT]
    return sum(tensor.untyped_storage().nbytes() for tensor in tensors if tensor is not None)


def peak() -> int:
    """The most memory that this process has ever used, in bytes."""
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most if sys.platform == "darwin" else most * 1024


def measure(lanes: int, steps: int, side: int, threads: int) -> dict[str, Any]:
    """One point, in this process."""
    torch.set_num_threads(threads)
    pipe = dx.load()
    made = [dx.Lane(prompt="a fox", seed=seed, steps=steps, guidance=4.0, height=side, width=side) for seed in range(lanes)]
    dx.sample([dx.Lane(prompt="a fox", steps=1, height=64, width=64)], pipe)
    before, start = peak(), time.perf_counter()
    traces = dx.sample(made, pipe)
    seconds = time.perf_counter() - start
    assert all(trace.finished for trace in traces)
    assert all(torch.isfinite(trace.latents).all() for trace in traces)
    return {"seconds": seconds, "peak": peak() - before, "kept": sum(map(kept_bytes, traces))}


def points(steps: int, side: int) -> dict[str, tuple[int, int, int]]:
    """``(lanes, steps, side)`` by name."""
    base = {harness.BASE: (2, steps, side), harness.AGAIN: (2, steps, side)}
    by_steps = {f"{count} steps": (2, count, side) for count in (steps // 2, steps * 2, steps * 4)}
    by_lanes = {f"{count} lanes": (count, steps, side) for count in (1, 4, 8, 16)}
    by_side = {f"{length} pixels a side": (2, steps, length) for length in (side // 2, side * 2)}
    return {**base, **by_steps, **by_lanes, **by_side}


def main() -> None:
    if sys.argv[1:2] == ["--point"]:
        print(json.dumps(measure(*map(int, sys.argv[2:6]))))
        return
    options = harness.arguments(__doc__, rounds=5, threads=1)
    pipe = dx.load()
    side = pipe.unet.config.sample_size * pipe.vae_scale_factor
    arms = points(options.steps, side)
    found: dict[str, list[dict[str, Any]]] = {name: [] for name in arms}
    order, shuffle = list(arms), random.Random(0).shuffle
    for _ in range(options.rounds):
        shuffle(order)
        for name in order:
            command = [sys.executable, __file__, "--point", *map(str, (*arms[name], options.threads))]
            found[name].append(json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout))
    seconds = {name: [each["seconds"] for each in values] for name, values in found.items()}
    table = harness.ratios(seconds)
    memory = {
        name: {key: median(each[key] for each in values) / 2**20 for key in ("peak", "kept")} for name, values in found.items()
    }
    print(f"{options.threads} thread(s), {options.rounds} rounds; base is 2 lanes, {options.steps} steps, {side} pixels a side")
    print(harness.show(table))
    for name, row in memory.items():
        print(f"{name:24s} peak {row['peak']:7.1f} MiB above the loaded pipeline, kept {row['kept']:7.2f} MiB")
    if options.out:
        harness.write(options.out, table, seconds, mebibytes=memory, torch=torch.__version__, threads=options.threads)


if __name__ == "__main__":
    main()
