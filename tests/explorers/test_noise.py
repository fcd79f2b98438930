"""A picture down the chain: the messages in order, what the page computes from them, and everything that is not allowed."""

from __future__ import annotations

import io
import json
import threading
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image, ImageOps
from traitlets import TraitError

import diffexplain as dx
from diffexplain import scenes
from diffexplain.core import noising, preview
from diffexplain.errors import ScheduleError, UnfitPipelineError
from diffexplain.explorers import previews
from diffexplain.explorers.evenly import evenly
from diffexplain.explorers.messages import Decoded, Progress
from diffexplain.explorers.noise.explorer import MOST_FRAMES, NOISE_BYTES, PICTURE_BYTES
from diffexplain.explorers.noise.messages import MESSAGES, Begin, End, Frame
from diffexplain.explorers.pictures import jpeg, opened
from diffexplain.live.messages import decode, encode, numbers
from tests import tiny
from tests.explorers.conftest import assert_refused


@pytest.fixture
def noise(pipe: Any) -> Iterator[dx.NoiseExplorer]:
    explorer = dx.NoiseExplorer(pipe, picture="gallery:3", seed=5, steps=30).wait(60)
    yield explorer
    explorer.close()


def told(explorer: dx.NoiseExplorer) -> tuple[Begin, list[Frame], End, list[Decoded]]:
    messages = [message for message in explorer.recorded if isinstance(message, MESSAGES)]
    (begin,) = (message for message in messages if isinstance(message, Begin))
    (end,) = (message for message in messages if isinstance(message, End))
    frames = [message for message in messages if isinstance(message, Frame)]
    return begin, frames, end, [message for message in messages if isinstance(message, Decoded)]


def same(one: np.ndarray[Any, Any], other: np.ndarray[Any, Any], tolerance: float) -> None:
    np.testing.assert_allclose(one.astype(np.float64), other.astype(np.float64), rtol=0, atol=tolerance)


def test_the_messages_come_in_order_and_survive_the_wire(noise: dx.NoiseExplorer) -> None:
    kinds = [message.kind for message in noise.recorded]
    assert kinds == ["status", "status", "begin", *["frame"] * MOST_FRAMES, "end", "status"]
    assert noise._runs is not None
    run = noise._runs.history.finished
    assert run is not None
    for sent in run.sent:
        if isinstance(sent.message, MESSAGES):
            again = decode(sent.encoded.content, sent.encoded.buffers, MESSAGES)
            assert type(again) is type(sent.message)
            for name, value in vars(sent.message).items():
                if isinstance(value, np.ndarray):
                    np.testing.assert_array_equal(getattr(again, name), value)


@pytest.mark.parametrize("schedule", noising.NAMES)
@pytest.mark.parametrize("steps", [1, 7, 1000])
def test_the_closed_form_in_the_page_is_the_chain(pipe: Any, schedule: str, steps: int) -> None:
    explorer = dx.NoiseExplorer(pipe, picture="gallery:1", schedule=schedule, compare=[], steps=steps, seed=3).wait(120)
    begin, frames, end, decoded = told(explorer)
    picture = np.asarray(scenes.gallery(2)[1].image, np.float64).transpose(2, 0, 1) / 127.5 - 1
    same(begin.x0, picture, 1e-3)
    assert decoded == []
    (curve,) = begin.curves
    assert (curve.a[0], curve.b[0]) == (1, 0)
    assert [frame.step for frame in frames] == begin.frames == evenly(steps + 1, MOST_FRAMES + 1)[1:]
    levels, walked = noising.schedule(schedule, steps), torch.from_numpy(picture).float()
    kept = {}
    for noised in noising.chain(walked, levels, torch.Generator().manual_seed(3)):  # an independent walk
        kept[noised.step] = noised
    for frame in frames:
        x = curve.a[frame.step] * begin.x0.astype(np.float64) + curve.b[frame.step] * frame.noise.astype(np.float64)
        same(x, kept[frame.step].x.numpy(), 5e-3)  # half precision on the wire
        fresh = (frame.fresh.astype(np.float64) - 128) / 127 * 4
        same(fresh, kept[frame.step].fresh.clamp(-4, 4).numpy(), 4 / 127)
        assert 0 <= frame.largest_difference <= end.largest_difference < 1e-4
    assert end.precision == np.finfo(np.float32).eps
    explorer.close()


def test_the_difference_is_shown_where_it_is(noise: dx.NoiseExplorer) -> None:
    _, frames, _, _ = told(noise)
    assert noise.levels is not None
    x0 = torch.from_numpy(np.asarray(noise.original, np.float32)).permute(2, 0, 1) / 127.5 - 1
    for frame, noised in zip(frames, noise.noised, strict=True):
        difference = noised.x - noising.closed_form(x0, noise.levels, noised.step, noised.noise)
        assert frame.largest_difference == pytest.approx(float(difference.abs().max()))
        if frame.largest_difference > 0:
            shown = (frame.difference.astype(float) - 128) / 127 * frame.largest_difference
            same(np.abs(shown), difference.abs().amax(0).numpy(), frame.largest_difference / 127)


