"""The autoencoder: pixels to latents of four channels and back, half the side a level below the first: 128x128x3 to 16x16x4."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import torch

from diffexplain.errors import TrainingError
from diffexplain.training.networks.pixels import pixels, reduced

if TYPE_CHECKING:
    from pathlib import Path

    import numpy as np

    from diffexplain.training.settings import Widths

_NEEDED = 12  # channels that reduce a picture: three colours, two kinds along each axis
_DOWN = re.compile(r"^encoder\.down_blocks\.(\d+)\.")


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


def grown(inner: Any, widths: Widths, side: int) -> Any:
    """Build one with a level more on the side of the pixels, around one that was trained on pictures of half the side.

    As Karras et al. 2018, "Progressive growing of GANs", begin with small pictures; and as Chen et al. 2016, "Net2Net", widen a network
    without a change in what it computes. Its latents are those of the other for the reduced picture, all but exactly: of the rows and
    columns above and left of a cell, the encoder sees one in place of two. What it decodes is what the other does, enlarged: the level more has
    resnets that add nothing yet. So a denoiser that was trained on the latents of the other goes on being right.

    Raises:
        TrainingError: the levels of the other are not those of this one below its first, which has to be as wide as its second,
            and of 12 channels at least.
    """
    first, second = widths.vae[:2]
    if tuple(inner.config.block_out_channels) != widths.vae[1:] or first != second or first < _NEEDED:
        raise TrainingError(
            f"An autoencoder of levels {tuple(inner.config.block_out_channels)} can't grow to {widths.vae}: below the first they have to be the same, and the first two alike, of {_NEEDED} channels or more."
        )
    whole = fresh(widths, side)
    taken = {
        _DOWN.sub(lambda found: f"encoder.down_blocks.{int(found[1]) + 1}.", name): value
        for name, value in inner.state_dict().items()
    }
    outside = outer(whole)
    whole.load_state_dict(
        {name: value if name.startswith(outside) else taken[name] for name, value in whole.state_dict().items()}
    )
    with torch.no_grad():
        _reduce_first(whole.encoder, inner.encoder.conv_in)
        _enlarge_last(whole.decoder, inner.decoder)
    whole.register_to_config(scaling_factor=inner.config.scaling_factor)
    return whole


def _reduce_first(encoder: Any, first: Any) -> None:
    """Let the outer level compute what a convolution computes on the reduced picture.

    A channel is a colour, summed over two of what it reaches: itself and the next, or the one before alone. A cell of the reduced picture
    is the mean of pixels 2i and 2i + 1; the strided convolution at 2i reaches 2i - 1 to 2i + 3 through the one before it.
    """
    level = encoder.down_blocks[0]
    for resnet in level.resnets:
        _silence(resnet.conv2)
    reach = torch.zeros(2, 3)  # which pixels of -1, 0, 1 a channel takes along an axis
    reach[0, 1:], reach[1, 0] = 0.5, 1.0
    encoder.conv_in.weight.zero_()
    encoder.conv_in.bias.zero_()
    strided = level.downsamplers[0].conv
    strided.weight.zero_()
    strided.bias.copy_(first.bias)
    taps = (
        (1, 0),
        (0, 0),
        (0, 2),
    )  # of the reduced picture, -1, 0 and 1: kind of channel, and where the strided convolution finds it
    kernels = torch.einsum("cd,ai,bj->cabdij", torch.eye(3), reach, reach)  # (3, 2, 2, 3, 3, 3)
    encoder.conv_in.weight[:_NEEDED] = kernels.reshape(_NEEDED, 3, 3, 3)
    by_channel = strided.weight.new_zeros(len(strided.weight), 3, 2, 2, 3, 3)  # (C, 3, 2, 2, 3, 3)
    for row, (down, at_row) in enumerate(taps):
        for column, (across, at_column) in enumerate(taps):
            by_channel[:, :, down, across, at_row, at_column] = first.weight[:, :, row, column]
    strided.weight[:, :_NEEDED] = by_channel.flatten(1, 3)


def _enlarge_last(decoder: Any, inner: Any) -> None:
    """Let the outer level enlarge what the last level of before computed, linearly between its pixels."""
    for resnet in decoder.up_blocks[-1].resnets:
        _silence(resnet.conv2)
    between = torch.tensor([0.25, 0.5, 0.25])  # over pixels that were doubled
    conv = decoder.up_blocks[-2].upsamplers[0].conv
    conv.weight.zero_()
    conv.bias.zero_()
    for channel in range(len(conv.weight)):
        conv.weight[channel, channel] = torch.outer(between, between)
    decoder.conv_norm_out.load_state_dict(inner.conv_norm_out.state_dict())
    decoder.conv_out.load_state_dict(inner.conv_out.state_dict())


def _silence(conv: Any) -> None:
    conv.weight.zero_()
    conv.bias.zero_()


def outer(vae: Any) -> tuple[str, ...]:
    """Return the modules that a level more brings or changes, by the beginnings of their parameters' names."""
    last = len(vae.config.block_out_channels) - 1
    return (
        "encoder.conv_in.",
        "encoder.down_blocks.0.",
        f"decoder.up_blocks.{last - 1}.upsamplers.",
        f"decoder.up_blocks.{last}.",
        "decoder.conv_norm_out.",
        "decoder.conv_out.",
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
