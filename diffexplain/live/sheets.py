"""Many pictures on one sheet, so that a page is sent one."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

from PIL import Image

from diffexplain.live.messages import Picture

if TYPE_CHECKING:
    from collections.abc import Sequence


def sheet(images: Sequence[Image.Image], columns: int, side: int, quality: int) -> Picture:
    """Lay out pictures row by row without gaps, each whole, on white where it is not square; WebP.

    Args:
        images: at least one.
        columns: at most so many.
        side: of each in pixels.
        quality: 1 to 100.
    """
    columns = min(columns, len(images))
    board = Image.new("RGB", (columns * side, -(-len(images) // columns) * side), "white")
    for at, image in enumerate(images):
        scale = side / max(image.size)
        size = (max(1, round(image.width * scale)), max(1, round(image.height * scale)))
        corner = (at % columns * side + (side - size[0]) // 2, at // columns * side + (side - size[1]) // 2)
        board.paste(image.convert("RGB").resize(size, Image.Resampling.LANCZOS), corner)
    buffer = BytesIO()
    board.save(buffer, "WEBP", quality=quality)
    return Picture(buffer.getvalue(), "image/webp", *board.size)
