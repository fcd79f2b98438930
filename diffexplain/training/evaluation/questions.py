"""What pictures are asked for in an evaluation, and whether a judge finds it in them.

Each question comes from a scene that nobody was trained on, so the scene itself is the answer that can't be bettered: the judge's marks
on scenes are the ceiling for marks on generated pictures.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

import numpy as np

from diffexplain.scenes import CORE_THINGS, GROUNDS, HELD_OUT, THINGS, stream
from diffexplain.scenes.words import Mention, Wording, chinese, english
from diffexplain.training.data.scene_sets import labels

if TYPE_CHECKING:
    from collections.abc import Iterator

    from diffexplain.scenes import Scene
    from diffexplain.training.networks.judge import Verdict

SEED = 13  # of scenes that no set has
KINDS = ("core", "others", "pairs")


@dataclass(frozen=True)
class Question:
    """What a picture shall show.

    Attributes:
        prompt: English or Chinese.
        english: the prompt in English.
        things: indices of THINGS, in the order first, second of `diffexplain.training.data.scene_sets`.
        arrangement: index of ARRANGEMENTS.
        ordered: whether the prompt says which of two things stands where.
        ground: index of GROUNDS.
    """

    prompt: str
    english: str
    things: tuple[int, ...]
    arrangement: int
    ordered: bool
    ground: int


@dataclass(frozen=True, eq=False)
class Exam:
    """Questions and the scenes that they come from.

    Attributes:
        questions: N of them; every other one is Chinese.
        pictures: (N, S, S, 3) uint8, scenes that answer them.
    """

    questions: list[Question]
    pictures: np.ndarray


@dataclass(frozen=True, eq=False)
class Marks:
    """What the judge answers, a truth value a picture.

    Attributes:
        things: it names all that was asked for first.
        near: all are among its first five.
        ground: it names the ground.
        relation: things, their arrangement, and where the prompt says so their order; for one thing the same as `things`.
        order: the two things look more like the order that was asked for than like the other one, whether it names them or not: half of
            the pictures of a model that knows nothing of left and right. True for one thing.
    """

    things: np.ndarray
    near: np.ndarray
    ground: np.ndarray
    relation: np.ndarray
    order: np.ndarray


def exam(kind: str, count: int, side: int = 64) -> Exam:
    """Ask questions.

    Args:
        kind: "core", one core thing; "others", one thing that is seen less often; "pairs", two core things.
        count: how many.
        side: of the scenes they come from, in pixels.
    """
    names = [name for name in THINGS if name not in {*HELD_OUT, *CORE_THINGS}] if kind == "others" else list(CORE_THINGS)
    fitting = (scene for scene in stream(SEED, names, side) if _fits(scene, kind))
    scenes = list(islice(fitting, count))
    questions = [ask(scene, in_chinese=number % 2 == 1) for number, scene in enumerate(scenes)]
    return Exam(questions, np.stack([np.asarray(scene.image) for scene in scenes]))


def ask(scene: Scene, *, in_chinese: bool) -> Question:
    """Ask the question that a scene answers; it always names the ground and never the style."""
    mentions = tuple(Mention(one.name) for one in scene.objects)
    about = labels(scene)
    sentence = english(mentions, scene.relation, scene.ground, Wording())
    return Question(
        prompt=chinese(mentions, scene.relation, scene.ground, Wording()) if in_chinese else sentence,
        english=sentence,
        things=tuple(number for number in about["things"] if number >= 0),
        arrangement=about["arrangement"],
        ordered=scene.relation not in {"and", "next to"},
        ground=about["ground"],
    )


def mark(questions: list[Question], verdict: Verdict) -> Marks:
    """Compare what the judge sees with what was asked for."""
    rows = [[*_marks(question, verdict, number)] for number, question in enumerate(questions)]
    things, near, ground, relation, order = np.array(rows, bool).reshape(-1, 5).T
    return Marks(things, near, ground, relation, order)


def named(verdict: Verdict, number: int) -> str:
    """Say what the judge sees in a picture, in words."""
    first, second = (THINGS[int(chances[number].argmax())] for chances in (verdict.first, verdict.second))
    joint = {0: "", 1: f" left of {second}", 2: f" above {second}"}[int(verdict.arrangement[number])]
    return f"{first}{joint} on {GROUNDS[int(verdict.ground[number])]}"


def _fits(scene: Scene, kind: str) -> bool:
    if kind != "pairs":
        return len(scene.objects) == 1
    # Two of a kind can't be told apart in whatever order.
    return len({one.name for one in scene.objects}) == 2


def _marks(question: Question, verdict: Verdict, number: int) -> Iterator[bool]:
    best = _best(verdict.first[number]), _best(verdict.second[number])
    seen = tuple(indices[0] for indices in best[: len(question.things)])
    if len(question.things) == 1:
        yield seen == question.things
        yield question.things[0] in best[0]
    else:
        yield set(seen) == set(question.things)
        yield any(one in best[0] and other in best[1] for one, other in (question.things, question.things[::-1]))
    yield bool(verdict.ground[number] == question.ground)
    if len(question.things) == 1:
        yield seen == question.things
        yield True
    else:
        one, other = question.things
        orders = (question.things,) if question.ordered else (question.things, question.things[::-1])
        yield seen in orders and bool(verdict.arrangement[number] == question.arrangement)
        first, second = verdict.first[number], verdict.second[number]
        yield bool(first[one] * second[other] > first[other] * second[one])


def _best(chances: np.ndarray, among: int = 5) -> list[int]:
    return [int(index) for index in np.argsort(-chances)[:among]]
