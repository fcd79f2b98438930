"""The denoiser: a U-Net that predicts noise in latents, with Stable Diffusion's noise schedule."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch

if TYPE_CHECKING:
    from pathlib import Path

    from diffexplain.training.settings import Widths

SCHEDULE = {
    "beta_start": 0.00085,
    "beta_end": 0.012,
    "beta_schedule": "scaled_linear",
    "clip_sample": False,
}  # Stable Diffusion's


def fresh(widths: Widths, side: int) -> Any:
    """Build one with random weights, for latents of so many cells a side: three levels, one resnet each, cross-attention in the lower two."""
    from diffusers import UNet2DConditionModel

    torch.manual_seed(0)
    return UNet2DConditionModel(
        sample_size=side,
        down_block_types=("DownBlock2D", "CrossAttnDownBlock2D", "CrossAttnDownBlock2D"),
        up_block_types=("CrossAttnUpBlock2D", "CrossAttnUpBlock2D", "UpBlock2D"),
        block_out_channels=widths.unet,
        layers_per_block=1,
        cross_attention_dim=widths.clip,
        attention_head_dim=4,
        norm_num_groups=widths.groups,
    )


def load(folder: Path, device: torch.device) -> Any:
    """Load a `UNet2DConditionModel` in float32."""
    from diffusers import UNet2DConditionModel

    unet = UNet2DConditionModel.from_pretrained(folder, dtype=torch.float32)
    return unet.to(device, memory_format=torch.channels_last).eval()


def scheduler() -> Any:
    """Make the scheduler whose noise levels are trained on."""
    from diffusers import DDPMScheduler

    return DDPMScheduler(**SCHEDULE)
