"""All explorers of one pipeline at one bench: what they have in common is asked once, and each is made when somebody looks at it."""

from __future__ import annotations

import dataclasses
import threading
import time
from typing import TYPE_CHECKING, Any

import anywidget
import traitlets

from diffexplain.errors import DiffexplainError
from diffexplain.explorers import checks, kernel, pipelines
from diffexplain.explorers.pipeline_explorer import PipelineExplorer
from diffexplain.explorers.registry import QUESTION, class_of
from diffexplain.explorers.workbench.messages import Asked, Offered, Tile
from diffexplain.explorers.workbench.questions import NAMES, questions
from diffexplain.explorers.workbench.recorded import CLASSES as RECORDED
from diffexplain.explorers.workbench.recorded import OfTrace, lacking_of
from diffexplain.explorers.workbench.request import CommonRequest, WorkbenchView, followed
from diffexplain.i18n import Words, say, words_of
from diffexplain.i18n.words import in_all_languages
from diffexplain.live.status import Refused, Status
from diffexplain.live.worker import Bench

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Self

    from diffexplain.explorers.explorer import Explorer
    from diffexplain.live.exported_run import ExportedRun
    from diffexplain.live.messages import Message
    from diffexplain.live.run import Run

FIRST = "denoise"
STILL_BYTES = 60_000  # of a notebook's output

_reference = anywidget.WidgetTrait().metadata["to_json"]


def _references(explorers: dict[str, Explorer], workbench: Any) -> dict[str, str]:
    return {name: _reference(explorer, workbench) for name, explorer in explorers.items()}


