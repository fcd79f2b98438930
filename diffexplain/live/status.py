"""The kinds of message that every explorer sends, whatever it explains."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from diffexplain.i18n import Words  # noqa: TC001 - the fields' types are read at run time
from diffexplain.live.messages import Array, Message

State: TypeAlias = Literal["queued", "running", "done", "failed", "cancelled", "paused"]


@dataclass(frozen=True, eq=False)
class Status(Message):
    """Where a run stands.

    Attributes:
        state: queued, then running, then done, failed or cancelled. A session may be paused, and is queued again when it goes on.
        message: what went wrong, one line; empty unless failed.
        advice: what to do about it, one line; empty where there is nothing to say.
    """

    retain = "newest"
    newest_of = "state"

    state: State
    message: Words | str = ""
    advice: Words | str = ""


@dataclass(frozen=True, eq=False)
class Refused(Message):
    """A page set a value that is not allowed; the value before stays. It belongs to no run and is never replayed.

    Attributes:
        field: name of the trait.
        value: what was set, as Python writes it, shortened.
        message: what was wrong, what is allowed and what to do, one line; ``{field}`` in it stands for what the page calls the field.
    """

    field: str
    value: str
    message: Words | str


@dataclass(frozen=True, eq=False)
class Gone(Message):
    """A page asked for a message that is not kept any more, as those of older runs. It belongs to no run and is never replayed.

    Attributes:
        of_run: of the message that was asked for.
        of_number: likewise.
    """

    of_run: int
    of_number: int


@dataclass(frozen=True, eq=False)
class Kept(Message):
    """Which run is kept beside the newest one. It belongs to no run, and is said anew when another is kept, and before each replay.

    Attributes:
        of_run: its number; 0 for none.
    """

    of_run: int


@dataclass(frozen=True, eq=False)
class Changed(Message):
    """What a session goes on with from an update on: at its beginning each field of `Explorer.Live`, then each change of one.

    Attributes:
        at: which change, from 0; two changes of a field before the same update are one.
        field: name of the trait.
        value: its new value as JSON.
        update: how many updates were made before.
    """

    retain = 1000

    at: int
    field: str
    value: str
    update: int


@dataclass(frozen=True, eq=False)
class Replaying(Message):
    """All that matters follows once more, for a view that may have come in the middle of a run. It belongs to no run.

    Attributes:
        view: as the view called itself when it asked.
    """

    view: str


@dataclass(frozen=True, eq=False)
class Saved(Message):
    """A file that a view asked for. It belongs to no run and is never replayed.

    Attributes:
        view: as the view called itself when it asked.
        name: of the file; empty where there is none.
        mime: for example ``image/png``.
        content: uint8, the file's bytes.
        message: why there is none, one line; empty where there is one.
    """

    view: str
    name: str
    mime: str
    content: Array
    message: Words | str = ""


KINDS: tuple[type[Message], ...] = (Status, Refused, Kept, Changed, Replaying, Gone, Saved)
