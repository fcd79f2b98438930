"""The ways to mix two halves, against loops written by hand; made neutral, each is the pipeline's own guidance to the bit."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

import diffexplain as dx
from diffexplain.core.mixing import Mixing, is_within, mix, project, rescale, scheduled
from diffexplain.errors import ForkError, LaneError
from tests import tiny
from tests.company import traces_of

RUN = {"prompt": "a red circle", "seed": 3, "steps": 4, "guidance": 6.0}
WITH_HALVES = ("sd", "sdxl", "sd3", "pixart", "flux, true CFG")


def tensors(count, *shape):
    draw = torch.Generator().manual_seed(0)
    return [torch.randn(*shape, generator=draw) for _ in range(count)]


def lane(name="sd", **fields):
    options = {
        key: value for key, value in tiny.arguments(name).items() if key not in {"prompt", "negative_prompt", "height", "width"}
    }
    size = {key: tiny.arguments(name).get(key) for key in ("height", "width")}
    return dx.Lane(**{**RUN, "prompt": tiny.arguments(name).get("prompt"), "options": options, **size, **fields})


# Pure functions


@given(share=st.floats(0, 1))
def test_rescaling_changes_the_spread_alone(share):
    guided, cond = tensors(2, 2, 4, 8, 8)
    guided = 7 * guided
    rescaled = rescale(guided, cond, share)
    for one, before, half in zip(rescaled, guided, cond, strict=True):
        spread = share * float(half.std()) + (1 - share) * float(before.std())
        assert float(one.std()) == pytest.approx(spread, rel=1e-4)
        np.testing.assert_allclose(one / one.std(), before / before.std(), atol=1e-5)
    assert rescale(guided, cond, 0) is guided


def test_the_parts_of_a_projection_are_the_vector_and_stand_at_right_angles():
    vector, direction = tensors(2, 3, 4, 8, 8)
    along, across = project(vector, direction)
    np.testing.assert_allclose(along + across, vector, atol=1e-6)
    for one, other, line, whole in zip(along, across, direction, vector, strict=True):  # picture by picture
        flat = line.flatten().double()
        assert abs(float(other.flatten().double() @ flat)) < 1e-4
        expected = float(whole.flatten().double() @ flat / (flat @ flat)) * line
        np.testing.assert_allclose(one, expected, atol=1e-6)


@given(count=st.integers(1, 60), cut=st.floats(0, 1))
def test_neighbouring_intervals_share_out_the_steps(count, cut):
    before = [is_within((0.0, cut), at, count) for at in range(count)]
    after = [is_within((cut, 1.0), at, count) for at in range(count)]
    assert all(one != other for one, other in zip(before, after, strict=True)) or cut in (0.0, 1.0)
    assert before == sorted(before, reverse=True)
    assert all(is_within((0.0, 1.0), at, count) for at in range(count))


@given(scales=st.lists(st.floats(0, 20), min_size=1, max_size=9), count=st.integers(1, 40))
def test_a_schedule_is_read_as_numpy_interpolates(scales, count):
    places = np.linspace(0, len(scales) - 1, count) if count > 1 else np.zeros(1)
    expected = np.interp(places, range(len(scales)), scales)
    np.testing.assert_allclose([scheduled(scales, at, count) for at in range(count)], expected, atol=1e-9)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"rescale": 1.5}, "rescale must be a number from 0 to 1"),
        ({"parallel": math.nan}, "parallel must be a number"),
        ({"scales": ()}, "scales is empty"),
        ({"scales": (3, "x")}, "scales must be a number from 0 to 1000"),
        ({"interval": (0.6, 0.2)}, "must not end before it begins"),
    ],
)
def test_a_bad_value_is_refused(fields, words):
    with pytest.raises(LaneError, match=words):
        Mixing(**fields)


def test_a_lane_that_mixes_asks_for_both_halves():
    with pytest.raises(LaneError, match="raise it above 1"):
        dx.Lane(guidance=1, mixing=Mixing())
    with pytest.raises(LaneError, match="no two halves of guidance to mix"):
        dx.sample([lane(mixing=Mixing())], tiny.build("lcm"))


# Runs


def by_hand(scale, way):
    """The loop of a Stable Diffusion pipeline, written out: `way(uncond, cond, scale, x, a, b, index)` gives the guided prediction."""
    pipe = tiny.sd()
    prompt, empty = pipe.encode_prompt(RUN["prompt"], "cpu", 1, True)
    scheduler = pipe.scheduler
    scheduler.set_timesteps(RUN["steps"])
    x = torch.randn(1, 4, 16, 16, generator=torch.Generator().manual_seed(RUN["seed"]))
    with torch.no_grad():
        for index, timestep in enumerate(scheduler.timesteps):
            uncond, cond = pipe.unet(torch.cat([x, x]), timestep, encoder_hidden_states=torch.cat([empty, prompt]))[0].chunk(2)
            alpha = float(scheduler.alphas_cumprod[timestep])
            guided = way(uncond, cond, scale, x, math.sqrt(alpha), math.sqrt(1 - alpha), index)
            x = scheduler.step(guided, timestep, x).prev_sample
    return x


def in_an_interval(uncond, cond, scale, x, a, b, index):
    return uncond + scale * (cond - uncond) if index in (1, 2) else cond


def rescaled(uncond, cond, scale, x, a, b, index):
    guided = uncond + scale * (cond - uncond)
    return 0.7 * guided * cond.std() / guided.std() + 0.3 * guided


def falling(uncond, cond, scale, x, a, b, index):
    return uncond + (9, 6, 3, 0)[index] * (cond - uncond)


def across_alone(uncond, cond, scale, x, a, b, index):
    """Algorithm 1 of Sadat et al. in the space of predicted pictures, and back to noise."""
    pictures = [(x - b * half) / a for half in (uncond, cond)]
    change = (pictures[1] - pictures[0]).flatten()
    unit = pictures[1].flatten() / pictures[1].norm()
    across = change - (change @ unit) * unit
    picture = pictures[1].flatten() + (scale - 1) * across
    return (x - a * picture.view_as(x)) / b


WAYS = {
    in_an_interval: Mixing(interval=(0.25, 0.75)),
    rescaled: Mixing(rescale=0.7),
    falling: Mixing(scales=(9, 0)),
    across_alone: Mixing(parallel=0),
}


@pytest.mark.parametrize("way", WAYS)
def test_each_way_is_the_loop_written_by_hand(way):
    (trace,) = dx.sample([lane(mixing=WAYS[way])], tiny.sd())
    torch.testing.assert_close(trace.latents, by_hand(RUN["guidance"], way), rtol=1e-4, atol=1e-4)
    (plain,) = dx.sample([lane()], tiny.sd())
    assert float((trace.latents - plain.latents).abs().max()) > 2e-3  # and not what plain guidance gives


def test_rescaling_is_the_pipeline_s_own():
    pipe = tiny.sd()
    dice = torch.Generator().manual_seed(RUN["seed"])
    own = pipe(
        RUN["prompt"], num_inference_steps=4, guidance_scale=6.0, guidance_rescale=0.7, generator=dice, output_type="latent"
    )
    (trace,) = dx.sample([lane(mixing=Mixing(rescale=0.7))], tiny.sd())
    torch.testing.assert_close(trace.latents, own.images, rtol=1e-3, atol=1e-4)


@pytest.mark.parametrize("name", WITH_HALVES)
def test_neutral_it_is_the_pipeline_to_the_bit(name):
    (trace,) = dx.sample([lane(name, mixing=Mixing())], tiny.build(name))
    dice = torch.Generator().manual_seed(RUN["seed"])
    call = {"guidance_scale": 6.0, "num_inference_steps": 4, "output_type": "latent", **tiny.arguments(name)}
    assert torch.equal(trace.latents, tiny.build(name)(**call, generator=dice).images)


@pytest.mark.parametrize("name", WITH_HALVES)
def test_the_halves_keep_their_names_and_the_pipeline_is_left_alone(name):
    """Also where the scale is 0, from which alone a reader would take one half for the other."""
    pipe = tiny.build(name)
    before = traces_of(pipe)
    (plain,) = dx.sample([lane(name)], pipe)
    (trace,) = dx.sample([lane(name, mixing=Mixing(scales=(0,)))], pipe)
    for half in ("uncond", "cond"):
        torch.testing.assert_close(getattr(trace.steps[0], half), getattr(plain.steps[0], half))
    for step in trace.steps:
        assert torch.equal(step.guided, mix(step.uncond, step.cond, 0))
    assert traces_of(pipe) == before
    with pytest.raises(ForkError):
        trace.fork(1, prompt="blue")
