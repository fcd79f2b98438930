"""Previews: the exact one is the pipeline's own, the cheap one looks like it."""

from __future__ import annotations

import copy
import gc
import weakref

import accelerate
import diffusers
import numpy as np
import pytest
import torch
from diffusers import AutoencoderKL, AutoencoderTiny
from torch.nn import functional

from diffexplain.core import preview
from diffexplain.core.placement import device_of
from diffexplain.core.record import record
from tests import tiny


@pytest.fixture(scope="module")
def runs(bundled):
    """Real predicted originals of the bundled model: early, middle and last steps of eight runs, of many colours."""
    prompts = ("a fox", "a green apple", "a red heart on a blue background", "a cat on a white background")
    prompts += ("a house on a black background", "a bee on a pink background", "a penguin on a yellow background")
    found = []
    for seed, prompt in enumerate((*prompts, "a frog on a brown background")):
        with record(bundled) as trace:
            generator = torch.Generator().manual_seed(seed)
            bundled(prompt, num_inference_steps=12, guidance_scale=4.0, generator=generator, output_type="latent")
        found += [trace.steps[index].x0 for index in (3, 7, 11)]
    return torch.cat(found)


def correlation(one, other):
    return float(np.corrcoef(one.flatten(), other.flatten())[0, 1])


def best_linear(latents, pictures):
    """What the linear map that fits these very pictures best makes of their latents."""
    rows = torch.cat([latents, torch.ones_like(latents[:, :1])], dim=1).movedim(1, -1)  # (N, h, w, C + 1)
    wanted = pictures.movedim(1, -1).flatten(0, -2)
    return (rows @ torch.linalg.lstsq(rows.flatten(0, -2), wanted).solution).movedim(-1, 1)


def test_the_linear_preview_looks_like_the_picture(bundled, runs):
    small = preview.latents_to_rgb(runs, bundled.vae)
    exact = functional.adaptive_avg_pool2d(preview.decode(runs, bundled.vae), small.shape[-2:])
    assert small.shape == (24, 3, 16, 16)
    assert small.min() >= 0
    assert small.max() <= 1
    found = np.array([correlation(one, other) for one, other in zip(small, exact, strict=True)])
    assert (
        found.reshape(8, 3).mean(1).min() > 0.93
    )  # of each run; how sharp a picture is, and so what a preview can't show, is the model's
    best = [correlation(one, other) for one, other in zip(best_linear(runs, exact), exact, strict=True)]
    assert (np.array(best) - found).max() < 0.025
    assert float((small - exact).abs().mean()) < 0.1


def test_the_fit_on_synthetic_pictures_is_nearly_the_best_there_is(bundled, runs):
    exact = functional.adaptive_avg_pool2d(preview.decode(runs, bundled.vae), runs.shape[-2:])
    best = float(((best_linear(runs, exact) - exact) ** 2).mean())
    rows = torch.cat([runs, torch.ones_like(runs[:, :1])], dim=1).movedim(1, -1)
    ours = float(((rows @ preview.linear_map(bundled.vae).matrix - exact.movedim(1, -1)) ** 2).mean())
    assert ours < 1.5 * best


def test_the_map_reports_how_good_it_is(bundled):
    fitted = preview.linear_map(bundled.vae)
    assert fitted.matrix.shape == (5, 3)
    assert 0.85 < fitted.r2 < 1
    assert preview.linear_map(tiny.vae()).r2 < 0.8  # an untrained VAE has nothing to read


def test_the_map_is_fitted_once(bundled):
    assert preview.linear_map(bundled.vae) is preview.linear_map(bundled.vae)
    torch.testing.assert_close(preview._fit(bundled.vae).matrix, preview.linear_map(bundled.vae).matrix, rtol=1e-3, atol=1e-4)


def test_the_map_does_not_keep_the_vae_alive():
    vae = AutoencoderTiny(encoder_block_out_channels=(8, 8), decoder_block_out_channels=(8, 8),
                          num_encoder_blocks=(1, 1), num_decoder_blocks=(1, 1))  # fmt: skip
    preview.linear_map(vae)
    gc.collect()  # of earlier tests
    before = len(preview._maps)
    alive = weakref.ref(vae)
    del vae
    gc.collect()
    assert alive() is None
    assert len(preview._maps) == before - 1


def test_nothing_of_the_random_state_is_used(bundled):
    torch.manual_seed(3)
    before = torch.get_rng_state()
    preview._fit(bundled.vae)
    preview.latents_to_rgb(torch.zeros(1, 4, 2, 2), bundled.vae)
    preview.decode(torch.zeros(1, 4, 2, 2), bundled.vae)
    assert torch.equal(torch.get_rng_state(), before)


