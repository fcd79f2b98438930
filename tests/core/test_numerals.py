"""A number is a number, whoever made it."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

import diffexplain as dx
from diffexplain.core.noising import schedule
from diffexplain.core.numerals import real_number, whole_number
from diffexplain.core.record import record
from diffexplain.errors import AttentionError, ForkError, LaneError, ScheduleError
from diffexplain.explorers import checks
from diffexplain.explorers.attention import request as fields
from tests import tiny

WHOLE = [np.int8, np.int64, np.uint8, np.array, torch.tensor, int]
REAL = [np.float64, np.float32, np.array, torch.tensor, float]
NO_NUMBERS = [
    True,
    np.True_,
    np.array(True),
    torch.tensor(True),
    "3",
    None,
    [3],
    np.array([3]),
    torch.tensor([3]),
    3j,
    object(),
]


@settings(max_examples=60)
@given(st.integers(0, 100), st.sampled_from(WHOLE))
def test_whole_numbers_are_pythons_own(number: int, kind: Any) -> None:
    for found in (whole_number(kind(number)), checks.steps("steps", kind(number or 1)), dx.Lane(seed=kind(number)).seed):
        assert type(found) is int
    assert whole_number(kind(number)) == number
    assert type(real_number(kind(number))) is float
    assert real_number(kind(number)) == number
    assert dx.Attention(full=True, heads=[kind(number)], steps=[kind(number)]) == dx.Attention(
        full=True, heads=(number,), steps=(number,)
    )


@settings(max_examples=60)
@given(st.floats(0, 100, width=16), st.sampled_from(REAL))
def test_numbers_are_pythons_own(number: float, kind: Any) -> None:
    assert whole_number(kind(number)) is None
    lane = dx.Lane(guidance=kind(number), control_scale=kind(number), lora=kind(number))
    for found in (
        real_number(kind(number)),
        checks.guidance_scale("guidance", kind(number)),
        lane.guidance,
        lane.control_scale,
    ):
        assert type(found) is float
        assert found == number
    assert (type(lane.lora), lane.lora) == (float, number)


@pytest.mark.parametrize("value", NO_NUMBERS, ids=lambda value: type(value).__name__)
def test_what_is_no_number(value: Any) -> None:
    assert whole_number(value) is None
    assert real_number(value) is None
    for wrong in ({"seed": value}, {"steps": value}, {"guidance": value}, {"eta": value}):
        with pytest.raises(LaneError, match=next(iter(wrong))):
            dx.Lane(**wrong)
    for check in (checks.seed, checks.steps, checks.guidance_scale, fields.strength):
        with pytest.raises(ValueError, match="must be"):
            check("field", value)
    if value is not None:
        with pytest.raises(AttentionError):
            dx.Attention(steps=[value])
    with pytest.raises(ScheduleError, match="steps must be"):
        schedule("linear", value)


def test_the_ends_of_the_numbers() -> None:
    assert real_number(10**400) is None
    assert real_number(Fraction(1, 4)) == 0.25
    assert math.isnan(real_number(np.float32("nan")) or 0)
    assert real_number(torch.tensor(float("inf"))) == math.inf
    assert whole_number(torch.empty((), dtype=torch.int64, device="meta")) is None
    assert whole_number(2.0) is whole_number(np.float64(2)) is None


def test_explorers_take_numbers_of_numpy() -> None:
    assert fields.word("word", np.arange(2, 4).tolist()) == fields.word("word", [np.int64(2), torch.tensor(3)]) == [2, 3]
    assert fields.strength("strength", np.float32(0.5)) == fields.strength("strength", torch.tensor(0.5)) == 0.5


def test_a_run_with_numbers_of_numpy_is_forked_and_saved(tmp_path: Any) -> None:
    pipe = tiny.sd()
    call = {"height": np.int64(32), "width": torch.tensor(32), "guidance_scale": np.float32(3.5), "num_inference_steps": 4}
    with record(pipe, attention=dx.Attention(steps=np.arange(0, 4, 2))) as trace:
        pipe("a red circle", generator=torch.Generator().manual_seed(7), **{**call, "width": np.int32(32)})
    trace.save(tmp_path / "run")
    loaded = dx.Trace.load(tmp_path / "run")
    assert (loaded.height, loaded.width, type(trace.height), type(trace.width)) == (32, 32, int, int)
    branch = loaded.fork(np.int64(2), pipe=pipe)
    assert torch.equal(branch.latents, trace.latents)
    branch = trace.fork(torch.tensor(1), seed=np.int64(3), guidance=np.float32(2))
    assert (type(branch.seed), branch.seed, type(branch.forked_at), branch.forked_at) == (int, 3, int, 1)
    branch.save(tmp_path / "run")
    again = dx.Trace.load(tmp_path / "run").fork(2, pipe=pipe)
    assert torch.equal(again.latents, branch.latents)
    attention = trace.steps[0].attention
    assert torch.equal(attention.maps(picture=np.int64(0)), attention.maps())
    for wrong in (True, np.True_, 1.0):
        with pytest.raises(ForkError, match="step must be a whole number"):
            trace.fork(wrong)
        with pytest.raises(ForkError, match="seed must be a whole number"):
            trace.fork(1, seed=wrong)


def test_a_schedulers_flags_of_numpy_are_in_the_file(tmp_path: Any) -> None:
    betas = np.linspace(0.001, 0.02, 1000, dtype=np.float32)
    pipe = tiny.sd(scheduler=tiny.DDIMScheduler(trained_betas=betas, clip_sample=False, steps_offset=np.int64(1)))
    with record(pipe) as trace:
        pipe("a red circle", num_inference_steps=3, generator=torch.Generator().manual_seed(7), output_type="latent")
    trace.save(tmp_path / "run")
    branch = dx.Trace.load(tmp_path / "run").fork(1, pipe=tiny.sd())
    assert torch.equal(branch.latents, trace.latents)


def test_lanes_with_numbers_of_numpy() -> None:
    pipe = tiny.sd()
    plain = dx.Lane(prompt="a red circle", seed=3, steps=3, guidance=2.5, height=32, width=32)
    same = dx.Lane(
        prompt="a red circle",
        seed=np.int64(3),
        steps=torch.tensor(3),
        guidance=np.float32(2.5),
        height=np.int32(32),
        width=np.array(32),
    )
    one, other = (dx.sample([lane], pipe, memory=np.int64(2**30))[0] for lane in (plain, same))
    assert torch.equal(one.latents, other.latents)
    assert (type(other.seed), other.seed) == (int, 3)
