"""The log of a stage."""

from __future__ import annotations

from typing import TYPE_CHECKING

from diffexplain.training.course.log import Log

if TYPE_CHECKING:
    from pathlib import Path


def test_what_came_after_the_checkpoint_is_dropped(tmp_path: Path) -> None:
    log = Log(tmp_path / "stage" / "log.jsonl")
    for samples in (10, 20, 30):
        log.add(samples=samples, loss=1 / samples)
    log.cut(20)
    log.add(samples=31, loss=0.5)
    assert [line["samples"] for line in log.lines()] == [10, 20, 31]


def test_a_line_that_a_kill_cut_off_is_left_out(tmp_path: Path) -> None:
    path = tmp_path / "log.jsonl"
    Log(path).add(samples=10)
    with path.open("a") as file:
        file.write('{"samples": 2')
    assert Log(path).lines() == [{"samples": 10}]


def test_an_older_log_is_set_aside(tmp_path: Path) -> None:
    log = Log(tmp_path / "log.jsonl")
    for number in range(3):
        log.begin()
        log.add(samples=number)
    assert log.lines() == [{"samples": 2}]
    assert Log(tmp_path / "log.1.jsonl").lines() == [{"samples": 0}]
    assert Log(tmp_path / "log.2.jsonl").lines() == [{"samples": 1}]
