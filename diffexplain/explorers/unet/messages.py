"""What a run of the U-Net explorer is asked and says, declared once: `frontend/explorers/unet/messages.d.ts` is made from this."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Annotated

from diffexplain.explorers import previews
from diffexplain.explorers.messages import Decoded, Progress
from diffexplain.explorers.pipeline_messages import LatentBegin, PictureEnd, StepHead
from diffexplain.explorers.unet.request import UNetRequest  # noqa: TC001 the fields are read for the declarations
from diffexplain.i18n import Words  # noqa: TC001
from diffexplain.live.messages import Array, Message, Picture, Quantized


@dataclass(frozen=True)
class Block:
    """A part of the network; see `diffexplain.core.anatomy.Block`."""

    name: Annotated[str, "In the network, such as ``down_blocks.1``, or its role."]
    label: Annotated[Words | str, "As people say it."]
    role: Annotated[str, '"down", "middle", "up", "block", "joint", "single", "in", "out", "time", "text" or "other".']
    parameters: Annotated[int, "How many numbers it has learned."]
    multiply_adds: Annotated[int | None, "For one picture in one pass; null where they can't be counted."]
    channels: Annotated[int, "Of its feature map; 0 where it has none."]
    height: Annotated[int, "Of its feature map."]
    width: Annotated[int, "Of its feature map."]
    resnets: Annotated[int, "How many convolutional layers of two convolutions each."]
    transformers: Annotated[int, "How many transformer layers."]
    reads_text: Annotated[bool, "Whether the text comes in here."]
    reads_time: Annotated[bool, "Whether the timestep comes in here."]
    weakenable: Annotated[list[str], 'What of it can be weakened: "block", "skip", "backbone", "text".']


@dataclass(frozen=True)
class Skip:
    """A skip connection."""

    source: Annotated[str, "Name of the block that it comes from."]
    target: Annotated[str, "Name of the block that takes it in."]
    channels: Annotated[int, "Of what it brings."]
    height: Annotated[int, "Of what it brings."]
    width: Annotated[int, "Of what it brings."]


@dataclass(frozen=True, eq=False)
class Begin(LatentBegin):
    """Comes with the first step: what the network is built of, seen in its first call."""

    request: UNetRequest
    network: Annotated[str, "Class name of the network."]
    unet: Annotated[bool, "Whether it goes down and up again; else it is a row of transformer blocks."]
    blocks: Annotated[list[Block], "All its parts, which together are the whole."]
    skips: Annotated[list[Skip], "Its skip connections."]
    guided: Annotated[bool, "Whether it is asked twice a step, with the prompt and without it."]
    uncounted: Annotated[Words | str, "Why sizes or costs could not be had; empty where they could."]
    lanes: Annotated[
        list[str], "Names of the blocks that are weakened, one after the other; an empty name is all of them at once."
    ]


@dataclass(frozen=True, eq=False)
class Step(StepHead):
    """One call of the sampler."""

    x0: Annotated[Array | Quantized, "(C, h, w) predicted original, unpacked, half precision."]
    preview_shape: Annotated[tuple[int, int] | None, "(h, w) of x0 in a page, which only draws it; null: all of it."]

    def preview(self) -> Step:
        """Return it with a small picture."""
        if self.preview_shape is None:
            return self
        return replace(self, x0=previews.small(self.x0, self.preview_shape))  # type: ignore[arg-type] # an Array until then


@dataclass(frozen=True, eq=False)
class End(PictureEnd):
    """The finished picture. What follows looks into it: feature maps, and the same run with parts of the network weakened."""


@dataclass(frozen=True, eq=False)
class Maps(Message):
    """The feature maps of one block, of all steps that are shown, in the same colours for all of them.

    Attributes:
        block: Its name.
        steps: Of which steps.
        own_grid: (h, w) of its own maps; here larger ones are means of their places.
        colours: (steps, 3, h, w) bytes: the three leading principal components as red, green and blue.
        shares: (3,) of the variance over all places and steps that each has.
        channels: Which channels are shown alone: those that the prompt changes most, or where it changes none those that vary most.
        levels: (steps, channels, h, w) bytes with the prompt: 128 is the channel's mean over the run, 1 and 255 lie equally far from it.
        changes: The same of the difference that the prompt makes, 128 for none; null without guidance.
        answering: Whether the prompt changes anything here: not where it comes in only later, and not without guidance.
        answers: (channels,) how large that difference is beside what the channel varies, the mean over the steps; null without guidance.
        pulls: (steps,) how much of what the block hands on the prompt changes, 0 to 1 and more; null without guidance.
    """

    block: str
    steps: list[int]
    own_grid: tuple[int, int]
    colours: Array
    shares: Array
    channels: list[int]
    levels: Array
    changes: Array | None
    answering: bool
    answers: Array | None
    pulls: Array | None


@dataclass(frozen=True, eq=False)
class Redrawn(Message):
    """The same run from the same noise, with a part of the network weakened."""

    block: Annotated[str, "Name of the block; empty where all that have the part are weakened at once."]
    image: Annotated[Picture | None, "Its picture; null where the network's numbers ran over."]
    distance: Annotated[
        float | None,
        "From the untouched picture: root mean square of all pixels, 0 to 1; null without a picture. 0 is the same to the bit.",
    ]
    why: Annotated[Words | str, "Why there is no picture; else empty."]


MESSAGES: tuple[type[Message], ...] = (Begin, Step, End, Maps, Decoded, Redrawn, Progress)
