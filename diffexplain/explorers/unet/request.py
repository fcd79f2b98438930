"""What a run of the U-Net explorer is asked, and what is open in its page."""

from __future__ import annotations

from dataclasses import dataclass

from diffexplain.explorers import checks
from diffexplain.explorers.field import field
from diffexplain.explorers.requests import SizedRequest, StepView
from diffexplain.i18n import say

MOST_STRENGTH = 2.0


def strength(field: str, value: object) -> float:
    """Check how much of a part is left."""
    allowed = say("a number from {lowest:g} to {highest:g}", lowest=0, highest=MOST_STRENGTH)
    remedy = say("0 leaves it out, 1 leaves it as it is")
    return checks.number(field, value, lambda given: 0 <= given <= MOST_STRENGTH, allowed, remedy)


@dataclass(frozen=True)
class UNetRequest(SizedRequest):
    """What a run was asked."""

    weaken: str = field(
        "block",
        None,
        "What is weakened: block (what a block adds), skip (what skip connections bring), backbone (what comes from below), "
        "text (what a block reads of it), or nothing.",
    )
    strength: float = field(0.0, strength, "How much is left of it, 0 (left out) to 2; 1 leaves it as it is.")
    only: str = field("", checks.text, "Name of the one block where it is weakened; empty for each block in turn.")


@dataclass(frozen=True)
class UNetView(StepView):
    """What is open in the page."""

    block: str | None = field(
        None,
        None,
        "Name of the block that is looked at; None for the last one of the largest maps among those that read the text.",
    )
    panel: str = field("maps", checks.one_of("maps", "weaken", "sizes"), "maps, weaken or sizes.")
