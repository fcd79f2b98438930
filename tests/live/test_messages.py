"""Every message that can be declared comes back from the wire as it was, and nothing but strict JSON goes over it."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from typing import Annotated

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given
from hypothesis.extra import numpy as arrays

from diffexplain.live import declarations
from diffexplain.live.messages import Array, Message, Picture, Quantized, decode, encode, quantize


@dataclass(frozen=True)
class Inner:
    """Nested."""

    name: str
    score: float | None


@dataclass(frozen=True, eq=False)
class Everything(Message):
    """One field of each kind."""

    count: int
    share: float
    text: str
    flag: bool
    inner: list[Inner]
    size: tuple[int, int]
    values: Array
    picture: Picture | None


shapes = arrays.array_shapes(min_dims=1, max_dims=4, min_side=0, max_side=5)
tensors = st.sampled_from(["float16", "float32", "uint8", "int32"]).flatmap(lambda dtype: arrays.arrays(dtype, shapes))
pictures = st.none() | st.builds(Picture, st.binary(max_size=40), st.just("image/png"), st.integers(1, 9), st.integers(1, 9))
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=30) | st.sampled_from(
    ["</script>", "\u2028", "一只狐狸", "🦊\x00"]
)
everything = st.builds(
    Everything,
    st.integers(-(2**53), 2**53),
    st.floats(),
    texts,
    st.booleans(),
    st.lists(st.builds(Inner, texts, st.none() | st.floats(allow_nan=False, allow_infinity=False)), max_size=3),
    st.tuples(st.integers(0, 9), st.integers(0, 9)),
    tensors,
    pictures,
)


@given(everything, st.integers(0, 9), st.integers(0, 9))
def test_a_message_survives_the_wire(message: Everything, run: int, number: int) -> None:
    sent = encode(message, run, number)
    wire = json.dumps(sent.content, allow_nan=False)
    back = decode(json.loads(wire), [bytes(buffer) for buffer in sent.buffers], [Everything])
    assert isinstance(back, Everything)
    assert (sent.content["kind"], sent.content["run"], sent.content["number"]) == ("everything", run, number)
    assert (back.count, back.text, back.flag, back.inner, back.size) == (
        message.count,
        message.text,
        message.flag,
        message.inner,
        message.size,
    )
    assert back.share == message.share or (math.isnan(back.share) and not math.isfinite(message.share))
    assert back.values.dtype == message.values.dtype
    np.testing.assert_array_equal(back.values, message.values)
    assert (back.picture is None) == (message.picture is None)
    if back.picture and message.picture:
        assert (back.picture.data, back.picture.mime, back.picture.width) == (
            message.picture.data,
            message.picture.mime,
            message.picture.width,
        )


def test_half_a_character_is_replaced_for_no_socket_carries_it() -> None:
    message = Everything(1, 1.0, "a\ud83e", True, [], (1, 1), np.zeros(1, np.uint8), None)
    json.dumps(encode(message, 1, 1).content).encode("utf-8")
    assert encode(message, 1, 1).content["data"]["text"] == "a?"


@pytest.mark.parametrize("value", [np.zeros(2, np.float64), object(), np.zeros(2, np.int64)])
def test_what_the_wire_does_not_carry_is_refused(value: object) -> None:
    message = Everything(1, 1.0, "", True, [], (1, 1), value, None)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="cannot carry"):
        encode(message, 1, 1)


def test_an_unknown_kind_is_refused() -> None:
    with pytest.raises(ValueError, match="unknown kind"):
        decode({"kind": "other", "data": {}}, [], [Everything])


def test_the_page_sees_the_declarations_that_python_has() -> None:
    """Fail where a message was changed without `python -m diffexplain.live.declarations`."""
    for path, text in declarations.declarations().items():
        assert path.read_text("utf-8") == text, f"{path} is out of date: run python -m diffexplain.live.declarations"


@dataclass(frozen=True, eq=False)
class Numbers(Message):
    """As they are or in levels."""

    values: Array | Quantized | None


finite = st.floats(-1e4, 1e4, width=32)


@given(arrays.arrays("float32", shapes, elements=finite))
def test_in_256_levels_a_number_is_at_most_half_a_level_off(array: Array) -> None:
    few = quantize(array)
    assert few.values.shape == array.shape
    assert (few.levels.dtype, few.values.dtype) == (np.uint8, np.float32)
    assert np.abs(few.values.astype(np.float64) - array).max(initial=0) <= few.scale / 2 + 1e-6 * np.abs(array).max(initial=0)


@given(arrays.arrays("float32", shapes, elements=st.floats(width=32)), st.floats(0.5, 5))
def test_levels_are_numbers_and_stay_within_the_limit(array: Array, limit: float) -> None:
    few = quantize(array, limit).values
    assert np.isfinite(few).all()
    assert np.abs(few).max(initial=0) <= limit * (1 + 1e-6)


@given(tensors)
def test_numbers_survive_the_wire_as_they_are_or_in_levels(array: Array) -> None:
    for values in (array, quantize(array), None):
        sent = encode(Numbers(values), 1, 2)
        back = decode(json.loads(json.dumps(sent.content, allow_nan=False)), [bytes(one) for one in sent.buffers], [Numbers])
        assert isinstance(back, Numbers)
        assert type(back.values) is type(values)
        if isinstance(back.values, Quantized) and isinstance(values, Quantized):
            np.testing.assert_array_equal(back.values.values, values.values)
        elif values is not None:
            np.testing.assert_array_equal(back.values, values)


def test_a_page_sees_one_kind_of_tensor() -> None:
    text = declarations.declare([Numbers], "", "./protocol.js", "here")
    assert "values: Tensor | null;" in text
    assert "Quantized" not in text


@dataclass(frozen=True, eq=False)
class Lists(Message):
    """Lists of one thing and of another."""

    plain: list[float]
    missing: list[float | None]


def test_a_list_of_one_or_the_other_is_not_one_or_a_list_of_the_other() -> None:
    text = declarations.declare([Lists], "", "./protocol.js", "here")
    assert "plain: number[];" in text
    assert "missing: (number | null)[];" in text


@dataclass(frozen=True, eq=False)
class Head(Message):
    """What several say first.

    Attributes:
        model: which one.
        steps: how many.
    """

    model: str
    steps: int | None


@dataclass(frozen=True, eq=False)
class Opened(Head):
    """One of them."""

    steps: Annotated[int, "of this run."]
    seed: Annotated[int, "where it begins."]


def test_what_stands_above_is_declared_with_its_meaning() -> None:
    text = declarations.declare([Opened], "", "./protocol.js", "here")
    assert 'kind: "opened";' in text
    for line in ("/** which one. */\n  model: string;", "/** of this run. */\n  steps: number;", "/** where it begins. */"):
        assert line in text
    assert "how many" not in text
