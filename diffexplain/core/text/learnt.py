"""Words that were learnt as several tokens: textual inversion with several vectors (Gal et al. 2022, "An Image is Worth One Word").

diffusers keeps them as ``<cat>``, ``<cat>_1``, ``<cat>_2`` ..., and puts all of them in the place of the first before it cuts a prompt.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import count, takewhile
from typing import Any


@dataclass(frozen=True)
class SpelledOut:
    """A prompt as the tokenizer is given it.

    Attributes:
        text: With all tokens of words that were learnt as several.
        starts: For each of its characters, where what it stands for begins in the prompt.
        ends: For each of its characters, where what it stands for ends in the prompt.
    """

    text: str
    starts: tuple[int, ...]
    ends: tuple[int, ...]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return where some of its characters stand in the prompt."""
        if start >= end:
            at = self.starts[start] if start < len(self.starts) else max(self.ends, default=0)
            return at, at
        return self.starts[start], self.ends[end - 1]


def spelled_out(prompt: str, tokenizer: Any) -> SpelledOut:
    """Return a prompt with all tokens of words that were learnt as several in the place of each such word."""
    known = getattr(tokenizer, "added_tokens_encoder", {})
    words = [word for word in known if f"{word}_1" in known and word in prompt]
    words = [word for word in words if word in tokenizer.tokenize(prompt)]
    if not words:
        return SpelledOut(prompt, tuple(range(len(prompt))), tuple(range(1, len(prompt) + 1)))
    text, starts, ends = "", [], []
    pattern = "|".join(map(re.escape, sorted(words, key=len, reverse=True)))
    for match in re.finditer(f"{pattern}|.", prompt, re.DOTALL):
        own, here = match.group(), match.start()
        if own in words:
            rest = takewhile(known.__contains__, (f"{own}_{number}" for number in count(1)))
            own = " ".join([own, *rest])
        text += own
        starts += [here] * len(own)
        ends += [match.end()] * len(own)
    return SpelledOut(text, tuple(starts), tuple(ends))
