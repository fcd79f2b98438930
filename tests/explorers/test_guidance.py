"""What is shown of guidance is what the run did: halves, mixtures, other ways, and what is measured of them."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image

import diffexplain as dx
from diffexplain.core.similarity import cosine
from diffexplain.errors import UnfitPipelineError
from diffexplain.explorers.guidance import measures
from diffexplain.explorers.guidance.messages import Begin, Decoded, End, Scales, Step, Ways
from diffexplain.explorers.pictures import jpeg, opened
from diffexplain.live.messages import numbers
from diffexplain.models.clip import bundled_clip
from tests import tiny, tiny_clip, tiny_t5
from tests.explorers.conftest import after, assert_refused, of, one, own_picture

RUN: dict[str, Any] = {"prompt": "a red circle", "seed": 3, "steps": 4, "guidance_scale": 6.0, "scales": [0, 0.5, 1, 6]}
Made = Callable[..., dx.GuidanceExplorer]


@pytest.fixture
def guided(pipe: Any, made: Callable[..., Any]) -> Made:
    return lambda pipeline=pipe, **fields: made(dx.GuidanceExplorer, pipeline, **RUN | fields)


@pytest.fixture(scope="module")
def shown() -> Iterator[dx.GuidanceExplorer]:
    """For tests that change nothing."""
    with closing(dx.GuidanceExplorer(tiny.sd(), negative_prompt="blue", **RUN)) as explorer:
        yield explorer.wait(200)


def own(guidance: float = 6.0, **call: Any) -> np.ndarray[Any, Any]:
    return own_picture(tiny.sd(), num_inference_steps=4, guidance_scale=guidance, **call)


def near(picture: Any, expected: np.ndarray[Any, Any]) -> bool:
    """The same picture as JPEG, but for what another order of summing up leaves."""
    same = opened(jpeg(Image.fromarray(expected)))
    return float(np.abs(np.asarray(opened(picture), float) - np.asarray(same, float)).mean()) < 0.5


# One run


def test_the_picture_is_the_pipelines_own_to_the_bit(shown: dx.GuidanceExplorer) -> None:
    assert shown.trace is not None
    assert np.array_equal(np.asarray(shown.trace.image), own(negative_prompt="blue"))
    assert np.array_equal(np.asarray(opened(one(shown, End).image)), own(negative_prompt="blue"))


def test_the_halves_are_what_the_network_says_with_and_without_the_text(shown: dx.GuidanceExplorer) -> None:
    assert shown.trace is not None
    pipe = tiny.sd()
    prompt, other = pipe.encode_prompt("a red circle", "cpu", 1, True, "blue")
    for step, said in zip(shown.trace.steps, of(shown, Step), strict=True):
        with torch.no_grad():
            noises = pipe.unet(torch.cat([step.x] * 2), step.timestep, torch.cat([other, prompt]))[0]
        alpha = float(pipe.scheduler.alphas_cumprod[int(step.timestep)])
        without, with_text = ((step.x - math.sqrt(1 - alpha) * noise) / math.sqrt(alpha) for noise in noises)
        guided = without + 6 * (with_text - without)
        assert (said.scale, said.plain, said.guided) == (pytest.approx(6, abs=1e-3), True, None)
        np.testing.assert_allclose(numbers(said.uncond), without[0], rtol=5e-3, atol=5e-3)
        np.testing.assert_allclose(numbers(said.change), (with_text - without)[0], rtol=2e-2, atol=5e-3)
        expected = [float(np.sqrt((each.numpy() ** 2).mean())) for each in (without, with_text, with_text - without, guided)]
        np.testing.assert_allclose(said.lengths, expected, rtol=1e-2)
        cosines = torch.nn.functional.cosine_similarity(without.flatten(), with_text.flatten(), dim=0)
        assert math.cos(math.radians(said.angle)) == pytest.approx(float(cosines), abs=1e-4)


def test_every_step_is_decoded_and_what_is_clipped_is_counted(shown: dx.GuidanceExplorer) -> None:
    assert shown.trace is not None
    messages = of(shown, Decoded)
    assert sorted(message.index for message in messages) == [0, 1, 2, 3]
    for message in messages:
        exact = np.asarray(shown.trace.images_at(message.index)[0])
        assert near(message.images[2], exact)
        assert message.clipped[2] == pytest.approx(np.isin(exact, (0, 255)).mean(), abs=1e-6)
    assert one(shown, End).clipped == pytest.approx(np.isin(own(negative_prompt="blue"), (0, 255)).mean(), abs=1e-6)


@pytest.mark.parametrize("scale", [0.0, 1.0])
def test_up_to_one_it_is_the_half_with_the_text_as_pipelines_have_it_and_both_are_shown(guided: Made, scale: float) -> None:
    explorer = guided(guidance_scale=scale)
    assert explorer.trace is not None
    assert float(np.abs(np.asarray(explorer.trace.image, float) - own(guidance=scale)).max()) <= 1
    assert all(step.uncond is not None for step in explorer.trace.steps)
    assert [message.scale for message in of(explorer, Step)] == pytest.approx([1] * 4, abs=1e-3)


# Beside each other


def test_each_scale_is_a_run_of_its_own(shown: dx.GuidanceExplorer) -> None:
    done = one(shown, Scales)
    assert near(done.pictures[0], own(prompt="blue", guidance=1))  # what it draws of the text that stands in the other's place
    assert near(done.pictures[2], own(guidance=1))
    assert near(done.pictures[3], own(negative_prompt="blue"))
    assert done.agreement is done.enough is None  # nothing here knows what such a pipeline draws
    assert not one(shown, Begin).measured


def test_the_ways_start_from_plain_guidance_with_the_empty_prompt(shown: dx.GuidanceExplorer) -> None:
    done = one(shown, Ways)
    assert done.names == ["plain", "interval", "rescale", "parallel", "schedule", "negative"]
    assert near(done.pictures[0], own())
    assert near(done.pictures[5], own(negative_prompt="blue"))
    assert done.apart[0] == 0
    assert min(done.apart[1:]) > 0
    np.testing.assert_allclose(done.scales[[0, 1]], [[6] * 4, [1, 6, 6, 1]])
    np.testing.assert_allclose(done.scales[4], np.interp(np.linspace(0, 7, 4), range(8), [12, 10, 8, 6, 4, 3, 2, 1]), atol=1e-5)


def test_made_neutral_every_way_is_plain_guidance_to_the_bit(guided: Made) -> None:
    done = one(guided(interval=[0, 1], rescale=0, parallel=1, schedule=[6, 6]), Ways)
    assert done.names == ["plain", "interval", "rescale", "parallel", "schedule"]
    assert list(done.apart) == [0] * 5
    assert len({picture.data for picture in done.pictures}) == 1
    assert np.ptp(done.lengths, axis=0).max() == 0


def test_what_is_asked_for_again_is_remembered(guided: Made, pipe: Any) -> None:
    calls: list[int] = []
    handle = pipe.unet.register_forward_pre_hook(lambda *_: calls.append(1))
    explorer = guided()
    before = explorer.recorded
    assert len(calls) == 3 * RUN["steps"]  # the run, the scales and the ways: one batch each
    after(explorer, interval=[0.5, 1.0])
    assert len(calls) == 4 * RUN["steps"]
    handle.remove()
    for kind in (Step, End, Scales):
        assert all(each is other for each, other in zip(of(explorer, kind), of(before, kind), strict=True))
    assert one(explorer, Begin).request.interval == [0.5, 1.0]
    assert one(explorer, Ways).apart[1] != of(before, Ways)[0].apart[1]


def test_agreement_is_the_cosine_of_picture_and_prompt(guided: Made) -> None:
    clip = tiny_clip.clip()
    done = one(guided(clip=clip), Scales)
    expected = cosine(clip.embed_pictures([opened(picture) for picture in done.pictures]), clip.embed_texts(["a red circle"]))[
        :, 0
    ]
    np.testing.assert_allclose(done.agreement, expected, atol=0.02)  # of the pictures before they were a JPEG
    assert done.enough == measures.enough(RUN["scales"], done.agreement)


def test_on_the_bundled_model_the_text_pays_and_too_much_of_it_clips() -> None:
    with closing(
        dx.GuidanceExplorer(prompt="a red apple", seed=3, steps=8, scales=[0, 2, 20], interval=[0.9, 0.9])
    ) as explorer:
        done = one(explorer.wait(200), Scales)
        assert done.clip == bundled_clip().name
        assert done.agreement[1] > done.agreement[0] + 0.1
        assert done.clipped[2] > done.clipped[1] + 0.05


# Measures


def test_enough_is_the_smallest_scale_near_the_best() -> None:
    assert measures.enough([8, 4, 2, 0], np.array([0.5, 0.49, 0.3, 0.0])) == 1
    assert measures.enough([0, 1], np.array([0.5, 0.1])) == 0
    assert measures.enough([3, 1, 2], np.array([0.2, 0.2, 0.2])) == 1


def test_black_and_white_are_clipped_and_grey_is_not() -> None:
    assert measures.clipped(Image.new("RGB", (4, 4), (0, 128, 255))) == pytest.approx(2 / 3)
    assert measures.apart(Image.new("RGB", (4, 4), "black"), Image.new("RGB", (4, 4), "white")) == 1


def test_angles() -> None:
    one, other = torch.tensor([1.0, 0.0]), torch.tensor([1.0, 1.0])
    assert measures.angle(one, other) == pytest.approx(45)
    assert measures.angle(one, -3 * one) == pytest.approx(180)
    assert math.isnan(measures.angle(one, 0 * one))


# Large models, other pipelines, bad input


def test_a_step_of_a_large_model_is_sent_small(shown: dx.GuidanceExplorer) -> None:
    large = np.random.default_rng(0).normal(size=(4, 128, 128)).astype(np.float16)
    step = dataclasses.replace(of(shown, Step)[0], preview_shape=(64, 64), x=large, uncond=large, change=large)
    preview = step.preview()
    assert [numbers(getattr(preview, name)).shape for name in ("x", "uncond", "change")] == [(4, 64, 64)] * 3
    assert preview.guided is None
    bare = dataclasses.replace(step, preview_shape=(0, 0)).preview()
    assert bare.x is bare.uncond is bare.change is None


@pytest.mark.parametrize("build", [tiny.sdxl, tiny_t5.sd3, tiny_t5.pixart])
def test_other_pipelines(made: Callable[..., Any], build: Callable[[], Any]) -> None:
    explorer = made(dx.GuidanceExplorer, build(), **RUN | {"steps": 2, "scales": [0, 6]})
    assert explorer.status == "done"
    assert [message.plain for message in of(explorer, Step)] == [True, True]
    assert len(one(explorer, Ways).pictures) == 5
    assert one(explorer, Scales).pictures[0].data != one(explorer, Scales).pictures[1].data


@pytest.mark.parametrize("build", [tiny_t5.flux, tiny.lcm, lambda: tiny.sd(time_cond_proj_dim=32)])
def test_distilled_guidance_has_no_half_without_the_text(build: Callable[[], Any]) -> None:
    with pytest.raises(UnfitPipelineError, match="distilled into its network"):
        dx.GuidanceExplorer(build())


def test_a_pipeline_that_has_no_halves_after_all_says_so_in_words(guided: Made) -> None:
    import diffusers

    class Alone(diffusers.StableDiffusionPipeline):  # type: ignore[misc] # diffusers has no types
        @property
        def do_classifier_free_guidance(self) -> bool:
            return False

    with pytest.raises(UnfitPipelineError, match="asks its network once a step"):
        guided(Alone(**tiny.sd_components()))


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("interval", [0.2], "a list of 2 to 2 values"),
        ("interval", [0.2, 1.4], r"interval\[1\] must be a number from 0 to 1"),
        ("rescale", "much", "rescale must be a number from 0 to 1"),
        ("schedule", [3], "a list of 2 to 16 values"),
        ("scales", [1, -1], r"scales\[1\] must be a number from 0 to 100"),
        ("remix", 400, "remix must be a number from 0 to 100"),
        ("panel", "way", "did you mean 'ways'"),
    ],
)
def test_a_bad_value_is_refused_in_one_line(shown: dx.GuidanceExplorer, field: str, value: Any, words: str) -> None:
    assert_refused(shown, field, value, words)
