"""A lane's attention is what a recording of its own run shows, whatever runs beside it."""

from __future__ import annotations

import copy
import re
import warnings

import diffusers
import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

import diffexplain as dx
from diffexplain.core import samplers
from diffexplain.core.attention import Attention
from diffexplain.core.lanes import sampling
from diffexplain.core.record import record
from diffexplain.errors import AttentionError
from tests import tiny

FULL = Attention(full=True)
LANES = [
    dx.Lane(prompt="a red circle", seed=1, sampler="ddim", steps=3, guidance=7.5),
    dx.Lane(prompt="a blue square on a green", seed=2, sampler="euler", steps=4, guidance=1.0),
    dx.Lane(prompt="a green square", negative_prompt="red", seed=3, sampler="heun", steps=2, guidance=3.0),
    dx.Lane(prompt="", seed=4, sampler="pndm", steps=3, guidance=0.0),
]


def picture(seed=0, side=32):
    return Image.fromarray(np.random.default_rng(seed).integers(0, 255, (side, side, 3), dtype=np.uint8))


def own(pipe, lane, attention, **call):
    """A recording of the lane's own pipeline, as anybody would make it."""
    pipe = copy.copy(pipe)
    if lane.sampler is not None:
        pipe.scheduler = samplers.build(lane.sampler, pipe.scheduler)
    if "true_cfg_scale" not in call and "prompt_embeds" not in call:
        call |= {"prompt": lane.prompt, "negative_prompt": lane.negative_prompt}
    call |= {"num_inference_steps": lane.steps, "guidance_scale": lane.guidance, "output_type": "latent"}
    with record(pipe, attention=attention) as trace:
        pipe(generator=torch.Generator("cpu").manual_seed(lane.seed), **call)
    return trace


def hooks(pipe):
    networks = [part for name in ("unet", "transformer", "controlnet") if (part := getattr(pipe, name, None)) is not None]
    return [(len(module._forward_hooks), len(module._forward_pre_hooks)) for part in networks for module in part.modules()]


def same(found, expected):
    """Two steps' attention, but for what half precision and the order of a batch's sums leave."""
    assert (found is None) == (expected is None)
    if found is None:
        return
    for name in ("layers", "heads", "full", "direction", "texts", "halves"):
        assert getattr(found, name) == getattr(expected, name), name
    for half, entries in expected.kept.items():
        assert found.kept[half].keys() == entries.keys()
        for name, entry in entries.items():
            assert found.kept[half][name].shape == entry.shape
            assert found.kept[half][name].dtype == torch.float16
            torch.testing.assert_close(found.kept[half][name].float(), entry.float(), rtol=1e-3, atol=2e-5)


def same_run(trace, wanted):
    assert trace.attention == wanted.attention
    assert len(trace.steps) == len(wanted.steps)
    for one, other in zip(trace.steps, wanted.steps, strict=True):
        same(one.attention, other.attention)


def taken(traces):
    return sum(step.attention.nbytes for trace in traces for step in trace.steps if step.attention is not None)


# the same as recorded


@pytest.mark.parametrize("budget", [None, 1], ids=["one call", "a call a lane"])
@pytest.mark.parametrize("attention", [True, Attention(full=True, heads=(1,), layers="up_blocks", steps=(0, 2))])
@pytest.mark.parametrize("family", ["sd", "sdxl"])
def test_a_lane_shows_what_a_recording_of_it_shows(family, attention, budget):
    pipe = tiny.build(family)
    size = {"height": 32, "width": 32} if family == "sdxl" else {}
    lanes = [lane.but(**size) for lane in LANES]
    before = hooks(pipe)
    traces = dx.sample(lanes, pipe, attention=attention, decode=False, memory=budget)
    assert hooks(pipe) == before
    for lane, trace in zip(lanes, traces, strict=True):
        same_run(trace, own(pipe, lane, attention, **size))
    assert torch.equal(traces[0].steps[2].attention.word("red"), traces[0].steps[2].attention[2])


def test_listening_changes_nothing():
    pipe = tiny.sd()
    plain = dx.sample(LANES, pipe)
    for one, other in zip(plain, dx.sample(LANES, pipe, attention=FULL), strict=True):
        assert torch.equal(one.latents, other.latents)
        assert one.image.tobytes() == other.image.tobytes()
        assert all(step.attention is None for step in one.steps)
        assert one.attention is None


