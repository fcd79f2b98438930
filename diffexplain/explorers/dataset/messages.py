"""What a data set run is asked and what it says, declared once: `frontend/explorers/dataset/messages.d.ts` is made from this."""

from __future__ import annotations

from dataclasses import dataclass

from diffexplain.explorers.dataset.request import DatasetRequest  # noqa: TC001
from diffexplain.explorers.dataset.sets import DataSet  # noqa: TC001
from diffexplain.explorers.messages import Progress
from diffexplain.live.messages import Array, Message, Picture
from diffexplain.scenes.vocabulary import Unlearned  # noqa: TC001


@dataclass(frozen=True, eq=False)
class Sets(Message):
    """The data sets of the field. They hold for all runs, so they are sent once.

    Attributes:
        sets: from the oldest kind to the newest: written by hand, from photographs, from the web.
    """

    lasting = True

    sets: list[DataSet]


@dataclass(frozen=True, eq=False)
class Begin(Message):
    """A run begins.

    Attributes:
        request: what it was asked.
        own: where the pairs come from; empty for the scene world.
        clip: name of the model.
        bundled: it is the bundled one, which was never shown some things of the scene world.
        temperature: what it multiplies cosines by before a softmax.
        unlearned: words of the caption that the bundled CLIP never learned; empty for another one, of which that is not known.
    """

    request: DatasetRequest
    own: str
    clip: str
    bundled: bool
    temperature: float
    unlearned: list[Unlearned]


@dataclass(frozen=True, eq=False)
class Mine(Message):
    """The reader's own pair.

    Attributes:
        score: cosine of its picture and caption.
        image: JPEG, at most 128 pixels a side.
        read: how many characters of the caption were read; null for all.
    """

    score: float
    image: Picture
    read: int | None


@dataclass(frozen=True, eq=False)
class Batch(Message):
    """Some pairs and their scores.

    Attributes:
        index: of the batch, from 0.
        scores: (n,) cosines of picture and caption, -1 to 1.
        kinds: (n,) uint8, which of right, noisy, detail, mismatched, filler; see `diffexplain.explorers.dataset.pairs.KINDS`.
        chinese: (n,) uint8, 1 where the caption has Chinese letters.
        unseen: (n,) uint8, 1 where the picture shows what the bundled CLIP was never shown.
        captions: of each.
        sheet: the pictures, row by row without gaps.
        columns: of the sheet.
        tile: side of a picture on the sheet, in pixels.
    """

    index: int
    scores: Array
    kinds: Array
    chinese: Array
    unseen: Array
    captions: list[str]
    sheet: Picture
    columns: int
    tile: int


@dataclass(frozen=True, eq=False)
class Scored(Message):
    """All pairs have a score.

    Attributes:
        count: how many there are.
        best: the threshold with the highest F1; null where nothing is right.
    """

    count: int
    best: float | None


@dataclass(frozen=True, eq=False)
class Learning(Message):
    """Two small CLIPs begin to learn: one from all pairs of a little web of its own, one from those that the filter keeps.

    Attributes:
        threshold: the least cosine that is kept.
        counts: how many pairs each learns from.
        wrong: how many of them are wrong.
        updates: how many each will make, of as many pairs.
        held: how many right pairs are held out.
        among: among how many texts, each of another thing, a held-out picture looks for its own: 1 of them by chance.
    """

    threshold: float
    counts: list[int]
    wrong: list[int]
    updates: int
    held: int
    among: int


@dataclass(frozen=True, eq=False)
class Learned(Message):
    """What the two know after some updates.

    Attributes:
        update: how many each has made.
        found: share of the held-out pictures that find their own text, and of the texts that find their picture, in the mean: of the one
            that learns from all, and of the one that learns from what is kept.
    """

    update: int
    found: list[float]


MESSAGES: tuple[type[Message], ...] = (Progress, Sets, Begin, Mine, Batch, Scored, Learning, Learned)
