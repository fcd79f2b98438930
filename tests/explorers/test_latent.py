"""A picture, its latents and back: what is told equals what the pipeline's VAE gives, whatever its size, channels and scaling."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import diffusers
import numpy as np
import pytest
import torch
from PIL import Image, ImageOps
from traitlets import TraitError

import diffexplain as dx
from diffexplain import scenes
from diffexplain.core import preview
from diffexplain.errors import NotFiniteError, UnfitPipelineError
from diffexplain.explorers.latent.messages import Begin, Blended, Chance, Changed, Cost, Noised, Restored, Sizes, Spread
from diffexplain.explorers.latent.request import PANELS
from diffexplain.explorers.pictures import opened
from diffexplain.live.messages import Picture
from tests import tiny, tiny_t5
from tests.explorers.conftest import after, assert_refused, one

Made = Callable[..., dx.LatentExplorer]


def sixteen() -> Any:
    """A pipeline of the shape of Stable Diffusion 3: 16 channels, shift and factor, 8 pixels a cell."""
    pipe = tiny_t5.sd3()
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        vae = diffusers.AutoencoderKL(
            latent_channels=16, block_out_channels=[8] * 4, layers_per_block=1, norm_num_groups=2, sample_size=64,
            down_block_types=["DownEncoderBlock2D"] * 4, up_block_types=["UpDecoderBlock2D"] * 4, use_quant_conv=False,
            use_post_quant_conv=False, shift_factor=0.0609, scaling_factor=1.5305, mid_block_add_attention=False,
        )  # fmt: skip
    pipe.register_modules(vae=vae.eval())
    pipe.vae_scale_factor = 8
    return pipe


PIPELINES = {
    "sd": tiny.sd,
    "sdxl": tiny.sdxl,
    "sd3": tiny_t5.sd3,
    "flux": tiny_t5.flux,
    "pixart": tiny.pixart,
    "sixteen": sixteen,
}


def exact(picture: Picture) -> np.ndarray[Any, Any]:
    assert picture.mime == "image/png"
    return np.asarray(opened(picture))


@pytest.mark.parametrize("name", PIPELINES)
def test_latents_are_the_pipelines_own_and_so_is_what_comes_back(made: Made, name: str) -> None:
    pipe = PIPELINES[name]()
    explorer = made(dx.LatentExplorer, pipe, picture="gallery:3", other="gallery:5")
    begin, restored, spread = (one(explorer, kind) for kind in (Begin, Restored, Spread))
    picture = ImageOps.fit(scenes.gallery(4)[3].image, (begin.side, begin.side), Image.Resampling.LANCZOS)
    colours = torch.from_numpy(np.array(picture, np.float32)).permute(2, 0, 1)[None] / 127.5 - 1
    config = pipe.vae.config
    shift, factor = config.shift_factor or 0.0, config.scaling_factor
    with torch.no_grad():
        said = pipe.vae.encode(colours).latent_dist
        back = pipe.vae.decode(said.mode()).sample[0]
    latents = (said.mode()[0] - shift) * factor
    assert explorer.latents is not None
    torch.testing.assert_close(explorer.latents, latents, rtol=1e-4, atol=1e-5)
    assert begin.shape == list(latents.shape)
    assert begin.grey.shape[0] == len(begin.channels) == latents.shape[0] == explorer._shape()[0]
    assert latents.shape[1] == explorer._shape()[1]
    assert [each.low for each in begin.channels] == pytest.approx(latents.amin((1, 2)).tolist(), rel=1e-3, abs=1e-5)
    shown = ((back / 2 + 0.5).clamp(0, 1) * 255).round().permute(1, 2, 0).numpy()
    assert explorer.restored is not None
    assert np.abs(explorer.restored.permute(1, 2, 0).numpy() * 255 - shown).max() <= 1
    off = np.abs(shown / 255 - np.asarray(picture) / 255.0)
    assert restored.off.largest == pytest.approx(off.max(), abs=0.01)
    assert restored.off.psnr == pytest.approx(10 * np.log10(1 / np.square(off).mean()), abs=0.1)
    assert (spread.scaling, spread.shift) == (factor, pytest.approx(shift))
    assert [each.mean for each in spread.channels] == pytest.approx((said.std[0] * factor).mean((1, 2)).tolist(), rel=1e-3)
    assert spread.deviation_raw == pytest.approx(float(said.mode().std()), rel=1e-3)


@pytest.fixture
def explorer(made: Made, pipe: Any) -> dx.LatentExplorer:
    return made(dx.LatentExplorer, pipe, picture="gallery:3", other="gallery:5", amount=2.0)


@pytest.mark.parametrize(
    "neutral",
    [
        {"operation": "poke", "amount": 0},
        {"operation": "shift", "amount": 0},
        {"operation": "scale", "amount": 1},
        {"operation": "swap", "partner": 2, "channel": 2},
        {"operation": "borrow", "other": "gallery:3"},
    ],
    ids=lambda neutral: str(neutral["operation"]),
)
def test_a_neutral_change_is_the_same_picture_to_the_bit(explorer: dx.LatentExplorer, neutral: dict[str, Any]) -> None:
    after(explorer, **neutral)
    changed, restored = one(explorer, Changed), one(explorer, Restored)
    assert (exact(changed.picture) == exact(restored.picture)).all()
    assert (changed.off.largest, changed.off.psnr, changed.reach, changed.before) == (0, None, 0, changed.after)


def test_a_poke_is_told_as_it_was_decoded(explorer: dx.LatentExplorer, pipe: Any) -> None:
    after(explorer, cell=[3, 12], channel=1, amount=4)
    changed, begin = one(explorer, Changed), one(explorer, Begin)
    assert explorer.latents is not None
    codes = explorer.latents.clone()
    assert changed.before == pytest.approx(float(codes[1, 3, 12]))
    codes[1, 3, 12] += 4
    (expected,) = preview.to_pil(preview.decode(codes[None], pipe.vae))
    assert (exact(changed.picture) == np.asarray(expected)).all()
    assert begin.cell == [3, 12]
    assert changed.after == pytest.approx(changed.before + 4, rel=1e-5)
    assert 0 < changed.reach <= begin.side


def test_blends_begin_and_end_with_the_two_pictures_and_the_sphere_keeps_the_length(explorer: dx.LatentExplorer) -> None:
    blended = one(explorer, Blended)
    assert (blended.shares[0], blended.shares[-1]) == (0, 1)
    for way in (blended.line, blended.sphere):
        assert (way[0].data, way[-1].data) == (blended.line[0].data, blended.line[-1].data)
    lengths = np.asarray(blended.sphere_length)
    first, last = blended.line_length[0], blended.line_length[-1]
    np.testing.assert_allclose(lengths, first + np.asarray(blended.shares) * (last - first), rtol=1e-4)
    assert blended.line_length[2] < lengths[2]


def test_noise_hides_more_at_each_level_and_chance_knows_no_neighbours(explorer: dx.LatentExplorer) -> None:
    noised, chance = one(explorer, Noised), one(explorer, Chance)
    assert noised.log_snr == sorted(noised.log_snr, reverse=True)
    assert noised.pixels_like == sorted(noised.pixels_like, reverse=True)
    assert abs(chance.like_random) < 0.1
    assert chance.like_own > 3 * abs(chance.like_shuffled)


def test_an_odd_side_loses_its_edge(explorer: dx.LatentExplorer) -> None:
    sizes, begin = one(explorer, Sizes), one(explorer, Begin)
    assert sizes.factor * begin.shape[1] == begin.side
    assert [row.back for row in sizes.table] == [row.given // sizes.factor * sizes.factor for row in sizes.table]
    assert sizes.lost == sizes.given % sizes.factor > 0
    assert (sizes.prepared, sizes.back.width) == (sizes.given - sizes.lost,) * 2


def test_what_it_costs_is_what_a_call_was_counted_to_cost(made: Made) -> None:
    cost = one(made(dx.LatentExplorer, tiny.sd()), Cost)
    assert cost.reason == ""
    assert cost.denoise_pixels > 4 * cost.denoise > 0  # 2 x 2 pixels a cell, and attention grows faster
    assert min(cost.encode, cost.decode) > 0


BAD = [
    ("operation", "paint", "one of"),
    ("channel", 4, "0 to 3"),
    ("channel", -1, "0 to 3"),
    ("channel", True, "whole number"),
    ("partner", 9, "0 to 3"),
    ("amount", float("nan"), "-20 to 20"),
    ("amount", 21, "-20 to 20"),
    ("amount", "much", "-20 to 20"),
    ("cell", [0, 16], "0 to 15"),
    ("cell", [0], "list of 2 to 2"),
    ("cell", 3, "list"),
    ("other", "no/such.png", "can't be read"),
    ("picture", "gallery:2000", "2000"),
    ("panel", "all", "one of " + PANELS[0]),
]


@pytest.mark.parametrize(("field", "value", "words"), BAD, ids=lambda value: str(value)[:20])
def test_a_bad_value_is_refused_and_nothing_is_lost(explorer: dx.LatentExplorer, field: str, value: Any, words: str) -> None:
    assert_refused(explorer, field, value, words)


def test_what_was_said_before_is_said_again_and_another_vae_says_its_own(explorer: dx.LatentExplorer, pipe: Any) -> None:
    before = one(explorer, Blended)
    after(explorer, operation="wipe")
    assert one(explorer, Blended) is before
    pipe.vae = tiny.vae(seed=5)
    after(explorer, operation="shift")
    assert one(explorer, Blended) is not before


def test_a_vae_that_overflows_fails_in_words_and_is_not_drawn_black(made: Made, pipe: Any) -> None:
    explorer = made(dx.LatentExplorer, pipe)
    recorded = explorer.recorded
    pipe.vae = copy.deepcopy(pipe.vae).half()
    with torch.no_grad():
        pipe.vae.decoder.conv_in.weight.fill_(torch.inf)
    explorer.picture = "gallery:2"
    with pytest.raises(NotFiniteError, match="float16"):
        explorer.wait(60)
    assert (explorer.status, explorer.recorded) == ("failed", recorded)


def test_a_vae_that_says_one_latent_or_can_not_be_counted_is_shown_without(made: Made, pipe: Any) -> None:
    pipe.vae = diffusers.AutoencoderTiny(
        encoder_block_out_channels=(8, 8), decoder_block_out_channels=(8, 8), num_encoder_blocks=(1, 1),
        num_decoder_blocks=(1, 1), latent_channels=4,
    )  # fmt: skip
    explorer = made(dx.LatentExplorer, pipe)
    spread = one(explorer, Spread)
    assert (spread.grey, spread.draws, spread.channels) == (None, [], [])
    assert spread.deviation == spread.deviation_raw


def test_what_has_no_vae_for_pictures_is_refused_before_anything_is_made(pipe: Any) -> None:
    pipe.vae = None
    with pytest.raises(UnfitPipelineError, match="no VAE"):
        dx.LatentExplorer(pipe)
    with pytest.raises(UnfitPipelineError, match="no VAE"):
        dx.LatentExplorer(7)
    bare = tiny.sd()
    bare.unet = None
    with pytest.raises(TraitError, match="lacks unet or transformer"):
        dx.LatentExplorer(bare, picture="prompt:a fox")