def test_lanes_of_unlike_sizes_and_from_pictures():
    pipe = tiny.sd()
    lanes = [
        dx.Lane(prompt="a red circle", seed=1, steps=3, height=16, width=48),
        dx.Lane(prompt="a red circle", seed=2, steps=3, height=96, width=64),
        dx.Lane(prompt="a blue square", seed=3, steps=6, image=picture(), strength=0.5),
        dx.Lane(prompt="a blue square", seed=4, steps=5, image=picture(1), strength=0.4, guidance=1.0),
    ]
    traces = dx.sample(lanes, pipe, attention=True, decode=False)
    for lane, trace in zip(lanes[:2], traces, strict=False):
        same_run(trace, own(pipe, lane, True, height=lane.height, width=lane.width))
    sister = tiny.sd(diffusers.StableDiffusionImg2ImgPipeline, scheduler=pipe.scheduler)
    for lane, trace in zip(lanes[2:], traces[2:], strict=True):
        same_run(trace, own(sister, lane, True, image=lane.image, strength=lane.strength))
    exact = taken(traces)
    assert dx.sample(lanes, pipe, attention=Attention(budget_bytes=exact), decode=False)
    with pytest.raises(AttentionError, match=f"budget_bytes={exact}"):
        dx.sample(lanes, pipe, attention=Attention(budget_bytes=exact - 1), decode=False)


def test_lanes_with_a_control_picture_beside_one_without():
    pipe = diffusers.StableDiffusionControlNetPipeline(**tiny.sd_components(), controlnet=tiny.controlnet())
    pipe.set_progress_bar_config(disable=True)
    lane = dx.Lane(prompt="a red circle", steps=2, control_image=picture(1))
    controlled, plain = dx.sample([lane, LANES[0]], pipe, attention=True, decode=False)
    same_run(controlled, own(pipe, lane, True, image=lane.control_image, controlnet_conditioning_scale=1.0))
    same_run(plain, own(tiny.sd(scheduler=pipe.scheduler), LANES[0], True))


def test_lanes_with_weights_of_their_own():
    from peft import LoraConfig

    pipe = tiny.sd()
    pipe.unet = copy.deepcopy(pipe.unet)
    with torch.random.fork_rng(devices=[]), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.manual_seed(0)
        config = LoraConfig(r=2, target_modules=["to_q", "to_k"], init_lora_weights=False, lora_alpha=8)
        pipe.unet.add_adapter(config, adapter_name="style")
    weights = (0.0, 1.0, 0.5)
    lanes = [LANES[0].but(lora=weight) for weight in weights]
    traces = dx.sample(lanes, pipe, attention=FULL, decode=False)
    for lane, trace, weight in zip(lanes, traces, weights, strict=True):
        pipe.unet.set_adapters(["style"], [weight])
        same_run(trace, own(pipe, lane, FULL))
    assert not np.allclose(traces[0].steps[0].attention.maps(), traces[1].steps[0].attention.maps(), rtol=0.01)


@pytest.mark.parametrize("attention", [True, Attention(full=True, direction="text_to_picture")], ids=["compact", "full"])
@pytest.mark.parametrize("name", ["sd3", "flux", "flux, true CFG"])
def test_lanes_that_run_one_by_one(name, attention):
    pipe = tiny.build(name)
    call = tiny.arguments(name)
    options = {key: value for key, value in call.items() if key not in {"height", "width"}}
    lanes = [
        dx.Lane(prompt=None, seed=seed, steps=2 + seed, guidance=3.0, height=32, width=32, options=options) for seed in range(2)
    ]
    before = hooks(pipe)
    traces = dx.sample(lanes, pipe, attention=attention)
    assert hooks(pipe) == before
    for lane, trace in zip(lanes, traces, strict=True):
        wanted = own(pipe, lane, attention, **call)
        same_run(trace, wanted)
        assert all(
            torch.equal(one.attention.maps(), other.attention.maps())
            for one, other in zip(trace.steps, wanted.steps, strict=True)
        )


def test_a_lane_with_an_option_of_the_loop_is_heard_alone():
    pipe = tiny.sd()
    rescaled = LANES[0].but(options={"guidance_rescale": 0.7})
    traces = dx.sample([rescaled, LANES[1]], pipe, attention=True, decode=False)
    same_run(traces[0], own(pipe, rescaled, True, guidance_rescale=0.7))
    same_run(traces[1], own(pipe, LANES[1], True))


