"""What all explorers share: a widget whose traits ask for runs, and whose runs are messages.

A subclass says what it is asked (`Request` and traits of the same names), what it says (`messages`), which values are allowed
(`check`) and what a run does (`run`). Mailbox and thread, numbering, replay, errors, export and the still picture are here.
"""

from __future__ import annotations

import dataclasses
import logging
import threading
import uuid
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar

import anywidget
import traitlets

from diffexplain.explorers import cells, checks, kernel, static
from diffexplain.explorers.advice import advice, summary
from diffexplain.explorers.fallback import Fallback
from diffexplain.explorers.field import Field
from diffexplain.live.history import History, Run
from diffexplain.live.job import Cancelled, Job
from diffexplain.live.recording import Recording
from diffexplain.live.status import Refused, State, Status
from diffexplain.live.worker import Client, Worker

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from os import PathLike
    from pathlib import Path
    from typing import Self

    from diffexplain.live.messages import Encoded, Message

_log = logging.getLogger(__name__)


class Explorer(anywidget.AnyWidget):
    """A live view of a computation. Traits that belong to the request ask for a new run when they change.

    The computation runs on a thread of its own, so that a cell which makes an explorer or changes it returns at once. In a
    script or a notebook that is run as a whole, `wait` for it.

    Attributes:
        Request: frozen dataclass of what a run is asked; each field is a trait of the same name.
        messages: what a run says, beside its status.
        result: the kind of message after which a run is whole; what follows only refines it. None: whole when it is done.
        title: plain name of the explorer.
    """

    Request: ClassVar[type[Any]]
    messages: ClassVar[tuple[type[Message], ...]] = ()
    result: ClassVar[type[Message] | None] = None
    title: ClassVar[str] = "Explorer"
    _module: ClassVar[str] = ""

    _key = traitlets.Unicode(help="Finds this explorer's still picture in the page.", read_only=True).tag(sync=True)

    _client: Client | None = None  # until the widget is there; __del__ may come before
    _asked: Any = None

    def __init_subclass__(cls, **kwargs: Any) -> None:
        if "_module" in cls.__dict__:
            cls._esm = static.source(f"{cls._module}.js")
            cls._css = static.source(f"{cls._module}.css")
        super().__init_subclass__(**kwargs)

    def __init__(self, owner: object, **traits: Any) -> None:
        """Opens the widget and asks for the first run.

        Args:
            owner: what runs of several explorers may not touch at once, such as the denoiser of a pipeline.
            traits: first values.

        Raises:
            TypeError: there is no such trait.
            TraitError: a value is not allowed. Nothing has been made then.
        """
        known = self.traits(sync=True)
        for name, value in traits.items():
            if name not in known or name.startswith("_"):
                raise TypeError(f"{type(self).__name__} has no trait {name!r}")
            if isinstance(known[name], Field):
                known[name]._validate(self, value)
        self._lock = threading.RLock()
        self._history = History(self._publish)
        self._callbacks: list[Callable[[Message], None]] = []
        self._owns_layout = "layout" not in traits
        key = uuid.uuid4().hex
        self._fallback = Fallback(key)
        self.set_trait("_key", key)
        super().__init__(**traits)
        self._client = Worker.of(owner).client()
        self.observe(self._ask, names=list(self._request_fields()))
        self.on_msg(self._hear)
        cells.made(self)
        self._ask()

    # What a subclass says

    def check(self, name: str, value: Any) -> Any:
        """The value of a field in its plain form.

        Raises:
            ValueError: it is not allowed; one line that says what is.
        """
        raise NotImplementedError

    def run(self, request: Any, emit: Callable[[Message], None]) -> None:
        """Does what was asked and says so. No widget, no thread and no Jupyter in here; `emit` raises when nobody waits any more.

        Args:
            request: an instance of `Request`.
            emit: takes each message as soon as it is there.
        """
        raise NotImplementedError

    def still(self, messages: list[Message]) -> str:  # noqa: ARG002 - for subclasses
        """HTML of a finished run for a page without scripts: at most 60 KB, no address outside itself. Empty for none."""
        return ""

    # What a user does

    @property
    def status(self) -> State:
        """Where the newest run stands: queued, running, done, failed or cancelled."""
        return self._status().state

    @property
    def recorded(self) -> list[Message]:
        """What the last finished run said, in order, its status among it; empty before."""
        finished = self._history.finished
        return [sent.message for sent in finished.sent] if finished is not None else []

    def wait(self, timeout: float | None = None) -> Self:
        """Returns when the newest run has finished or was cancelled.

        Args:
            timeout: in seconds; None waits for ever.

        Raises:
            TimeoutError: it has not finished by then; it goes on.
            Exception: what the run raised.
        """
        if self._client is not None:
            self._client.wait(timeout)
            self._fallback.repeat()
        return self

    def cancel(self) -> None:
        """Ends the newest run; the last finished one stays. Nothing happens where nothing runs."""
        if self._client is None:
            return
        with self._lock:
            run = self._history.current
            if self._client.cancel() is not None and run is not None:
                self._history.add(run, Status("cancelled"))

    def on_message(self, callback: Callable[[Message], None]) -> Callable[[], None]:
        """Calls back with each message of each run, on the thread that computes: be quick, and leave widgets alone.

        Returns:
            A function that ends it.
        """
        self._callbacks = [*self._callbacks, callback]

        def stop() -> None:
            self._callbacks = [kept for kept in self._callbacks if kept is not callback]

        return stop

    def recording(self) -> Recording:
        """The last finished run by itself; what still runs is waited for.

        Raises:
            RuntimeError: no run has finished.
        """
        failure = self._settle()
        finished = self._history.finished
        if finished is None:
            raise RuntimeError(
                f"{self!r} has no finished run to show; see `status`, change what it is asked and wait for it"
            ) from failure
        messages = [sent.message for sent in finished.sent]
        request = next((dataclasses.asdict(message.request) for message in messages if hasattr(message, "request")), {})
        own = {name for name, trait in self.traits(sync=True).items() if isinstance(trait, Field)} | self._constants()
        traits = {name: getattr(self, name) for name in sorted(own)} | request
        title = " · ".join(part for part in (str(request.get("prompt", "")).strip()[:80], self.title) if part)
        return Recording(self._module, title, traits, [sent.encoded for sent in finished.sent], self._still(finished))

    def to_html(self, path: str | PathLike[str]) -> Path:
        """Writes the last finished run as one page that needs no kernel and no network; what still runs is waited for.

        Args:
            path: file to write; an existing one is replaced.

        Returns:
            The file's path.

        Raises:
            RuntimeError: no run has finished.
            OSError: the file can't be written.
        """
        from diffexplain.export import to_html

        return to_html(self, path)

    def close(self) -> None:
        """Ends the run, the thread if nobody else uses it, and the widget, and forgets all messages. Closing twice is closing once."""
        if self._client is not None:
            self._client.close()
            self._history.drop()
            self._callbacks = []
        if self.comm is not None and self._owns_layout:
            self.layout.close()  # ipywidgets#2308
        super().close()

    def __repr__(self) -> str:
        state = self.status if self._client is not None and self.comm is not None else "closed"
        return f"<{type(self).__name__} {state}>"

    # From a change to a run

    @classmethod
    def _request_fields(cls) -> tuple[str, ...]:
        return tuple(field.name for field in dataclasses.fields(cls.Request))

    def _ask(self, change: object = None, *, again: bool = False) -> None:  # noqa: ARG002 - traitlets gives it
        with self._lock:
            if self._client is None or self.comm is None:
                return
            request = self.Request(**{name: getattr(self, name) for name in self._request_fields()})
            if request == self._asked and not again:
                return  # of several changes that were held back, the first has asked for all
            self._asked = request
            run = self._history.begin()
            self._history.add(run, Status("queued"))
            self._client.submit(partial(self._work, run, request))

    def _work(self, run: Run, request: Any, job: Job) -> None:
        emit = partial(self._emit, run, job)
        try:
            emit(Status("running"))
            self.run(request, emit)
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
        if not self._history.add(run, message):
            if self._history.finished is run:
                run.keep(message)
            return
        for callback in self._callbacks:
            try:
                callback(message)
            except Exception:  # noqa: BLE001 - it is somebody else's code
                _log.exception("a callback of %r failed; the run goes on", self)

    def _end(self, run: Run, *, finished: bool) -> bool:
        """Keeps the run if it is whole, and says whether it is."""
        whole = finished or (self.result is not None and run.said(self.result))
        if whole and self.comm is not None:
            self._history.finish(run)
            if self._fallback.shown:
                self._fallback.update(self._still(run))
        return whole

    def _still(self, run: Run) -> str:
        try:
            return self.still([sent.message for sent in run.sent])
        except Exception:  # noqa: BLE001 - a missing picture must not cost anybody a run
            _log.exception("the still picture of %r could not be made", self)
            return ""

    def _status(self) -> Status:
        run = self._history.current
        said = reversed(run.sent if run is not None else [])
        return next((sent.message for sent in said if isinstance(sent.message, Status)), Status("cancelled"))

    def _settle(self) -> BaseException | None:
        if self._client is None or self._client.here:
            return None
        try:
            self.wait()
        except Exception as error:  # noqa: BLE001 - an earlier run may have finished
            return error
        return None

    # To and from the page

    @contextmanager
    def hold_trait_notifications(self) -> Iterator[None]:
        """Several changes in this block ask for one run. One thread at a time: traitlets' own is not made for several."""
        with self._lock, super().hold_trait_notifications():
            yield

    def set_state(self, sync_data: dict[str, Any]) -> None:
        """Takes what a page has set. A value that isn't allowed is answered with a `Refused` and the true value."""
        known = self.traits(sync=True)
        state = {name: value for name, value in sync_data.items() if name in known and not name.startswith("_")}
        refused = []
        for name, value in state.items():
            if isinstance(known[name], Field):
                try:
                    self.check(name, value)
                except ValueError as error:
                    refused.append(Refused(name, checks.shown(value), str(error)))
                    state[name] = getattr(self, name)
        super().set_state(state)  # its echo carries the true values
        for message in refused:
            self.send_state(message.field)
            self._history.aside(message)

    def _hear(self, widget: object, content: Any, buffers: object) -> None:  # noqa: ARG002 - ipywidgets gives them
        kind = content.get("kind") if isinstance(content, dict) else None
        if kind == "ready":
            self._history.replay()
        elif kind == "cancel":
            self.cancel()
        elif kind == "run":
            self._ask(again=True)

    def _publish(self, encoded: Encoded) -> None:
        self.send(encoded.content, encoded.buffers)

    def open(self) -> None:
        """Opens the comm."""
        super().open()
        kernel.hear_where_addressed(self.comm)

    def _send(self, msg: dict[str, Any], buffers: Any = None) -> None:
        super()._send(msg, buffers)
        if self.comm is not None:
            kernel.hear_where_addressed(self.comm)

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:
        self._fallback.show()
        return super()._repr_mimebundle_(**kwargs)

    def _constants(self) -> set[str]:
        """Names of traits that only a page reads."""
        return {"_key"}
