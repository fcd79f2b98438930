"""What a workbench says, declared once: `frontend/explorers/workbench/messages.d.ts` is made from this."""

from __future__ import annotations

from dataclasses import dataclass

from diffexplain.explorers.workbench.request import CommonRequest  # noqa: TC001 the fields are read for the declarations
from diffexplain.i18n import Words  # noqa: TC001
from diffexplain.live.messages import Message


@dataclass(frozen=True)
class Tile:
    """An explorer that can be opened.

    Attributes:
        name: as the registry has it.
        title: of the explorer.
        about: what it shows, in one sentence.
        question: which of the questions it answers, from 0.
        follows: fields that it takes from the bar.
        lacking: why it can't be shown; empty where it can.
    """

    name: str
    title: Words | str
    about: Words | str
    question: int
    follows: list[str]
    lacking: Words | str


@dataclass(frozen=True, eq=False)
class Offered(Message):
    """Which explorers there are.

    Attributes:
        questions: the questions that they answer.
        tiles: all explorers, in the order of the questions.
        model: class name of the pipeline.
    """

    lasting = True

    questions: list[Words | str]
    tiles: list[Tile]
    model: str


@dataclass(frozen=True, eq=False)
class Asked(Message):
    """What the open explorers are asked.

    Attributes:
        request: as the bar has it.
    """

    request: CommonRequest


MESSAGES: tuple[type[Message], ...] = (Offered, Asked)
