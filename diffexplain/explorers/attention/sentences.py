"""A prompt's tokens as the words that a reader sees, and which maps belong to each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from diffexplain.core.text.words import word_groups
from diffexplain.explorers.attention.messages import Sentence, Word

if TYPE_CHECKING:
    from collections.abc import Sequence

    from diffexplain.core.text import Stream, Text, Token

Rows = list[tuple[int, ...]]
"""For each map of a page, the text places of the denoiser that it is the sum of."""


def sentences_of(half: str, text: Text | None, length: int) -> tuple[list[Sentence], Rows]:
    """Return what a half's denoiser has read, stream by stream.

    Args:
        half: "cond" or "uncond".
        text: its tokens; None where they are not known.
        length: how many text places there are.

    Returns:
        The sentences, and the places of each row. Every place is in one row.
    """
    rows: Rows = []
    sentences = []
    taken = 0
    for stream in text.streams if text is not None else ():
        taken = stream.offset + (stream.tokens.limit or length - stream.offset)
        sentences.append(_sentence(half, stream, min(taken, length), rows))
    if taken < length:  # no tokens are known of these
        rows.append(tuple(range(taken, length)))
        unknown = Word("", "unknown", [len(rows) - 1], [], 0, 0, length - taken)
        sentences.append(Sentence(half, "", "", [unknown], 0, None))
    return sentences, rows


def _sentence(half: str, stream: Stream, end: int, rows: Rows) -> Sentence:
    tokens = stream.tokens
    first = len(rows)
    rows += [(stream.offset + at,) for at in range(len(tokens.tokens))]
    words = []
    for group in word_groups(tokens.prompt, tokens.tokens):
        one = [tokens.tokens[at] for at in group]
        words.append(
            Word(
                text=_text(tokens.prompt, one),
                kind=one[0].kind,
                rows=[first + at for at in group],
                pieces=[token.text for token in one],
                start=one[0].start,
                end=max(token.end for token in one),
                places=len(group),
            )
        )
    behind, length = stream.offset + len(tokens.tokens), len(tokens.prompt)
    if behind < end:
        rows.append(tuple(range(behind, end)))
        kind = "padding" if tokens.tokens else "unknown"
        words.append(Word("", kind, [len(rows) - 1], [], length, length, end - behind))
    return Sentence(half, stream.name, tokens.prompt, words, tokens.limit, tokens.truncated)


def _text(prompt: str, tokens: Sequence[Token]) -> str:
    """Return what stands in the prompt where these tokens are; a token of nothing but spaces is shown as one."""
    if tokens[0].kind != "word":
        return ""
    return prompt[tokens[0].start : max(token.end for token in tokens)].strip() or "␣"
