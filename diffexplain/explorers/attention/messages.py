"""What an attention run is asked and says, declared once: `frontend/explorers/attention/messages.d.ts` is made from this."""

from __future__ import annotations

from dataclasses import dataclass, replace

from diffexplain.core.text import Truncated  # noqa: TC001 the fields are read for the declarations
from diffexplain.explorers import previews
from diffexplain.explorers.attention.request import AttentionRequest  # noqa: TC001
from diffexplain.explorers.messages import Decoded
from diffexplain.explorers.pipeline_messages import LatentBegin, PictureEnd, StepHead
from diffexplain.live.messages import Array, Message, Quantized


@dataclass(frozen=True)
class Word:
    """What the page shows as one thing to look at: a word with all its tokens, a mark, or all the padding.

    Attributes:
        text: as it stands in the prompt; empty for marks, padding and what is not known.
        kind: "word"; "start" or "end": the tokenizer's own marks; "padding": the places behind the end mark; "unknown": places
            of which no tokens are known, such as those of a prompt that the model reads as zeros.
        rows: which maps are its own; their sum is its share.
        pieces: the texts of its tokens, in order; empty for padding and unknown.
        start: where it begins in the prompt, in characters.
        end: where it ends, exclusive.
        places: how many of the denoiser's text places it has.
    """

    text: str
    kind: str
    rows: list[int]
    pieces: list[str]
    start: int
    end: int
    places: int


@dataclass(frozen=True)
class Sentence:
    """What one text encoder read for one half of guidance.

    Attributes:
        half: "cond": the pass with the prompt; "uncond": the one without, or with the negative prompt.
        stream: "text" where there is one encoder; "clip" and "t5" in Stable Diffusion 3; empty where no tokens are known.
        prompt: what was read.
        words: in order, marks among them.
        limit: how many tokens the encoder reads, marks included; 0 where it is unknown.
        truncated: what it does not read.
    """

    half: str
    stream: str
    prompt: str
    words: list[Word]
    limit: int
    truncated: Truncated | None


@dataclass(frozen=True, eq=False)
class Begin(LatentBegin):
    """Comes with the first step, when the scheduler has chosen its timesteps and the text is in tokens.

    Attributes:
        sentences: of the prompt, then, under guidance, of the negative one.
        halves: "cond", and "uncond" where the network is asked without the prompt, too.
        joint: the picture attends to itself in the same softmax: shares on the text don't sum to 1, the rest is the picture's.
        layer_count: how many layers the mean is of.
        grid: (h, w) of the maps of the mean.
        map_steps: the steps that have maps: all, or evenly spread ones of a long run.
    """

    request: AttentionRequest
    sentences: list[Sentence]
    halves: list[str]
    joint: bool
    layer_count: int
    grid: tuple[int, int]
    map_steps: list[int]


@dataclass(frozen=True, eq=False)
class Step(StepHead):
    """One call of the sampler, and how the picture's places divided their attention among the text in it.

    Attributes:
        x0: (C, h, w) predicted original, unpacked, half precision.
        cond: (rows, h, w) shares of 0 to 1, half precision, the mean over layers and heads; null where the step's maps are left out.
        uncond: the same of the other half; null without it too.
        preview_shape: (h, w) of x0 in a page, which only draws it; null: all of it.
        preview_maps: whether a page has the maps before it asks for the step.
    """

    x0: Array | Quantized
    cond: Array | None
    uncond: Array | None
    preview_shape: tuple[int, int] | None
    preview_maps: bool

    def preview(self) -> Step:
        """Return it with a small picture, and of a large model without maps where other steps' are near."""
        small = self if self.preview_shape is None else replace(self, x0=previews.small(self.x0, self.preview_shape))  # type: ignore[arg-type] # an Array until then
        return small if self.preview_maps else replace(small, cond=None, uncond=None)


@dataclass(frozen=True, eq=False)
class End(PictureEnd):
    """The finished picture. What follows only makes the pictures of the way there exact, or takes layers and heads apart."""


@dataclass(frozen=True)
class Layer:
    """An attention layer that reads the text.

    Attributes:
        name: in the network, such as ``down_blocks.1.attentions.0.transformer_blocks.0.attn2``.
        part: "down", "middle", "up" of a U-Net; "joint", "single" or "block" of a transformer; "other".
        number: within its part, from 1.
        heads: how many it has.
        own_grid: (h, w) of its places.
        grid: (h, w) of its maps here: at most 16 on a side, brought there by area.
    """

    name: str
    part: str
    number: int
    heads: int
    own_grid: tuple[int, int]
    grid: tuple[int, int]


@dataclass(frozen=True, eq=False)
class Apart(Message):
    """Layers and heads apart: comes with the first of its steps.

    Attributes:
        layers: in the order in which the network has them.
        steps: the steps that have them: all, or evenly spread ones.
    """

    layers: list[Layer]
    steps: list[int]


@dataclass(frozen=True, eq=False)
class ApartStep(Message):
    """The maps of each layer and head at one step. A map is ``peak / 255`` times its bytes, off by ``peak / 510`` at most.

    Attributes:
        index: of the step.
        cond: bytes of 0 to 255, by layer, head, row, place: (heads, rows, h, w) of the first layer, then the next.
        cond_peaks: (layers*heads*rows) the largest share of each of those maps, float32.
        uncond: the same of the other half; null without it.
        uncond_peaks: likewise.
    """

    index: int
    cond: Array
    cond_peaks: Array
    uncond: Array | None
    uncond_peaks: Array | None


MESSAGES: tuple[type[Message], ...] = (Begin, Step, End, Decoded, Apart, ApartStep)
