"""Tiny randomly initialised pipelines, built from configs alone: no download, no GPU, a whole run in a fraction of a second.

The networks are made once and shared by all pipelines of a test session, so do not train them in place: copy first. Pipelines
and schedulers are fresh on every call. ``arguments(name)`` is what a call of each pipeline needs besides steps and generator.
"""

from __future__ import annotations

import os

os.environ.setdefault("HF_HUB_OFFLINE", "1")  # prove that nothing is fetched
os.environ.setdefault("TRANSFORMERS_VERBOSITY", "error")  # without torchvision its import prints notices

from functools import cache
from typing import Any

import diffusers
import torch
import transformers
from diffusers import (
    AutoencoderKL,
    ControlNetModel,
    DDIMScheduler,
    DPMSolverMultistepScheduler,
    EulerDiscreteScheduler,
    FlowMatchEulerDiscreteScheduler,
    FluxPipeline,
    FluxTransformer2DModel,
    LatentConsistencyModelPipeline,
    LCMScheduler,
    PixArtAlphaPipeline,
    PixArtTransformer2DModel,
    SD3Transformer2DModel,
    StableDiffusion3Pipeline,
    StableDiffusionPipeline,
    StableDiffusionXLPipeline,
    UNet2DConditionModel,
)
from tokenizers.pre_tokenizers import ByteLevel
from transformers import CLIPTextConfig, CLIPTextModel, CLIPTextModelWithProjection, CLIPTokenizer

torch.set_num_threads(1)
diffusers.utils.logging.set_verbosity_error()
diffusers.utils.logging.disable_progress_bar()
transformers.utils.logging.disable_progress_bar()

BETAS = {"beta_start": 0.00085, "beta_end": 0.012, "beta_schedule": "scaled_linear"}
WORDS = ("a", "red", "blue", "circle", "square", "green", "on")
LENGTH = 16  # tokens per prompt; must equal the text encoder's max_position_embeddings
NAMES = ("sd", "sdxl", "sd3", "flux", "flux, true CFG", "pixart", "lcm")


def build(name: str, scheduler: Any = None) -> Any:
    """A fresh pipeline by name, one of `NAMES`, with its usual scheduler or the given one."""
    makers = {"sd": sd, "sdxl": sdxl, "sd3": sd3, "flux": flux, "flux, true CFG": flux, "pixart": pixart, "lcm": lcm}
    return makers[name](scheduler=scheduler)


@cache
def tokenizer(words: tuple[str, ...] = WORDS) -> CLIPTokenizer:
    """A CLIP tokenizer whose vocabulary is the 256 byte characters, their word-final twins and a few whole words."""
    characters = sorted(ByteLevel.alphabet())
    vocabulary = [*characters, *(character + "</w>" for character in characters)]
    merges: list[tuple[str, str]] = []
    for word in words:
        left, *rest = [*word[:-1], word[-1] + "</w>"]
        for right in rest:  # c+i, ci+r, cir+c, ...: one left-to-right chain of merges per word
            if (left, right) not in merges:
                merges.append((left, right))
            left += right
            if left not in vocabulary:
                vocabulary.append(left)
    vocabulary += ["<|startoftext|>", "<|endoftext|>"]
    return CLIPTokenizer(vocab={token: index for index, token in enumerate(vocabulary)}, merges=merges, model_max_length=LENGTH)


@cache
def text_encoder(width: int = 32, projection: int | None = None, seed: int = 0) -> Any:
    words = tokenizer()
    config = CLIPTextConfig(
        vocab_size=len(words),
        bos_token_id=words.bos_token_id,  # the defaults 49406/49407 would make the pooled output position 0
        eos_token_id=words.eos_token_id,
        pad_token_id=words.pad_token_id,
        hidden_size=width,
        intermediate_size=37,
        num_attention_heads=4,
        num_hidden_layers=3,
        max_position_embeddings=LENGTH,
        projection_dim=projection or width,
        hidden_act="gelu",
    )
    return _seeded(CLIPTextModelWithProjection if projection else CLIPTextModel, seed, config)


