"""What a run of the noise explorer is asked and what it says: `frontend/explorers/noise/messages.d.ts` is made from this."""

from __future__ import annotations

from dataclasses import dataclass

from diffexplain.explorers.messages import Decoded, Progress
from diffexplain.explorers.noise.request import NoiseRequest  # noqa: TC001
from diffexplain.live.messages import Array, Message, Picture


@dataclass(frozen=True, eq=False)
class Curve:
    """A schedule as two numbers a step, x = a*x0 + b*noise.

    Attributes:
        name: of the schedule.
        a: (steps + 1,) share of the picture after each step; entry 0 is the clean picture.
        b: (steps + 1,) share of the noise.
    """

    name: str
    a: Array
    b: Array


@dataclass(frozen=True, eq=False)
class Begin(Message):
    """The picture is there, and the levels are known.

    Attributes:
        request: what this run was asked.
        original: the picture as it is used, square.
        x0: (C, h, w) the same as numbers: colours from -1 to 1, or latents.
        curves: the chosen schedule, then those to compare with.
        frames: the steps that will be told exactly, the last one among them.
        preview_matrix: (C + 1, 3) from latents, a one behind them, to red, green, blue of 0 to 1; null in pixels.
        model: class name of the pipeline whose latents these are; empty in pixels.
    """

    request: NoiseRequest
    original: Picture
    x0: Array
    curves: list[Curve]
    frames: list[int]
    preview_matrix: Array | None
    model: str


@dataclass(frozen=True, eq=False)
class Frame(Message):
    """One picture of the chain, x = a*x0 + b*noise.

    Attributes:
        step: 1 for the first.
        noise: (C, h, w) all fresh noises so far, gathered into the one that the closed form needs.
        fresh: (C, h, w) the noise that this one step brought, for drawing: 128 is 0, 1 and 255 are -4 and 4.
        difference: (h, w) chain minus closed form where it is largest of the channels; 128 is none, 1 and 255 the largest anywhere.
        largest_difference: that largest one.
    """

    step: int
    noise: Array
    fresh: Array
    difference: Array
    largest_difference: float


@dataclass(frozen=True, eq=False)
class End(Message):
    """The end of the chain. What follows only makes the pictures of latents exact.

    Attributes:
        largest_difference: between chain and closed form, at any of all steps.
        precision: the smallest difference from 1 that the numbers of the chain can hold.
        seconds: how long the run took.
    """

    largest_difference: float
    precision: float
    seconds: float


MESSAGES: tuple[type[Message], ...] = (Progress, Begin, Frame, End, Decoded)
