"""Pictures from outside: kept by an explorer and found by short references that fit into a trait.

``upload:`` and twelve hex digits for what a page or a program gave, ``gallery:`` and a number for a scene of the bundled world.
"""

from __future__ import annotations

import hashlib
import re
import threading
from collections import OrderedDict
from functools import lru_cache
from typing import TYPE_CHECKING

from diffexplain import scenes
from diffexplain.core import pictures
from diffexplain.errors import PictureError
from diffexplain.i18n import say

if TYPE_CHECKING:
    from PIL import Image

    from diffexplain.core.pictures import Source

MOST_UPLOADS = 64
LONGEST_SIDE = 1024
GALLERY = 2000  # scenes that can be named; a longer gallery begins with the shorter one
_REFERENCE = re.compile(r"(upload):([0-9a-f]{12})|(gallery):(\d{1,6})")


class Shelf:
    """Pictures by reference. Keeps the last 64 uploads, at most 1024 pixels a side each. All methods may be called from any thread."""

    def __init__(self) -> None:
        self._uploads: OrderedDict[str, Image.Image] = OrderedDict()
        self._lock = threading.Lock()

    def add(self, picture: Source) -> str:
        """Keep a picture. Transparent parts become white, grey becomes RGB, the camera's rotation is applied.

        Args:
            picture: what `diffexplain.core.pictures.picture_of` takes. A larger side than 1024 pixels is scaled down.

        Returns:
            Its reference, ``upload:`` and 12 hex digits: the same for the same pixels.

        Raises:
            PictureError: it is no picture or too large.
        """
        image = shelved(picture)
        reference = f"upload:{hashlib.sha256(repr(image.size).encode() + image.tobytes()).hexdigest()[:12]}"
        with self._lock:
            self._uploads[reference] = image
            self._uploads.move_to_end(reference)
            while len(self._uploads) > MOST_UPLOADS:
                self._uploads.popitem(last=False)
        return reference

    def get(self, reference: str) -> Image.Image:
        """Return the picture of a reference, RGB. It belongs to the shelf: copy it before changing it.

        Raises:
            PictureError: there is none.
        """
        kind, name = self._parts(reference)
        if kind == "gallery":
            number = int(name)
            return _gallery(max(64, 1 << number.bit_length()))[number].image
        with self._lock:
            self._uploads.move_to_end(reference)
            return self._uploads[reference]

    def caption(self, reference: str) -> dict[str, str] | None:
        """Return what a gallery picture shows, by language; None for an upload, of which nobody has said anything.

        Raises:
            PictureError: there is no such picture.
        """
        kind, name = self._parts(reference)
        if kind != "gallery":
            return None
        scene = _gallery(max(64, 1 << int(name).bit_length()))[int(name)]
        return {"en": scene.caption, "zh": scene.caption_zh}

    def reference(self, picture: Source) -> str:
        """Return the reference of what stands for a picture: what is a reference already stays what it is, all else is added.

        Raises:
            PictureError: it stands for no picture.
        """
        if isinstance(picture, str) and picture.startswith(("upload:", "gallery:")):
            self._parts(picture)
            return str(picture)
        return self.add(picture)

    def _parts(self, reference: str) -> tuple[str, str]:
        found = _REFERENCE.fullmatch(reference) if isinstance(reference, str) else None
        if found is None:
            raise PictureError(
                say(
                    "{reference} stands for no picture; take gallery:0 to gallery:{last}, or give a picture file",
                    reference=repr(reference)[:60],
                    last=GALLERY - 1,
                )
            )
        kind, name = (found[1], found[2]) if found[1] else (found[3], found[4])
        if kind == "gallery" and int(name) >= GALLERY:
            raise PictureError(
                say(
                    "the gallery has pictures 0 to {last}, not {number}; take a smaller number",
                    last=GALLERY - 1,
                    number=int(name),
                )
            )
        with self._lock:
            if kind == "upload" and reference not in self._uploads:
                raise PictureError(
                    say(
                        "{reference} is not here any more: the last {most} uploads are kept; give the picture again",
                        reference=reference,
                        most=MOST_UPLOADS,
                    )
                )
        return kind, name


def shelved(source: Source) -> Image.Image:
    """Return a copy as an explorer uses it: RGB, at most 1024 pixels a side, transparent parts white, upright.

    Raises:
        PictureError: it is no picture or too large.
    """
    image = pictures.picture_of(source, LONGEST_SIDE)
    return image.copy() if image is source else image


@lru_cache(maxsize=4)
def _gallery(count: int) -> tuple[scenes.Scene, ...]:
    return scenes.gallery(count)
