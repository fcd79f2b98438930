"""Exports: a finished run of an explorer as one page that needs no kernel and no network; see `diffexplain.explorers.page`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from diffexplain.core.whole_file import target_of
from diffexplain.explorers.inert import pack
from diffexplain.explorers.page import page, write
from diffexplain.live.exported_run import ExportedRun

if TYPE_CHECKING:
    from os import PathLike
    from pathlib import Path

__all__ = ["Exportable", "pack", "page", "to_html"]


class Exportable(Protocol):
    """Whatever has a finished run, as an explorer has."""

    def exported_run(self, detail: str = "preview") -> ExportedRun:
        """Return the last finished run by itself; see `Explorer.exported_run`."""
        ...


def to_html(source: Exportable | ExportedRun, path: str | PathLike[str], detail: str = "preview") -> Path:
    """Write a finished run as one page. The file appears whole or not at all.

    Args:
        source: An explorer, whose running run is waited for, or what its `exported_run` gave.
        path: File to write; an existing one is replaced.
        detail: Of an explorer's run, see `Explorer.to_html`.

    Returns:
        The file's path.

    Raises:
        NoFinishedRunError: No run of the explorer has finished.
        FileNotFoundError: The folder does not exist.
        OSError: The file can't be written.
    """
    target = target_of(path, "explorer.html")  # before a run is waited for
    return write(source if isinstance(source, ExportedRun) else source.exported_run(detail), target)
