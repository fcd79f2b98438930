"""How one explorer stands, seen from outside: what it is about, what it does, how far it is, what it holds and what it looks like."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from diffexplain.explorers import pictures
from diffexplain.explorers.held import held
from diffexplain.explorers.messages import Progress
from diffexplain.explorers.saving import request_of, subject_of
from diffexplain.i18n import speaking
from diffexplain.i18n.words import in_all_languages

if TYPE_CHECKING:
    from collections.abc import Sequence

    from diffexplain.explorers.still import Overview
    from diffexplain.live.messages import Message
    from diffexplain.live.requests import Requests
    from diffexplain.live.run import Run
    from diffexplain.live.status import State

SIDE = 360  # pixels of a thumbnail's longer side


class Living(Protocol):
    """What is known here of an explorer."""

    title: str
    language: str
    model_id: str
    comm: Any
    _module: str | Path
    _runs: Requests | None

    @property
    def status(self) -> State:
        """Where the newest run stands."""

    def overview(self, messages: list[Message]) -> Overview | None:
        """Return a finished run as one picture."""

    def file_of(self, kind: str) -> tuple[str, bytes]:
        """Return a name for a file of the last finished run, and its bytes."""


@dataclass(frozen=True)
class Standing:
    """What can be said of an explorer in a few words.

    Attributes:
        model: id of its widget.
        name: of its kind, such as ``denoise``.
        title: of its kind, by language.
        subject: what the newest run was asked to show, such as its prompt; may be empty.
        state: where the newest run stands.
        progress: how far that run is, 0 to 1; None where it does not say so, or is over.
        bytes: held for what it has shown; see `held`.
        goes_on: whether it is a session, which can be paused.
        finished: whether there is a finished run to look at and to export.
    """

    model: str
    name: str
    title: dict[str, str]
    subject: str
    state: State
    progress: float | None
    bytes: int
    goes_on: bool
    finished: bool


def standing(explorer: Living) -> Standing:
    """Return how an explorer stands."""
    runs = explorer._runs
    assert runs is not None
    history = runs.history
    newest = [] if history.current is None else [sent.message for sent in history.current.sent]
    state = runs.status
    return Standing(
        model=str(explorer.model_id),
        name=Path(explorer._module).stem,
        title=in_all_languages(explorer.title),
        subject=subject_of(request_of(newest)) or str(getattr(explorer, "prompt", "")).strip(),
        state=state,
        progress=progress(newest) if state in {"running", "paused"} else None,
        bytes=held(history.current, history.finished, history.kept, *_kept_beside(explorer)),
        goes_on=hasattr(explorer, "resume"),
        finished=history.finished is not None,
    )


def _kept_beside(explorer: Living) -> list[Any]:
    """What an explorer has beside its runs; what it never asked for is not made."""
    return [vars(explorer).get(name) for name in ("memory", "shelf", "trace")]


def progress(messages: Sequence[Message]) -> float | None:
    """Return how far a run is by what it has said, 0 to 1: by the steps that its beginning has announced, else as its `Progress` says."""
    count = max((getattr(message, "step_count", 0) for message in messages), default=0)
    steps = [int(message.index) for message in messages if message.kind == "step" and hasattr(message, "index")]
    if count and steps:
        return min(1.0, (max(steps) + 1) / count)
    said = [message for message in messages if isinstance(message, Progress) and message.total]
    return min(1.0, said[-1].done / said[-1].total) if said else None


def thumbnail(explorer: Living, run: Run) -> bytes:
    """Return a small picture of a finished run, a JPEG; empty where the explorer makes none."""
    runs = explorer._runs
    assert runs is not None
    with speaking(explorer.language):
        overview = explorer.overview([sent.message for sent in runs.history.sent_of(run)])
    if overview is None:
        return b""
    return pictures.jpeg(overview.picture, SIDE, quality=80).data
