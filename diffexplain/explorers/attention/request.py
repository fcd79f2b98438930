"""What a run of the attention explorer is asked, and what is open in its page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from diffexplain.core.numerals import whole_number
from diffexplain.explorers import checks
from diffexplain.explorers.field import field
from diffexplain.explorers.requests import SizedRequest, StepView
from diffexplain.i18n import say


def word(field: str, value: object) -> str | list[int]:
    """A word, several in a row, or positions in the page's list of words."""
    if isinstance(value, (list, tuple)):
        positions = [number for each in value if (number := whole_number(each)) is not None and number >= 0]
        if len(positions) == len(value):
            return positions
    if isinstance(value, str):
        return checks.text(field, value)
    allowed = say("a word of the prompt, several in a row, or a list of positions from 0 on")
    raise checks.refusal(field, allowed, value, say("put words in quotes"))


def strength(field: str, value: Any) -> float:
    """How much a map covers the picture."""
    allowed = say("a number from {lowest:g} to {highest:g}", lowest=0, highest=1)
    return checks.number(field, value, lambda given: 0 <= given <= 1, allowed, say("0 shows the picture alone"))


@dataclass(frozen=True)
class AttentionRequest(SizedRequest):
    """What a run was asked."""

    prompt: str = field(
        "a dog next to a cat", checks.text, "What to draw, up to 10,000 characters; the text encoder reads the beginning."
    )
    guidance_scale: float = field(
        5.0, checks.guidance_scale, "How strongly the prompt pulls, 0 to 100; up to 1 there is no guidance."
    )
    detail: str = field(
        "mean",
        checks.one_of("mean", "layers"),
        "mean, or layers to have layers and heads apart too, which takes a second run of the same.",
    )


@dataclass(frozen=True)
class AttentionView(StepView):
    """What is open in the page."""

    word: str | list[int] = field(
        "", word, 'A text such as "red apple", or positions in the list of words; empty for the last word.'
    )
    half: str = field(
        "cond",
        checks.one_of("cond", "uncond"),
        "cond: the pass with the prompt; uncond: the one without it, or with the negative one.",
    )
    over: str = field("step", checks.one_of("step", "run"), "step, or run for the mean over all steps.")
    layer: str = field("", checks.text, "Name of a layer; empty for the mean over all.")
    head: int = field(-1, checks.index, "Number of a head; -1 for the mean over all.")
    among: str = field(
        "all", checks.one_of("all", "words"), "all, or words to leave out the marks: shares of what the words get, then."
    )
    strength: float = field(0.6, strength, "How much the map covers the picture, 0 to 1.")
    patches: bool = field(False, checks.truth, "Whether the map is shown patch by patch, as the network has it.")
    scale: str = field("own", checks.one_of("own", "same"), "Colours of several maps: own for each, or the same for all.")
