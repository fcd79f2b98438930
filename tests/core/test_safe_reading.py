"""What can't be read of a run is missing with its reason; nobody's run is lost for it."""

from __future__ import annotations

import copy
from functools import cache

import diffusers
import numpy as np
import pytest
import torch

import diffexplain as dx
from diffexplain.core import pending_step, recorder
from diffexplain.core.attention import Attention
from diffexplain.core.attention.layers import Layer
from diffexplain.core.record import record
from diffexplain.core.safe_reading import reading
from diffexplain.core.text import prompt_tracker
from diffexplain.errors import AttentionError, RecordingError
from tests import tiny


class BrokenError(Exception):
    pass


def fail(*_, **__):
    raise BrokenError("on purpose")


def run(pipe, steps=3, **call):
    return pipe(num_inference_steps=steps, generator=torch.Generator().manual_seed(0), **call)


def test_the_first_reason_stays_and_an_interruption_goes_through():
    missing = {}
    for number in range(2):
        with reading(missing, "latents"):
            raise ValueError(number)
    with reading(missing, "images"):
        raise RecordingError("a sentence for people")
    with reading(missing, "seed"):
        pass
    assert missing == {"latents": "ValueError: 0", "images": "a sentence for people"}
    with pytest.raises(KeyboardInterrupt), reading(missing, "seed"):
        raise KeyboardInterrupt


READ = {
    "latents_of": "latents",
    "pictures_of": "images",
    "text_of": "prompt",
    "seed_of": "seed",
    "plan_of": "timesteps",
    "prediction_of": "guidance",
    "level_at": "steps",
    "level_after": "steps",
    "parameterization_of": "steps",
    "like": "steps",
    "conditioning_texts": "words",
}


@pytest.mark.parametrize("name", READ)
def test_reading_costs_nobody_a_run(monkeypatch, tmp_path, name):
    pipe = tiny.sd()
    plain = run(pipe, prompt="a red circle").images[0]
    module = next(each for each in (pending_step, prompt_tracker, recorder) if hasattr(each, name))
    monkeypatch.setattr(module, name, fail)
    with record(pipe, attention=True) as trace:
        recorded = run(pipe, prompt="a red circle").images[0]
    assert recorded.tobytes() == plain.tobytes()
    assert trace.finished
    assert trace.missing[READ[name]] == "BrokenError: on purpose"
    assert len(trace.steps) == (0 if READ[name] == "steps" else 3)
    if name == "latents_of":
        assert trace.latents is None  # not those of the last step: others may have been decoded
    elif name != "pictures_of":
        assert trace.image.tobytes() == plain.tobytes()
    trace.save(tmp_path / "run")
    assert dx.Trace.load(tmp_path / "run").missing == trace.missing


def test_a_step_that_is_missing_is_not_taken_for_the_next(monkeypatch):
    real, calls = pending_step.level_at, []

    def sometimes(*args):
        calls.append(1)
        return fail() if len(calls) == 2 else real(*args)

    pipe = tiny.sd()
    monkeypatch.setattr(pending_step, "level_at", sometimes)
    with record(pipe) as trace:
        run(pipe, steps=4, prompt="a red circle")
    assert [step.index for step in trace.steps] == [0]
    assert set(trace.missing) == {"steps"}
    assert trace.finished


def test_steps_that_a_copied_scheduler_takes_are_missing():
    """SkyReels' diffusion forcing; the copy is nobody's but its own."""
    pipe = tiny.sd()
    with record(pipe) as trace:
        pipe.scheduler.set_timesteps(3)
        x = torch.randn(1, 4, 8, 8)
        copied = copy.deepcopy(pipe.scheduler)
        copied.step(x, copied.timesteps[0], x)
    assert trace.steps == []
    assert not trace.finished
    assert "copied" in trace.missing["steps"]


def test_a_run_that_can_be_read_misses_nothing():
    pipe = tiny.sd()
    with record(pipe, attention=True) as trace:
        run(pipe, prompt="a red circle")
    assert trace.missing == {}


def test_what_was_missing_is_forgotten_with_the_run(monkeypatch):
    pipe = tiny.sd()
    with record(pipe) as trace:
        with monkeypatch.context() as broken:
            broken.setattr(recorder, "seed_of", fail)
            run(pipe, prompt="a red circle")
        assert set(trace.missing) == {"seed"}
        run(pipe, prompt="a red circle")
        assert trace.missing == {}
        assert trace.seed == 0


@pytest.mark.parametrize("asked", [True, Attention()])
def test_listening_ends_no_run(monkeypatch, asked):
    """Whatever a layer trips over; maps of the steps before it stay."""
    pipe, heard, calls = tiny.sd(), Layer.capture, []
    with record(pipe, attention=asked) as whole:
        run(pipe, prompt="a red circle", output_type="latent")

    def sometimes(*args):
        calls.append(1)
        return heard(*args) if len(calls) <= many else fail()

    many = 10  # four layers a step, and four proofs in the first
    monkeypatch.setattr(Layer, "capture", sometimes)
    with record(pipe, attention=asked) as trace:
        latents = run(pipe, prompt="a red circle", output_type="latent").images
    assert torch.equal(latents, whole.latents)
    assert [step.attention is None for step in trace.steps] == [False, True, True]
    assert torch.equal(trace.steps[0].attention.maps(), whole.steps[0].attention.maps())
    assert trace.missing == {"attention": "BrokenError: on purpose"}
    assert torch.equal(trace.fork(1).latents, whole.latents)