def test_the_same_seed_is_the_same_noise(pipe: Any) -> None:
    one, two, other = (dx.NoiseExplorer(pipe, picture="gallery:3", steps=4, seed=seed).wait(60) for seed in (5, 5, 6))
    for frame, again, different in zip(told(one)[1], told(two)[1], told(other)[1], strict=True):
        assert (frame.noise == again.noise).all()
        assert not (frame.noise == different.noise).all()
    for explorer in (one, two, other):
        explorer.close()


def test_latents_are_the_pipelines_own_and_decoded(bundled_noise: dx.NoiseExplorer) -> None:
    pipe = bundled_noise.pipeline
    begin, frames, _, decoded = told(bundled_noise)
    picture = torch.from_numpy(np.asarray(scenes.gallery(1)[0].image, np.float32)).permute(2, 0, 1)[None] / 127.5 - 1
    with torch.no_grad():
        latents = pipe.vae.encode(picture).latent_dist.mode() * pipe.vae.config.scaling_factor
    same(begin.x0, latents[0].numpy(), 5e-3)
    assert begin.model == type(pipe).__name__
    assert sorted(message.index for message in decoded) == [0, *begin.frames]
    assert [message.index for message in decoded][:2] == [begin.frames[-1], 0]  # first those that lie far apart
    exact = {message.index: np.asarray(opened(message.image), np.float64) for message in decoded}
    for frame, noised in zip(frames, bundled_noise.noised, strict=True):
        (own,) = preview.to_pil(preview.decode(noised.x[None], pipe.vae))
        assert np.abs(exact[frame.step] - np.asarray(opened(jpeg(own)), np.float64)).mean() < 0.5


@pytest.fixture(scope="module")
def bundled_noise() -> Iterator[dx.NoiseExplorer]:
    explorer = dx.NoiseExplorer(space="latents", steps=6, schedule="scaled_linear").wait(120)
    yield explorer
    explorer.close()


def test_a_prompt_is_drawn_once(pipe: Any) -> None:
    explorer = dx.NoiseExplorer(pipe, picture="prompt: a red circle ", steps=2).wait(120)
    assert explorer.picture == "prompt:a red circle"
    drawings = [message for message in explorer.recorded if isinstance(message, Progress)]
    assert drawings
    assert drawings[-1].done == drawings[-1].total
    generator = torch.Generator("cpu").manual_seed(0)
    expected = pipe("a red circle", num_inference_steps=20, guidance_scale=4.0, generator=generator).images[0]
    assert (
        np.asarray(explorer.original).tobytes()
        == np.asarray(ImageOps.fit(expected, (64, 64), Image.Resampling.LANCZOS)).tobytes()
    )
    explorer.seed = 4
    explorer.wait(60)
    assert not [message for message in explorer.recorded if isinstance(message, Progress)]
    explorer.close()


@pytest.mark.parametrize("size", [(1, 1), (8000, 5000), (3, 200)])
@pytest.mark.parametrize("mode", ["RGB", "L", "RGBA", "1"])
def test_any_picture_goes_down_the_chain(pipe: Any, size: tuple[int, int], mode: str, tmp_path: Path) -> None:
    path = tmp_path / "picture.png"
    Image.new(mode, size, 1).save(path)
    explorer = dx.NoiseExplorer(pipe, picture=path, steps=2).wait(60)
    begin, _, _, _ = told(explorer)
    assert begin.x0.shape == (3, 64, 64)
    assert begin.request.picture.startswith("upload:")
    assert explorer.picture == begin.request.picture
    assert np.ptp(begin.x0.reshape(3, -1), axis=1).max() == 0  # one colour stays one colour
    explorer.close()


BAD = [
    ("picture", "no/such.png", "can't be read"),
    ("picture", b"no picture", "no picture"),
    ("picture", "gallery:2000", "0 to 1999"),
    ("picture", "upload:000000000000", "any more"),
    ("picture", "prompt:" + "a" * 10_001, "10,000"),
    ("picture", None, "NoneType"),
    ("schedule", "linea", "linear"),
    ("schedule", None, "one of"),
    ("compare", "linear", "list"),
    ("compare", ["linear", "x"], "one of"),
    ("steps", 0, "1 to 1000"),
    ("steps", 1001, "1 to 1000"),
    ("steps", 2.5, "whole number"),
    ("beta_start", 0, "above 0"),
    ("beta_start", float("nan"), "above 0"),
    ("beta_end", 1, "below 1"),
    ("beta_end", "0.5", "below 1"),
    ("beta_end", True, "below 1"),
    ("seed", -1, "0 to"),
    ("space", "pixel", "pixels"),
    ("step", 1.5, "whole number"),
]


