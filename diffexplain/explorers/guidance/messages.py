"""What the guidance explorer is asked and what it says, declared once: `frontend/explorers/guidance/messages.d.ts` is made from this."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Annotated, Literal, TypeAlias

from diffexplain.explorers import previews
from diffexplain.explorers.guidance.request import GuidanceRequest  # noqa: TC001 the fields are read for the declarations
from diffexplain.explorers.pipeline_messages import LatentBegin, PictureEnd, StepHead
from diffexplain.live.messages import Array, Message, Picture, Quantized, numbers

Way: TypeAlias = Literal["plain", "interval", "rescale", "parallel", "schedule", "negative"]
"""A variant: plain guidance; in an interval; rescaled; without the parallel part; by a schedule; with the negative prompt."""


@dataclass(frozen=True, eq=False)
class Begin(LatentBegin):
    """Comes with the first step."""

    request: GuidanceRequest
    measured: Annotated[
        bool,
        "whether a CLIP says how well pictures agree with the text; without, none that knows the pipeline's pictures is at hand.",
    ]


@dataclass(frozen=True, eq=False)
class Step(StepHead):
    """The two halves of a step: what the network expects the picture to be, with the text and without it.

    Both are predicted originals: with x they say the predicted noise, (x - a*original) / b, too, and any mixture is
    uncond + scale * change.
    """

    scale: Annotated[float | None, "that the halves were mixed with, read back; null where it can't be read."]
    plain: Annotated[bool, "whether they were mixed with it and nothing else was done."]
    lengths: Annotated[
        Array,
        "(4,) root mean square of the half without the text, of that with it, of their difference, and of the guided original.",
    ]
    angle: Annotated[float, "between the two halves, in degrees."]
    preview_shape: Annotated[tuple[int, int] | None, "(h, w) of the arrays in a page; (0, 0): none; null: as they are."]
    x: Annotated[Array | Quantized | None, "(C, h, w) the noisy latent that both halves were predicted from."]
    uncond: Annotated[Array | Quantized | None, "(C, h, w) the half without the text."]
    change: Annotated[Array | Quantized | None, "(C, h, w) the half with the text less that without."]
    guided: Annotated[Array | Quantized | None, "(C, h, w) what was made of them; null where uncond + scale * change is that."]

    def preview(self) -> Step:
        """Return it with arrays that are not too large."""
        shape = self.preview_shape
        if shape is None:
            return self
        given = {name: getattr(self, name) for name in ARRAYS}
        few = {
            name: None if value is None or shape == (0, 0) else previews.small(numbers(value), shape)
            for name, value in given.items()
        }
        return dataclasses.replace(self, **few)  # type: ignore[arg-type] # arrays by name


ARRAYS = ("x", "uncond", "change", "guided")


@dataclass(frozen=True, eq=False)
class Decoded(Message):
    """The predicted originals of a step through the VAE's decoder."""

    index: Annotated[int, "of the step."]
    images: Annotated[list[Picture], "without the text, with it, guided; JPEG, at most 256 pixels a side."]
    clipped: Annotated[
        Array, "(3,) share of the red, green and blue values that stand at the end of what a screen can show, 0 or 255."
    ]


@dataclass(frozen=True, eq=False)
class End(PictureEnd):
    """The finished picture of the run. What follows draws others beside it."""

    clipped: Annotated[float, "see `Decoded`."]


@dataclass(frozen=True, eq=False)
class Drawing(Message):
    """How far pictures are that are drawn beside each other."""

    retain = "newest"
    newest_of = "what"

    what: Annotated[Literal["scales", "ways"], "which panel they are for."]
    done: Annotated[int, "steps taken by all of them."]
    total: Annotated[int, "of so many."]
    images: Annotated[
        list[Picture | None],
        "what each expects, through the linear map, PNG, one pixel a latent pixel; null for one that has not begun.",
    ]


@dataclass(frozen=True, eq=False)
class Scales(Message):
    """One noise and one prompt at several scales."""

    pictures: Annotated[list[Picture], "in the order of the request's scales, JPEG."]
    clipped: Annotated[Array, "(k,) see `Decoded`."]
    agreement: Annotated[Array | None, "(k,) cosine of each picture with the prompt in a CLIP's space; null without one."]
    clip: Annotated[str, "its name."]
    enough: Annotated[
        int | None,
        "which picture is the first, by scale, whose agreement has come 95 % of the way from the least to the most; null without agreement.",
    ]


@dataclass(frozen=True, eq=False)
class Ways(Message):
    """Other ways to guide, from the same noise."""

    names: Annotated[list[Way], "which, the first plain guidance."]
    pictures: Annotated[list[Picture], "one each, JPEG."]
    clipped: Annotated[Array, "(k,) see `Decoded`."]
    agreement: Annotated[Array | None, "(k,) see `Scales`."]
    apart: Annotated[Array, "(k,) root mean square difference of each picture to that of plain guidance, 0 to 1."]
    scales: Annotated[Array, "(k, steps) with which scale each step was mixed."]
    lengths: Annotated[Array, "(k, steps) root mean square of the guided predicted originals."]


MESSAGES: tuple[type[Message], ...] = (Begin, Step, Decoded, End, Drawing, Scales, Ways)
