"""How a text encoder's tokenizer cuts a prompt, as messages to a page. The cutting itself is `diffexplain.core.text`."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from diffexplain.core.text.tokens import DROPPED_CHARACTERS, tokenize
from diffexplain.explorers.denoise.messages import Token, Truncated

__all__ = ["DROPPED_CHARACTERS", "Cut", "cut"]


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
    found = tokenize(prompt, tokenizer, encoder)
    truncated = None if found.truncated is None else Truncated(**asdict(found.truncated))
    return Cut([Token(**asdict(token)) for token in found.tokens], found.limit, truncated)
