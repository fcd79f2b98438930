"""A lane's call is the pipeline's own call, made by a copy of it."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

import diffusers
import numpy as np
import pytest
import torch

import diffexplain as dx
from diffexplain.core import samplers
from diffexplain.core.lanes.calls import batch_for, call_for, own_size
from diffexplain.core.lanes.pipelines import scheduler_for
from diffexplain.errors import UnknownSamplerError
from diffexplain.explorers import pipelines
from tests import families, tiny

if TYPE_CHECKING:
    from collections.abc import Sequence

LANE = dx.Lane(prompt="a red circle", negative_prompt="blue", seed=3, sampler="euler_a", steps=3, guidance=4.0)
BY_HAND = {"num_inference_steps": 3, "guidance_scale": 4.0, "output_type": "np"}


def pictures(result: Any) -> np.ndarray:
    return np.asarray(result.images)


def by_hand(prompts: str | Sequence[str], generator: Any) -> np.ndarray:
    pipe = tiny.sd()
    pipe.scheduler = samplers.build("euler_a", pipe.scheduler)
    negative = "blue" if isinstance(prompts, str) else ["blue"] * len(prompts)
    return pictures(pipe(prompts, negative_prompt=negative, generator=generator, **BY_HAND))


@pytest.fixture
def pipe() -> Any:
    return tiny.sd()


def test_a_call_is_the_one_by_hand_and_can_be_made_again(pipe: Any) -> None:
    before = dict(vars(pipe))
    call = call_for(LANE, pipe)
    expected = by_hand("a red circle", torch.Generator().manual_seed(3))
    for _ in range(2):
        assert np.array_equal(pictures(call(output_type="np")), expected)
    assert vars(pipe) == before


def test_a_batch_has_a_prompt_and_a_seed_for_each_picture(pipe: Any) -> None:
    prompts, seeds = ["a red circle", "a blue square"], [5, 6]
    expected = by_hand(prompts, [torch.Generator().manual_seed(seed) for seed in seeds])
    assert np.array_equal(pictures(batch_for(LANE, pipe, prompts, seeds)(output_type="np")), expected)


def test_calls_of_one_pipeline_have_nothing_in_common_but_weights(pipe: Any) -> None:
    first, second = call_for(LANE, pipe).pipeline, call_for(LANE, pipe).pipeline
    assert len({id(each.scheduler) for each in (first, second, pipe)}) == 3
    assert len({id(each.unet) for each in (first, second, pipe)}) == 3
    assert first.unet.conv_in.weight is second.unet.conv_in.weight is pipe.unet.conv_in.weight


@pytest.mark.parametrize("steps", [1, 2, 50, 999, 1000])
@pytest.mark.parametrize("name", [sampler.name for sampler in samplers.available(tiny.sd().scheduler)])
def test_no_count_of_steps_leaves_the_timesteps_of_training(pipe: Any, name: str, steps: int) -> None:
    """With an offset of 1, diffusers' leading spacing of 1,000 steps begins at timestep 1,000, which there is not."""
    scheduler = call_for(dx.Lane(sampler=name, steps=steps), pipe).pipeline.scheduler
    scheduler.set_timesteps(steps)
    assert 0 <= float(scheduler.timesteps.min()) <= float(scheduler.timesteps.max()) <= 999


FLOW = diffusers.FlowMatchEulerDiscreteScheduler


@families.every(variants=False)
def test_a_pipeline_takes_each_sampler_that_is_offered_and_no_other_is_tried(name: str) -> None:
    family = families.FAMILIES[name]
    pipe = family.build()
    shifts = [{"shift": 3.0}, {"use_dynamic_shifting": True}] if isinstance(pipe.scheduler, FLOW) else []
    for own in (pipe.scheduler, *(FLOW(**shift) for shift in shifts)):
        pipe.scheduler = own
        offered = [choice.name for choice in pipelines.choices(pipe)]
        for sampler in samplers.SAMPLERS:
            pipe.scheduler = own
            lane = dx.Lane(sampler=sampler, steps=3)
            if sampler in offered:
                pipe.scheduler = scheduler_for(lane, pipe)
                assert np.isfinite(pictures(pipe(**family.call(), num_inference_steps=3, output_type="np"))).all(), sampler
            else:
                with pytest.raises(UnknownSamplerError):
                    scheduler_for(lane, pipe)


FROM_NOISE = [
    name
    for name, family in families.FAMILIES.items()
    if not family.variant and not {"image", "control_image"} & family.call().keys()  # they have the size of that
]


@pytest.mark.parametrize("name", FROM_NOISE)
def test_of_a_height_or_a_width_alone_the_pipeline_has_its_own_other_one(name: str) -> None:
    family = families.FAMILIES[name]
    pipe, call = family.build(), family.call()
    pipe.default_sample_size = 4 if hasattr(pipe, "default_sample_size") else None  # else too large to be painted here
    paint = {**call, "num_inference_steps": 2, "output_type": "np", "height": None, "width": None}
    height, width = pictures(pipe(**paint)).shape[1:3]
    assert own_size(pipe, type(pipe)) == (height, width)
    for size, whole in (({"height": 48}, (48, width)), ({"width": 48}, (height, 48)), ({}, (None, None))):
        arguments = call_for(dx.Lane(**size), pipe).arguments
        assert (arguments.get("height"), arguments.get("width")) == whole


def test_a_size_that_differs_by_side_is_told_apart(pipe: Any) -> None:
    pipe.unet = copy.deepcopy(pipe.unet)  # that of other tests stays as it is
    pipe.unet.register_to_config(sample_size=[4, 6])
    drawn = pictures(call_for(dx.Lane(prompt="a red circle", steps=1, width=32), pipe)(output_type="np"))
    side = pipe.vae_scale_factor
    assert drawn.shape[1:3] == (4 * side, 32)
    assert call_for(dx.Lane(height=32), pipe).arguments["width"] == 6 * side


def test_a_pipeline_with_a_size_in_its_signature(pipe: Any) -> None:
    class Sized(diffusers.StableDiffusionPipeline):
        def __call__(self, prompt: str, height: int = 40, width: int = 72, **kwargs: Any) -> Any:
            return super().__call__(prompt, height, width, **kwargs)

    assert own_size(pipe, Sized) == (40, 72)
    pipe.unet = torch.nn.Identity()  # without a configuration
    assert own_size(pipe, type(pipe)) is None
