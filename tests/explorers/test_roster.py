"""Which explorers live in a kernel, as a page that looks from outside is told: nothing before it asks, then what is true."""

from __future__ import annotations

import io
import time
from collections.abc import Callable, Iterator
from itertools import pairwise
from queue import Empty
from typing import Any

import numpy as np
import pytest
from PIL import Image

import diffexplain as dx
from diffexplain.explorers.held import held
from diffexplain.explorers.messages import Progress
from diffexplain.explorers.roster import APART, TARGET, Roster
from diffexplain.explorers.standing import progress, standing, thumbnail
from diffexplain.i18n import LANGUAGES
from tests.explorers.examples import PREAMBLE
from tests.explorers.front_end import Kernel

# Without a kernel


class Told:
    """A roster and what it has sent."""

    def __init__(self) -> None:
        self.sent: list[tuple[float, dict[str, Any], list[bytes]]] = []
        self.roster = Roster(lambda content, buffers: self.sent.append((time.monotonic(), content, buffers)))

    def until(self, holds: Callable[[dict[str, Any], list[bytes]], object]) -> tuple[dict[str, Any], list[bytes]]:
        """The first message for which something holds."""
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            for _, content, buffers in list(self.sent):
                if holds(content, buffers):
                    return content, buffers
            time.sleep(0.01)
        raise AssertionError(f"not told; told was {[content for _, content, _ in self.sent][-3:]}")


@pytest.fixture
def told() -> Iterator[Told]:
    told = Told()
    yield told
    told.roster.hear({"kind": "unwatch", "page": "a"})


def lists(*states: str) -> Callable[[dict[str, Any], list[bytes]], bool]:
    return lambda content, _: [each["state"] for each in content.get("explorers", "")] == list(states)


def test_nothing_is_sent_before_a_page_watches_or_after_it_has_left(told: Told, explorer: dx.DenoiseExplorer) -> None:
    told.roster.add(explorer)
    told.roster.changed()
    assert not told.sent
    told.roster.hear({"kind": "watch", "page": "a"})
    told.until(lists("done"))
    told.roster.hear({"kind": "unwatch", "page": "a"})
    time.sleep(2 * APART)
    count = len(told.sent)
    told.roster.changed()
    time.sleep(2 * APART)
    assert len(told.sent) == count


def test_changes_are_told_at_most_twice_a_second_and_the_last_one_is(told: Told, explorer: dx.DenoiseExplorer) -> None:
    told.roster.add(explorer)
    explorer.on_message(lambda _: told.roster.changed())
    told.roster.hear({"kind": "watch", "page": "a"})
    explorer.steps = 9
    explorer.wait(60)
    explorer.prompt = "a fox"
    explorer.wait(60)
    told.until(lambda content, _: content["explorers"] and content["explorers"][0]["subject"] == "a fox")
    told.until(lists("done"))
    times = [when for when, _, _ in told.sent]
    assert all(after - before > APART * 0.9 for before, after in pairwise(times))


def test_a_picture_is_sent_once_and_again_to_a_page_that_comes_later(told: Told, explorer: dx.DenoiseExplorer) -> None:
    told.roster.add(explorer)
    told.roster.hear({"kind": "watch", "page": "a"})
    _, (picture,) = told.until(lists("done"))
    image = Image.open(io.BytesIO(picture))
    assert (image.format, max(image.size) <= 360) == ("JPEG", True)
    told.roster.changed()
    told.until(lambda content, buffers: lists("done")(content, buffers) and not buffers)
    told.sent.clear()
    told.roster.hear({"kind": "watch", "page": "b"})
    assert told.until(lists("done"))[1] == [picture]
    told.roster.hear({"kind": "unwatch", "page": "b"})


def test_a_page_closes_it_and_it_is_listed_no_more(told: Told, explorer: dx.DenoiseExplorer) -> None:
    told.roster.add(explorer)
    told.roster.hear({"kind": "watch", "page": "a"})
    told.until(lists("done"))
    told.roster.hear({"kind": "close", "page": "a", "model": explorer.model_id})
    told.roster.changed()
    told.until(lists())
    assert explorer.comm is None


@pytest.mark.parametrize("content", [None, [], {}, {"kind": "cancel"}, {"kind": "run", "model": "x"}, {"kind": ["close"]}])
def test_what_makes_no_sense_is_passed_over(told: Told, explorer: dx.DenoiseExplorer, content: Any) -> None:
    told.roster.add(explorer)
    told.roster.hear(content)
    told.roster.hear({"kind": "pause", "model": explorer.model_id})  # it has no pause
    told.roster.hear({"kind": "_ask", "model": explorer.model_id})
    assert (explorer.status, explorer.comm is not None, told.sent) == ("done", True, [])


def test_an_export_goes_to_the_page_that_asked_and_is_the_page_that_python_writes(
    told: Told, explorer: dx.DenoiseExplorer, tmp_path: Any
) -> None:
    told.roster.add(explorer)
    told.roster.hear({"kind": "export", "page": "b", "model": explorer.model_id})
    answer, (content,) = told.until(lambda content, _: content["kind"] == "exported")
    assert (answer["page"], answer["name"], answer["message"]) == ("b", "denoise-a-red-circle.html", None)
    assert content == explorer.to_html(tmp_path / "x.html").read_bytes()


