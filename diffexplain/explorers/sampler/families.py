"""What sets samplers apart before they run: how each gets its direction, and whether it adds noise on its way."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from diffexplain.explorers.sampler.messages import Family

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


def adds_noise(sampler: str, eta: float) -> bool:
    """Whether a sampler draws fresh noise on its way: then it solves the stochastic differential equation (Song et al. 2021)."""
    return FAMILY_OF[sampler] == "noise" or (sampler == "ddim" and eta > 0)


def telling(available: list[str]) -> list[str]:
    """Return which samplers to begin with: the telling ones among those that fit the model, else the first."""
    chosen = [name for name in TELLING if name in available]
    return chosen if len(chosen) > 1 else available[: len(TELLING)]
