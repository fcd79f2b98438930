"""What a text run is asked and says, declared once: `frontend/explorers/text/messages.d.ts` is made from this."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Self

from diffexplain.core.text import Truncated  # noqa: TC001 - the fields are read for the declarations
from diffexplain.explorers.messages import Progress
from diffexplain.explorers.text.request import TextRequest  # noqa: TC001
from diffexplain.live.messages import Array, Message, Quantized
from diffexplain.scenes.vocabulary import Unlearned  # noqa: TC001

LIGHT = 16_000  # weights of a layer's heads that a page gets at once


@dataclass(frozen=True)
class Piece:
    """A token.

    Attributes:
        text: the characters of the sentence that it covers; empty for marks and padding.
        kind: "start", "word" or "end", see `diffexplain.core.text.Token`; "padding": the first of the places behind the end.
        id: its number in the vocabulary.
        name: what stands in the vocabulary, or the bytes of it in hexadecimal where these are no whole characters.
        whole: whether they are.
        group: number of the word that it belongs to.
        start: where it begins in the sentence, in characters.
        end: where it ends, exclusive.
    """

    text: str
    kind: str
    id: int
    name: str
    whole: bool
    group: int
    start: int
    end: int


@dataclass(frozen=True)
class Encoder:
    """One text encoder of the pipeline, and what it read.

    Attributes:
        name: in the pipeline.
        kind: "CLIP" or "T5".
        parameters: how many it has.
        layers: how many.
        heads: of each layer.
        width: of a token's vector.
        length: how many places it was given, padding among them.
        limit: how many tokens it reads at most, marks included; 0 where it is unknown.
        pooled: width of its one vector for the whole sentence; 0 where it makes none.
        use_layer: the layer that the pipeline hands on to the denoiser, 0 for the embedded tokens; null for none.
        use_normalised: whether that is after the closing normalisation.
        use_pooled: whether the one vector is handed on.
        ahead: the largest weight that any of its heads gives to a later token; 0 where it is causal.
        on_padding: what the words give to all padding together, the mean over layers and heads.
        tokens: those that are shown, in order; fewer than there are of a very long sentence.
        padding: how many places of padding there are.
        truncated: what it does not read.
    """

    name: str
    kind: str
    parameters: int
    layers: int
    heads: int
    width: int
    length: int
    limit: int
    pooled: int
    use_layer: int | None
    use_normalised: bool
    use_pooled: bool
    ahead: float
    on_padding: float
    tokens: list[Piece]
    padding: int
    truncated: Truncated | None


@dataclass(frozen=True, eq=False)
class Begin(Message):
    """The sentence is read.

    Attributes:
        request: what this run was asked.
        model: class name of the pipeline.
        encoders: in their order in the pipeline.
        unlearned: words of all texts that the bundled model never learned; empty for another pipeline, of which that is not known.
    """

    request: TextRequest
    model: str
    encoders: list[Encoder]
    unlearned: list[Unlearned]


@dataclass(frozen=True, eq=False)
class Vectors(Message):
    """The vectors of one encoder, of the tokens that are shown.

    Attributes:
        encoder: which.
        strips: (layers + 1, tokens, numbers) some numbers of each vector, evenly spread, by what is large in the layer: -1 to 1.
        lengths: (layers + 1, tokens)
        cosines: (layers, tokens) of each vector with that of the layer before.
    """

    encoder: int
    strips: Quantized
    lengths: Array
    cosines: Array


@dataclass(frozen=True, eq=False)
class Layer(Message):
    """Who reads whom in one layer: a row for the token that reads, a column for the one that is read.

    Attributes:
        encoder: which.
        layer: from 1 on.
        mean: (tokens, tokens) over all heads.
        rolled: (tokens, tokens) of all layers up to this one together, see `diffexplain.core.text.rollout`.
        heads: (heads, tokens, tokens); null in what a page is sent at first of a large one.
    """

    encoder: int
    layer: int
    mean: Array
    rolled: Array
    heads: Quantized | None

    def preview(self) -> Self:
        """Return it without its heads, where they are many."""
        return self if self.heads is None or self.heads.levels.size <= LIGHT else replace(self, heads=None)


@dataclass(frozen=True, eq=False)
class Compared(Message):
    """Both sentences side by side, in one encoder.

    Attributes:
        encoder: which.
        tokens: of the second sentence.
        first: (pairs,) positions in the first sentence, -1 where it has none, see `diffexplain.core.text.comparison`.
        second: (pairs,) likewise.
        same: (pairs,) 1 where both are one token of the vocabulary.
        apart: (layers + 1, pairs) 1 minus the cosine of both vectors; NaN where one has no partner.
        equal: (layers + 1, pairs) 1 where both are equal to the bit.
        sentences: cosine of the vectors of both whole sentences; null where the encoder makes none.
    """

    encoder: int
    tokens: list[Piece]
    first: Array
    second: Array
    same: Array
    apart: Array
    equal: Array
    sentences: float | None


@dataclass(frozen=True)
class Caption:
    """A caption that was found.

    Attributes:
        text: the caption.
        cosine: with what was looked for, the mean of all captions taken away from both.
    """

    text: str
    cosine: float


@dataclass(frozen=True, eq=False)
class Nearest(Message):
    """The captions that an encoder takes for most alike.

    Attributes:
        encoder: which: the one that speaks for whole sentences.
        count: among so many.
        plain: mean cosine of two of them before their mean is taken away.
        captions: for the sentence, the nearest first.
        other: for the second sentence; empty where there is none.
    """

    encoder: int
    count: int
    plain: float
    captions: list[Caption]
    other: list[Caption]


@dataclass(frozen=True)
class SumTerm:
    """A term of a sum.

    Attributes:
        sign: 1 or -1.
        text: what is added or taken away.
        before: how many of the captions nearest to the first term alone have it in them; of the first term itself, what stays of it.
        after: the same of the captions nearest to the sum.
    """

    sign: int
    text: str
    before: int
    after: int


@dataclass(frozen=True, eq=False)
class Summed(Message):
    """A sum of sentences.

    Attributes:
        terms: in order.
        stays: the pieces of the first term that are not taken away; empty where all of it is.
        before: captions nearest to the first term alone.
        after: captions nearest to the sum.
        count: among so many.
        place: of the nearest that has in it all that stays and is added, and nothing that is taken away: 1 for the nearest of all, where the
            sum has arrived; 0 where there is none.
        first: that caption; null where there is none.
    """

    terms: list[SumTerm]
    stays: list[str]
    before: list[Caption]
    after: list[Caption]
    count: int
    place: int
    first: Caption | None


MESSAGES: tuple[type[Message], ...] = (Progress, Begin, Vectors, Layer, Compared, Nearest, Summed)
