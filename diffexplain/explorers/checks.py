"""Is a value allowed? One pure function for each kind of field: it returns the value in its plain form or raises ValueError.

Every message is one line that says what was wrong, what is allowed and what to do.
"""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

from diffexplain.core.numerals import real_number, whole_number
from diffexplain.i18n import say

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
        raise ValueError(say("{field} must be text, not {value}; put it in quotes", field=field, value=shown(value)))
    if len(value) > MAX_CHARACTERS:
        raise ValueError(
            say(
                "{field} has {count:,} characters and at most {most:,} are allowed; shorten it",
                field=field,
                count=len(value),
                most=MAX_CHARACTERS,
            )
        )
    half = next((at for at, character in enumerate(value) if "\ud800" <= character <= "\udfff"), None)
    if half is not None:
        raise ValueError(
            say(
                "{field} holds half of a character ({half}) at position {position}; text must be whole characters, remove it",
                field=field,
                half=repr(value[half]),
                position=half,
            )
        )
    return str(value)


def seed(field: str, value: object) -> int:
    """A whole number that a web page can hold exactly, which is fewer than torch takes."""
    allowed = say("a whole number from 0 to 2**53 - 1 (a web page holds larger ones inexactly)")
    return whole(field, value, 0, MAX_SEED, allowed)


def steps(field: str, value: object) -> int:
    """How many steps a sampler is asked for."""
    return whole(field, value, 1, MAX_STEPS, say("a whole number from {lowest} to {highest}", lowest=1, highest=MAX_STEPS))


def guidance_scale(field: str, value: object) -> float:
    """How strongly the text pulls."""
    number = real_number(value)
    if number is None or not 0 <= number <= MAX_GUIDANCE:  # a NaN is in no range
        raise ValueError(
            say(
                "{field} must be a number from 0 to {most:g}, not {value}; 3 to 8 are usual, up to 1 is no guidance",
                field=field,
                most=MAX_GUIDANCE,
                value=shown(value),
            )
        )
    return number


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
    allowed = say(
        "None or a multiple of {multiple} from {lowest} to {highest}", multiple=multiple, lowest=smallest, highest=MAX_SIZE
    )
    pixels = whole(field, value, smallest, MAX_SIZE, allowed)
    if pixels % multiple:
        below = max(smallest, pixels - pixels % multiple)
        raise ValueError(
            say(
                "{field} must be {allowed}, not {value}; take {below} or {above}",
                field=field,
                allowed=allowed,
                value=pixels,
                below=below,
                above=min(below + multiple, MAX_SIZE),
            )
        )
    return pixels


def choice(field: str, value: object, allowed: Sequence[str]) -> str:
    """One of some names."""
    if isinstance(value, str) and value in allowed:
        return str(value)
    near = difflib.get_close_matches(value.lower(), allowed, n=1, cutoff=0.5) if isinstance(value, str) else []
    remedy = say("did you mean {near}?", near=repr(near[0])) if near else say("take one of these")
    raise ValueError(
        say(
            "{field} must be one of {allowed}, not {value}; {remedy}",
            field=field,
            allowed=", ".join(allowed),
            value=shown(value),
            remedy=remedy,
        )
    )


def index(field: str, value: object) -> int:
    """A place in a list; negative ones count from the end, as in Python."""
    return whole(field, value, -MAX_SEED, MAX_SEED, say("a whole number; negative ones count from the end"))


def shown(value: object) -> str:
    """A value as Python writes it, on one line of at most 60 characters."""
    try:
        written = repr(value)
    except Exception:  # noqa: BLE001 - a broken repr, or an int of more digits than Python writes
        return say("that {kind}", kind=type(value).__name__)
    written = " ".join(written.split())
    return written if len(written) <= 60 else f"{written[:59]}…"


def whole(field: str, value: object, lowest: int, highest: int, allowed: str) -> int:
    """A whole number, numpy's too; `allowed` says in words what is."""
    number = whole_number(value)
    if number is None:
        raise ValueError(
            say("{field} must be {allowed}, not {value}; give a whole number", field=field, allowed=allowed, value=shown(value))
        )
    if not lowest <= number <= highest:
        remedy = say("raise it") if number < lowest else say("lower it")
        raise ValueError(
            say(
                "{field} must be {allowed}, not {value}; {remedy}",
                field=field,
                allowed=allowed,
                value=shown(number),
                remedy=remedy,
            )
        )
    return number
