"""The average of weights: of what never changes it is that; of what changes it lies between."""

from __future__ import annotations

import pytest
import torch

from diffexplain.learn.averaging import Average, decay_after


def test_the_average_of_a_constant_is_the_constant() -> None:
    network = torch.nn.Linear(3, 2)
    average = Average(network)
    for _ in range(20):
        average.update()
    for kept, present in zip(average.network.parameters(), network.parameters(), strict=True):
        torch.testing.assert_close(kept, present)


def test_it_is_the_weighted_sum_of_all_weights_that_it_saw() -> None:
    network = torch.nn.Linear(1, 1, bias=False)
    average = Average(network, limit=0.5)
    expected = network.weight.item()
    for number in range(12):
        network.weight.data.fill_(float(number))
        average.update()
        decay = min(0.5, (1 + number) / (10 + number))
        expected = decay * expected + (1 - decay) * number
    assert average.network.weight.item() == pytest.approx(expected)


def test_the_decay_rises_to_its_limit() -> None:
    decays = [decay_after(number, 0.9) for number in range(200)]
    assert decays == sorted(decays)
    assert decays[0] == 0.1
    assert decays[-1] == 0.9


def test_it_never_trains_and_never_touches_the_network() -> None:
    network = torch.nn.Sequential(torch.nn.Linear(2, 2), torch.nn.BatchNorm1d(2))
    before = {name: value.clone() for name, value in network.state_dict().items()}
    average = Average(network)
    average.update()
    assert not any(parameter.requires_grad for parameter in average.network.parameters())
    assert not average.network.training
    assert network.training
    for name, value in network.state_dict().items():
        assert torch.equal(value, before[name])


def test_going_on_from_its_state_is_going_on() -> None:
    network = torch.nn.Linear(2, 2)
    first, second = Average(network), Average(network)
    first.update()
    second.load_state_dict(first.state_dict())
    network.weight.data.add_(1)
    first.update()
    second.update()
    assert torch.equal(first.network.weight, second.network.weight)
