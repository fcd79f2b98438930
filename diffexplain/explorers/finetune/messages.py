"""What the explorer says: `messages.d.ts` is made from this."""

from __future__ import annotations

from dataclasses import dataclass

from diffexplain.explorers.finetune.request import FineTuneRequest  # noqa: TC001 - the fields are read for the declarations
from diffexplain.explorers.learning_messages import Diverged, Losses
from diffexplain.live.messages import Message, Picture


@dataclass(frozen=True, eq=False)
class Begin(Message):
    """Nothing is learned yet.

    Attributes:
        request: what was asked.
        prompt: what is drawn of the new thing.
        olds: what is drawn of old things.
        parameters: how many numbers learn.
        of: how many the denoiser has.
        sheet: the pictures that it learns from, row by row.
        columns: of the sheet.
        tile: side of a picture on it, in pixels.
        captions: of these pictures.
        shares: share of noise at each of the fixed levels, the least first.
        real_new: agreement of held-out pictures of the new thing with each other; null where there are fewer than two.
        real_old: the same of old things; null where there are no pictures of them but drawn ones.
        replayed: how many old pictures there are to repeat; 0 where none is repeated.
        allowed: which share of the old agreement may be lost at a moment that is good to stop at.
    """

    request: FineTuneRequest
    prompt: str
    olds: list[str]
    parameters: int
    of: int
    sheet: Picture
    columns: int
    tile: int
    captions: list[str]
    shares: list[float]
    real_new: float | None
    real_old: float | None
    replayed: int
    allowed: float


@dataclass(frozen=True, eq=False)
class Look(Message):
    """The network looked at from outside: always the same noise, the same prompts, the same pictures.

    Attributes:
        at: which look, from 0.
        update: how many updates had been made.
        seen: mean square error at each level, of pictures that it learns from.
        held: of pictures of the new thing that it was never shown; empty where there are none.
        old: of old pictures that it is not shown again.
        new_agreement: of each sample of the new thing: mean cosine in CLIP with pictures of it that were held out.
        old_agreement: of each sample of an old thing, with pictures of that thing; where there are none, with what was drawn first.
        news: samples of the new thing.
        olds: samples of old things.
    """

    retain = 40

    at: int
    update: int
    seen: list[float]
    held: list[float]
    old: list[float]
    new_agreement: list[float]
    old_agreement: list[float]
    news: list[Picture]
    olds: list[Picture]


@dataclass(frozen=True, eq=False)
class Weighed(Message):
    """Samples with more and less of what was learned, always from the same noise.

    Attributes:
        update: how many updates had been made.
        weights: 0 is the model as it was, 1 what it has learned.
        names: whose weight: empty for that of this session, else of a LoRA that was loaded.
        prompts: what was drawn.
        pictures: in the order of names, prompts, weights.
    """

    retain = "newest"

    update: int
    weights: list[float]
    names: list[str]
    prompts: list[str]
    pictures: list[Picture]


MESSAGES: tuple[type[Message], ...] = (Begin, Losses, Look, Diverged, Weighed)
