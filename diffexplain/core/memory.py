"""How much memory a denoiser's forward takes, how much there is, and what to say when it was not enough."""

from __future__ import annotations

import math
import re
from typing import Any

import torch

from diffexplain.errors import MemoryShortError
from diffexplain.i18n import say

_SHARE = 0.6  # of a GPU's free memory: its allocator loses some, and others may want some
_ON_CPU = 2**30  # more rows at a time than fit in this bring nothing on a CPU


def row_bytes(denoiser: Any, height: int, width: int) -> int:
    """Return what one row of a batch takes at most while a U-Net computes, weights not counted; an upper estimate.

    The skip connections are alive together (one for each layer of the way down), and beside them the widest layer at full size:
    its input and output, the halves of its feed-forward (8 times its channels) and normalised copies.

    Args:
        denoiser: A ``UNet2DConditionModel``.
        height: Of the latents.
        width: Of the latents.
    """
    config = denoiser.config
    channels = list(config.block_out_channels)
    layers = config.get("layers_per_block", 2)
    layers = [layers] * len(channels) if isinstance(layers, int) else list(layers)
    itemsize: int = max(torch.finfo(denoiser.dtype).bits // 8, 2)
    area = height * width
    skips: int = channels[0] * area
    widest = 0
    for level, (wide, count) in enumerate(zip(channels, layers, strict=True)):
        here = math.ceil(area / 4**level)
        last = level == len(channels) - 1
        skips += wide * here * count + (0 if last else wide * math.ceil(here / 4))
        before = channels[min(level + 1, len(channels) - 1)]  # what comes up from below, joined with a skip connection
        widest = max(widest, here * (12 * wide + 3 * before))
    return itemsize * (skips + widest)


def picture_bytes(vae: Any, height: int, width: int) -> int:
    """Return what decoding one picture takes at most; an upper estimate.

    Args:
        vae: An ``AutoencoderKL``.
        height: Of the picture, in pixels.
        width: Of the picture, in pixels.
    """
    channels = vae.config.get("block_out_channels") or vae.config.get("decoder_block_out_channels") or (128, 256)
    wide = channels[min(1, len(channels) - 1)]  # what comes up from below arrives at full size with its own channels
    return max(torch.finfo(vae.dtype).bits // 8, 2) * height * width * 4 * wide


def budget(device: torch.device) -> int:
    """Return how many bytes a forward may take on this device, as things are now."""
    if device.type == "cuda":
        free, _ = torch.cuda.mem_get_info(device)
        idle = torch.cuda.memory_reserved(device) - torch.cuda.memory_allocated(device)
        return int(_SHARE * (free + idle))
    if device.type == "mps":
        return int(_SHARE * max(torch.mps.recommended_max_memory() - torch.mps.driver_allocated_memory(), 0))
    return _ON_CPU


def is_shortage(error: BaseException) -> bool:
    """Return whether an exception says that a device's memory was used up."""
    return isinstance(error, (torch.OutOfMemoryError, MemoryError)) or (
        isinstance(error, RuntimeError) and ("out of memory" in str(error) or "not enough memory" in str(error))
    )


def release(device: torch.device) -> None:
    """Give back what the device's allocator holds in reserve, before trying with less."""
    if device.type == "cuda":
        torch.cuda.empty_cache()
    elif device.type == "mps":
        torch.mps.empty_cache()


def shortage(error: BaseException, device: torch.device, needed: int, height: int, width: int, rows: int) -> MemoryShortError:
    """Return the error to raise where even the smallest forward does not fit.

    Args:
        error: What the device said.
        device: Where.
        needed: The estimate for this forward, in bytes.
        height: Of the picture, in pixels.
        width: Of the picture, in pixels.
        rows: Rows of the forward; two of them are one lane under guidance.
    """
    asked, free = _sizes(str(error))
    fits = free if free is not None else budget(device)
    side = math.sqrt(fits / needed) if 0 < fits < needed else math.sqrt(0.5)
    room = [max(int(length * side) // 64 * 64, 64) for length in (width, height)]
    advice = say("a picture of {width} x {height} pixels", width=room[0], height=room[1])
    if rows > 1:
        advice = say("guidance=1, which halves it, or {rest}", rest=advice)
    return MemoryShortError(
        say(
            "{device} has no memory left for one lane of {width} x {height} pixels: it was asked for {asked} more, and {free} was "
            "free; the step takes about {needed} in all. What would fit: {advice}; half precision "
            "(dtype=torch.float16) takes half, pipe.enable_model_cpu_offload() leaves more room",
            device=str(device),
            width=width,
            height=height,
            asked=readable(asked if asked is not None else needed),
            free=readable(fits),
            needed=readable(needed),
            advice=advice,
        )
    )


_UNITS = {"B": 1, "bytes": 1, "KiB": 2**10, "MiB": 2**20, "GiB": 2**30, "KB": 10**3, "MB": 10**6, "GB": 10**9}
_AMOUNT = r"([\d.]+) ?(GiB|MiB|KiB|GB|MB|KB|bytes|B)\b"


def _sizes(message: str) -> tuple[int | None, int | None]:
    """Return ``(asked for, free)`` as torch words it, None where it doesn't say."""

    def find(pattern: str) -> int | None:
        match = re.search(pattern, message, re.IGNORECASE)
        units = {name.lower(): size for name, size in _UNITS.items()}
        return int(float(match[1].rstrip(".")) * units[match[2].lower()]) if match else None

    asked = find(rf"tried to allocate {_AMOUNT}") or find(rf"allocate memory: you tried to allocate {_AMOUNT}")
    return asked, find(rf"{_AMOUNT} is free") or find(rf"{_AMOUNT} free")


def readable(size: int) -> str:
    """Return a number of bytes for people."""
    return f"{size / 2**30:.1f} GiB" if size >= 2**30 else f"{max(size / 2**20, 0.1):.1f} MiB"
