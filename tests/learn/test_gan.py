"""Training two networks against each other."""

from __future__ import annotations

import math
from itertools import repeat

import torch
from torch.nn import functional

from diffexplain.learn import gan
from diffexplain.learn.gan import Adversaries, Both
from diffexplain.learn.small_autoencoder import maker, reader


def adversaries(seed: int = 0) -> Adversaries:
    torch.manual_seed(seed)
    return Adversaries(maker(2, 8, 2, 1), reader(2, 1, 8, 1), 2)


def real(count: int = 64) -> torch.Tensor:
    """Points around (2, 0)."""
    return (
        torch.randn(count, 2, 1, 1, generator=torch.Generator().manual_seed(1)) * 0.1 + torch.tensor([2.0, 0.0])[:, None, None]
    )


def test_what_is_made_comes_to_lie_where_what_is_real_lies() -> None:
    both = adversaries()
    noise = torch.randn(200, 2, 1, 1, generator=torch.Generator().manual_seed(2))
    before = (both.generator(noise).mean(0) - real().mean(0)).norm()
    for _ in gan.train(both, repeat(real(), 150), Both(both, 1e-3, 0.0), generator=torch.Generator().manual_seed(3)):
        pass
    assert (both.generator(noise).mean(0) - real().mean(0)).norm() < 0.25 * before


def test_who_can_not_tell_pays_two_coins_and_the_other_one() -> None:
    both = adversaries()
    torch.nn.init.zeros_(both.discriminator[-2].weight)
    torch.nn.init.zeros_(both.discriminator[-2].bias)
    told = gan.discriminator_loss(both, real(), penalty=1.0)
    torch.testing.assert_close(told.total, torch.tensor(2 * math.log(2)))
    assert told.parts["penalty"] == 0
    torch.testing.assert_close(gan.generator_loss(both, real()).total, torch.tensor(math.log(2)))


def test_the_penalty_is_half_the_mean_squared_slope_at_real_data() -> None:
    both, data = adversaries(), real(5)
    without, with_it = (
        gan.discriminator_loss(both, data, penalty=weight, generator=torch.Generator().manual_seed(0)) for weight in (0.0, 3.0)
    )
    step, slopes = 1e-3, torch.zeros(5, 2)
    for axis in range(2):
        off = torch.zeros(2, 1, 1)
        off[axis] = step
        with torch.no_grad():
            slopes[:, axis] = ((both.discriminator(data + off) - both.discriminator(data - off)) / (2 * step)).flatten()
    expected = 1.5 * slopes.square().sum(1).mean()
    torch.testing.assert_close(with_it.total - without.total, expected, rtol=0.02, atol=1e-5)


def test_each_is_updated_as_often_as_was_asked_and_by_its_own_loss() -> None:
    both = adversaries()
    optimizers = Both(both, 1e-3, 0.0)
    (update,) = gan.train(both, [real(8)] * 3, optimizers, discriminations=3)
    assert [next(iter(one.state.values()))["step"] for one in optimizers._optimizers] == [1, 3]
    assert update.samples == 24
    assert {"generator", "discriminator", "real", "made", "penalty"} <= set(update.parts)
    assert all(parameter.requires_grad for parameter in both.parameters())


def test_a_generator_is_rewarded_even_where_it_convinces_nobody() -> None:
    """The saturating loss of the minimax game would have no slope there (Goodfellow et al. 2014, section 3)."""
    both = adversaries()
    with torch.no_grad():
        both.discriminator[-2].bias.fill_(-30.0)
    gan.generator_loss(both, real()).total.backward()  # type: ignore[no-untyped-call]
    assert sum(float(each.grad.norm()) for each in both.generator.parameters() if each.grad is not None) > 1e-3
    assert functional.softplus(torch.tensor(-30.0)) < 1e-12


def test_batches_that_end_end_it_and_few_of_them_make_no_update() -> None:
    both = adversaries()
    assert list(gan.train(both, [real(8)] * 2, Both(both, 1e-3, 0.0), discriminations=3)) == []
