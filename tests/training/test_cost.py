"""What a run costs."""

from __future__ import annotations

import torch

from diffexplain.models import bundled_path
from diffexplain.training.evaluation import cost
from diffexplain.training.networks import denoiser
from diffexplain.training.settings import FULL
from tests.core.test_anatomy import counted

CPU = torch.device("cpu")


def test_a_trained_model_costs_no_more_than_the_one_that_ships() -> None:
    fresh = denoiser.fresh(FULL.widths, FULL.latent_side)
    ships = denoiser.load(bundled_path() / "unet", CPU)
    assert cost.of_run(fresh, 20) <= cost.of_run(ships, 20)
    assert cost.of_run(ships, 20) == 40 * cost.of_call(ships)
    assert cost.of_run(ships, 20, guided=False) == 20 * cost.of_call(ships)


def test_convolutions_are_counted_as_by_hand() -> None:
    class Conv(torch.nn.Module):
        config = type("Config", (), {"sample_size": 6, "in_channels": 4, "cross_attention_dim": 8})
        device, dtype = CPU, torch.float32

        def __init__(self) -> None:
            super().__init__()
            self.conv = torch.nn.Conv2d(4, 10, 3, padding=1)

        def forward(self, x: torch.Tensor, timestep: torch.Tensor, states: torch.Tensor) -> torch.Tensor:
            return self.conv(x)

    assert cost.of_call(Conv()) == 6 * 6 * 3 * 3 * 4 * 10


def test_attention_counts() -> None:
    ships = denoiser.load(bundled_path() / "unet", CPU)
    config = ships.config
    noisy = torch.zeros(1, config.in_channels, config.sample_size, config.sample_size)
    states = torch.zeros(1, 24, config.cross_attention_dim)
    by_layers = counted(ships, (noisy, torch.tensor(0), states), {})  # with attention, that a CPU computes in one piece
    assert cost.of_call(ships) == by_layers
