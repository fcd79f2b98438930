"""What the contrastive explorer is asked: what a session begins with, what may change on the way, what the page answers alone."""

from __future__ import annotations

from dataclasses import dataclass

from diffexplain.core.similarity import READINGS
from diffexplain.explorers import checks
from diffexplain.explorers.field import field
from diffexplain.i18n import say

PANELS = ("space", "update", "course", "shipped")
HOTTEST = 100  # Radford et al. 2021, section 2.5


def _rate(name: str, value: object) -> float:
    allowed = say("a number from {lowest:g} to {highest:g}", lowest=1e-6, highest=1e9)
    return checks.number(
        name, value, lambda rate: 1e-6 <= rate <= 1e9, allowed, say("0.001 is usual, above 0.01 little is learned")
    )


def _temperature(name: str, value: object) -> float:
    allowed = say("None or a number from {lowest:g} to {highest:g}", lowest=1, highest=HOTTEST)
    usual = say("None lets it be learned")
    return checks.number(name, value, lambda given: 1 <= given <= HOTTEST, allowed, usual)


def _share(name: str, value: object) -> float:
    allowed = say("a number from {lowest:g} to {highest:g}", lowest=0, highest=1)
    return checks.number(name, value, lambda given: 0 <= given <= 1, allowed, say("0 adds none, 1 one for each pair"))


@dataclass(frozen=True)
class ContrastiveRequest:
    """What a session begins with."""

    pictures: int = field(1800, checks.between(2, 4000), "How many captioned pictures to learn from, 2 to 4000.")
    dimensions: int = field(
        64, checks.between(2, 128), "How many numbers an embedding has, 2 to 128; 2 can be drawn as they are."
    )
    captions: str = field("en", checks.one_of("en", "zh"), "Language of the captions to learn from: en or zh.")
    seed: int = field(0, checks.seed, "Decides the pictures, the first weights and all batches, 0 to 2**53 - 1.")


@dataclass(frozen=True)
class ContrastiveLive:
    """What the next slice reads."""

    batch: int = field(64, checks.between(1, 256), "How many pairs an update compares with each other, 1 to 256.")
    rate: float = field(1e-3, _rate, "Learning rate of AdamW, from 0.000001; above 0.01 little is learned.")
    temperature: float | None = field(
        None, checks.optional(_temperature), "What cosines are multiplied by, 1 to 100; None for one that is learned."
    )
    wrong: float = field(0.0, _share, "Which share of the pairs brings a caption that is wrong by one word, 0 to 1.")


@dataclass(frozen=True)
class ContrastiveView:
    """What the page answers alone."""

    moment: int | None = field(
        None, checks.optional(checks.index), "Which moment of the training is shown, counted from 0; None for the newest."
    )
    show: str = field(
        "cosine", checks.one_of(*READINGS), "What the matrix shows: cosine, scaled, softmax_rows or softmax_columns."
    )
    pair: list[int] = field([0, 0], checks.listed(checks.index, 2, 2), "Picture and text of the selected pair, counted from 0.")
    panel: str = field("space", checks.one_of(*PANELS), "Which panel is open: space, update, course or shipped.")
