"""How a text encoder's tokenizer cuts a prompt, and what of it the encoder never sees."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from diffexplain.core.text.learnt import spelled_out

DROPPED_CHARACTERS = 200
_UNLIMITED = 1_000_000  # tokenizers without a limit say 1e30

TokenKind: TypeAlias = Literal["start", "word", "end"]


@dataclass(frozen=True)
class Token:
    """A token as the text encoder reads it.

    Attributes:
        text: The characters of the prompt that it covers; a special token's own name.
        id: Number in the vocabulary.
        kind: Start and end are the tokenizer's own marks.
        start: Where its text begins in the prompt, in characters (an emoji counts one).
        end: Where it ends, exclusive.
    """

    text: str
    id: int
    kind: TokenKind
    start: int
    end: int


@dataclass(frozen=True)
class Truncated:
    """The part of a prompt that the text encoder never sees.

    Attributes:
        first_token_index: Position of the first word token that is dropped.
        text_kept_characters: How many characters of the prompt are read.
        dropped_text: The beginning of the rest, at most `DROPPED_CHARACTERS`.
    """

    first_token_index: int
    text_kept_characters: int
    dropped_text: str


@dataclass(frozen=True)
class Tokens:
    """A prompt in tokens.

    Attributes:
        prompt: The text that was cut.
        tokens: Up to and including the first end token, from position 0 on; padding follows. Empty where the tokenizer tells
            no positions.
        limit: How many tokens the encoder reads, marks included; 0 where it is unknown.
        truncated: What the encoder doesn't read; None if it reads all.
    """

    prompt: str
    tokens: tuple[Token, ...]
    limit: int
    truncated: Truncated | None

    def find(self, words: str) -> list[tuple[int, ...]]:
        """Return where a word, or several in a row, stands: for every occurrence the positions of its tokens.

        Upper and lower case are one. A word is found whole ("cat" is not in "cathedral"); only in scripts that put no spaces
        between words it is found anywhere. An occurrence that was cut off has no tokens and isn't listed.
        """
        matches = (self._at(span) for span in spans_of(self.prompt, words))
        return [positions for positions in matches if positions]

    def _at(self, span: tuple[int, int]) -> tuple[int, ...]:
        start, end = span
        kept = len(self.prompt) if self.truncated is None else self.truncated.text_kept_characters
        return tuple(
            index
            for index, token in enumerate(self.tokens)
            if token.kind == "word" and token.start < end <= kept and token.end > start
        )


def spans_of(prompt: str, words: str) -> list[tuple[int, int]]:
    """Return every ``(start, end)`` of a word, or several in a row, in a prompt; see `Tokens.find`."""
    parts = words.split()
    if not parts:
        return []
    pattern = r"\s+".join(map(re.escape, parts))
    spaced = all(character.isascii() or not _unspaced(character) for character in words)
    around = rf"(?<!\w){pattern}(?!\w)" if spaced else pattern
    return [match.span() for match in re.finditer(around, prompt, re.IGNORECASE)]


def _unspaced(character: str) -> bool:
    """Return whether it is of a script without spaces between words: Chinese, Japanese, Thai and their neighbours."""
    return "\u0e00" <= character <= "\u0eff" or "\u1000" <= character <= "\u109f" or "\u3040" <= character <= "\u9fff"


def tokenize(prompt: str, tokenizer: Any, encoder: Any = None, limit: int | None = None) -> Tokens:
    """Cut a prompt as the pipeline will, and keep the positions. A word that was learnt as several tokens is where each of them is.

    Args:
        prompt: Any text.
        tokenizer: Of transformers (CLIP, T5); None, or one that isn't fast, gives no positions.
        encoder: Asked for its limit where the tokenizer has none.
        limit: How many tokens are read, where the pipeline says so and not the tokenizer.
    """
    if tokenizer is None:
        return Tokens(prompt, (), 0, None)
    limit = _limit(tokenizer, encoder) if limit is None else limit
    if not getattr(tokenizer, "is_fast", False):
        return Tokens(prompt, (), limit, None)
    spelled = spelled_out(prompt, tokenizer)
    encoding = tokenizer(
        spelled.text, return_offsets_mapping=True, return_special_tokens_mask=True, truncation=False, verbose=False
    )
    ids, marks = encoding["input_ids"], encoding["special_tokens_mask"]
    spans = [spelled.span(start, end) for start, end in encoding["offset_mapping"]]
    starts = bool(marks) and len(ids) > 1 and ids[0] in {tokenizer.bos_token_id, getattr(tokenizer, "cls_token_id", None)}
    behind = next(
        (count for count, mark in enumerate(reversed(marks)) if not mark), len(marks) - starts
    )  # marks after the words
    truncated = None
    if limit and len(ids) > limit:
        first = limit - behind
        kept = max((end for _, end in spans[:first]), default=0)
        truncated = Truncated(first, kept, prompt[kept : kept + DROPPED_CHARACTERS])
        ids, spans, marks = (part[:first] + part[len(part) - behind :] for part in (ids, spans, marks))
    tokens: list[Token] = []
    for at, (number, (start, end), mark) in enumerate(zip(ids, spans, marks, strict=True)):
        if mark:
            kind: TokenKind = "start" if starts and at == 0 else "end"
            position = tokens[-1].end if tokens else 0
            tokens.append(Token(tokenizer.convert_ids_to_tokens(number), number, kind, position, position))
            if kind == "end":
                break
        else:
            tokens.append(Token(prompt[start:end], number, "word", start, end))
    return Tokens(prompt, tuple(tokens), limit, truncated)


def _limit(tokenizer: Any, encoder: Any) -> int:
    limit = int(tokenizer.model_max_length)
    if limit < _UNLIMITED:
        return limit
    return int(getattr(getattr(encoder, "config", None), "max_position_embeddings", 0) or 0)
