"""Words in pictures: in a font that has their letters, or not at all."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from PIL import Image, ImageDraw, ImageFont

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

INK, PAPER = (31, 35, 40), (255, 255, 255)
CAPTION, MARGIN = 14, 12  # in pixels
_LATIN = re.compile(r"[\x20-\u024f\u2010-\u2027\u2030-\u205e]*")  # what the font that comes with Pillow has
_OTHERS = (
    "NotoSansCJK-Regular.ttc",
    "NotoSansSC-Regular.otf",
    "wqy-zenhei.ttc",
    "wqy-microhei.ttc",
    "DroidSansFallbackFull.ttf",
    "PingFang.ttc",
    "Hiragino Sans GB.ttc",
    "STHeiti Light.ttc",
    "msyh.ttc",
    "simsun.ttc",
)


def font_for(text: str, size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont | None:
    """Return a font that can write a text: Pillow's own for Latin letters, else one of this machine's; None where it has none."""
    return ImageFont.load_default(size) if _LATIN.fullmatch(text) else _of_the_machine(size)


@lru_cache(maxsize=8)
def _of_the_machine(size: int) -> ImageFont.FreeTypeFont | None:
    for name in _OTHERS:
        try:
            return ImageFont.truetype(name, size)
        except OSError:
            continue
    return None


def write(pen: ImageDraw.ImageDraw, place: tuple[float, float], text: str, size: int, anchor: str, otherwise: str = "") -> None:
    """Write one line; where no font can, what is to stand there otherwise."""
    font = font_for(text, size)
    pen.text(place, text if font else otherwise, INK, font or ImageFont.load_default(size), anchor=anchor)


def fitted(text: str, size: int, width: float) -> str:
    """Return the beginning of a line that fits into so many pixels, with a mark where it goes on."""
    font = font_for(text, size)
    if font is None or font.getlength(text) <= width:
        return text
    while text and font.getlength(f"{text}…") > width:
        text = text[:-1]
    return f"{text.rstrip()}…"


def captioned(picture: Image.Image, lines: Sequence[str]) -> Image.Image:
    """Return a picture with lines of text below it, broken to its width; those that no font can write are left out."""
    width = max(picture.width, 360) - 2 * MARGIN
    broken = [each for line in lines if font_for(line, CAPTION) for each in _broken(line, width)]
    if not broken:
        return picture
    pitch = round(1.4 * CAPTION)
    sheet = Image.new("RGB", (width + 2 * MARGIN, picture.height + len(broken) * pitch + 2 * MARGIN), PAPER)
    sheet.paste(picture, ((sheet.width - picture.width) // 2, 0))
    pen = ImageDraw.Draw(sheet)
    for at, line in enumerate(broken):
        write(pen, (MARGIN, picture.height + MARGIN + (at + 0.5) * pitch), line, CAPTION, "lm")
    return sheet


def _broken(text: str, width: float) -> Iterable[str]:
    font = font_for(text, CAPTION)
    assert font is not None
    line = ""
    for piece in re.findall(r"[\u2e80-\uffef]|[^\s\u2e80-\uffef]+\s*|\s+", text):  # a Chinese sentence breaks anywhere
        if line and font.getlength((line + piece).rstrip()) > width:
            yield line.rstrip()
            line = ""
        line += piece
    if line.strip():
        yield line.rstrip()


def labelled(tiles: Sequence[Image.Image], labels: Sequence[str], columns: int) -> Image.Image:
    """Return pictures of one size row by row, each with a label below it; where no font has its letters, its number."""
    size, gap, below = 13, 8, 22
    width, height = tiles[0].size
    rows = -(-len(tiles) // columns)
    sheet = Image.new("RGB", (columns * (width + gap) + gap, rows * (height + below) + gap), PAPER)
    pen = ImageDraw.Draw(sheet)
    for at, (tile, label) in enumerate(zip(tiles, labels, strict=True)):
        row, column = divmod(at, columns)
        x, y = gap + column * (width + gap), gap + row * (height + below)
        sheet.paste(tile, (x, y))
        write(pen, (x + width / 2, y + height + below / 2 - 1), fitted(label, size, width), size, "mm", str(at))
    return sheet
