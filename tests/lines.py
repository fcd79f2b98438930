"""How many lines each explorer costs, by kind; ``make lines`` prints the table. Generated files and what all explorers share are left out."""

from __future__ import annotations

import sys
from pathlib import Path

from diffexplain.explorers.registry import CLASSES

ROOT = Path(sys.argv[1] if len(sys.argv) > 1 else __file__).resolve()
ROOT = ROOT if ROOT.is_dir() else ROOT.parent.parent
TEXT = ("text.js", "words.js")  # what a learner reads


def kinds(name: str) -> dict[str, list[Path]]:
    """The hand-written files of an explorer by kind."""
    page = ROOT / "diffexplain" / "frontend" / "explorers" / name
    scripts, tests = sorted(page.glob("*.js")), sorted(page.glob("*.test.js"))
    return {
        "Python": sorted((ROOT / "diffexplain" / "explorers" / name).glob("*.py")),
        "JavaScript": [path for path in scripts if path not in tests and path.name not in TEXT],
        "text": [path for path in scripts if path.name in TEXT],
        "CSS": sorted(page.glob("*.css")),
        "vitest": tests,
        "pytest": sorted((ROOT / "tests" / "explorers").glob(f"test_{name}*.py")),
        "browser": sorted((ROOT / "tests" / "browser").glob(f"test_{name}*.py")),
    }


def count(paths: list[Path]) -> int:
    """Lines of some files."""
    return sum(len(path.read_text("utf-8").splitlines()) for path in paths)


def main() -> None:
    """Print a row for each explorer and their mean."""
    table = {name: {kind: count(paths) for kind, paths in kinds(name).items()} for name in CLASSES}
    heads = list(next(iter(table.values())))
    table["mean"] = {head: round(sum(row[head] for row in table.values()) / len(table)) for head in heads}
    print(f"{'':12}" + "".join(f"{head:>12}" for head in [*heads, "sum"]))
    for name, row in table.items():
        print(f"{name:12}" + "".join(f"{lines:>12,}" for lines in [*row.values(), sum(row.values())]))


if __name__ == "__main__":
    main()
