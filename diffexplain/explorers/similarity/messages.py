"""What a similarity run is asked and what it says, declared once: `frontend/explorers/similarity/messages.d.ts` is made from this."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from diffexplain.explorers.messages import Progress
from diffexplain.explorers.similarity.request import SimilarityRequest  # noqa: TC001
from diffexplain.live.messages import Array, Message, Picture
from diffexplain.scenes.vocabulary import Unlearned  # noqa: TC001

Way: TypeAlias = Literal["unguided", "guided"]


@dataclass(frozen=True, eq=False)
class Thumbnails(Message):
    """Pictures that a page can't have yet: all but those on the sheet of the gallery. The newest such message has all of them.

    Attributes:
        references: of which.
        pictures: JPEG, at most 96 pixels a side, about 2 KB.
    """

    lasting = True

    references: list[str]
    pictures: list[Picture]


@dataclass(frozen=True)
class CutText:
    """A text that was not read to its end.

    Attributes:
        text: which one.
        tokens: how many it has, both marks included.
        read: how many of them are read.
        characters: how many of its characters are read.
    """

    text: int
    tokens: int
    read: int
    characters: int


@dataclass(frozen=True, eq=False)
class Matrix(Message):
    """All pairs. What follows belongs to the sections below it.

    Attributes:
        request: what this run was asked.
        cosines: (pictures, texts) -1 to 1.
        temperature: what they are multiplied by before a softmax.
        clip: name of the model.
        width: how many numbers an embedding has.
        cut: the texts that were cut off.
        unlearned: words of the texts and of the search that the bundled CLIP never learned; empty for another one, of which that is
            not known.
    """

    request: SimilarityRequest
    cosines: Array
    temperature: float
    clip: str
    width: int
    cut: list[CutText]
    unlearned: list[Unlearned]


@dataclass(frozen=True, eq=False)
class Found(Message):
    """The pictures of the gallery that are nearest to a text.

    Attributes:
        search: the text.
        references: the nearest first.
        cosines: (count,)
        all_cosines: (gallery,) of all pictures, from the highest down.
    """

    search: str
    references: list[str]
    cosines: Array
    all_cosines: Array


@dataclass(frozen=True, eq=False)
class Candidate(Message):
    """One picture of the older or the newer way.

    Attributes:
        way: without guidance, to be chosen from; or guided.
        seed: its own.
        image: JPEG, at most 128 pixels a side.
        cosine: with the prompt.
    """

    way: Way
    seed: int
    image: Picture
    cosine: float


@dataclass(frozen=True, eq=False)
class Spent(Message):
    """Both ways are done, and what they cost.

    Attributes:
        unguided: evaluations of the network, counted at the network: calls times rows of the batch.
        guided: the same.
    """

    unguided: int
    guided: int


MESSAGES: tuple[type[Message], ...] = (Progress, Thumbnails, Matrix, Found, Candidate, Spent)
