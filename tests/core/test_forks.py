"""A fork goes on exactly where its trunk stood, whatever the sampler remembers and whatever dice it throws."""

from __future__ import annotations

import copy
import dataclasses
import gc
import weakref

import diffusers
import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

import diffexplain as dx
from diffexplain.core import samplers
from diffexplain.core.forks import tree
from diffexplain.core.lanes import sampling
from diffexplain.core.record import record
from diffexplain.errors import ForkError, TraceFormatError
from tests import tiny

DIFFUSION = [name for name, sampler in samplers.SAMPLERS.items() if sampler.family == "diffusion"]
FLOW = [name for name, sampler in samplers.SAMPLERS.items() if sampler.family == "flow"]
DICE = ["ddpm", "euler_a", "dpm2_a", "dpmpp_2m_sde", "sa_solver"]
OTHERS = ["TCD", "LCM", "DDIMParallel"]  # readable, not in the list


def picture(seed=0, side=32):
    return Image.fromarray(np.random.default_rng(seed).integers(0, 255, (side, side, 3), dtype=np.uint8))


def difference(found, expected):
    return float((found - expected).abs().max() / expected.abs().max())


def recorded(pipe, name="sd", steps=5, seed=7, **call):
    call = {**tiny.arguments(name), "output_type": "latent", **call}
    with record(pipe) as trace:
        pipe(num_inference_steps=steps, generator=torch.Generator().manual_seed(seed), **call)
    return trace


def sampled(sampler, steps=5, **more):
    return dx.Lane(prompt="a red circle", seed=7, sampler=sampler, steps=steps, eta=1.0 if sampler == "ddim" else 0.0, **more)


def same_tail(branch, trunk, step, tolerance):
    assert len(branch.steps) == len(trunk.steps)
    for one, other in zip(branch.steps, trunk.steps, strict=True):
        assert (one.index, one.timestep, one.level) == (other.index, other.timestep, other.level)
        if one.index < step:
            assert one is other
        else:
            assert difference(one.x, other.x) <= tolerance
            assert difference(one.guided, other.guided) <= 10 * tolerance  # guidance magnifies a difference of two halves
    assert difference(branch.latents, trunk.latents) <= tolerance
    assert branch.finished
    assert (branch.parent, branch.forked_at) == (trunk.identity, step)
    assert branch.identity != trunk.identity


@pytest.mark.parametrize("name", [*DIFFUSION, *OTHERS])
def test_an_unchanged_fork_of_a_recorded_run_is_the_run_again(name):
    given = {"skip_prk_steps": True, "clip_sample": False, **tiny.BETAS}
    scheduler = (
        getattr(diffusers, name + "Scheduler").from_config(given)
        if name in OTHERS
        else samplers.build(name, diffusers.DDIMScheduler(**tiny.BETAS))
    )
    pipe = tiny.sd(scheduler=scheduler)
    trunk = recorded(pipe, eta=0.7)
    for step in range(len(trunk.steps)):
        same_tail(trunk.fork(step), trunk, step, 0)  # to the bit


@pytest.mark.parametrize("name", DIFFUSION)
def test_an_unchanged_fork_of_a_lane_is_the_lane_again(name):
    pipe = tiny.sd()
    lanes = [sampled(name), sampled(name, guidance=1.0), sampled("ddim"), sampled("heun")]
    for trunk in dx.sample(lanes, pipe, decode=False)[:2]:  # in company, so that a batch was summed another way
        for step in (0, 1, len(trunk.steps) - 1):
            same_tail(trunk.fork(step), trunk, step, 1e-6 if step else 2e-6)
    (trunk,) = dx.sample(lanes[:1], pipe, decode=False)
    same_tail(trunk.fork(2), trunk, 2, 1e-6)


@pytest.mark.parametrize("name", tiny.NAMES)
def test_every_pipeline_can_be_forked(name):
    pipe = tiny.build(name)
    trunk = recorded(pipe, name)
    same_tail(trunk.fork(3), trunk, 3, 0)


@pytest.mark.parametrize("sampler", FLOW)
def test_flow_samplers(sampler):
    pipe = tiny.build("sd3")
    pipe.scheduler = samplers.build(sampler, pipe.scheduler)
    trunk = recorded(pipe, "sd3")
    same_tail(trunk.fork(2), trunk, 2, 0)


