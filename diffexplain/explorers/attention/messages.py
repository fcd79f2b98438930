"""What an attention run is asked and says, declared once: `frontend/explorers/attention/messages.d.ts` is made from this."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Annotated

from diffexplain.core.text import Truncated  # noqa: TC001 the fields are read for the declarations
from diffexplain.explorers import previews
from diffexplain.explorers.attention.request import AttentionRequest  # noqa: TC001
from diffexplain.explorers.messages import Decoded
from diffexplain.explorers.pipeline_messages import LatentBegin, PictureEnd, StepHead
from diffexplain.live.messages import Array, Message, Quantized


@dataclass(frozen=True)
class Word:
    """What the page shows as one thing to look at: a word with all its tokens, a mark, or all the padding."""

    text: Annotated[str, "as it stands in the prompt; empty for marks, padding and what is not known."]
    kind: Annotated[
        str,
        '"word"; "start" or "end": the tokenizer\'s own marks; "padding": the places behind the end mark; "unknown": places of which no tokens are known, such as those of a prompt that the model reads as zeros.',
    ]
    rows: Annotated[list[int], "which maps are its own; their sum is its share."]
    pieces: Annotated[list[str], "the texts of its tokens, in order; empty for padding and unknown."]
    start: Annotated[int, "where it begins in the prompt, in characters."]
    end: Annotated[int, "where it ends, exclusive."]
    places: Annotated[int, "how many of the denoiser's text places it has."]


@dataclass(frozen=True)
class Sentence:
    """What one text encoder read for one half of guidance."""

    half: Annotated[str, '"cond": the pass with the prompt; "uncond": the one without, or with the negative prompt.']
    stream: Annotated[
        str, '"text" where there is one encoder; "clip" and "t5" in Stable Diffusion 3; empty where no tokens are known.'
    ]
    prompt: Annotated[str, "what was read."]
    words: Annotated[list[Word], "in order, marks among them."]
    limit: Annotated[int, "how many tokens the encoder reads, marks included; 0 where it is unknown."]
    truncated: Annotated[Truncated | None, "what it does not read."]


@dataclass(frozen=True, eq=False)
class Begin(LatentBegin):
    """Comes with the first step, when the scheduler has chosen its timesteps and the text is in tokens."""

    request: AttentionRequest
    sentences: Annotated[list[Sentence], "of the prompt, then, under guidance, of the negative one."]
    halves: Annotated[list[str], '"cond", and "uncond" where the network is asked without the prompt, too.']
    joint: Annotated[
        bool, "the picture attends to itself in the same softmax: shares on the text don't sum to 1, the rest is the picture's."
    ]
    layer_count: Annotated[int, "how many layers the mean is of."]
    grid: Annotated[tuple[int, int], "(h, w) of the maps of the mean."]
    map_steps: Annotated[list[int], "the steps that have maps: all, or evenly spread ones of a long run."]


@dataclass(frozen=True, eq=False)
class Step(StepHead):
    """One call of the sampler, and how the picture's places divided their attention among the text in it."""

    x0: Annotated[Array | Quantized, "(C, h, w) predicted original, unpacked, half precision."]
    cond: Annotated[
        Array | None,
        "(rows, h, w) shares of 0 to 1, half precision, the mean over layers and heads; null where the step's maps are left out.",
    ]
    uncond: Annotated[Array | None, "the same of the other half; null without it too."]
    preview_shape: Annotated[tuple[int, int] | None, "(h, w) of x0 in a page, which only draws it; null: all of it."]
    preview_maps: Annotated[bool, "whether a page has the maps before it asks for the step."]

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
    """Layers and heads apart: comes with the first of its steps."""

    layers: Annotated[list[Layer], "in the order in which the network has them."]
    steps: Annotated[list[int], "the steps that have them: all, or evenly spread ones."]


@dataclass(frozen=True, eq=False)
class ApartStep(Message):
    """The maps of each layer and head at one step. A map is ``peak / 255`` times its bytes, off by ``peak / 510`` at most."""

    index: Annotated[int, "of the step."]
    cond: Annotated[
        Array, "bytes of 0 to 255, by layer, head, row, place: (heads, rows, h, w) of the first layer, then the next."
    ]
    cond_peaks: Annotated[Array, "(layers*heads*rows) the largest share of each of those maps, float32."]
    uncond: Annotated[Array | None, "the same of the other half; null without it."]
    uncond_peaks: Annotated[Array | None, "likewise."]


MESSAGES: tuple[type[Message], ...] = (Begin, Step, End, Decoded, Apart, ApartStep)
