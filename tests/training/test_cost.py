"""What a run costs."""

from __future__ import annotations

import torch
from diffusers import UNet2DConditionModel

from diffexplain.models import bundled_path
from diffexplain.training.evaluation import cost
from diffexplain.training.networks import denoiser
from diffexplain.training.settings import FULL

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
    def unet(down: str, up: str) -> UNet2DConditionModel:
        return UNet2DConditionModel(
            sample_size=8,
            block_out_channels=(8,),
            down_block_types=(down,),
            up_block_types=(up,),
            mid_block_type=None,
            layers_per_block=1,
            cross_attention_dim=8,
            attention_head_dim=2,
            norm_num_groups=4,
        )

    without = cost.of_call(unet("DownBlock2D", "UpBlock2D"))
    assert cost.of_call(unet("CrossAttnDownBlock2D", "CrossAttnUpBlock2D")) > without
