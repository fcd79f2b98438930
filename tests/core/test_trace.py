"""A trace comes back from its file bit for bit, or not at all."""

from __future__ import annotations

import dataclasses
import json
import struct

import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image
from safetensors.torch import save_file

from diffexplain.core import tensor_file
from diffexplain.core.levels import Level, Parameterization
from diffexplain.core.record import record
from diffexplain.core.trace import Step, Trace
from diffexplain.errors import SingularLevelError, TraceFormatError
from tests import tiny


def recorded(name="sd", **call):
    pipe = tiny.build(name)
    call = {**tiny.arguments(name), **call}
    with record(pipe) as trace:
        pipe(num_inference_steps=3, generator=torch.Generator().manual_seed(7), **call)
    return trace


@pytest.fixture(scope="module")
def trace():
    trace = recorded(prompt=['a "red" circle', "红色的圆"], negative_prompt=["blue", ""])
    trace.prompt = (trace.prompt[0], "红色的圆 \ud800 \0 </script>")  # half a character, as a careless paste can hold
    return trace


@pytest.fixture(scope="module")
def data(trace, tmp_path_factory):
    path = tmp_path_factory.mktemp("trace") / "run.safetensors"
    trace.save(path)
    return path.read_bytes()


def same(one, other):
    if isinstance(one, torch.Tensor):
        return isinstance(other, torch.Tensor) and one.dtype == other.dtype and torch.equal(one, other)
    if isinstance(one, Step):
        names = [field.name for field in dataclasses.fields(Step)]
        return all(same(getattr(one, name), getattr(other, name)) for name in [*names, "x0", "noise", "mean", "guidance"])
    if isinstance(one, (list, tuple)):
        return type(one) is type(other) and len(one) == len(other) and all(map(same, one, other))
    return type(one) is type(other) and one == other


@pytest.mark.parametrize("name", tiny.NAMES)
def test_round_trip(name, tmp_path):
    trace = recorded(name)
    trace.save(tmp_path / "run.safetensors")
    loaded = Trace.load(str(tmp_path / "run.safetensors"))
    for field in dataclasses.fields(Trace):
        assert same(getattr(trace, field.name), getattr(loaded, field.name)), field.name
    assert loaded.guidance_scale == trace.guidance_scale
    assert loaded.image.tobytes() == trace.image.tobytes()
    assert repr(loaded) == repr(trace)


def test_round_trip_of_awkward_values(trace, data, tmp_path):
    (tmp_path / "run").write_bytes(data)
    loaded = Trace.load(tmp_path / "run")
    assert loaded.prompt == trace.prompt
    assert loaded.negative_prompt == ("blue", "")
    assert len(loaded.images) == 2
    assert loaded.seed == 7


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float64])
def test_round_trip_keeps_the_number_format(dtype, tmp_path):
    x = torch.randn(1, 4, 2, 2).to(dtype)
    step = Step(0, 1.5, Level(0.6, 0.8), Level(1.0, 0.0), Parameterization(0.0, 1.0), x, x, None, None, 0.1)
    Trace(steps=[step], timesteps=(1.5,)).save(tmp_path / "run")
    assert same(Trace.load(tmp_path / "run").steps[0], step)


def test_an_unfinished_trace_can_be_kept(tmp_path):
    Trace(prompt="a").save(tmp_path / "run")
    loaded = Trace.load(tmp_path / "run")
    assert (loaded.finished, loaded.steps, loaded.latents, loaded.image, loaded.seed) == (False, [], None, None, None)


texts = st.text(max_size=12) | st.sampled_from(["红色的圆", 'a "red" \0 </script>', "\ud800"])
several = st.lists(texts, min_size=2, max_size=3).map(tuple)
levels = st.builds(Level, st.floats(0, 1e3), st.floats(1e-6, 1e3))


