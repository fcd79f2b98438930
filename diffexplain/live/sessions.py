"""The sessions of one explorer: what a request begins goes on by slices, until it is paused, and from there again.

All slices of a session belong to one run. Each is a turn at the worker, so explorers of one owner take turns; a pause is not asking
for the next one.
"""

from __future__ import annotations

import dataclasses
import json
import math
import threading
import time
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

from diffexplain.i18n import say
from diffexplain.live.job import Cancelled
from diffexplain.live.messages import encode
from diffexplain.live.remedies import advice, summary
from diffexplain.live.requests import Requests
from diffexplain.live.run import Sent
from diffexplain.live.status import Changed, Status
from diffexplain.live.worker import SLICE_SECONDS as LOOK_SECONDS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from contextlib import AbstractContextManager

    from diffexplain.live.job import Job
    from diffexplain.live.live_session import LiveSession
    from diffexplain.live.messages import Encoded, Message
    from diffexplain.live.run import Run
    from diffexplain.live.worker import Client

KEPT_SECONDS = 10.0  # while a session goes on, its still picture is made this often


@dataclass(frozen=True, eq=False)
class Saved:
    """A session as it can be gone on with.

    Attributes:
        request: what it was begun with.
        live: value of each field of `Explorer.Live` that the last slice read.
        updates: made so far.
        changes: of live fields so far.
        tensors: of the session.
        facts: of the session, fit for JSON.
        messages: what is kept of what it has said.
    """

    request: Any
    live: Mapping[str, Any]
    updates: int
    changes: int
    tensors: Mapping[str, Any]
    facts: Mapping[str, Any]
    messages: Sequence[Message]


@dataclass(eq=False)
class _Going:
    """A session on its way; all of it but the session itself changes under the lock of `Sessions`."""

    run: Run
    request: Any
    again: bool
    limit: float  # it pauses after so many updates
    saved: Saved | None = None
    session: LiveSession | None = None
    live: dict[str, Any] = field(default_factory=dict)  # what the last slice read
    changes: int = 0
    changed: dict[str, Changed] = field(default_factory=dict)  # the last of each field
    queued: bool = True  # a turn is asked for, or taken
    slicing: bool = False
    over: bool = False
    kept: float = -math.inf  # when its still picture was asked for

    @property
    def updates(self) -> int:
        return self.session.updates if self.session is not None else 0


