"""Which tokens of a prompt make one word together."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from diffexplain.core.text.tokens import Token

_UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u3040-\u30ff\u3400-\u9fff"  # scripts without spaces: a character is a word
_WORDS = re.compile(rf"[{_UNSPACED}]|[^\W{_UNSPACED}]+(?:['’-][^\W{_UNSPACED}]+)*|[^\w\s]+")


def word_groups(prompt: str, tokens: Sequence[Token]) -> list[list[int]]:
    """Return the tokens of each word, by position, in order; a mark is by itself.

    A word is letters and digits in a row, with the apostrophes and hyphens inside; punctuation is by itself. In scripts that put
    no spaces between words it is one character, or as many as a token has.
    """
    spans = [match.span() for match in _WORDS.finditer(prompt)]
    groups: list[list[int]] = []
    last: set[int] = set()  # spans that the group so far has touched
    for at, token in enumerate(tokens):
        met = {span for span, (start, end) in enumerate(spans) if token.start < end and token.end > start}
        touched = met if token.kind == "word" else set()
        if touched & last:
            groups[-1].append(at)
            last |= touched
        else:
            groups.append([at])
            last = touched
    return groups
