"""What a contrastive session says, declared once: `frontend/explorers/contrastive/messages.d.ts` is made from this."""

from __future__ import annotations

from dataclasses import dataclass

from diffexplain.explorers.contrastive.request import ContrastiveRequest  # noqa: TC001
from diffexplain.explorers.learning_messages import Diverged
from diffexplain.live.messages import Array, Message, Picture, Quantized


@dataclass(frozen=True, eq=False)
class Begin(Message):
    """Nothing is learned yet. The held-out pairs, each of another thing, stand in the order of their grounds.

    Attributes:
        request: what was asked.
        sheet: the held-out pictures, row by row.
        columns: of the sheet.
        tile: side of one on it in pixels.
        side: of a picture in pixels, as the network sees it.
        captions: of the held-out pictures.
        misses: the same captions with one word wrong.
        colours: the ground of each held-out picture as ``#rrggbb``.
    """

    request: ContrastiveRequest
    sheet: Picture
    columns: int
    tile: int
    side: int
    captions: list[str]
    misses: list[str]
    colours: list[str]


@dataclass(frozen=True, eq=False)
class Losses(Message):
    """What some updates cost.

    Attributes:
        at: which updates, from 0.
        loss: contrastive loss of the batch that led to each; NaN where it was no number.
        temperature: before each.
    """

    retain = 1000

    at: Array
    loss: Array
    temperature: Array


@dataclass(frozen=True)
class Measures:
    """How well the pairs of a set find each other.

    Attributes:
        loss: contrastive; ln N is chance.
        texts: share of the pictures whose own text is the nearest of all.
        pictures: share of the texts whose own picture is the nearest of all.
    """

    loss: float
    texts: float
    pictures: float


@dataclass(frozen=True, eq=False)
class Moment(Message):
    """Where the network stood after some updates.

    Attributes:
        at: which moment, from 0.
        update: how many updates it had made.
        cosines: (N, N) of the held-out pictures, rows, with their texts.
        temperature: what they are multiplied by.
        held: measures of the held-out pairs.
        seen: of as many pairs that it learns from; fewer where there are fewer.
        noticed: share of the held-out pictures that are nearer to their caption than to the same with one word wrong; 0.5 is chance.
        points: (2N, 2) the first two numbers of the embeddings, pictures then texts.
    """

    retain = 60

    at: int
    update: int
    cosines: Quantized
    temperature: float
    held: Measures
    seen: Measures
    noticed: float
    points: Array


@dataclass(frozen=True, eq=False)
class Apart(Message):
    """One update taken apart: some pairs of its batch, in the midst of all.

    Attributes:
        update: which, counted from 1.
        batch: how many pairs the update compared.
        wrong: how many wrong captions were among its texts.
        sheet: the pictures shown, in one row.
        tile: side of one on it in pixels.
        captions: of the pictures shown.
        temperature: what cosines were multiplied by.
        before: (n, n) cosines before the update.
        after: after it.
        by_picture: softmax over all texts of the batch.
        by_text: softmax over all pictures of the batch.
        pulls: see `diffexplain.core.similarity.pulls`.
    """

    retain = "newest"

    update: int
    batch: int
    wrong: int
    sheet: Picture
    tile: int
    captions: list[str]
    temperature: float
    before: Array
    after: Array
    by_picture: Array
    by_text: Array
    pulls: Array


@dataclass(frozen=True, eq=False)
class Shipped(Message):
    """The far end: what the CLIP that ships, trained for long on many more pictures, makes of the same held-out pairs.

    Attributes:
        cosines: (N, N), pictures as rows.
        temperature: its own.
        held: its measures.
        noticed: as in `Moment`.
        name: what to call it.
        width: how many numbers its embeddings have.
        parameters: how many numbers were learned.
    """

    cosines: Quantized
    temperature: float
    held: Measures
    noticed: float
    name: str
    width: int
    parameters: int


MESSAGES: tuple[type[Message], ...] = (Begin, Losses, Moment, Apart, Diverged, Shipped)
