"""Tensors and plain facts as one file: safetensors, whose metadata holds a format, its version, JSON, and a digest of the whole file.

It is written whole or not at all, and reading it runs no code. What the facts and tensors mean, and so what else is checked, is
for the formats to say (`diffexplain.core.trace_file`, `diffexplain.live.session_file`).
"""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

from safetensors.torch import load as parse
from safetensors.torch import save as serialise

from diffexplain.core.whole_file import write_whole
from diffexplain.i18n import say

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import torch

_NO_DIGEST = "0" * 64
_MAX_HEADER = 100_000_000  # bytes; safetensors itself reads no longer one


def write(path: Path, metadata: Mapping[str, str], tensors: Mapping[str, torch.Tensor]) -> None:
    """Write a file so that it appears whole or not at all.

    Args:
        path: an existing file is replaced.
        metadata: with "format" and "version"; JSON for the rest.
        tensors: copied, since safetensors refuses tensors that share memory.
    """
    owned = {name: value.detach().to("cpu", copy=True).contiguous() for name, value in tensors.items()}
    data: bytes = serialise(owned, {**metadata, "digest": _NO_DIGEST})
    data = data.replace(_entry(_NO_DIGEST), _entry(hashlib.sha256(data).hexdigest()), 1)
    write_whole(path, data)


def opened(path: Path, error: type[Exception], remedy: str) -> tuple[bytes, dict[str, str]]:
    """Return a file's bytes and their metadata.

    Args:
        path: of a file.
        error: of the format that is to be read.
        remedy: what to do where it isn't of that format.

    Raises:
        error: it is no safetensors file.
        OSError: it can't be read.
    """
    data = path.read_bytes()
    try:
        return data, metadata_of(data)
    except Exception as cause:
        message = say("{path} is no safetensors file, or was cut off at its start. {remedy}", path=path, remedy=remedy)
        raise error(message) from cause


def metadata_at(path: Path) -> dict[str, str]:
    """Return the metadata of a file, and read no more of it than that: it may be large, and damaged further on.

    Raises:
        ValueError: it is no safetensors file.
        OSError: it can't be read.
    """
    with path.open("rb") as file:
        start = file.read(8)
        length = int.from_bytes(start, "little")
        return metadata_of(start + file.read(min(length, _MAX_HEADER)))


def require_whole(path: Path, data: bytes, metadata: Mapping[str, str], error: type[Exception], remedy: str) -> None:
    """Refuse a file whose digest does not fit its content; see `opened`."""
    digest = metadata.get("digest", "")
    if hashlib.sha256(data.replace(_entry(digest), _entry(_NO_DIGEST), 1)).hexdigest() != digest:
        raise error(
            say("{path} is damaged or cut off: its digest does not fit its content. {remedy}", path=path, remedy=remedy)
        )


def metadata_of(data: bytes) -> dict[str, str]:
    """Return the metadata of a safetensors file's bytes."""
    length = int.from_bytes(data[:8], "little")
    if len(data) < 8 or length > len(data) - 8:
        raise ValueError(say("shorter than its header says"))
    metadata = json.loads(data[8 : 8 + length]).get("__metadata__") or {}
    if not all(isinstance(value, str) for value in metadata.values()):
        raise ValueError(say("metadata must be strings"))
    return dict(metadata)


def tensors_of(data: bytes) -> dict[str, Any]:
    """Return the tensors of a file's bytes, by name."""
    return dict(parse(data))


def _entry(digest: str) -> bytes:
    return f'"digest":"{digest}"'.encode()  # inside a string these quotes would be escaped, so it occurs only as an entry
