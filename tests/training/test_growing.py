"""An autoencoder that has grown by a level: the same latents, the same pictures, twice the side."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import torch

from diffexplain.errors import TrainingError
from diffexplain.training.networks import growing, vae
from diffexplain.training.settings import Widths
from tests.training import small

if TYPE_CHECKING:
    pass

INNER = replace(small.SMALL.widths, vae=(16, 8, 16))
WHOLE = replace(INNER, vae=(16, 16, 8, 16))


@pytest.fixture(scope="module")
def inner() -> Any:
    network = vae.fresh(INNER, 32)
    network.register_to_config(scaling_factor=0.7)
    return network


@pytest.fixture(scope="module")
def grown(inner: Any) -> Any:
    return growing.grown(inner, WHOLE, 64)


def test_latents_are_those_of_the_reduced_picture(inner: Any, grown: Any) -> None:
    small = np.random.default_rng(0).integers(0, 256, (4, 32, 32, 3), dtype=np.uint8)
    enlarged = small.repeat(2, axis=1).repeat(2, axis=2)  # where one row or column of two is as good as their mean
    ours, theirs = (vae.encode(one, enlarged) for one in (grown, inner))
    torch.testing.assert_close(ours, theirs, rtol=1e-4, atol=1e-5)


def test_latents_of_a_smooth_picture_are_nearly_those(inner: Any, grown: Any) -> None:
    coarse = torch.rand(4, 3, 8, 8, generator=torch.Generator().manual_seed(0)) * 255
    smooth = torch.nn.functional.interpolate(coarse, 64, mode="bicubic").clamp(0, 255)
    pictures = smooth.byte().permute(0, 2, 3, 1).numpy()
    ours, theirs = (vae.encode(one, pictures) for one in (grown, inner))
    assert 0 < (ours - theirs).std() < 0.2 * theirs.std()


def test_what_is_decoded_is_what_was_before_enlarged(inner: Any, grown: Any) -> None:
    before, after = [], []
    inner.decoder.conv_norm_out.register_forward_pre_hook(lambda _, given: before.append(given[0]))
    grown.decoder.conv_norm_out.register_forward_pre_hook(lambda _, given: after.append(given[0]))
    with torch.no_grad():
        for one in (inner, grown):
            one.decode(torch.randn(1, 4, 8, 8, generator=torch.Generator().manual_seed(1)))
    enlarged = torch.nn.functional.interpolate(before[0], scale_factor=2, mode="bilinear")
    torch.testing.assert_close(after[0][..., 1:-1, 1:-1], enlarged[..., 1:-1, 1:-1])  # but for the rim, beyond which is nothing


def test_a_level_more_halves_the_side_once_more(inner: Any, grown: Any) -> None:
    pictures = np.random.default_rng(0).integers(0, 256, (2, 64, 64, 3), dtype=np.uint8)
    assert vae.encode(inner, pictures).shape == vae.encode(grown, pictures).shape == (2, 4, 8, 8)
    assert vae.latent_side(inner) == vae.latent_side(grown) == 8
    assert [vae.reconstruct(one, pictures).shape for one in (inner, grown)] == [(2, 32, 32, 3), (2, 64, 64, 3)]


def test_other_levels_are_refused(inner: Any) -> None:
    with pytest.raises(TrainingError, match=r"levels \(16, 8, 16\) can't grow to \(16, 16, 16, 16\)"):
        growing.grown(inner, Widths(vae=(16, 16, 16, 16), vae_groups=4), 64)
    with pytest.raises(TrainingError, match="the first two alike, of 12 channels or more"):
        growing.grown(inner, Widths(vae=(32, 16, 8, 16), vae_groups=4), 64)
