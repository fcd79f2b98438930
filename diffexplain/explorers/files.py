"""A finished run as a file: which kinds there are, what they are called, and the bytes of pictures and films."""

from __future__ import annotations

import io
import re
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import PngImagePlugin

from diffexplain.core import film
from diffexplain.core.whole_file import target_of
from diffexplain.errors import ExportError
from diffexplain.explorers.lettering import captioned
from diffexplain.i18n import say

if TYPE_CHECKING:
    from collections.abc import Sequence
    from os import PathLike

    from PIL import Image

    from diffexplain.explorers.still import Overview

MIMES = {"html": "text/html", "png": "image/png", "gif": "image/gif"}
SECONDS, HOLD = 0.15, 2.0  # of a film's frames, and of its last
_NAME = 48  # characters of a prompt in a file's name


def name_of(explorer: str, subject: str, kind: str) -> str:
    """Return what a file is called by itself: the explorer and what it shows, in letters and digits that every system takes.

    Args:
        explorer: Name of its page's module.
        subject: Such as the prompt; may be empty.
        kind: One of `MIMES`.
    """
    words = re.sub(r"[\W_]+", "-", subject)[:_NAME].strip("-")
    return f"{'-'.join(part for part in (explorer, words) if part)}.{kind}"


def png_target(path: str | PathLike[str]) -> Path:
    """Return where a picture is to be written.

    Raises:
        ValueError: The name does not end in ``.png``.
        FileNotFoundError: The folder does not exist.
        IsADirectoryError: It is one.
    """
    if Path(path).suffix.lower() != ".png":
        raise ValueError(
            say("a picture is written as a PNG; give a name that ends in .png, not {name}", name=repr(Path(path).name))
        )
    return target_of(path, "picture.png")


def png(overview: Overview | None) -> bytes:
    """Return a run's picture with what was asked below it, as a PNG, whose description says it once more.

    Raises:
        ExportError: There is none.
    """
    if overview is None:
        raise ExportError(say("this run has nothing that a picture could be made of; save it as a page"))
    about = PngImagePlugin.PngInfo()
    about.add_itxt("Description", " · ".join(overview.facts))
    file = io.BytesIO()
    captioned(overview.picture, [" · ".join(overview.facts), *overview.notes]).save(file, "PNG", optimize=True, pnginfo=about)
    return file.getvalue()


def gif(frames: Sequence[Image.Image], seconds: float = SECONDS, hold: float = HOLD) -> bytes:
    """Return a run's film as a GIF; see `diffexplain.core.film.gif`.

    Raises:
        ExportError: There are no frames.
        ValueError: For times that are not allowed.
    """
    if not frames:
        raise ExportError(say("this run has nothing that a film could be made of; save it as a page"))
    return film.gif(frames, seconds, hold)
