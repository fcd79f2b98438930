"""What a run of the latent explorer is asked, and what is open in its page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from diffexplain.core.latents import OPERATIONS, Operation
from diffexplain.explorers import checks
from diffexplain.explorers.field import field
from diffexplain.i18n import say

MOST_AMOUNT = 20.0
PANELS = ("change", "blend", "noise", "spread", "sizes", "chance")


def amount(name: str, value: Any) -> float:
    """From -20 to 20."""
    allowed = say("a number from {lowest:g} to {highest:g}", lowest=-MOST_AMOUNT, highest=MOST_AMOUNT)
    return checks.number(name, value, lambda given: abs(given) <= MOST_AMOUNT, allowed, say("-5 to 5 are usual"))


@dataclass(frozen=True)
class LatentRequest:
    """What a run was asked."""

    picture: str = field(
        "gallery:0",
        None,
        'A PIL image, bytes or path of a picture file, "gallery:0" to "gallery:1999", or "prompt:..." to have one drawn.',
    )
    other: str = field("gallery:1", None, "Another picture, to blend with and to borrow a channel from; as `picture`.")
    seed: int = field(0, checks.seed, "Decides all noise and all draws, 0 to 2**53 - 1.")
    operation: Operation = field(
        "poke", checks.one_of(*OPERATIONS), "What is done to a channel: poke, shift, scale, wipe, swap or borrow."
    )
    channel: int = field(0, None, "Which channel, 0 for the first one.")
    amount: float = field(5.0, amount, "What is added (poke, shift), 0 for nothing, or multiplied by (scale), 1; -20 to 20.")
    cell: list[int] | None = field(None, None, "Row and column of the number that is poked; None for the one in the middle.")
    partner: int | None = field(None, None, "The channel that is swapped with; None for the next one.")


@dataclass(frozen=True)
class LatentView:
    """What is open in the page."""

    panel: str = field("change", checks.one_of(*PANELS), "What is looked at closer: " + ", ".join(PANELS) + ".")
