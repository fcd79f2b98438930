"""The log of a stage: one JSON object a line, with the number of samples seen, the seconds spent, and figures."""

from __future__ import annotations

import json
from itertools import count
from typing import TYPE_CHECKING, Any

from diffexplain.training.workspace import write_whole

if TYPE_CHECKING:
    from pathlib import Path


class Log:
    """Lines that are appended; what was logged after the checkpoint that training goes on from is dropped first."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def add(self, **figures: Any) -> None:
        """Append a line."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with self._path.open("a") as file:
            file.write(json.dumps(figures) + "\n")

    def lines(self) -> list[dict[str, Any]]:
        """Return all lines; the last is left out if a kill cut it off."""
        lines = []
        for line in self._path.read_text().splitlines() if self._path.exists() else ():
            try:
                lines.append(json.loads(line))
            except json.JSONDecodeError:
                break
        return lines

    def begin(self) -> None:
        """Set an older log aside, under its name with a number."""
        if self._path.exists():
            older = (self._path.with_suffix(f".{number}.jsonl") for number in count(1))
            self._path.rename(next(path for path in older if not path.exists()))

    def cut(self, samples: int) -> None:
        """Drop what was logged after so many samples."""
        kept = [line for line in self.lines() if line["samples"] <= samples]
        write_whole(self._path, "".join(json.dumps(line) + "\n" for line in kept))
