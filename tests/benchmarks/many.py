"""Twenty explorers of all kinds on one kernel: ``python -m tests.benchmarks.many [--out FILE.json] [--count 20]``.

Each is made as in `tests.explorers.examples`, on the bundled model, and waited for; none is closed. Said is the resident memory of the
process after each. Bar: below 2 GB with all of them. Linux alone: memory is read from /proc.
"""

from __future__ import annotations

import argparse
import itertools
import json
import sys
from pathlib import Path

import torch

from diffexplain.explorers.registry import CLASSES
from tests.explorers.examples import example, make

BAR = 2e9  # bytes


def resident() -> tuple[int, int]:
    """Bytes of this process that are in memory now, and the most that ever were."""
    told = dict(
        line.split(":", 1) for line in Path("/proc/self/status").read_text(encoding="utf-8").splitlines() if ":" in line
    )
    now, most = (1024 * int(told[name].split()[0]) for name in ("VmRSS", "VmHWM"))
    return now, most


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", help="write the figures here as JSON")
    parser.add_argument("--count", type=int, default=20)
    options = parser.parse_args()
    torch.set_num_threads(1)
    made, figures = [], [("package", resident()[0])]
    for name in itertools.islice(itertools.cycle(CLASSES), options.count):
        explorer = make(name, example(name).bundled)
        made.append(explorer.wait(600))
        figures.append((name, resident()[0]))
        print(
            f"{len(made):3d} {name:12s} {figures[-1][1] / 1e9:6.2f} GB  {(figures[-1][1] - figures[-2][1]) / 1e6:+7.0f} MB",
            flush=True,
        )
    now, most = resident()
    print(f"{len(made)} explorers: {now / 1e9:.2f} GB, at most {most / 1e9:.2f} GB on the way (bar {BAR / 1e9:g} GB)")
    if options.out:
        Path(options.out).write_text(
            json.dumps({"resident": figures, "most": most, "bar": BAR}, indent=1) + "\n", encoding="utf-8"
        )
    for explorer in made:
        explorer.close()
    sys.exit(now > BAR)


if __name__ == "__main__":
    main()
