"""Training a ControlNet beside a U-Net that stays as it is."""

from __future__ import annotations

from itertools import repeat

import pytest
import torch
from diffusers import ControlNetModel

from diffexplain.learn import controlnet, denoiser, optimizers
from diffexplain.learn.denoiser import Batch
from tests.learn import nets


def batch() -> Batch:
    generator = torch.Generator().manual_seed(5)
    control = (torch.rand(6, 3, 16, 16, generator=generator) > 0.5).float()
    return Batch(torch.randn(6, 4, 8, 8, generator=generator), torch.randn(6, 6, 12, generator=generator), control)


def pair() -> tuple[ControlNetModel, torch.nn.Module]:
    unet = nets.unet().requires_grad_(False)
    return ControlNetModel.from_unet(unet, conditioning_embedding_out_channels=(8, 8)), unet


def test_before_training_it_changes_nothing() -> None:
    copy, unet = pair()
    one = batch()
    timesteps = torch.tensor([3] * 6)
    with torch.no_grad():
        alone = denoiser.plainly(unet)(one.latents, timesteps, one)
        assert torch.equal(controlnet.beside(copy, unet)(one.latents, timesteps, one), alone)


@pytest.mark.more
def test_it_learns_and_the_unet_does_not() -> None:
    copy, unet = pair()
    before = [parameter.clone() for parameter in unet.parameters()]
    loop = controlnet.train(
        copy,
        unet,
        nets.scheduler(),
        repeat(batch(), 50),
        optimizers.adamw(copy, 1e-2),
        generator=torch.Generator().manual_seed(0),
    )
    losses = [update.loss for update in loop]
    assert sum(losses[-5:]) < 0.8 * sum(losses[:5])
    assert all(torch.equal(one, other) for one, other in zip(before, unet.parameters(), strict=True))


def test_edges_are_where_colours_meet() -> None:
    pictures = torch.zeros(2, 3, 16, 16)
    pictures[0, 0, :, 8:] = 1.0  # only red changes
    found = controlnet.edges(pictures)
    assert found.shape == pictures.shape
    assert set(found.unique().tolist()) == {0.0, 1.0}
    assert torch.equal(found[0, 0, 5], torch.tensor([0.0] * 7 + [1.0] * 2 + [0.0] * 7))
    assert torch.equal(found[0, 0], found[0, 2])
    assert found[1].sum() == 0  # not at the border of the picture either
