"""What the explorer is asked and what it says, declared once: `messages.d.ts` is made from this."""

from __future__ import annotations

from dataclasses import dataclass

from diffexplain.explorers import checks
from diffexplain.explorers.field import field
from diffexplain.live.messages import Array, Message

CLOUDS = ("moons", "roll", "rings")


def _rate(name: str, value: object) -> float:
    return checks.number(name, value, lambda rate: 1e-6 <= rate <= 0.1, "a number from 0.000001 to 0.1", "0.001 is usual")


@dataclass(frozen=True)
class CloudRequest:
    """What a session begins with."""

    data: str = field("moons", checks.one_of(*CLOUDS), "What the points lie on: moons, roll or rings.")
    points: int = field(500, checks.between(50, 5000), "How many points to learn from, 50 to 5000.")
    width: int = field(64, checks.between(8, 512), "How many units each layer of the network has, 8 to 512.")
    seed: int = field(0, checks.seed, "Decides the points, the weights and all noise, 0 to 2**53 - 1.")


@dataclass(frozen=True)
class CloudLive:
    """What the next slice reads."""

    rate: float = field(2e-3, _rate, "Learning rate of AdamW, 0.000001 to 0.1.")


@dataclass(frozen=True)
class CloudView:
    """What the page answers alone."""

    sheet: int | None = field(
        None, checks.optional(checks.index), "Which sheet of samples is shown, counted from 0; None for the newest."
    )


@dataclass(frozen=True, eq=False)
class Begin(Message):
    """Nothing is learned yet.

    Attributes:
        request: what was asked.
        cloud: (n, 2) the points, each coordinate with mean 0 and variance 1.
        grid: (m, 2) where `Field` says the predicted noise.
    """

    request: CloudRequest
    cloud: Array
    grid: Array


@dataclass(frozen=True, eq=False)
class Losses(Message):
    """What some updates cost.

    Attributes:
        at: which updates, from 0.
        loss: mean square error of the predicted noise in the batch that led to each; 1 is what predicting none costs.
    """

    retain = 2000

    at: Array
    loss: Array


@dataclass(frozen=True, eq=False)
class Sheet(Message):
    """Samples, always from the same noise.

    Attributes:
        at: which sheet, from 0.
        update: how many updates the network had made.
        points: (n, 2)
    """

    retain = 60

    at: int
    update: int
    points: Array


@dataclass(frozen=True, eq=False)
class Field(Message):
    """The noise that the network sees at each position, as it stands.

    Attributes:
        timestep: that it is given.
        noise: (m, 2) at the positions of `Begin.grid`; at a position x the step goes against it.
    """

    retain = "newest"

    timestep: int
    noise: Array


MESSAGES: tuple[type[Message], ...] = (Begin, Losses, Sheet, Field)