def test_dice_that_no_generator_throws():
    """Stable Diffusion 3 does not pass its generator on: a stochastic step draws from the global random numbers."""
    pipe = tiny.build("sd3", scheduler=diffusers.FlowMatchEulerDiscreteScheduler(shift=3.0, stochastic_sampling=True))
    trunk = recorded(pipe, "sd3")
    state = torch.random.get_rng_state()
    same_tail(trunk.fork(2), trunk, 2, 0)
    assert torch.equal(torch.random.get_rng_state(), state)
    assert difference(trunk.fork(2, seed=1).latents, trunk.latents) > 1e-3


def test_a_run_without_a_generator():
    pipe = tiny.sd(scheduler=samplers.build("euler_a", diffusers.DDIMScheduler(**tiny.BETAS)))
    with record(pipe) as trunk:
        pipe("a red circle", num_inference_steps=4, output_type="latent")
    assert trunk.seed is None
    same_tail(trunk.fork(2), trunk, 2, 0)


def test_inpainting_and_pictures():
    mask = Image.fromarray(np.pad(np.full((16, 32), 255, np.uint8), ((0, 16), (0, 0))))
    call = {"image": picture(), "mask_image": mask, "strength": 0.8}
    for channels in (4, 9):
        pipe = tiny.sd(diffusers.StableDiffusionInpaintPipeline, in_channels=channels)
        trunk = recorded(pipe, steps=6, **call)
        same_tail(trunk.fork(2), trunk, 2, 0)
    pipe = tiny.sd(diffusers.StableDiffusionImg2ImgPipeline)
    trunk = recorded(pipe, steps=6, image=picture(), strength=0.7)
    same_tail(trunk.fork(2), trunk, 2, 0)


def test_a_batch_with_a_list_of_generators():
    pipe = tiny.sd(scheduler=samplers.build("ddpm", diffusers.DDIMScheduler(**tiny.BETAS)))
    with record(pipe) as trunk:
        pipe(
            ["a red circle", "a blue square"],
            num_inference_steps=4,
            output_type="latent",
            generator=[torch.Generator().manual_seed(seed) for seed in (3, 4)],
        )
    same_tail(trunk.fork(2), trunk, 2, 0)


def test_a_change_has_its_effect_from_there_on():
    pipe = tiny.sd()
    trunk = recorded(pipe)
    branch = trunk.fork(2, prompt="a blue square")
    assert torch.equal(branch.steps[2].x, trunk.steps[2].x)
    assert torch.equal(branch.steps[2].uncond, trunk.steps[2].uncond)
    assert not torch.equal(branch.steps[2].cond, trunk.steps[2].cond)
    assert difference(branch.latents, trunk.latents) > 1e-3
    assert branch.prompt == "a blue square"
    assert torch.equal(branch.steps[2].cond, recorded_at(pipe, branch.steps[2], "a blue square"))
    weaker = trunk.fork(2, guidance=2.0)
    assert weaker.steps[2].guidance.scale == pytest.approx(2, rel=1e-4)
    assert weaker.steps[1].guidance.scale == pytest.approx(7.5, rel=1e-4)
    off = trunk.fork(2, guidance=1.0)
    assert off.steps[2].cond is None
    torch.testing.assert_close(off.steps[2].guided, trunk.steps[2].cond, rtol=1e-4, atol=1e-5)


def recorded_at(pipe, step, prompt):
    """What the denoiser says there."""
    with torch.no_grad():
        cond, uncond = pipe.encode_prompt(prompt, "cpu", 1, True)[:2]
        rows = torch.cat([step.x] * 2)
        out = pipe.unet(rows, torch.tensor(int(step.timestep)), encoder_hidden_states=torch.cat([uncond, cond]))[0]
    return out[1:]


@pytest.mark.parametrize("sampler", DICE)
def test_another_seed_throws_other_dice_from_there_on(sampler):
    (trunk,) = dx.sample([sampled(sampler, steps=6)], pipe := tiny.sd(), decode=False)
    branch = trunk.fork(3, seed=8)
    assert difference(branch.steps[3].x, trunk.steps[3].x) < 1e-6
    assert difference(branch.latents, trunk.latents) > 1e-2
    assert torch.equal(branch.latents, trunk.fork(3, seed=8).latents)
    assert branch.seed == 8
    assert pipe is not None