@pytest.fixture(scope="module")
def small() -> Iterator[Any]:
    """For tests that change nothing."""
    explorer = dx.NoiseExplorer(tiny.sd(), steps=3).wait(60)
    yield explorer
    explorer.close()


@pytest.mark.parametrize(("field", "value", "words"), BAD, ids=lambda value: str(value)[:24])
def test_a_bad_value_is_refused_and_nothing_is_lost(small: Any, field: str, value: Any, words: str) -> None:
    assert_refused(small, field, value, words)


def test_betas_that_fall_fail_the_run_in_words_and_the_last_picture_stays(noise: dx.NoiseExplorer) -> None:
    recorded = noise.recorded
    noise.beta_start = 0.5
    with pytest.raises(ScheduleError, match="rise"):
        noise.wait(60)
    assert noise.status == "failed"
    assert noise.recorded == recorded
    noise.beta_end = 0.6
    assert noise.wait(60).status == "done"


def test_a_pipeline_without_what_is_needed_says_so(pipe: Any) -> None:
    bare = SimpleNamespace(scheduler=pipe.scheduler, unet=pipe.unet)
    explorer = dx.NoiseExplorer(bare, steps=2).wait(60)
    assert explorer.status == "done"  # pixels need no model
    with pytest.raises(TraitError, match="no VAE"):
        explorer.space = "latents"
    with pytest.raises(TraitError, match="vae"):
        explorer.picture = "prompt:a fox"
    explorer.close()
    with pytest.raises(UnfitPipelineError, match="no pipeline"):
        dx.NoiseExplorer(7)


def test_a_page_hands_over_a_picture(noise: dx.NoiseExplorer) -> None:
    buffer = io.BytesIO()
    Image.new("RGB", (30, 20), "red").save(buffer, "PNG")
    wire: Any = noise.comm
    wire.sent.clear()
    content = {"data": {"method": "custom", "content": {"kind": "picture", "field": "picture"}}}
    noise._handle_msg({"content": content, "buffers": [memoryview(buffer.getvalue())]})
    noise.wait(60)
    assert noise.picture.startswith("upload:")
    assert np.asarray(noise.original)[..., 0].min() == 255
    content["data"]["content"]["field"] = "elsewhere"  # type: ignore[index]
    noise._handle_msg({"content": content, "buffers": [memoryview(buffer.getvalue())]})
    assert [message["data"]["field"] for message in wire.contents if message["kind"] == "refused"] == ["elsewhere"]


def test_the_still_picture_is_small_and_says_what_was_asked(noise: dx.NoiseExplorer, bundled_noise: dx.NoiseExplorer) -> None:
    for explorer, words in ((noise, "linear"), (bundled_noise, "scaled_linear")):
        still = explorer.still(explorer.recorded)
        assert len(still) < 60_000
        assert words in still
        assert "http" not in still
    assert "6.83%" in bundled_noise.still(bundled_noise.recorded)


def test_a_run_of_a_thousand_steps_is_cancelled_and_sends_a_bearable_amount(pipe: Any) -> None:
    explorer = dx.NoiseExplorer(pipe, steps=1000).wait(60)
    assert explorer._runs is not None
    finished = explorer._runs.history.finished
    assert finished is not None
    assert sum(len(buffer) for sent in finished.sent for buffer in sent.encoded.buffers) < 1_000_000
    begun = threading.Event()
    explorer.on_message(lambda message: begun.set() if message.kind == "begin" else None)
    explorer.seed = 1
    assert begun.wait(30)
    explorer.cancel()
    explorer.wait(30)
    assert explorer.status in {"cancelled", "done"}
    explorer.close()


@pytest.mark.parametrize("side", [64, 128, 256])
def test_a_page_is_sent_no_more_of_large_latents_than_it_can_take(side: int) -> None:
    """The latents of SD 1.5 as they are, those of SDXL in 256 levels, larger ones with fewer numbers."""
    frames = evenly(1001, MOST_FRAMES + 1)[1:]
    shape = previews.fitting((4, side, side), len(frames) + 1, NOISE_BYTES, side)
    noise = np.random.default_rng(0).standard_normal((4, side, side)).astype(np.float16)
    drawn = np.full((4, side, side), 128, np.uint8)
    frame = Frame(1, noise, drawn, drawn[0], 1e-7, shape)
    assert (shape is None, shape == (side, side)) == {64: (True, False), 128: (False, True), 256: (False, False)}[side]
    sent = encode(frame.preview(), 1, 1)
    weight = len(json.dumps(sent.content)) + sum(buffer.nbytes for buffer in sent.buffers)
    assert weight * (len(frames) + 1) + PICTURE_BYTES <= previews.BYTES
    told = numbers(frame.preview().noise)
    assert told.std() == pytest.approx(noise.astype(np.float32).std(), rel=2e-2)
