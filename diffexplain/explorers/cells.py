"""A cell that is executed again makes new explorers; those that it made before are closed.

ipywidgets keeps every widget alive until it is closed, with its messages and its worker: without this, a cell that someone
runs twenty times costs twenty explorers.
"""

from __future__ import annotations

import threading
import weakref
from typing import TYPE_CHECKING, Protocol

from diffexplain.explorers import kernel

if TYPE_CHECKING:
    from diffexplain.explorers.kernel import Execution


class Closable(Protocol):
    """What has a `close`."""

    def close(self) -> None:
        """End it."""


_made: dict[str, tuple[str, weakref.WeakSet[Closable]]] = {}  # cell -> the execution that made these
_lock = threading.Lock()


def made(explorer: Closable) -> None:
    """Note that the running cell made this explorer, and close what an earlier execution of the same cell made."""
    execution = kernel.execution()
    if execution is None:
        return
    for earlier in _note(explorer, execution):
        earlier.close()


def _note(explorer: Closable, execution: Execution) -> list[Closable]:
    with _lock:
        request, siblings = _made.get(execution.cell, ("", weakref.WeakSet()))
        earlier = [] if request == execution.request else list(siblings)
        if request != execution.request:
            siblings = weakref.WeakSet()
            _made[execution.cell] = (execution.request, siblings)
        siblings.add(explorer)
        return earlier
