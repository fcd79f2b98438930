"""What a run of the sampler explorer is asked, and what is open in its page."""

from __future__ import annotations

import math
from dataclasses import dataclass

from diffexplain.core import samplers as known
from diffexplain.explorers import checks
from diffexplain.explorers.field import field
from diffexplain.explorers.requests import PromptRequest
from diffexplain.i18n import say

MOST_STEPS = 200


def eta(name: str, value: object) -> float:
    """A share."""
    allowed = say("a number from 0 (no fresh noise) to 1 (as much as DDPM adds)")
    return checks.number(name, value, lambda given: 0 <= given <= 1, allowed, say("0 is usual"))


def place(name: str, value: object) -> float:
    """A place on an axis."""
    return checks.number(name, value, math.isfinite, say("a number on the axis, or None for its end"), say("give a number"))


@dataclass(frozen=True)
class ComparisonRequest(PromptRequest):
    """What a run was asked."""

    samplers: list[str] = field(
        None, None, "2 to 12 names from `diffexplain.core.samplers`, none twice; None for a telling choice of those that fit."
    )
    steps: int = field(20, checks.between(1, MOST_STEPS), "Of each sampler, 1 to 200. Some ask the network more often.")
    spacing: str | None = field(
        None,
        checks.optional(checks.one_of(*known.SPACINGS)),
        "How the timesteps are laid out: one of `diffexplain.core.samplers.SPACINGS`; None for the model's usual way.",
    )
    eta: float = field(0.0, eta, "Fresh noise of DDIM, 0 to 1, where 1 is as much as DDPM adds. Other samplers take no notice.")


@dataclass(frozen=True)
class SamplerView:
    """What is open in the page."""

    axis: str = field(
        "log_snr", checks.one_of("log_snr", "evaluations"), "What the pictures are lined up by: log_snr or evaluations."
    )
    place: float | None = field(None, checks.optional(place), "The place on the axis that is shown; None for its end.")
    panel: str = field(
        "distance",
        checks.one_of("distance", "agreement", "map", "time"),
        "What is shown below the rows: distance, agreement, map or time.",
    )
