"""Explorers take every pipeline that goes from a prompt to a picture, and refuse the others before anything is made."""

from __future__ import annotations

import copy
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import accelerate
import diffusers
import numpy as np
import pytest
import torch

import diffexplain as dx
from diffexplain.errors import UnfitPipelineError
from diffexplain.explorers import fitness, pipelines
from diffexplain.explorers.registry import CLASSES
from tests import tiny, tiny_t5
from tests.explorers.examples import DRAWING, make, resting

if TYPE_CHECKING:
    from collections.abc import Callable


def with_an_adapter() -> Any:
    adapter = diffusers.T2IAdapter(in_channels=3, channels=[8, 16], num_res_blocks=1)
    return tiny._quiet(diffusers.StableDiffusionAdapterPipeline(**tiny.sd_components(), adapter=adapter))


def with_a_picture_prompt() -> Any:
    pipe = tiny.sd()
    pipe.unet = copy.deepcopy(pipe.unet)
    pipe.unet.register_to_config(encoder_hid_dim_type="ip_image_proj")
    return pipe


def moving() -> Any:
    return tiny._quiet(
        diffusers.AnimateDiffPipeline(
            **{
                name: part
                for name, part in tiny.sd_components(diffusers.DDIMScheduler(beta_schedule="linear")).items()
                if name not in {"safety_checker", "requires_safety_checker"}
            },
            motion_adapter=diffusers.MotionAdapter(
                block_out_channels=(8, 16), motion_layers_per_block=1, motion_norm_num_groups=2, motion_num_attention_heads=2
            ),
        )
    )


def wan() -> Any:
    """A class that says nothing of frames, over a VAE of videos."""
    pipe = tiny.sd()
    pipe.vae = torch.nn.Sequential(torch.nn.Conv3d(3, 4, 1))
    return pipe


