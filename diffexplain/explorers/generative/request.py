"""What the explorer is asked, and what its page answers alone."""

from __future__ import annotations

from dataclasses import dataclass

from diffexplain.explorers import checks
from diffexplain.explorers.field import field
from diffexplain.explorers.learnable import DATA
from diffexplain.i18n import say

STARTS = ("nothing", "trained")
PANELS = ("latent", "seesaw", "steps")
PLACES = 11
"""Of the plane of latents this many along each side are decoded."""


def _beta(name: str, value: object) -> float:
    allowed = say("a number from {lowest:g} to {highest:g}", lowest=0, highest=1000)
    return checks.number(name, value, lambda beta: 0 <= beta <= 1000, allowed, say("1 is usual, and 0 makes it an autoencoder"))


def _penalty(name: str, value: object) -> float:
    allowed = say("a number from {lowest:g} to {highest:g}", lowest=0, highest=100)
    return checks.number(
        name, value, lambda penalty: 0 <= penalty <= 100, allowed, say("0.3 is usual here, and 0 does without")
    )


@dataclass(frozen=True)
class GenerativeRequest:
    """What a session begins with."""

    data: str = field(
        "pictures",
        checks.one_of(*DATA),
        "What to learn: pictures of 16 pixels a side, or points on moons, roll, rings or in clusters.",
    )
    count: int = field(1000, checks.between(1, 5000), "How many pictures or points are in the training set, 1 to 5000.")
    latent: int = field(
        2, checks.between(2, 32), "Into how few numbers a picture or point is put, and out of how many one is made, 2 to 32."
    )
    batch: int = field(16, checks.between(1, 256), "How many examples each model is shown for one update, 1 to 256.")
    width: int = field(16, checks.channels, "How wide the networks are, a multiple of 8 from 8 to 64.")
    start: str = field(
        "nothing",
        checks.one_of(*STARTS),
        "What it begins with: nothing, or trained, the weights that ship; these know pictures, of 2 latent numbers and a width of 16.",
    )
    seed: int = field(0, checks.seed, "Decides the training set, the first weights and all noise, 0 to 2**53 - 1.")


@dataclass(frozen=True)
class GenerativeLive:
    """What the next slice reads."""

    rate: float = field(4e-3, checks.learning_rate, "Learning rate; the GAN takes half of it, 0.0000001 to 1000000000.")
    beta: float = field(1.0, _beta, "How strongly the VAE is held to a standard normal, 0 to 1000.")
    discriminations: int = field(
        1, checks.between(1, 20), "How many updates the GAN's discriminator makes for each of its generator, 1 to 20."
    )
    penalty: float = field(0.3, _penalty, "How much steepness costs the GAN's discriminator, 0 to 100.")


@dataclass(frozen=True)
class GenerativeView:
    """What the page answers alone."""

    look: int | None = field(None, checks.optional(checks.index), "Which look is shown, counted from 0; None for the newest.")
    panel: str = field("latent", checks.one_of(*PANELS), "Which closer look is open: latent, seesaw or steps.")
    across: int = field(
        PLACES // 2, checks.between(0, PLACES - 1), "Which place of the latent plane is decoded, from the left, 0 to 10."
    )
    up: int = field(
        PLACES // 2, checks.between(0, PLACES - 1), "Which place of the latent plane is decoded, from below, 0 to 10."
    )
