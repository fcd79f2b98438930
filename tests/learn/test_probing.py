"""A denoiser looked at from outside: against networks that know the answer, and a loop written out."""

from __future__ import annotations

import pytest
import torch
from diffusers import DDIMScheduler

from diffexplain.learn import denoiser, probing
from diffexplain.learn.clouds import CLOUDS, cloud
from diffexplain.learn.small import PointNetwork, SmallUNet

TIMESTEPS = [50, 400, 850]
KINDS = ["epsilon", "sample", "v_prediction"]


def scheduler(kind: str) -> DDIMScheduler:
    return DDIMScheduler(1000, beta_schedule="squaredcos_cap_v2", prediction_type=kind, clip_sample=False)


def pictures(count: int, seed: int) -> torch.Tensor:
    return torch.randn(count, 3, 8, 8, generator=torch.Generator().manual_seed(seed))


@pytest.mark.parametrize("kind", KINDS)
def test_an_answer_gives_back_picture_and_noise_whatever_was_asked_for(kind: str) -> None:
    levels, clean, noise = scheduler(kind), pictures(3, 1), pictures(3, 2)
    for timestep in TIMESTEPS:
        at = torch.full((3,), timestep)
        noisy = levels.add_noise(clean, noise, at)
        found = probing.told_apart(levels, noisy, denoiser.target_of(levels, clean, noise, at), timestep)
        for one, other in zip(found, (clean, noise), strict=True):
            torch.testing.assert_close(one, other, rtol=1e-3, atol=1e-3)


@pytest.mark.parametrize("kind", KINDS)
def test_who_knows_is_never_wrong_and_who_says_nothing_is_wrong_by_all_of_it(kind: str) -> None:
    levels, clean, noise = scheduler(kind), pictures(4, 1), pictures(4, 2)

    def knows(noisy: torch.Tensor, at: torch.Tensor) -> torch.Tensor:
        torch.testing.assert_close(noisy, levels.add_noise(clean, noise, at))
        return denoiser.target_of(levels, clean, noise, at)

    assert probing.errors_at(knows, levels, clean, noise, TIMESTEPS).tolist() == [0, 0, 0]
    found = probing.errors_at(lambda noisy, at: torch.zeros_like(noisy), levels, clean, noise, TIMESTEPS)
    for error, timestep in zip(found, TIMESTEPS, strict=True):
        wanted = denoiser.target_of(levels, clean, noise, torch.full((4,), timestep))
        assert float(error) == pytest.approx(float(wanted.square().mean()), rel=1e-5)


@pytest.mark.parametrize("kind", KINDS)
def test_samples_of_a_network_that_knows_one_picture_are_that_picture(kind: str) -> None:
    levels, picture, start = scheduler(kind), pictures(1, 3).clamp(-1, 1), pictures(5, 4)
    before = dict(levels.config)

    def one_picture(noisy: torch.Tensor, at: torch.Tensor) -> torch.Tensor:
        share = levels.alphas_cumprod[at][:, None, None, None]
        noise = (noisy - share.sqrt() * picture) / (1 - share).sqrt()
        return denoiser.target_of(levels, picture.expand_as(noisy), noise, at)

    found = probing.sampled(one_picture, levels, start, 10)
    torch.testing.assert_close(found, picture.expand_as(found), rtol=0.02, atol=0.02)
    assert dict(levels.config) == before


def test_one_step_from_noise_alone_is_what_a_network_of_originals_says_of_it() -> None:
    start, asked = pictures(2, 4), []

    def says(noisy: torch.Tensor, at: torch.Tensor) -> torch.Tensor:
        asked.append(at.tolist())
        return 0.5 * noisy

    torch.testing.assert_close(probing.sampled(says, scheduler("sample"), start, 1), 0.5 * start)
    assert asked == [[999, 999]]


@pytest.mark.parametrize("network", [SmallUNet(3, 8), PointNetwork(8, 1000)])
def test_a_small_network_answers_in_the_shape_of_the_question_and_hears_the_timestep(network: torch.nn.Module) -> None:
    shape = (4, 3, 16, 16) if isinstance(network, SmallUNet) else (4, 2, 1, 1)
    noisy = torch.randn(shape, generator=torch.Generator().manual_seed(1))
    said = network(noisy, torch.tensor([0, 300, 600, 999]))
    assert said.shape == shape
    if isinstance(network, SmallUNet):
        assert not said.any()  # it begins by saying nothing
        torch.nn.init.normal_(network.leave.weight, generator=torch.Generator().manual_seed(1))
        for block in network.middle:
            torch.nn.init.normal_(block.second.weight, generator=torch.Generator().manual_seed(1))
    same = noisy[:1].expand(shape)
    early, late = (network(same, torch.full((4,), timestep)) for timestep in (10, 900))
    assert (early - late).abs().max() > 1e-3
    alone, among = network(noisy[:1], torch.tensor([10])), network(noisy, torch.tensor([10, 5, 900, 70]))[:1]
    torch.testing.assert_close(alone, among, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("name", CLOUDS)
def test_a_cloud_has_unit_spread_and_depends_on_its_seed_alone(name: str) -> None:
    points = cloud(name, 1500, 3)
    assert points.shape == (1500, 2)
    assert points.mean(0).abs().max() < 0.1
    assert (points.std(0) - 1).abs().max() < 0.1
    assert torch.equal(points, cloud(name, 1500, 3))
    assert not torch.equal(points, cloud(name, 1500, 4))
    assert cloud(name, 1, 0).shape == (1, 2)
