"""The files of a page that generates: the network's weights as they ship, the graphs that point into them, and what runs them.

All are packed by gzip: so a host that packs nothing sends no more than it must, and a damaged file is known by its checksum. A name has the
digest of what it holds, so that several pages in one folder share a network and a browser's cache is never wrong.
"""

from __future__ import annotations

import gzip
import hashlib
import json
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from diffexplain.core.whole_file import write_whole
from diffexplain.explorers import static
from diffexplain.explorers.in_page.explorers import EXPLORERS, MAPPED
from diffexplain.maps.shipped import ARRAYS
from diffexplain.models import bundled_path, clip_path

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

FOLDER = "network"
_WEIGHTS = {"text": "text_encoder", "unet": "unet", "decoder": "vae"}  # folders of the bundled pipeline
_LEVEL = 6


@dataclass(frozen=True)
class File:
    """A file beside a page.

    Attributes:
        name: By which the page knows it.
        digest: Of what it holds.
        content: Packed.
    """

    name: str
    digest: str
    content: bytes

    @property
    def address(self) -> str:
        """Where it is, seen from the page."""
        return f"{FOLDER}/{self.name}-{self.digest}.bin"

    def entry(self) -> dict[str, Any]:
        """Return what the page is told of it."""
        return {"name": self.name, "address": self.address, "bytes": len(self.content)}


def worker() -> File:
    """Return the script of the page's second thread."""
    return _read("worker", static.STATIC / FOLDER / "worker.js")


def files(explorer: str, own: Mapping[str, Any]) -> list[File]:
    """Return what the thread loads before it draws, in this order.

    Args:
        explorer: Name of its page.
        own: What the page must know beside its networks, see `Saving.in_page`.
    """
    bundled, graphs = bundled_path(), bundled_path().with_name("bundled_page")
    paths = {
        "tokenizer": bundled / "tokenizer" / "tokenizer.json",
        "glue": static.STATIC / FOLDER / "onnxruntime.mjs.gz",
        "runtime": static.STATIC / FOLDER / "onnxruntime.wasm.gz",
    }
    for name in EXPLORERS[explorer]:
        paths |= {f"{name}-graph": graphs / f"{name}.onnx", name: _weights(name)}
    if explorer in MAPPED:
        paths["map"] = ARRAYS
    known = json.dumps(own, separators=(",", ":"), allow_nan=False).encode()
    return [_packed("facts", known), *(_read(name, path) for name, path in paths.items())]


def _weights(name: str) -> Path:
    return (
        next((bundled_path() / _WEIGHTS[name]).glob("*.safetensors")) if name in _WEIGHTS else clip_path() / "model.safetensors"
    )


def write(files: Iterable[File], folder: Path) -> None:
    """Write files into the folder that a page's addresses begin with; those that are there already stay.

    Raises:
        OSError: They can't be written.
    """
    for file in files:
        target = folder / file.address
        target.parent.mkdir(exist_ok=True)
        if not (target.exists() and target.stat().st_size == len(file.content)):
            write_whole(target, file.content)


def _read(name: str, path: Path) -> File:
    return _of_path(name, path, path.stat().st_mtime_ns)


@cache
def _of_path(name: str, path: Path, _changed: int) -> File:
    content = path.read_bytes()
    if path.parent == clip_path():
        content = _picture_tower(content)
    return File(name, _digest(content), content) if path.suffix == ".gz" else _packed(name, content)


def _picture_tower(content: bytes) -> bytes:
    """Return a CLIP's file of safetensors with zeros, which pack to nothing, for its text tower, which a page has from the pipeline."""
    begin = 8 + int.from_bytes(content[:8], "little")
    left = bytearray(content)
    for name, entry in json.loads(content[8:begin]).items():
        if name.startswith("text_"):
            first, last = (begin + place for place in entry["data_offsets"])
            left[first:last] = bytes(last - first)
    return bytes(left)


def _packed(name: str, content: bytes) -> File:
    return File(name, _digest(content), gzip.compress(content, _LEVEL, mtime=0))


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:12]
