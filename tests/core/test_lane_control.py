"""The picture that a ControlNet follows goes to the argument that its pipeline has for it."""

from __future__ import annotations

from functools import cache
from typing import Any

import diffusers
import pytest
import torch

import diffexplain as dx
from diffexplain.core.lanes.calls import arguments_of
from diffexplain.core.record import record
from diffexplain.errors import LaneError
from tests import tiny
from tests.families import controlled, picture


@cache
def flux_controlnet() -> Any:
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(3)
        network = diffusers.FluxControlNetModel(
            patch_size=1, in_channels=16, num_layers=1, num_single_layers=1, num_attention_heads=2, attention_head_dim=16,
            joint_attention_dim=32, pooled_projection_dim=32, axes_dims_rope=[4, 4, 8], guidance_embeds=True,
        )  # fmt: skip
        return _telling(network)


@cache
def sd3_controlnet() -> Any:
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(3)
        network = diffusers.SD3ControlNetModel(
            sample_size=32, patch_size=1, in_channels=4, out_channels=4, num_layers=2, num_attention_heads=4, attention_head_dim=8,
            caption_projection_dim=32, joint_attention_dim=32, pooled_projection_dim=64, pos_embed_max_size=96,
        )  # fmt: skip
        return _telling(network)


def _telling(network: Any) -> Any:
    """Layers that are zero before training would say nothing."""
    for parameter in network.parameters():
        if not parameter.detach().any() and parameter.ndim > 1:
            parameter.data = torch.randn(parameter.shape) * 0.3
    return network.eval()


def build(name: str) -> Any:
    plain, cls, network = {
        "flux": (tiny.flux, diffusers.FluxControlNetPipeline, flux_controlnet),
        "sd3": (tiny.sd3, diffusers.StableDiffusion3ControlNetPipeline, sd3_controlnet),
    }[name]
    parts = {part: found for part, found in plain().components.items() if part not in {"image_encoder", "feature_extractor"}}
    pipe = cls(**parts, controlnet=network())
    pipe.set_progress_bar_config(disable=True)
    return pipe


def seven() -> torch.Generator:
    return torch.Generator().manual_seed(7)


@pytest.mark.parametrize("name", ["flux", "sd3"])
def test_a_lane_of_a_flow_controlnet(name: str) -> None:
    pipe = build(name)
    given = {key: value for key, value in tiny.arguments(name).items() if key not in {"height", "width"}}
    lane = dx.Lane(
        prompt=None,
        seed=7,
        steps=3,
        guidance=3.0,
        height=32,
        width=32,
        control_image=picture(),
        control_scale=0.6,
        options=given,
    )
    traces = []
    for each in (lane, lane.but(control_scale=0.1), lane.but(control_image=picture(1))):
        torch.manual_seed(0)  # Stable Diffusion 3 draws from the global dice when it encodes the picture
        traces += dx.sample([each], pipe)
    trace, weaker, other = traces
    torch.manual_seed(0)
    with record(pipe) as wanted:
        pipe(
            **given,
            height=32,
            width=32,
            num_inference_steps=3,
            guidance_scale=3.0,
            control_image=picture(),
            controlnet_conditioning_scale=0.6,
            generator=seven(),
        )
    assert torch.equal(trace.latents, wanted.latents)
    assert not torch.equal(trace.latents, weaker.latents)
    assert not torch.equal(trace.latents, other.latents)


@pytest.mark.parametrize(
    ("cls", "name", "start"),
    [
        (diffusers.StableDiffusionControlNetPipeline, "image", False),
        (diffusers.StableDiffusionXLControlNetPipeline, "image", False),
        (diffusers.StableDiffusionControlNetImg2ImgPipeline, "control_image", True),
        (diffusers.FluxControlNetPipeline, "control_image", False),
        (diffusers.FluxControlNetImg2ImgPipeline, "control_image", True),
        (diffusers.StableDiffusion3ControlNetPipeline, "control_image", False),
        (diffusers.QwenImageControlNetPipeline, "control_image", False),
        (diffusers.HunyuanDiTControlNetPipeline, "control_image", False),
        (diffusers.FluxControlPipeline, "control_image", False),
    ],
)
def test_the_argument_that_the_pipeline_has(cls: type, name: str, start: bool) -> None:
    control, image = picture(), picture(1)
    lane = dx.Lane(prompt="a red circle", control_image=control, image=image if start else None)
    call = arguments_of(lane, cls)
    assert call[name] is control
    assert call.get("image") is (image if start else control if name == "image" else None)
    if cls is not diffusers.FluxControlPipeline:  # it has no network beside the first
        assert call["controlnet_conditioning_scale"] == 1.0


def test_what_a_pipeline_has_no_argument_for() -> None:
    with pytest.raises(LaneError, match="FluxControlPipeline takes no controlnet_conditioning_scale"):
        arguments_of(dx.Lane(control_image=picture(), control_scale=0.5), diffusers.FluxControlPipeline)
    with pytest.raises(LaneError, match="takes no image"):
        arguments_of(dx.Lane(control_image=picture(), image=picture(1)), diffusers.StableDiffusion3ControlNetPipeline)
    with pytest.raises(LaneError, match="FluxPipeline has no ControlNet"):
        dx.sample([dx.Lane(control_image=picture())], tiny.flux())
    pipe = controlled()
    (trace,) = dx.sample([dx.Lane(steps=2, control_image=picture())], pipe, decode=False)
    assert trace.origin is not None
    assert "image" in trace.origin.call
