"""What the explorer is asked and what it says, declared once: `messages.d.ts` is made from this."""

from dataclasses import dataclass

from diffexplain.explorers import checks
from diffexplain.explorers.field import field
from diffexplain.explorers.messages import Progress
from diffexplain.live.messages import Message, Picture


@dataclass(frozen=True)
class ScalesRequest:
    """What a run was asked."""

    prompt: str = field("a fox", checks.text, "What to draw.")
    seed: int = field(0, checks.seed, "Decides the starting noise of all pictures, 0 to 2**53 - 1.")
    steps: int = field(20, checks.between(1, 100), "How many steps each picture takes, 1 to 100.")
    scales: list[float] = field([1, 2, 4, 8], checks.listed(checks.guidance_scale, 2, 8), "2 to 8 guidance scales, 0 to 100.")


@dataclass(frozen=True, eq=False)
class Drawn(Message):
    """All pictures are there, one a scale."""

    request: ScalesRequest
    pictures: list[Picture]


MESSAGES = (Progress, Drawn)