lanes_of_all_kinds = st.builds(
    dx.Lane,
    prompt=st.sampled_from(["", "a red circle", "on a blue square", "红", "a " * 40]),
    negative_prompt=st.sampled_from([None, "", "green"]),
    seed=st.integers(0, 2**63 - 1),
    sampler=st.sampled_from(["ddim", "euler", "heun", "pndm", "dpmpp_2m"]),
    steps=st.integers(1, 3),
    guidance=st.sampled_from([0, 1, 1.5, 7.5]),
)


@settings(max_examples=8)
@given(
    lanes=st.lists(lanes_of_all_kinds, min_size=1, max_size=4),
    budget=st.sampled_from([None, 1, 200_000]),
    full=st.booleans(),
    steps=st.sampled_from([None, (0,), (1, 2)]),
)
def test_company_makes_no_difference(lanes, budget, full, steps):
    pipe, attention = tiny.sd(), Attention(full=full, steps=steps)
    for lane, trace in zip(lanes, dx.sample(lanes, pipe, decode=False, memory=budget, attention=attention), strict=True):
        same_run(trace, own(pipe, lane, attention))


# nothing is left behind


class BrokenError(Exception):
    pass


@pytest.mark.parametrize("family", ["sd", "sd3"])
@pytest.mark.parametrize("leave", ["close", "raise"])
def test_nothing_is_left_behind(family, leave):
    pipe = tiny.build(family)
    options = {key: value for key, value in tiny.arguments(family).items() if key not in {"prompt", "height", "width"}}
    lane = dx.Lane(prompt=None if family == "sd3" else "a red circle", steps=4, height=32, width=32, options=options)
    last, calls = (pipe.unet.conv_out if family == "sd" else pipe.transformer.proj_out), []

    def breaking(*_):
        calls.append(1)
        if leave == "raise" and len(calls) > 1:
            raise BrokenError

    handle = last.register_forward_pre_hook(breaking)
    before, attributes = hooks(pipe), dict(vars(pipe))
    run = sampling([lane, lane.but(seed=1)], pipe, attention=True)
    next(run)
    assert hooks(pipe) == before  # between two iterations, too
    if leave == "close":
        run.close()
    else:
        with pytest.raises(BrokenError):
            next(run)
    assert hooks(pipe) == before
    assert dict(vars(pipe)) == attributes
    handle.remove()
    with record(pipe, attention=True) as trace:
        pipe(num_inference_steps=2, output_type="latent", **tiny.arguments(family))
    assert trace.finished


def test_what_the_network_has_not_is_refused_before_anything_runs():
    for pipe, lane in ((tiny.sd(), dx.Lane()), (tiny.build("sd3"), dx.Lane(prompt="a fox"))):
        for asked, message in (("all", "attention must be True"), (Attention(layers="attn9"), "no layer's name has attn9")):
            with pytest.raises(AttentionError, match=message):
                sampling([lane], pipe, attention=asked)


# the budget is everybody's


@pytest.mark.parametrize("full", [False, True])
@pytest.mark.parametrize("piece", [None, 1])
def test_the_budget_is_exact_for_lanes_that_share_calls(full, piece):
    pipe = tiny.sd()
    exact = taken(dx.sample(LANES, pipe, attention=Attention(full=full), decode=False))
    dx.sample(LANES, pipe, attention=Attention(full=full, budget_bytes=exact), decode=False, memory=piece)
    run = sampling(LANES, pipe, attention=Attention(full=full, budget_bytes=exact - 1), memory=piece)
    before = hooks(pipe)
    with pytest.raises(AttentionError, match=f"attention of all lanes.*budget_bytes={exact}"):
        next(run)  # not when the memory is full: before
    assert hooks(pipe) == before


