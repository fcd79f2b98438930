"""What the explorer says: `messages.d.ts` is made from this."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from diffexplain.explorers.learning_messages import Diverged, Losses
from diffexplain.explorers.training.request import TrainingRequest  # noqa: TC001 - the fields are read for the declarations
from diffexplain.live.messages import Array, Message, Quantized


@dataclass(frozen=True, eq=False)
class Begin(Message):
    """Nothing is learned yet. A point is a picture of one pixel with two channels."""

    request: Annotated[TrainingRequest, "what was asked."]
    parameters: Annotated[int, "how many numbers the network has."]
    train: Annotated[Array | Quantized, "(n, C, h, w) some of the training set; of points all."]
    a: Annotated[Array, "(T,) share of the picture at each timestep."]
    b: Annotated[Array, "(T,) share of the noise."]
    timesteps: Annotated[list[int], "the fixed noise levels at which the network is looked at, the least noise first."]
    original: Annotated[Array, "(C, h, w) the held-out picture that it is asked about again and again."]
    noise: Annotated[Array, "(C, h, w) the noise in it, at all levels the same."]
    grid: Annotated[Array | None, "(k, 2) positions at which `Probe.field` says the predicted noise; None for pictures."]


@dataclass(frozen=True, eq=False)
class Examples(Message):
    """Some of the batch that led to the newest update, as the network was shown them."""

    retain = "newest"

    update: Annotated[int, "which, from 1."]
    timesteps: Annotated[list[int], "of each."]
    original: Annotated[Quantized, "(n, C, h, w)"]
    noise: Annotated[Quantized, "(n, C, h, w)"]
    said: Annotated[Quantized, "(n, C, h, w) what the network said of the sum, before it was corrected."]
    loss: Annotated[list[float], "mean square error of each."]


@dataclass(frozen=True, eq=False)
class Probe(Message):
    """The network looked at from outside: always the same pictures, the same noise, the same levels."""

    retain = 60

    at: Annotated[int, "which look, from 0."]
    update: Annotated[int, "how many updates had been made."]
    held: Annotated[list[float], "mean square error at each level, of held-out pictures."]
    train: Annotated[list[float], "the same of as many pictures of the training set."]
    noise: Annotated[Quantized, "(L, C, h, w) the noise that it sees in `Begin.original` with `Begin.noise`, at each level."]
    original: Annotated[Quantized, "(L, C, h, w) the picture that it expects there."]
    field: Annotated[Array | None, "(L, k, 2) the noise that it sees at the positions of `Begin.grid`; None for pictures."]


@dataclass(frozen=True, eq=False)
class Sheet(Message):
    """Samples, always from the same noise."""

    retain = 40

    at: Annotated[int, "which sheet, from 0."]
    update: Annotated[int, "how many updates had been made."]
    samples: Annotated[Array | Quantized, "(n, C, h, w)"]
    nearest: Annotated[
        Array | Quantized,
        "(n, C, h, w) the picture of the training set that is nearest to each; empty (0, C, h, w) for points.",
    ]
    distances: Annotated[list[float], "how far that is: root mean square of the differences."]
    held: Annotated[
        float, "the same distance of pictures that were never trained on, in the mean: as far is another picture of the kind."
    ]


MESSAGES: tuple[type[Message], ...] = (Begin, Losses, Examples, Probe, Sheet, Diverged)
