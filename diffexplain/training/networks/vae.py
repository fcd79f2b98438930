"""The autoencoder: pixels to latents of four channels and back, half the side a level below the first: 128x128x3 to 16x16x4."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch

from diffexplain.training.networks.pixels import pixels, reduced

if TYPE_CHECKING:
    from pathlib import Path

    import numpy as np

    from diffexplain.training.settings import Widths


def fresh(widths: Widths, side: int) -> Any:
    """Build one with random weights, for pictures of so many pixels a side: a resnet a level."""
    from diffusers import AutoencoderKL

    torch.manual_seed(0)
    return AutoencoderKL(
        down_block_types=("DownEncoderBlock2D",) * len(widths.vae),
        up_block_types=("UpDecoderBlock2D",) * len(widths.vae),
        block_out_channels=widths.vae,
        latent_channels=4,
        norm_num_groups=widths.vae_groups,
        sample_size=side,
        mid_block_add_attention=False,
    )


def load(folder: Path, device: torch.device) -> Any:
    """Load an `AutoencoderKL` in float32."""
    from diffusers import AutoencoderKL

    vae = AutoencoderKL.from_pretrained(folder, dtype=torch.float32)
    return vae.to(device, memory_format=torch.channels_last).eval()


def latent_side(vae: Any) -> int:
    """Return the side of latents, in cells."""
    return int(vae.config.sample_size) >> (len(vae.config.block_out_channels) - 1)


def seen(vae: Any, pictures: np.ndarray) -> np.ndarray:
    """Reduce (N, S, S, 3) uint8 pictures to the side that an autoencoder was made for."""
    return reduced(pictures, vae.config.sample_size)


@torch.inference_mode()
def encode(vae: Any, pictures: np.ndarray, *, scaled: bool = True, batch: int = 64) -> torch.Tensor:
    """Encode (N, S, S, 3) uint8 pictures, reduced to the side that the autoencoder was made for.

    Args:
        vae: an `AutoencoderKL`.
        pictures: to encode.
        scaled: as a denoiser sees latents, of about unit variance; otherwise as the encoder gives them.
        batch: how many at a time.

    Returns:
        (N, 4, H, W) on the CPU: the mode of each picture's latents.
    """
    parts = [
        vae.encode(pixels(seen(vae, pictures[start : start + batch]), vae.device)).latent_dist.mode().float().cpu()
        for start in range(0, len(pictures), batch)
    ]
    return torch.cat(parts) * (vae.config.scaling_factor if scaled else 1.0)


@torch.inference_mode()
def reconstruct(vae: Any, pictures: np.ndarray, batch: int = 64) -> np.ndarray:
    """Encode and decode (N, S, S, 3) uint8 pictures, at the side that the autoencoder was made for."""
    parts = []
    for start in range(0, len(pictures), batch):
        latents = vae.encode(pixels(seen(vae, pictures[start : start + batch]), vae.device)).latent_dist.mode()
        decoded = ((vae.decode(latents).sample.float().clamp(-1, 1) + 1) * 127.5).round().byte()
        parts.append(decoded.permute(0, 2, 3, 1).cpu())
    reconstructed: np.ndarray = torch.cat(parts).numpy()
    return reconstructed
