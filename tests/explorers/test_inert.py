"""Data in a page comes back as it was, and no parser of HTML sees anything in it."""

from __future__ import annotations

import base64
import gzip
import json
import struct
from typing import Any

import hypothesis.strategies as st
import numpy as np
from hypothesis import given

from diffexplain.explorers.inert import inert, pack, zipped
from diffexplain.live.messages import Encoded

TEXTS = st.text(st.characters(exclude_categories=["Cs"])) | st.sampled_from(["</script>", "<!--", "\u2028"])


def unpack(whole: bytes) -> list[tuple[dict[str, Any], list[bytes]]]:
    (length,) = struct.unpack_from("<I", whole)
    at, messages = 4 + length, []
    for entry in json.loads(whole[4 : 4 + length]):
        sizes = entry.pop("buffers")
        buffers = []
        for size in sizes:
            buffers.append(whole[at : at + size])
            at += size
        messages.append((entry, buffers))
    assert at == len(whole)
    return messages


@given(st.recursive(TEXTS | st.none() | st.integers(), lambda inner: st.lists(inner) | st.dictionaries(TEXTS, inner)))
def test_a_value_comes_back_and_is_no_markup(value: Any) -> None:
    text = inert(value)
    assert json.loads(text) == value
    assert not set(text) & {"<", "\u2028", "\u2029"}


@given(st.binary() | TEXTS)
def test_what_is_zipped_comes_back_and_is_the_same_each_time(content: bytes | str) -> None:
    block = zipped(content)
    assert gzip.decompress(base64.b64decode(block)) == (content if isinstance(content, bytes) else content.encode("utf-8"))
    assert block == zipped(content)


@given(st.lists(st.tuples(TEXTS, st.lists(st.binary()))))
def test_a_pack_gives_back_its_messages_with_their_buffers(said: list[tuple[str, list[bytes]]]) -> None:
    messages = [
        Encoded({"kind": text}, [memoryview(np.frombuffer(each, np.uint8)) for each in buffers]) for text, buffers in said
    ]
    assert unpack(pack(messages)) == [({"kind": text}, buffers) for text, buffers in said]
