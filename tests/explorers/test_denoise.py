"""The explorer shows what the pipeline does: the same bits, every step, whoever asks and from wherever."""

from __future__ import annotations

import copy
import dataclasses
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import diffexplain as dx
from diffexplain.core import samplers
from diffexplain.explorers import previews
from diffexplain.explorers.denoise.messages import MESSAGES, PARTS, Begin, End, Move, Step, needed_parts
from diffexplain.explorers.messages import Decoded
from diffexplain.live.messages import Encoded, decode, encode, numbers
from diffexplain.live.status import Status
from tests import tiny
from tests.explorers.conftest import of, own_picture, page_says


def test_the_picture_is_the_pipelines_own_bit_for_bit(explorer: dx.DenoiseExplorer, pipe: Any) -> None:
    assert explorer.trace is not None
    assert np.array_equal(np.asarray(explorer.trace.image), own_picture(pipe))


@pytest.mark.parametrize("name", [sampler.name for sampler in samplers.available(tiny.sd().scheduler)])
def test_each_sampler_gives_what_its_pipeline_gives(explorer: dx.DenoiseExplorer, pipe: Any, name: str) -> None:
    explorer.sampler = name
    explorer.wait(60)
    assert explorer.trace is not None
    assert np.array_equal(np.asarray(explorer.trace.image), own_picture(pipe, name))


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
    assert all(step.uncond is None and step.cond is None and step.guidance_scale is None for step in of(explorer, Step))


def test_sdxl_can_be_explored_too() -> None:
    explorer = dx.DenoiseExplorer(tiny.sdxl(), prompt="a red circle", steps=2, height=32, width=32).wait(60)
    assert len(of(explorer, Step)) == 2
    explorer.close()


@pytest.mark.parametrize("build", [lambda: tiny.build("flux"), lambda: object()])
def test_what_is_no_fit_pipeline_is_refused_with_a_remedy(build: Any) -> None:
    with pytest.raises(TypeError, match="load one with"):
        dx.DenoiseExplorer(build())


@pytest.fixture
def small_share(monkeypatch: pytest.MonkeyPatch, explorer: dx.DenoiseExplorer) -> dx.DenoiseExplorer:
    """An explorer whose arrays are too heavy for the share of its steps, after a run of it."""
    monkeypatch.setattr(previews, "STEPS", 6_000)
    explorer.seed = 4
    return explorer.wait(60)


def sent(explorer: dx.DenoiseExplorer, run: int) -> list[Encoded]:
    wire: Any = explorer.comm
    return [
        Encoded(data["content"], buffers)
        for kind, data, buffers in wire.sent
        if kind == "comm_msg" and data.get("method") == "custom" and data["content"]["run"] == run
    ]


def test_a_preview_looks_like_the_run(small_share: dx.DenoiseExplorer) -> None:
    (begin,), steps = of(small_share, Begin), of(small_share, Step)
    first_view = [decode(one.content, one.buffers, MESSAGES) for one in sent(small_share, 2) if one.content["kind"] != "status"]
    (begun,), shown = of(first_view, Begin), of(first_view, Step)
    assert begin.preview_shape == begun.preview_shape
    for few, step in zip(shown, steps, strict=True):
        assert (few.x, few.cond) == (None, None)
        assert numbers(few.x0).shape == (4, *begin.preview_shape)
        made = few.a * numbers(few.x0) + few.b * numbers(few.noise)
        x = previews.small(step.x, begin.preview_shape)
        allowed = few.a * few.x0.scale / 2 + few.b * few.noise.scale / 2 + x.scale / 2 + 4e-3 * np.abs(step.x).max()
        assert np.abs(made - x.values).max() <= allowed
        guided = few.p * numbers(few.x0) + few.q * numbers(few.noise)
        cond = numbers(few.uncond) + (guided - numbers(few.uncond)) / few.guidance_scale
        assert (
            np.abs(cond - previews.small(step.cond, begin.preview_shape).values).max() <= 2 * few.noise.scale + few.uncond.scale
        )
        assert (few.text_share, few.moved, few.seconds) == (step.text_share, step.moved, step.seconds)


def test_all_of_a_step_is_what_the_run_had_bit_for_bit(small_share: dx.DenoiseExplorer) -> None:
    wire: Any = small_share.comm
    runs, told = small_share._runs.history.count, len(small_share.recorded)
    number = next(one.content["number"] for one in sent(small_share, 2) if one.content["kind"] == "step")
    small_share.steps = 1000  # another run goes on meanwhile
    wire.sent.clear()
    page_says(small_share, "detail", run=2, number=number)
    (answer,) = sent(small_share, 2)
    assert answer.content["detail"]
    step = decode(answer.content, answer.buffers, MESSAGES)
    kept = of(small_share, Step)[0]
    assert isinstance(step, Step)
    for part in PARTS:
        np.testing.assert_array_equal(getattr(step, part), getattr(kept, part))
    assert small_share._runs.history.count == runs + 1
    assert len(small_share.recorded) == told
    small_share.cancel()


