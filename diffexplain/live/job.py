"""One request on its way through a worker, and the exception that ends it early."""

from __future__ import annotations

import threading
import traceback
from contextvars import copy_context
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType


class Cancelled(BaseException):
    """Raised out of a run that nobody waits for any more.

    Not an `Exception`: it has to pass through other people's pipelines and callbacks, where ``except Exception`` is
    common and would make a cancelled run go on. ``finally`` blocks and context managers see it as they see an interrupt.
    """


class Job:
    """A request as a worker runs it.

    Made by `Client.submit`, in the context of whoever asked: what the run prints goes to the cell or page that asked for it.

    Args:
        work: what to do; True asks to be called once more, after all others who wait.
        threads: how many the kernels of whoever asked take, see `cores.sparing`.

    Attributes:
        finished: ran to its end, failed, was cancelled or was dropped before it began.
        error: what it raised, None if it didn't.
        again: asks for one more turn.
    """

    def __init__(self, work: Callable[[Job], bool | None], threads: int = 1) -> None:
        self._work = work
        self.threads = threads
        self._context = copy_context()
        self._cancelled = threading.Event()
        self._traceback: TracebackType | None = None
        self.finished = False
        self.again = False
        self.error: BaseException | None = None

    @property
    def cancelled(self) -> bool:
        """Whether the run is asked to end."""
        return self._cancelled.is_set()

    def cancel(self) -> None:
        """Ask the run to end at its next `check`."""
        self._cancelled.set()

    def check(self) -> None:
        """Raise `Cancelled` once the run was cancelled; runs call it often."""
        if self._cancelled.is_set():
            raise Cancelled

    def run(self) -> None:
        """Do the work and keep what it raises."""
        self.again = False
        try:
            self.again = bool(self._context.run(self._work, self))
        except Cancelled:
            pass
        except BaseException as error:  # noqa: BLE001 - raised again by whoever waits
            _forget_locals(error)
            self.error, self._traceback = error, error.__traceback__

    def raise_error(self) -> None:
        """Raise what the run raised; the same each time it is called."""
        if self.error is not None:
            raise self.error.with_traceback(self._traceback)  # or each raise would lengthen the traceback


def _forget_locals(error: BaseException | None) -> None:
    """Empty the frames of a traceback: after an out-of-memory error they would hold the very tensors that filled it."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        traceback.clear_frames(error.__traceback__)
        error = error.__cause__ or error.__context__
