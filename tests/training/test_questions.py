"""Questions and marks: scenes answer their own questions, and a judge that sees all gives them full marks."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from diffexplain.scenes import CORE_THINGS, GROUNDS, HELD_OUT, THINGS
from diffexplain.training.evaluation.questions import KINDS, Question, exam, mark, named
from diffexplain.training.networks.judge import Verdict


def verdict(questions: list[Question], *, swapped: bool = False, arrangement: int | None = None) -> Verdict:
    """Of a judge that sees what was asked for, or the two things swapped, or arranged otherwise."""
    count = len(questions)
    first, second = np.full((count, len(THINGS)), 1e-6), np.full((count, len(THINGS)), 1e-6)
    for row, question in enumerate(questions):
        things = question.things[::-1] if swapped else question.things
        first[row, things[0]] = 1.0
        second[row, things[-1]] = 1.0
    shown = np.array([question.arrangement if arrangement is None else arrangement for question in questions])
    return Verdict(first, second, shown, np.array([question.ground for question in questions]), np.ones((count, 2)))


@pytest.mark.parametrize("kind", KINDS)
def test_perfect_pictures_reach_the_ceiling(kind: str) -> None:
    asked = exam(kind, 30)
    marks = mark(asked.questions, verdict(asked.questions))
    for found in (marks.things, marks.near, marks.ground, marks.relation, marks.order):
        assert found.dtype == bool
        assert found.shape == (30,)
        assert found.all()


def test_swapped_things_fail_only_where_the_order_was_asked_for() -> None:
    asked = exam("pairs", 60)
    marks = mark(asked.questions, verdict(asked.questions, swapped=True))
    assert marks.things.all()
    assert marks.near.all()
    ordered = np.array([question.ordered for question in asked.questions])
    assert 0 < ordered.sum() < 60
    assert np.array_equal(marks.relation, ~ordered)
    assert not marks.order.any()


def test_order_is_seen_from_things_that_are_not_named() -> None:
    """All that the judge is surer of is something else."""
    asked = exam("pairs", 20)
    seen = verdict(asked.questions)
    named = {thing for question in asked.questions for thing in question.things}
    other = next(number for number in range(len(THINGS)) if number not in named)
    seen.first[:, other] = seen.second[:, other] = 2.0
    marks = mark(asked.questions, seen)
    assert not marks.things.any()
    assert marks.order.all()


def test_another_arrangement_fails() -> None:
    asked = exam("pairs", 40)
    marks = mark(asked.questions, verdict(asked.questions, arrangement=2))
    assert np.array_equal(marks.relation, [question.arrangement == 2 for question in asked.questions])
    assert marks.things.all()


def test_what_comes_third_is_near_and_not_found() -> None:
    asked = exam("core", 5)
    seen = verdict(asked.questions)
    others = [number for number in range(len(THINGS)) if number not in {q.things[0] for q in asked.questions}][:2]
    seen.first[:, others] = 2.0
    marks = mark(asked.questions, seen)
    assert marks.near.all()
    assert not marks.things.any()
    assert not marks.relation.any()


def test_another_ground_fails() -> None:
    asked = exam("core", 5)
    seen = verdict(asked.questions)
    marks = mark(asked.questions, replace(seen, ground=(seen.ground + 1) % len(GROUNDS)))
    assert not marks.ground.any()
    assert marks.things.all()


def test_kinds_ask_for_what_they_say() -> None:
    core, others, pairs = (exam(kind, 40).questions for kind in KINDS)
    assert all(THINGS[question.things[0]] in CORE_THINGS for question in core)
    assert not {THINGS[question.things[0]] for question in others} & {*CORE_THINGS, *HELD_OUT}
    assert all(len({*question.things}) == 2 for question in pairs)
    assert all(GROUNDS[question.ground] in question.english for question in [*core, *others, *pairs])


def test_every_other_prompt_is_chinese_and_a_longer_exam_begins_with_the_shorter() -> None:
    asked = exam("core", 6).questions
    assert [question.prompt == question.english for question in asked] == [True, False] * 3
    assert exam("core", 3).questions == asked[:3]


def test_the_order_of_things_is_that_of_the_picture_not_of_the_caption() -> None:
    (question,) = [question for question in exam("pairs", 60).questions if " below " in question.english][:1]
    lower, upper = (question.english.split(f" {word} ")[0] for word in ("below", "on"))
    assert THINGS[question.things[1]] in lower
    assert THINGS[question.things[0]] in upper.split(" below ")[1]


def test_a_verdict_in_words() -> None:
    asked = exam("pairs", 1)
    words = named(verdict(asked.questions), 0)
    assert all(THINGS[thing] in words for thing in asked.questions[0].things)
    assert GROUNDS[asked.questions[0].ground] in words