@cache
def unet(in_channels: int = 4, cross_attention_dim: int = 32, seed: int = 0, **options: Any) -> UNet2DConditionModel:
    return _seeded(
        UNet2DConditionModel,
        seed,
        sample_size=16,
        in_channels=in_channels,
        out_channels=4,
        block_out_channels=(8, 16),
        layers_per_block=1,
        down_block_types=("DownBlock2D", "CrossAttnDownBlock2D"),
        up_block_types=("CrossAttnUpBlock2D", "UpBlock2D"),
        cross_attention_dim=cross_attention_dim,
        attention_head_dim=2,
        norm_num_groups=2,
        **options,
    )


@cache
def vae(latent_channels: int = 4, seed: int = 0, **options: Any) -> AutoencoderKL:
    return _seeded(
        AutoencoderKL,
        seed,
        in_channels=3,
        out_channels=3,
        latent_channels=latent_channels,
        block_out_channels=[8, 16],
        layers_per_block=1,
        down_block_types=["DownEncoderBlock2D"] * 2,
        up_block_types=["UpDecoderBlock2D"] * 2,
        norm_num_groups=2,
        **options,
    )


def flow_vae() -> AutoencoderKL:
    return vae(use_quant_conv=False, use_post_quant_conv=False, shift_factor=0.06, scaling_factor=1.5)


def sd_components(scheduler: Any = None, **unet_options: Any) -> dict[str, Any]:
    """The parts of a Stable Diffusion pipeline, also for its kin (image-to-image, inpainting)."""
    return {
        "unet": unet(**unet_options),
        "vae": vae(),
        "text_encoder": text_encoder(),
        "tokenizer": tokenizer(),
        "scheduler": scheduler or DDIMScheduler(clip_sample=False, set_alpha_to_one=False, steps_offset=1, **BETAS),
        "safety_checker": None,
        "feature_extractor": None,
        "requires_safety_checker": False,
    }


def sd(cls: type = StableDiffusionPipeline, scheduler: Any = None, **unet_options: Any) -> Any:
    return _quiet(cls(**sd_components(scheduler, **unet_options)))


def lcm(scheduler: Any = None) -> Any:
    return _quiet(LatentConsistencyModelPipeline(**sd_components(scheduler or LCMScheduler(**BETAS), time_cond_proj_dim=32)))


def sdxl(scheduler: Any = None, cls: type = StableDiffusionXLPipeline, **more: Any) -> Any:
    denoiser = unet(
        cross_attention_dim=64,  # two text encoders, concatenated
        addition_embed_type="text_time",
        addition_time_embed_dim=8,
        projection_class_embeddings_input_dim=80,  # 6 sizes * 8 + 32 pooled
        transformer_layers_per_block=(1, 1),
        use_linear_projection=True,
    )
    pipe = cls(
        unet=denoiser,
        vae=vae(),
        text_encoder=text_encoder(),
        text_encoder_2=text_encoder(projection=32),
        tokenizer=tokenizer(),
        tokenizer_2=tokenizer(),
        scheduler=scheduler or EulerDiscreteScheduler(steps_offset=1, timestep_spacing="leading", **BETAS),
        add_watermarker=False,
        **more,
    )
    return _quiet(pipe)


@cache
def controlnet(cross_attention_dim: int = 32, **options: Any) -> ControlNetModel:
    """A ControlNet whose last layers are not zero, as they are before training, so that it does something."""
    network = _seeded(
        ControlNetModel, 3, block_out_channels=(8, 16), layers_per_block=1, attention_head_dim=2, norm_num_groups=2,
        down_block_types=("DownBlock2D", "CrossAttnDownBlock2D"), cross_attention_dim=cross_attention_dim,
        conditioning_embedding_out_channels=(8, 16), **options,
    )  # fmt: skip
    draw = torch.Generator().manual_seed(3)
    for parameter in network.parameters():
        if not parameter.detach().any() and parameter.ndim == 4:
            parameter.data = torch.randn(parameter.shape, generator=draw) * 0.3
    return network


def sd3(scheduler: Any = None) -> Any:
    """Without text encoders: call it with prompt embeddings, as in `arguments`."""
    absent = {f"{kind}{number}": None for kind in ("tokenizer", "text_encoder") for number in ("", "_2", "_3")}
    scheduler = scheduler or FlowMatchEulerDiscreteScheduler(shift=3.0)
    return _quiet(StableDiffusion3Pipeline(transformer=_sd3_transformer(), vae=flow_vae(), scheduler=scheduler, **absent))


