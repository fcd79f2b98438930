"""An autoencoder of pictures of twice the side, around one that is trained: its latents stay, and what it decodes is enlarged."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import torch

from diffexplain.errors import TrainingError
from diffexplain.training.networks import vae

if TYPE_CHECKING:
    from diffexplain.training.settings import Widths

_DOWN = re.compile(r"^encoder\.down_blocks\.(\d+)\.")
_NEEDED = 12  # channels that reduce a picture: three colours, two kinds along each axis


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
    whole = vae.fresh(widths, side)
    taken = {
        _DOWN.sub(lambda found: f"encoder.down_blocks.{int(found[1]) + 1}.", name): value
        for name, value in inner.state_dict().items()
    }
    outside = _outer(whole)
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


def _outer(whole: Any) -> tuple[str, ...]:
    """Return the modules that a level more brings or changes, by the beginnings of their parameters' names."""
    last = len(whole.config.block_out_channels) - 1
    return (
        "encoder.conv_in.",
        "encoder.down_blocks.0.",
        f"decoder.up_blocks.{last - 1}.upsamplers.",
        f"decoder.up_blocks.{last}.",
        "decoder.conv_norm_out.",
        "decoder.conv_out.",
    )
