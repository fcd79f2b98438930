"""Pictures from outside: kept by an explorer and found by short references that fit into a trait.

``upload:`` and twelve hex digits for what a page or a program gave, ``gallery:`` and a number for a scene of the bundled world.
"""

from __future__ import annotations

import hashlib
import io
import re
import threading
import warnings
from collections import OrderedDict
from functools import lru_cache
from os import PathLike, fspath
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from PIL import Image, ImageOps

from diffexplain import scenes
from diffexplain.core.errors import DiffexplainError
from diffexplain.i18n import say

if TYPE_CHECKING:
    from diffexplain.i18n import Words

Source: TypeAlias = "Image.Image | bytes | bytearray | memoryview | str | PathLike[str]"
"""A picture, the bytes of a picture file, or the path of one."""

MOST_UPLOADS = 64
MOST_BYTES = 64 * 2**20
MOST_MEGAPIXELS = 64
LONGEST_SIDE = 1024
GALLERY = 2000  # scenes that can be named; a longer gallery begins with the shorter one
_REFERENCE = re.compile(r"(upload):([0-9a-f]{12})|(gallery):(\d{1,6})")


class PictureError(DiffexplainError, ValueError):
    """Something that is no picture, one that is too large, or a reference that stands for none."""


class Shelf:
    """Pictures by reference. Keeps the last 64 uploads, at most 1024 pixels a side each. All methods may be called from any thread."""

    def __init__(self) -> None:
        self._uploads: OrderedDict[str, Image.Image] = OrderedDict()
        self._lock = threading.Lock()

    def add(self, picture: Source) -> str:
        """Keeps a picture. Transparent parts become white, grey becomes RGB, the camera's rotation is applied.

        Args:
            picture: anything that Pillow opens, up to 64 megapixels. A larger side than 1024 pixels is scaled down.

        Returns:
            Its reference, ``upload:`` and 12 hex digits: the same for the same pixels.

        Raises:
            PictureError: it is no picture or too large.
        """
        image = picture_of(picture)
        reference = f"upload:{hashlib.sha256(repr(image.size).encode() + image.tobytes()).hexdigest()[:12]}"
        with self._lock:
            self._uploads[reference] = image
            self._uploads.move_to_end(reference)
            while len(self._uploads) > MOST_UPLOADS:
                self._uploads.popitem(last=False)
        return reference

    def get(self, reference: str) -> Image.Image:
        """The picture of a reference, RGB. It belongs to the shelf: copy it before changing it.

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
        """What a gallery picture shows, by language; None for an upload, of which nobody has said anything.

        Raises:
            PictureError: there is no such picture.
        """
        kind, name = self._parts(reference)
        if kind != "gallery":
            return None
        scene = _gallery(max(64, 1 << int(name).bit_length()))[int(name)]
        return {"en": scene.caption, "zh": scene.caption_zh}

    def reference(self, picture: Source) -> str:
        """The reference of whatever stands for a picture: one that is a reference already stays what it is, all else is added.

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


def picture_of(source: Source) -> Image.Image:
    """A picture as an explorer uses it: RGB, at most 1024 pixels a side, transparent parts white, upright.

    Raises:
        PictureError: it is no picture or too large.
    """
    image = source if isinstance(source, Image.Image) else _opened(source)
    if min(image.size) < 1:
        raise PictureError(say("this picture has no pixels; give one of at least 1 x 1"))
    if image.width * image.height > MOST_MEGAPIXELS * 1_000_000:
        raise PictureError(_too_large(f"{image.width * image.height / 1e6:.0f}"))
    try:
        if image is not source:
            image.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))  # a JPEG is read at a smaller scale at once
        image = ImageOps.exif_transpose(image)
        if max(image.size) > LONGEST_SIDE and image.mode not in {"1", "P", "PA"}:
            image = image.copy()
            image.thumbnail((LONGEST_SIDE, LONGEST_SIDE))  # before anything else: 40 megapixels are not copied once more
        image = _rgb(image)
    except (OSError, ValueError, SyntaxError, MemoryError, EOFError) as error:  # what decoders raise for damaged files
        raise PictureError(say("this picture file is damaged or cut off; save it again as PNG or JPEG")) from error
    image.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    return image


def _opened(source: Source) -> Image.Image:
    if isinstance(source, (bytes, bytearray, memoryview)):
        data = bytes(source)
    elif isinstance(source, (str, PathLike)):
        data = _read(Path(fspath(source)))
    else:
        raise PictureError(
            say(
                "a {kind} is no picture; give a PIL image, the bytes of a picture file, or its path", kind=type(source).__name__
            )
        )
    if len(data) > MOST_BYTES:
        raise PictureError(
            say(
                "this picture file is too large: at most {most} MiB, not {size:.0f}; scale the picture down",
                most=MOST_BYTES // 2**20,
                size=len(data) / 2**20,
            )
        )
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            return Image.open(io.BytesIO(data))
    except (Image.DecompressionBombWarning, Image.DecompressionBombError) as error:
        raise PictureError(_too_large(say("more than that"))) from error
    except Exception as error:  # whatever a decoder trips over in bytes that it should not have been given
        raise PictureError(
            say("these {count:,} bytes are no picture that can be read; take a PNG, JPEG, WebP or GIF file", count=len(data))
        ) from error


def _read(path: Path) -> bytes:
    try:
        size = path.stat().st_size
        return path.read_bytes() if size <= MOST_BYTES else b"\0" * (MOST_BYTES + 1)
    except (OSError, ValueError) as error:  # a NUL in a path is a ValueError
        reason = getattr(error, "strerror", None) or str(error)
        raise PictureError(
            say(
                "the picture {path} can't be read ({reason}); check the path",
                path=repr(str(path))[:120],
                reason=reason,
            )
        ) from error


def _too_large(size: str) -> Words:
    return say(
        "this picture is too large: at most {most} megapixels, not {size}; scale it down", most=MOST_MEGAPIXELS, size=size
    )


def _rgb(image: Image.Image) -> Image.Image:
    """Grey of 16 bits to 8, everything else by Pillow; what shines through is white."""
    if image.mode.startswith("I") or image.mode == "F":
        return _grey(image).convert("RGB")
    if image.has_transparency_data:
        covered = image.convert("RGBA")
        white = Image.new("RGBA", covered.size, "white")
        return Image.alpha_composite(white, covered).convert("RGB")
    return image.convert("RGB")


def _grey(image: Image.Image) -> Image.Image:
    values = np.nan_to_num(np.asarray(image, np.float64))
    low, high = float(values.min()), float(values.max())
    if image.mode.startswith("I") and low >= 0 and high < 2**16:
        low, high = 0.0, 255.0 if high < 2**8 else 2.0**16 - 1
    return Image.fromarray(np.round((values - low) * (255 / ((high - low) or 1.0))).astype(np.uint8))


@lru_cache(maxsize=4)
def _gallery(count: int) -> tuple[scenes.Scene, ...]:
    return scenes.gallery(count)
