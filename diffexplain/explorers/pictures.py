"""Pictures on their way to a page."""

from __future__ import annotations

import base64
from io import BytesIO

from PIL import Image

from diffexplain.live.messages import Picture

_SMALL = 256 * 256  # more pixels than this, and PNG's default compression costs as much as a denoising step
_ICON = 32  # pixels a side: smaller ones show nothing


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


def jpeg_within(image: Image.Image, side: int, most: int) -> Picture:
    """Return the picture as JPEG of at most so many bytes: its quality falls until it is, then its size.

    Args:
        image: any mode.
        side: no side is longer than this many pixels.
        most: bytes.
    """
    for quality in (90, 80, 70, 60, 50):
        picture = jpeg(image, side, quality)
        if len(picture.data) <= most:
            break
    return picture if len(picture.data) <= most or side <= _ICON else jpeg_within(image, side * 3 // 4, most)


def opened(picture: Picture) -> Image.Image:
    """Return the pixels of an encoded picture, RGB."""
    return Image.open(BytesIO(picture.data)).convert("RGB")


def address(picture: Picture) -> str:
    """Return a data: address, for HTML."""
    return f"data:{picture.mime};base64,{base64.b64encode(picture.data).decode('ascii')}"
