"""The lessons: where they are in this installation, and a copy of them that a learner may change.

A copy keeps in ``.diffexplain-lessons.json`` what each file looked like when it was written. A file that still looks so is
brought up to date by a newer version; one that somebody has changed, or that was there before, is never written over.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeAlias

from diffexplain.core.whole_file import write_whole
from diffexplain.i18n import LANGUAGES, say

if TYPE_CHECKING:
    from collections.abc import Iterator
    from os import PathLike

FIRST = "00_gallery.ipynb"
RECORD = ".diffexplain-lessons.json"

Outcome: TypeAlias = Literal["new", "updated", "same", "kept"]


@dataclass(frozen=True)
class Copied:
    """What happened to one lesson.

    Attributes:
        path: of the copy.
        outcome: ``new`` and ``updated`` were written, ``same`` was up to date, ``kept`` is somebody's own and was left alone.
    """

    path: Path
    outcome: Outcome


def folder() -> Path:
    """Where the lessons are: in the wheel, or beside the package in a checkout.

    Raises:
        FileNotFoundError: this installation has none.
    """
    package = Path(__file__).parent
    for candidate in (package / "notebooks", package.parent / "notebooks"):
        if (candidate / "en" / FIRST).exists():
            return candidate
    raise FileNotFoundError(say("This installation has no lessons. Install diffexplain anew."))


def in_checkout() -> bool:
    """Return whether the lessons are the project's own files, to be edited in place."""
    return folder().parent != Path(__file__).parent


def copy(directory: str | PathLike[str]) -> Iterator[Copied]:
    """Copy the lessons of all languages, one folder a language.

    Args:
        directory: where to; made if it is not there.

    Yields:
        What happened to each lesson, in order.

    Raises:
        OSError: it is a file, or can't be written to.
    """
    target = Path(directory).expanduser()
    if target.exists() and not target.is_dir():
        raise NotADirectoryError(say("{path} is a file. Give the name of a folder for the lessons.", path=target))
    source = folder()
    written = _read_record(target / RECORD)
    for language in LANGUAGES:
        for lesson in sorted((source / language).glob("*.ipynb")):
            name = f"{language}/{lesson.name}"
            content = lesson.read_bytes()
            copied = target / language / lesson.name
            outcome = _outcome(copied, content, written.get(name))
            if outcome in {"new", "updated"}:
                copied.parent.mkdir(parents=True, exist_ok=True)
                write_whole(copied, content)
            if outcome != "kept":
                written[name] = _digest(content)
                write_whole(target / RECORD, json.dumps(written, indent=1).encode("utf-8"))
            yield Copied(copied, outcome)


def _outcome(path: Path, content: bytes, written: str | None) -> Outcome:
    if not path.exists():
        return "new"
    there = _digest(path.read_bytes())
    if there == _digest(content):
        return "same"
    return "updated" if there == written else "kept"


def _read_record(path: Path) -> dict[str, str]:
    """Return what was written before; nothing where the record is gone or damaged, so that every file counts as changed."""
    try:
        record = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return {str(name): str(digest) for name, digest in record.items()} if isinstance(record, dict) else {}


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
