"""What one explorer is asked, from any thread, and all that came of it: what runs and sessions have in common.

Knows no widget: what it needs of one comes in as functions. A script, a test and a page differ only in those.
"""

from __future__ import annotations

import logging
import threading
from abc import ABC, abstractmethod
from contextlib import nullcontext
from typing import TYPE_CHECKING, Any

from diffexplain.live.history import History
from diffexplain.live.status import State, Status
from diffexplain.live.worker import Worker

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

    from diffexplain.live.job import Job
    from diffexplain.live.messages import Encoded, Message
    from diffexplain.live.run import Run, Sent

_log = logging.getLogger(__name__)


class Requests(ABC):
    """A mailbox at a worker, and everything that was said to what came in.

    Args:
        owner: what requests of several explorers may not touch at once, such as the denoiser of a pipeline.
        send: hands one message to the pages.
        kept: called with each run that is whole.
        around: entered for the time of each run; is told whether it was asked for again, and so is to use nothing of earlier ones.
    """

    def __init__(
        self,
        owner: object,
        send: Callable[[Encoded], None],
        kept: Callable[[Run], None],
        around: Callable[[bool], AbstractContextManager[None]] = nullcontext,  # type: ignore[assignment] # its argument is a result
    ) -> None:
        self._kept, self._around = kept, around
        self._lock = threading.RLock()
        self._asked: Any = None
        self._closed = False
        self._callbacks: list[tuple[Callable[[Message], None]]] = []
        self._client = Worker.of(owner).client()
        self.history = History(send)

    @property
    def status(self) -> State:
        """Where the newest run stands."""
        run = self.history.current
        said = reversed(run.sent if run is not None else [])
        return next((sent.message.state for sent in said if isinstance(sent.message, Status)), "cancelled")

    def ask(self, request: Any, *, again: bool = False) -> None:
        """Ask for a run, which replaces the one before. The same request twice is one run, unless it is wanted `again`.

        Raises:
            ProcessError: see `Client.require_own_process`.
        """
        if not self._closed:
            self._client.require_own_process()  # before the lock, which may be held by a thread that is not here
        with self._lock:
            if self._closed or (request == self._asked and not again):
                return
            self._asked = request
            run = self.history.begin()
            self.history.add(run, Status("queued"))
            self._client.submit(self._task(run, request, again))

    def wait(self, timeout: float | None = None) -> None:
        """See `Client.wait`."""
        if not self._closed:
            self._client.wait(timeout)

    def step_back(self) -> None:
        """See `Client.step_back`."""
        if not self._closed:
            self._client.step_back()

    @abstractmethod
    def cancel(self) -> None:
        """End the newest run; the last finished one stays."""

    @abstractmethod
    def settle(self) -> BaseException | None:
        """Wait for something to show, if there will be any, and give back what a run raised. From within a run don't wait."""

    def recorded(self) -> list[Sent]:
        """Return all that a page needs to show the last finished run by itself; empty where there is none."""
        finished = self.history.finished
        return self.history.sent_of(finished) if finished is not None else []

    def on_message(self, callback: Callable[[Message], None]) -> Callable[[], None]:
        """See `Explorer.on_message`."""
        entry = (callback,)  # the same function may be registered twice
        with self._lock:
            self._callbacks = [*self._callbacks, entry]

        def stop() -> None:
            with self._lock:
                self._callbacks = [kept for kept in self._callbacks if kept is not entry]

        return stop

    def close(self) -> None:
        """End everything and forget all messages. Closing twice is closing once."""
        if self._closed or self._client.forked:  # before the lock, as `Client.close`
            self._closed = True
            return
        with self._lock:
            self._closed = True
            self._client.close()
            self.history.drop()
            self._callbacks = []

    @abstractmethod
    def _task(self, run: Run, request: Any, again: bool) -> Callable[[Job], bool | None]:
        """Return what the worker does for a request."""

    def _emit(self, run: Run, job: Job, message: Message) -> None:
        job.check()
        self._tell(run, message)
        job.check()

    def _tell(self, run: Run, message: Message) -> None:
        if self._add(run, message):
            self._call_back(message)

    def _add(self, run: Run, message: Message) -> bool:
        """Say and keep a message; False where only the last finished run, which is no longer the newest, takes note of it."""
        added = self.history.add(run, message)
        if not added and self.history.finished is run:
            run.keep(message)
        return added

    def _call_back(self, *messages: Message) -> None:
        """Never with the lock held: a callback may change the explorer, whose lock comes before ours."""
        for message in messages:
            for (callback,) in self._callbacks:
                try:
                    callback(message)
                except Exception:  # noqa: BLE001 - it is somebody else's code
                    _log.exception("a callback failed; the run goes on")

    def _finish(self, run: Run) -> None:
        """Let the run, which is whole, take the place of the last finished one."""
        if not self._closed:
            self.history.finish(run)
            self._kept(run)
