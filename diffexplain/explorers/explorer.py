"""What all explorers share: a widget whose traits ask for runs, and whose runs are messages.

A subclass says what it is asked (`Request` and `View`: traits, arguments, checks and help come from these declarations), what it
says (`messages`) and what a run does (`run`). How runs are asked for and done is `diffexplain.live.runs`; here they meet the
page.
"""

from __future__ import annotations

import logging
import threading
import uuid
from contextlib import contextmanager
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any, ClassVar

import anywidget
import traitlets

from diffexplain.errors import UnfitPipelineError
from diffexplain.explorers import cells, checks, joined, kernel, outputs, roster
from diffexplain.explorers.fallback import Fallback, invitation
from diffexplain.explorers.field import Declared, Nothing, add_fields, declared
from diffexplain.explorers.remembered import Memory
from diffexplain.explorers.saving import Saving
from diffexplain.explorers.sentence import asking
from diffexplain.explorers.shelf import Shelf
from diffexplain.explorers.still import overview_figure
from diffexplain.i18n import LANGUAGES, Words, current, say, speaking, words_of
from diffexplain.i18n.language import Follower
from diffexplain.live.runs import Runs
from diffexplain.live.status import Refused
from diffexplain.live.worker import Bench

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator
    from pathlib import Path
    from typing import Self

    from diffexplain.live.messages import Encoded, Message
    from diffexplain.live.requests import Requests
    from diffexplain.live.run import Run
    from diffexplain.live.status import State

_log = logging.getLogger(__name__)


def _about_text(explorer: str, fields: Collection[str], text: str) -> Words:
    """Return what to write where a text was given first, which is no pipeline and no list of pictures."""
    if not asking(fields, text):
        return say(
            "{explorer}({text}) is given a text where a pipeline belongs, and it reads none: leave it out; "
            "for a model of that name or folder, diffexplain.load({text}) makes a pipeline of it",
            explorer=explorer,
            text=checks.shown(text),
        )
    asked = "".join(f"{name}={checks.shown(value)}" for name, value in asking(fields, text).items())
    if not asked:
        return say(
            "{explorer}({text}) is given a text where a pipeline belongs, and takes none; diffexplain.load({text}) makes a pipeline of a "
            "model of that name or folder",
            explorer=explorer,
            text=checks.shown(text),
        )
    return say(
        "{explorer}({text}) is given a text where a pipeline or pictures belong. For what to draw or read write {explorer}({asked}); "
        "for a model of that name or folder, diffexplain.load({text}) makes a pipeline of it",
        explorer=explorer,
        text=checks.shown(text),
        asked=asked,
    )


