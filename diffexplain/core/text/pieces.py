"""What stands behind a token's name in a vocabulary: characters, or bytes of one where no whole character has a token of its own."""

from __future__ import annotations

import re
from functools import cache
from itertools import count

_SPACE = "▁"  # SentencePiece (Kudo and Richardson 2018) writes the space before a word as this
_MARK = re.compile(r"<.+>")  # of the tokenizer's own, such as </s>
_BYTE = re.compile(r"<0x([0-9A-F]{2})>")
_PRINTED = (*range(33, 127), *range(161, 173), *range(174, 256))  # bytes that byte-level BPE writes as themselves


def bytes_of(piece: str, *, byte_level: bool) -> bytes | None:
    """Return the bytes of the prompt that a piece of a vocabulary stands for; None where its name says none, as of a mark.

    Args:
        piece: As ``convert_ids_to_tokens`` of a tokenizer gives it.
        byte_level: Of byte-level BPE (CLIP; Radford et al. 2019); else of SentencePiece (T5).
    """
    if byte_level:
        written = piece.removesuffix("</w>")
        known = all(character in _written_bytes() for character in written) and not _MARK.fullmatch(written)
        return bytes(_written_bytes()[character] for character in written) if known else None
    if match := _BYTE.fullmatch(piece):
        return bytes([int(match[1], 16)])
    return None if _MARK.fullmatch(piece) else piece.replace(_SPACE, " ").encode()


def shown(piece: str, *, byte_level: bool) -> str:
    """Return a piece as a reader can read it: its characters, or its bytes in hexadecimal where they are no whole characters."""
    raw = bytes_of(piece, byte_level=byte_level)
    if raw is None:
        return piece
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return raw.hex(" ").upper()


@cache
def _written_bytes() -> dict[str, int]:
    """Return which byte each character stands for in a byte-level vocabulary: bytes that can't be printed have characters from 256 on."""
    free = count(256)
    return {chr(byte if byte in _PRINTED else next(free)): byte for byte in range(256)}
