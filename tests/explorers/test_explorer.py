"""What the base does for every explorer: when a run is asked for, replaced, cancelled, and what a failing one leaves. Shown on one."""

from __future__ import annotations

import threading
from typing import Any

import ipywidgets
import numpy as np
import pytest

import diffexplain as dx
from diffexplain.explorers import pipelines
from tests.explorers.conftest import page_says, page_sets


def test_several_changes_at_once_ask_for_one_run(explorer: dx.DenoiseExplorer) -> None:
    runs = explorer._runs.history.count
    with explorer.hold_trait_notifications():
        explorer.seed, explorer.steps, explorer.prompt = 8, 2, "a blue square"
    explorer.wait(60)
    assert explorer._runs.history.count == runs + 1
    assert explorer.trace is not None
    assert (explorer.trace.prompt, len(explorer.trace.steps)) == ("a blue square", 2)


def test_it_links_and_sits_in_a_box(explorer: dx.DenoiseExplorer) -> None:
    slider = ipywidgets.IntSlider(value=3, max=20)
    link = ipywidgets.link((slider, "value"), (explorer, "seed"))
    slider.value = 9
    assert explorer.wait(60).seed == 9
    explorer.seed = 4
    assert slider.value == 4
    box = ipywidgets.VBox([explorer])
    assert box.children == (explorer,)
    link.unlink()
    box.close()


def test_a_newer_request_replaces_a_run_at_once(pipe: Any) -> None:
    explorer = dx.DenoiseExplorer(pipe, prompt="a", steps=1000)
    begun = threading.Event()
    explorer.on_message(lambda message: begun.set() if message.kind == "step" else None)
    assert begun.wait(60)
    explorer.steps = 2
    explorer.wait(60)
    assert explorer.trace is not None
    assert len(explorer.trace.steps) == 2
    assert not pipe.unet._forward_hooks
    explorer.close()


def test_cancel_from_the_page_keeps_the_last_finished_run(explorer: dx.DenoiseExplorer) -> None:
    finished = explorer.recorded
    begun = threading.Event()
    stop = explorer.on_message(lambda message: begun.set() if message.kind == "step" else None)
    explorer.steps = 1000
    assert begun.wait(60)
    page_says(explorer, "cancel")
    explorer.wait(60)
    stop()
    assert explorer.status == "cancelled"
    assert explorer.recorded == finished
    page_says(explorer, "run")
    explorer.steps = 2
    assert explorer.wait(60).status == "done"


def test_a_failing_run_is_said_on_the_page_raised_by_wait_and_costs_nothing(
    explorer: dx.DenoiseExplorer, monkeypatch: pytest.MonkeyPatch
) -> None:
    finished, wire = explorer.recorded, explorer.comm
    monkeypatch.setattr(
        type(explorer.pipeline.unet), "forward", lambda *_, **__: (_ for _ in ()).throw(RuntimeError("out of luck"))
    )
    explorer.seed = 77
    with pytest.raises(RuntimeError, match="out of luck"):
        explorer.wait(60)
    assert explorer.status == "failed"
    status = [content["data"] for content in wire.contents if content["kind"] == "status"][-1]  # type: ignore[union-attr]
    assert "out of luck" in status["message"]
    assert explorer.recorded == finished
    monkeypatch.undo()
    page_says(explorer, "run")
    assert explorer.wait(60).status == "done"


def test_a_callback_that_fails_costs_nothing(explorer: dx.DenoiseExplorer) -> None:
    explorer.on_message(lambda message: 1 / 0)  # type: ignore[arg-type,return-value]
    explorer.seed = 12
    assert explorer.wait(60).status == "done"


def test_two_explorers_of_one_pipeline_do_not_disturb_each_other(pipe: Any) -> None:
    one, other = (dx.DenoiseExplorer(pipe, prompt="a red circle", seed=seed, steps=3, guidance_scale=4.0) for seed in (3, 4))
    alone = pipelines.call_of(pipe, one)().images[0]
    assert np.array_equal(np.asarray(one.wait(60).trace.image), np.asarray(alone))  # type: ignore[union-attr]
    assert other.wait(60).status == "done"
    one.close()
    other.seed = 5
    assert other.wait(60).status == "done"
    other.close()


@pytest.mark.parametrize("asked", [{"run": 1, "number": 2}, {"run": 9, "number": 0}])
def test_a_run_that_is_gone_is_said_to_be_gone(explorer: dx.DenoiseExplorer, asked: dict[str, int]) -> None:
    explorer.seed = 4
    explorer.wait(60)
    wire: Any = explorer.comm
    wire.sent.clear()
    page_says(explorer, "detail", **asked)
    (content,) = wire.contents
    assert (content["kind"], content["data"]) == ("gone", {"of_run": asked["run"], "of_number": asked["number"]})


@pytest.mark.parametrize("asked", [{}, {"run": "1", "number": [2]}, {"run": None, "number": 1.5}])
def test_a_request_for_nothing_is_not_answered(explorer: dx.DenoiseExplorer, asked: dict[str, Any]) -> None:
    wire: Any = explorer.comm
    wire.sent.clear()
    page_says(explorer, "detail", **asked)
    assert wire.contents == []


def test_what_asks_for_nothing_new_asks_for_no_run(explorer: dx.DenoiseExplorer) -> None:
    trace = explorer.trace
    page_sets(explorer, step=0, seed=3)
    assert explorer.wait(60).trace is trace
