"""What a run of the noise explorer is asked and what it says: `frontend/explorers/noise/messages.d.ts` is made from this."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Annotated

from diffexplain.explorers import previews
from diffexplain.explorers.messages import Decoded, Progress
from diffexplain.explorers.noise.request import NoiseRequest  # noqa: TC001
from diffexplain.live.messages import Array, Message, Picture, Quantized, numbers

DRAWN_SIDE = 32


@dataclass(frozen=True, eq=False)
class Curve:
    """A schedule as two numbers a step, x = a*x0 + b*noise."""

    name: Annotated[str, "of the schedule."]
    a: Annotated[Array, "(steps + 1,) share of the picture after each step; entry 0 is the clean picture."]
    b: Annotated[Array, "(steps + 1,) share of the noise."]


@dataclass(frozen=True, eq=False)
class Begin(Message):
    """The picture is there, and the levels are known."""

    request: Annotated[NoiseRequest, "what this run was asked."]
    original: Annotated[Picture, "the picture as it is used, square."]
    x0: Annotated[Array | Quantized, "(C, h, w) the same as numbers: colours from -1 to 1, or latents."]
    curves: Annotated[list[Curve], "the chosen schedule, then those to compare with."]
    frames: Annotated[list[int], "the steps that will be told exactly, the last one among them."]
    preview_matrix: Annotated[
        Array | None, "(C + 1, 3) from latents, a one behind them, to red, green, blue of 0 to 1; null in pixels."
    ]
    model: Annotated[str, "class name of the pipeline whose latents these are; empty in pixels."]
    preview_shape: Annotated[
        tuple[int, int] | None, "(h, w) of x0 and of the noises in a page, of large latents, in 256 levels; null: all of them."
    ]

    def preview(self) -> Begin:
        """Return it with x0 as a page has it."""
        return self if self.preview_shape is None else replace(self, x0=previews.small(numbers(self.x0), self.preview_shape))


@dataclass(frozen=True, eq=False)
class Frame(Message):
    """One picture of the chain, x = a*x0 + b*noise."""

    step: Annotated[int, "1 for the first."]
    noise: Annotated[Array | Quantized, "(C, h, w) all fresh noises so far, gathered into the one that the closed form needs."]
    fresh: Annotated[Array, "(C, h, w) the noise that this one step brought, for drawing: 128 is 0, 1 and 255 are -4 and 4."]
    difference: Annotated[
        Array,
        "(h, w) chain minus closed form where it is largest of the channels; 128 is none, 1 and 255 the largest anywhere.",
    ]
    largest_difference: Annotated[float, "that largest one."]
    preview_shape: Annotated[
        tuple[int, int] | None,
        "as that of `Begin`; `fresh` and `difference`, which are only drawn, have at most `DRAWN_SIDE` a side then.",
    ]

    def preview(self) -> Frame:
        """Return it with its arrays as a page has them."""
        shape = self.preview_shape
        if shape is None:
            return self
        drawn = (min(DRAWN_SIDE, shape[0]), min(DRAWN_SIDE, shape[1]))
        fresh, difference = (previews.sampled(array, drawn) for array in (self.fresh, self.difference))
        return replace(self, noise=previews.small(numbers(self.noise), shape), fresh=fresh, difference=difference)


@dataclass(frozen=True, eq=False)
class End(Message):
    """The end of the chain. What follows only makes the pictures of latents exact."""

    largest_difference: Annotated[float, "between chain and closed form, at any of all steps."]
    precision: Annotated[float, "the smallest difference from 1 that the numbers of the chain can hold."]
    seconds: Annotated[float, "how long the run took."]


MESSAGES: tuple[type[Message], ...] = (Progress, Begin, Frame, End, Decoded)
