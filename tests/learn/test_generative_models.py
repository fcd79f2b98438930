"""An autoencoder, a VAE, a GAN and a denoiser beside each other, and the cloud whose clusters are counted."""

from __future__ import annotations

import pytest
import torch

from diffexplain.core.energy import energy_distance
from diffexplain.learn.clouds import CLUSTERS, SPREAD, centres, cloud, modes
from diffexplain.learn.generative_models import MODELS, Autoencoding, Learned, Settings, generative_models

POINT = (2, 1, 1)


def data(name: str = "clusters") -> torch.Tensor:
    return cloud(name, 400, 0)[:, :, None, None]


def drawn(model: Learned) -> torch.Tensor:
    return model.made(torch.randn(200, 2, 1, 1, generator=torch.Generator().manual_seed(7))).flatten(1)


@pytest.mark.parametrize("name", MODELS)
def test_each_comes_to_make_what_it_was_shown(name: str) -> None:
    model = generative_models(POINT, 8, 2, 0)[name]
    real = cloud("clusters", 200, 1)
    first = energy_distance(drawn(model), real)
    for _ in range(250):
        model.update(data(), 64, Settings())
    assert energy_distance(drawn(model), real) < 0.6 * first
    assert model.session.seconds > 0


@pytest.mark.parametrize("name", MODELS)
@pytest.mark.parametrize("shape", [POINT, (3, 16, 16)])
def test_one_seed_is_one_training_of_one_shape(name: str, shape: tuple[int, int, int]) -> None:
    shown = data() if shape == POINT else torch.rand(5, *shape, generator=torch.Generator().manual_seed(0))
    made = []
    for _ in range(2):
        model = generative_models(shape, 8, 3, 4)[name]
        costs = [model.update(shown, 4, Settings(discriminations=2)) for _ in range(2)]
        noise = torch.ones(2, *(shape if name == "diffusion" else (3, 1, 1)))
        made.append((costs, model.made(noise)))
    assert made[0][0] == made[1][0]
    assert torch.equal(made[0][1], made[1][1])
    assert made[0][1].shape == (2, *shape)


def test_the_more_beta_the_nearer_latents_come_to_a_standard_normal_and_the_worse_pictures_come_back() -> None:
    costs = {}
    for beta in (0.0, 1.0, 30.0):
        model = generative_models(POINT, 8, 2, 0)["vae"]
        assert isinstance(model, Autoencoding)
        for _ in range(250):
            parts = model.update(data(), 64, Settings(beta=beta))
        costs[beta] = parts["square"], parts["divergence"], model.codes(data()).std()
    assert costs[0.0][0] < costs[1.0][0] < costs[30.0][0]
    assert costs[0.0][1] > costs[1.0][1] > costs[30.0][1]
    assert costs[30.0][2] < 0.3  # all lie where none can be told from another


def test_without_beta_a_vae_is_an_autoencoder() -> None:
    two = generative_models(POINT, 8, 2, 0)
    two["vae"].session.restore(two["autoencoder"].session.state())
    costs = [two[name].update(data(), 16, Settings(beta=0.0)) for name in ("autoencoder", "vae")]
    assert costs[0] == costs[1]


def test_real_points_of_the_clusters_know_them_all_and_lie_on_them() -> None:
    points = cloud("clusters", 4000, 3)
    known, near = modes(points)
    assert known == CLUSTERS
    assert near == pytest.approx(0.989, abs=0.01)  # 1 - exp(-9/2) of a normal plane lies within three deviations
    assert points.std(0).tolist() == pytest.approx([1, 1], abs=0.03)
    assert torch.equal(points, cloud("clusters", 4000, 3))


def test_a_cluster_is_known_by_a_quarter_of_its_share_and_strays_are_of_none() -> None:
    share = 80
    few = share // 4
    points = torch.cat(
        [centres()[0].expand(8 * share - 2 * few + 1, 2), centres()[1].expand(few, 2), centres()[2].expand(few - 1, 2)]
    )
    assert modes(points) == (2, 1.0)
    assert modes(torch.zeros(10, 2)) == (0, 0.0)
    assert modes(centres() * (1 + 2.9 * SPREAD / centres()[0].norm()))[0] == CLUSTERS
    assert modes(centres() * (1 + 3.1 * SPREAD / centres()[0].norm()))[0] == 0
