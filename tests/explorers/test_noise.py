"""A picture down the chain: the messages in order, what the page computes from them, and everything that is not allowed."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
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
from diffexplain.core.evenly import evenly
from diffexplain.errors import ScheduleError, UnfitPipelineError
from diffexplain.explorers import previews
from diffexplain.explorers.messages import Decoded, Progress
from diffexplain.explorers.noise.explorer import MOST_FRAMES, NOISE_BYTES, PICTURE_BYTES
from diffexplain.explorers.noise.messages import Begin, End, Frame
from diffexplain.explorers.pictures import jpeg, opened
from diffexplain.live.messages import encode, numbers
from tests.explorers.conftest import assert_refused, of, one

Made = Callable[..., dx.NoiseExplorer]


@pytest.fixture
def noise(made: Made, pipe: Any) -> dx.NoiseExplorer:
    return made(dx.NoiseExplorer, pipe, picture="gallery:3", seed=5, steps=30)


def reported(explorer: dx.NoiseExplorer) -> tuple[Begin, list[Frame], End, list[Decoded]]:
    said = explorer.recorded
    return one(said, Begin), of(said, Frame), one(said, End), of(said, Decoded)


def same(this: np.ndarray[Any, Any], other: np.ndarray[Any, Any], tolerance: float) -> None:
    np.testing.assert_allclose(this.astype(np.float64), other.astype(np.float64), rtol=0, atol=tolerance)


def test_the_messages_come_in_order(noise: dx.NoiseExplorer) -> None:
    kinds = [message.kind for message in noise.recorded]
    assert kinds == ["status", "status", "begin", *["frame"] * MOST_FRAMES, "end", "status"]


@pytest.mark.parametrize("schedule", noising.NAMES)
@pytest.mark.parametrize("steps", [1, 7, 1000])
def test_the_closed_form_in_the_page_is_the_chain(made: Made, pipe: Any, schedule: str, steps: int) -> None:
    explorer = made(dx.NoiseExplorer, pipe, picture="gallery:1", schedule=schedule, compare=[], steps=steps, seed=3)
    begin, frames, end, decoded = reported(explorer)
    image = scenes.gallery(2)[1].image.resize(begin.x0.shape[1:], Image.Resampling.LANCZOS)
    picture = np.asarray(image, np.float64).transpose(2, 0, 1) / 127.5 - 1
    same(begin.x0, picture, 1e-3)
    assert decoded == []
    (curve,) = begin.curves
    assert (curve.a[0], curve.b[0]) == (1, 0)
    assert [frame.step for frame in frames] == begin.frames == evenly(steps + 1, MOST_FRAMES + 1)[1:]
    levels, seeded = noising.schedule(schedule, steps), torch.Generator().manual_seed(3)
    kept = {each.step: each for each in noising.chain(torch.from_numpy(picture).float(), levels, seeded)}  # independent
    for frame in frames:
        x = curve.a[frame.step] * begin.x0.astype(np.float64) + curve.b[frame.step] * frame.noise.astype(np.float64)
        same(x, kept[frame.step].x.numpy(), 5e-3)  # half precision on the wire
        fresh = (frame.fresh.astype(np.float64) - 128) / 127 * 4
        same(fresh, kept[frame.step].fresh.clamp(-4, 4).numpy(), 4 / 127)
        assert 0 <= frame.largest_difference <= end.largest_difference < 1e-4
    assert end.precision == np.finfo(np.float32).eps


def test_the_difference_is_shown_where_it_is(noise: dx.NoiseExplorer) -> None:
    _, frames, _, _ = reported(noise)
    assert noise.levels is not None
    x0 = torch.from_numpy(np.asarray(noise.original, np.float32)).permute(2, 0, 1) / 127.5 - 1
    for frame, noised in zip(frames, noise.noised, strict=True):
        difference = noised.x - noising.closed_form(x0, noise.levels, noised.step, noised.noise)
        assert frame.largest_difference == pytest.approx(float(difference.abs().max()))
        if frame.largest_difference > 0:
            shown = (frame.difference.astype(float) - 128) / 127 * frame.largest_difference
            same(np.abs(shown), difference.abs().amax(0).numpy(), frame.largest_difference / 127)


def test_the_same_seed_is_the_same_noise(made: Made, pipe: Any) -> None:
    runs = [reported(made(dx.NoiseExplorer, pipe, picture="gallery:3", steps=4, seed=seed))[1] for seed in (5, 5, 6)]
    for frame, again, different in zip(*runs, strict=True):
        assert (frame.noise == again.noise).all()
        assert not (frame.noise == different.noise).all()


def test_latents_are_the_pipelines_own_and_decoded(bundled_noise: dx.NoiseExplorer) -> None:
    pipe = bundled_noise.pipeline
    begin, frames, _, decoded = reported(bundled_noise)
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
    assert "6.83%" in bundled_noise.still(bundled_noise.recorded)  # of the picture is left


@pytest.fixture(scope="module")
def bundled_noise() -> Iterator[dx.NoiseExplorer]:
    explorer = dx.NoiseExplorer(space="latents", steps=6, schedule="scaled_linear").wait(120)
    yield explorer
    explorer.close()


def test_a_prompt_is_drawn_once(made: Made, pipe: Any) -> None:
    explorer = made(dx.NoiseExplorer, pipe, picture="prompt: a red circle ", steps=2)
    assert explorer.picture == "prompt:a red circle"
    drawings = of(explorer, Progress)
    assert [each.done == each.total for each in drawings][-1:] == [True]
    generator = torch.Generator("cpu").manual_seed(0)
    expected = pipe("a red circle", num_inference_steps=20, guidance_scale=4.0, generator=generator).images[0]
    same(np.asarray(explorer.original), np.asarray(ImageOps.fit(expected, (64, 64), Image.Resampling.LANCZOS)), 0)
    explorer.seed = 4
    explorer.wait(60)
    assert not of(explorer, Progress)


@pytest.mark.parametrize("size", [(1, 1), (8000, 5000), (3, 200)])
@pytest.mark.parametrize("mode", ["RGB", "L", "RGBA", "1"])
def test_any_picture_goes_down_the_chain(made: Made, pipe: Any, size: tuple[int, int], mode: str, tmp_path: Path) -> None:
    path = tmp_path / "picture.png"
    Image.new(mode, size, 1).save(path)
    explorer = made(dx.NoiseExplorer, pipe, picture=path, steps=2)
    begin, _, _, _ = reported(explorer)
    assert begin.x0.shape == (3, 64, 64)
    assert begin.request.picture.startswith("upload:")
    assert explorer.picture == begin.request.picture
    assert np.ptp(begin.x0.reshape(3, -1), axis=1).max() == 0  # one colour stays one colour


BAD = [  # of pictures: test_shelf.py; of what several explorers are asked: test_bad_input.py
    ("picture", "no/such.png", "can't be read"),
    ("picture", "prompt:" + "a" * 10_001, "10,000"),
    ("picture", None, "NoneType"),
    ("schedule", "linea", "linear"),
    ("schedule", None, "one of"),
    ("compare", "linear", "list"),
    ("compare", ["linear", "x"], "one of"),
    ("beta_start", 0, "above 0"),
    ("beta_start", float("nan"), "above 0"),
    ("beta_end", 1, "below 1"),
    ("beta_end", "0.5", "below 1"),
    ("beta_end", True, "below 1"),
    ("space", "pixel", "pixels"),
    ("step", 1.5, "whole number"),
]


@pytest.mark.parametrize(("field", "value", "words"), BAD, ids=lambda value: str(value)[:24])
def test_a_bad_value_is_refused_and_nothing_is_lost(bundled_noise: Any, field: str, value: Any, words: str) -> None:
    assert_refused(bundled_noise, field, value, words)


def test_betas_that_fall_fail_the_run_in_words_and_the_last_picture_stays(noise: dx.NoiseExplorer) -> None:
    recorded = noise.recorded
    noise.beta_start = 0.5
    with pytest.raises(ScheduleError, match="rise"):
        noise.wait(60)
    assert noise.status == "failed"
    assert noise.recorded == recorded
    noise.beta_end = 0.6
    assert noise.wait(60).status == "done"


def test_a_pipeline_without_what_is_needed_says_so(made: Made, pipe: Any) -> None:
    explorer = made(dx.NoiseExplorer, SimpleNamespace(scheduler=pipe.scheduler, unet=pipe.unet), steps=2)
    assert explorer.status == "done"  # pixels need no model
    with pytest.raises(TraitError, match="no VAE"):
        explorer.space = "latents"
    with pytest.raises(TraitError, match="vae"):
        explorer.picture = "prompt:a fox"
    with pytest.raises(UnfitPipelineError, match="no pipeline"):
        dx.NoiseExplorer(7)


def test_a_run_of_a_thousand_steps_sends_a_bearable_amount(made: Made, pipe: Any) -> None:
    assert made(dx.NoiseExplorer, pipe, steps=1000).comm.bytes() < 1_050_000


@pytest.mark.parametrize("side", [64, 128, 256])
def test_a_page_is_sent_no_more_of_large_latents_than_it_can_take(side: int) -> None:
    """The latents of SD 1.5 as they are, those of SDXL in 256 levels, larger ones with fewer numbers."""
    shape = previews.fitting((4, side, side), MOST_FRAMES + 1, NOISE_BYTES, side)
    noise = np.random.default_rng(0).standard_normal((4, side, side)).astype(np.float16)
    drawn = np.full((4, side, side), 128, np.uint8)
    frame = Frame(1, noise, drawn, drawn[0], 1e-7, shape)
    assert (shape is None, shape == (side, side)) == {64: (True, False), 128: (False, True), 256: (False, False)}[side]
    sent = encode(frame.preview(), 1, 1)
    weight = len(json.dumps(sent.content)) + sum(buffer.nbytes for buffer in sent.buffers)
    assert weight * (MOST_FRAMES + 1) + PICTURE_BYTES <= previews.BYTES
    assert numbers(frame.preview().noise).std() == pytest.approx(noise.astype(np.float32).std(), rel=2e-2)
