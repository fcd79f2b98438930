"""The picture of a step is what its pipeline would make of the predicted original, wherever the step has come from."""

from __future__ import annotations

import copy
import pickle
from typing import Any

import numpy as np
import pytest
import torch
from diffusers import EulerDiscreteScheduler

import diffexplain as dx
from diffexplain.core import preview
from diffexplain.core.record import record
from diffexplain.core.trace import Trace
from diffexplain.errors import DecodingError, NotFiniteError
from tests import tiny


def recorded(name: str = "sd", pipe: Any = None, **call: Any) -> tuple[Any, Trace]:
    pipe = pipe or tiny.build(name)
    with record(pipe) as trace:
        pipe(num_inference_steps=3, generator=torch.Generator().manual_seed(7), **tiny.arguments(name), **call)
    return pipe, trace


def differing(one: Any, other: Any) -> int:
    """By how many of 255 levels two pictures differ at most."""
    return int(np.abs(np.asarray(one, int) - np.asarray(other, int)).max())


@pytest.mark.parametrize("name", tiny.NAMES)
def test_the_picture_of_a_step_is_its_x0_decoded(name: str) -> None:
    pipe, trace = recorded(name)
    for step in trace.steps:
        latents = preview.unpack(step.x0, trace.height, trace.width)
        (picture,) = preview.to_pil(preview.decode(latents, pipe.vae))
        assert step.image.tobytes() == picture.tobytes()
        assert step.image.size == trace.image.size


def test_at_the_end_it_is_the_finished_picture() -> None:
    """Euler's last step goes to no noise at all: what it predicts is what comes out."""
    _pipe, trace = recorded(pipe=tiny.sd(scheduler=EulerDiscreteScheduler(**tiny.BETAS)))
    assert trace.steps[-1].next_level.b == 0
    assert differing(trace.steps[-1].image, trace.image) <= 1
    assert differing(trace.steps[0].image, trace.image) > 1


def test_lanes_forks_and_copies_have_it_too() -> None:
    pipe = tiny.sd()
    (trace,) = dx.sample([dx.Lane(prompt="a red circle", steps=3)], pipe)
    expected = [image.tobytes() for image in trace.images_at()]
    assert [step.image.tobytes() for step in trace.fork(1).steps] == expected
    assert [image.tobytes() for image in copy.deepcopy(trace).images_at()] == expected
    assert trace.steps[1].with_guidance(1.0).image.tobytes() != expected[1]


def test_from_a_file_or_a_pickle_it_needs_a_pipeline(tmp_path: Any) -> None:
    pipe, trace = recorded()
    trace.save(tmp_path / "run.safetensors")
    for again in (Trace.load(tmp_path / "run.safetensors"), pickle.loads(pickle.dumps(trace))):
        with pytest.raises(DecodingError, match=r"trace\.images_at\(1, pipe=pipe\)"):
            _ = again.steps[1].image
        (picture,) = again.images_at(1, pipe=pipe)
        assert picture.tobytes() == trace.steps[1].image.tobytes()


def test_it_does_not_keep_the_pipeline() -> None:
    pipe, trace = recorded()
    del pipe
    with pytest.raises(DecodingError, match="not at hand"):
        _ = trace.steps[0].image


def test_no_numbers_are_said_with_the_step_and_not_drawn_black() -> None:
    pipe, trace = recorded()
    trace.steps[1].guided[0, 0, 0, 0] = float("nan")
    with pytest.raises(NotFiniteError, match=r"at step 1 .counted from 0. the network gave NaN"):
        _ = trace.steps[1].image
    assert trace.steps[0].image.size == (32, 32)
    assert pipe is not None


def test_latents_that_no_picture_is_made_of_are_refused() -> None:
    pipe, trace = recorded()
    pipe.vae = None
    with pytest.raises(DecodingError, match="can't be decoded one step at a time"):
        _ = trace.steps[0].image
