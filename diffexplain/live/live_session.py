"""What goes on by slices: a session, as an explorer makes one and the worker advances it."""

from __future__ import annotations

import math
import time
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

SLICE_SECONDS = 0.2

Update = TypeVar("Update")


class LiveSession:
    """All that changes while something goes on. An explorer's own derives from it, and holds a generator that does the work.

    Whatever is chance in it comes from generators of its own, and nothing depends on where slices end: so one that was paused, or
    saved and loaded, goes on as one that never stopped.

    Attributes:
        updates: how many were made.
        finished: the generator has ended; there is nothing to go on with.
        halted: it asks to be paused after this slice, for whoever looks to decide how it goes on; false again with the next one.
    """

    updates: int = 0
    finished: bool = False
    halted: bool = False
    _limit: Callable[[], float] = staticmethod(lambda: math.inf)
    _check: Callable[[], None] = staticmethod(lambda: None)

    def slice(self, source: Iterator[Update]) -> Iterator[Update]:
        """Pull from a generator for about 0.2 s, at least once unless a pause is asked for, and count its updates.

        Raises:
            Cancelled: nobody waits for this session any more.
        """
        deadline = time.monotonic() + SLICE_SECONDS
        while self.updates < self._limit():
            self._check()
            try:
                update = next(source)
            except StopIteration:
                self.finished = True
                return
            self.updates += 1
            yield update
            if time.monotonic() >= deadline:
                return

    def bind(self, limit: Callable[[], float], check: Callable[[], None]) -> None:
        """Have `slice` stop where it should.

        Args:
            limit: how many updates to make in all.
            check: raises when nobody waits any more.
        """
        self._limit, self._check, self.halted = limit, check, False

    @property
    def ahead(self) -> float:
        """How many updates there are to the pause that was asked for; infinite where none was."""
        return self._limit() - self.updates

    def tensors(self) -> dict[str, Any]:
        """Return copies of all tensors, on the CPU, by name: with `facts` all that is needed to go on."""
        raise NotImplementedError

    def facts(self) -> dict[str, Any]:
        """Return all that is no tensor, fit for JSON."""
        raise NotImplementedError

    def restore(self, tensors: Mapping[str, Any], facts: Mapping[str, Any]) -> None:
        """Go on from there, in a session that has just begun with the same request.

        Raises:
            SessionError: they don't fit.
        """
        raise NotImplementedError