def test_an_export_of_what_has_failed_says_why_in_all_languages(told: Told, pipe: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pipe.unet, "forward", lambda *given, **named: 1 / 0)
    explorer = dx.DenoiseExplorer(pipe, steps=1)
    told.roster.add(explorer)
    told.roster.hear({"kind": "export", "page": "b", "model": explorer.model_id})
    answer, buffers = told.until(lambda content, _: content["kind"] == "exported")
    assert (answer["name"], buffers) == ("", [])
    assert answer["message"].keys() == LANGUAGES.keys()
    assert answer["message"]["en"] != answer["message"]["zh"]
    explorer.close()


# What is said of one


def test_it_says_what_the_newest_run_was_asked_and_the_picture_is_of_the_last_finished_one(
    explorer: dx.DenoiseExplorer,
) -> None:
    before = standing(explorer)
    assert (before.name, before.subject, before.state, before.progress) == ("denoise", "a red circle", "done", None)
    assert (before.goes_on, before.finished) == (False, True)
    assert before.title["en"] == "Denoising explorer"
    finished = explorer._runs.history.finished  # type: ignore[union-attr]
    assert finished is not None
    picture = thumbnail(explorer, finished)
    explorer.steps, explorer.prompt = 1000, "a fox"
    explorer.cancel()
    assert standing(explorer).subject == "a fox"
    assert explorer._runs.history.finished is finished  # type: ignore[union-attr]
    assert thumbnail(explorer, finished) == picture


def test_progress_counts_steps_where_they_are_announced() -> None:
    class Begin:
        kind, step_count = "begin", 4

    class Step:
        kind, index = "step", 2

    done: list[Any] = [Begin(), Progress("decode", 1, 10), Step()]
    assert progress(done) == 0.75
    assert progress([Progress("decode", 1, 10)]) == 0.1
    assert progress([Begin()]) is None  # type: ignore[list-item]
    assert progress([]) is None


def test_memory_is_counted_once_however_it_is_reached() -> None:
    array = np.zeros((100, 10), np.float32)
    assert held(array) == held([array, {"a": array[3:], "b": (array, memoryview(array))}]) == 4000
    assert held(b"12345", "text", 7, None) == 5


def test_what_an_explorer_holds_is_what_it_has_shown(explorer: dx.DenoiseExplorer) -> None:
    few = standing(explorer).bytes
    explorer.steps = 12
    explorer.wait(60)
    many = standing(explorer).bytes
    assert 0 < few < many
    assert held(explorer.pipeline, explorer.pipeline.unet) == 0


# In a kernel


class Watching(Kernel):
    """A kernel whose roster is watched."""

    def __init__(self) -> None:
        self.lists: list[dict[str, Any]] = []
        self.exported: list[tuple[dict[str, Any], list[Any]]] = []
        self.messages = 0
        super().__init__()

    def _note(self, message: dict[str, Any]) -> None:
        super()._note(message)
        data = message["content"].get("data", {})
        if message["msg_type"].startswith("comm_") and message["content"].get("target_name") == TARGET:
            raise AssertionError("a page without the extension would close this comm with an error")
        if message["msg_type"] == "comm_msg" and data.get("kind") == "explorers":
            self.lists.append(data)
        if message["msg_type"] == "comm_msg" and data.get("kind") == "exported":
            self.exported.append((data, message["buffers"]))

    def comms(self) -> list[str]:
        """What a page is answered that asks for rosters."""
        request = self.client.comm_info(target_name=TARGET)
        while (reply := self.client.get_shell_msg(timeout=60))["parent_header"]["msg_id"] != request:
            pass
        return list(reply["content"]["comms"])

    def until(self, *states: str) -> list[dict[str, Any]]:
        """The first list with explorers in these states that comes from now on, or came last."""
        self.lists = self.lists[-1:]
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            for each in self.lists:
                if [explorer["state"] for explorer in each["explorers"]] == list(states):
                    return list(each["explorers"])
            try:
                self._note(self.client.get_iopub_msg(timeout=0.2))
            except Empty:
                continue
        raise AssertionError(f"not told; told was {self.lists[-3:]}")


@pytest.mark.kernel
def test_a_page_finds_the_roster_watches_and_acts_also_while_a_cell_runs() -> None:
    kernel = Watching()
    try:
        kernel.execute(PREAMBLE)
        assert kernel.comms() == []
        kernel.execute("import time\nfirst = dx.DenoiseExplorer(pipe, prompt='a red circle', steps=3).wait(60)")
        (comm_id,) = kernel.comms()
        kernel.execute("second = dx.DenoiseExplorer(pipe, prompt='a fox', steps=1000)")
        assert not kernel.lists
        subshell = kernel.subshell()
        cell = kernel.begin("for _ in range(400): time.sleep(0.05)") if subshell is not None else ""
        kernel.page(comm_id, subshell, kind="watch", page="a")
        first, second = kernel.until("done", "running")
        assert (first["subject"], second["subject"]) == ("a red circle", "a fox")
        kernel.page(comm_id, subshell, kind="cancel", page="a", model=second["model"])
        kernel.until("done", "cancelled")
        kernel.page(comm_id, subshell, kind="export", page="a", model=first["model"])
        while not kernel.exported:
            kernel._note(kernel.client.get_iopub_msg(timeout=20))
        assert bytes(kernel.exported[0][1][0]).startswith(b"<!doctype html>")
        kernel.page(comm_id, subshell, kind="close", page="a", model=second["model"])
        kernel.until("done")
        assert cell not in kernel.ended
        if cell:
            kernel.manager.interrupt_kernel()
            while cell not in kernel.ended:
                kernel._note(kernel.client.get_iopub_msg(timeout=20))
        assert kernel.execute("print(second.comm is None, first.status, end='')") == "True done"
    finally:
        kernel.close()
