"""The autoencoder: how it grows by a level, and which part of it is trained."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import torch

from diffexplain.errors import TrainingError
from diffexplain.training.networks import vae
from diffexplain.training.settings import Widths
from diffexplain.training.stages.vae import Vae
from diffexplain.training.workspace import Workspace
from tests.training import small

if TYPE_CHECKING:
    from pathlib import Path

INNER = replace(small.SMALL.widths, vae=(8, 8, 16))
WHOLE = replace(INNER, vae=(4, 8, 8, 16))


@pytest.fixture(scope="module")
def inner() -> Any:
    return vae.fresh(INNER, 32)


@pytest.fixture(scope="module")
def grown(inner: Any) -> Any:
    return vae.grown(inner, WHOLE, 64)


def test_growing_takes_over_all_that_is_not_of_the_outer_level(inner: Any, grown: Any) -> None:
    values = {tuple(value.flatten().tolist()) for value in inner.state_dict().values()}
    outside = vae.outer(grown)
    for name, value in grown.state_dict().items():
        if not name.startswith(outside):
            assert tuple(value.flatten().tolist()) in values, name


def test_the_inner_levels_compute_what_they_did(inner: Any, grown: Any) -> None:
    features = torch.randn(1, 8, 32, 32, generator=torch.Generator().manual_seed(0))
    with torch.no_grad():
        # Of the encoder's first level of before, all after its first resnet.
        before = inner.encoder.mid_block(inner.encoder.down_blocks[2](inner.encoder.down_blocks[1](features)))
        after = grown.encoder.mid_block(grown.encoder.down_blocks[3](grown.encoder.down_blocks[2](features)))
        assert torch.equal(before, after)
        latents = torch.randn(1, 4, 8, 8, generator=torch.Generator().manual_seed(1))
        decoded = []
        for one in (inner, grown):
            inside = one.decoder.mid_block(one.decoder.conv_in(one.post_quant_conv(latents)))
            decoded.append(one.decoder.up_blocks[1](one.decoder.up_blocks[0](inside)))
        assert torch.equal(*decoded)


def test_a_level_more_halves_the_side_once_more(inner: Any, grown: Any) -> None:
    pictures = np.random.default_rng(0).integers(0, 256, (2, 64, 64, 3), dtype=np.uint8)
    assert vae.encode(inner, pictures).shape == vae.encode(grown, pictures).shape == (2, 4, 8, 8)
    assert vae.latent_side(inner) == vae.latent_side(grown) == 8
    assert [vae.reconstruct(one, pictures).shape for one in (inner, grown)] == [(2, 32, 32, 3), (2, 64, 64, 3)]


def test_other_levels_are_refused(inner: Any) -> None:
    with pytest.raises(TrainingError, match=r"levels \(8, 8, 16\) can't grow to \(4, 8, 16, 16\)"):
        vae.grown(inner, Widths(vae=(4, 8, 16, 16), vae_groups=4), 64)


@pytest.mark.parametrize("part", Vae.parts)
def test_only_its_part_is_trained(tmp_path: Path, inner: Any, part: str) -> None:
    settings = replace(small.SMALL, widths=WHOLE)
    inner.save_pretrained(tmp_path / "weights")
    stage = Vae(Workspace(tmp_path), settings, small.CPU, part)
    network = stage.load(tmp_path / "weights")
    assert tuple(network.config.block_out_channels) == WHOLE.vae
    stage.trainable(network)
    trained = {name for name, parameter in network.named_parameters() if parameter.requires_grad}
    every = {name for name, _ in network.named_parameters()}
    outside = {name for name in every if name.startswith(vae.outer(network))}
    decoder = {name for name in every if name.startswith(("decoder", "post_quant_conv"))}
    assert trained == {"all": every, "decoder": decoder, "outer": outside}[part]
    assert set() < outside < every
