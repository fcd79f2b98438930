"""Steps are played back to pipelines of every calling style; what can't be brought back to a step says so."""

from __future__ import annotations

import copy
from types import SimpleNamespace

import diffusers
import numpy as np
import pytest
import torch
from diffusers.guiders import AdaptiveProjectedMixGuidance
from diffusers.pipelines.deprecated import semantic_stable_diffusion as semantic

import diffexplain as dx
from diffexplain.core.playback import memory_of
from diffexplain.core.record import record
from diffexplain.errors import ForkError
from tests import tiny
from tests.families import controlled, picture


def unconditional(cls=diffusers.DDPMPipeline, scheduler=None):
    network = tiny._seeded(
        diffusers.UNet2DModel, 0, sample_size=16, in_channels=3, out_channels=3, block_out_channels=(8, 16),
        layers_per_block=1, norm_num_groups=2, down_block_types=("DownBlock2D", "AttnDownBlock2D"),
        up_block_types=("AttnUpBlock2D", "UpBlock2D"),
    )  # fmt: skip
    return tiny._quiet(cls(network, scheduler or diffusers.DDPMScheduler()))


def guided_by_a_picture():
    return tiny.sd(diffusers.StableDiffusionInstructPix2PixPipeline, in_channels=8)


def two_controls():
    pipe = diffusers.StableDiffusionControlNetPipeline(**tiny.sd_components(), controlnet=[tiny.controlnet()] * 2)
    return tiny._quiet(pipe)


class Odd(diffusers.StableDiffusionPipeline):
    """Calls its network by another name for the latents, and takes a list back."""

    @torch.no_grad()
    def __call__(self, prompt, num_inference_steps=5, generator=None, output_type="pil", callback_on_step_end=None):
        embeds = self.encode_prompt(prompt, "cpu", 1, False)[0]
        self.scheduler.set_timesteps(num_inference_steps)
        latents = torch.randn(1, 4, 16, 16, generator=generator)
        for timestep in self.scheduler.timesteps:
            _, rows = self.unet(timestep, hidden=latents, encoder_hidden_states=embeds)
            latents = self.scheduler.step(torch.stack(rows), timestep, latents).prev_sample
        return SimpleNamespace(images=[])


def odd():
    pipe = tiny.sd(Odd)
    network, inner = copy.copy(pipe.unet), pipe.unet.forward

    def forward(timestep, *, hidden, **told):
        kept = inner(hidden, timestep, **told)[0]
        return kept, [row * 1.0 for row in kept]

    vars(network)["forward"] = forward
    pipe.unet = network
    return pipe


KINDS = {
    "DDPM": (unconditional, {}, {"seed": 3}),
    "DDIM": (lambda: unconditional(diffusers.DDIMPipeline, diffusers.DDIMScheduler()), {"eta": 0.5}, {"eta": 0.0}),
    "a list and names of its own": (odd, {"prompt": "a red circle"}, {"prompt": "a blue square"}),
    "three passes": (guided_by_a_picture, {"prompt": "a red circle", "image": picture()}, {"prompt": "a blue square"}),
    "two ControlNets": (
        two_controls,
        {"prompt": "a red circle", "image": [picture(), picture(1)], "controlnet_conditioning_scale": [1.0, 0.5]},
        {"prompt": "a blue square"},
    ),
    "many views": (
        lambda: tiny.sd(diffusers.StableDiffusionPanoramaPipeline),
        {"prompt": "a red circle", "height": 32, "width": 64},
        {"prompt": "a blue square"},
    ),
}


def run(pipe, call, steps=4):
    with record(pipe) as trace:
        pipe(num_inference_steps=steps, generator=torch.Generator().manual_seed(5), **call)
    return trace


def same(branch, trunk):
    pairs = zip(branch.steps, trunk.steps, strict=True)
    return all(torch.equal(one.guided, other.guided) and torch.equal(one.x, other.x) for one, other in pairs)


@pytest.mark.parametrize("name", KINDS)
def test_every_calling_style(name):
    build, call, changes = KINDS[name]
    pipe = build()
    trunk = run(pipe, call)
    assert same(trunk.fork(2), trunk)
    branch = trunk.fork(2, **changes)
    assert torch.equal(branch.steps[2].x, trunk.steps[2].x)
    assert not torch.equal(branch.latents, trunk.latents)


