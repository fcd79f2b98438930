"""Pictures on their way to a page."""

from __future__ import annotations

import base64
from io import BytesIO
from typing import TYPE_CHECKING

from PIL import Image

from diffexplain.live.messages import Picture

if TYPE_CHECKING:
    from collections.abc import Sequence

_SMALL = 256 * 256  # more pixels than this, and PNG's default compression costs as much as a denoising step
QUALITIES = (90, 75, 60, 45, 30, 20)
SMALLEST = 16  # side in pixels: smaller ones show nothing


def png(image: Image.Image) -> Picture:
    """Encode a picture without loss."""
    buffer = BytesIO()
    image.save(buffer, "PNG", compress_level=6 if image.width * image.height <= _SMALL else 1)
    return Picture(buffer.getvalue(), "image/png", *image.size)


def jpeg(image: Image.Image, side: int | None = None, quality: int = 90) -> Picture:
    """Encode a picture as JPEG.

    Args:
        image: any mode.
        side: no side is longer than this many pixels; None leaves the size as it is.
        quality: 1 to 95.
    """
    image = image.convert("RGB")
    if side is not None and max(image.size) > side:
        image = image.copy()
        image.thumbnail((side, side))
    buffer = BytesIO()
    image.save(buffer, "JPEG", quality=quality)
    return Picture(buffer.getvalue(), "image/jpeg", *image.size)


def within(images: Sequence[Image.Image], most: int, side: int | None = None) -> list[Picture]:
    """Encode pictures as JPEG, all of them together in at most so many bytes, in the best quality that allows it.

    Where none does, they are made smaller: half as wide and as high, again and again, down to a few pixels.

    Args:
        images: any mode, at least one.
        most: bytes.
        side: see `jpeg`.
    """
    for quality in QUALITIES:
        pictures = [jpeg(image, side, quality) for image in images]
        if sum(len(picture.data) for picture in pictures) <= most:
            return pictures
    largest = max(max(picture.width, picture.height) for picture in pictures)
    return pictures if largest <= SMALLEST else within(images, most, largest // 2)


def opened(picture: Picture) -> Image.Image:
    """Return the pixels of an encoded picture, RGB."""
    return Image.open(BytesIO(picture.data)).convert("RGB")


def address(picture: Picture) -> str:
    """Return a data: address, for HTML."""
    return f"data:{picture.mime};base64,{base64.b64encode(picture.data).decode('ascii')}"
