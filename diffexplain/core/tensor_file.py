"""Tensors and plain facts as one file: safetensors, whose metadata holds a format, its version, JSON, and a digest of the whole file.

It is written whole or not at all, and reading it runs no code. What the facts and tensors mean, and so what else is checked, is
for the formats to say (`diffexplain.core.trace_file`, `diffexplain.live.session_file`).
"""

from __future__ import annotations

import hashlib
import json
import os
import uuid
from typing import TYPE_CHECKING, Any

from safetensors.torch import load as parse
from safetensors.torch import save as serialise

from diffexplain.i18n import say

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import torch

_NO_DIGEST = "0" * 64


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
    draft = path.with_name(f".{path.name}.{uuid.uuid4().hex}.tmp")  # same folder, so that the replacement is atomic
    try:
        with draft.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise


def metadata_of(data: bytes) -> dict[str, str]:
    """Return the metadata of a file's bytes.

    Raises:
        ValueError: these are no bytes of a safetensors file.
    """
    length = int.from_bytes(data[:8], "little")
    if len(data) < 8 or length > len(data) - 8:
        raise ValueError(say("shorter than its header says"))
    metadata = json.loads(data[8 : 8 + length]).get("__metadata__") or {}
    if not all(isinstance(value, str) for value in metadata.values()):
        raise ValueError(say("metadata must be strings"))
    return dict(metadata)


def is_whole(data: bytes, metadata: Mapping[str, str]) -> bool:
    """Return whether the digest fits the content."""
    digest = metadata.get("digest", "")
    return hashlib.sha256(data.replace(_entry(digest), _entry(_NO_DIGEST), 1)).hexdigest() == digest


def tensors_of(data: bytes) -> dict[str, Any]:
    """Return the tensors of a file's bytes, by name."""
    return dict(parse(data))


def _entry(digest: str) -> bytes:
    return f'"digest":"{digest}"'.encode()  # inside a string these quotes would be escaped, so it is found only as an entry
