"""Pages are sent previews; all of a message goes to who asks for it by run and number, and changes nothing else."""

from __future__ import annotations

import threading
from dataclasses import dataclass, replace

import numpy as np
import pytest

from diffexplain.live.history import History, Run, encode_whole
from diffexplain.live.messages import Array, Encoded, Message, decode
from diffexplain.live.status import Gone


@dataclass(frozen=True, eq=False)
class Heavy(Message):
    """Whose first value is preview enough."""

    values: Array

    def preview(self) -> Heavy:
        return replace(self, values=self.values[:1])


def values(encoded: Encoded) -> list[float]:
    message = decode(encoded.content, encoded.buffers, [Heavy])
    assert isinstance(message, Heavy)
    return list(message.values)


class Scene:
    def __init__(self) -> None:
        self.sent: list[Encoded] = []
        self.history = History(self.sent.append)

    def say(self, run: Run, *numbers: float) -> None:
        self.history.add(run, Heavy(np.asarray(numbers, np.float32)))


@pytest.fixture
def scene() -> Scene:
    return Scene()


def test_previews_are_sent_and_said_again_and_messages_are_kept(scene: Scene) -> None:
    run = scene.history.begin()
    scene.say(run, 1, 2, 3)
    scene.history.replay()
    assert [values(encoded) for encoded in scene.sent] == [[1], [1]]
    (kept,) = scene.history.sent_of(run)
    assert isinstance(kept.message, Heavy)
    assert list(kept.message.values) == [1, 2, 3]
    assert values(encode_whole(kept)) == [1, 2, 3]
    assert encode_whole(kept).content.keys() == kept.encoded.content.keys()


def test_all_of_a_message_of_the_newest_and_of_the_finished_run(scene: Scene) -> None:
    first = scene.history.begin()
    scene.say(first, 1, 2)
    scene.history.finish(first)
    second = scene.history.begin()
    scene.say(second, 3, 4)
    scene.say(second, 5, 6)
    scene.sent.clear()
    for run, number, expected in [(1, 0, [1, 2]), (2, 1, [5, 6])]:
        scene.history.detail(run, number)
        answer = scene.sent.pop()
        assert (answer.content["run"], answer.content["number"], answer.content["detail"]) == (run, number, True)
        assert values(answer) == expected
    assert [len(run.sent) for run in (first, second)] == [1, 2]
    scene.history.replay()
    assert [values(encoded) for encoded in scene.sent] == [[1], [3], [5]]
    assert not any("detail" in encoded.content for encoded in scene.sent)


@pytest.mark.parametrize(("run", "number"), [(1, 0), (3, 9), (3, -1), (9, 0)])
def test_what_is_not_kept_any_more_is_said_to_be_gone(scene: Scene, run: int, number: int) -> None:
    for _ in range(3):
        scene.say(scene.history.begin(), 1, 2)
    scene.history.detail(run, number)
    answer = scene.sent[-1]
    assert answer.content["number"] == -1
    gone = decode(answer.content, answer.buffers, [Gone])
    assert isinstance(gone, Gone)
    assert (gone.of_run, gone.of_number) == (run, number)


def test_requests_from_many_threads_are_answered_while_a_run_goes_on(scene: Scene) -> None:
    first = scene.history.begin()
    scene.say(first, 1, 2)
    scene.history.finish(first)
    second = scene.history.begin()
    askers = [threading.Thread(target=scene.history.detail, args=(1, 0)) for _ in range(8)]
    for asker in askers:
        asker.start()
        scene.say(second, 3, 4)
    for asker in askers:
        asker.join()
    answers = [encoded for encoded in scene.sent if encoded.content.get("detail")]
    assert [values(answer) for answer in answers] == [[1, 2]] * 8
    assert [encoded.content["number"] for encoded in scene.sent if encoded.content["run"] == 2] == list(range(8))
