"""A step is the same thing wherever it was taken."""

from __future__ import annotations

import dataclasses

import pytest
import torch

import diffexplain as dx
from diffexplain.core import samplers
from diffexplain.core.pending_step import PendingStep
from diffexplain.core.record import record
from tests import tiny


@pytest.mark.parametrize("guidance", [1.0, 4.0])
def test_a_lane_alone_takes_the_steps_that_are_recorded_of_its_pipeline(guidance: float) -> None:
    pipe = tiny.sd()
    (lane,) = dx.sample([dx.Lane(prompt="a red circle", seed=3, steps=3, guidance=guidance)], pipe)
    with record(pipe) as trace:
        pipe("a red circle", num_inference_steps=3, guidance_scale=guidance, generator=torch.Generator().manual_seed(3))
    for found, expected in zip(lane.steps, trace.steps, strict=True):
        for field in dataclasses.fields(expected):
            one, other = getattr(found, field.name), getattr(expected, field.name)
            if isinstance(other, torch.Tensor):
                torch.testing.assert_close(one, other)
            elif field.name != "seconds":
                assert one == other, field.name


def test_what_was_given_is_kept_as_it_was() -> None:
    """Schedulers and callbacks may write into what they are given."""
    scheduler = samplers.build("ddim", tiny.sd().scheduler)
    scheduler.set_timesteps(4)
    x, output = torch.randn(1, 4, 2, 2), torch.randn(1, 8, 2, 2)
    before = x.clone(), output.clone()
    pending = PendingStep.of(scheduler, scheduler.timesteps[1], x, output)
    x.zero_()
    output.zero_()
    step = pending.taken(1, uncond=None, cond=None, seconds=0.0, attention=None)
    assert torch.equal(step.x, before[0])
    assert torch.equal(step.output, before[1])
    assert torch.equal(step.guided, before[1][:, :4])
