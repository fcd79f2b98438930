"""What could not be read of a run: it is missing, with the reason, and the run goes on."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from diffexplain.errors import DiffexplainError

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def reading(missing: dict[str, str], name: str) -> Iterator[None]:
    """Read something beside somebody's run in this block: where that fails it is missing, and the run is none the worse for it.

    Args:
        missing: Takes the reason, the first one for each name.
        name: What is missing then.
    """
    try:
        yield
    except Exception as error:  # noqa: BLE001 - whatever it is, it is not the run's own
        missing.setdefault(name, reason_of(error))


def reason_of(error: Exception) -> str:
    """Return an error in a line, to keep in its place: its traceback would keep the tensors of the run alive."""
    if isinstance(error, DiffexplainError):
        return str(error)
    return f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
