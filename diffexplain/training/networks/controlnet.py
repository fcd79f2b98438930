"""The ControlNet: a copy of the U-Net's first half that is shown the edges of a picture."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch

if TYPE_CHECKING:
    from pathlib import Path


def fresh(unet: Any, halvings: int) -> Any:
    """Copy the encoder of a U-Net, and add convolutions that start at zero.

    Args:
        unet: whose encoder.
        halvings: 1 to 3 of the side, from a picture of edges to latents.
    """
    from diffusers import ControlNetModel

    torch.manual_seed(0)
    return ControlNetModel.from_unet(unet, conditioning_embedding_out_channels=(16, 32, 64, 64)[: halvings + 1])


def load(folder: Path, device: torch.device) -> Any:
    """Load a `ControlNetModel` in float32."""
    from diffusers import ControlNetModel

    network = ControlNetModel.from_pretrained(folder, dtype=torch.float32)
    return network.to(device, memory_format=torch.channels_last).eval()