def test_forks_of_forks_make_a_tree(tmp_path):
    pipe = tiny.sd(scheduler=samplers.build("dpmpp_2m_sde", diffusers.DDIMScheduler(**tiny.BETAS)))
    trunk = recorded(pipe, steps=6, output_type="pil")
    first = trunk.fork(2, prompt="a blue square")
    second = first.fork(4, guidance=1.0)
    other = trunk.fork(3, seed=9)
    same_tail(first.fork(4), first, 4, 0)
    same_tail(second.fork(5), second, 5, 0)
    same_tail(other.fork(3), other, 3, 0)  # dice and all
    same_tail(other.fork(5), other, 5, 0)
    with pytest.raises(ForkError, match="those of the run that this one was forked from; fork that one at 1"):
        first.fork(1)
    family = [trunk, first, second, other]
    for index, trace in enumerate(family):
        trace.save(tmp_path / f"{index}.safetensors")
    loaded = [dx.Trace.load(tmp_path / f"{index}.safetensors") for index in range(4)]
    assert [(trace.identity, trace.parent, trace.forked_at) for trace in loaded] == [
        (trace.identity, trace.parent, trace.forked_at) for trace in family
    ]
    branches = tree(loaded)
    assert branches[None] == [loaded[0]]
    assert branches[trunk.identity] == [loaded[1], loaded[3]]
    assert branches[first.identity] == [loaded[2]]
    assert tree(loaded[1:])[None] == [loaded[1], loaded[3]]
    for trace, again in zip(family, loaded, strict=True):
        branch = again.fork(5, pipe=pipe)
        assert torch.equal(branch.latents, trace.latents)
        assert branch.image.tobytes() == trace.image.tobytes()


@pytest.mark.parametrize("lane", [sampled("euler_a"), sampled("dpm2", image=picture(), strength=0.9)])
def test_a_lane_from_a_file(lane, tmp_path):
    pipe = tiny.sd()
    (trunk,) = dx.sample([lane], pipe)
    trunk.save(tmp_path / "run")
    loaded = dx.Trace.load(tmp_path / "run")
    assert difference(loaded.fork(2, pipe=pipe).latents, trunk.fork(2).latents) < 1e-6  # a file keeps no memory layout
    with pytest.raises(ForkError, match="not at hand any more"):
        loaded.fork(2)
    loaded.save(tmp_path / "again")
    assert torch.equal(dx.Trace.load(tmp_path / "again").fork(2, pipe=pipe).latents, loaded.fork(2, pipe=pipe).latents)


def test_what_a_file_could_not_hold_is_asked_for(tmp_path):
    pipe = tiny.sd()

    def shift(pipe, index, timestep, values):
        return {"latents": values["latents"] * 1.01}

    trunk = recorded(pipe, callback_on_step_end=shift)
    same_tail(trunk.fork(2), trunk, 2, 0)
    trunk.save(tmp_path / "run")
    loaded = dx.Trace.load(tmp_path / "run")
    with pytest.raises(ForkError, match=r"could not hold callback_on_step_end; give them again"):
        loaded.fork(2, pipe=pipe)
    assert torch.equal(loaded.fork(2, pipe=pipe, callback_on_step_end=shift).latents, trunk.latents)


def test_a_run_that_was_left_can_be_finished():
    pipe = tiny.sd()
    (whole,) = dx.sample([sampled("dpmpp_2m")], pipe, decode=False)
    run = sampling([sampled("dpmpp_2m")], pipe)
    next(run)
    left = next(run).traces[0]
    run.close()
    assert not left.finished
    finished = left.fork(len(left.steps))
    assert finished.finished
    assert difference(finished.latents, whole.latents) < 1e-6


def test_only_what_comes_after_is_computed():
    pipe = tiny.sd()
    trunk = recorded(pipe, steps=5)
    rows, seen = [], []
    hook = pipe.unet.register_forward_pre_hook(lambda module, args: rows.append(len(args[0])))
    before = dict(vars(pipe))
    trunk.fork(3, on_step=lambda step: seen.append(step.index))
    assert rows == [2, 2, 2]  # the first step shows what an answer looks like
    assert seen == [3, 4]
    trunk.fork(0)
    assert len(rows) == 3 + 5
    trunk.fork(3, prompt="a blue square")
    assert len(rows) == 8 + 3 + 2  # with a change, once: what is there without one
    trunk.fork(3, prompt="a red square")
    assert len(rows) == 13 + 3
    hook.remove()
    assert dict(vars(pipe)) == before