@pytest.mark.parametrize("name", ["sd", "sdxl", "sd3", "pixart", "lcm"])
def test_decode_is_the_pipelines_own(name):
    pipe = tiny.build(name)
    call = {"num_inference_steps": 2, **tiny.arguments(name)}
    with record(pipe) as trace:
        pixels = pipe(generator=torch.Generator().manual_seed(0), output_type="pt", **call).images
    assert torch.equal(preview.decode(trace.latents, pipe.vae), pixels)
    with record(pipe) as trace:
        picture = pipe(generator=torch.Generator().manual_seed(0), **call).images[0]
    assert preview.to_pil(preview.decode(trace.latents, pipe.vae))[0].tobytes() == picture.tobytes()


def test_decode_with_a_mean_and_a_spread_for_each_channel():
    """As SDXL's fine-tuned VAEs have them."""
    pipe = tiny.sdxl()
    pipe.vae = tiny.vae(latents_mean=(0.1, -0.2, 0.3, 0.4), latents_std=(1.5, 2.0, 0.5, 1.0))
    with record(pipe) as trace:
        pixels = pipe(generator=torch.Generator().manual_seed(0), output_type="pt", num_inference_steps=2,
                      **tiny.arguments("sdxl")).images  # fmt: skip
    torch.testing.assert_close(preview.decode(trace.latents, pipe.vae), pixels)
    back = preview.rescale(preview.unscale(trace.latents, pipe.vae), pipe.vae)
    torch.testing.assert_close(back, trace.latents)


def test_decode_in_batches(bundled, runs):
    whole = preview.decode(runs[:5], bundled.vae, batch=5)
    torch.testing.assert_close(preview.decode(runs[:5], bundled.vae, batch=2), whole, atol=1e-4, rtol=1e-4)
    side = runs.shape[-1] << (len(bundled.vae.config.block_out_channels) - 1)
    assert whole.shape == (5, 3, side, side)
    assert not whole.requires_grad
    assert not whole.is_inference()


def test_encode_is_what_the_pipeline_decodes(bundled):
    pictures = preview.synthetic_pictures(128, 4)
    latents = preview.encode(pictures, bundled.vae)
    with torch.no_grad():
        expected = bundled.vae.encode(pictures * 2 - 1).latent_dist.mode() * bundled.vae.config.scaling_factor
    torch.testing.assert_close(latents, expected)
    assert correlation(preview.decode(latents, bundled.vae), pictures) > 0.9


def test_half_precision_that_overflows_is_decoded_again(monkeypatch):
    vae = AutoencoderKL.from_config(tiny.vae().config).half()
    inner, formats = AutoencoderKL.decode, []

    def overflow(self, codes, **options):
        formats.append(codes.dtype)
        if codes.dtype == torch.float16:
            return (torch.full((1, 3, 8, 8), float("nan"), dtype=torch.float16),)
        return inner(self, codes, **options)

    monkeypatch.setattr(AutoencoderKL, "decode", overflow)
    assert preview.decode(torch.zeros(1, 4, 4, 4), vae).isfinite().all()
    assert formats == [torch.float16, torch.float32]
    assert vae.dtype == torch.float16


def test_packed_latents_are_refused():
    for function in (preview.latents_to_rgb, preview.decode):
        with pytest.raises(ValueError, match="Unpack"):
            function(torch.zeros(1, 64, 16), tiny.vae())


def test_to_pil_rounds_and_clips():
    pictures = torch.tensor([-0.2, 0.0, 0.4999, 1.5]).view(1, 1, 2, 2).expand(2, 3, 2, 2)
    first, second = preview.to_pil(pictures)
    assert np.array(first)[..., 0].tolist() == [[0, 0], [127, 255]]
    assert np.array(preview.to_pil(pictures[1])[0]).tolist() == np.array(second).tolist()


@pytest.mark.parametrize("axes", [4, 5])
def test_a_mean_and_a_spread_for_each_channel_on_any_number_of_axes(axes):
    """As Wan's pipeline writes it, and of 5 axes as many frames as channels would fit as well."""
    vae = tiny.vae().__class__(
        **{**tiny.vae().config, "latents_mean": [0.1, 0.2, 0.3, 0.4], "latents_std": [1.0, 2.0, 3.0, 4.0]}
    )
    vae.register_to_config(scaling_factor=1.0)
    latents = torch.randn(2, 4, *(4, 6, 8)[5 - axes :])
    mean, spread = (torch.tensor(vae.config[name]).view(1, 4, *[1] * (axes - 2)) for name in ("latents_mean", "latents_std"))
    torch.testing.assert_close(preview.unscale(latents, vae), latents * spread + mean)
    torch.testing.assert_close(preview.rescale(preview.unscale(latents, vae), vae), latents)


