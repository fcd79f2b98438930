"""Several at once on one network: each is what it is alone, and nothing is left behind."""

from __future__ import annotations

import copy
import os
import threading
from concurrent.futures import ThreadPoolExecutor

import diffusers
import pytest
import torch
from peft import LoraConfig

import diffexplain as dx
from diffexplain.core import preview
from diffexplain.core.recorder import record
from tests import tiny

STEPS = 6


def run(pipe, prompt="a red circle", seed=0, steps=STEPS, **call):
    return pipe(
        prompt, num_inference_steps=steps, generator=torch.Generator().manual_seed(seed), output_type="latent", **call
    ).images


def sister(pipe):
    """Another pipeline object with the same networks and a sampler of its own, as a server has one for each request."""
    made = copy.copy(pipe)
    made.tokenizer = copy.deepcopy(pipe.tokenizer)  # which is for one thread at a time
    made.scheduler = type(pipe.scheduler).from_config(pipe.scheduler.config)
    return made


def traces_of(pipe):
    """What could be left on a pipeline's parts: hooks, functions, classes."""
    found = []
    for name, part in pipe.components.items():
        found.append((name, type(part), sorted(key for key, value in vars(part).items() if callable(value)) if part else ()))
        if isinstance(part, torch.nn.Module):
            found += [
                (len(each._forward_hooks), len(each._forward_pre_hooks), type(getattr(each, "processor", None)))
                for each in part.modules()
            ]
    return found


def same(one, other):
    assert len(one.steps) == len(other.steps) == STEPS
    for mine, theirs in zip(one.steps, other.steps, strict=True):
        assert torch.equal(mine.guided, theirs.guided)
        assert torch.equal(mine.uncond, theirs.uncond)
        assert torch.equal(mine.cond, theirs.cond)
        assert mine.guidance.scale == pytest.approx(7.5, rel=1e-4)
        if mine.attention is not None:
            assert torch.equal(mine.attention.maps(), theirs.attention.maps())
    assert torch.equal(one.latents, other.latents)


def recorded(pipe, prompt, seed, **options):
    with record(pipe, **options) as trace:
        run(pipe, prompt, seed)
    return trace


def test_a_cells_own_call_is_not_the_explorers():
    """Example of the report: the next cell's call, while an explorer works, changed what the explorer read."""
    pipe = tiny.sd()
    explorer = dx.DenoiseExplorer(pipe, prompt="a red circle", steps=20, height=64, width=64)
    while explorer.status == "queued":
        pass
    run(pipe, "a blue square", seed=3)
    explorer.wait(120)
    scales = [step.guidance.scale for step in explorer.trace.steps]
    assert scales == pytest.approx([explorer.guidance_scale] * 20, rel=1e-3)
    explorer.close()


@pytest.mark.parametrize("attention", [False, True])
def test_records_on_several_threads_hear_their_own(attention):
    pipe = tiny.sd()
    before = traces_of(pipe)
    asked = [("a red circle", 0), ("a blue square", 1), ("a green circle", 2)]
    alone = [recorded(sister(pipe), *each, attention=attention) for each in asked]
    together = threading.Barrier(len(asked))

    def work(each):
        together.wait()
        return recorded(sister(pipe), *each, attention=attention)

    with ThreadPoolExecutor(len(asked)) as pool:
        for _ in range(3):
            for one, other in zip(pool.map(work, asked), alone, strict=True):
                same(one, other)
    assert traces_of(pipe) == before


@pytest.mark.parametrize("where", ["on_step", "callback"])
@pytest.mark.parametrize("how", ["copy", "from_pipe", "constructor", "network"])
@pytest.mark.parametrize("attention", [False, True])
def test_what_runs_on_the_way_is_not_heard(where, how, attention):
    pipe = tiny.sd()
    plain = recorded(sister(pipe), "a red circle", 0, attention=attention)

    def aside(*_, **__):
        if how == "network":
            with torch.no_grad():
                pipe.unet(torch.randn(2, 4, 16, 16), 1, encoder_hidden_states=torch.randn(2, 16, 32))
            return
        fresh = type(pipe.scheduler).from_config(pipe.scheduler.config)
        if how == "copy":
            other = sister(pipe)
        elif how == "from_pipe":
            other = diffusers.StableDiffusionPipeline.from_pipe(pipe, scheduler=fresh)
        else:
            parts = {**pipe.components, "scheduler": fresh}
            other = diffusers.StableDiffusionPipeline(**parts, requires_safety_checker=False)
        other.set_progress_bar_config(disable=True)
        run(other, "a blue square", seed=4, steps=2)
        preview.decode(torch.randn(1, 4, 16, 16), pipe.vae)

    def callback(_, __, ___, values):
        aside()
        return values

    with record(pipe, attention=attention, on_step=aside if where == "on_step" else None) as trace:
        run(pipe, callback_on_step_end=callback if where == "callback" else None)
    same(trace, plain)
    assert (trace.prompt, trace.seed, trace.finished) == ("a red circle", 0, True)


