"""Training a denoiser: weights and timesteps against the papers, and a loss that falls."""

from __future__ import annotations

from itertools import repeat

import pytest
import torch

from diffexplain.learn import denoiser, optimizers
from diffexplain.learn.averaging import Average
from diffexplain.learn.denoiser import Batch, min_snr_weights, stratified_timesteps
from tests.learn import nets


def batch(count: int = 8) -> Batch:
    generator = torch.Generator().manual_seed(5)
    return Batch(torch.randn(count, 4, 8, 8, generator=generator), torch.randn(count, 6, 12, generator=generator))


def signal_to_noise() -> torch.Tensor:
    share = nets.scheduler().alphas_cumprod.double()
    return share / (1 - share)


def test_weights_are_one_where_noise_is_strong_and_gamma_by_snr_elsewhere() -> None:
    ratio, weights = signal_to_noise(), min_snr_weights(nets.scheduler(), gamma=5.0)
    assert (ratio < 5).any()
    assert (ratio > 5).any()
    assert torch.equal(weights[ratio <= 5], torch.ones_like(weights[ratio <= 5]))
    torch.testing.assert_close(weights[ratio > 5], 5 / ratio[ratio > 5])


def test_without_a_limit_predicting_the_noise_weighs_all_alike() -> None:
    """Hang et al. 2023, section 3.4: SNR weighting of the clean picture is DDPM's plain loss of the noise."""
    torch.testing.assert_close(min_snr_weights(nets.scheduler(), gamma=float("inf")), torch.ones(1000, dtype=torch.float64))


def test_the_three_predictions_weigh_one_error_alike() -> None:
    """At a timestep, one error of the clean picture is SNR times that in the noise, SNR + 1 times that in the velocity."""
    ratio = signal_to_noise()
    clean = min_snr_weights(nets.scheduler("sample"))
    torch.testing.assert_close(min_snr_weights(nets.scheduler("epsilon")) * ratio, clean)
    torch.testing.assert_close(min_snr_weights(nets.scheduler("v_prediction")) * (ratio + 1), clean)


@pytest.mark.parametrize("count", [1, 7, 64, 1000, 2500])
def test_timesteps_cover_all_strengths_evenly(count: int) -> None:
    for seed in range(5):
        found = stratified_timesteps(count, 1000, torch.Generator().manual_seed(seed))
        assert found.min() >= 0
        assert found.max() <= 999
        parts = min(count, 10)
        filled = torch.histc(found.float(), bins=parts, min=0, max=1000)
        assert (filled - count / parts).abs().max() <= 2


def test_each_timestep_by_itself_is_uniform() -> None:
    firsts = torch.cat([stratified_timesteps(4, 1000, torch.Generator().manual_seed(seed))[:1] for seed in range(2000)])
    assert (torch.histc(firsts.float(), bins=5, min=0, max=1000) / 2000 - 0.2).abs().max() < 0.04


@pytest.mark.parametrize("prediction", ["epsilon", "sample", "v_prediction"])
def test_what_is_asked_for_is_what_the_noisy_latents_are_made_of(prediction: str) -> None:
    scheduler, clean, noise = nets.scheduler(prediction), torch.randn(3, 4, 8, 8), torch.randn(3, 4, 8, 8)
    timesteps = torch.tensor([10, 400, 999])
    share = scheduler.alphas_cumprod[timesteps][:, None, None, None]
    a, b = share.sqrt(), (1 - share).sqrt()
    target = denoiser.target_of(scheduler, clean, noise, timesteps)
    noisy = scheduler.add_noise(clean, noise, timesteps)
    found = {"epsilon": (noisy - b * target) / a, "sample": target, "v_prediction": a * noisy - b * target}[prediction]
    torch.testing.assert_close(found, clean, rtol=1e-3, atol=1e-3)


def test_a_perfect_prediction_costs_nothing() -> None:
    scheduler, one = nets.scheduler(), batch()

    def knows(noisy: torch.Tensor, timesteps: torch.Tensor, seen: Batch) -> torch.Tensor:
        share = scheduler.alphas_cumprod[timesteps][:, None, None, None]
        return (noisy - share.sqrt() * seen.latents) / (1 - share).sqrt()

    cost = denoiser.loss(knows, scheduler, one, weights=torch.ones(1000))
    assert cost.total < 1e-6


def run(updates: int, seed: int = 0) -> tuple[list[float], torch.nn.Module, Average]:
    network = nets.unet()
    both, average = optimizers.muon_and_adamw(network, 3e-3), Average(network)
    loop = denoiser.train(
        network,
        nets.scheduler(),
        repeat(batch(), updates),
        both,
        generator=torch.Generator().manual_seed(seed),
        average=average,
    )
    return [update.loss for update in loop], network, average


def test_the_loss_falls_on_a_batch_seen_again_and_again() -> None:
    losses, _, _ = run(40)
    assert sum(losses[-5:]) < 0.6 * sum(losses[:5])


def test_equal_seeds_train_equal_networks() -> None:
    first, one, average = run(3)
    second, other, _ = run(3)
    assert first == second
    for left, right in zip(one.parameters(), other.parameters(), strict=True):
        assert torch.equal(left, right)
    assert not torch.equal(average.network.conv_in.weight, one.conv_in.weight)


def test_progress_counts_samples_and_tells_the_rate() -> None:
    network = nets.unet()
    loop = denoiser.train(
        network,
        nets.scheduler(),
        repeat(batch(4), 3),
        optimizers.adamw(network, 1e-3),
        rate=lambda seen: 1 / (1 + seen),
        samples=100,
    )
    found = list(loop)
    assert [update.samples for update in found] == [104, 108, 112]
    assert [update.rate for update in found] == [1 / 101, 1 / 105, 1 / 109]
    assert all(update.gradient > 0 and update.parts["error"] > 0 for update in found)


def test_a_gradient_longer_than_the_limit_is_shortened() -> None:
    network = nets.unet()
    (update,) = denoiser.train(network, nets.scheduler(), [batch()], optimizers.adamw(network, 1e-3), clip=1e-3)
    norm = torch.stack([parameter.grad.norm() for parameter in network.parameters() if parameter.grad is not None]).norm()
    assert update.gradient > 1e-3
    assert norm == pytest.approx(1e-3, rel=1e-2)