class Sessions(Requests):
    """See `Requests`.

    Args:
        owner: see `Requests`.
        begin: makes a session, and hands what can be shown of it to its second argument.
        advance: takes it on by one slice, see `LiveSession.slice`.
        live: the present value of all live fields, a dataclass.
        send: see `Requests`.
        kept: see `Requests`.
        goal: how many updates a new session makes before it pauses by itself.
        around: entered for the time of `begin`, see `Requests`.
    """

    def __init__(
        self,
        owner: object,
        begin: Callable[[Any, Callable[[Message], None]], LiveSession],
        advance: Callable[[Any, Any, Callable[[Message], None]], None],
        live: Callable[[], Any],
        send: Callable[[Encoded], None],
        kept: Callable[[Run], None],
        goal: float,
        around: Callable[[bool], AbstractContextManager[None]],
    ) -> None:
        super().__init__(owner, send, kept, around)
        self._begin, self._advance, self._live, self._goal = begin, advance, live, goal
        self._rested = threading.Condition(self._lock)
        self._savers = 0
        self._going: _Going | None = None
        self._beside: Client | None = None

    # What a user does

    def pause(self) -> None:
        """End the slice that runs after its update, and ask for no other."""
        with self._lock:
            going = self._going
            if going is None or going.over or not going.queued:
                return
            going.limit = 0
            if going.slicing or self._client.withdraw() is None:
                return  # its turn is here, and says so itself
            going.queued, paused = False, Status("paused")
            self._add(going.run, paused)
        self._call_back(paused)

    def resume(self, updates: int | None = None) -> None:
        """Go on: until it is paused, or for so many more updates. What has failed or was cancelled begins anew."""
        with self._lock:
            if self._closed or self._asked is None:
                return
            if self._going is None or self._going.over:
                if self.status != "done":
                    self.ask(self._asked, again=True)
                return
            going = self._going
            planned = going.limit if going.queued and going.limit < math.inf else 0
            going.limit = math.inf if updates is None else max(planned, going.updates) + updates
            if not going.queued:
                going.queued = True
                self.history.add(going.run, Status("queued"))
                self._client.submit(partial(self._slice, going))

    def reset(self) -> None:
        """Begin anew, and stay at the beginning."""
        with self._lock:
            if not self._closed and self._asked is not None:
                self.ask(self._asked, again=True)
                assert self._going is not None
                self._going.limit = 0

    def cancel(self) -> None:
        """End the session for good; what it has said stays."""
        with self._lock:
            going = self._going
            if self._closed or going is None or going.over:
                return
            self._client.cancel()
            if going.slicing:
                return  # it says so itself
            cancelled = self._end(going, Status("cancelled"))
        self._call_back(*cancelled)

    def changed(self) -> None:
        """Note that a live field has changed: the next slice reads it. While none runs it is reported at once."""
        with self._lock:
            going = self._going
            if going is None or going.session is None or going.slicing:
                return
            changes = [change for change in self._read(going)[1] if self._add(going.run, change)]
        self._call_back(*changes)

    def settle(self) -> BaseException | None:
        """Wait until there is something of the newest session, and give back what it raised if it could not begin."""
        if self._closed or self._client.here:
            return None
        with self._rested:
            while (going := self._going) is not None and going.queued and self.history.finished is not going.run:
                self._rested.wait(LOOK_SECONDS)
        try:
            if going is not None and going.over:
                self.wait()
        except Exception as error:  # noqa: BLE001 - an earlier one may stand
            return error
        return None

    def recorded(self) -> list[Sent]:
        """See `Requests.recorded`. What goes on is shown where it stands."""
        recorded = super().recorded()
        states = [sent.message.state for sent in recorded if isinstance(sent.message, Status)]
        if states and states[-1] in {"queued", "running"}:
            last, paused = recorded[-1].encoded.content, Status("paused")
            recorded.append(Sent(paused, encode(paused, last["run"], last["number"] + 1)))
        return recorded

    def close(self) -> None:
        """See `Requests.close`; the session goes, too."""
        if self._beside is not None:
            self._beside.close()
        super().close()
        self._going = None

    def save(self) -> Saved | None:
        """Return the session as it stands between two slices; None where there is none.

        Raises:
            RuntimeError: called from within a slice, which would wait for itself.
        """
        saved: Saved | None = self._between(_saved)
        return saved

    def read(self, of: Callable[[Any], Any]) -> Any:
        """Return what a function makes of the session as it stands between two slices; None where there is none.

        Raises:
            RuntimeError: called from within a slice, which would wait for itself.
        """
        return self._between(lambda going: of(going.session))

    def aside(self, of: Callable[[Any, Callable[[], None]], Message]) -> None:
        """Have something more said of the session as it stands, in a turn of its own; of two that wait the newer one is.

        Args:
            of: makes a message of the session; is given what raises when nobody waits any more, to be called often.
        """
        with self._lock:
            if not self._closed:
                self._beside = self._beside or self._client.beside()
                self._beside.submit(partial(self._say_aside, of))

    def wait(self, timeout: float | None = None) -> None:
        """See `Requests.wait`; waits for what is said aside, too."""
        super().wait(timeout)
        if self._beside is not None and not self._closed:
            self._beside.wait(timeout)

    def _between(self, of: Callable[[_Going], Any]) -> Any:
        if self._client.here:
            raise RuntimeError(
                say("a session can't be saved from within its own slice; call save() from a cell or another thread")
            )
        with self._rested:
            self._savers += 1
            try:
                while self._going is not None and self._going.slicing:
                    self._rested.wait(LOOK_SECONDS)
                going = self._going
                return None if going is None or going.session is None else of(going)
            finally:
                self._savers -= 1
                self._rested.notify_all()

    def _say_aside(self, of: Callable[[Any, Callable[[], None]], Message], job: Job) -> None:
        going = self._going
        if going is None or going.session is None:
            return
        message = of(going.session, job.check)
        job.check()
        self._tell(going.run, message)
        if self._going is going and not going.queued:
            self._show(going, now=True)

    def load(self, saved: Saved) -> None:
        """Begin a session that goes on from there once it is resumed."""
        with self._lock:
            if not self._closed:
                self.ask(saved.request, again=True)
                assert self._going is not None
                self._going.saved, self._going.limit = saved, 0

    # On the worker

    def _task(self, run: Run, request: Any, again: bool) -> Callable[[Job], bool]:
        before = self._going
        if before is not None and not before.over and not before.slicing:
            self._end(before, Status("cancelled"))
        self._going = _Going(run, request, again, self._goal)
        return partial(self._slice, self._going)

    def _slice(self, going: _Going, job: Job) -> bool:
        """Take a session on by one slice, and say whether it wants another."""
        emit = partial(self._emit, going.run, job)
        try:
            self._enter(going, job, emit)
            if going.session is None:
                going.session = self._begun(going, emit)
            going.session.bind(lambda: going.limit, job.check)
            self._go_on(going, emit)
        except Cancelled:
            self._leave(going, Status("cancelled"))
            raise
        except BaseException as error:
            self._leave(going, Status("failed", summary(error), advice(error)))
            raise
        return self._leave(going, None)

    def _enter(self, going: _Going, job: Job, emit: Callable[[Message], None]) -> None:
        with self._rested:
            while self._savers:
                self._rested.wait(LOOK_SECONDS)
            job.check()
            going.slicing = True
        if self.status != "running":
            emit(Status("running"))

    def _begun(self, going: _Going, emit: Callable[[Message], None]) -> LiveSession:
        saved = going.saved
        with self._around(going.again):
            session = self._begin(going.request, emit if saved is None else lambda _: None)
        if saved is not None:
            session.restore(saved.tensors, saved.facts)
            session.updates = saved.updates
            with self._lock:
                going.saved, going.live, going.changes = None, dict(saved.live), saved.changes
            for message in saved.messages:
                emit(message)
        return session

    def _go_on(self, going: _Going, emit: Callable[[Message], None]) -> None:
        with self._lock:
            live, changes = self._read(going)
        for change in changes:
            emit(change)
        if going.updates < going.limit:
            self._advance(going.session, live, emit)

    def _read(self, going: _Going) -> tuple[Any, list[Changed]]:
        """Return the live fields, and what has changed since they were last read."""
        live = self._live()
        values = {each.name: getattr(live, each.name) for each in dataclasses.fields(live)}
        changes = []
        for name, value in values.items():
            if name not in going.live or going.live[name] != value:
                before = going.changed.get(name)
                at = before.at if before is not None and before.update == going.updates else going.changes
                going.changes = max(going.changes, at + 1)
                going.changed[name] = Changed(at, name, json.dumps(value), going.updates)
                changes.append(going.changed[name])
        going.live = values
        return live, changes

    def _leave(self, going: _Going, end: Status | None) -> bool:
        """Keep what there is to show after a slice, and say so if no other follows."""
        if going.session is not None and self._going is going:
            if going.session.halted:
                with self._lock:
                    going.limit = 0
            self._show(going, now=end is not None or going.updates >= going.limit)
        messages: list[Message] = []
        with self._rested:
            going.slicing = False
            if end is None and going.session is not None and going.session.finished:
                end = Status("done")
            if end is not None:
                messages = self._end(going, end)
            elif going.updates >= going.limit:
                going.queued = False
                messages = [each for each in (*self._read(going)[1], Status("paused")) if self._add(going.run, each)]
            self._rested.notify_all()
        self._call_back(*messages)
        return going.queued

    def _show(self, going: _Going, *, now: bool) -> None:
        if now or time.monotonic() - going.kept >= KEPT_SECONDS:
            going.kept = time.monotonic()
            self._finish(going.run)

    def _end(self, going: _Going, end: Status) -> list[Message]:
        """Let the session go, and free its memory; return what the callbacks are to hear of it."""
        going.over, going.queued, going.session, going.saved = True, False, None, None
        return [end] if self._add(going.run, end) else []


def _saved(going: _Going) -> Saved:
    session = going.session
    assert session is not None
    messages = [sent.message for sent in going.run.sent if not isinstance(sent.message, Status)]
    return Saved(going.request, going.live, going.updates, going.changes, session.tensors(), session.facts(), messages)