REFUSED: dict[str, tuple[Callable[[], Any], str]] = {
    "edits a picture": (
        lambda: tiny.sd(diffusers.StableDiffusionInstructPix2PixPipeline, in_channels=8),
        "needs image beside a prompt",
    ),
    "T2I-Adapter": (with_an_adapter, "needs image beside a prompt"),
    "IP-Adapter": (with_a_picture_prompt, r"call pipeline\.unload_ip_adapter\(\) first"),
    "GLIGEN": (lambda: tiny.sd(diffusers.StableDiffusionGLIGENPipeline), "needs gligen_phrases, gligen_boxes beside a prompt"),
    "words to point at": (
        lambda: tiny.sd(diffusers.StableDiffusionAttendAndExcitePipeline),
        "needs token_indices beside a prompt",
    ),
    "views": (lambda: tiny.sd(diffusers.StableDiffusionPanoramaPipeline), "out of many views"),
    "video": (moving, "makes videos or sound"),
    "a VAE of videos": (wan, "makes videos or sound"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_needs_or_makes_something_else_is_refused_before_anything_is_made(name: str) -> None:
    build, words = REFUSED[name]
    pipe = build()
    with pytest.raises(UnfitPipelineError, match=words):
        dx.DenoiseExplorer(pipe)
    with pytest.raises(UnfitPipelineError, match=words):
        fitness.require_fit(pipe, packed=True)


def test_packed_pipelines_that_may_have_a_picture_go_without() -> None:
    pipe = tiny_t5.flux()
    fitness.require_fit(pipe, packed=True)
    kontext = diffusers.FluxKontextPipeline(**{**pipe.components, "image_encoder": None, "feature_extractor": None})
    fitness.require_fit(kontext, packed=True)


SISTERS: dict[str, Callable[[], Any]] = {
    "image-to-image": lambda: diffusers.StableDiffusionImg2ImgPipeline(**tiny.sd_components()),
    "ControlNet": lambda: diffusers.StableDiffusionControlNetPipeline(**tiny.sd_components(), controlnet=tiny.controlnet()),
    "two ControlNets": lambda: diffusers.StableDiffusionControlNetPipeline(
        **tiny.sd_components(), controlnet=[tiny.controlnet(), tiny.controlnet()]
    ),
    "both": lambda: diffusers.StableDiffusionControlNetImg2ImgPipeline(**tiny.sd_components(), controlnet=tiny.controlnet()),
}


@pytest.mark.parametrize("name", SISTERS)
def test_a_pipeline_for_a_start_or_a_control_picture_goes_without_as_its_sister_does(name: str) -> None:
    """Its networks are those of the text-to-image pipeline; which class runs is said."""
    pipe = SISTERS[name]()
    before = dict(vars(pipe))
    explorer = dx.DenoiseExplorer(pipe, prompt="a red circle", steps=2, seed=3).wait(60)
    own = tiny.sd()("a red circle", num_inference_steps=2, guidance_scale=4.0, generator=torch.Generator().manual_seed(3))
    assert np.array_equal(np.asarray(explorer.trace.image), np.asarray(own.images[0]))
    said = next(message.model for message in explorer.recorded if hasattr(message, "model"))
    assert said == explorer.trace.pipeline == "StableDiffusionPipeline"
    assert explorer.pipeline is pipe
    assert vars(pipe) == before
    explorer.close()


def test_where_there_is_no_such_sister_it_is_refused() -> None:
    parts = tiny.sd3().components
    parts |= {"image_encoder": None, "feature_extractor": None}
    with pytest.raises(UnfitPipelineError, match="take the text-to-image pipeline of the same model"):
        dx.DenoiseExplorer(diffusers.StableDiffusion3Img2ImgPipeline(**parts))


def test_a_model_without_a_table_of_sizes_is_drawn_at_the_size_that_was_asked_for() -> None:
    """PixArt's pipeline refuses tiny models, unless it is told not to round sizes."""
    pipe = tiny_t5.pixart()
    explorer = dx.DenoiseExplorer(pipe, prompt="a red circle", steps=2, height=16, width=16).wait(60)
    own = pipelines.call_of(pipe, explorer).pipeline(
        "a red circle", num_inference_steps=2, guidance_scale=4.0, height=16, width=16, use_resolution_binning=False,
        generator=torch.Generator().manual_seed(0),
    ).images[0]  # fmt: skip
    assert np.array_equal(np.asarray(explorer.trace.image), np.asarray(own))
    explorer.close()


def test_no_negative_prompt_is_the_pipelines_own_none() -> None:
    request = SimpleNamespace(prompt="a", negative_prompt="", steps=2, guidance_scale=4.0, height=None, width=None, seed=0)
    assert pipelines.call_of(tiny.sd(), request).arguments["negative_prompt"] is None
    request.negative_prompt = "red"
    assert pipelines.call_of(tiny.sd(), request).arguments["negative_prompt"] == "red"


def test_a_pipeline_without_guidance_to_scale_is_drawn_without() -> None:
    request = SimpleNamespace(prompt="a", negative_prompt="", steps=2, guidance_scale=4.0, seed=0, sampler=pipelines.OWN)

    class Distilled(diffusers.FluxPipeline):  # type: ignore[misc] # diffusers has no types
        def __call__(self, prompt: str, num_inference_steps: int = 1, generator: Any = None) -> None: ...

    pipe = Distilled(**tiny.flux().components)
    assert pipelines.call_of(pipe, request).arguments == {"prompt": "a", "num_inference_steps": 2}


@pytest.mark.parametrize("name", CLASSES)
def test_a_pipeline_without_text_encoders_is_refused_by_all_that_read_a_prompt(name: str) -> None:
    pipe = diffusers.StableDiffusionPipeline(**{**tiny.sd().components, "text_encoder": None})
    if name in {"noise", "latent"}:
        dx.explorers()[name](pipe).close()  # they read none, but for a picture that is drawn, as in their examples
    elif name not in {*DRAWING, "text"}:
        make(name, pipe=pipe).close()
    else:
        with pytest.raises(UnfitPipelineError, match=r"StableDiffusionPipeline (lacks|has no) text"):
            make(name, pipe=pipe)


@pytest.mark.parametrize("name", CLASSES)
def test_every_explorer_takes_a_compiled_network(name: str) -> None:
    """A compiled module has no truth value, and nothing inside it is heard."""
    pipe = tiny.sd()
    pipe.unet = compiled = torch.compile(pipe.unet, backend="eager")
    with torch.compiler.set_stance("force_eager"):
        explorer = make(name, pipe=pipe).wait(120)
    assert explorer.status == resting(name)
    assert pipe.unet is compiled
    explorer.close()


def test_attention_is_read_beneath_a_compiled_network() -> None:
    pipe = tiny.sd()
    pipe.unet = torch.compile(pipe.unet, backend="eager")
    beneath = pipelines.uncompiled(pipe)
    assert beneath.unet is pipe.unet._orig_mod
    assert pipelines.uncompiled(beneath) is beneath


def test_a_model_that_is_moved_as_it_is_needed() -> None:
    pipe = tiny.sd()
    hook = None
    for name in ("unet", "vae"):
        setattr(pipe, name, copy.deepcopy(getattr(pipe, name)))  # the hooks stay
        _, hook = accelerate.cpu_offload_with_hook(getattr(pipe, name), torch.device("cpu"), prev_module_hook=hook)
    explorer = dx.DenoiseExplorer(pipe, prompt="a red circle", steps=2).wait(60)
    own = pipe("a red circle", num_inference_steps=2, guidance_scale=4.0, generator=torch.Generator().manual_seed(0)).images[0]
    assert np.array_equal(np.asarray(explorer.trace.image), np.asarray(own))
    explorer.close()
