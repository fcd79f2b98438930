"""Every kind of pipeline: recorded to the bit, read for what it shows, and nothing claimed that it does not show."""

from __future__ import annotations

import inspect
from dataclasses import fields

import diffusers
import numpy as np
import pytest
import torch

import diffexplain as dx
from diffexplain.core import preview
from diffexplain.core.record import record
from diffexplain.core.text import read_text
from diffexplain.errors import UnsupportedSchedulerError
from tests import tiny, works
from tests.families import FAMILIES, FEATURES, every


def run(pipe, call, seed=0, **more):
    return pipe(num_inference_steps=5, generator=torch.Generator().manual_seed(seed), **{**call, **more}).images


def hooks_of(pipe):
    networks = [part for name in ("unet", "transformer", "controlnet") if (part := getattr(pipe, name, None)) is not None]
    return [(len(module._forward_hooks), len(module._forward_pre_hooks)) for part in networks for module in part.modules()]


@every("recording", "guidance", variants=True)
def test_every_pipeline(name, works):
    family = FAMILIES[name]
    pipe, call = family.build(), family.call()
    plain = [np.array(image) for image in run(pipe, call)]
    cls, hooks = type(pipe), hooks_of(pipe)
    with record(pipe) as trace:
        recorded = [np.array(image) for image in run(pipe, call)]
        assert type(pipe).__name__ == cls.__name__
        assert isinstance(pipe, cls)
    assert all(np.array_equal(*pair) for pair in zip(plain, recorded, strict=True))
    assert type(pipe) is cls
    assert hooks_of(pipe) == hooks
    assert trace.finished
    assert trace.steps
    assert np.array_equal(np.array(trace.image), plain[0])
    for step in trace.steps:
        assert float((step.level.a * step.x0 + step.level.b * step.noise - step.x).abs().max() / step.x.abs().max()) < 1e-6
        assert (step.cond is None) == bool(family.no_pair)
        assert step.mean.isfinite().all()
        if family.no_pair:
            assert step.guidance is None
            works["guidance"] = f"none: {family.no_pair}"
        else:
            assert step.guidance.plain == family.plain  # else it is said that something more was done
            assert step.uncond.shape == step.cond.shape == step.x.shape
        assert (step.x.ndim == 3) == family.packed


