"""What the explorer says: `messages.d.ts` is made from this."""

from __future__ import annotations

from dataclasses import dataclass

from diffexplain.explorers.learning_messages import Diverged, Losses
from diffexplain.explorers.training.request import TrainingRequest  # noqa: TC001 - the fields are read for the declarations
from diffexplain.live.messages import Array, Message, Quantized


@dataclass(frozen=True, eq=False)
class Begin(Message):
    """Nothing is learned yet. A point is a picture of one pixel with two channels.

    Attributes:
        request: what was asked.
        parameters: how many numbers the network has.
        train: (n, C, h, w) some of the training set; of points all.
        a: (T,) share of the picture at each timestep.
        b: (T,) share of the noise.
        timesteps: the fixed noise levels at which the network is looked at, the least noise first.
        original: (C, h, w) the held-out picture that it is asked about again and again.
        noise: (C, h, w) the noise in it, at all levels the same.
        grid: (k, 2) positions at which `Probe.field` says the predicted noise; None for pictures.
    """

    request: TrainingRequest
    parameters: int
    train: Array | Quantized
    a: Array
    b: Array
    timesteps: list[int]
    original: Array
    noise: Array
    grid: Array | None


@dataclass(frozen=True, eq=False)
class Examples(Message):
    """Some of the batch that led to the newest update, as the network was shown them.

    Attributes:
        update: which, from 1.
        timesteps: of each.
        original: (n, C, h, w)
        noise: (n, C, h, w)
        said: (n, C, h, w) what the network said of the sum, before it was corrected.
        loss: mean square error of each.
    """

    retain = "newest"

    update: int
    timesteps: list[int]
    original: Quantized
    noise: Quantized
    said: Quantized
    loss: list[float]


@dataclass(frozen=True, eq=False)
class Probe(Message):
    """The network looked at from outside: always the same pictures, the same noise, the same levels.

    Attributes:
        at: which look, from 0.
        update: how many updates had been made.
        held: mean square error at each level, of held-out pictures.
        train: the same of as many pictures of the training set.
        noise: (L, C, h, w) the noise that it sees in `Begin.original` with `Begin.noise`, at each level.
        original: (L, C, h, w) the picture that it expects there.
        field: (L, k, 2) the noise that it sees at the positions of `Begin.grid`; None for pictures.
    """

    retain = 60

    at: int
    update: int
    held: list[float]
    train: list[float]
    noise: Quantized
    original: Quantized
    field: Array | None


@dataclass(frozen=True, eq=False)
class Sheet(Message):
    """Samples, always from the same noise.

    Attributes:
        at: which sheet, from 0.
        update: how many updates had been made.
        samples: (n, C, h, w)
        nearest: (n, C, h, w) the picture of the training set that is nearest to each; empty (0, C, h, w) for points.
        distances: how far that is: root mean square of the differences.
        held: the same distance of pictures that were never trained on, in the mean: as far is another picture of the kind.
    """

    retain = 40

    at: int
    update: int
    samples: Array | Quantized
    nearest: Array | Quantized
    distances: list[float]
    held: float


MESSAGES: tuple[type[Message], ...] = (Begin, Losses, Examples, Probe, Sheet, Diverged)
