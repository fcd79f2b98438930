"""What is kept of one step's attention, and the ways to ask for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import torch
from torch.utils._pytree import tree_map_only

from diffexplain.core.attention.options import SIDE, Direction, is_part
from diffexplain.core.attention.shares import capped, resized
from diffexplain.core.numerals import whole_number
from diffexplain.errors import AttentionError
from diffexplain.i18n import say

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import numpy as np

    from diffexplain.core.guidance import Half
    from diffexplain.core.text.streams import Text


@dataclass(frozen=True, eq=False)
class StepAttention:
    """The attention of one step, ``token x height x width``.

    ::

        attention = trace.steps[3].attention
        attention.shape                                  # (tokens, height, width)
        attention[5]                                     # the map of token 5; 0 is CLIP's start token
        attention.word("apple")                          # height x width: all tokens of the word together
        attention.word("blurry", half="uncond")          # of the negative prompt
        attention.maps(layer="mid_block", head=2)        # where all was kept: record(pipe, attention=Attention(full=True))

    Taken by itself (as an array, by index, by its shape) it is the first picture's, with the prompt, as the mean over all layers
    and heads. Direction ``picture_to_text``: at each position the maps of all tokens sum to 1 in cross-attention; in joint
    attention to the share that falls on the text, the picture has the rest. ``text_to_picture``: each token's map sums to the share
    that falls on the picture.

    Attributes:
        kept: For each half of guidance and each layer: (pictures, heads, tokens, height, width), half precision, on the CPU. Of
            a compact record one entry, ``""``, with one head: the mean. ``"uncond"`` is there if the run has that half.
        layers: Names of the layers that are in it.
        heads: Numbers of the heads that are in it, where they were kept apart; None for all of them.
        full: Whether layers and heads were kept apart.
        direction: As in `diffexplain.Attention`.
        texts: For each half and picture, what its tokens are; None where the prompt was given as embeddings.
    """

    kept: Mapping[Half, Mapping[str, torch.Tensor]]
    layers: tuple[str, ...]
    heads: tuple[int, ...] | None
    full: bool
    direction: Direction
    texts: Mapping[Half, tuple[Text | None, ...]]

    def maps(
        self,
        *,
        half: Half = "cond",
        picture: int = 0,
        layer: str | None = None,
        head: int | None = None,
        size: tuple[int, int] | None = None,
    ) -> torch.Tensor:
        """Return maps of all tokens: (tokens, height, width), float32.

        Args:
            half: ``"cond"``: the pass with the prompt. ``"uncond"``: the one without, or with the negative prompt.
            picture: Which picture of a batch, from 0.
            layer: A layer's name, or a whole part of names ("mid_block", "up_blocks.1"): the mean over those that have it. None: over all.
            head: Number of a head. None: the mean over all.
            size: ``(height, width)`` to bring them to, by area. None: a single layer's own size; of several the largest's, at
                most 32 x 32.

        Raises:
            AttentionError: For what the run doesn't have, or what was not kept.
        """
        entries = self._entries(half, layer)
        row = _position("picture", picture, self.pictures)
        column = None if head is None else self._column(head)
        chosen = [entry[row].float() for entry in entries]  # (heads, tokens, height, width) each
        chosen = [entry.mean(0) if column is None else entry[column] for entry in chosen]
        if size is None:
            grids = [(int(entry.shape[-2]), int(entry.shape[-1])) for entry in chosen]
            largest = max(grids, key=lambda each: each[0] * each[1])
            size = largest if len(chosen) == 1 else capped(largest, SIDE)
        return torch.stack([resized(entry, size) for entry in chosen]).mean(0)

    def word(
        self, words: str, *, occurrence: int | None = None, stream: str | None = None, half: Half = "cond", **which: Any
    ) -> torch.Tensor:
        """Return the map of a word, or of several in a row ("red apple"): (height, width), float32.

        It is the sum over their tokens, so a position's value is the share of its attention that the words get. (In the
        direction ``text_to_picture`` it is the mean: each token divides attention of its own.)

        Args:
            words: As they stand in the prompt; upper and lower case are one.
            occurrence: Which one, from 0, where they stand several times; None for all together.
            stream: ``"clip"`` or ``"t5"`` in Stable Diffusion 3; None for both.
            half: ``"uncond"`` looks in the negative prompt.
            **which: ``picture``, ``layer``, ``head``, ``size``, as in `maps`.

        Raises:
            AttentionError: Where the prompt has no such word, or the encoder never read it; and as in `maps`.
        """
        maps = self.maps(half=half, **which)[list(self.places(words, occurrence, stream, half, which.get("picture", 0)))]
        return maps.sum(0) if self.direction == "picture_to_text" else maps.mean(0)

    def places(
        self, words: str, occurrence: int | None = None, stream: str | None = None, half: Half = "cond", picture: int = 0
    ) -> tuple[int, ...]:
        """Return numbers of a word's tokens among the maps. Arguments and errors are those of `word`."""
        text = self.text(half=half, picture=picture)
        if text is None:
            raise AttentionError(
                say(
                    "the prompt was given as embeddings, so there are no words in it; give a token's number instead of {word!r}",
                    word=words,
                )
            )
        return text.find(words, occurrence, stream)

    def text(self, *, half: Half = "cond", picture: int = 0) -> Text | None:
        """Return what the tokens of a picture are; None where its prompt was given as embeddings."""
        self._entries(half, None)
        texts = self.texts.get(half, ())
        row = _position("picture", picture, self.pictures)
        return texts[row] if row < len(texts) else None

    @property
    def halves(self) -> tuple[Half, ...]:
        """The halves of guidance that are there."""
        return tuple(self.kept)

    @property
    def pictures(self) -> int:
        """How many pictures the batch has."""
        return int(next(iter(self.kept["cond"].values())).shape[0])

    @property
    def nbytes(self) -> int:
        """How much memory it takes."""
        return sum(entry.nbytes for half in self.kept.values() for entry in half.values())

    @property
    def shape(self) -> torch.Size:
        """``(tokens, height, width)`` of `maps` without arguments."""
        return self.maps().shape

    def __len__(self) -> int:
        return int(self.shape[0])

    def __getitem__(self, index: Any) -> torch.Tensor:
        return self.maps()[index]

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> np.ndarray[Any, Any]:
        array = self.maps().numpy()
        return array if dtype is None else array.astype(dtype)

    @classmethod
    def __torch_function__(
        cls, function: Callable[..., Any], _: Any, args: tuple[Any, ...] = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        """Have functions of torch take it as a tensor: that of `maps` without arguments."""
        plain, named = tree_map_only(cls, cls.maps, (args, kwargs or {}))
        return function(*plain, **named)

    def _entries(self, half: Half, layer: str | None) -> list[torch.Tensor]:
        if half not in self.kept:
            if half in ("cond", "uncond"):
                raise AttentionError(say("this run has no unconditional half: it ran without guidance. Ask for half='cond'."))
            raise AttentionError(say("half must be 'cond' or 'uncond', not {value!r}", value=half))
        kept = self.kept[half]
        if layer is None:
            return list(kept.values())
        if not self.full:
            raise AttentionError(
                say("layers and heads were averaged in this record; record with attention=diffexplain.Attention(full=True)")
            )
        entries = [entry for name, entry in kept.items() if is_part(layer, name)]
        if not entries:
            raise AttentionError(
                say("no layer's name has {layer!r} in it; there are: {names}", layer=layer, names=", ".join(kept))
            )
        return entries

    def _column(self, head: int) -> int:
        if not self.full:
            raise AttentionError(
                say("layers and heads were averaged in this record; record with attention=diffexplain.Attention(full=True)")
            )
        if self.heads is None:
            count = min(int(entry.shape[1]) for entry in self.kept["cond"].values())
            return _position("head", head, count)
        if whole_number(head) not in self.heads:
            raise AttentionError(
                say("head {head} was not kept; there are: {heads}", head=head, heads=", ".join(map(str, self.heads)))
            )
        return self.heads.index(int(head))

    def __repr__(self) -> str:
        shape = "x".join(map(str, self.shape))
        kind = f"{len(self.layers)} layers apart" if self.full else f"mean of {len(self.layers)} layers"
        return f"StepAttention({shape}, {kind}, {' + '.join(self.halves)})"


def _position(name: str, value: Any, count: int) -> int:
    number = whole_number(value)
    if number is None or not 0 <= number < count:
        raise AttentionError(
            say("{name} must be a whole number from 0 to {most}, not {value!r}", name=name, most=count - 1, value=value)
        )
    return number
