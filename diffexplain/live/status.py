"""The kinds of message that every explorer sends, whatever it explains."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from diffexplain.i18n import Words  # noqa: TC001 - the fields' types are read at run time
from diffexplain.live.messages import Message

State: TypeAlias = Literal["queued", "running", "done", "failed", "cancelled"]


@dataclass(frozen=True, eq=False)
class Status(Message):
    """Where a run stands.

    Attributes:
        state: queued, then running, then one of the other three.
        message: what went wrong, one line; empty unless failed.
        advice: what to do about it, one line; empty where there is nothing to say.
    """

    state: State
    message: Words | str = ""
    advice: Words | str = ""


@dataclass(frozen=True, eq=False)
class Refused(Message):
    """A page set a value that is not allowed; the value before stays. It belongs to no run and is never replayed.

    Attributes:
        field: name of the trait.
        value: what was set, as Python writes it, shortened.
        message: what was wrong, what is allowed and what to do, one line.
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


KINDS: tuple[type[Message], ...] = (Status, Refused, Gone)