def test_a_pipeline_of_pixels_has_a_picture_a_seed_and_a_size():
    pipe = unconditional()
    for more in ({}, {"output_type": "np"}, {"return_dict": False}, {"batch_size": 2}):
        trace = run(pipe, more, steps=3)
        own = pipe(
            num_inference_steps=3, generator=torch.Generator().manual_seed(5), batch_size=more.get("batch_size", 1)
        ).images
        assert [np.array(each).tolist() for each in trace.images] == [np.array(each).tolist() for each in own]
        assert (trace.seed, trace.width, trace.height, trace.finished) == (5, 16, 16, True)
    drawn = torch.Generator().manual_seed(5)
    torch.rand(3, generator=drawn)
    with record(pipe) as trace:
        pipe(num_inference_steps=1, generator=drawn)
    assert trace.seed is None


def test_latents_are_no_pictures():
    with record(pipe := tiny.sd()) as trace:
        pipe("a red circle", num_inference_steps=2, output_type="latent")
    assert trace.images == ()


class Learned(unconditional().__class__):
    """As DeepFloyd IF does: its scheduler is told the variance that the network has learned."""

    @torch.no_grad()
    def __call__(self, num_inference_steps=4, generator=None):
        self.scheduler.set_timesteps(num_inference_steps)
        x = torch.randn(1, 3, 16, 16, generator=generator)
        for timestep in self.scheduler.timesteps:
            x = self.scheduler.step(self.unet(x, timestep)[0], timestep, x, generator=generator)[0]
        return SimpleNamespace(images=[])


def test_a_learned_variance_is_kept(tmp_path):
    network = tiny._seeded(
        diffusers.UNet2DModel, 0, sample_size=16, in_channels=3, out_channels=6, block_out_channels=(8, 16),
        layers_per_block=1, norm_num_groups=2, down_block_types=("DownBlock2D",) * 2, up_block_types=("UpBlock2D",) * 2,
    )  # fmt: skip
    pipe = tiny._quiet(Learned(network, diffusers.DDPMScheduler(variance_type="learned_range")))
    trunk = run(pipe, {})
    assert trunk.steps[0].variance.shape == trunk.steps[0].guided.shape == (1, 3, 16, 16)
    assert same(trunk.fork(2), trunk)
    trunk.save(tmp_path / "run")
    loaded = dx.Trace.load(tmp_path / "run")
    assert torch.equal(loaded.steps[1].output, trunk.steps[1].output)
    assert same(trunk.fork(3), trunk)


def test_eta_changes_from_there_on():
    pipe = tiny.sd()
    trunk = run(pipe, {"prompt": "a red circle"}, steps=6)
    first = trunk.fork(2, eta=1.0)
    assert torch.equal(first.steps[2].x, trunk.steps[2].x)
    second = first.fork(4)
    assert same(second, first)
    third = first.fork(4, eta=0.0)
    assert torch.equal(third.steps[4].x, first.steps[4].x)
    assert same(third.fork(5), third)


def test_a_callback_changes_from_there_on():
    def shift(pipe, index, timestep, values):
        return {"latents": values["latents"] * 1.05}

    trunk = run(tiny_pipe := tiny.sd(), {"prompt": "a red circle"})
    branch = trunk.fork(2, callback_on_step_end=shift)
    assert torch.equal(branch.steps[2].x, trunk.steps[2].x)
    assert not torch.equal(branch.steps[3].x, trunk.steps[3].x)
    assert tiny_pipe is not None


CACHES = [
    diffusers.FirstBlockCacheConfig(threshold=10.0),
    diffusers.PyramidAttentionBroadcastConfig(
        spatial_attention_block_skip_range=2,
        spatial_attention_timestep_skip_range=(0, 1000),
        current_timestep_callback=lambda: 500,
    ),
    diffusers.TaylorSeerCacheConfig(),
]


@pytest.mark.parametrize("config", CACHES, ids=lambda config: type(config).__name__)
def test_a_network_that_remembers(config):
    pipe = tiny.flux()
    pipe.transformer = copy.deepcopy(pipe.transformer)
    pipe.transformer.enable_cache(config)
    trunk = run(pipe, tiny.arguments("flux"), steps=5)
    assert same(trunk.fork(3), trunk)
    with pytest.raises(
        ForkError, match=r"Hook of this FluxPipeline carries something from step to step that a trace does not hold"
    ):
        trunk.fork(3, guidance=2.0)


