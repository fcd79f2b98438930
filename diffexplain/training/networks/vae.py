"""The autoencoder: 64x64x3 pixels to 16x16x4 latents and back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch

from diffexplain.training.data.scene_sets import SIDE
from diffexplain.training.networks.pixels import pixels

if TYPE_CHECKING:
    from pathlib import Path

    import numpy as np

    from diffexplain.training.settings import Widths


def fresh(widths: Widths) -> Any:
    """Build one with random weights: three levels, one resnet each."""
    from diffusers import AutoencoderKL

    torch.manual_seed(0)
    return AutoencoderKL(
        down_block_types=("DownEncoderBlock2D",) * 3,
        up_block_types=("UpDecoderBlock2D",) * 3,
        block_out_channels=widths.vae,
        latent_channels=4,
        norm_num_groups=widths.groups,
        sample_size=SIDE,
        mid_block_add_attention=False,
    )


def load(folder: Path, device: torch.device) -> Any:
    """Load an `AutoencoderKL` in float32."""
    from diffusers import AutoencoderKL

    vae = AutoencoderKL.from_pretrained(folder, dtype=torch.float32)
    return vae.to(device, memory_format=torch.channels_last).eval()


@torch.inference_mode()
def encode(vae: Any, pictures: np.ndarray, *, scaled: bool = True, batch: int = 64) -> torch.Tensor:
    """Encode (N, 64, 64, 3) uint8 pictures.

    Args:
        vae: an `AutoencoderKL`.
        pictures: to encode.
        scaled: as a denoiser sees latents, of about unit variance; otherwise as the encoder gives them.
        batch: how many at a time.

    Returns:
        (N, 4, 16, 16) on the CPU: the mode of each picture's latents.
    """
    parts = [
        vae.encode(pixels(pictures[start : start + batch], vae.device)).latent_dist.mode().float().cpu()
        for start in range(0, len(pictures), batch)
    ]
    return torch.cat(parts) * (vae.config.scaling_factor if scaled else 1.0)


@torch.inference_mode()
def reconstruct(vae: Any, pictures: np.ndarray, batch: int = 64) -> np.ndarray:
    """Encode and decode (N, 64, 64, 3) uint8 pictures; returns the same shape."""
    parts = []
    for start in range(0, len(pictures), batch):
        latents = vae.encode(pixels(pictures[start : start + batch], vae.device)).latent_dist.mode()
        decoded = ((vae.decode(latents).sample.float().clamp(-1, 1) + 1) * 127.5).round().byte()
        parts.append(decoded.permute(0, 2, 3, 1).cpu())
    reconstructed: np.ndarray = torch.cat(parts).numpy()
    return reconstructed
