"""The explorer shows what the pipeline does: the same bits, every step, whoever asks and from wherever."""

from __future__ import annotations

import dataclasses
import threading
from typing import Any

import ipywidgets
import numpy as np
import pytest
import torch

import diffexplain as dx
from diffexplain.core import samplers
from diffexplain.explorers.denoise.messages import Begin, Decoded, End, Step
from diffexplain.explorers.pipelines import copy_for
from diffexplain.live.messages import Message
from diffexplain.live.status import Status
from tests import tiny
from tests.explorers.conftest import page_says, page_sets


def of(messages: list[Message], kind: type[Any]) -> list[Any]:
    return [message for message in messages if isinstance(message, kind)]


def plain(pipe: Any, **call: Any) -> np.ndarray:
    given = {"prompt": "a red circle", "num_inference_steps": 3, "guidance_scale": 4.0, **call}
    return np.asarray(pipe(**given, generator=torch.Generator("cpu").manual_seed(3)).images[0])


def test_the_picture_is_the_pipelines_own_bit_for_bit(explorer: dx.DenoiseExplorer, pipe: Any) -> None:
    assert explorer.trace is not None
    assert np.array_equal(np.asarray(explorer.trace.image), plain(pipe))


@pytest.mark.parametrize("name", [sampler.name for sampler in samplers.available(tiny.sd().scheduler)])
def test_each_sampler_gives_what_its_pipeline_gives(explorer: dx.DenoiseExplorer, pipe: Any, name: str) -> None:
    explorer.sampler = name
    explorer.wait(60)
    assert explorer.trace is not None
    pipe.scheduler = samplers.build(name, pipe.scheduler)
    assert np.array_equal(np.asarray(explorer.trace.image), plain(pipe))


@pytest.mark.parametrize("steps", [1, 2, 50, 999, 1000])
@pytest.mark.parametrize("name", [sampler.name for sampler in samplers.available(tiny.sd().scheduler)])
def test_no_count_of_steps_leaves_the_timesteps_of_training(pipe: Any, name: str, steps: int) -> None:
    """With an offset of 1, diffusers' leading spacing of 1,000 steps begins at timestep 1,000, which there is not."""
    scheduler = copy_for(pipe, name, steps).scheduler
    scheduler.set_timesteps(steps)
    assert 0 <= float(scheduler.timesteps.min()) <= float(scheduler.timesteps.max()) <= 999


def test_messages_hold_what_the_trace_holds(explorer: dx.DenoiseExplorer) -> None:
    trace, messages = explorer.trace, explorer.recorded
    assert trace is not None
    (begin,), steps, (end,) = of(messages, Begin), of(messages, Step), of(messages, End)
    assert begin.step_count == len(steps) == len(trace.steps) == 3
    assert dataclasses.asdict(begin.request) == {"prompt": "a red circle", "negative_prompt": "", "seed": 3, "sampler": "ddim", "steps": 3, "guidance_scale": 4.0, "height": None, "width": None}  # fmt: skip
    assert [token.text for token in begin.tokens if token.kind == "word"] == ["a", "red", "circle"]
    assert begin.embedding.shape == (len(begin.tokens), 32)
    for message, step in zip(steps, trace.steps, strict=True):
        for name in ("x", "x0", "noise", "uncond", "cond"):
            np.testing.assert_array_equal(getattr(message, name), getattr(step, name)[0].half().numpy())
        assert (message.a, message.b) == (step.level.a, step.level.b)
        assert message.guidance_scale == pytest.approx(4.0, abs=1e-3)
        x = message.a * message.x0.astype(np.float32) + message.b * message.noise.astype(np.float32)
        np.testing.assert_allclose(x, message.x, atol=2e-2)
    np.testing.assert_array_equal(end.latents, trace.latents[0].half().numpy())
    assert sorted(decoded.index for decoded in of(messages, Decoded)) == [0, 1, 2]
    assert isinstance(messages[-1], Status)
    assert messages[-1].state == "done"


def test_without_guidance_there_is_no_pair(explorer: dx.DenoiseExplorer) -> None:
    explorer.guidance_scale = 1.0
    explorer.wait(60)
    assert all(
        step.uncond is None and step.cond is None and step.guidance_scale is None for step in of(explorer.recorded, Step)
    )


def test_equal_values_and_view_traits_ask_for_no_run(explorer: dx.DenoiseExplorer) -> None:
    trace = explorer.trace
    explorer.seed = 3
    explorer.step = 1
    explorer.place = "unet"
    page_sets(explorer, step=0, seed=3)
    assert explorer.wait(60).trace is trace


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
    one, other = (dx.DenoiseExplorer(pipe, prompt="a red circle", seed=seed, steps=3) for seed in (3, 4))
    assert np.array_equal(np.asarray(one.wait(60).trace.image), plain(pipe))  # type: ignore[union-attr]
    assert other.wait(60).status == "done"
    one.close()
    other.seed = 5
    assert other.wait(60).status == "done"
    other.close()


def test_sdxl_can_be_explored_too() -> None:
    explorer = dx.DenoiseExplorer(tiny.sdxl(), prompt="a red circle", steps=2, height=32, width=32).wait(60)
    assert len(of(explorer.recorded, Step)) == 2
    explorer.close()


@pytest.mark.parametrize("build", [lambda: "a string", lambda: tiny.build("flux"), lambda: object()])
def test_what_is_no_fit_pipeline_is_refused_with_a_remedy(build: Any) -> None:
    with pytest.raises(TypeError, match="load one with"):
        dx.DenoiseExplorer(build())
