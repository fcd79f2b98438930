"""What a run tells a page: frozen dataclasses on this side, `{kind, run, number, data}` beside raw buffers on the wire.

The page's half is `frontend/kit/protocol.js`. Numbers travel as JSON, arrays and pictures as buffers: a list of 16,384
floats costs a kernel 290 ms as JSON and a fifth of one as bytes.
"""

from __future__ import annotations

import dataclasses
import math
import re
import types
import typing
from dataclasses import dataclass
from typing import Any, ClassVar, Literal, TypeAlias

import numpy as np
import numpy.typing as npt

from diffexplain.i18n import Words, current
from diffexplain.i18n.words import in_all_languages

if typing.TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

Array: TypeAlias = npt.NDArray[Any]
"""A numpy array of float16, float32, uint8 or int32: what a page can read without a conversion that loses anything."""

DTYPES = ("float16", "float32", "uint8", "int32")


@dataclass(frozen=True, eq=False)
class Picture:
    """An encoded picture.

    Attributes:
        data: the file's bytes.
        mime: for example ``image/png``.
        width: in pixels.
        height: in pixels.
    """

    data: bytes
    mime: str
    width: int
    height: int


@dataclass(frozen=True, eq=False)
class Quantized:
    """Numbers in 256 levels, a quarter of float32's bytes: ``offset + scale * levels``. A page reads them as it reads an `Array`.

    Attributes:
        levels: uint8, of the shape of the numbers.
        scale: from one level to the next.
        offset: the number of level 0.
    """

    levels: Array
    scale: float
    offset: float

    @property
    def values(self) -> Array:
        """The numbers, float32."""
        values: Array = (self.offset + self.scale * self.levels.astype(np.float64)).astype(np.float32)
        return values


def quantize(array: Array, limit: float = math.inf) -> Quantized:
    """Keep numbers in 256 levels, from the least to the largest: each is at most half a level off.

    Args:
        array: of any shape. What is not a number, or infinite without a limit, becomes zero.
        limit: larger numbers become the limit, and those below its negative that.
    """
    clipped = np.clip(array.astype(np.float64), -limit, limit)
    values = np.where(np.isfinite(clipped), clipped, 0)
    low, high = (float(values.min()), float(values.max())) if values.size else (0.0, 0.0)
    scale = (high - low) / 255
    levels = np.rint((values - low) / (scale or 1.0)).astype(np.uint8)
    return Quantized(levels, scale, low)


def numbers(array: Array | Quantized | None) -> Array:
    """Return an array that a message has, as it is or from its levels."""
    assert array is not None
    return array.values if isinstance(array, Quantized) else array


@dataclass(frozen=True, eq=False)
class Message:
    """One thing that a run says. Subclasses are frozen dataclasses; the class name is the kind.

    Fields are scalars, strings, lists, tuples, small frozen dataclasses, `Array`, `Quantized` and `Picture`, or any of these
    ``| None``; ``Array | Quantized`` is one of the two.
    What a person reads is declared ``Words | str``: it reaches the page in all languages.
    A number that may be infinite or not a number must be declared ``float | None``: JSON has neither, a page gets null.
    What a field means stands at it, ``index: Annotated[int, "0 for the first."]``; the page's declarations say it, too.

    Attributes:
        kind: the class name in lower case, set by itself.
        lasting: holds for all runs of an explorer, as a large thing does that no request changes: it is sent once, as of run 0, kept
            until a newer one of its kind comes, and stands before each run where one is said again or exported.
        retain: how long it matters. "all" are kept; of what only says where things stand "newest" is; a number of a series that grows
            with the run, evenly over all of it. A series counts in a field ``at``, from 0 one by one: an int for a message that is
            one of the series, an (n,) int32 array for one that brings n points. Points are kept as one message, its arrays of n
            entries joined.
        newest_of: name of a field, for each value of which the newest is kept; empty for the newest of the kind.
    """

    kind: ClassVar[str] = "message"
    lasting: ClassVar[bool] = False
    retain: ClassVar[Literal["all", "newest"] | int] = "all"
    newest_of: ClassVar[str] = ""

    def __init_subclass__(cls) -> None:
        cls.kind = re.sub(r"(?<!^)(?=[A-Z])", "_", cls.__name__).lower()

    def preview(self) -> Message:
        """Return what a page is sent of it at first: itself, or a lighter message of the same kind.

        The message itself stays in the history; a page that wants it asks for it by its run and number.
        """
        return self


@dataclass(frozen=True, eq=False)
class Encoded:
    """A message as it goes over the wire.

    Attributes:
        content: ``{"kind", "run", "number", "data"}``, fit for strict JSON.
        buffers: raw bytes that `content` refers to by position.
    """

    content: dict[str, Any]
    buffers: list[memoryview]


