"""How a text encoder's tokenizer cuts a prompt, and what of it the encoder never sees."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from diffexplain.explorers.denoise.messages import Token, TokenKind, Truncated

DROPPED_CHARACTERS = 200
_UNLIMITED = 1_000_000  # tokenizers without a limit say 1e30


@dataclass(frozen=True)
class Cut:
    """A prompt in tokens.

    Attributes:
        tokens: up to and including the first end token; empty where the tokenizer tells no places.
        limit: how many tokens the encoder reads, marks included; 0 where it is unknown.
        truncated: what the encoder doesn't read; None if it reads all.
    """

    tokens: list[Token]
    limit: int
    truncated: Truncated | None


def cut(prompt: str, tokenizer: Any, encoder: Any = None) -> Cut:
    """Cuts a prompt as the pipeline will, and keeps the places.

    Args:
        prompt: any text.
        tokenizer: of transformers; one that isn't fast tells no places.
        encoder: asked for its limit where the tokenizer has none.
    """
    if tokenizer is None:
        return Cut([], 0, None)
    limit = _limit(tokenizer, encoder)
    if not getattr(tokenizer, "is_fast", False):
        return Cut([], limit, None)
    found = tokenizer(prompt, return_offsets_mapping=True, return_special_tokens_mask=True, truncation=False, verbose=False)
    ids, places, marks = found["input_ids"], found["offset_mapping"], found["special_tokens_mask"]
    starts = bool(marks) and len(ids) > 1 and ids[0] in {tokenizer.bos_token_id, getattr(tokenizer, "cls_token_id", None)}
    behind = next(
        (count for count, mark in enumerate(reversed(marks)) if not mark), len(marks) - starts
    )  # marks after the words
    truncated = None
    if limit and len(ids) > limit:
        first = limit - behind
        kept = max((end for _, end in places[:first]), default=0)
        truncated = Truncated(first, kept, prompt[kept : kept + DROPPED_CHARACTERS])
        ids, places, marks = (part[:first] + part[len(part) - behind :] for part in (ids, places, marks))
    tokens: list[Token] = []
    for at, (number, (start, end), mark) in enumerate(zip(ids, places, marks, strict=True)):
        if mark:
            kind: TokenKind = "start" if starts and at == 0 else "end"
            place = tokens[-1].end if tokens else 0
            tokens.append(Token(tokenizer.convert_ids_to_tokens(number), number, kind, place, place))
            if kind == "end":
                break
        else:
            tokens.append(Token(prompt[start:end], number, "word", start, end))
    return Cut(tokens, limit, truncated)


def _limit(tokenizer: Any, encoder: Any) -> int:
    limit = int(tokenizer.model_max_length)
    if limit < _UNLIMITED:
        return limit
    return int(getattr(getattr(encoder, "config", None), "max_position_embeddings", 0) or 0)
