"""What sets samplers apart before they run: how each gets its direction, and whether it adds noise on its way."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from diffexplain.explorers.sampler.messages import Family

_OF: dict[str, Family] = {
    "ddim": "one",
    "euler": "one",
    "flow_euler": "one",
    "heun": "two",
    "dpm2": "two",
    "flow_heun": "two",
    "dpmpp_2m": "memory",
    "dpmpp_2s": "memory",
    "unipc": "memory",
    "lms": "memory",
    "pndm": "memory",
    "deis": "memory",
    "flow_dpmpp_2m": "memory",
    "flow_unipc": "memory",
    "ddpm": "noise",
    "euler_a": "noise",
    "dpm2_a": "noise",
    "dpmpp_2m_sde": "noise",
    "sa_solver": "noise",
}
TELLING = ("ddim", "euler", "heun", "dpmpp_2m", "euler_a", "ddpm")
"""Six that show the differences: two that turn out to be one, a slow and a fast exact one, two that wander."""


def family_of(sampler: str) -> Family:
    """How a sampler of the allow-list gets its direction."""
    return _OF[sampler]


def adds_noise(sampler: str, eta: float) -> bool:
    """Whether a sampler draws fresh noise on its way: then it solves the stochastic differential equation (Song et al. 2021)."""
    return family_of(sampler) == "noise" or (sampler == "ddim" and eta > 0)


def telling(available: list[str], most: int = 6) -> list[str]:
    """Which samplers to begin with: the telling ones among those that fit the model, else the first."""
    chosen = [name for name in TELLING if name in available]
    return chosen if len(chosen) > 1 else available[:most]
