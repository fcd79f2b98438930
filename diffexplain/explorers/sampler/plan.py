"""Which samplers take part, what sets them apart before they run, and their lanes: all alike but for the sampler."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from diffexplain.core import samplers
from diffexplain.core.sampler_flags import why_not
from diffexplain.errors import UnfitPipelineError, UnknownSamplerError
from diffexplain.explorers import checks, pipelines
from diffexplain.explorers.sampler.messages import Row
from diffexplain.i18n import say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from diffexplain.core.lanes import Lane
    from diffexplain.explorers.sampler.messages import Family
    from diffexplain.explorers.sampler.request import ComparisonRequest

LEAST, MOST = 2, 12
_MEMBERS: dict[Family, tuple[str, ...]] = {
    "one": ("ddim", "euler", "flow_euler"),
    "two": ("heun", "dpm2", "flow_heun"),
    "memory": ("dpmpp_2m", "dpmpp_2s", "unipc", "lms", "pndm", "deis", "flow_dpmpp_2m", "flow_unipc"),
    "noise": ("ddpm", "euler_a", "dpm2_a", "dpmpp_2m_sde", "sa_solver"),
}
FAMILY_OF = {name: family for family, names in _MEMBERS.items() for name in names}
"""How each sampler of the allow-list gets its direction."""

TELLING = ("ddim", "euler", "heun", "dpmpp_2m", "euler_a", "ddpm")
"""Six that show the differences: two that turn out to be one, a slow and a fast exact one, two that wander."""


def telling(available: list[str]) -> list[str]:
    """Return which samplers to begin with: the telling ones among those that fit the model, else the first."""
    chosen = [name for name in TELLING if name in available]
    return chosen if len(chosen) > 1 else available[: len(TELLING)]


def names_for(pipeline: Any) -> list[str]:
    """Return the samplers that fit the pipeline's model.

    Raises:
        UnfitPipelineError: it runs with one alone.
    """
    names = [choice.name for choice in pipelines.choices(pipeline)]
    if len(names) < LEAST:
        raise UnfitPipelineError(
            say(
                "this {pipeline} runs with its {scheduler} alone, so there is nothing to compare; take the model that it was distilled "
                "from, where it was, or explore it with DenoiseExplorer",
                pipeline=type(pipeline).__name__,
                scheduler=type(pipeline.scheduler).__name__,
            )
        )
    return names


def checked(field: str, value: object, names: Sequence[str]) -> list[str]:
    """Return 2 to 12 of these names, none twice.

    Raises:
        ValueError: it is something else; one line that says what is allowed.
    """
    if not isinstance(value, (list, tuple)) or not LEAST <= len(value) <= MOST:
        allowed = say("a list of {least} to {most} names", least=LEAST, most=MOST)
        raise checks.refusal(field, allowed, value, say("of these: {allowed}", allowed=", ".join(names)))
    chosen = [checks.choice(f"{field}[{at}]", one, names) for at, one in enumerate(value)]
    twice = next((name for at, name in enumerate(chosen) if name in chosen[:at]), None)
    if twice is not None:
        raise ValueError(say("{field} names {name!r} twice; once is enough: it is the same run", field=field, name=twice))
    return chosen


def lanes_of(pipeline: Any, request: ComparisonRequest) -> list[Lane]:
    """Return the lanes of a request, in its order.

    Raises:
        UnknownSamplerError: samplers don't have the spacing that is asked for; the message says which, and what to do.
    """
    refused = [name for name in request.samplers if request.spacing is not None and why_not(name, request.spacing)]
    if refused and request.spacing is not None:
        common = [spacing for spacing in samplers.SPACINGS if all(not why_not(name, spacing) for name in request.samplers)]
        raise UnknownSamplerError(
            say(
                "spacing {spacing} is not to be had with {names}; leave them out, or take {allowed}. {reason}",
                spacing=request.spacing,
                names=", ".join(samplers.SAMPLERS[name].label for name in refused),
                allowed=", ".join(common) or say("the model's usual spacing"),
                reason=why_not(refused[0], request.spacing),
            )
        )
    return [
        pipelines.lane_of(pipeline, request, sampler=name, eta=request.eta if name == "ddim" else 0.0)
        for name in request.samplers
    ]


def rows_of(request: ComparisonRequest) -> list[Row]:
    """Return what the page shows of them; one with fresh noise solves the stochastic differential equation (Song et al. 2021)."""
    fresh = {name for name in request.samplers if FAMILY_OF[name] == "noise" or (name == "ddim" and request.eta > 0)}
    return [Row(name, samplers.SAMPLERS[name].label, FAMILY_OF[name], name in fresh) for name in request.samplers]
