"""A series keeps so many of its own, evenly over all of it, whatever its length and however it comes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from diffexplain.live.messages import Array, Message
from diffexplain.live.retention import stride
from diffexplain.live.run import Run
from diffexplain.live.status import Status


@dataclass(frozen=True, eq=False)
class Sheet(Message):
    """One of a series."""

    retain = 6

    at: int


@dataclass(frozen=True, eq=False)
class Points(Message):
    """Several of a series."""

    retain = 20

    at: Array
    loss: Array
    unit: str


@dataclass(frozen=True, eq=False)
class Where(Message):
    """Where things stand."""

    retain = "newest"

    done: int


@dataclass(frozen=True, eq=False)
class Plain(Message):
    """Said once."""


def points(start: int, stop: int) -> Points:
    at = np.arange(start, stop, dtype=np.int32)
    return Points(at, (at**2).astype(np.float32), f"until {stop}")


def kept(run: Run, kind: type[Message]) -> list[Any]:
    return [sent.message for sent in run.sent if isinstance(sent.message, kind)]


@given(st.integers(1, 100_000), st.integers(2, 3000))
def test_the_stride_is_the_least_power_of_two_that_is_wide_enough(count: int, most: int) -> None:
    def stays(step: int) -> int:
        return len({*range(0, count, step), count - 1})

    step = stride(count, most)
    assert step.bit_count() == 1
    assert stays(step) <= most
    assert step == 1 or stays(step // 2) > most


@given(st.integers(1, 400))
def test_of_single_ones_stay_the_multiples_of_the_stride_and_the_newest(count: int) -> None:
    run = Run(1)
    for at in range(count):
        run.keep(Sheet(at))
    step = stride(count, Sheet.retain)
    assert [sheet.at for sheet in kept(run, Sheet)] == sorted({*range(0, count, step), count - 1})


@given(st.lists(st.integers(0, 50), min_size=1, max_size=40))
def test_points_are_kept_as_one_message_however_they_came(sizes: list[int]) -> None:
    run, at = Run(1), 0
    for size in sizes:
        run.keep(points(at, at + size))
        at += size
    (whole,) = kept(run, Points)
    expected = sorted({*range(0, at, stride(at, Points.retain)), at - 1}) if at else []
    assert whole.at.tolist() == expected
    assert whole.loss.tolist() == [float(each) ** 2 for each in expected]
    assert whole.unit == f"until {at}"


def test_numbers_rise_and_are_those_that_were_sent() -> None:
    run = Run(1)
    numbers = [
        run.keep(message).content["number"]
        for message in (Plain(), Where(1), points(0, 3), Where(2), Plain(), points(3, 5), Status("queued"), Status("running"))
    ]
    assert numbers == list(range(8))
    assert [sent.encoded.content["number"] for sent in run.sent] == [0, 3, 4, 5, 6, 7]
    assert [where.done for where in kept(run, Where)] == [2]


def test_of_each_state_the_newest_is_kept() -> None:
    run = Run(1)
    for state in ("queued", "running", "paused") * 50:
        run.keep(Status(state))
    assert [status.state for status in kept(run, Status)] == ["queued", "running", "paused"]


def test_the_page_is_told_how_many_are_kept() -> None:
    run = Run(1)
    assert [run.keep(message).content.get("most") for message in (Sheet(0), points(0, 1), Where(1))] == [6, 20, None]


def test_a_series_that_does_not_count_is_a_mistake() -> None:
    with pytest.raises(AssertionError, match="counts in a field `at`"):
        Run(1).keep(Sheet("first"))  # type: ignore[arg-type]
