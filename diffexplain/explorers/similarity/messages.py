"""What a similarity run is asked and what it says, declared once: `frontend/explorers/similarity/messages.d.ts` is made from this."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal, TypeAlias

from diffexplain.explorers.messages import Progress
from diffexplain.explorers.similarity.request import SimilarityRequest  # noqa: TC001
from diffexplain.live.messages import Array, Message, Picture
from diffexplain.scenes.vocabulary import Unlearned  # noqa: TC001

Way: TypeAlias = Literal["unguided", "guided"]


@dataclass(frozen=True, eq=False)
class Thumbnails(Message):
    """Pictures that a page can't have yet: all but those on the sheet of the gallery. The newest such message has all of them."""

    lasting = True

    references: Annotated[list[str], "of which."]
    pictures: Annotated[list[Picture], "JPEG, at most 96 pixels a side, about 2 KB."]


@dataclass(frozen=True)
class CutText:
    """A text that was not read to its end."""

    text: Annotated[int, "which one."]
    tokens: Annotated[int, "how many it has, both marks included."]
    read: Annotated[int, "how many of them are read."]
    characters: Annotated[int, "how many of its characters are read."]


@dataclass(frozen=True, eq=False)
class Matrix(Message):
    """All pairs. What follows belongs to the sections below it."""

    request: Annotated[SimilarityRequest, "what this run was asked."]
    cosines: Annotated[Array, "(pictures, texts) -1 to 1."]
    temperature: Annotated[float, "what they are multiplied by before a softmax."]
    clip: Annotated[str, "name of the model."]
    width: Annotated[int, "how many numbers an embedding has."]
    cut: Annotated[list[CutText], "the texts that were cut off."]
    unlearned: Annotated[
        list[Unlearned],
        "words of the texts and of the search that the bundled CLIP never learned; empty for another one, of which that is not known.",
    ]


@dataclass(frozen=True, eq=False)
class Found(Message):
    """The pictures of the gallery that are nearest to a text."""

    search: Annotated[str, "the text."]
    references: Annotated[list[str], "the nearest first."]
    cosines: Annotated[Array, "(count,)"]
    all_cosines: Annotated[Array, "(gallery,) of all pictures, from the highest down."]


@dataclass(frozen=True, eq=False)
class Candidate(Message):
    """One picture of the older or the newer way."""

    way: Annotated[Way, "without guidance, to be chosen from; or guided."]
    seed: Annotated[int, "its own."]
    image: Annotated[Picture, "JPEG, at most 128 pixels a side."]
    cosine: Annotated[float, "with the prompt."]


@dataclass(frozen=True, eq=False)
class Spent(Message):
    """Both ways are done, and what they cost."""

    unguided: Annotated[int, "evaluations of the network, counted at the network: calls times rows of the batch."]
    guided: Annotated[int, "the same."]


MESSAGES: tuple[type[Message], ...] = (Progress, Thumbnails, Matrix, Found, Candidate, Spent)
