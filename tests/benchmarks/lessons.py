"""What a lesson takes after Run All: ``python -m tests.benchmarks.lessons [--out FILE.json] [--language en] [07_learning …]``.

Each runs in a fresh kernel, as in a notebook without a page, and then until every explorer in it has done what it does by itself.
Said are the seconds until then and the most memory that the kernel ever had. Bar: two minutes and 1.5 GB a lesson. Seconds are of
the machine as it is: the other explorers of a lesson run on the same cores. Linux alone: memory is read from /proc.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from pathlib import Path

import nbformat
from nbclient import NotebookClient

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
SECONDS, BYTES = 120.0, 1.5e9
_REST = """
import gc as _gc
from pathlib import Path as _Path
from diffexplain.explorers.explorer import Explorer as _Explorer
for _each in [each for each in _gc.get_objects() if isinstance(each, _Explorer)]:
    _each.wait(600)
_status = _Path("/proc/self/status").read_text(encoding="utf-8")
print(next(line for line in _status.splitlines() if line.startswith("VmHWM")).split()[1])
"""


def run(path: Path) -> tuple[float, float]:
    """Run a lesson; return its seconds and the most bytes that its kernel had."""
    lesson = nbformat.read(path, as_version=4)
    lesson.cells.append(nbformat.v4.new_code_cell(_REST))
    start = time.perf_counter()
    NotebookClient(lesson, timeout=600, resources={"metadata": {"path": str(path.parent)}}).execute()
    return time.perf_counter() - start, 1024 * float(lesson.cells[-1].outputs[-1].text.split()[-1])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("lessons", nargs="*", help="names; all if left out")
    parser.add_argument("--language", default="en", choices=("en", "zh"))
    parser.add_argument("--out", help="write the figures here as JSON")
    options = parser.parse_args()
    names = options.lessons or [path.stem for path in sorted((NOTEBOOKS / options.language).glob("*.ipynb"))]
    figures = {}
    for name in names:
        seconds, most = run(NOTEBOOKS / options.language / f"{name}.ipynb")
        figures[name] = {"seconds": seconds, "bytes": most}
        print(f"{name:14s} {seconds:6.0f} s {most / 1e9:6.2f} GB", flush=True)
    if options.out:
        Path(options.out).write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    sys.exit(any(each["seconds"] > SECONDS or each["bytes"] > BYTES for each in figures.values()))


if __name__ == "__main__":
    main()
