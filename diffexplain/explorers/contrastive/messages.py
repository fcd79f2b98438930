"""What a contrastive session says, declared once: `frontend/explorers/contrastive/messages.d.ts` is made from this."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from diffexplain.explorers.contrastive.request import ContrastiveRequest  # noqa: TC001
from diffexplain.explorers.learning_messages import Diverged
from diffexplain.live.messages import Array, Message, Picture, Quantized


@dataclass(frozen=True, eq=False)
class Begin(Message):
    """Nothing is learned yet. The held-out pairs, each of another thing, stand in the order of their grounds."""

    request: Annotated[ContrastiveRequest, "what was asked."]
    sheet: Annotated[Picture, "the held-out pictures, row by row."]
    columns: Annotated[int, "of the sheet."]
    tile: Annotated[int, "side of one on it in pixels."]
    side: Annotated[int, "of a picture in pixels, as the network sees it."]
    captions: Annotated[list[str], "of the held-out pictures."]
    misses: Annotated[list[str], "the same captions with one word wrong."]
    colours: Annotated[list[str], "the ground of each held-out picture as ``#rrggbb``."]


@dataclass(frozen=True, eq=False)
class Losses(Message):
    """What some updates cost."""

    retain = 1000

    at: Annotated[Array, "which updates, from 0."]
    loss: Annotated[Array, "contrastive loss of the batch that led to each; NaN where it was no number."]
    temperature: Annotated[Array, "before each."]


@dataclass(frozen=True)
class Measures:
    """How well the pairs of a set find each other."""

    loss: Annotated[float, "contrastive; ln N is chance."]
    texts: Annotated[float, "share of the pictures whose own text is the nearest of all."]
    pictures: Annotated[float, "share of the texts whose own picture is the nearest of all."]


@dataclass(frozen=True, eq=False)
class Moment(Message):
    """Where the network stood after some updates."""

    retain = 60

    at: Annotated[int, "which moment, from 0."]
    update: Annotated[int, "how many updates it had made."]
    cosines: Annotated[Quantized, "(N, N) of the held-out pictures, rows, with their texts."]
    temperature: Annotated[float, "what they are multiplied by."]
    held: Annotated[Measures, "measures of the held-out pairs."]
    seen: Annotated[Measures, "of as many pairs that it learns from; fewer where there are fewer."]
    noticed: Annotated[
        float,
        "share of the held-out pictures that are nearer to their caption than to the same with one word wrong; 0.5 is chance.",
    ]
    points: Annotated[Array, "(2N, 2) the first two numbers of the embeddings, pictures then texts."]


@dataclass(frozen=True, eq=False)
class Apart(Message):
    """One update taken apart: some pairs of its batch, in the midst of all."""

    retain = "newest"

    update: Annotated[int, "which, counted from 1."]
    batch: Annotated[int, "how many pairs the update compared."]
    wrong: Annotated[int, "how many wrong captions were among its texts."]
    sheet: Annotated[Picture, "the pictures shown, in one row."]
    tile: Annotated[int, "side of one on it in pixels."]
    captions: Annotated[list[str], "of the pictures shown."]
    temperature: Annotated[float, "what cosines were multiplied by."]
    before: Annotated[Array, "(n, n) cosines before the update."]
    after: Annotated[Array, "after it."]
    by_picture: Annotated[Array, "softmax over all texts of the batch."]
    by_text: Annotated[Array, "softmax over all pictures of the batch."]
    pulls: Annotated[Array, "see `diffexplain.core.similarity.pulls`."]


@dataclass(frozen=True, eq=False)
class Shipped(Message):
    """The far end: what the CLIP that ships, trained for long on many more pictures, makes of the same held-out pairs."""

    cosines: Annotated[Quantized, "(N, N), pictures as rows."]
    temperature: Annotated[float, "its own."]
    held: Annotated[Measures, "its measures."]
    noticed: Annotated[float, "as in `Moment`."]
    name: Annotated[str, "what to call it."]
    width: Annotated[int, "how many numbers its embeddings have."]
    parameters: Annotated[int, "how many numbers were learned."]


MESSAGES: tuple[type[Message], ...] = (Begin, Losses, Moment, Apart, Diverged, Shipped)
