"""Every kind of pipeline: recorded to the bit, read for what it shows, and nothing claimed that it does not show."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import diffusers
import numpy as np
import pytest
import torch
from PIL import Image

import diffexplain as dx
from diffexplain.core import preview
from diffexplain.core.errors import UnsupportedSchedulerError
from diffexplain.core.recorder import record
from tests import tiny

if TYPE_CHECKING:
    from collections.abc import Callable


def picture(seed=0, width=32, height=32):
    return Image.fromarray(np.random.default_rng(seed).integers(0, 255, (height, width, 3), dtype=np.uint8))


def mask():
    return Image.fromarray(np.pad(np.full((16, 32), 255, np.uint8), ((0, 16), (0, 0))))


def controlled(cls=diffusers.StableDiffusionControlNetPipeline):
    return quiet(cls(**tiny.sd_components(), controlnet=tiny.controlnet()))


def controlled_xl():
    added = {"addition_embed_type": "text_time", "addition_time_embed_dim": 8, "projection_class_embeddings_input_dim": 80}
    control = tiny.controlnet(64, use_linear_projection=True, transformer_layers_per_block=(1, 1), **added)
    return tiny.sdxl(cls=diffusers.StableDiffusionXLControlNetPipeline, controlnet=control)


def quiet(pipe):
    pipe.set_progress_bar_config(disable=True)
    return pipe


@dataclass(frozen=True)
class Case:
    """A pipeline, how it is called, and what a recording of it shows."""

    build: Callable[[], Any]
    call: Callable[[], dict[str, Any]]
    pair: bool = True
    plain: bool = True
    packed: bool = False


def given(name):
    return lambda: tiny.arguments(name)


IMAGE = {"prompt": "a red circle", "image": None, "strength": 0.8}
CASES = {
    "StableDiffusion": Case(tiny.sd, given("sd")),
    "StableDiffusion, guidance off": Case(tiny.sd, lambda: {**tiny.arguments("sd"), "guidance_scale": 1.0}, pair=False),
    "StableDiffusion, guidance rescaled": Case(tiny.sd, lambda: {**tiny.arguments("sd"), "guidance_rescale": 0.7}, plain=False),
    "StableDiffusion, not square": Case(tiny.sd, lambda: {**tiny.arguments("sd"), "height": 32, "width": 48}),
    "StableDiffusionImg2Img": Case(
        lambda: tiny.sd(diffusers.StableDiffusionImg2ImgPipeline), lambda: {**IMAGE, "image": picture()}
    ),
    "StableDiffusionInpaint, 4 channels": Case(
        lambda: tiny.sd(diffusers.StableDiffusionInpaintPipeline), lambda: {**IMAGE, "image": picture(), "mask_image": mask()}
    ),
    "StableDiffusionInpaint, 9 channels": Case(
        lambda: tiny.sd(diffusers.StableDiffusionInpaintPipeline, in_channels=9),
        lambda: {**IMAGE, "image": picture(), "mask_image": mask()},
    ),
    "StableDiffusionControlNet": Case(controlled, lambda: {"prompt": "a red circle", "image": picture()}),
    "StableDiffusionControlNet, guess mode": Case(
        controlled, lambda: {"prompt": "a red circle", "image": picture(), "guess_mode": True}
    ),
    "StableDiffusionControlNetImg2Img": Case(
        lambda: controlled(diffusers.StableDiffusionControlNetImg2ImgPipeline),
        lambda: {**IMAGE, "image": picture(), "control_image": picture(1)},
    ),
    "StableDiffusionXL": Case(tiny.sdxl, given("sdxl")),
    "StableDiffusionXLImg2Img": Case(
        lambda: tiny.sdxl(cls=diffusers.StableDiffusionXLImg2ImgPipeline), lambda: {**IMAGE, "image": picture()}
    ),
    "StableDiffusionXLControlNet": Case(controlled_xl, lambda: {"prompt": "a red circle", "image": picture()}),
    "StableDiffusion3": Case(tiny.sd3, given("sd3")),
    "Flux": Case(tiny.flux, given("flux"), pair=False, packed=True),
    "Flux, true guidance": Case(tiny.flux, given("flux, true CFG"), packed=True),
    "Flux, not square": Case(tiny.flux, lambda: {**tiny.arguments("flux"), "width": 48}, pair=False, packed=True),
    "PixArtAlpha": Case(tiny.pixart, given("pixart")),
    "LatentConsistencyModel": Case(tiny.lcm, given("lcm"), pair=False),
}


def run(pipe, call, seed=0, **more):
    return pipe(num_inference_steps=5, generator=torch.Generator().manual_seed(seed), **{**call, **more}).images


@pytest.mark.parametrize("name", CASES)
def test_every_pipeline(name):
    case = CASES[name]
    pipe, call = case.build(), case.call()
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
        assert (step.cond is not None) == case.pair
        assert step.mean.isfinite().all()
        if case.pair:
            assert step.guidance.plain == case.plain  # else it is said that something more was done
            assert step.uncond.shape == step.cond.shape == step.x.shape
        else:
            assert step.guidance is None
        assert (step.x.ndim == 3) == case.packed


def hooks_of(pipe):
    modules = [part for part in pipe.components.values() if isinstance(part, torch.nn.Module)]
    return [(len(module._forward_hooks), len(module._forward_pre_hooks)) for part in modules for module in part.modules()]


@pytest.mark.parametrize("name", CASES)
def test_every_pipelines_latents_can_be_looked_at(name):
    case = CASES[name]
    pipe = case.build()
    with record(pipe) as trace:
        run(pipe, case.call())
    latents = preview.unpack(trace.latents, trace.height, trace.width)
    decoded = preview.to_pil(preview.decode(latents, pipe.vae))[0]
    assert decoded.size == (trace.width, trace.height) == trace.image.size
    difference = np.array(decoded, dtype=int) - np.array(trace.image, dtype=int)
    assert np.abs(difference).max() <= 1
    for step in trace.steps:
        seen = preview.latents_to_rgb(preview.unpack(step.x0, trace.height, trace.width), pipe.vae)
        assert seen.shape == (1, 3, trace.height // pipe.vae_scale_factor, trace.width // pipe.vae_scale_factor)


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
