"""The stage of the autoencoder: a smaller one that is loaded grows, and only its part is trained."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from diffexplain.training.networks import vae
from diffexplain.training.stages.vae import Vae
from diffexplain.training.workspace import Workspace
from tests.training import small
from tests.training.test_growing import INNER, WHOLE

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("part", Vae.parts)
def test_only_its_part_is_trained(tmp_path: Path, part: str) -> None:
    settings = replace(small.SMALL, widths=WHOLE)
    vae.fresh(INNER, 32).save_pretrained(tmp_path / "weights")
    stage = Vae(Workspace(tmp_path), settings, small.CPU, part)
    network = stage.load(tmp_path / "weights")
    assert tuple(network.config.block_out_channels) == WHOLE.vae
    stage.trainable(network)
    trained = {name for name, parameter in network.named_parameters() if parameter.requires_grad}
    every = {name for name, _ in network.named_parameters()}
    decoder = {name for name in every if name.startswith(("decoder", "post_quant_conv"))}
    assert trained == {"all": every, "decoder": decoder}[part]
    assert set() < decoder < every
