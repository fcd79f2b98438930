"""A trace can be pickled and copied: what was recorded is the same, and what made it is there as in a file."""

from __future__ import annotations

import copy
import dataclasses
import pickle
from typing import Any

import diffusers
import pytest
import torch

import diffexplain as dx
from diffexplain.core.record import record
from diffexplain.errors import ForkError
from tests import tiny
from tests.core.test_trace import same
from tests.families import FAMILIES, controlled, every, picture


@every()
def test_a_pickled_trace_is_the_trace(name: str) -> None:
    family = FAMILIES[name]
    pipe = family.build()
    with record(pipe, attention=True) as trace:
        pipe(**family.call(), num_inference_steps=3, generator=torch.Generator().manual_seed(7))
    _ = [step.x0 for step in trace.steps]
    again = pickle.loads(pickle.dumps(trace))
    steps = [[dataclasses.replace(step, attention=None) for step in each.steps] for each in (again, trace)]
    assert same(*steps)
    assert (again.identity, again.prompt, again.seed, repr(again)) == (trace.identity, trace.prompt, trace.seed, repr(trace))
    assert again.image.tobytes() == trace.image.tobytes()
    assert torch.equal(again.steps[1].attention.maps(), trace.steps[1].attention.maps())
    with pytest.raises(ForkError, match="give one like it"):
        again.fork(1)
    assert torch.equal(again.fork(1, pipe=pipe).latents, trace.fork(1).latents)


def test_a_deep_copy_has_its_pipeline_at_hand() -> None:
    pipe = tiny.sd()
    (trace,) = dx.sample([dx.Lane(prompt="a red circle", steps=3)], pipe)
    for again in (copy.deepcopy(trace), copy.copy(trace)):
        assert torch.equal(again.fork(1).latents, trace.fork(1).latents)
    assert copy.deepcopy(trace).steps[0].x is not trace.steps[0].x


def test_what_is_no_data_is_left_out_by_name() -> None:
    pipe, told = tiny.sd(), []
    with record(pipe) as trace:
        pipe(
            "a red circle",
            num_inference_steps=3,
            callback_on_step_end=lambda *given: told.append(given) or {},
            output_type="latent",
        )
    again = pickle.loads(pickle.dumps(trace))
    with pytest.raises(ForkError, match="could not hold callback_on_step_end"):
        again.fork(1, pipe=pipe)
    assert again.fork(1, pipe=pipe, callback_on_step_end=None).finished


def test_it_is_about_as_large_as_its_file(tmp_path: Any) -> None:
    pipe = tiny.sd()
    with record(pipe) as trace:
        pipe("a red circle", num_inference_steps=20, generator=torch.Generator().manual_seed(7))
    _ = [(step.x0, step.noise, step.mean, step.guidance) for step in trace.steps]
    trace.save(tmp_path / "run")
    assert len(pickle.dumps(trace)) < 1.2 * (tmp_path / "run").stat().st_size


class Own(diffusers.DDIMScheduler):
    """Changes something."""

    def step(self, *args: Any, **kwargs: Any) -> Any:
        return super().step(*args, **kwargs)


def test_pictures_and_schedulers_of_ones_own() -> None:
    pipe = controlled()
    pipe.scheduler = Own(clip_sample=False, set_alpha_to_one=False, steps_offset=1, **tiny.BETAS)
    with record(pipe) as trace:
        pipe("a red circle", image=picture(), num_inference_steps=3, generator=[torch.Generator().manual_seed(7)])
    again = pickle.loads(pickle.dumps(trace))
    assert torch.equal(again.fork(1, pipe=pipe).latents, trace.latents)
    with pytest.raises(ForkError, match="Own, a scheduler of somebody's own"):
        again.fork(1, pipe=controlled())
