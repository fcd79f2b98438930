"""What a text run is asked and says, declared once: `frontend/explorers/text/messages.d.ts` is made from this."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Annotated, Self

from diffexplain.core.text import Truncated  # noqa: TC001 - the fields are read for the declarations
from diffexplain.explorers.messages import Progress
from diffexplain.explorers.text.request import TextRequest  # noqa: TC001
from diffexplain.live.messages import Array, Message, Quantized
from diffexplain.scenes.vocabulary import Unlearned  # noqa: TC001

LIGHT = 16_000  # weights of a layer's heads that a page gets at once


@dataclass(frozen=True)
class Piece:
    """A token."""

    text: Annotated[str, "the characters of the sentence that it covers; empty for marks and padding."]
    kind: Annotated[
        str, '"start", "word" or "end", see `diffexplain.core.text.Token`; "padding": the first of the places behind the end.'
    ]
    id: Annotated[int, "its number in the vocabulary."]
    name: Annotated[
        str, "what stands in the vocabulary, or the bytes of it in hexadecimal where these are no whole characters."
    ]
    whole: Annotated[bool, "whether they are."]
    group: Annotated[int, "number of the word that it belongs to."]
    start: Annotated[int, "where it begins in the sentence, in characters."]
    end: Annotated[int, "where it ends, exclusive."]


@dataclass(frozen=True)
class Encoder:
    """One text encoder of the pipeline, and what it read."""

    name: Annotated[str, "in the pipeline."]
    kind: Annotated[str, '"CLIP" or "T5".']
    parameters: Annotated[int, "how many it has."]
    layers: Annotated[int, "how many."]
    heads: Annotated[int, "of each layer."]
    width: Annotated[int, "of a token's vector."]
    length: Annotated[int, "how many places it was given, padding among them."]
    limit: Annotated[int, "how many tokens it reads at most, marks included; 0 where it is unknown."]
    pooled: Annotated[int, "width of its one vector for the whole sentence; 0 where it makes none."]
    use_layer: Annotated[
        int | None, "the layer that the pipeline hands on to the denoiser, 0 for the embedded tokens; null for none."
    ]
    use_normalised: Annotated[bool, "whether that is after the closing normalisation."]
    use_pooled: Annotated[bool, "whether the one vector is handed on."]
    ahead: Annotated[float, "the largest weight that any of its heads gives to a later token; 0 where it is causal."]
    on_padding: Annotated[float, "what the words give to all padding together, the mean over layers and heads."]
    tokens: Annotated[list[Piece], "those that are shown, in order; fewer than there are of a very long sentence."]
    padding: Annotated[int, "how many places of padding there are."]
    truncated: Annotated[Truncated | None, "what it does not read."]


@dataclass(frozen=True, eq=False)
class Begin(Message):
    """The sentence is read."""

    request: Annotated[TextRequest, "what this run was asked."]
    model: Annotated[str, "class name of the pipeline."]
    encoders: Annotated[list[Encoder], "in their order in the pipeline."]
    unlearned: Annotated[
        list[Unlearned],
        "words of all texts that the bundled model never learned; empty for another pipeline, of which that is not known.",
    ]


@dataclass(frozen=True, eq=False)
class Vectors(Message):
    """The vectors of one encoder, of the tokens that are shown."""

    encoder: Annotated[int, "which."]
    strips: Annotated[
        Quantized,
        "(layers + 1, tokens, numbers) some numbers of each vector, evenly spread, by what is large in the layer: -1 to 1.",
    ]
    lengths: Annotated[Array, "(layers + 1, tokens)"]
    cosines: Annotated[Array, "(layers, tokens) of each vector with that of the layer before."]


@dataclass(frozen=True, eq=False)
class Layer(Message):
    """Who reads whom in one layer: a row for the token that reads, a column for the one that is read."""

    encoder: Annotated[int, "which."]
    layer: Annotated[int, "from 1 on."]
    mean: Annotated[Array, "(tokens, tokens) over all heads."]
    rolled: Annotated[Array, "(tokens, tokens) of all layers up to this one together, see `diffexplain.core.text.rollout`."]
    heads: Annotated[Quantized | None, "(heads, tokens, tokens); null in what a page is sent at first of a large one."]

    def preview(self) -> Self:
        """Return it without its heads, where they are many."""
        return self if self.heads is None or self.heads.levels.size <= LIGHT else replace(self, heads=None)


@dataclass(frozen=True, eq=False)
class Compared(Message):
    """Both sentences side by side, in one encoder."""

    encoder: Annotated[int, "which."]
    tokens: Annotated[list[Piece], "of the second sentence."]
    first: Annotated[
        Array, "(pairs,) positions in the first sentence, -1 where it has none, see `diffexplain.core.text.comparison`."
    ]
    second: Annotated[Array, "(pairs,) likewise."]
    same: Annotated[Array, "(pairs,) 1 where both are one token of the vocabulary."]
    apart: Annotated[Array, "(layers + 1, pairs) 1 minus the cosine of both vectors; NaN where one has no partner."]
    equal: Annotated[Array, "(layers + 1, pairs) 1 where both are equal to the bit."]
    sentences: Annotated[float | None, "cosine of the vectors of both whole sentences; null where the encoder makes none."]


@dataclass(frozen=True)
class Caption:
    """A caption that was found."""

    text: Annotated[str, "the caption."]
    cosine: Annotated[float, "with what was looked for, the mean of all captions taken away from both."]


@dataclass(frozen=True, eq=False)
class Nearest(Message):
    """The captions that an encoder takes for most alike."""

    encoder: Annotated[int, "which: the one that speaks for whole sentences."]
    count: Annotated[int, "among so many."]
    plain: Annotated[float, "mean cosine of two of them before their mean is taken away."]
    captions: Annotated[list[Caption], "for the sentence, the nearest first."]
    other: Annotated[list[Caption], "for the second sentence; empty where there is none."]


@dataclass(frozen=True)
class SumTerm:
    """A term of a sum."""

    sign: Annotated[int, "1 or -1."]
    text: Annotated[str, "what is added or taken away."]
    before: Annotated[
        int,
        "how many of the captions nearest to the first term alone have it in them; of the first term itself, what stays of it.",
    ]
    after: Annotated[int, "the same of the captions nearest to the sum."]


@dataclass(frozen=True, eq=False)
class Summed(Message):
    """A sum of sentences."""

    terms: Annotated[list[SumTerm], "in order."]
    stays: Annotated[list[str], "the pieces of the first term that are not taken away; empty where all of it is."]
    before: Annotated[list[Caption], "captions nearest to the first term alone."]
    after: Annotated[list[Caption], "captions nearest to the sum."]
    count: Annotated[int, "among so many."]
    place: Annotated[
        int,
        "of the nearest that has in it all that stays and is added, and nothing that is taken away: 1 for the nearest of all, where the sum has arrived; 0 where there is none.",
    ]
    first: Annotated[Caption | None, "that caption; null where there is none."]


MESSAGES: tuple[type[Message], ...] = (Progress, Begin, Vectors, Layer, Compared, Nearest, Summed)
