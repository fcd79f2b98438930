"""Is a value allowed? One pure function for each kind of field: it returns the value in its plain form or raises ValueError.

Every message is one line that says what was wrong, what is allowed and what to do.
"""

from __future__ import annotations

import difflib
import numbers
import operator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

MAX_CHARACTERS = 10_000
MAX_SEED = 2**53 - 1  # the largest whole number that a web page holds exactly
MAX_STEPS = 1000
MAX_GUIDANCE = 100.0
MIN_SIZE, MAX_SIZE = 8, 2048


def text(field: str, value: object) -> str:
    """A text of at most 10,000 characters; what a text encoder can't take in, it cuts off, and the explorer says where."""
    if not isinstance(value, str):
        raise ValueError(f"{field} must be text, not {shown(value)}; put it in quotes")
    if len(value) > MAX_CHARACTERS:
        raise ValueError(f"{field} has {len(value):,} characters and at most {MAX_CHARACTERS:,} are allowed; shorten it")
    half = next((at for at, character in enumerate(value) if "\ud800" <= character <= "\udfff"), None)
    if half is not None:
        raise ValueError(
            f"{field} holds half of a character ({value[half]!r}) at position {half}; text must be whole characters, remove it"
        )
    return str(value)


def seed(field: str, value: object) -> int:
    """A whole number that a web page can hold exactly, which is fewer than torch takes."""
    reason = "a web page holds larger ones inexactly"
    return _whole(field, value, 0, MAX_SEED, f"a whole number from 0 to 2**53 - 1 ({reason})")


def steps(field: str, value: object) -> int:
    """How many steps a sampler is asked for."""
    return _whole(field, value, 1, MAX_STEPS, f"a whole number from 1 to {MAX_STEPS}")


def guidance_scale(field: str, value: object) -> float:
    """How strongly the text pulls."""
    number = isinstance(value, numbers.Real) and not isinstance(value, bool)
    if not number or not 0 <= value <= MAX_GUIDANCE:  # type: ignore[operator] # a NaN is in no range
        raise ValueError(
            f"{field} must be a number from 0 to {MAX_GUIDANCE:g}, not {shown(value)}; 3 to 8 are usual, up to 1 is no guidance"
        )
    return float(value)  # type: ignore[arg-type]


def size(field: str, value: object, multiple: int) -> int | None:
    """A side in pixels.

    Args:
        field: name of the field.
        value: to check; None stands for the model's own size.
        multiple: what the pipeline asks sides to be a multiple of.
    """
    if value is None:
        return None
    smallest = -(-MIN_SIZE // multiple) * multiple
    allowed = f"None or a multiple of {multiple} from {smallest} to {MAX_SIZE}"
    pixels = _whole(field, value, smallest, MAX_SIZE, allowed)
    if pixels % multiple:
        below = max(smallest, pixels - pixels % multiple)
        raise ValueError(f"{field} must be {allowed}, not {pixels}; take {below} or {min(below + multiple, MAX_SIZE)}")
    return pixels


def choice(field: str, value: object, allowed: Sequence[str]) -> str:
    """One of some names."""
    if isinstance(value, str) and value in allowed:
        return str(value)
    near = difflib.get_close_matches(value.lower(), allowed, n=1, cutoff=0.5) if isinstance(value, str) else []
    remedy = f"did you mean {near[0]!r}?" if near else "take one of these"
    raise ValueError(f"{field} must be one of {', '.join(allowed)}, not {shown(value)}; {remedy}")


def index(field: str, value: object) -> int:
    """A place in a list; negative ones count from the end, as in Python."""
    return _whole(field, value, -MAX_SEED, MAX_SEED, "a whole number; negative ones count from the end")


def shown(value: object) -> str:
    """A value as Python writes it, on one line of at most 60 characters."""
    try:
        written = repr(value)
    except Exception:  # noqa: BLE001 - a broken repr, or an int of more digits than Python writes
        return f"that {type(value).__name__}"
    written = " ".join(written.split())
    return written if len(written) <= 60 else f"{written[:59]}…"


def _whole(field: str, value: object, lowest: int, highest: int, allowed: str) -> int:
    try:
        number = None if isinstance(value, bool) else operator.index(value)  # type: ignore[arg-type] # numpy's too
    except TypeError:
        number = None
    if number is None:
        raise ValueError(f"{field} must be {allowed}, not {shown(value)}; give a whole number")
    if not lowest <= number <= highest:
        side = "raise it" if number < lowest else "lower it"
        raise ValueError(f"{field} must be {allowed}, not {shown(number)}; {side}")
    return number
