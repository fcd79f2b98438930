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
_ICON = 32  # pixels a side: smaller ones show nothing


def png(image: Image.Image) -> Picture:
    """The picture without loss."""
    buffer = BytesIO()
    image.save(buffer, "PNG", compress_level=6 if image.width * image.height <= _SMALL else 1)
    return Picture(buffer.getvalue(), "image/png", *image.size)


def jpeg(image: Image.Image, side: int | None = None, quality: int = 90) -> Picture:
    """The picture as JPEG.

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


def sheet(images: Sequence[Image.Image], columns: int, side: int, quality: int) -> Picture:
    """Pictures row by row without gaps, each whole, on white where it is not square; WebP.

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


def opened(picture: Picture) -> Image.Image:
    """The pixels of an encoded picture, RGB."""
    return Image.open(BytesIO(picture.data)).convert("RGB")


def address(picture: Picture) -> str:
    """A data: address, for HTML."""
    return f"data:{picture.mime};base64,{base64.b64encode(picture.data).decode('ascii')}"


def film(frames: Sequence[Image.Image], last: Image.Image, height: int, most: int) -> Picture:
    """Frames in two rows and a last one, twice as high, behind them, without gaps: it stands on light and dark pages alike.

    Args:
        frames: an even number of pictures of one size, row by row.
        last: the large one, of the same proportions.
        height: of a small frame in pixels.
        most: bytes that the JPEG may have; its quality falls until it does.
    """
    width = max(1, round(height * last.width / last.height))
    columns = len(frames) // 2
    sheet = Image.new("RGB", ((columns + 2) * width, 2 * height))
    for at, frame in enumerate(frames):
        row, column = divmod(at, columns)
        sheet.paste(frame.resize((width, height), Image.Resampling.BICUBIC), (column * width, row * height))
    sheet.paste(last.resize((2 * width, 2 * height), Image.Resampling.BICUBIC), (columns * width, 0))
    picture = jpeg(sheet, quality=88)
    for quality in (75, 60, 45, 30):
        if len(picture.data) <= most:
            break
        picture = jpeg(sheet, quality=quality)
    return picture
