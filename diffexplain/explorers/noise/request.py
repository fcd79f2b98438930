"""What a run of the noise explorer is asked, and what is open in its page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from diffexplain.core import noising
from diffexplain.explorers import checks
from diffexplain.explorers.field import field
from diffexplain.i18n import say

Space: TypeAlias = Literal["pixels", "latents"]


def names(name: str, value: Any) -> list[str]:
    """Names of schedules, each once."""
    if isinstance(value, str) or not isinstance(value, (list, tuple)):
        raise checks.refusal(name, say("a list of schedules"), value, say("[] is none"))
    return list(dict.fromkeys(checks.choice(name, one, noising.NAMES) for one in value))


def beta(name: str, value: Any) -> float:
    """Above 0 and below 1."""
    allowed = say("None or a number above 0 and below 1")
    return checks.number(name, value, lambda given: 0 < given < 1, allowed, say("0.0001 to 0.02 is usual"))


@dataclass(frozen=True)
class NoiseRequest:
    """What a run was asked."""

    picture: str = field(
        "gallery:0",
        None,
        'A PIL image, bytes or path of a picture file, "gallery:0" to "gallery:1999", or "prompt:..." to have one drawn.',
    )
    schedule: str = field("linear", checks.one_of(*noising.NAMES), "linear, scaled_linear, cosine, sigmoid or flow.")
    compare: list[str] = field(
        ["cosine", "scaled_linear", "flow"], names, "Other schedules to draw beside it, with their usual beta ranges."
    )
    steps: int = field(50, checks.steps, "1 to 1000, always from the clean picture to the schedule's last level.")
    beta_start: float | None = field(
        None, checks.optional(beta), "First beta of 1000 steps, above 0 and below 1; None for the schedule's usual one."
    )
    beta_end: float | None = field(None, checks.optional(beta), "Last beta of 1000 steps; None for the schedule's usual one.")
    seed: int = field(0, checks.seed, "Decides all noises, 0 to 2**53 - 1.")
    space: Space = field("pixels", None, "Where noise is added: pixels, or the latents of the pipeline's VAE.")


@dataclass(frozen=True)
class NoiseView:
    """What is open in the page."""

    step: int | None = field(
        None,
        checks.optional(checks.index),
        "The step that is shown, 0 for the picture; None for the one where picture and noise are equally strong.",
    )
