"""What a run of the U-Net explorer is asked and says, declared once: `frontend/explorers/unet/messages.d.ts` is made from this."""

from __future__ import annotations

from dataclasses import dataclass, replace

from diffexplain.explorers import previews
from diffexplain.explorers.messages import Decoded, Progress
from diffexplain.explorers.pipeline_messages import LatentBegin, PictureEnd, StepHead
from diffexplain.explorers.unet.request import UNetRequest  # noqa: TC001 the fields are read for the declarations
from diffexplain.i18n import Words  # noqa: TC001
from diffexplain.live.messages import Array, Message, Picture, Quantized


@dataclass(frozen=True)
class Block:
    """A part of the network; see `diffexplain.core.anatomy.Block`.

    Attributes:
        name: In the network, such as ``down_blocks.1``, or its role.
        label: As people say it.
        role: "down", "middle", "up", "block", "joint", "single", "in", "out", "time", "text" or "other".
        parameters: How many numbers it has learned.
        multiply_adds: For one picture in one pass; null where they can't be counted.
        channels: Of its feature map; 0 where it has none.
        height: Of its feature map.
        width: Of its feature map.
        resnets: How many convolutional layers of two convolutions each.
        transformers: How many transformer layers.
        reads_text: Whether the text comes in here.
        reads_time: Whether the timestep comes in here.
        weakenable: What of it can be weakened: "block", "skip", "backbone", "text".
    """

    name: str
    label: Words | str
    role: str
    parameters: int
    multiply_adds: int | None
    channels: int
    height: int
    width: int
    resnets: int
    transformers: int
    reads_text: bool
    reads_time: bool
    weakenable: list[str]


@dataclass(frozen=True)
class Skip:
    """A skip connection.

    Attributes:
        source: Name of the block that it comes from.
        target: Name of the block that takes it in.
        channels: Of what it brings.
        height: Of what it brings.
        width: Of what it brings.
    """

    source: str
    target: str
    channels: int
    height: int
    width: int


@dataclass(frozen=True, eq=False)
class Begin(LatentBegin):
    """Comes with the first step: what the network is built of, seen in its first call.

    Attributes:
        network: Class name of the network.
        unet: Whether it goes down and up again; else it is a row of transformer blocks.
        blocks: All its parts, which together are the whole.
        skips: Its skip connections.
        guided: Whether it is asked twice a step, with the prompt and without it.
        uncounted: Why sizes or costs could not be had; empty where they could.
        lanes: Names of the blocks that are weakened, one after the other; an empty name is all of them at once.
    """

    request: UNetRequest
    network: str
    unet: bool
    blocks: list[Block]
    skips: list[Skip]
    guided: bool
    uncounted: Words | str
    lanes: list[str]


@dataclass(frozen=True, eq=False)
class Step(StepHead):
    """One call of the sampler.

    Attributes:
        x0: (C, h, w) predicted original, unpacked, half precision.
        preview_shape: (h, w) of x0 in a page, which only draws it; null: all of it.
    """

    x0: Array | Quantized
    preview_shape: tuple[int, int] | None

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
    """The same run from the same noise, with a part of the network weakened.

    Attributes:
        block: Name of the block; empty where all that have the part are weakened at once.
        image: Its picture; null where the network's numbers ran over.
        distance: From the untouched picture: root mean square of all pixels, 0 to 1; null without a picture. 0 is the same to the bit.
        why: Why there is no picture; else empty.
    """

    block: str
    image: Picture | None
    distance: float | None
    why: Words | str


MESSAGES: tuple[type[Message], ...] = (Begin, Step, End, Maps, Decoded, Redrawn, Progress)
