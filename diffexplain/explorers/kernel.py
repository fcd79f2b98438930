"""The little that explorers need to know of the Jupyter kernel around them. Outside of one, everything here says None or does nothing."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

_apart: ContextVar[bool] = ContextVar("apart", default=False)


@dataclass(frozen=True)
class Execution:
    """One execution of one cell.

    Attributes:
        cell: the cell's id; stays the same when it is executed again.
        request: id of the execution; differs each time.
    """

    cell: str
    request: str


def shell() -> Any | None:
    """Return the interactive shell of a Jupyter kernel."""
    ipython = sys.modules.get("IPython")
    instance = ipython.get_ipython() if ipython is not None else None
    return instance if getattr(instance, "kernel", None) is not None else None


@contextmanager
def apart() -> Iterator[None]:
    """What is made in this block belongs to no cell and to no callback: whoever made it closes it."""
    token = _apart.set(True)
    try:
        yield
    finally:
        _apart.reset(token)


def execution() -> Execution | None:
    """Return the execution that this code belongs to, if the front end names its cell (JupyterLab, Notebook 7, VS Code do)."""
    instance = None if _apart.get() else shell()
    parent = getattr(instance, "parent_header", None)
    if not isinstance(parent, dict):
        return None
    header, cell = parent.get("header") or {}, (parent.get("metadata") or {}).get("cellId")
    if header.get("msg_type") != "execute_request" or not isinstance(cell, str):
        return None
    return Execution(cell, str(header.get("msg_id")))


def request() -> str:
    """The id of the message that the running code answers to, of a cell or of a page; empty outside of a kernel."""
    found = None if _apart.get() else shell()
    parent: Any = getattr(found, "get_parent", dict)()
    header = parent.get("header") if isinstance(parent, dict) else None
    return str((header or {}).get("msg_id") or "")


def hear_where_addressed(comm: Any) -> None:
    """Let a page's messages go to the kernel subshell that the page addresses, also while a cell is running.

    ipykernel 7.4 sends them to the shell that last published on the comm. That is the main one when a cell or a thread of
    ours did, and then a "cancel" is heard only when the running cell has ended; and it may be a subshell that is gone, and
    then nothing is heard. Our handlers may run on any thread, so this comm answers that any shell will do. Once and for all:
    to take back what each publication notes leaves the time in between, which with a message a step is a good part of it.
    """
    if hasattr(comm, "_reply_subshell_for"):
        comm._reply_subshell_for = _as_addressed


def _as_addressed(_: object, addressed: Any) -> Any:
    return addressed
