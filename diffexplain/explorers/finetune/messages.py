"""What the explorer says: `messages.d.ts` is made from this."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from diffexplain.explorers.finetune.request import FineTuneRequest  # noqa: TC001 - the fields are read for the declarations
from diffexplain.explorers.learning_messages import Diverged, Losses
from diffexplain.live.messages import Message, Picture


@dataclass(frozen=True, eq=False)
class Begin(Message):
    """Nothing is learned yet."""

    request: Annotated[FineTuneRequest, "what was asked."]
    prompt: Annotated[str, "what is drawn of the new thing."]
    olds: Annotated[list[str], "what is drawn of old things."]
    parameters: Annotated[int, "how many numbers learn."]
    of: Annotated[int, "how many the denoiser has."]
    sheet: Annotated[Picture, "the pictures that it learns from, row by row."]
    columns: Annotated[int, "of the sheet."]
    tile: Annotated[int, "side of a picture on it, in pixels."]
    captions: Annotated[list[str], "of these pictures."]
    shares: Annotated[list[float], "share of noise at each of the fixed levels, the least first."]
    real_new: Annotated[
        float | None, "agreement of held-out pictures of the new thing with each other; null where there are fewer than two."
    ]
    real_old: Annotated[float | None, "the same of old things; null where there are no pictures of them but drawn ones."]
    replayed: Annotated[int, "how many old pictures there are to repeat; 0 where none is repeated."]
    allowed: Annotated[float, "which share of the old agreement may be lost at a moment that is good to stop at."]


@dataclass(frozen=True, eq=False)
class Look(Message):
    """The network looked at from outside: always the same noise, the same prompts, the same pictures."""

    retain = 40

    at: Annotated[int, "which look, from 0."]
    update: Annotated[int, "how many updates had been made."]
    seen: Annotated[list[float], "mean square error at each level, of pictures that it learns from."]
    held: Annotated[list[float], "of pictures of the new thing that it was never shown; empty where there are none."]
    old: Annotated[list[float], "of old pictures that it is not shown again."]
    new_agreement: Annotated[
        list[float], "of each sample of the new thing: mean cosine in CLIP with pictures of it that were held out."
    ]
    old_agreement: Annotated[
        list[float],
        "of each sample of an old thing, with pictures of that thing; where there are none, with what was drawn first.",
    ]
    news: Annotated[list[Picture], "samples of the new thing."]
    olds: Annotated[list[Picture], "samples of old things."]


@dataclass(frozen=True, eq=False)
class Weighed(Message):
    """Samples with more and less of what was learned, always from the same noise."""

    retain = "newest"

    update: Annotated[int, "how many updates had been made."]
    weights: Annotated[list[float], "0 is the model as it was, 1 what it has learned."]
    names: Annotated[list[str], "whose weight: empty for that of this session, else of a LoRA that was loaded."]
    prompts: Annotated[list[str], "what was drawn."]
    pictures: Annotated[list[Picture], "in the order of names, prompts, weights."]


MESSAGES: tuple[type[Message], ...] = (Begin, Losses, Look, Diverged, Weighed)
