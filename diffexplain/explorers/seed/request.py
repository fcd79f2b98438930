"""What a run of the seed explorer is asked, and what is open in its page."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from diffexplain.explorers import checks
from diffexplain.explorers.field import field
from diffexplain.explorers.requests import SamplerRequest
from diffexplain.i18n import say

FEWEST, MOST = 4, 64  # seeds
FEWEST_FRAMES, MOST_FRAMES = 3, 17
LARGEST_FIRST = checks.MAX_SEED - MOST + 1


def first_seed(name: str, value: Any) -> int:
    """A seed that so many others may follow."""
    allowed = say(
        "a whole number from 0 to 2**53 - {most} (a web page holds larger ones inexactly, and {most} may follow)", most=MOST
    )
    return checks.whole(name, value, 0, LARGEST_FIRST, allowed)


@dataclass(frozen=True)
class SeedRequest(SamplerRequest):
    """What a run was asked."""

    seed: int = field(0, first_seed, "The first seed, 0 to 2**53 - 64.")
    count: int = field(16, checks.between(FEWEST, MOST), "How many seeds, 4 to 64: seed, seed + 1 and so on.")
    other_prompt: str = field("", checks.text, "Another sentence to draw from the same seeds; empty for none.")
    walk: list[int] | None = field(
        None, None, "Two seeds of the wall to walk between; None for no walk. It is given up when one of them leaves the wall."
    )
    frames: int = field(9, checks.between(FEWEST_FRAMES, MOST_FRAMES), "Stops of the walk, its ends among them, 3 to 17.")

    @property
    def seeds(self) -> range:
        """Of the wall, in order."""
        return range(self.seed, self.seed + self.count)

    def wall(self, prompt: str) -> SeedRequest:
        """Return what decides the wall of a prompt, and nothing else."""
        return replace(self, prompt=prompt, other_prompt="", walk=None, frames=FEWEST_FRAMES)


@dataclass(frozen=True)
class SeedView:
    """What is open in the page."""

    step: int = field(-1, checks.index, "The step that the wall shows; -1 for the last one, the finished pictures.")
    panel: str = field("mean", checks.one_of("mean", "walk", "other"), "What stands beside the wall: mean, walk or other.")
    pick: int | None = field(None, None, "A seed that is picked while the second is still to be chosen; None for none.")
