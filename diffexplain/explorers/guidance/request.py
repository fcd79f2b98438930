"""What a run of the guidance explorer is asked, and what is open in its page."""

from __future__ import annotations

from dataclasses import dataclass

from diffexplain.explorers import checks
from diffexplain.explorers.field import field
from diffexplain.explorers.requests import SamplerRequest, StepView
from diffexplain.i18n import say

FEWEST, MOST = 2, 12  # scales of the sweep
POINTS = 16  # of a schedule, at most
SCALES = (0.0, 1.0, 2.0, 4.0, 6.0, 8.0, 12.0, 20.0)


def share(name: str, value: object) -> float:
    """Check a share, 0 to 1."""
    allowed = say("a number from {lowest:g} to {highest:g}", lowest=0, highest=1)
    return checks.number(name, value, lambda given: 0 <= given <= 1, allowed, say("1 is all of it"))


def interval(name: str, value: object) -> list[float]:
    """Check two shares of the way, the earlier one first."""
    start, end = checks.listed(share, 2, 2)(name, value)
    if start > end:
        raise ValueError(
            say("{field} must not end before it begins, not {value}; exchange the two", field=name, value=checks.shown(value))
        )
    return [start, end]


@dataclass(frozen=True)
class GuidanceRequest(SamplerRequest):
    """What a run was asked."""

    scales: list[float] = field(
        list(SCALES),
        checks.listed(checks.guidance_scale, FEWEST, MOST),
        "2 to 12 scales that are drawn side by side, 0 to 100; 0 is the half without the text.",
    )
    interval: list[float] = field([0.2, 0.8], interval, "Between which two shares of the way one variant guides, 0 to 1.")
    rescale: float = field(0.7, share, "How far one variant brings the spread back to that of the half with the text, 0 to 1.")
    parallel: float = field(
        0.0, share, "How much one variant keeps of the part that makes colours stronger and changes nothing else, 0 to 1."
    )
    schedule: list[float] = field(
        [12, 10, 8, 6, 4, 3, 2, 1],
        checks.listed(checks.guidance_scale, FEWEST, POINTS),
        "2 to 16 scales from the first step of one variant to its last, straight between, 0 to 100.",
    )


@dataclass(frozen=True)
class GuidanceView(StepView):
    """What is open in the page."""

    remix: float | None = field(
        None,
        checks.optional(checks.guidance_scale),
        "The scale that the shown step is mixed anew with; None for the run's own.",
    )
    panel: str = field(
        "scales", checks.one_of("scales", "course", "ways"), "What is shown below the steps: scales, course or ways."
    )