@pytest.mark.parametrize("name", ["sd3", "flux"])
def test_the_budget_is_exact_for_lanes_that_run_one_by_one(name):
    pipe = tiny.build(name)
    options = {key: value for key, value in tiny.arguments(name).items() if key not in {"height", "width"}}
    sampler = {"sd3": "flow_heun", "flux": "flow_euler"}[name]
    lanes = [
        dx.Lane(prompt=None, seed=seed, steps=2, sampler=each, height=32, width=32, options=options)
        for seed, each in enumerate([None, sampler, "flow_euler"])
    ]
    exact = taken(dx.sample(lanes, pipe, attention=True, decode=False))
    dx.sample(lanes, pipe, attention=Attention(budget_bytes=exact), decode=False)
    with pytest.raises(AttentionError, match=f"budget_bytes={exact}"):
        next(sampling(lanes, pipe, attention=Attention(budget_bytes=exact - 1), decode=False))


def test_lanes_of_both_ways_share_the_budget():
    pipe = tiny.sd()
    lanes = [LANES[0], LANES[0].but(options={"guidance_rescale": 0.7})]
    exact = taken(dx.sample(lanes, pipe, attention=True, decode=False))
    dx.sample(lanes, pipe, attention=Attention(budget_bytes=exact), decode=False)
    with pytest.raises(AttentionError, match=f"budget_bytes={exact}"):
        dx.sample(lanes, pipe, attention=Attention(budget_bytes=exact - 1), decode=False)


def test_out_of_memory_in_the_middle_of_a_call_is_not_charged():
    pipe = tiny.sd()
    whole = dx.sample(LANES, pipe, attention=FULL, decode=False)

    def short(module, args):
        if len(args[0]) > 3:
            raise torch.OutOfMemoryError("CUDA out of memory.")

    handle = pipe.unet.conv_out.register_forward_pre_hook(short)
    try:
        split = dx.sample(LANES, pipe, attention=Attention(full=True, budget_bytes=taken(whole)), decode=False)
    finally:
        handle.remove()
    for one, other in zip(split, whole, strict=True):
        for found, expected in zip(one.steps, other.steps, strict=True):
            same(found.attention, expected.attention)


@settings(max_examples=6)
@given(limit=st.integers(2000, 200_000), chosen=st.lists(st.sampled_from(LANES), min_size=1, max_size=3))
def test_what_the_refusal_says_would_fit_does_fit(limit, chosen):
    pipe = tiny.sd()
    try:
        traces = dx.sample(chosen, pipe, attention=Attention(full=True, budget_bytes=limit), decode=False)
        assert taken(traces) <= limit
    except AttentionError as error:
        for each in re.search("What fits: (.*)", str(error))[1].split(", or "):
            changes = re.search(r"(full=False|heads=range\(.*?\)|steps=range\(.*?\)|budget_bytes=\d+)", each)[0]
            options = {"full": True, "budget_bytes": limit, **eval(f"dict({changes})")}
            assert taken(dx.sample(chosen, pipe, attention=Attention(**options), decode=False)) <= options["budget_bytes"]


# files, forks and memory


@pytest.mark.parametrize("attention", [True, FULL], ids=["compact", "full"])
def test_files_and_forks(attention, tmp_path):
    pipe = tiny.sd()
    trunk = dx.sample(LANES, pipe, attention=attention, decode=False)[2]
    trunk.save(tmp_path / "run")
    loaded = dx.Trace.load(tmp_path / "run")
    assert loaded.attention == trunk.attention
    for one, other in zip(loaded.steps, trunk.steps, strict=True):
        assert one.attention.texts == other.attention.texts
        for half, entries in other.attention.kept.items():
            assert all(torch.equal(one.attention.kept[half][name], entry) for name, entry in entries.items())
    for trace in (trunk, loaded):
        branch = trace.fork(1, pipe=pipe)
        assert branch.steps[0].attention is trace.steps[0].attention
        same_run(branch, trunk)
        assert trace.fork(1, pipe=pipe, prompt="a blue circle").steps[2].attention.places("blue") == (2,)


def test_a_lane_keeps_its_own_rows_alone():
    """And not, as views would, those of the whole batch."""
    traces = dx.sample(LANES, tiny.sd(), attention=True, decode=False)
    for trace in traces:
        for maps in trace.steps[0].attention.kept["cond"].values():
            assert maps.untyped_storage().nbytes() == maps.nbytes


def test_the_bundled_model(bundled):
    lanes = [dx.Lane(prompt=text, seed=1, steps=2, guidance=scale) for text, scale in (("a red fox", 4.0), ("two trees", 1.0))]
    for lane, trace in zip(lanes, dx.sample(lanes, bundled, attention=True, decode=False), strict=True):
        same_run(trace, own(bundled, lane, True))