@st.composite
def traces(draw):
    """Any trace that could be recorded, and some that could not."""
    dtype = draw(st.sampled_from([torch.float16, torch.bfloat16, torch.float32, torch.float64]))
    shape = draw(st.sampled_from([(1, 4, 2, 3), (2, 4, 1, 1), (1, 6, 64)]))
    random = torch.Generator().manual_seed(draw(st.integers(0, 99)))

    def tensor():
        return (torch.randn(shape, generator=random, dtype=torch.float64) * 10.0 ** draw(st.integers(-4, 4))).to(dtype)

    steps = []
    for index in range(draw(st.integers(0, 4))):
        pair = (tensor(), tensor()) if draw(st.booleans()) else (None, None)
        mixture = Parameterization(draw(st.floats(-1, 1)), draw(st.floats(0.1, 1)))
        steps.append(
            Step(
                index,
                draw(st.floats(0, 999)),
                draw(levels),
                draw(levels),
                mixture,
                tensor(),
                tensor(),
                *pair,
                draw(st.floats(0, 9)),
            )
        )
    size = draw(st.tuples(st.integers(1, 9), st.integers(1, 9)))
    pixels = torch.randint(0, 256, (draw(st.integers(0, 2)), *size, 3), generator=random, dtype=torch.uint8)
    return Trace(
        steps=steps,
        timesteps=tuple(draw(st.lists(st.floats(-1, 1e6), max_size=5))),
        prompt=draw(st.none() | texts | several),
        negative_prompt=draw(st.none() | texts | several),
        seed=draw(st.none() | st.integers(0, 2**64 - 1) | st.just((3, 4))),
        pipeline=draw(texts),
        sampler=draw(texts),
        height=draw(st.none() | st.integers(1, 9999)),
        width=draw(st.none() | st.integers(1, 9999)),
        prompt_embeds=draw(st.none() | st.just(torch.ones(1, 2, 3))),
        latents=tensor() if draw(st.booleans()) else None,
        images=tuple(Image.fromarray(each.numpy()) for each in pixels),
        seconds=draw(st.floats(0, 1e6)),
        finished=draw(st.booleans()),
        parent=draw(st.none() | texts),
        forked_at=draw(st.none() | st.integers(0, 9)),
    )


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(trace=traces())
def test_round_trip_of_any_trace(trace, tmp_path):
    trace.save(tmp_path / "run")
    loaded = Trace.load(tmp_path / "run")
    for field in dataclasses.fields(Trace):
        if field.name not in ("steps", "images"):
            assert same(getattr(trace, field.name), getattr(loaded, field.name)), field.name
    for one, other in zip(trace.steps, loaded.steps, strict=True):
        assert all(same(getattr(one, field.name), getattr(other, field.name)) for field in dataclasses.fields(Step))
    assert [image.tobytes() for image in loaded.images] == [image.tobytes() for image in trace.images]
    assert [image.size for image in loaded.images] == [image.size for image in trace.images]


@settings(max_examples=30)
@given(scale=st.floats(-3, 30), other=st.floats(1.1, 30))
def test_with_guidance_is_read_back_and_taken_back(trace, scale, other):
    step = trace.steps[1]
    assert step.with_guidance(scale).guidance.scale == pytest.approx(scale, abs=1e-4)
    assert torch.equal(step.with_guidance(scale).with_guidance(other).guided, step.with_guidance(other).guided)


def test_saving_again_replaces_and_leaves_no_draft(trace, tmp_path):
    path = tmp_path / "run.safetensors"
    path.write_text("old")
    trace.save(path)
    trace.save(path)
    assert len(Trace.load(path).steps) == 3
    assert list(tmp_path.iterdir()) == [path]


def test_a_failed_save_leaves_the_old_file(trace, data, tmp_path, monkeypatch):
    path = tmp_path / "run.safetensors"
    path.write_bytes(data)

    def full(_):
        raise OSError("no space left")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OSError, match="no space"):
        trace.save(path)
    assert path.read_bytes() == data
    assert list(tmp_path.iterdir()) == [path]
    with pytest.raises(FileNotFoundError):
        trace.save(tmp_path / "missing" / "run.safetensors")


def refused(path, match):
    with pytest.raises(TraceFormatError, match=match) as caught:
        Trace.load(path)
    assert isinstance(caught.value, ValueError)
    assert str(path) in str(caught.value)


