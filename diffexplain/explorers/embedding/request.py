"""What a run of the embedding explorer is asked, and what is open in its page."""

from __future__ import annotations

from dataclasses import dataclass

from diffexplain.explorers import checks
from diffexplain.explorers.field import field
from diffexplain.maps.atlas import MAPS

MOST_PROMPTS, MOST_SEEDS = 4, 4


@dataclass(frozen=True)
class EmbeddingRequest:
    """What a run was asked."""

    search: str = field(
        "a fox",
        checks.text,
        "A text to place and to find the neighbours of, up to 10,000 characters; empty for none, as it is beside a map of your own.",
    )
    picture: str = field("", None, "The same with a picture: a PIL image, a path, or gallery:12; empty for none.")
    prompts: list[str] = field(
        [], checks.listed(checks.text, 0, MOST_PROMPTS), "Up to 4 prompts whose denoising runs to follow."
    )
    seeds: list[int] = field(
        [0], checks.listed(checks.seed, 1, MOST_SEEDS), "1 to 4 seeds, 0 to 2**53 - 1: each prompt is run with each."
    )
    steps: int = field(20, checks.steps, "Of each run, 1 to 1000.")
    guidance_scale: float = field(4.0, checks.guidance_scale, "Of each run, 0 to 100; up to 1 there is no guidance.")


@dataclass(frozen=True)
class EmbeddingView:
    """What is open in the page."""

    projection: str = field("umap", checks.one_of(*MAPS), "Which map is shown: umap, pca, gap or closed.")
    colour: str = field(
        "concept",
        checks.one_of("concept", "style", "ground", "kind"),
        "What the points are coloured by: concept, style, ground or kind.",
    )
    step: int = field(-1, checks.index, "The step that is shown; -1 for the last one.")
