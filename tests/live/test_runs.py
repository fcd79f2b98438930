"""Runs are told in order, the last whole one is kept, and what comes too late goes nowhere. No widget, no torch."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from diffexplain.live.messages import Encoded, Message
from diffexplain.live.runs import Runs


@dataclass(frozen=True, eq=False)
class Part(Message):
    """Something on the way."""

    text: str


@dataclass(frozen=True, eq=False)
class Result(Message):
    """The thing itself."""

    text: str


class Owner:
    """Stands for a denoiser."""


class Stage:
    """Runs that say what their request tells them to: "|" waits to be let on, "!" fails, "=" is the result."""

    def __init__(self) -> None:
        self.sent: list[dict[str, Any]] = []
        self.kept: list[int] = []
        self.reached, self.go = threading.Semaphore(0), threading.Semaphore(0)
        self.runs = Runs(Owner(), self.run, self.send, lambda run: self.kept.append(run.number), Result)

    def run(self, request: str, emit: Callable[[Message], None]) -> None:
        for letter in request:
            if letter == "|":
                self.reached.release()
                assert self.go.acquire(timeout=5)
            elif letter == "!":
                raise ValueError(f"{request} failed\nsecond line")
            else:
                emit(Result(request) if letter == "=" else Part(letter))

    def send(self, encoded: Encoded) -> None:
        self.sent.append(encoded.content)

    def told(self) -> list[str]:
        """Run number and what was said, briefly."""
        brief = {"status": "state", "part": "text", "result": "text"}
        return [f"{content['run']} {content['data'][brief[content['kind']]]}" for content in self.sent]

    def wait(self) -> None:
        self.runs.wait(5)


@pytest.fixture
def stage() -> Iterator[Stage]:
    stage = Stage()
    yield stage
    stage.runs.close()


def test_a_run_is_told_from_queued_to_done(stage: Stage) -> None:
    stage.runs.ask("a=b")
    stage.wait()
    assert stage.told() == ["1 queued", "1 running", "1 a", "1 a=b", "1 b", "1 done"]
    assert [content["number"] for content in stage.sent] == list(range(6))
    assert stage.kept == [1]


def test_the_same_request_twice_is_one_run_unless_it_is_wanted_again(stage: Stage) -> None:
    for again in (False, False, True):
        stage.runs.ask("=", again=again)
        stage.wait()
    assert stage.runs.history.count == 2


def test_a_late_view_hears_the_last_whole_run_and_then_the_one_in_progress(stage: Stage) -> None:
    stage.runs.ask("a=")
    stage.wait()
    stage.runs.ask("b|c=")
    assert stage.reached.acquire(timeout=5)
    first = list(stage.sent)
    stage.sent.clear()
    stage.runs.history.replay()
    assert stage.sent == first
    stage.go.release()
    stage.wait()
    stage.sent.clear()
    stage.runs.history.replay()
    assert stage.told() == ["2 queued", "2 running", "2 b", "2 c", "2 b|c=", "2 done"]


def test_a_run_that_is_replaced_is_silent_from_then_on(stage: Stage) -> None:
    stage.runs.ask("a|b=")
    assert stage.reached.acquire(timeout=5)
    stage.runs.ask("c=")
    stage.go.release()
    stage.wait()
    assert stage.told() == ["1 queued", "1 running", "1 a", "2 queued", "2 running", "2 c", "2 c=", "2 done"]
    assert stage.kept == [2]


def test_a_run_that_was_cancelled_after_its_result_is_whole(stage: Stage) -> None:
    stage.runs.ask("a=|b")
    assert stage.reached.acquire(timeout=5)
    stage.runs.cancel()
    stage.go.release()
    stage.wait()
    assert stage.runs.status == "done"
    assert stage.told()[-2:] == ["1 a=|b", "1 done"]
    assert stage.kept == [1]


def test_a_run_that_was_replaced_after_its_result_is_kept_and_ends_as_done(stage: Stage) -> None:
    """An export or a late view of it must not look as if it were still going on."""
    stage.runs.ask("=|b")
    assert stage.reached.acquire(timeout=5)
    stage.runs.ask("!")
    stage.go.release()
    with pytest.raises(ValueError, match="failed"):
        stage.wait()
    stage.sent.clear()
    stage.runs.history.replay()
    assert stage.told() == ["1 queued", "1 running", "1 =|b", "1 done", "2 queued", "2 running", "2 failed"]


def test_cancelling_what_has_not_begun_says_so(stage: Stage) -> None:
    stage.runs.ask("|=")
    assert stage.reached.acquire(timeout=5)
    stage.runs.ask("never")
    stage.runs.cancel()
    assert stage.told()[-2:] == ["2 queued", "2 cancelled"]
    assert stage.runs.status == "cancelled"
    stage.go.release()
    stage.wait()
    assert "2 running" not in stage.told()


def test_a_failure_is_one_line_on_the_page_and_leaves_the_whole_run(stage: Stage) -> None:
    stage.runs.ask("=")
    stage.wait()
    stage.runs.ask("a!")
    with pytest.raises(ValueError, match="a! failed"):
        stage.wait()
    assert stage.sent[-1]["data"] == {"state": "failed", "message": "ValueError: a! failed", "advice": ""}
    assert stage.runs.history.finished is not None
    assert stage.runs.history.finished.number == 1


def test_callbacks_hear_what_the_worker_says_until_they_are_stopped(stage: Stage) -> None:
    heard: list[str] = []
    stops = [stage.runs.on_message(lambda message: heard.append(message.kind)) for _ in range(2)]
    stops[0]()
    stage.runs.ask("a=")
    stage.wait()
    assert heard == ["status", "part", "result", "status"]
    stops[1]()
    stage.runs.ask("b=")
    stage.wait()
    assert len(heard) == 4


def test_a_callback_may_ask_cancel_and_close(stage: Stage) -> None:
    def hear(message: Message) -> None:
        if isinstance(message, Part) and message.text == "a":
            stage.runs.ask("b=")
        if isinstance(message, Result):
            stage.runs.close()

    stage.runs.on_message(hear)
    stage.runs.ask("aaaa")
    stage.wait()
    stage.runs.ask("nothing comes of this")
    assert "1 a" in stage.told()
    assert stage.told().count("1 a") == 1
    assert stage.told()[-1] == "2 b="


def test_a_hundred_threads_ask_and_one_of_the_last_wins(stage: Stage) -> None:
    threads = [threading.Thread(target=stage.runs.ask, args=(f"a{number}=",)) for number in range(100)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(5)
    stage.wait()
    assert stage.runs.status == "done"
    assert stage.told()[-1] == f"{stage.runs.history.count} done"
    runs = [content["run"] for content in stage.sent]
    assert runs == sorted(runs)
