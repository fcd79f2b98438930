"""The runs of one explorer: each does what a request asks, from its beginning to its end, and a newer one replaces it."""

from __future__ import annotations

from contextlib import nullcontext
from functools import partial
from typing import TYPE_CHECKING, Any

from diffexplain.live.job import Cancelled, Job
from diffexplain.live.remedies import advice, summary
from diffexplain.live.requests import Requests
from diffexplain.live.status import Status

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

    from diffexplain.live.messages import Encoded, Message
    from diffexplain.live.run import Run


class Runs(Requests):
    """See `Requests`.

    Args:
        owner: see `Requests`.
        run: does what a request asks and hands each message to its second argument, which raises when nobody waits any more.
        send: see `Requests`.
        kept: see `Requests`.
        result: the kind of message after which a run is whole; what follows only refines it. None: whole when it is done.
        around: see `Requests`.
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
        super().__init__(owner, send, kept, around)
        self._run, self._result = run, result

    def cancel(self) -> None:
        """End the newest run; the last finished one stays."""
        with self._lock:
            run = self.history.current
            if not self._closed and self._client.cancel() is not None and run is not None:
                self.history.add(run, Status("cancelled"))  # it never began, so it can't say so itself

    def settle(self) -> BaseException | None:
        """Wait like `wait`, but give back what the run raised. From within a run don't wait."""
        if self._closed or self._client.here:
            return None
        try:
            self.wait()
        except Exception as error:  # noqa: BLE001 - an earlier run may have finished
            return error
        return None

    def _task(self, run: Run, request: Any, again: bool) -> Callable[[Job], None]:
        return partial(self._work, run, request, again)

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

    def _end(self, run: Run, *, finished: bool) -> bool:
        """Keep the run if it is whole, and say whether it is."""
        whole = finished or (self._result is not None and run.said(self._result))
        if whole:
            self._finish(run)
        return whole