class Workbench(PipelineExplorer):
    """Everything that can be shown of a pipeline, with one prompt, seed, sampler and guidance for all explorers.

    ::

        bench = diffexplain.explore(pipeline, prompt="a fox")
        bench                                   # shows it
        bench.seed = 8                          # all open explorers run again
        bench.opened = ["denoise", "seed"]      # what is not looked at is not made
        bench["seed"].count = 8                 # an open explorer is the explorer itself
        bench.wait().to_html("bench.html")      # all that is open as one page

    Args:
        pipeline: a diffusers text-to-image pipeline, which is never changed; None for the bundled one.

    Raises:
        UnfitPipelineError: it is no text-to-image pipeline; the message says what to take instead.
        UnsupportedSchedulerError: the noise levels of its scheduler can't be read.
        TraitError: a value is not allowed, or an explorer that is to be open can't show this pipeline.
    """

    Request = CommonRequest
    View = WorkbenchView
    title = say("Workbench")
    about = say("All explorers of one pipeline.")
    _module = "workbench"

    opened: list[str]  # as `WorkbenchView` declares it
    _explorers = traitlets.Dict(help="The open explorers, for the page.", read_only=True).tag(sync=True, to_json=_references)
    _differs = traitlets.Dict(help="Of an open explorer, the fields that could not follow the bar.", read_only=True).tag(
        sync=True
    )

    def __init__(self, pipeline: Any = None, **fields: Any) -> None:
        self._given = pipeline
        self._turns = Bench()
        self._lacking: dict[str, Words | str] = {}
        self._offered = False
        self._settling = threading.RLock()
        self._by_page = threading.local()
        super().__init__(pipeline, **fields)
        self._settle()

    # Which explorers there are

    def run(self, request: CommonRequest, emit: Callable[[Message], None]) -> None:
        """Say what is asked, and which explorers there are; the explorers themselves do the work."""
        emit(Asked(request))
        if self._offered:
            return
        tiles = [
            Tile(
                name,
                class_of(name).title,
                class_of(name).about,
                QUESTION[name] - 1,
                list(followed(class_of(name).Request)),
                self.lacking(name),
            )
            for name in NAMES
        ]
        emit(Offered(list(questions()), tiles, self.model_name()))
        self._offered = True

    def lacking(self, name: str) -> Words | str:
        """Say why an explorer can't be opened here; empty where it can. Makes none.

        Args:
            name: as in ``diffexplain.explorers()``.
        """
        if name not in self._lacking:
            self._lacking[name] = self._find_lacking(checks.choice("name", name, NAMES))
        return self._lacking[name]

    def _find_lacking(self, name: str) -> Words | str:
        try:
            class_of(name).require_fit(self.pipeline)
        except DiffexplainError as error:
            return words_of(error)
        return ""

    def offer(self) -> dict[str, Any]:
        """See `Explorer.offer`."""
        return {"negative": pipelines.takes_negative(self.pipeline), "recorded": False} | super().offer()

    def owner(self) -> object:
        """See `PipelineExplorer.owner`: what a workbench says itself waits for no run."""
        return self._turns

    def check_opened(self, field: str, value: Any) -> list[str]:
        """Allow names of explorers that can be shown; None stands for one to begin with."""
        if value is None:
            return self._first_opened()
        if isinstance(value, str) or not isinstance(value, (list, tuple)):
            raise checks.refusal(field, say("a list of explorers"), value, say("for example {example}", example=[FIRST]))
        wanted = {checks.choice(field, name, NAMES) for name in value}
        for name in wanted:
            if self.lacking(name):
                raise ValueError(say("{name} can't be opened here: {reason}", name=name, reason=self.lacking(name)))
        return [name for name in NAMES if name in wanted]

    def _first_opened(self) -> list[str]:
        following = [name for name in (FIRST, *NAMES) if followed(class_of(name).Request)]
        return next(([name] for name in following if not self.lacking(name)), [])

    # Those that are open

    def __getitem__(self, name: str) -> Explorer:
        """Return an explorer that is open.

        Raises:
            KeyError: it is not; the message says which are.
        """
        if name not in self._explorers:
            raise KeyError(
                str(
                    say(
                        "{name} is not open, so there is no such explorer yet; open are {opened}: add it to `opened`",
                        name=checks.shown(name),
                        opened=", ".join(self._explorers) or "-",
                    )
                )
            )
        explorer: Explorer = self._explorers[name]
        return explorer

    def set_state(self, sync_data: dict[str, Any]) -> None:
        """See `Explorer.set_state`. What a page opens is made on a thread of its own: whoever called this must hear more."""
        self._by_page.sets = True
        try:
            super().set_state(sync_data)
        finally:
            self._by_page.sets = False

    @traitlets.observe("opened")
    def _open_and_close(self, change: object) -> None:  # noqa: ARG002 - traitlets gives it
        if self._runs is None:  # it is being made
            return
        if getattr(self._by_page, "sets", False):
            threading.Thread(target=self._settle_for_the_page, name="diffexplain-open", daemon=True).start()
        else:
            self._settle()

    def _settle_for_the_page(self) -> None:
        try:
            self._settle()
        except Exception as error:  # noqa: BLE001 - whoever pressed the button is to read it
            if self._runs is not None:
                self._runs.history.aside(Refused("opened", "", words_of(error)))

    def _settle(self) -> None:
        """Close what is no longer to be open, and make what is.

        Raises:
            Exception: what making an explorer raises; it is not among `opened` then.
        """
        with self._settling:
            for name in [name for name in self._explorers if name not in self.opened]:
                explorer = self._explorers[name]
                self._show({other: each for other, each in self._explorers.items() if other != name})
                explorer.close()
            while self.comm is not None and (missing := [name for name in self.opened if name not in self._explorers]):
                try:
                    explorer = self._made(missing[0])
                except Exception:
                    self.opened = [name for name in self.opened if name != missing[0]]
                    raise
                self._show({name: each for name in NAMES if (each := {**self._explorers, missing[0]: explorer}.get(name))})
                self._pass_on()

    def _show(self, explorers: dict[str, Explorer]) -> None:
        with self._lock:
            self.set_trait("_explorers", explorers)

    def _made(self, name: str) -> Explorer:
        """Make an explorer that is asked what the others are, as far as it allows that."""
        kind = class_of(name)
        fields = {field: getattr(self, field) for field in followed(kind.Request) if _allows(kind, field, getattr(self, field))}
        with kernel.apart():
            explorer = self._make(name, **fields, language=self.language)
        explorer._lock = self._lock  # a change goes from the bar to an explorer and back, each from any thread
        explorer.observe(lambda change: self._take_over(name, change.name), names=list(followed(kind.Request)))
        explorer.on_message(self._keep_still)
        return explorer

    def _make(self, name: str, **fields: Any) -> Explorer:
        return class_of(name)(pipeline=self._given, **fields)

    # What they have in common

    def _ask(self, change: object = None, *, again: bool = False) -> None:
        super()._ask(change, again=again)
        self._pass_on()

    def _pass_on(self) -> None:
        """Ask all open explorers for what the bar says: one request each."""
        differs: dict[str, dict[str, Any]] = {}
        with self._lock:
            for name, explorer in self._explorers.items():
                with explorer.hold_trait_notifications():
                    for field in followed(explorer.Request):
                        try:
                            setattr(explorer, field, getattr(self, field))
                        except traitlets.TraitError as error:
                            differs.setdefault(name, {})[field] = in_all_languages(words_of(error))
            self.set_trait("_differs", differs)

    def _take_over(self, name: str, changed: str) -> None:
        """Ask the others, too, what an explorer was asked by itself."""
        explorer = self._explorers.get(name)
        if explorer is None or self.comm is None:
            return
        with self.hold_trait_notifications():
            for field in followed(explorer.Request):
                if field == changed or field not in self._differs.get(name, {}):
                    setattr(self, field, getattr(explorer, field))

    @traitlets.observe("language")
    def _speak_alike(self, change: object) -> None:  # noqa: ARG002 - traitlets gives it
        for explorer in self._explorers.values():
            explorer.language = self.language

    # What a user does

    def wait(self, timeout: float | None = None) -> Self:
        """Wait until the newest runs of all open explorers have finished or were cancelled; see `Explorer.wait`."""
        deadline = None if timeout is None else time.monotonic() + timeout
        for one in (super(), *self._explorers.values()):
            one.wait(None if deadline is None else max(0.0, deadline - time.monotonic()))
        self._fallback.repeat()
        return self

    def step_back(self) -> None:
        """See `Explorer.step_back`."""
        super().step_back()
        for explorer in self._explorers.values():
            explorer.step_back()

    def cancel(self) -> None:
        """End the newest run of each open explorer; the last finished ones stay."""
        super().cancel()
        for explorer in self._explorers.values():
            explorer.cancel()

    def close(self) -> None:
        """Close all open explorers and the workbench; see `Explorer.close`. Closing twice is closing once."""
        for explorer in self._explorers.values():
            explorer.close()
        super().close()

    def exported_run(self, detail: str = "preview") -> ExportedRun:
        """See `Saving.exported_run`: with the last finished runs of all open explorers."""
        runs = {name: explorer.exported_run(detail) for name, explorer in self._explorers.items()}
        widgets = {_reference(self._explorers[name], self): run for name, run in runs.items()}
        whole = super().exported_run(detail)
        shown = {
            "_explorers": _references(self._explorers, self),
            "_differs": dict(self._differs),
        }
        return dataclasses.replace(whole, traits={**whole.traits, **shown}, widgets=widgets)

    def _keep_still(self, message: Message) -> None:
        """Take a new still picture when an explorer is done."""
        finished = self._runs.history.finished if self._runs is not None else None
        if isinstance(message, Status) and message.state == "done" and finished is not None:
            self._keep(finished)

    def _still(self, run: Run) -> str:  # noqa: ARG002 - of the explorers' own
        """As many of the explorers' pictures as a notebook's output may hold."""
        stills: list[str] = []
        for explorer in list(self._explorers.values()):
            finished = explorer._runs.history.finished if explorer._runs is not None else None
            still = "" if finished is None else explorer._still(finished)
            if sum(map(len, [*stills, still])) < STILL_BYTES:
                stills.append(still)
        return "".join(stills)


class RecordedWorkbench(Workbench, OfTrace):
    """What can be shown of a recorded run without running anything.

    Args:
        pipeline: a recorded run, a `diffexplain.Trace`.
    """

    offer = OfTrace.offer

    def _find_lacking(self, name: str) -> Words | str:
        return lacking_of(name, self.recording)

    def _make(self, name: str, **fields: Any) -> Explorer:
        return RECORDED[name](self.recording, **fields)


def _allows(kind: type[Explorer], field: str, value: Any) -> bool:
    """Return whether an explorer takes a value that the bar allows, as far as its declaration says."""
    check = kind._fields[field].check
    try:
        if check is not None:
            check(field, value)
    except ValueError:
        return False
    return True