@cache
def _sd3_transformer() -> Any:
    return _seeded(
        SD3Transformer2DModel, 0, sample_size=32, patch_size=1, in_channels=4, out_channels=4, num_layers=2,
        num_attention_heads=4, attention_head_dim=8, caption_projection_dim=32, joint_attention_dim=32,
        pooled_projection_dim=64,
    )  # fmt: skip


def flux(scheduler: Any = None) -> Any:
    """Without text encoders, like `sd3`."""
    absent = {f"{kind}{number}": None for kind in ("tokenizer", "text_encoder") for number in ("", "_2")}
    scheduler = scheduler or FlowMatchEulerDiscreteScheduler(shift=3.0, use_dynamic_shifting=True)
    return _quiet(FluxPipeline(transformer=_flux_transformer(), vae=flow_vae(), scheduler=scheduler, **absent))


@cache
def _flux_transformer() -> Any:
    return _seeded(
        FluxTransformer2DModel, 0, patch_size=1, in_channels=16, num_layers=1, num_single_layers=1, num_attention_heads=2,
        attention_head_dim=16, joint_attention_dim=32, pooled_projection_dim=32, axes_dims_rope=[4, 4, 8], guidance_embeds=True,
    )  # fmt: skip


def pixart(scheduler: Any = None) -> Any:
    """Without a text encoder, like `sd3`."""
    scheduler = scheduler or DPMSolverMultistepScheduler()
    pipe = PixArtAlphaPipeline(
        transformer=_pixart_transformer(), vae=vae(), scheduler=scheduler, text_encoder=None, tokenizer=None
    )
    return _quiet(pipe)


@cache
def _pixart_transformer() -> Any:
    return _seeded(
        PixArtTransformer2DModel, 0, sample_size=8, patch_size=2, in_channels=4, out_channels=8, num_layers=2,
        num_attention_heads=3, attention_head_dim=8, caption_channels=32, cross_attention_dim=24, attention_bias=True,
        activation_fn="gelu-approximate", num_embeds_ada_norm=1000, norm_type="ada_norm_single",
        norm_elementwise_affine=False, norm_eps=1e-6,
    )  # fmt: skip


def arguments(name: str) -> dict[str, Any]:
    """What a call of each tiny pipeline needs besides steps and generator."""
    draw = torch.Generator().manual_seed(1)
    text, other = (torch.randn(1, 8, 32, generator=draw) for _ in range(2))
    size = {"height": 32, "width": 32}
    if name == "sd3":
        pooled, pooled_other = (torch.randn(1, 64, generator=draw) for _ in range(2))
        return {
            "prompt_embeds": text,
            "negative_prompt_embeds": other,
            "pooled_prompt_embeds": pooled,
            "negative_pooled_prompt_embeds": pooled_other,
            **size,
        }
    if name.startswith("flux"):
        pooled = torch.randn(1, 32, generator=draw)
        call = {"prompt_embeds": text, "pooled_prompt_embeds": pooled, **size}
        if name == "flux, true CFG":
            call |= {"negative_prompt_embeds": other, "negative_pooled_prompt_embeds": pooled, "true_cfg_scale": 3.0}
        return call
    if name == "pixart":
        mask = torch.ones(1, 8)
        return {
            "prompt": None,
            "negative_prompt": None,
            "prompt_embeds": text,
            "prompt_attention_mask": mask,
            "negative_prompt_embeds": other,
            "negative_prompt_attention_mask": mask,
            "height": 16,
            "width": 16,
            "use_resolution_binning": False,
        }
    return {"prompt": "a red circle", **(size if name == "sdxl" else {})}


def with_states(name: str, scheduler: Any = None, side: int = 8) -> Any:
    """An `sd3` or `flux` that takes a prompt, though it has no text encoder: any prompt gives the states of `arguments`; `side` in latent pixels."""
    pipe = build(name, scheduler)
    states = [value for key, value in arguments(name).items() if key.endswith("embeds")]
    places = [torch.zeros(states[0].shape[1], 3)] if name == "flux" else []
    pipe.encode_prompt = lambda *_, **__: (*states, *places)
    pipe.default_sample_size = side  # Flux's own is 128: latents of 16,384 places
    return pipe


def _seeded(cls: Any, seed: int, *args: Any, **options: Any) -> Any:
    """A network with random weights that depend on the seed alone; leaves the global random state as it was."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return cls(*args, **options).eval()


def _quiet(pipe: Any) -> Any:
    pipe.set_progress_bar_config(disable=True)
    return pipe
