"""A message that holds for all runs is sent once, comes before every replay, and belongs to no run."""

from __future__ import annotations

from dataclasses import dataclass

from diffexplain.live.history import History
from diffexplain.live.messages import Encoded, Message


@dataclass(frozen=True, eq=False)
class Ground(Message):
    lasting = True

    name: str


@dataclass(frozen=True, eq=False)
class Said(Message):
    number: int


def kinds(sent: list[Encoded]) -> list[tuple[str, int]]:
    return [(encoded.content["kind"], encoded.content["run"]) for encoded in sent]


def test_it_outlives_runs_and_comes_first() -> None:
    sent: list[Encoded] = []
    history = History(sent.append)
    first = history.begin()
    assert history.add(first, Said(1))
    assert history.add(first, Ground("a"))
    history.finish(first)
    second = history.begin()
    history.add(second, Said(2))
    assert kinds(sent) == [("said", 1), ("ground", 0), ("said", 2)]
    assert [entry.message.kind for entry in history.sent_of(second)] == ["ground", "said"]
    sent.clear()
    history.replay()
    assert kinds(sent) == [("ground", 0), ("said", 1), ("said", 2)]


def test_a_newer_one_takes_its_place_and_an_older_run_may_still_say_it() -> None:
    sent: list[Encoded] = []
    history = History(sent.append)
    first = history.begin()
    history.add(first, Ground("a"))
    history.begin()
    assert history.add(first, Ground("b"))
    assert not history.add(first, Said(1))
    sent.clear()
    history.replay()
    assert [encoded.content["data"]["name"] for encoded in sent] == ["b"]
    history.drop()
    sent.clear()
    history.replay()
    assert not sent
