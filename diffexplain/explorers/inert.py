"""What an exported page holds as data: text that no parser of HTML takes for markup, and that only the page's host reads."""

from __future__ import annotations

import base64
import gzip
import json
import struct
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    from diffexplain.live.messages import Encoded


def inert(value: Any) -> str:
    """Return a value as JSON without "<"."""
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


def zipped(content: bytes | str) -> str:
    """Return bytes, or text as UTF-8, compressed by gzip and in base64; the same for the same content."""
    whole = content.encode("utf-8") if isinstance(content, str) else content
    return base64.b64encode(gzip.compress(whole, mtime=0)).decode("ascii")


def pack(messages: Sequence[Encoded]) -> bytes:
    """Return messages as bytes: the JSON's length as little-endian uint32, the JSON, then every buffer, one behind the other.

    The JSON is a list of the messages' contents, each with the lengths of its ``buffers``.
    """
    entries = [{**message.content, "buffers": [buffer.nbytes for buffer in message.buffers]} for message in messages]
    head = json.dumps(entries, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode("utf-8")
    return b"".join(
        [struct.pack("<I", len(head)), head, *(bytes(buffer) for message in messages for buffer in message.buffers)]
    )