class Explorer(Saving, anywidget.AnyWidget):
    """A live view of a computation. Traits that belong to the request ask for a new run when they change.

    The computation runs on a thread of its own, so that a cell which makes an explorer or changes it returns at once. In a
    script or a notebook that is run as a whole, `wait` for it.

    Attributes:
        Request: frozen dataclass of what a run is asked; see `diffexplain.explorers.field`.
        Live: the same of what may change while a session goes on.
        View: the same of what the page answers alone.
        result: the kind of message after which a run is whole; what follows only refines it. None: whole when it is done.
        title: plain name of the explorer.
        about: what it shows, in one sentence.
        takes_pictures: fields for which a page may send a picture.
    """

    Request: ClassVar[type[Any]] = Nothing
    Live: ClassVar[type[Any]] = Nothing
    View: ClassVar[type[Any]] = Nothing
    _fields: ClassVar[dict[str, Declared]] = {}
    result: ClassVar[type[Message] | None] = None
    title: ClassVar[Words]
    about: ClassVar[Words]
    takes_pictures: ClassVar[frozenset[str]] = frozenset()
    _module: ClassVar[str | Path] = ""

    language = traitlets.Enum(list(LANGUAGES), help="What the page speaks; set_language and the page's switch change it.")
    language.tag(sync=True)
    _controls = traitlets.Dict(help="What the page's controls offer, see `offer`.", read_only=True).tag(sync=True)
    _key = traitlets.Unicode(help="Finds this explorer's still picture in the page.", read_only=True).tag(sync=True)

    _files = traitlets.List(help="The kinds of file that the page offers.", read_only=True).tag(sync=True)

    _first: dict[str, Any] = {}  # noqa: RUF012 - values that were given, in their plain form, while it is being made
    _runs: Requests | None = None  # until the widget is there; __del__ may come before

    def __init_subclass__(cls, **kwargs: Any) -> None:
        if "_module" in cls.__dict__:
            cls._esm = joined.source(cls._module, ".js")
            cls._css = joined.source(cls._module, ".css")
        if not cls.__dict__.keys().isdisjoint({"Request", "Live", "View"}):
            cls._fields = declared(cls.Request, cls.Live, cls.View)
            add_fields(cls, cls._fields)
        super().__init_subclass__(**kwargs)

    def __new__(cls, *given: Any, **named: Any) -> Self:
        """Refuse a sentence, or a model's name, in the place of a pipeline: before a subclass looks into it."""
        first = named.get("pipeline", given[0] if given else None)
        if isinstance(first, str):
            raise UnfitPipelineError(_about_text(cls.__name__, cls._fields, first))
        made: Self = super().__new__(cls, *given, **named)
        return made

    def __init__(self, owner: object = None, **traits: Any) -> None:
        """Open the widget and ask for the first run.

        Args:
            owner: what runs of several explorers may not touch at once, such as the denoiser of a pipeline. None: this one shares nothing.
            traits: first values of fields, and of the widget.

        Raises:
            TypeError: there is no such trait.
            TraitError: a value is not allowed. Nothing has been made then.
        """
        known = self.traits(sync=True)
        unknown = next((name for name in traits if name not in known or name.startswith("_")), None)
        if unknown is not None:
            raise TypeError(f"{type(self).__name__} has no trait {unknown!r}")
        self._first = {}
        for name in self._fields:  # in the order of the declarations: a check may ask for fields before its own
            if name in traits:
                self._first[name] = known[name].validate(self, traits[name])
        self.set_trait("_controls", self.offer())
        self.set_trait("_files", self._kinds_of_file())
        self._lock = threading.RLock()
        self._saving = threading.Lock()
        self._owns_layout = "layout" not in traits
        watched = roster.opened()  # before the widget's comm: a page that hears of that looks for this one
        key = uuid.uuid4().hex
        self._fallback = Fallback(key)
        self.set_trait("_key", key)
        super().__init__(**{"language": current()} | traits | self._first)
        self._follower = Follower(self._speak)
        self._first = {}
        self._runs = self._requests(Bench() if owner is None else owner)
        self.observe(self._ask, names=[name for name, each in self._fields.items() if each.request])
        self.on_msg(self._hear)
        cells.made(self)
        self._ask()
        outputs.made(self)
        if watched is not None:
            watched.add(self)

    # What a subclass says

    @classmethod
    def require_fit(cls, pipeline: Any) -> None:
        """Refuse a pipeline that this explorer can't show, before anything is made.

        Raises:
            DiffexplainError: what making the explorer with this pipeline raises; the message says why.
        """

    def check(self, name: str, value: Any) -> Any:
        """Return the value of a field in its plain form: as it was declared, or as a method ``check_NAME(name, value)`` says.

        Raises:
            ValueError: it is not allowed; one line that says what is.
        """
        own = getattr(self, f"check_{name}", None) or self._fields[name].check
        assert own is not None
        return own(name, value)

    def standing(self, name: str) -> Any:
        """Return the value of a field as it stands, for checks of other fields; while the explorer is being made, what was given."""
        return self._first[name] if name in self._first else getattr(self, name)

    def offer(self) -> dict[str, Any]:
        """Return what the page's controls need beside the traits: choices and limits, fit for JSON."""
        return {}

    def run(self, request: Any, emit: Callable[[Message], None]) -> None:
        """Do what was asked and say so. No widget, no thread and no Jupyter in here; `emit` raises when nobody waits any more.

        Args:
            request: an instance of `Request`.
            emit: takes each message as soon as it is there.
        """
        raise NotImplementedError

    def still(self, messages: list[Message]) -> str:
        """HTML of a finished run for a page without scripts: at most 60 KB, no address outside itself. Empty for none."""
        return overview_figure(self.overview(messages))

    def take_picture(self, field: str, reference: str) -> None:
        """Take a picture that a page has sent: it becomes the value of its field.

        Args:
            field: among `takes_pictures`.
            reference: where the picture is on the shelf.

        Raises:
            ValueError: it is not wanted; one line that says what is.
        """
        self.set_trait(field, reference)

    @cached_property
    def memory(self) -> Memory:
        """What runs have made for later ones: by request and network, see `Memory`."""
        return Memory()

    @cached_property
    def shelf(self) -> Shelf:
        """Pictures from outside, by reference."""
        return Shelf()

    # What a user does

    @property
    def status(self) -> State:
        """Where the newest run stands: queued, running, done, failed or cancelled; a session may be paused, too."""
        return self._runs.status if self._runs is not None else "cancelled"

    @property
    def recorded(self) -> list[Message]:
        """What the last finished run said, in order, its status among it; empty before."""
        history = self._runs.history if self._runs is not None else None
        return [sent.message for sent in history.sent_of(history.finished)] if history is not None and history.finished else []

    def wait(self, timeout: float | None = None) -> Self:
        """Wait until the newest run has finished or was cancelled.

        Args:
            timeout: in seconds; None waits for ever.

        Raises:
            TimeoutError: it has not finished by then; it goes on.
            Exception: what the run raised.
        """
        if self._runs is not None:
            self._runs.wait(timeout)
            self._fallback.repeat()
        return self

    def step_back(self) -> None:
        """Let other explorers of the same pipeline go first, where the newest run has not begun."""
        if self._runs is not None:
            self._runs.step_back()

    def cancel(self) -> None:
        """End the newest run; the last finished one stays. Nothing happens where nothing runs."""
        if self._runs is not None:
            self._runs.cancel()

    def on_message(self, callback: Callable[[Message], None]) -> Callable[[], None]:
        """Call back with each message of each run, on the thread that computes: be quick, and leave widgets alone.

        Returns:
            A function that ends it.
        """
        assert self._runs is not None
        return self._runs.on_message(callback)

    def close(self) -> None:
        """End the run, its thread if no other uses it, and the widget; forget the messages. Closing twice is closing once."""
        if self._runs is not None:
            self._runs.close()
            self._fallback.rest()
        if self.comm is not None and self._owns_layout:
            self.layout.close()  # ipywidgets#2308
        super().close()
        roster.changed()

    def __repr__(self) -> str:
        state = self.status if self._runs is not None and self.comm is not None else "closed"
        return f"<{type(self).__name__} {state}>"

    # From a change to a run

    def _requests(self, owner: object) -> Requests:
        """Return what hears and does what is asked."""
        return Runs(owner, self.run, self._publish, self._keep, self.result, self.memory.run)

    def _ask(self, change: object = None, *, again: bool = False) -> None:  # noqa: ARG002 - traitlets gives it
        with self._lock:
            if self._runs is not None and self.comm is not None:
                request = self.Request(**{name: getattr(self, name) for name, each in self._fields.items() if each.request})
                self._runs.ask(request, again=again)

    def _keep(self, run: Run) -> None:
        self._fallback.follow(partial(self._invitation, run))

    def _still(self, run: Run) -> str:
        try:
            with speaking(self.language):
                return self.still([sent.message for sent in self._runs.history.sent_of(run)]) if self._runs is not None else ""
        except Exception:  # noqa: BLE001 - a missing picture must not cost anybody a run
            _log.exception("the still picture of %r could not be made", self)
            return ""

    def _invitation(self, run: Run) -> str:
        still = self._still(run)
        if not still:
            return ""
        with speaking(self.language):
            return invitation(still, say("A still picture of the last run. Run this cell to explore it live."))

    def _speak(self, language: str) -> None:
        if self.comm is not None:
            self.language = language

    @traitlets.observe("language")
    def _say_again(self, change: object) -> None:  # noqa: ARG002 - traitlets gives it
        finished = self._runs.history.finished if self._runs is not None else None
        if finished is not None:
            self._keep(finished)

    # To and from the page

    @contextmanager
    def hold_trait_notifications(self) -> Iterator[None]:
        """Several changes in this block ask for one run. One thread at a time: traitlets' own is not made for several."""
        with self._lock, super().hold_trait_notifications():
            yield

    def set_state(self, sync_data: dict[str, Any]) -> None:
        """Take what a page has set. A value that isn't allowed is answered with a `Refused` and the true value."""
        known = self.traits(sync=True)
        state = {name: value for name, value in sync_data.items() if name in known and not name.startswith("_")}
        if state.get("language", self.language) not in LANGUAGES:
            del state["language"]
        refused = []
        for name, value in state.items():
            if name in self._fields:
                try:
                    self.check(name, value)
                except ValueError as error:
                    refused.append(Refused(name, checks.shown(value), checks.without_name(words_of(error), name)))
                    state[name] = getattr(self, name)
        super().set_state(state)  # its echo carries the true values
        for message in refused:
            self.send_state(message.field)
            if self._runs is not None:
                self._runs.history.aside(message)

    def _hear(self, widget: object, content: Any, buffers: Any) -> None:  # noqa: ARG002 - ipywidgets gives it
        kind = content.get("kind") if isinstance(content, dict) else None
        if kind == "ready" and self._runs is not None:
            self._runs.history.replay(str(content.get("view", ""))[:40])
        elif kind == "ping":
            self.send({"kind": "pong"})
        elif kind == "cancel":
            self.cancel()
        elif kind == "run":
            self._ask(again=True)
        elif kind == "detail":
            self._hear_detail(content.get("run"), content.get("number"))
        elif kind == "picture":
            self._hear_picture(str(content.get("field", "")), buffers)
        elif kind == "save":
            asked = str(content.get("what", ""))[:10], str(content.get("view", ""))[:40]
            threading.Thread(target=self._save, args=asked, name="diffexplain-save", daemon=True).start()

    def _hear_detail(self, run: object, number: object) -> None:
        if self._runs is not None and isinstance(run, int) and isinstance(number, int):
            self._runs.history.detail(run, number)

    def _hear_picture(self, field: str, buffers: Any) -> None:
        try:
            if field not in self.takes_pictures:
                known = ", ".join(sorted(self.takes_pictures)) or "-"
                raise ValueError(say("{field} takes no picture; these do: {known}", field=checks.shown(field), known=known))
            self.take_picture(field, self.shelf.add(buffers[0] if buffers else b""))
        except ValueError as error:
            if self._runs is not None:
                self._runs.history.aside(Refused(field, say("a picture"), checks.without_name(words_of(error), field)))

    def _publish(self, encoded: Encoded) -> None:
        self.send(encoded.content, encoded.buffers)
        roster.changed()

    def open(self) -> None:
        """Open the comm."""
        super().open()
        kernel.hear_where_addressed(self.comm)

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:
        if self._runs is not None and kernel.shell() is not None:
            outputs.displayed(self)
            finished = self._runs.history.finished
            self._fallback.show(self._invitation(finished) if finished is not None else "")
        return super()._repr_mimebundle_(**kwargs)
