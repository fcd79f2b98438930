"""What a data set run is asked and what it says, declared once: `frontend/explorers/dataset/messages.d.ts` is made from this."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from diffexplain.explorers.dataset.request import DatasetRequest  # noqa: TC001
from diffexplain.explorers.dataset.sets import DataSet  # noqa: TC001
from diffexplain.explorers.messages import Progress
from diffexplain.live.messages import Array, Message, Picture
from diffexplain.scenes.vocabulary import Unlearned  # noqa: TC001


@dataclass(frozen=True, eq=False)
class Sets(Message):
    """The data sets of the field. They hold for all runs, so they are sent once."""

    lasting = True

    sets: Annotated[list[DataSet], "from the oldest kind to the newest: written by hand, from photographs, from the web."]


@dataclass(frozen=True, eq=False)
class Begin(Message):
    """A run begins."""

    request: Annotated[DatasetRequest, "what it was asked."]
    own: Annotated[str, "where the pairs come from; empty for the scene world."]
    clip: Annotated[str, "name of the model."]
    bundled: Annotated[bool, "it is the bundled one, which was never shown some things of the scene world."]
    temperature: Annotated[float, "what it multiplies cosines by before a softmax."]
    unlearned: Annotated[
        list[Unlearned],
        "words of the caption that the bundled CLIP never learned; empty for another one, of which that is not known.",
    ]


@dataclass(frozen=True, eq=False)
class Mine(Message):
    """The reader's own pair."""

    score: Annotated[float, "cosine of its picture and caption."]
    image: Annotated[Picture, "JPEG, at most 128 pixels a side."]
    read: Annotated[int | None, "how many characters of the caption were read; null for all."]


@dataclass(frozen=True, eq=False)
class Batch(Message):
    """Some pairs and their scores."""

    index: Annotated[int, "of the batch, from 0."]
    scores: Annotated[Array, "(n,) cosines of picture and caption, -1 to 1."]
    kinds: Annotated[
        Array, "(n,) uint8, which of right, noisy, detail, mismatched, filler; see `diffexplain.explorers.dataset.pairs.KINDS`."
    ]
    chinese: Annotated[Array, "(n,) uint8, 1 where the caption has Chinese letters."]
    unseen: Annotated[Array, "(n,) uint8, 1 where the picture shows what the bundled CLIP was never shown."]
    captions: Annotated[list[str], "of each."]
    sheet: Annotated[Picture, "the pictures, row by row without gaps."]
    columns: Annotated[int, "of the sheet."]
    tile: Annotated[int, "side of a picture on the sheet, in pixels."]


@dataclass(frozen=True, eq=False)
class Scored(Message):
    """All pairs have a score."""

    count: Annotated[int, "how many there are."]
    best: Annotated[float | None, "the threshold with the highest F1; null where nothing is right."]


@dataclass(frozen=True, eq=False)
class Learning(Message):
    """Two small CLIPs begin to learn: one from all pairs of a little web of its own, one from those that the filter keeps."""

    threshold: Annotated[float, "the least cosine that is kept."]
    counts: Annotated[list[int], "how many pairs each learns from."]
    wrong: Annotated[list[int], "how many of them are wrong."]
    updates: Annotated[int, "how many each will make, of as many pairs."]
    held: Annotated[int, "how many right pairs are held out."]
    among: Annotated[
        int, "among how many texts, each of another thing, a held-out picture looks for its own: 1 of them by chance."
    ]


@dataclass(frozen=True, eq=False)
class Learned(Message):
    """What the two know after some updates."""

    update: Annotated[int, "how many each has made."]
    found: Annotated[
        list[float],
        "share of the held-out pictures that find their own text, and of the texts that find their picture, in the mean: of the one that learns from all, and of the one that learns from what is kept.",
    ]


MESSAGES: tuple[type[Message], ...] = (Progress, Sets, Begin, Mine, Batch, Scored, Learning, Learned)
