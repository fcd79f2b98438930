"""Every family of pipelines that is tested: how a tiny one is built, how it is called, and what a recording of it shows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import diffusers
import numpy as np
import pytest
from PIL import Image

from tests import tiny, tiny_t5

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

FEATURES = {  # columns of docs/pipelines.md; `tests.works` writes it
    "recording": "Recorded to the bit",
    "guidance": "Both halves of guidance",
    "pictures": "Every step as a picture",
    "attention": "Attention",
    "text": "Tokens and text encoders",
    "lanes": "Lanes",
    "forks": "Forks",
}


@dataclass(frozen=True)
class Family:
    """A pipeline, how it is called, and what a recording of it shows.

    Attributes:
        build: Makes one, fresh.
        call: What a call of it needs besides steps and generator.
        no_pair: Why a step has no two halves of guidance; empty where it has.
        plain: Whether what the scheduler is given is nothing but guidance.
        packed: Whether its latents are packed.
        reading: Makes one that has text encoders, where `build` has none.
        variant: Whether it is another way to call a family that is in the table already.
    """

    build: Callable[[], Any]
    call: Callable[[], dict[str, Any]]
    no_pair: str = ""
    plain: bool = True
    packed: bool = False
    reading: Callable[[], Any] | None = None
    variant: bool = False

    def words(self) -> tuple[Any, dict[str, Any]]:
        """A pipeline and a call with prompts in words, whatever its others are."""
        if self.reading is None:
            return self.build(), self.call()
        given = self.call().items()
        call = {name: value for name, value in given if value is not None and not name.endswith(("_embeds", "_mask"))}
        call |= {"prompt": "a red circle", "max_sequence_length": 24}
        if "true_cfg_scale" in call:
            call["negative_prompt"] = "red"
        return self.reading(), call


def picture(seed: int = 0, width: int = 32, height: int = 32) -> Image.Image:
    return Image.fromarray(np.random.default_rng(seed).integers(0, 255, (height, width, 3), dtype=np.uint8))


def mask() -> Image.Image:
    return Image.fromarray(np.pad(np.full((16, 32), 255, np.uint8), ((0, 16), (0, 0))))


def controlled(cls: Any = diffusers.StableDiffusionControlNetPipeline) -> Any:
    pipe = cls(**tiny.sd_components(), controlnet=tiny.controlnet())
    pipe.set_progress_bar_config(disable=True)
    return pipe


def controlled_xl() -> Any:
    added = {"addition_embed_type": "text_time", "addition_time_embed_dim": 8, "projection_class_embeddings_input_dim": 80}
    control = tiny.controlnet(64, use_linear_projection=True, transformer_layers_per_block=(1, 1), **added)
    return tiny.sdxl(cls=diffusers.StableDiffusionXLControlNetPipeline, controlnet=control)


def _given(name: str, **more: Any) -> Callable[[], dict[str, Any]]:
    return lambda: {**tiny.arguments(name), **more}


def _pictures(**pictures: Callable[[], Image.Image]) -> Callable[[], dict[str, Any]]:
    return lambda: {"prompt": "a red circle", "strength": 0.8, **{name: make() for name, make in pictures.items()}}


def _control(**more: Any) -> Callable[[], dict[str, Any]]:
    return lambda: {"prompt": "a red circle", "image": picture(), **more}


_OFF = "off"
_INPUT = "guidance is an input of the network"
FAMILIES: Mapping[str, Family] = {
    "StableDiffusion": Family(tiny.sd, _given("sd")),
    "StableDiffusion, guidance off": Family(tiny.sd, _given("sd", guidance_scale=1.0), no_pair=_OFF, variant=True),
    "StableDiffusion, guidance rescaled": Family(tiny.sd, _given("sd", guidance_rescale=0.7), plain=False, variant=True),
    "StableDiffusion, not square": Family(tiny.sd, _given("sd", height=32, width=48), variant=True),
    "StableDiffusionImg2Img": Family(lambda: tiny.sd(diffusers.StableDiffusionImg2ImgPipeline), _pictures(image=picture)),
    "StableDiffusionInpaint, 4 channels": Family(
        lambda: tiny.sd(diffusers.StableDiffusionInpaintPipeline), _pictures(image=picture, mask_image=mask)
    ),
    "StableDiffusionInpaint, 9 channels": Family(
        lambda: tiny.sd(diffusers.StableDiffusionInpaintPipeline, in_channels=9), _pictures(image=picture, mask_image=mask)
    ),
    "StableDiffusionControlNet": Family(controlled, _control()),
    "StableDiffusionControlNet, guess mode": Family(controlled, _control(guess_mode=True), variant=True),
    "StableDiffusionControlNetImg2Img": Family(
        lambda: controlled(diffusers.StableDiffusionControlNetImg2ImgPipeline),
        _pictures(image=picture, control_image=lambda: picture(1)),
    ),
    "StableDiffusionXL": Family(tiny.sdxl, _given("sdxl")),
    "StableDiffusionXLImg2Img": Family(
        lambda: tiny.sdxl(cls=diffusers.StableDiffusionXLImg2ImgPipeline), _pictures(image=picture)
    ),
    "StableDiffusionXLControlNet": Family(controlled_xl, _control()),
    "StableDiffusion3": Family(tiny.sd3, _given("sd3"), reading=tiny_t5.sd3),
    "Flux": Family(tiny.flux, _given("flux"), no_pair=_INPUT, packed=True, reading=tiny_t5.flux),
    "Flux, true guidance": Family(tiny.flux, _given("flux, true CFG"), packed=True, reading=tiny_t5.flux),
    "Flux, not square": Family(
        tiny.flux, _given("flux", width=48), no_pair=_INPUT, packed=True, reading=tiny_t5.flux, variant=True
    ),
    "PixArtAlpha": Family(tiny.pixart, _given("pixart"), reading=tiny_t5.pixart),
    "LatentConsistencyModel": Family(tiny.lcm, _given("lcm"), no_pair=_INPUT),
}


def every(*features: str, variants: bool = False) -> Any:
    """Parametrise a test with the families by ``name``, and mark it as the one that shows features of theirs."""
    unknown = set(features) - FEATURES.keys()
    assert not unknown, unknown
    chosen = {name: family for name, family in FAMILIES.items() if variants or not family.variant}
    return pytest.mark.parametrize(
        "name",
        [
            pytest.param(name, marks=[] if family.variant else [pytest.mark.works(name, feature) for feature in features])
            for name, family in chosen.items()
        ],
    )
