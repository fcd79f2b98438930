"""What the explorer is asked, and what its page answers alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import get_args

from diffexplain.explorers import checks
from diffexplain.explorers.field import field
from diffexplain.i18n import say
from diffexplain.learn.lora import Layers
from diffexplain.scenes import HELD_OUT

MOST_PICTURES = 20
METHODS = ("lora", "full")
PANELS = ("learning", "helps", "weight")
WEIGHTS = (0.0, 0.25, 0.5, 0.75, 1.0, 1.25, 1.5)


def _share(name: str, value: object) -> float:
    allowed = say("a number from {lowest:g} to {highest:g}", lowest=0, highest=0.9)
    return checks.number(name, value, lambda share: 0 <= share <= 0.9, allowed, say("0.5 is usual, 0 repeats nothing"))


def _decay(name: str, value: object) -> float:
    allowed = say("a number from {lowest:g} to {highest:g}", lowest=0, highest=100)
    return checks.number(name, value, lambda decay: 0 <= decay <= 100, allowed, say("0.01 is usual"))


def _rate(name: str, value: object) -> float:
    allowed = say("a number from 0.0000001 to 1000000000")
    return checks.number(name, value, lambda rate: 1e-7 <= rate <= 1e9, allowed, say("0.004 is usual here, and 1 far too much"))


@dataclass(frozen=True)
class FineTuneRequest:
    """What a session begins with."""

    thing: str = field(
        "dragon", checks.one_of(*HELD_OUT), "A thing that the bundled model was never shown: dragon, robot or unicorn."
    )
    pictures: list[str] = field(
        None, None, "Pictures of your own instead, up to 20, 3 or more are better: PIL images or paths. None for the thing's."
    )
    captions: list[str] = field(
        None,
        None,
        "What they show: one for all of them, or one each. The first is what is drawn. None for what the thing is called.",
    )
    count: int = field(8, checks.between(1, MOST_PICTURES), "How many pictures of the thing to learn from, 1 to 20.")
    old: list[str] = field(None, None, "1 to 3 prompts of what it shall not forget; None for a fox, an owl and a rocket.")
    method: str = field(
        "lora", checks.one_of(*METHODS), "What learns: lora, two small matrices beside a layer, or full, all weights."
    )
    rank: int = field(8, checks.between(1, 64), "Rank of LoRA's matrices, 1 to 64: fewer can hold less.")
    layers: str = field(
        "attention", checks.one_of(*get_args(Layers)), "Where LoRA goes: text (where the text is read), attention or all."
    )
    replay: float = field(0.0, _share, "Share of old captioned pictures in what it is shown, 0 to 0.9.")
    decay: float = field(0.01, _decay, "Weight decay: draws all that is trained towards zero, 0 to 100.")
    batch: int = field(4, checks.between(1, 32), "How many pictures lead to one update, 1 to 32.")
    steps: int = field(10, checks.between(1, 100), "How many steps a sample takes, 1 to 100.")
    guidance_scale: float = field(4.0, checks.guidance_scale, "How strongly the prompt pulls in samples, 0 to 100.")
    seed: int = field(
        0, checks.seed, "Decides what is drawn from the pictures, the first matrices and all noise, 0 to 2**53 - 1."
    )


@dataclass(frozen=True)
class FineTuneLive:
    """What the next slice reads."""

    rate: float = field(
        4e-3, _rate, "Learning rate of LoRA's AdamW, 0.0000001 to 1000000000; all weights learn at a quarter of it."
    )


@dataclass(frozen=True)
class FineTuneView:
    """What the page answers alone."""

    look: int | None = field(
        None, checks.optional(checks.index), "Which look at its samples is shown, counted from 0; None for the newest."
    )
    weight: float = field(
        1.0,
        lambda name, value: checks.number(
            name,
            value,
            lambda weight: 0 <= weight <= 1.5,
            say("a number from {lowest:g} to {highest:g}", lowest=0, highest=1.5),
            say("1 is what it learned, 0 what it was before"),
        ),
        "Weight of what was learned, 0 to 1.5, in the samples that were drawn at several.",
    )
    panel: str = field("learning", checks.one_of(*PANELS), "Which closer look is open: learning, helps or weight.")
