"""What a run of the text explorer is asked, and what is open in its page."""

from __future__ import annotations

from dataclasses import dataclass

from diffexplain.explorers import checks
from diffexplain.explorers.field import field


@dataclass(frozen=True)
class TextRequest:
    """What a run was asked."""

    prompt: str = field(
        "a fox on a white background",
        checks.text,
        "The sentence to read, up to 10,000 characters; the text encoder reads the beginning.",
    )
    other_prompt: str = field(
        "a cat on a white background",
        checks.text,
        "A second sentence to read beside it; empty for none. None of its own accord where prompt is given.",
    )
    arithmetic: str = field(
        "a fox on a white background - fox + cat",
        checks.text,
        "Sentences to add and take away, signs between spaces; empty for none.",
    )


@dataclass(frozen=True)
class TextView:
    """What is open in the page."""

    panel: str = field(
        "layers",
        checks.one_of("layers", "reading", "swap", "sum", "encoders"),
        "layers: the vectors layer by layer; reading: who reads whom; swap: two sentences; sum: arithmetic; encoders: all of them.",
    )
    encoder: int = field(0, checks.index, "Which text encoder of the pipeline, counted from 0.")
    token: int | None = field(
        None, checks.optional(checks.index), "The token that is looked at, counted from 0; None for the last one of the words."
    )
    layer: int = field(-1, checks.index, "The layer that is looked at: 0 is the embedded tokens, -1 the last one.")
    head: int = field(-1, checks.index, "Number of a head; -1 for the mean over all.")
    rolled: bool = field(False, checks.truth, "Whether reading is rolled up over all layers up to the one that is looked at.")
    show: str = field(
        "vector",
        checks.one_of("vector", "change", "length"),
        "vector: its numbers; change: how far it turned from the layer before; length: how long it is.",
    )