def test_a_class_that_calls_its_parents_call_is_heard():
    class Mine(diffusers.StableDiffusionPipeline):
        def __call__(self, *args, **kwargs):
            return super().__call__(*args, **kwargs)

    pipe = tiny.sd(cls=Mine)
    same(recorded(pipe, "a red circle", 0), recorded(tiny.sd(), "a red circle", 0))


def test_whoever_goes_through_the_parts_by_hand_is_heard():
    pipe = tiny.sd()
    with record(pipe) as trace, torch.no_grad():
        pipe.scheduler.set_timesteps(3)
        x = torch.randn(1, 4, 16, 16)
        for timestep in pipe.scheduler.timesteps:
            noise = pipe.unet(x, timestep, encoder_hidden_states=torch.zeros(1, 16, 32)).sample
            x = pipe.scheduler.step(noise, timestep, x).prev_sample
    assert len(trace.steps) == 3


def test_nothing_heard_says_why():
    pipe = tiny.sd()
    other = diffusers.StableDiffusionPipeline(**pipe.components, requires_safety_checker=False)
    with pytest.warns(UserWarning, match="another pipeline ran"), record(pipe) as trace:
        run(other)
    assert trace.steps == []


def adapted():
    pipe = tiny.sd()
    pipe.unet = copy.deepcopy(pipe.unet)
    config = LoraConfig(r=2, target_modules=["to_q", "to_k", "to_v"], init_lora_weights=False)
    pipe.unet.add_adapter(config, adapter_name="style")
    return pipe


def test_a_lanes_lora_weight_is_the_lanes_alone():
    pipe = adapted()
    plain = run(pipe)
    heard = []

    def work():
        heard.extend(run(sister(pipe)) for _ in range(3))

    thread = threading.Thread(target=work)
    thread.start()
    while thread.is_alive():
        dx.sample([dx.Lane(prompt="a red circle", steps=3, lora=0.0)], pipe, decode=False)
    assert all(torch.equal(each, plain) for each in heard)


def test_between_two_steps_of_an_unbatched_lane_the_users_lora_is_there():
    pipe = adapted()
    plain = run(pipe)
    lanes = dx.core.lanes.sampling([dx.Lane(prompt="a red circle", steps=3, lora=0.0, options={"guidance_rescale": 0.5})], pipe)
    for _ in lanes:
        assert torch.equal(run(pipe), plain)


def test_explorers_that_share_a_vae_leave_nothing_on_it():
    one, other = tiny.sd(), tiny.sd(cls=diffusers.StableDiffusionPipeline)
    other.unet = copy.deepcopy(other.unet)  # another worker
    assert one.vae is other.vae
    before = traces_of(one)
    explorers = [dx.DenoiseExplorer(pipe, prompt="a red circle", steps=2) for pipe in (one, other)]
    for seed in range(8):
        for explorer in explorers:
            explorer.seed = seed
    for explorer in explorers:
        explorer.wait(120).close()
    assert traces_of(one) == before


def test_a_failed_run_leaves_no_processors_of_perturbed_attention():
    pipe = tiny.sd(cls=diffusers.StableDiffusionPAGPipeline)
    before = traces_of(pipe)
    explorer = dx.DenoiseExplorer(pipe, prompt="a red circle", steps=3)

    def fail(message):
        if message.kind == "step":
            explorer.cancel()

    explorer.on_message(fail)
    explorer.seed = 5
    explorer.wait(120)
    assert traces_of(pipe) == before
    explorer.close()


def test_stress():
    """Two explorers, a cell, records and lanes on one network at once: each as it is alone."""
    pipe = tiny.sd()
    before = traces_of(pipe)
    trace = recorded(sister(pipe), "a red circle", 0, attention=True)
    cell = run(sister(pipe), "a blue square", seed=1)
    lane = dx.Lane(prompt="a red circle", seed=2, steps=STEPS, guidance=7.5)
    (drawn,) = dx.sample([lane], pipe, attention=True)
    denoise = dx.DenoiseExplorer(pipe, prompt="a red circle", steps=STEPS, guidance_scale=7.5, seed=0)
    looked = dx.AttentionExplorer(pipe, prompt="a red circle", steps=STEPS, guidance_scale=7.5, seed=0)
    solo = [explorer.wait(120).trace for explorer in (denoise, looked)]

    def explore(_):
        for explorer, alone in zip((denoise, looked), solo, strict=True):
            explorer.seed = 1
            explorer.seed = 0
            explorer.wait(120)
            same(explorer.trace, alone)

    work = [
        explore,
        lambda _: same(recorded(sister(pipe), "a red circle", 0, attention=True), trace),
        lambda _: torch.testing.assert_close(run(sister(pipe), "a blue square", seed=1), cell, rtol=0, atol=0),
        lambda _: torch.testing.assert_close(dx.sample([lane], pipe, attention=True)[0].latents, drawn.latents, rtol=0, atol=0),
    ]
    with ThreadPoolExecutor(len(work)) as pool:
        for _ in range(int(os.environ.get("ROUNDS", "2"))):
            list(pool.map(lambda each: each(None), work))
    for explorer in (denoise, looked):
        explorer.close()
    assert traces_of(pipe) == before
