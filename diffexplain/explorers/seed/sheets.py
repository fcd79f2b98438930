"""Many pictures of one size on one sheet: a message a step instead of one a picture."""

from __future__ import annotations

import math
from io import BytesIO
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from diffexplain.live.messages import Picture

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt
    import torch

    Pixels = npt.NDArray[np.uint8]

TILE_SIDE = 128  # of a picture on a sheet in pixels, at most
PREVIEW_SIDE = 32
_QUALITY = 85


def columns_for(count: int) -> int:
    """Return how many columns make the sheet about square."""
    return math.ceil(math.sqrt(count))


def sheet(tiles: Pixels, columns: int, *, lossless: bool) -> Picture:
    """Lay out pictures row by row without gaps; WebP.

    Args:
        tiles: (n, height, width, 3).
        columns: of the sheet; the last row may end early, in white.
        lossless: the exact values; else a fifth of the bytes.
    """
    count, height, width, _ = tiles.shape
    rows = -(-count // columns)
    board = np.full((rows * columns, height, width, 3), 255, np.uint8)
    board[:count] = tiles
    board = board.reshape(rows, columns, height, width, 3).swapaxes(1, 2)
    image = Image.fromarray(board.reshape(rows * height, columns * width, 3))
    buffer = BytesIO()
    if lossless:
        image.save(buffer, "WEBP", lossless=True, quality=20, method=1)  # quality: how long it tries; the pixels are the same
    else:
        image.save(buffer, "WEBP", quality=_QUALITY)
    return Picture(buffer.getvalue(), "image/webp", *image.size)


def tiles_of(images: Sequence[Image.Image], side: int = TILE_SIDE) -> Pixels:
    """Return pictures of one size as (n, height, width, 3), no side longer than so many pixels."""
    width, height = images[0].size
    scale = min(1.0, side / max(width, height))
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    shown = (image.convert("RGB") for image in images)
    return np.stack(
        [np.asarray(image if image.size == size else image.resize(size, Image.Resampling.LANCZOS)) for image in shown]
    )


def tiles_of_colours(colours: torch.Tensor, side: int = PREVIEW_SIDE) -> Pixels:
    """Return (n, 3, height, width) colours of 0 to 1 as (n, height, width, 3), no side longer than so many pixels."""
    from torch.nn import functional

    height, width = colours.shape[-2:]
    scale = min(1.0, side / max(height, width))
    if scale < 1:
        colours = functional.interpolate(colours, (max(1, round(height * scale)), max(1, round(width * scale))), mode="area")
    pixels: Pixels = (colours.nan_to_num().clamp(0, 1) * 255).round().byte().movedim(1, -1).cpu().numpy()
    return pixels