class CancelledError(Exception):
    pass


def test_a_fork_can_be_cancelled():
    pipe = tiny.sd()
    trunk = recorded(pipe)

    def cancel(step):
        raise CancelledError

    hooks, before = len(pipe.unet._forward_hooks), dict(vars(pipe))
    with pytest.raises(CancelledError):
        trunk.fork(2, on_step=cancel)
    assert (len(pipe.unet._forward_hooks), dict(vars(pipe))) == (hooks, before)
    same_tail(trunk.fork(2), trunk, 2, 0)


def test_the_users_scheduler_has_no_say():
    pipe = tiny.sd()
    trunk = recorded(pipe)
    pipe.scheduler = samplers.build("euler", pipe.scheduler)
    same_tail(trunk.fork(2), trunk, 2, 0)
    assert type(pipe.scheduler).__name__ == "EulerDiscreteScheduler"


def test_a_trace_keeps_no_pipeline_alive():
    pipe = tiny.sd()
    trunk = recorded(pipe)
    (lane,) = dx.sample([dx.Lane(steps=2)], pipe)
    gone = weakref.ref(pipe)
    del pipe
    gc.collect()
    assert gone() is None
    for trace in (trunk, lane):
        with pytest.raises(ForkError, match=r"trace\.fork\(step, pipe=pipe\)"):
            trace.fork(1)
        assert trace.fork(1, pipe=tiny.sd()).finished


def test_lora_and_control_are_carried():
    control = diffusers.StableDiffusionControlNetPipeline(**tiny.sd_components(), controlnet=tiny.controlnet())
    control.set_progress_bar_config(disable=True)
    (trunk,) = dx.sample([sampled("euler_a", control_image=picture(1))], control, decode=False)
    same_tail(trunk.fork(2), trunk, 2, 1e-6)
    assert difference(trunk.fork(2, control_scale=0.0).latents, trunk.latents) > 1e-3
    assert difference(trunk.fork(2, control_image=picture(2)).latents, trunk.latents) > 1e-4


@pytest.mark.parametrize(
    ("step", "changes", "match"),
    [
        (-1, {}, "whole number from 0 to 4"),
        (5, {}, "whole number from 0 to 4"),
        (1.0, {}, "whole number"),
        (True, {}, "whole number"),
        (2, {"sampler": "euler"}, "sampler is settled before the first step"),
        (2, {"steps": 9}, "steps is settled"),
        (2, {"height": 64}, "height is settled"),
        (2, {"colour": "red"}, "StableDiffusionPipeline takes no colour; it takes .*guidance.*prompt.*seed"),
        (2, {"seed": -1}, "seed must be"),
        (2, {"lora": 0.5}, "no LoRA is loaded"),
    ],
)
def test_what_cannot_be_forked(step, changes, match):
    trunk = recorded(tiny_pipe := tiny.sd())
    with pytest.raises(ValueError, match=match):
        trunk.fork(step, **changes)
    assert tiny_pipe is not None


def test_another_pipeline_does_not_fit():
    trunk = recorded(tiny.sd())
    with pytest.raises(ForkError, match="made by a StableDiffusionPipeline, not a StableDiffusion3Pipeline"):
        trunk.fork(2, pipe=tiny.build("sd3"))
    with pytest.raises(ForkError, match="does not hold the call"):
        dx.Trace(steps=trunk.steps, finished=True).fork(2)


def test_a_file_names_no_other_code(tmp_path):
    """The class of the scheduler in a file is one of the list, whatever the file says."""
    from diffexplain.core.origin_file import pack, unpack

    plain, tensors = pack(recorded(tiny.sd()).origin)
    for name in ("DiffusionPipeline", "os.system", "EDMEulerScheduler", 3):
        with pytest.raises(ValueError, match="no scheduler"):
            unpack({**plain, "scheduler": name}, dict(tensors))
    assert issubclass(TraceFormatError, ValueError)


