"""A session goes on by slices, stops where it is told, reads what has changed, and takes no more room for going on long."""

from __future__ import annotations

import gc
import itertools
import math
import threading
import time
import weakref
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest

from diffexplain.live import live_session
from diffexplain.live.live_session import LiveSession
from diffexplain.live.messages import Array, Encoded, Message
from diffexplain.live.sessions import Sessions
from diffexplain.live.status import Status
from diffexplain.live.worker import Worker


@dataclass(frozen=True, eq=False)
class Begin(Message):
    """What was asked."""

    request: str


@dataclass(frozen=True, eq=False)
class Course(Message):
    """What came of some updates."""

    retain = 100

    at: Array
    rate: Array


@dataclass(frozen=True)
class Live:
    """What the next slice reads."""

    rate: float = 1.0


class Owner:
    """Stands for a denoiser."""


class Sum(LiveSession):
    """Adds the rate to itself; "!" fails after three updates, "5" ends after five."""

    def __init__(self, request: str) -> None:
        self.request, self.total, self.rate = request, 0.0, 0.0
        self.source = self.work()

    def work(self) -> Iterator[float]:
        for made in range(5 if self.request == "5" else 10**9):
            if self.request == "!" and made == 3:
                raise ValueError("the third is too much")
            time.sleep(0.0 if self.request == "quick" else 0.001)
            self.total += self.rate
            yield self.total

    def tensors(self) -> dict[str, Any]:
        return {}

    def facts(self) -> dict[str, Any]:
        return {"total": self.total}

    def restore(self, tensors: Any, facts: Any) -> None:
        self.total = facts["total"]


class Stage:
    """Sessions without a widget."""

    def __init__(self, goal: float = 20) -> None:
        self.sent: list[dict[str, Any]] = []
        self.weights: list[int] = []
        self.made: list[weakref.ref[Sum]] = []
        self.kept: list[int] = []
        self.slices: list[float] = []
        self.live = Live()
        self.owner = Owner()
        self.sessions = Sessions(
            self.owner, self.begin, self.advance, lambda: self.live, self.send, lambda run: self.kept.append(run.number), goal,
            lambda _: nullcontext(),
        )  # fmt: skip

    def begin(self, request: str, emit: Callable[[Message], None]) -> Sum:
        session = Sum(request)
        self.made.append(weakref.ref(session))
        emit(Begin(request))
        return session

    def advance(self, session: Sum, live: Live, emit: Callable[[Message], None]) -> None:
        session.rate = live.rate
        first = session.updates
        rates = []
        for _ in session.slice(session.source):
            rates.append(live.rate)
            if session.request == "halt" and session.updates % 7 == 0:
                session.halted = True
                break
        self.slices.append(len(rates))
        emit(Course(np.arange(first, session.updates, dtype=np.int32), np.array(rates, np.float32)))

    def send(self, encoded: Encoded) -> None:
        self.sent.append(encoded.content)
        self.weights.append(sum(buffer.nbytes for buffer in encoded.buffers) + len(repr(encoded.content)))

    def states(self) -> list[str]:
        return [content["data"]["state"] for content in self.sent if content["kind"] == "status"]

    def changes(self) -> list[tuple[str, int]]:
        return [(content["data"]["value"], content["data"]["update"]) for content in self.sent if content["kind"] == "changed"]

    @property
    def updates(self) -> int:
        going = self.sessions._going
        assert going is not None
        return going.updates

    def session(self) -> Sum:
        session = self.made[-1]()
        assert session is not None
        return session


@pytest.fixture(autouse=True)
def short_slices(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live_session, "SLICE_SECONDS", 0.02)


@pytest.fixture
def stage() -> Iterator[Stage]:
    stage = Stage()
    yield stage
    stage.sessions.close()


