"""The gallery as a similarity explorer uses it: what is shown at first, what is searched, what a page has from the start."""

from __future__ import annotations

from contextlib import suppress
from functools import cache
from typing import TYPE_CHECKING, Any

from diffexplain import scenes
from diffexplain.explorers import checks
from diffexplain.explorers.gallery_sheet import offer
from diffexplain.explorers.pictures import jpeg
from diffexplain.explorers.similarity import artist, fields
from diffexplain.i18n import say
from diffexplain.scenes.table import find_ground

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PIL import Image

    from diffexplain.explorers.shelf import Shelf
    from diffexplain.live.messages import Picture

SHOWN = (5, 6, 13, 19, 27, 30, 40, 44)  # one thing each, told apart at a glance
SHEET, SHEET_SIDE = 48, 64  # pictures that a page has from the start, at the size in which the bundled CLIP reads them
SEARCHED = 200
THUMBNAIL_SIDE = 96
MOST_THUMBNAIL_BYTES = 2048


@cache
def searched() -> tuple[scenes.Scene, ...]:
    """Return the pictures that a text can sort."""
    return scenes.gallery(SEARCHED)


def first_pictures() -> list[str]:
    """Return references of what is shown where nothing else was asked for."""
    return [f"gallery:{number}" for number in SHOWN]


def first_texts(references: Sequence[Any], shelf: Shelf, language: str) -> list[str]:
    """Return a text for each picture of which something is known.

    Args:
        references: as somebody gave them; what is no reference is left out.
        shelf: knows the captions.
        language: of the captions.
    """
    texts = []
    for reference in references:
        if not isinstance(reference, str):
            continue
        with suppress(ValueError):  # a bad reference is refused where it is checked
            if reference.startswith(fields.DRAWN):
                texts.append(fields.drawn("pictures", reference)[1])
            elif reference.startswith("gallery:") and (captions := shelf.caption(reference)):
                texts.append(captions[language])
    return texts[: fields.MOST] or [say("a picture").spoken(language)]


def controls(*, bundled: bool) -> dict[str, Any]:
    """Return what the page's controls offer.

    Args:
        bundled: the CLIP is the bundled one, which reads Chinese.
    """
    return {
        "gallery": offer(SHEET, SHEET_SIDE),
        "grounds": {"en": list(scenes.GROUNDS), "zh": [find_ground(name).chinese for name in scenes.GROUNDS]},
        "limits": {"text": checks.MAX_CHARACTERS, "seed": checks.MAX_SEED},
        "bundled": bundled,
        "unguided": artist.UNGUIDED,
    }


def on_sheet(reference: str) -> bool:
    """Return whether a page has the picture from the start."""
    kind, _, number = reference.partition(":")
    return kind == "gallery" and int(number) < SHEET


def thumbnail(image: Image.Image) -> Picture:
    """Encode a picture as 2 KB, or the least that it can be."""
    picture = jpeg(image, THUMBNAIL_SIDE, 85)
    for side, quality in ((THUMBNAIL_SIDE, 60), (64, 60), (48, 40)):
        if len(picture.data) <= MOST_THUMBNAIL_BYTES:
            break
        picture = jpeg(image, side, quality)
    return picture