def test_the_mean_may_be_among_the_weights():
    """LTX."""
    vae = torch.nn.Module()
    vae.config = {"scaling_factor": 1.0}
    vae.register_buffer("latents_mean", torch.arange(4.0))
    vae.register_buffer("latents_std", torch.arange(1.0, 5.0))
    latents = torch.randn(1, 4, 2, 8, 8)
    wanted = latents * vae.latents_std.view(1, 4, 1, 1, 1) + vae.latents_mean.view(1, 4, 1, 1, 1)
    torch.testing.assert_close(preview.unscale(latents, vae), wanted)


def flux_2():
    vae = tiny._seeded(
        diffusers.AutoencoderKLFlux2, 0, block_out_channels=(8, 16), layers_per_block=1, latent_channels=4, norm_num_groups=2,
        down_block_types=("DownEncoderBlock2D",) * 2, up_block_types=("UpDecoderBlock2D",) * 2,
    )  # fmt: skip
    draw = torch.Generator().manual_seed(2)
    vae.bn.running_mean.copy_(torch.randn(16, generator=draw))
    vae.bn.running_var.copy_(torch.rand(16, generator=draw) * 4 + 0.1)
    return vae


def test_each_place_of_a_patch_has_a_scale_of_its_own():
    """Flux 2, in its pipeline's own words."""
    vae, own = flux_2(), diffusers.Flux2Pipeline
    packed = torch.randn(1, 12, 16)  # 3 x 4 patches
    patches = packed.transpose(1, 2).reshape(1, 16, 3, 4)
    spread = torch.sqrt(vae.bn.running_var.view(1, -1, 1, 1) + vae.config.batch_norm_eps)
    codes = own._unpatchify_latents(patches * spread + vae.bn.running_mean.view(1, -1, 1, 1))
    latents = preview.unpack(packed, 3, 4)
    assert torch.equal(preview.unscale(latents, vae), codes)
    torch.testing.assert_close(preview.rescale(codes, vae), latents)
    with torch.no_grad():
        picture = (vae.decode(codes, return_dict=False)[0] / 2 + 0.5).clamp(0, 1)
    torch.testing.assert_close(preview.decode(latents, vae), picture)
    assert preview.latents_to_rgb(latents, vae).shape == (1, 3, 6, 8)


def test_the_map_of_an_autoencoder_that_calls_its_codes_latent():
    """Sana's."""
    vae = tiny._seeded(
        diffusers.AutoencoderDC, 0, latent_channels=4, attention_head_dim=2,
        encoder_block_types=("ResBlock", "EfficientViTBlock"), decoder_block_types=("ResBlock", "EfficientViTBlock"),
        encoder_block_out_channels=(8, 8), decoder_block_out_channels=(8, 8), encoder_layers_per_block=(1, 1),
        decoder_layers_per_block=(1, 1), encoder_qkv_multiscales=((), (5,)), decoder_qkv_multiscales=((), (5,)),
        downsample_block_type="conv", upsample_block_type="interpolate", decoder_norm_types="rms_norm", decoder_act_fns="silu",
        scaling_factor=0.4,
    )  # fmt: skip
    latents = preview.encode(torch.rand(1, 3, 16, 16), vae)
    assert latents.shape == (1, 4, 8, 8)
    assert preview.latents_to_rgb(latents, vae).shape == (1, 3, 8, 8)


def test_an_offloaded_autoencoder_computes_where_its_hooks_say():
    """Its weights lie nowhere (`meta`) in between."""
    vae = copy.deepcopy(tiny.vae())
    latents = torch.randn(1, 4, 8, 8)
    decoded, colours = preview.decode(latents, vae), preview.latents_to_rgb(latents, vae)
    accelerate.cpu_offload(vae, execution_device="cpu", offload_buffers=True)
    assert vae.device.type == "meta"
    assert device_of(vae).type == "cpu"
    assert torch.equal(preview.decode(latents, vae), decoded)
    assert torch.equal(preview.latents_to_rgb(latents, copy.copy(vae)), colours)


def test_a_network_that_is_not_offloaded_computes_where_it_is():
    assert device_of(tiny.vae()) == torch.device("cpu")
    assert device_of(torch.nn.Linear(1, 1, device="meta")) == torch.device("meta")