@every("pictures", variants=True)
def test_every_pipelines_latents_can_be_looked_at(name):
    family = FAMILIES[name]
    pipe = family.build()
    with record(pipe) as trace:
        run(pipe, family.call())
    latents = preview.unpack(trace.latents, trace.height, trace.width)
    decoded = preview.to_pil(preview.decode(latents, pipe.vae))[0]
    assert decoded.size == (trace.width, trace.height) == trace.image.size
    difference = np.array(decoded, dtype=int) - np.array(trace.image, dtype=int)
    assert np.abs(difference).max() <= 1
    for step in trace.steps:
        seen = preview.latents_to_rgb(preview.unpack(step.x0, trace.height, trace.width), pipe.vae)
        assert seen.shape == (1, 3, trace.height // pipe.vae_scale_factor, trace.width // pipe.vae_scale_factor)


@every("attention", variants=True)
def test_every_pipeline_looks_at_words(name):
    pipe, call = FAMILIES[name].words()
    plain = run(pipe, call, output_type="latent")
    hooks = hooks_of(pipe)
    with record(pipe, attention=True) as trace:
        listened = run(pipe, call, output_type="latent")
    assert torch.equal(plain, listened)
    assert hooks_of(pipe) == hooks
    for step in trace.steps:
        attention = step.attention
        assert attention.halves == (("cond",) if step.cond is None else ("uncond", "cond"))
        share = attention.maps().sum(0)  # all of it, where nothing but text can be looked at
        assert float(share.max()) <= 1.01
        word = attention.word("red")
        assert 0 < float(word.max()) <= float(share.max())


@every("text")
def test_every_pipelines_text_is_read(name, works):
    pipe, call = FAMILIES[name].words()
    read = read_text(pipe, call["prompt"])
    for each in read:
        hidden = {"attention_mask": each.ids[None] != 0} if name == "PixArtAlpha" else {}  # it doesn't show its padding
        with torch.no_grad():
            own = getattr(pipe, each.encoder)(each.ids[None], **hidden)
        assert torch.equal(each.output, own.last_hidden_state[0])
        (red,) = each.tokens.find("red")
        assert each.tokens.tokens[red[0]].text.strip() == "red"
    works["text"] = f"{len(read)} encoders" if len(read) > 1 else "1 encoder"


def lane_of(pipe, call, **more):
    """The lane whose run is this call."""
    call = dict(call)
    names = {each.name for each in fields(dx.Lane)} - {"options"}
    if "control_image" in call or (hasattr(pipe, "controlnet") and "strength" not in call):
        call["control_image"] = call.pop("control_image", None) or call.pop("image")
    accepted = inspect.signature(type(pipe).__call__).parameters
    given = {"prompt": None, "guidance": accepted["guidance_scale"].default}
    if "controlnet_conditioning_scale" in accepted:
        given["control_scale"] = accepted["controlnet_conditioning_scale"].default
    given |= {name: value for name, value in call.items() if name in names}
    return dx.Lane(**given, **more, options={name: value for name, value in call.items() if name not in names})


@every("lanes")
def test_every_pipelines_lanes_are_its_runs(name, works):
    family = FAMILIES[name]
    pipe, call, calls = family.build(), family.call(), []
    lanes = [lane_of(pipe, call, seed=seed, steps=5) for seed in range(2)]
    denoiser = pipe.unet if hasattr(pipe, "unet") else pipe.transformer
    handle = denoiser.register_forward_pre_hook(lambda *_: calls.append(1))
    traces = dx.sample(lanes, pipe, attention=True)
    handle.remove()
    for lane, trace in zip(lanes, traces, strict=True):
        with record(pipe, attention=True) as wanted:
            (picture,) = run(pipe, call, seed=lane.seed)
        assert np.abs(np.array(trace.image, dtype=int) - np.array(picture, dtype=int)).max() <= 1
        assert len(trace.steps) == len(wanted.steps)
        for step, other in zip(trace.steps, wanted.steps, strict=True):
            assert torch.allclose(step.x, other.x, rtol=1e-4, atol=1e-4 * float(other.x.abs().max()))
            assert torch.allclose(step.attention.maps(), other.attention.maps(), rtol=2e-3, atol=2e-5)
    halves = 2 if name == "Flux, true guidance" else 1
    together, apart = (times * halves * len(traces[0].steps) for times in (1, len(lanes)))
    assert len(calls) in (together, apart)
    works["lanes"] = "batched" if len(calls) == together else "one by one"


@every("forks")
def test_every_pipeline_can_be_forked(name):
    family = FAMILIES[name]
    pipe = family.build()
    with record(pipe) as trunk:
        run(pipe, family.call(), output_type="latent")
    branch = trunk.fork(2)
    assert torch.equal(branch.latents, trunk.latents)
    assert all(torch.equal(one.guided, other.guided) for one, other in zip(branch.steps, trunk.steps, strict=True))
    assert branch.steps[1] is trunk.steps[1]


def test_the_table_in_the_docs_is_of_these_tests(request):
    """What it says of each, the tests above compare."""
    shown = {mark.args for item in request.node.parent.collect() for mark in item.iter_markers("works")}
    assert shown == {(name, feature) for name, family in FAMILIES.items() if not family.variant for feature in FEATURES}
    assert works.read().keys() == shown
    assert works.PAGE.read_text(encoding="utf-8") == works.page(works.read())


@pytest.mark.parametrize(("height", "width"), [(32, 32), (32, 48), (80, 16), (512, 768)])
def test_unpacking_is_the_pipelines_own(height, width):
    tokens = (height // 16) * (width // 16)
    packed = torch.randn(2, tokens, 64)
    assert torch.equal(
        preview.unpack(packed, height, width), diffusers.FluxPipeline._unpack_latents(packed, height, width, vae_scale_factor=8)
    )


def test_what_fills_no_picture_is_refused():
    with pytest.raises(ValueError, match="7 tokens of 64 values do not fill a picture of 48 x 32"):
        preview.unpack(torch.zeros(1, 7, 64), 32, 48)
    with pytest.raises(ValueError, match="do not fill"):
        preview.unpack(torch.zeros(1, 6, 63), 32, 48)


@pytest.mark.parametrize("scheduler", ["DDIM", "EulerDiscrete", "DPMSolverMultistep", "HeunDiscrete", "LCM"])
@pytest.mark.parametrize("name", ["sd3", "flux"])
def test_a_scheduler_that_paints_noise_without_a_word_is_refused(name, scheduler):
    pipe = tiny.build(name, scheduler=getattr(diffusers, scheduler + "Scheduler")())
    with pytest.raises(UnsupportedSchedulerError, match="trained for flow matching"), record(pipe):
        pass
    with pytest.raises(UnsupportedSchedulerError, match="trained for flow matching"):
        dx.sample([dx.Lane()], pipe)
    flags = {"use_flow_sigmas": True, "prediction_type": "flow_prediction", "flow_shift": 3.0}
    if scheduler == "DPMSolverMultistep" and name == "sd3":
        pipe.scheduler = diffusers.DPMSolverMultistepScheduler(**flags)
        with record(pipe) as trace:
            run(pipe, tiny.arguments(name))
        assert trace.finished
