"""The runs of one explorer: asked for from any thread, done one at a time by the worker, told as numbered messages.

Knows no widget: what it needs of one comes in as functions. A script, a test and a page differ only in those.
"""

from __future__ import annotations

import logging
import threading
from contextlib import nullcontext
from functools import partial
from typing import TYPE_CHECKING, Any

from diffexplain.live.history import History, Run
from diffexplain.live.job import Cancelled, Job
from diffexplain.live.remedies import advice, summary
from diffexplain.live.status import State, Status
from diffexplain.live.worker import Worker

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

    from diffexplain.live.messages import Encoded, Message

_log = logging.getLogger(__name__)


class Runs:
    """A mailbox at a worker, and everything that its runs have said.

    Args:
        owner: what runs of several explorers may not touch at once, such as the denoiser of a pipeline.
        run: does what a request asks and hands each message to its second argument, which raises when nobody waits any more.
        send: hands one message to the pages.
        kept: called with each run that is whole.
        result: the kind of message after which a run is whole; what follows only refines it. None: whole when it is done.
        around: entered for the time of each run; is told whether it was asked for again, and so is to use nothing of earlier ones.
    """

    def __init__(
        self,
        owner: object,
        run: Callable[[Any, Callable[[Message], None]], None],
        send: Callable[[Encoded], None],
        kept: Callable[[Run], None],
        result: type[Message] | None,
        around: Callable[[bool], AbstractContextManager[None]] = nullcontext,  # type: ignore[assignment] # its argument is a result
    ) -> None:
        self._run, self._kept, self._result, self._around = run, kept, result, around
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
        """Asks for a run, which replaces the one before. The same request twice is one run, unless it is wanted `again`."""
        with self._lock:
            if self._closed or (request == self._asked and not again):
                return
            self._asked = request
            run = self.history.begin()
            self.history.add(run, Status("queued"))
            self._client.submit(partial(self._work, run, request, again))

    def wait(self, timeout: float | None = None) -> None:
        """See `Client.wait`."""
        if not self._closed:
            self._client.wait(timeout)

    def settle(self) -> BaseException | None:
        """Waits like `wait`, but gives back what the run raised. From within a run it does not wait."""
        if self._closed or self._client.here:
            return None
        try:
            self.wait()
        except Exception as error:  # noqa: BLE001 - an earlier run may have finished
            return error
        return None

    def cancel(self) -> None:
        """Ends the newest run; the last finished one stays."""
        with self._lock:
            run = self.history.current
            if not self._closed and self._client.cancel() is not None and run is not None:
                self.history.add(run, Status("cancelled"))  # it never began, so it can't say so itself

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
        """Ends everything and forgets all messages. Closing twice is closing once."""
        if self._closed:  # before the lock, as `Client.close`
            return
        with self._lock:
            self._closed = True
            self._client.close()
            self.history.drop()
            self._callbacks = []

    def _work(self, run: Run, request: Any, again: bool, job: Job) -> None:
        emit = partial(self._emit, run, job)
        try:
            emit(Status("running"))
            with self._around(again):
                self._run(request, emit)
        except Cancelled:
            whole = self._end(run, finished=False)
            self._tell(run, Status("done" if whole else "cancelled"))
            raise
        except BaseException as error:
            self._end(run, finished=False)
            self._tell(run, Status("failed", summary(error), advice(error)))
            raise
        self._end(run, finished=True)
        self._tell(run, Status("done"))

    def _emit(self, run: Run, job: Job, message: Message) -> None:
        job.check()
        self._tell(run, message)
        job.check()

    def _tell(self, run: Run, message: Message) -> None:
        if not self.history.add(run, message):
            if self.history.finished is run:
                run.keep(message)
            return
        for (callback,) in self._callbacks:
            try:
                callback(message)
            except Exception:  # noqa: BLE001 - it is somebody else's code
                _log.exception("a callback failed; the run goes on")

    def _end(self, run: Run, *, finished: bool) -> bool:
        """Keeps the run if it is whole, and says whether it is."""
        whole = finished or (self._result is not None and run.said(self._result))
        if whole and not self._closed:
            self.history.finish(run)
            self._kept(run)
        return whole
