"""A file that is there whole, or as it was before."""

from __future__ import annotations

import errno
import os
import shutil
import uuid
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from diffexplain.errors import DiskFullError
from diffexplain.i18n import say

if TYPE_CHECKING:
    from collections.abc import Iterator
    from os import PathLike

_FULL = {errno.ENOSPC, errno.EDQUOT}  # the disk is, or the user's share of it


def target_of(path: str | PathLike[str], example: str) -> Path:
    """Return where a file is to be written, so that what is wrong with that is said before anything is computed.

    Args:
        path: Its name; ``~`` is the home folder.
        example: A name that it might have, for the error.

    Raises:
        FileNotFoundError: The folder does not exist.
        IsADirectoryError: It is one.
    """
    target = Path(path).expanduser()
    if not target.parent.is_dir():
        raise FileNotFoundError(say("there is no folder {parent}; make it first or give another path", parent=target.parent))
    if target.is_dir():
        raise IsADirectoryError(
            say("{target} is a folder; give the name of a file, such as {value}", target=target, value=target / example)
        )
    return target


def page_in(path: str | PathLike[str]) -> Path:
    """Return where a page is to be written that has files beside it: what ends in ``.html``, else ``index.html`` of a folder, which need not be there yet.

    Raises:
        FileNotFoundError: The folder that it shall be in does not exist.
        NotADirectoryError: It is a file.
    """
    target = Path(path).expanduser()
    if target.suffix.lower() in {".html", ".htm"} and not target.is_dir():
        return target_of(target, "index.html")
    if not target.parent.is_dir():
        raise FileNotFoundError(say("there is no folder {parent}; make it first or give another path", parent=target.parent))
    if target.exists() and not target.is_dir():
        raise NotADirectoryError(
            say("{target} is a file; give the name of a folder, or of a page that ends in .html", target=target)
        )
    return target / "index.html"


def write_whole(path: Path, content: bytes | str) -> None:
    """Write a file so that it appears whole or not at all, also where the machine stops; an existing one is replaced.

    Args:
        path: In a folder that is there.
        content: Text is written as UTF-8, with its line ends as they are.

    Raises:
        DiskFullError: There is no room for it. What was there before still is, and nothing else is left.
        OSError: It can't be written for another reason. The same holds.
    """
    data = content.encode("utf-8") if isinstance(content, str) else content
    draft = path.with_name(f".{path.name}.{uuid.uuid4().hex[:8]}")  # in the same folder, so that the replacement is atomic
    try:
        with room_for(path, len(data)), draft.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(draft, path)  # noqa: PTH105 - replaces on Windows, too
    finally:
        draft.unlink(missing_ok=True)


@contextmanager
def room_for(path: Path, size: int) -> Iterator[None]:
    """Say it in words where what is done in this block finds no room on the disk.

    Args:
        path: Of the file that is written.
        size: How many bytes it takes.

    Raises:
        DiskFullError: There is none.
    """
    try:
        yield
    except OSError as error:
        if error.errno not in _FULL:
            raise
        free = shutil.disk_usage(path.parent).free
        left = say("{free:,.1f} MB are free", free=free / 1e6) if free < size else say("you may not use as much of it")
        raise DiskFullError(
            say(
                "there is no room on the disk for {path}: it takes {size:,.1f} MB, and {left}. Nothing was written, and what was there "
                "before still is; delete something, or give a path on another disk",
                path=path,
                size=size / 1e6,
                left=left,
            )
        ) from error