def test_a_guider_that_remembers():
    slow = AdaptiveProjectedMixGuidance(adaptive_projected_guidance_momentum=-0.5)
    assert memory_of(SimpleNamespace(guider=slow)) == "AdaptiveProjectedMixGuidance"
    assert not memory_of(SimpleNamespace(guider=AdaptiveProjectedMixGuidance(adaptive_projected_guidance_momentum=None)))
    assert not memory_of(tiny.sd())


def test_what_remembers_without_being_asked_is_found_out():
    """Semantic guidance keeps a momentum in its call; without a change it is run again in full, with one it is refused."""
    pipe = tiny.sd(semantic.SemanticStableDiffusionPipeline)
    call = {"prompt": "a red circle", "editing_prompt": ["blue"], "edit_warmup_steps": 1, "edit_threshold": 0.5}
    call |= {"edit_momentum_scale": 0.5, "edit_mom_beta": 0.6}
    trunk = run(pipe, call)
    assert same(trunk.fork(2), trunk)
    with pytest.raises(ForkError, match="predicts something else than in the record"):
        trunk.fork(2, prompt="a blue square")


def test_what_does_more_in_a_step_than_can_be_played_back():
    pipe = tiny.sd(diffusers.StableDiffusionSAGPipeline)
    trunk = run(pipe, {"prompt": "a red circle"})
    assert same(trunk.fork(2), trunk)
    with pytest.raises(ForkError, match="does more with its networks in a step"):
        trunk.fork(2, prompt="a blue square")


def test_other_weights_are_noticed():
    pipe = tiny.sd()
    trunk = run(pipe, {"prompt": "a red circle"})
    pipe.unet = copy.deepcopy(pipe.unet)
    pipe.unet.conv_out.weight.data *= 1.5
    for changes in ({}, {"prompt": "a blue square"}):
        with pytest.raises(ForkError, match="changed since the trace was made"):
            trunk.fork(2, **changes)


def test_another_start_picture_is_noticed(tmp_path):
    pipe = tiny.sd(diffusers.StableDiffusionImg2ImgPipeline)
    trunk = run(pipe, {"prompt": "a red circle", "image": [picture()], "strength": 0.8}, steps=5)
    trunk.save(tmp_path / "run")
    loaded = dx.Trace.load(tmp_path / "run")
    assert same(loaded.fork(0, pipe=pipe, image=[picture()]), trunk)
    with pytest.raises(ForkError, match="step 0 does not begin where the record's begins"):
        loaded.fork(0, pipe=pipe, image=[picture(1)])


def test_a_pipeline_in_a_pipeline():
    pipe = controlled()
    trunk = run(pipe, {"prompt": "a red circle", "image": picture()})
    pipe.decoder_pipe = tiny.sd()
    with pytest.raises(ForkError, match="runs a StableDiffusionPipeline inside"):
        trunk.fork(2)


def test_a_failure_of_the_users_own_is_told_as_it_is():
    class OwnError(Exception):
        pass

    def fail(pipe, index, timestep, values):
        raise OwnError

    trunk = run(pipe := tiny.sd(), {"prompt": "a red circle"})
    with pytest.raises(OwnError):
        trunk.fork(2, callback_on_step_end=fail)
    assert pipe is not None


def test_a_compiled_network():
    """What is about the network matters here, and not what a compiler makes of it in half a minute."""
    pipe = tiny.sd()
    with record(pipe) as plain:
        pipe("a red circle", num_inference_steps=3, generator=torch.Generator().manual_seed(5))
    pipe.unet = torch.compile(pipe.unet, backend="eager")
    with torch.compiler.set_stance("force_eager"):
        trunk = run(pipe, {"prompt": "a red circle"}, steps=3)
        assert same(trunk, plain)
        assert same(trunk.fork(1), trunk)
        (lane,) = dx.sample([dx.Lane(prompt="a red circle", seed=5, steps=3, guidance=7.5)], pipe, decode=False)
    torch.testing.assert_close(lane.latents, trunk.latents, rtol=1e-4, atol=1e-4)