def until(there: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 10
    while not there():
        assert time.monotonic() < deadline
        time.sleep(0.001)


def test_a_new_session_goes_on_to_its_goal_and_pauses_there(stage: Stage) -> None:
    stage.sessions.ask("a")
    stage.sessions.wait(10)
    assert (stage.updates, stage.states()) == (20, ["queued", "running", "paused"])
    assert [content["kind"] for content in stage.sent][:4] == ["status", "status", "begin", "changed"]
    assert {content["run"] for content in stage.sent} == {1}
    assert len(stage.slices) > 1


def test_it_goes_on_by_as_many_updates_as_are_asked_for(stage: Stage) -> None:
    stage.sessions.ask("a")
    stage.sessions.resume(30)  # on the way to 20
    stage.sessions.wait(10)
    assert stage.updates == 50
    stage.sessions.resume(1)
    stage.sessions.wait(10)
    assert stage.updates == 51
    for _ in range(2):
        stage.sessions.resume(500)
    stage.sessions.pause()
    stage.sessions.wait(10)
    assert 51 <= stage.updates < 1051
    assert stage.sessions.status == "paused"


def test_one_that_asks_for_a_pause_is_paused_and_goes_on_when_it_is_resumed(stage: Stage) -> None:
    stage.sessions.ask("halt")
    for updates in (7, 14):
        stage.sessions.wait(10)
        assert (stage.updates, stage.sessions.status) == (updates, "paused")
        stage.sessions.resume()
    stage.sessions.pause()


def test_a_pause_ends_the_slice_and_there_is_no_other_until_it_is_resumed(stage: Stage) -> None:
    stage.sessions.ask("a")
    stage.sessions.resume()
    until(lambda: stage.updates > 30)
    stage.sessions.pause()
    stage.sessions.wait(10)
    before = stage.updates
    time.sleep(0.05)
    assert (stage.updates, stage.states()[-1]) == (before, "paused")
    stage.sessions.resume(7)
    stage.sessions.wait(10)
    assert (stage.updates, stage.session().total) == (before + 7, before + 7)


def test_two_of_one_owner_take_turns_and_a_run_comes_in_between(stage: Stage) -> None:
    other, order = Stage(), []
    other.sessions.close()
    other.sessions = Sessions(
        stage.owner, other.begin, other.advance, Live, other.send, lambda _: None, math.inf, lambda _: nullcontext()
    )  # fmt: skip
    stage.sessions.on_message(lambda message: isinstance(message, Course) and order.append("a"))
    other.sessions.on_message(lambda message: isinstance(message, Course) and order.append("b"))
    stage.sessions.ask("a")
    stage.sessions.resume()
    other.sessions.ask("b")
    until(lambda: order.count("b") > 1)
    client = Worker.of(stage.owner).client()
    begun = len(order)
    client.submit(lambda _: order.append("run"))
    client.wait(10)
    assert order.index("run") <= begun + 3  # the slice that runs, and one that stood in line before
    until(lambda: len(order) > 30)
    other.sessions.close()
    client.close()
    turns = [name for name in order if name != "run"][order.index("b") : 25]
    assert all(one != two for one, two in itertools.pairwise(turns))


def test_a_change_is_read_by_the_next_slice_and_told_with_its_update(stage: Stage) -> None:
    stage.sessions.ask("a")
    stage.sessions.resume()
    until(lambda: stage.updates > 10)
    stage.live = Live(0.5)
    stage.sessions.changed()
    until(lambda: len(stage.changes()) > 1)
    stage.sessions.pause()
    stage.sessions.wait(10)
    (first, second), course = stage.changes(), [content for content in stage.sent if content["kind"] == "course"]
    assert first == ("1.0", 0)
    assert second[0] == "0.5"
    assert stage.session().total == second[1] + 0.5 * (stage.updates - second[1])
    assert stage.states().count("queued") == 1  # no new run
    assert len({content["run"] for content in course}) == 1


def test_a_change_of_a_paused_session_is_told_at_once_and_only_the_last_of_several_is_kept(stage: Stage) -> None:
    stage.sessions.ask("a")
    stage.sessions.wait(10)
    for rate in (2.0, 3.0, 3.0, 4.0):
        stage.live = Live(rate)
        stage.sessions.changed()
    assert stage.changes()[1:] == [("2.0", 20), ("3.0", 20), ("4.0", 20)]
    stage.sent.clear()
    stage.sessions.history.replay()
    assert stage.changes() == [("1.0", 0), ("4.0", 20)]
    assert stage.sessions.status == "paused"


def test_another_request_begins_anew_and_the_session_before_is_gone(stage: Stage) -> None:
    stage.sessions.ask("a")
    stage.sessions.resume()
    until(lambda: stage.updates > 30)
    before = stage.made[0]
    stage.sessions.ask("b")
    stage.sessions.wait(10)
    gc.collect()
    assert before() is None
    assert [content["run"] for content in stage.sent] == sorted(content["run"] for content in stage.sent)
    assert (stage.updates, stage.sent[-1]["run"]) == (20, 2)
    stage.sessions.ask("b")
    assert stage.sessions.history.count == 2


def test_reset_begins_anew_and_waits(stage: Stage) -> None:
    stage.sessions.ask("a")
    stage.sessions.wait(10)
    stage.sessions.reset()
    stage.sessions.wait(10)
    assert (stage.updates, stage.states()[-1], stage.sessions.history.count) == (0, "paused", 2)
    assert [content["kind"] for content in stage.sent].count("begin") == 2
    stage.sessions.resume(3)
    stage.sessions.wait(10)
    assert stage.updates == 3


def test_it_ends_when_its_generator_does(stage: Stage) -> None:
    stage.sessions.ask("5")
    stage.sessions.wait(10)
    assert stage.states()[-1] == "done"
    stage.sessions.resume(3)
    stage.sessions.wait(10)
    assert (stage.states()[-1], stage.sessions.save()) == ("done", None)


def test_a_failure_is_told_and_what_came_before_stays(stage: Stage) -> None:
    stage.sessions.ask("a")
    stage.sessions.wait(10)
    stage.sessions.ask("!")
    with pytest.raises(ValueError, match="too much"):
        stage.sessions.wait(10)
    assert stage.sent[-1]["data"]["message"] == "ValueError: the third is too much"
    with pytest.raises(ValueError, match="too much"):
        raise stage.sessions.settle() or AssertionError
    stage.sessions.resume()  # begins anew, and fails again
    with pytest.raises(ValueError, match="too much"):
        stage.sessions.wait(10)
    assert stage.sessions.history.count == 3


@pytest.mark.parametrize("state", ["running", "paused"])
def test_cancelling_ends_it_for_good(stage: Stage, state: str) -> None:
    stage.sessions.ask("a")
    if state == "running":
        stage.sessions.resume()
        until(lambda: stage.updates > 5)
    else:
        stage.sessions.wait(10)
    stage.sessions.cancel()
    stage.sessions.wait(10)
    gc.collect()
    assert (stage.states()[-1], stage.made[-1]()) == ("cancelled", None)
    assert stage.sessions.recorded()[-1].encoded.content["data"]["state"] == "cancelled"
    stage.sessions.resume()
    until(lambda: stage.sessions.history.count == 2 and stage.updates > 2)


def test_closing_while_it_runs_frees_it_and_ends_the_thread(stage: Stage) -> None:
    stage.sessions.ask("a")
    stage.sessions.resume()
    until(lambda: stage.updates > 5)
    thread = Worker.of(stage.owner)._thread
    assert thread is not None
    stage.sessions.close()
    thread.join(5)
    assert not thread.is_alive()
    gc.collect()
    assert stage.made[-1]() is None
    for act in (
        stage.sessions.resume,
        stage.sessions.pause,
        stage.sessions.reset,
        stage.sessions.cancel,
        stage.sessions.changed,
    ):
        act()  # type: ignore[operator]
    assert stage.sessions.save() is None


def test_it_is_shown_where_it_stands_while_it_goes_on(stage: Stage) -> None:
    stage.sessions.ask("a")
    stage.sessions.resume()
    assert stage.sessions.settle() is None
    until(lambda: stage.updates > 5)
    told = [sent.message for sent in stage.sessions.recorded()]
    assert stage.sessions.status == "running"
    assert [message.state for message in told if isinstance(message, Status)] == ["queued", "running", "paused"]
    numbers = [sent.encoded.content["number"] for sent in stage.sessions.recorded()]
    assert numbers == sorted(set(numbers))


@pytest.mark.parametrize("goes_on", [True, False])
def test_one_that_was_saved_goes_on_with_all_it_has_said(stage: Stage, goes_on: bool) -> None:
    stage.live = Live(0.5)
    stage.sessions.ask("a")
    stage.sessions.resume(100)
    if not goes_on:
        stage.sessions.wait(10)
    else:
        until(lambda: stage.updates > 30)
    saved = stage.sessions.save()
    assert saved is not None
    other = Stage()
    other.live = stage.live
    other.sessions.load(saved)
    other.sessions.wait(10)
    assert (other.updates, other.states()[-1]) == (saved.updates, "paused")
    other.sessions.resume(200 - saved.updates)
    other.sessions.wait(10)
    assert (other.session().total, other.changes()) == (100.0, [("0.5", 0)])
    told = [sent.message for sent in other.sessions.recorded()]
    assert [type(message).__name__ for message in told].count("Begin") == 1
    course = next(message for message in told if isinstance(message, Course))
    assert (course.at[0], course.at[-1]) == (0, 199)
    other.sessions.close()


def test_a_callback_may_pause_resume_and_reset(stage: Stage) -> None:
    def hear(message: Message) -> None:
        if isinstance(message, Course) and message.at[-1:].sum() >= 5 and stage.sessions.history.count == 1:
            stage.sessions.pause()
            stage.sessions.resume()
            stage.sessions.reset()

    stage.sessions.on_message(hear)
    stage.sessions.ask("a")
    stage.sessions.wait(10)
    assert (stage.sessions.history.count, stage.updates, stage.sessions.status) == (2, 0, "paused")


def test_many_threads_press_everything_and_it_ends_in_a_known_state(stage: Stage) -> None:
    stage.sessions.ask("a")

    def press(number: int) -> None:
        for _ in range(30):
            (stage.sessions.pause, stage.sessions.resume, stage.sessions.changed, stage.sessions.save)[number % 4]()  # type: ignore[operator]

    threads = [threading.Thread(target=press, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    stage.sessions.resume()
    before = stage.updates
    until(lambda: stage.updates > before)
    stage.sessions.pause()
    stage.sessions.wait(10)
    assert (stage.states()[-1], stage.sessions.status, stage.session().total) == ("paused", "paused", stage.updates)


def test_what_is_kept_has_a_ceiling(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live_session, "SLICE_SECONDS", 0.001)
    stage, weights = Stage(goal=0), []
    stage.sessions.ask("quick")
    for goal in (2_000, 18_000):
        stage.sessions.resume(goal)
        stage.sessions.wait(60)
        stage.weights.clear()
        stage.sessions.history.replay()
        weights.append(sum(stage.weights))
    assert stage.updates == 20_000
    assert len(stage.slices) > 50
    assert weights[1] < 1.3 * weights[0]  # of a series between half and all of what its kind retains is there
    course = next(sent.message for sent in stage.sessions.recorded() if isinstance(sent.message, Course))
    assert course.at[0] == 0
    assert course.at[-1] == 19_999
    assert set(np.diff(course.at)[:-1]) == {256}
    stage.sessions.close()