def test_what_is_no_attention_is_missing_or_refused_and_never_shown():
    class Doubled(diffusers.models.attention_processor.AttnProcessor2_0):
        def __call__(self, attn, hidden_states, *args, **kwargs):
            return attn.to_out[0](2 * attn.to_q(hidden_states)) + 0 * super().__call__(attn, hidden_states, *args, **kwargs)

    pipe = tiny.sd()
    pipe.unet = copy.deepcopy(pipe.unet)
    pipe.unet.mid_block.attentions[0].transformer_blocks[0].attn2.set_processor(Doubled())
    with pytest.raises(AttentionError, match="more than plain attention"), record(pipe, attention=Attention()):
        run(pipe, prompt="a red circle")
    with record(pipe, attention=True) as trace:
        run(pipe, prompt="a red circle")
    assert trace.finished
    assert all(step.attention is None for step in trace.steps)
    assert "more than plain attention (Doubled)" in trace.missing["attention"]


def test_without_its_second_pass_there_is_no_pair():
    pipe = tiny.build("flux, true CFG")
    calls, real = [], recorder.prediction_of

    def once(output):
        calls.append(1)
        return fail() if len(calls) % 2 else real(output)

    with pytest.MonkeyPatch.context() as broken, record(pipe) as trace:
        broken.setattr(recorder, "prediction_of", once)
        run(pipe, **tiny.arguments("flux, true CFG"))
    assert all(step.cond is None for step in trace.steps)
    assert "guidance" in trace.missing


@cache
def wan_parts():
    transformer = tiny._seeded(
        diffusers.WanTransformer3DModel, 0, patch_size=(1, 2, 2), num_attention_heads=2, attention_head_dim=12, in_channels=16,
        out_channels=16, text_dim=32, freq_dim=32, ffn_dim=32, num_layers=1, rope_max_seq_len=32,
    )  # fmt: skip
    vae = tiny._seeded(diffusers.AutoencoderKLWan, 0, base_dim=3, z_dim=16, dim_mult=[1, 1, 1, 1], num_res_blocks=1)
    return {"transformer": transformer, "vae": vae, "text_encoder": None, "tokenizer": None}


@pytest.mark.parametrize("networks", [1, 2])
def test_a_video(networks):
    """Wan: five axes, a mean and a spread for each channel; of two networks the second has the last steps."""
    parts = wan_parts()
    if networks == 2:
        parts = {**parts, "transformer_2": copy.deepcopy(parts["transformer"]), "boundary_ratio": 0.9}
    pipe = diffusers.WanPipeline(**parts, scheduler=diffusers.FlowMatchEulerDiscreteScheduler(shift=7.0))
    pipe.set_progress_bar_config(disable=True)
    text, other = torch.randn(2, 1, 8, 32, generator=torch.Generator().manual_seed(1))
    call = {"prompt_embeds": text, "negative_prompt_embeds": other, "height": 16, "width": 16, "num_frames": 5}
    plain = run(pipe, **call).frames
    with record(pipe) as trace:
        recorded = run(pipe, **call).frames
    assert np.array_equal(plain, recorded)
    assert trace.finished
    assert trace.missing == {}
    assert trace.latents.shape == trace.steps[0].x.shape == (1, 16, 2, 2, 2)
    assert [step.guidance.scale for step in trace.steps] == pytest.approx([5.0] * 3, rel=1e-4)
    assert all(step.guidance.plain for step in trace.steps)
    assert torch.equal(trace.prompt_embeds, text)
    assert [np.array(frame).shape for frame in trace.images] == [(16, 16, 3)] * 5
    assert np.abs(np.array(trace.images[4]) / 255 - plain[0, 4]).max() < 1 / 255


def test_a_network_that_returns_a_list_and_is_turned_round():
    """Z-Image: one prediction of each picture, the pass with the prompt first, and all of it negated for the scheduler."""
    transformer = tiny._seeded(
        diffusers.ZImageTransformer2DModel, 0, all_patch_size=(2,), all_f_patch_size=(1,), in_channels=4, dim=32, n_layers=1,
        n_refiner_layers=1, n_heads=2, n_kv_heads=2, cap_feat_dim=16, axes_dims=[8, 4, 4], axes_lens=[256, 32, 32],
    )  # fmt: skip
    for token in (transformer.x_pad_token, transformer.cap_pad_token):  # left as they were found in memory
        token.data.fill_(1)
    pipe = diffusers.ZImagePipeline(
        transformer=transformer, vae=tiny.flow_vae(), text_encoder=None, tokenizer=None,
        scheduler=diffusers.FlowMatchEulerDiscreteScheduler(shift=3.0),
    )  # fmt: skip
    pipe.set_progress_bar_config(disable=True)
    text, other = torch.randn(2, 7, 16, generator=torch.Generator().manual_seed(1))
    call = {"prompt_embeds": [text], "negative_prompt_embeds": [other], "height": 32, "width": 32, "guidance_scale": 3.0}
    plain = run(pipe, **call).images[0]
    outputs = []
    hook = transformer.register_forward_hook(lambda _, __, output: outputs.append(output[0]))
    with record(pipe) as trace:
        recorded = run(pipe, **call).images[0]
    hook.remove()
    assert plain.tobytes() == recorded.tobytes() == trace.image.tobytes()
    assert trace.missing == {}
    for step, (positive, negative) in zip(trace.steps, outputs, strict=True):
        assert step.guidance.plain
        assert step.guidance.scale == pytest.approx(
            4.0, rel=1e-4
        )  # its own formula adds scale times the difference to the prompted half
        assert torch.equal(step.cond[0], -positive[:, 0])  # as the scheduler was given it
        assert torch.equal(step.uncond[0], -negative[:, 0])
        torch.testing.assert_close(step.with_guidance(4.0).x0, step.x0)
