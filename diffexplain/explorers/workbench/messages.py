"""What a workbench says, declared once: `frontend/explorers/workbench/messages.d.ts` is made from this."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from diffexplain.explorers.workbench.request import CommonRequest  # noqa: TC001 the fields are read for the declarations
from diffexplain.i18n import Words  # noqa: TC001
from diffexplain.live.messages import Message


@dataclass(frozen=True)
class Tile:
    """An explorer that can be opened."""

    name: Annotated[str, "as the registry has it."]
    title: Annotated[Words | str, "of the explorer."]
    about: Annotated[Words | str, "what it shows, in one sentence."]
    question: Annotated[int, "which of the questions it answers, from 0."]
    follows: Annotated[list[str], "fields that it takes from the bar."]
    lacking: Annotated[Words | str, "why it can't be shown; empty where it can."]


@dataclass(frozen=True, eq=False)
class Offered(Message):
    """Which explorers there are."""

    lasting = True

    questions: Annotated[list[Words | str], "the questions that they answer."]
    tiles: Annotated[list[Tile], "all explorers, in the order of the questions."]
    model: Annotated[str, "class name of the pipeline."]


@dataclass(frozen=True, eq=False)
class Asked(Message):
    """What the open explorers are asked."""

    request: Annotated[CommonRequest, "as the bar has it."]


MESSAGES: tuple[type[Message], ...] = (Offered, Asked)
