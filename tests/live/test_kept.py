"""A run that is kept stays as it was, whatever follows; who comes late is told of it, and let go it is free."""

from __future__ import annotations

import gc
import weakref
from dataclasses import dataclass, replace

import pytest

from diffexplain.live.history import History, Run
from diffexplain.live.messages import Encoded, Message, decode


@dataclass(frozen=True, eq=False)
class Said(Message):
    words: str

    def preview(self) -> Said:
        return replace(self, words=self.words[:1])


@dataclass(frozen=True, eq=False)
class Ground(Message):
    lasting = True


class Scene:
    def __init__(self) -> None:
        self.sent: list[Encoded] = []
        self.history = History(self.sent.append)

    def run(self, *words: str) -> Run:
        run = self.history.begin()
        for each in words:
            self.history.add(run, Said(each))
        self.history.finish(run)
        return run

    def heard(self) -> list[tuple[str, int, object]]:
        """What was sent since this was last asked: kind, run, and the words or which run is kept."""
        heard = [(one.content["kind"], one.content["run"], next(iter(one.content["data"].values()), None)) for one in self.sent]
        self.sent.clear()
        return heard


@pytest.fixture
def scene() -> Scene:
    return Scene()


def test_it_stays_as_it_was_and_stands_before_the_newer_ones_in_every_replay(scene: Scene) -> None:
    kept = scene.run("apple", "bear")
    before = [*kept.sent]
    scene.heard()
    scene.history.keep(kept)
    assert scene.heard() == [("kept", 0, 1)]
    for word in ("cat", "dog", "emu"):
        scene.run(word)
    scene.heard()
    assert kept.sent == before
    scene.history.replay()
    assert scene.heard() == [("kept", 0, 1), ("said", 1, "a"), ("said", 1, "b"), ("said", 4, "e")]
    assert scene.history.finished is not None
    assert [sent.message for sent in scene.history.sent_of(scene.history.finished)] == [scene.history.finished.sent[0].message]


def test_what_lasts_comes_first_and_a_run_that_is_kept_and_newest_is_told_once(scene: Scene) -> None:
    run = scene.run("apple")
    scene.history.add(run, Ground())
    scene.history.keep(run)
    scene.heard()
    scene.history.replay()
    assert scene.heard() == [("ground", 0, None), ("kept", 0, 1), ("said", 1, "a")]


def test_all_of_its_messages_can_be_asked_for(scene: Scene) -> None:
    scene.history.keep(scene.run("apple"))
    for word in ("cat", "dog"):
        scene.run(word)
    scene.heard()
    scene.history.detail(1, 0)
    assert scene.heard() == [("said", 1, "apple")]
    scene.history.detail(2, 0)
    assert scene.heard()[0][0] == "gone"


@pytest.mark.parametrize("end", [lambda history: history.keep(None), lambda history: history.drop()])
def test_let_go_it_is_told_no_more_and_free(scene: Scene, end: object) -> None:
    kept = scene.run("apple")
    scene.history.keep(kept)
    scene.run("cat")
    gone = weakref.ref(kept)
    del kept
    gc.collect()
    assert gone() is not None
    end(scene.history)  # type: ignore[operator]
    gc.collect()
    assert gone() is None
    scene.heard()
    scene.history.replay()
    assert not any(kind == "kept" or run == 1 for kind, run, _ in scene.heard())


def test_another_takes_its_place(scene: Scene) -> None:
    first, second = scene.run("apple"), scene.run("bear")
    scene.history.keep(first)
    scene.history.keep(second)
    scene.heard()
    scene.history.replay()
    told = [decode(one.content, one.buffers, [Said]) for one in scene.sent if one.content["kind"] == "said"]
    assert [message.words for message in told if isinstance(message, Said)] == ["b"]
