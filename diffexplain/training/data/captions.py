"""Captions as tokens: those of the scenes, and the same with something turned round, which are wrong about the picture."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias

import numpy as np

from diffexplain.scenes.words import exchanged, opposite
from diffexplain.training.data import tokenizer
from diffexplain.training.data.arrays import filled
from diffexplain.training.workspace import fingerprint

if TYPE_CHECKING:
    from collections.abc import Callable

    from diffexplain.training.data.scene_sets import Scenes
    from diffexplain.training.workspace import Workspace

Variant: TypeAlias = Literal["right", "exchanged", "opposite"]
_VARIANTS: dict[str, Callable[[str], str | None]] = {"right": str, "exchanged": exchanged, "opposite": opposite}
_FILES = {"right": "tokens", "exchanged": "tokens_exchanged", "opposite": "tokens_opposite"}


def tokens(workspace: Workspace, name: str, scenes: Scenes, variant: Variant = "right") -> np.ndarray:
    """Tokenize the captions of a set: (N, 2, 24) int16, English and Chinese.

    Args:
        workspace: whose tokenizer, and where they are kept.
        name: of the set.
        scenes: the set.
        variant: "right", as they are; "exchanged", a scene's two things in each other's place; "opposite", right for left and below for
            above. A caption that has nothing to turn round stays as it is: see `differ`.
    """
    words = tokenizer.load(workspace.require(workspace.tokenizer, "tokenizer"))
    turned = _VARIANTS[variant]

    def fill(start: int, stop: int) -> np.ndarray:
        both = [tokenizer.encode(words, [turned(one) or one for one in captions[start:stop]]) for captions in scenes.captions]
        return np.stack(both, axis=1)

    source = f"{scenes.source}; tokenizer {fingerprint(workspace.tokenizer)}"
    shape = (len(scenes), 2, tokenizer.LENGTH)
    return filled(workspace.derived / f"{_FILES[variant]}_{name}.npy", shape, np.int16, fill, source=source, part=5000)


def differ(right: np.ndarray, wrong: np.ndarray) -> np.ndarray:
    """Return (N,) whether these captions, (N, 24) each, differ."""
    different: np.ndarray = (right != wrong).any(1)
    return different
