"""A lane's call is the pipeline's own call, made by a copy of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import torch

import diffexplain as dx
from diffexplain.core import samplers
from diffexplain.core.lanes.calls import batch_for, call_for
from tests import tiny

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
