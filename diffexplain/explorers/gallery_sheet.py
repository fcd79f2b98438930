"""The first pictures of the gallery on one sheet, so that a page can offer them all at the cost of one small picture."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from diffexplain import scenes
from diffexplain.explorers.pictures import address
from diffexplain.live import sheets

if TYPE_CHECKING:
    from diffexplain.live.messages import Picture

COLUMNS, QUALITY = 12, 80


@lru_cache(maxsize=4)
def sheet(count: int = 48, side: int = 48) -> Picture:
    """Return the gallery's first `count` pictures, `side` pixels each, row by row in 12 columns without gaps; WebP."""
    return sheets.sheet([scene.image for scene in scenes.gallery(count)], COLUMNS, side, QUALITY)


@lru_cache(maxsize=4)
def captions(count: int = 48) -> tuple[tuple[str, str], ...]:
    """Return what they show, in English and in Chinese."""
    return tuple((scene.caption, scene.caption_zh) for scene in scenes.gallery(count))


def offer(count: int = 48, side: int = 48) -> dict[str, Any]:
    """Return the same as plain values for a trait: what `frontend/kit/pictures.js` takes as its ``gallery``."""
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
