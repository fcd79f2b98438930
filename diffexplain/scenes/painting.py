"""Paint a layout: the ground, then the sprites on it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from diffexplain.scenes.sprites import sprite

if TYPE_CHECKING:
    from diffexplain.scenes.layout import Backdrop, Layout, Placed


def paint(layout: Layout, size: int) -> Image.Image:
    """Paint a layout: RGB, `size` pixels square."""
    image = _paint_backdrop(layout.backdrop, size)
    # Where two sprites touch, the right or lower one lies on top, whatever the order of the caption.
    for placed in sorted(layout.placed, key=lambda one: one.x + one.y):
        _paste(image, placed)
    return image


def box_of(placed: Placed, size: int) -> tuple[int, int, int, int]:
    """Left, top, right and bottom of the square that a sprite fills, in pixels, as far as it lies in the picture."""
    side = int(size * placed.side)
    left, top = _corner(placed, size)
    return max(left, 0), max(top, 0), min(left + side, size), min(top + side, size)


def _paint_backdrop(backdrop: Backdrop, size: int) -> Image.Image:
    rows = np.linspace(-backdrop.slope, backdrop.slope, size)[:, None, None]  # (size, 1, 1)
    colour = np.clip(backdrop.rgb, 0, 255)  # (3,)
    pixels = np.broadcast_to(np.clip(colour + rows, 0, 255), (size, size, 3))
    return Image.fromarray(pixels.astype(np.uint8))


def _paste(image: Image.Image, placed: Placed) -> None:
    side = int(image.width * placed.side)
    drawing = sprite(placed.name, placed.style)
    if placed.mirrored:
        drawing = drawing.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    drawing = drawing.resize((side, side), Image.Resampling.BILINEAR).rotate(placed.angle, Image.Resampling.BICUBIC)
    image.paste(drawing, _corner(placed, image.width), drawing)


def _corner(placed: Placed, size: int) -> tuple[int, int]:
    side = int(size * placed.side)
    return int(size * placed.x - side / 2), int(size * placed.y - side / 2)
