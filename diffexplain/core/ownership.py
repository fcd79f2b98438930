"""Whose call it is that a network or a sampler hears: that of the run we listen to, or somebody else's.

Networks and schedulers don't know who calls them. The stack does: a call belongs to a run if it is made on the run's thread, out of
the pipeline's own ``__call__``, and not out of something that was called on the way, as another pipeline in a callback.
"""

from __future__ import annotations

import inspect
import sys
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from types import CodeType, FrameType


class Ownership:
    """Knows the calls of one pipeline.

    Attributes:
        thread: On which the pipeline runs.
        called: Whether the pipeline itself has been called. Before, whoever goes through its parts by hand is heard.
    """

    def __init__(self, pipe: Any) -> None:
        self.pipe = pipe
        self.thread = threading.get_ident()
        self.called = False
        self._frame: FrameType | None = None  # from which the pipeline's call goes out, while it lasts
        self._aside: frozenset[CodeType] = frozenset()
        self._resting = 0

    @contextmanager
    def call(self, arguments: Mapping[str, Any]) -> Iterator[None]:
        """Note that in this block the pipeline's own ``__call__`` runs, on this thread.

        Args:
            arguments: Of the call by name: what callbacks among them do is not the run's.
        """
        before = self._frame, self._aside, self.thread
        self.called, self.thread = True, threading.get_ident()
        self._frame = sys._getframe(2)  # past contextlib's
        self._aside = frozenset(
            code for name, value in arguments.items() if name.startswith("callback") for code in _codes(value)
        )
        try:
            yield
        finally:
            self._frame, self._aside, self.thread = before

    @property
    def calling(self) -> bool:
        """Whether the pipeline's own call is under way, on whatever thread."""
        return self._frame is not None

    @contextmanager
    def aside(self) -> Iterator[None]:
        """Keep apart what is called in this block: it is not the run's."""
        self._resting += 1
        try:
            yield
        finally:
            self._resting -= 1

    @property
    def mine(self) -> bool:
        """Whether what is being called now is called by the run."""
        if threading.get_ident() != self.thread or self._resting:
            return False
        if self._frame is None and self.called:
            return False  # a sister with the same parts
        callers: list[FrameType] = []
        frame: FrameType | None = sys._getframe(1)
        while frame is not None and frame is not self._frame:
            if frame.f_code in self._aside:
                return False
            if frame.f_code.co_name == "__call__" and _is_pipelines(frame):
                callers.append(frame)
            frame = frame.f_back
        if not callers:
            return self._frame is None
        if self._frame is not None and len(callers) == 1:
            return True
        return callers[0].f_locals.get("self") is self.pipe  # a class may call its parent's


def _is_pipelines(frame: FrameType) -> bool:
    """Return whether this is the ``__call__`` of a class of pipelines."""
    cls = frame.f_globals.get(frame.f_code.co_qualname.rpartition(".")[0])
    if cls is None:  # of a class inside a function
        cls = type(frame.f_locals.get("self"))
    return hasattr(cls, "from_pretrained")


def _codes(callback: Any) -> Iterator[CodeType]:
    """Yield the code of a callback, of whatever kind."""
    for each in (callback, *getattr(callback, "callbacks", ())):
        function = inspect.unwrap(getattr(each, "func", each))
        if not inspect.isroutine(function):
            function = type(function).__call__  # of an object that is called
        code = getattr(getattr(function, "__func__", function), "__code__", None)
        if code is not None:
            yield code
