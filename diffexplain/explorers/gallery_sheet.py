"""The first pictures of the gallery on one sheet, so that a page can offer them all at the cost of one small picture."""

from __future__ import annotations

import io
from functools import lru_cache
from typing import Any

from PIL import Image

from diffexplain import scenes
from diffexplain.explorers.pictures import address
from diffexplain.live.messages import Picture

COLUMNS = 12


@lru_cache(maxsize=4)
def sheet(count: int = 48, side: int = 48) -> Picture:
    """The gallery's first `count` pictures, `side` pixels each, row by row in 12 columns without gaps; WebP."""
    columns, rows = min(COLUMNS, count), -(-count // COLUMNS)
    board = Image.new("RGB", (columns * side, rows * side), "white")
    for at, scene in enumerate(scenes.gallery(count)):
        small = scene.image.resize((side, side), Image.Resampling.LANCZOS)
        board.paste(small, (at % COLUMNS * side, at // COLUMNS * side))
    buffer = io.BytesIO()
    board.save(buffer, "WEBP", quality=80)
    return Picture(buffer.getvalue(), "image/webp", *board.size)


@lru_cache(maxsize=4)
def captions(count: int = 48) -> tuple[tuple[str, str], ...]:
    """What they show, in English and in Chinese."""
    return tuple((scene.caption, scene.caption_zh) for scene in scenes.gallery(count))


def offer(count: int = 48, side: int = 48) -> dict[str, Any]:
    """The same as plain values for a trait: what `frontend/kit/pictures.js` takes as its ``gallery``."""
    picture = sheet(count, side)
    return {
        "sheet": {"url": address(picture), "width": picture.width, "height": picture.height},
        "columns": min(COLUMNS, count),
        "side": side,
        "pictures": [
            {"reference": f"gallery:{at}", "caption": {"en": english, "zh": chinese}}
            for at, (english, chinese) in enumerate(captions(count))
        ],
    }