def test_an_export_has_previews_and_on_request_all_numbers(small_share: dx.DenoiseExplorer, tmp_path: Path) -> None:
    light, full = (small_share.exported_run(detail) for detail in ("preview", "full"))
    assert [one.content["number"] for one in light.messages] == [one.content["number"] for one in full.messages]
    steps = [decode(one.content, one.buffers, MESSAGES) for one in full.messages if one.content["kind"] == "step"]
    for step, kept in zip(steps, of(small_share, Step), strict=True):
        np.testing.assert_array_equal(step.x, kept.x)  # type: ignore[attr-defined]
    weight = [sum(buffer.nbytes for one in run.messages for buffer in one.buffers) for run in (light, full)]
    assert weight[0] < weight[1]
    sizes = [small_share.to_html(tmp_path / f"{detail}.html", detail=detail).stat().st_size for detail in ("preview", "full")]
    assert small_share.to_html(tmp_path / "plain.html").stat().st_size == sizes[0] < sizes[1]
    with pytest.raises(ValueError, match="detail must be one of preview, full"):
        small_share.to_html(tmp_path / "none.html", detail="all")
    assert not (tmp_path / "none.html").exists()


@pytest.mark.parametrize("plain", [True, False])
@pytest.mark.parametrize("count", [50, 1000, 1999])
@pytest.mark.parametrize("side", [16, 64, 128])
def test_the_steps_of_a_run_keep_to_their_share(side: int, count: int, plain: bool) -> None:
    """Of models as large as SDXL, however many steps, also where guidance is processed further so that a page needs both halves."""
    x0, noise, uncond = (np.random.default_rng(seed).standard_normal((4, side, side), np.float32) for seed in range(3))
    cond = uncond + (noise - uncond) / 7.5 if plain else noise
    arrays = {"x": 0.6 * x0 + 0.8 * noise, "x0": x0, "noise": noise, "uncond": uncond, "cond": cond}
    odd = 1 / 3  # as long as a number gets
    step = Step(0, 999.0, 0.6, 0.8, odd, odd, 0.0, 1.0, 7.5, odd, odd, odd, odd, Move(odd, odd), None, **{name: array.astype(np.float16) for name, array in arrays.items()})  # fmt: skip
    plan = previews.plan((4, side, side), count, 5, len(needed_parts(step)))
    kinds = [dataclasses.replace(step, preview_shape=shape) for shape in (plan.of(0), (0, 0))]
    with_arrays, without = (encode(kind.preview(), 1, count) for kind in kinds)
    weight = [len(json.dumps(one.content, separators=(",", ":"))) + sum(buffer.nbytes for buffer in one.buffers) for one in (with_arrays, without)]  # fmt: skip
    assert len(plan.steps) * weight[0] + (count - len(plan.steps)) * weight[1] <= 1.05 * max(previews.STEPS, 600 * count)
    assert (plan.shape is None) == (side == 16 and count == 50)


def test_long_states_of_a_text_are_sent_as_the_page_draws_them(explorer: dx.DenoiseExplorer) -> None:
    (begin,) = of(explorer, Begin)
    assert begin.preview() is begin
    states = np.random.default_rng(0).standard_normal((77, 4096)).astype(np.float16) * 3
    shown = dataclasses.replace(begin, embedding=states).preview().embedding
    rows = len(shown.levels)
    assert shown.levels.nbytes <= previews.TEXT < states.nbytes
    assert np.abs(shown.values - states[:rows].clip(-2.5, 2.5)).max() <= shown.scale * 0.51


@pytest.mark.parametrize(("asked", "size"), [({"height": 32}, (32, 64)), ({"width": 32}, (64, 32))])
def test_of_a_height_or_a_width_alone_the_other_one_is_the_models_own(asked: dict[str, int], size: tuple[int, int]) -> None:
    pipe = tiny.sd()
    pipe.unet = copy.deepcopy(pipe.unet)  # that of other tests stays as it is
    pipe.unet.register_to_config(sample_size=64 // pipe.vae_scale_factor)
    explorer = dx.DenoiseExplorer(pipe, steps=1, **asked).wait(60)
    assert explorer.trace.image.size == size[::-1]
