"""Two runs beside each other: the kept one is what it had said, to the bit, in a second view and in an export, until it is let go."""

from __future__ import annotations

import gc
import weakref
from typing import Any

import pytest

import diffexplain as dx
from diffexplain.errors import NoFinishedRunError
from diffexplain.live.messages import encode
from tests import tiny
from tests.explorers.conftest import after, page_says


def bits(messages: list[Any]) -> list[Any]:
    encoded = [encode(message, 0, 0) for message in messages]
    return [(each.content, [bytes(buffer) for buffer in each.buffers]) for each in encoded]


def runs_of(contents: list[dict[str, Any]]) -> list[int]:
    """The runs whose messages these are, in order."""
    return list(dict.fromkeys(content["run"] for content in contents if content["run"]))


def test_it_is_what_the_run_had_said_whatever_follows(explorer: dx.DenoiseExplorer) -> None:
    before = bits(explorer.recorded)
    assert explorer.kept == []
    assert explorer.keep() is explorer
    after(explorer, guidance_scale=8.0, steps=4)
    after(explorer, sampler="euler")
    assert bits(explorer.kept) == before
    assert bits(explorer.recorded) != before
    explorer.keep()
    assert bits(explorer.kept) == bits(explorer.recorded)


def test_a_second_view_and_an_export_have_both(explorer: dx.DenoiseExplorer) -> None:
    explorer.keep()
    after(explorer, prompt="a blue square")
    after(explorer, seed=8)
    wire = explorer.comm
    wire.sent.clear()
    page_says(explorer, "ready")
    assert runs_of(wire.contents) == [1, 3]
    recording = explorer.exported_run()
    assert [encoded.content for encoded in recording.messages] == wire.contents
    assert recording.messages[0].content["data"] == {"of_run": 1}
    assert (recording.subject, recording.traits["seed"]) == ("a blue square", 8)  # those of the newest
    full = explorer.exported_run("full").messages
    assert [message.content["number"] for message in full] == [content["number"] for content in wire.contents]
    assert explorer.still(explorer.recorded) == recording.still


def test_the_page_keeps_what_it_shows_and_lets_go(explorer: dx.DenoiseExplorer) -> None:
    page_says(explorer, "keep", run=1)
    assert bits(explorer.kept) == bits(explorer.recorded)
    after(explorer, seed=8)
    wire = explorer.comm
    wire.sent.clear()
    page_says(explorer, "keep", run=1)  # from before the newer one was done
    page_says(explorer, "keep", run="2")
    page_says(explorer, "keep")
    assert wire.contents == []
    page_says(explorer, "let_go")
    page_says(explorer, "let_go")
    assert [content["data"] for content in wire.contents] == [{"of_run": 0}]
    assert explorer.kept == []


def test_let_go_it_is_free(explorer: dx.DenoiseExplorer) -> None:
    explorer.keep()
    after(explorer, seed=8)
    messages = [weakref.ref(message) for message in explorer.kept if message.kind == "step"]
    gc.collect()
    assert all(message() is not None for message in messages)
    assert explorer.let_go() is explorer
    explorer.let_go()
    gc.collect()
    assert not any(message() for message in messages)
    assert runs_of([encoded.content for encoded in explorer.exported_run().messages]) == [2]


def test_what_still_runs_is_waited_for_and_without_a_run_there_is_nothing_to_keep() -> None:
    explorer = dx.DenoiseExplorer(tiny.sd(), prompt="a", steps=2)
    assert explorer.keep().status == "done"
    explorer.close()
    assert explorer.kept == []
    with pytest.raises(NoFinishedRunError, match="no finished run to keep"):
        explorer.keep()
    assert explorer.let_go() is explorer