def encode(message: Message, run: int, number: int) -> Encoded:
    """Turn a message into JSON and buffers. The buffers share memory with the message's arrays.

    Raises:
        TypeError: a field holds what the wire doesn't carry.
    """
    buffers: list[memoryview] = []
    content = {"kind": message.kind, "run": run, "number": number, "data": _to_wire(message, buffers)}
    if isinstance(message.retain, int):
        content["most"] = message.retain  # the page keeps no more either
    return Encoded(content, buffers)


def decode(content: Mapping[str, Any], buffers: Sequence[bytes | memoryview], kinds: Sequence[type[Message]]) -> Message:
    """Undo `encode`. A null in a field declared ``float`` comes back as NaN.

    Raises:
        ValueError: none of `kinds` has the content's kind.
    """
    for kind in kinds:
        if kind.kind == content["kind"]:
            return typing.cast("Message", _from_wire(content["data"], kind, buffers))
    raise ValueError(f"unknown kind {content['kind']!r}; known are {', '.join(kind.kind for kind in kinds)}")


def _to_wire(value: object, buffers: list[memoryview]) -> Any:
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, Words):
        return {language: readable(text) for language, text in in_all_languages(value).items()}
    if isinstance(value, str):
        return readable(value)
    if isinstance(value, (int, np.integer)):
        return int(value)
    if isinstance(value, (float, np.floating)):
        return float(value) if math.isfinite(value) else None
    if isinstance(value, (np.ndarray, Quantized)):
        return _array_to_wire(value, buffers)
    if isinstance(value, Picture):
        buffers.append(memoryview(value.data))
        return {"buffer": len(buffers) - 1, "mime": value.mime, "width": value.width, "height": value.height}
    if isinstance(value, (list, tuple)):
        return [_to_wire(item, buffers) for item in value]
    if dataclasses.is_dataclass(value):
        return {field.name: _to_wire(getattr(value, field.name), buffers) for field in dataclasses.fields(value)}
    raise TypeError(
        f"a message cannot carry a {type(value).__name__}; it carries scalars, text, lists, dataclasses, arrays and pictures"
    )


def _array_to_wire(array: Array | Quantized, buffers: list[memoryview]) -> dict[str, Any]:
    if isinstance(array, Quantized):
        return _array_to_wire(array.levels, buffers) | {"scale": array.scale, "offset": array.offset}
    if array.dtype.name not in DTYPES:
        raise TypeError(f"a message cannot carry an array of {array.dtype.name}; convert it to one of {', '.join(DTYPES)}")
    flat = np.ascontiguousarray(array, array.dtype.newbyteorder("<")).reshape(-1)
    buffers.append(flat.view(np.uint8).data)
    return {"buffer": len(buffers) - 1, "dtype": array.dtype.name, "shape": list(array.shape)}


def readable(text: str) -> str:
    """Return the text with half surrogate pairs replaced, which no socket carries: they are no characters."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _from_wire(value: Any, declared: Any, buffers: Sequence[bytes | memoryview]) -> Any:
    origin, arguments = typing.get_origin(declared), typing.get_args(declared)
    if origin in (typing.Union, types.UnionType):
        return _one_of(value, arguments, buffers)
    if declared is float:
        return math.nan if value is None else float(value)
    if declared is Quantized:
        return Quantized(_from_wire(value, Array, buffers), value["scale"], value["offset"])
    if origin is np.ndarray:
        array = np.frombuffer(buffers[value["buffer"]], np.dtype(value["dtype"]).newbyteorder("<"))
        return array.reshape(value["shape"])
    if declared is Picture:
        return Picture(bytes(buffers[value["buffer"]]), value["mime"], value["width"], value["height"])
    if origin is list:
        return [_from_wire(item, arguments[0], buffers) for item in value]
    if origin is tuple:
        return tuple(_from_wire(item, argument, buffers) for item, argument in zip(value, arguments, strict=True))
    if dataclasses.is_dataclass(declared):
        fields = {name: _from_wire(value[name], kind, buffers) for name, kind in field_types(declared).items()}
        return typing.cast("type", declared)(**fields)
    return value


def _one_of(value: Any, kinds: tuple[Any, ...], buffers: Sequence[bytes | memoryview]) -> Any:
    if value is None and type(None) in kinds:
        return None
    if Words in kinds:
        return value if isinstance(value, str) else value[current()]
    if Quantized in kinds and "scale" in value:
        return _from_wire(value, Quantized, buffers)
    (declared,) = (kind for kind in kinds if kind not in (type(None), Quantized))
    return _from_wire(value, declared, buffers)


def field_types(declared: Any) -> dict[str, Any]:
    """Return the resolved types of a dataclass's fields, in order."""
    hints = typing.get_type_hints(declared)
    return {field.name: hints[field.name] for field in dataclasses.fields(declared)}
