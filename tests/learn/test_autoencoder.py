"""Training a variational autoencoder."""

from __future__ import annotations

from itertools import repeat

import torch
from diffusers.models.autoencoders.vae import DecoderOutput, DiagonalGaussianDistribution
from diffusers.models.modeling_outputs import AutoencoderKLOutput

from diffexplain.learn import autoencoder, optimizers
from diffexplain.learn.autoencoder import Weights
from tests.learn import nets


def pictures() -> torch.Tensor:
    rows = torch.linspace(-1, 1, 16)
    return torch.stack([rows.expand(3, 16, 16), rows[:, None].expand(3, 16, 16)])  # (2, 3, 16, 16)


def test_the_loss_falls_on_a_batch_seen_again_and_again() -> None:
    vae = nets.vae()
    generator = torch.Generator().manual_seed(0)
    loop = autoencoder.train(vae, repeat(pictures(), 40), optimizers.adamw(vae, 3e-3), generator=generator)
    losses = [update.loss for update in loop]
    assert losses[-1] < 0.5 * losses[0]


def test_the_total_is_the_weighted_sum_of_its_parts() -> None:
    weights = Weights(absolute=1.0, square=2.0, edges=3.0, divergence=4.0)
    cost = autoencoder.loss(nets.vae(), pictures(), weights=weights, generator=torch.Generator().manual_seed(0))
    expected = sum(getattr(weights, name) * value for name, value in cost.parts.items())
    torch.testing.assert_close(cost.total, expected)


def test_a_perfect_copy_costs_its_divergence_only() -> None:
    class Copy(torch.nn.Module):
        def encode(self, x: torch.Tensor) -> object:
            return AutoencoderKLOutput(DiagonalGaussianDistribution(torch.cat([x, torch.full_like(x, -30.0)], dim=1)))

        def decode(self, z: torch.Tensor) -> object:
            return DecoderOutput(z)

    cost = autoencoder.loss(Copy(), pictures(), weights=Weights())
    assert cost.parts["absolute"] < 1e-5
    assert cost.parts["edges"] < 1e-5
    torch.testing.assert_close(cost.total, 2e-4 * cost.parts["divergence"], rtol=0.05, atol=1e-5)


def test_the_decoder_alone_can_be_trained() -> None:
    vae = nets.vae()
    vae.encoder.requires_grad_(False)
    before = [parameter.clone() for parameter in vae.encoder.parameters()]
    list(autoencoder.train(vae, repeat(pictures(), 2), optimizers.adamw(vae, 1e-2)))
    assert all(torch.equal(one, other) for one, other in zip(before, vae.encoder.parameters(), strict=True))
