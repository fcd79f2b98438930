"""What a text encoder made of a sentence, as a page shows it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from diffexplain.core.evenly import evenly
from diffexplain.core.text.comparison import aligned, courses, distances
from diffexplain.core.text.pieces import bytes_of, shown
from diffexplain.core.text.states import ENCODERS, layers_of
from diffexplain.core.text.words import word_groups
from diffexplain.explorers.text.messages import Compared, Encoder, Layer, Piece, Vectors
from diffexplain.live.messages import quantize

if TYPE_CHECKING:
    from collections.abc import Iterator

    from diffexplain.core.text import SelfAttention, TextStates

MOST = 77  # tokens that are shown: all that a CLIP reads
NUMBERS = 64  # of a vector
LARGE = 0.98  # of a layer's numbers are smaller than what gets the last colour


def pieces_of(pipe: Any, states: TextStates) -> list[Piece]:
    """Return the tokens that are shown: up to the end mark, and the first place of padding behind it.

    Of a tokenizer that tells no positions, all before the padding by their names.
    """
    tokenizer, tokens = getattr(pipe, ENCODERS[states.encoder]), states.tokens.tokens
    byte_level = "CLIP" in type(getattr(pipe, states.encoder)).__name__
    ids = [int(number) for number in states.ids]
    names = (
        [str(name) for name in tokenizer.convert_ids_to_tokens(ids)]
        if tokenizer is not None
        else [str(number) for number in ids]
    )
    groups = {at: number for number, group in enumerate(word_groups(states.tokens.prompt, tokens)) for at in group}
    last = len(tokens) or _count_before_padding(ids, tokenizer)
    pieces = []
    for at in range(min(len(ids), last + 1, MOST)):
        token = tokens[at] if at < len(tokens) else None
        raw = bytes_of(names[at], byte_level=byte_level)
        kind = "padding" if at >= last else "word" if token is None else token.kind
        pieces.append(
            Piece(
                text="" if token is None or kind != "word" else token.text,
                kind=kind,
                id=ids[at],
                name=shown(names[at], byte_level=byte_level),
                whole=raw is None or _decodes(raw),
                group=groups.get(at, at),
                start=0 if token is None else token.start,
                end=0 if token is None else token.end,
            )
        )
    return pieces


def described(pipe: Any, states: TextStates, attention: SelfAttention) -> Encoder:
    """Return an encoder and what it read."""
    encoder, pieces, tokens = getattr(pipe, states.encoder), pieces_of(pipe, states), states.tokens
    words = sum(piece.kind != "padding" for piece in pieces)
    padding = max(0, len(states.ids) - (len(tokens.tokens) or words))
    on_padding = [float(mean[:words, len(states.ids) - padding :].sum(-1).mean()) for mean in attention.means]
    return Encoder(
        name=states.encoder,
        kind="CLIP" if "CLIP" in type(encoder).__name__ else "T5",
        parameters=sum(each.numel() for each in encoder.parameters()),
        layers=len(layers_of(encoder)),
        heads=len(attention.heads[0]),
        width=states.output.shape[-1],
        length=len(states.ids),
        limit=tokens.limit,
        pooled=0 if states.pooled is None else len(states.pooled),
        use_layer=states.use.layer,
        use_normalised=states.use.normalised,
        use_pooled=states.use.pooled,
        ahead=float(attention.ahead.max()),
        on_padding=float(np.mean(on_padding)),
        tokens=pieces,
        padding=padding,
        truncated=tokens.truncated,
    )


def vectors(number: int, states: TextStates, count: int) -> Vectors:
    """Return the vectors of the first tokens, as strips of some of their numbers, and how they change from layer to layer."""
    layers = [layer[:count].float().cpu() for layer in states.layers]
    lengths, cosines = courses(layers)
    chosen = evenly(layers[0].shape[-1], NUMBERS)
    strips = []
    for layer in layers:
        large = float(layer.abs().flatten().quantile(LARGE)) or 1.0
        strips.append((layer[:, chosen] / large).clamp(-1, 1))
    return Vectors(number, quantize(torch.stack(strips).numpy()), lengths.numpy(), cosines.numpy())


def layers(number: int, attention: SelfAttention, rolled: tuple[torch.Tensor, ...], count: int) -> Iterator[Layer]:
    """Yield who reads whom among the first tokens, layer by layer."""
    for at, (heads, mean, through) in enumerate(zip(attention.heads, attention.means, rolled, strict=True)):
        yield Layer(
            number,
            at + 1,
            mean[:count, :count].numpy(),
            through[:count, :count].numpy(),
            quantize(heads[:, :count, :count].numpy()),
        )


def compared(pipe: Any, number: int, first: TextStates, second: TextStates, pieces: list[Piece]) -> Compared:
    """Return both sentences side by side in one encoder."""
    others = pieces_of(pipe, second)
    pairs = aligned([piece.id for piece in pieces], [piece.id for piece in others])
    apart, equal = distances([layer.cpu() for layer in first.layers], [layer.cpu() for layer in second.layers], pairs)
    return Compared(
        number,
        others,
        np.array([-1 if pair.first is None else pair.first for pair in pairs], np.int32),
        np.array([-1 if pair.second is None else pair.second for pair in pairs], np.int32),
        np.array([pair.same for pair in pairs], np.uint8),
        apart.numpy(),
        equal.numpy().astype(np.uint8),
        None
        if first.pooled is None or second.pooled is None
        else float(torch.cosine_similarity(first.pooled.float(), second.pooled.float(), dim=0)),
    )


def _count_before_padding(ids: list[int], tokenizer: Any) -> int:
    padding = getattr(tokenizer, "pad_token_id", None)
    count = len(ids)
    while count > 1 and ids[count - 1] == padding and ids[count - 2] == padding:
        count -= 1
    return count


def _decodes(raw: bytes) -> bool:
    try:
        raw.decode()
    except UnicodeDecodeError:
        return False
    return True