def test_what_is_no_trace_is_refused(data, tmp_path):
    with pytest.raises(FileNotFoundError):
        Trace.load(tmp_path / "missing")
    refused(tmp_path, "folder")
    path = tmp_path / "file"
    for content in (b"", b"abc", b"\x00" * 100, b"\xff" * 100, b"PK\x03\x04" * 50):
        path.write_bytes(content)
        refused(path, "no safetensors file")
    save_file({"x": torch.ones(1)}, path)
    refused(path, "not a trace")
    path.write_bytes(data.replace(b'"version":"1"', b'"version":"9"'))
    refused(path, "version 9; this diffexplain reads version 1")


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(cut=st.floats(0, 1, exclude_max=True))
def test_cut_off_files_never_load(data, tmp_path, cut):
    path = tmp_path / "cut"
    path.write_bytes(data[: int(cut * len(data))])
    refused(path, "cut off")


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(where=st.floats(0, 1, exclude_max=True), flip=st.integers(1, 255), header=st.booleans())
def test_damaged_files_never_load(data, tmp_path, where, flip, header):
    length = struct.unpack("<Q", data[:8])[0] + 8 if header else len(data)
    damaged = bytearray(data)
    damaged[int(where * length)] ^= flip
    path = tmp_path / "damaged"
    path.write_bytes(damaged)
    with pytest.raises(TraceFormatError):
        Trace.load(path)


def rewritten(path, data, change):
    """A file with a right digest whose content was changed."""
    path.write_bytes(data)
    tensors = tensor_file.tensors_of(data)
    metadata = tensor_file.metadata_of(data)
    plain = json.loads(metadata["trace"])
    change(plain, tensors)
    tensor_file.write(path, metadata | {"trace": json.dumps(plain)}, tensors)
    return path


CHANGES = {
    "missing x": lambda plain, tensors: tensors.pop("steps.1.x"),
    "half a pair": lambda plain, tensors: tensors.pop("steps.1.cond"),
    "another shape": lambda plain, tensors: tensors.update({"steps.1.guided": torch.ones(2)}),
    "whole numbers": lambda plain, tensors: tensors.update({"steps.1.x": torch.ones(2, 4, 16, 16, dtype=torch.int64)}),
    "unknown tensor": lambda plain, tensors: tensors.update(more=torch.ones(1)),
    "no steps": lambda plain, tensors: plain.pop("steps"),
    "level of three": lambda plain, tensors: plain["steps"][0].update(level=[1, 2, 3]),
    "infinite level": lambda plain, tensors: plain["steps"][0].update(level=[1, float("inf")]),
    "level of words": lambda plain, tensors: plain["steps"][0].update(level=["1", "2"]),
    "missing picture": lambda plain, tensors: tensors.pop("images.1"),
    "grey picture": lambda plain, tensors: tensors.update({"images.1": torch.ones(4, 4, dtype=torch.uint8)}),
    "prompt of numbers": lambda plain, tensors: plain.update(prompt={"a": 1}),
    "finished is a word": lambda plain, tensors: plain.update(finished="yes"),
    "seed is a word": lambda plain, tensors: plain.update(seed="7"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_incomplete_content_is_refused(change, data, tmp_path):
    refused(rewritten(tmp_path / "file", data, CHANGES[change]), "no complete trace")


def test_content_that_was_not_changed_loads(data, tmp_path):
    assert len(Trace.load(rewritten(tmp_path / "file", data, lambda plain, tensors: None)).steps) == 3


def test_with_guidance_is_the_run_of_another_scale(trace):
    step = trace.steps[0]
    assert torch.allclose(step.with_guidance(7.5).x0, step.x0, atol=1e-4)
    weaker = step.with_guidance(1.0)
    assert torch.equal(weaker.x, step.x)
    assert torch.allclose(weaker.guided, step.cond, atol=1e-6)
    assert weaker.guidance.scale == pytest.approx(1, abs=1e-4)


def test_steps_are_frozen(trace):
    with pytest.raises(dataclasses.FrozenInstanceError):
        trace.steps[0].x = None
    assert "Step(0, timestep=" in repr(trace.steps[0])


def test_a_step_at_a_singular_level_says_so():
    x = torch.ones(1, 4, 2, 2)
    step = Step(0, 999.0, Level(0.0, 1.0), Level(0.1, 0.9), Parameterization(0.0, 1.0), x, x, None, None, 0.0)
    for name in ("x0", "noise", "mean"):
        with pytest.raises(SingularLevelError, match="v_prediction"):
            getattr(step, name)