@settings(max_examples=20)
@given(
    sampler=st.sampled_from(DIFFUSION),
    steps=st.integers(1, 6),
    guidance=st.sampled_from([1.0, 2.5, 7.5]),
    seed=st.integers(0, 2**31),
    where=st.lists(st.floats(0, 1, exclude_max=True), min_size=1, max_size=3),
)
def test_a_chain_of_unchanged_forks_is_the_run(sampler, steps, guidance, seed, where):
    pipe = tiny.sd(scheduler=samplers.build(sampler, diffusers.DDIMScheduler(**tiny.BETAS)))
    trunk = trace = recorded(pipe, steps=steps, seed=seed, guidance_scale=guidance)
    for share in where:
        trace = trace.fork(int(share * len(trunk.steps)))
    assert torch.equal(trace.latents, trunk.latents)


def own():
    """A pipeline whose networks are nobody else's, so that they may be changed."""
    pipe = tiny.sd()
    for name in ("unet", "vae", "text_encoder"):
        setattr(pipe, name, copy.deepcopy(getattr(pipe, name)))
    return pipe


def with_lora(pipe):
    from peft import LoraConfig

    torch.manual_seed(1)
    pipe.unet.add_adapter(LoraConfig(r=2, target_modules=["to_q", "to_v"], init_lora_weights=False), "style")


@pytest.mark.parametrize("source", ["recorded", "lane", "lone lane", "file"])
def test_a_fork_over_a_changed_network_is_refused(source, tmp_path):
    pipe = own()
    if source in ("lane", "lone lane"):
        options = {"callback_on_step_end": lambda *_: {}} if source == "lone lane" else {}
        (trace,) = dx.sample([dx.Lane(prompt="a red circle", steps=4, options=options)], pipe)
    else:
        with dx.record(pipe) as trace:
            pipe("a red circle", num_inference_steps=4, generator=torch.Generator().manual_seed(0))
    if source == "file":
        trace.save(tmp_path / "run.safetensors")
        trace = dx.Trace.load(tmp_path / "run.safetensors")
    given = {"pipe": pipe} if source == "file" else {}
    same = trace.fork(2, **given)
    with_lora(pipe)
    with pytest.raises(ForkError, match="unet of this pipeline changed"):
        trace.fork(2, **given)
    with pytest.raises(ForkError, match="changed_network=True"):
        trace.fork(2, prompt="blue", **given)
    branch = trace.fork(2, changed_network=True, **given)
    assert branch.origin.changed_at == 2
    assert not torch.equal(branch.latents, same.latents)
    assert torch.equal(branch.fork(3).latents, branch.latents)
    pipe.unet.delete_adapters("style")
    pipe.unload_lora_weights()
    assert torch.equal(trace.fork(2, **given).latents, same.latents)


def test_a_fork_with_another_lora_weight_stays_possible():
    pipe = own()
    with_lora(pipe)
    with dx.record(pipe) as trace:
        pipe("a red circle", num_inference_steps=4, generator=torch.Generator().manual_seed(0))
    branch = trace.fork(2, lora=0.2)
    assert not torch.equal(branch.latents, trace.latents)
    assert torch.equal(branch.fork(3).latents, branch.latents)
    (lane,) = dx.sample([dx.Lane(prompt="a red circle", steps=4, lora=0.2)], pipe)
    assert lane.fork(3).finished


def test_a_file_without_a_fingerprint_still_forks(tmp_path, monkeypatch):
    pipe = own()
    with dx.record(pipe) as trace:
        pipe("a red circle", num_inference_steps=4, generator=torch.Generator().manual_seed(0))
    trace.origin = dataclasses.replace(trace.origin, networks=None)
    trace.save(tmp_path / "run.safetensors")
    loaded = dx.Trace.load(tmp_path / "run.safetensors")
    assert loaded.fork(2, pipe=pipe).finished
    pipe.unet.conv_in.weight.data += 1
    with pytest.raises(ForkError, match="predicts something else"):  # by what it says, at least
        loaded.fork(2, pipe=pipe)


def test_an_exchanged_part_is_refused_and_another_scheduler_is_not():
    pipe = own()
    with dx.record(pipe) as trace:
        pipe("a red circle", num_inference_steps=4, generator=torch.Generator().manual_seed(0))
    pipe.scheduler = samplers.build("euler", pipe.scheduler)
    assert torch.equal(trace.fork(2).latents, trace.latents)
    pipe.vae = tiny.vae(seed=7)
    with pytest.raises(ForkError, match="vae of this pipeline"):
        trace.fork(2)
