"""What the explorer is asked, and what its page answers alone."""

from __future__ import annotations

from dataclasses import dataclass

from diffexplain.explorers import checks
from diffexplain.explorers.field import field
from diffexplain.explorers.learnable import DATA

PREDICTIONS = {"noise": "epsilon", "original": "sample", "velocity": "v_prediction"}
"""What a network may be asked for -> what diffusers calls it."""
PANELS = ("examples", "levels", "memory")


@dataclass(frozen=True)
class TrainingRequest:
    """What a session begins with."""

    data: str = field(
        "pictures",
        checks.one_of(*DATA),
        "What to learn: pictures of 16 pixels a side, or points on moons, roll, rings or in clusters.",
    )
    count: int = field(1000, checks.between(1, 5000), "How many pictures or points are in the training set, 1 to 5000.")
    predicts: str = field("noise", checks.one_of(*PREDICTIONS), "What the network has to say: noise, original or velocity.")
    batch: int = field(16, checks.between(1, 256), "How many examples lead to one update, 1 to 256.")
    width: int = field(
        24,
        checks.channels,
        "Channels of the network's first level, a multiple of 8 from 8 to 64; of points four times as many units.",
    )
    seed: int = field(0, checks.seed, "Decides the training set, the first weights and all noise, 0 to 2**53 - 1.")


@dataclass(frozen=True)
class TrainingLive:
    """What the next slice reads."""

    rate: float = field(4e-3, checks.learning_rate, "Learning rate of AdamW, 0.0000001 to 1000000000.")


@dataclass(frozen=True)
class TrainingView:
    """What the page answers alone."""

    sheet: int | None = field(
        None, checks.optional(checks.index), "Which sheet of samples is shown, counted from 0; None for the newest."
    )
    level: int = field(2, checks.between(0, 4), "Which of the five fixed noise levels is looked at, 0 for the least noise.")
    panel: str = field("examples", checks.one_of(*PANELS), "Which closer look is open: examples, levels or memory.")
