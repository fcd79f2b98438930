"""Is a value allowed? One pure function for each kind of field: it returns the value in its plain form or raises ValueError.

Every message is one line that says what was wrong, what is allowed and what to do.
"""

from __future__ import annotations

import difflib
import re
from typing import TYPE_CHECKING, Any

from diffexplain.core.numerals import real_number, whole_number
from diffexplain.i18n import Words, say

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from diffexplain.explorers.field import Check

MAX_CHARACTERS = 10_000
MAX_SEED = 2**53 - 1  # the largest whole number that a web page holds exactly
MAX_STEPS = 1000
MAX_GUIDANCE = 100.0
MIN_SIZE, MAX_SIZE = 8, 2048


def text(field: str, value: object) -> str:
    """Check a text, of at most 10,000 characters; what a text encoder can't take in, it cuts off: the explorer says where."""
    if not isinstance(value, str):
        raise refusal(field, say("text"), value, say("put it in quotes"))
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
    """Check a whole number that a web page can hold exactly, which is fewer than torch takes."""
    allowed = say("a whole number from 0 to 2**53 - 1 (a web page holds larger ones inexactly)")
    return whole(field, value, 0, MAX_SEED, allowed)


def steps(field: str, value: object) -> int:
    """Check how many steps a sampler is asked for."""
    return whole(field, value, 1, MAX_STEPS, say("a whole number from {lowest} to {highest}", lowest=1, highest=MAX_STEPS))


def guidance_scale(field: str, value: object) -> float:
    """Check how strongly the text pulls."""
    allowed = say("a number from {lowest:g} to {highest:g}", lowest=0, highest=MAX_GUIDANCE)
    return number(
        field, value, lambda given: 0 <= given <= MAX_GUIDANCE, allowed, say("3 to 8 are usual, up to 1 is no guidance")
    )


def learning_rate(field: str, value: object) -> float:
    """Check a learning rate; one that is far too large is let through, since what it does is worth seeing."""
    allowed = say("a number from 0.0000001 to 1000000000")
    return number(field, value, lambda rate: 1e-7 <= rate <= 1e9, allowed, say("0.004 is usual here, and 1 far too much"))


def channels(field: str, value: object) -> int:
    """Check how wide the first level of a small network is."""
    allowed = say("a multiple of {multiple} from {lowest} to {highest}", multiple=8, lowest=8, highest=64)
    width = whole(field, value, 8, 64, allowed)
    if width % 8:
        raise refusal(field, allowed, width, say("take {near}", near=width - width % 8))
    return width


def size(field: str, value: object, multiple: int) -> int | None:
    """Check a side in pixels.

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
        raise refusal(
            field, allowed, pixels, say("take {below} or {above}", below=below, above=min(below + multiple, MAX_SIZE))
        )
    return pixels


def choice(field: str, value: object, allowed: Sequence[str]) -> str:
    """Check one of some names."""
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
    """Check an index into a list; negative ones count from the end, as in Python."""
    return whole(field, value, -MAX_SEED, MAX_SEED, say("a whole number; negative ones count from the end"))


def truth(field: str, value: object) -> bool:
    """Check yes or no."""
    if not isinstance(value, bool):
        raise ValueError(say("{field} must be True or False, not {value}; take one of these", field=field, value=shown(value)))
    return value


def one_of(*allowed: str) -> Check:
    """Return a check for one of some names."""
    return lambda field, value: choice(field, value, allowed)


def between(lowest: int, highest: int) -> Check:
    """Return a check for a whole number of a range, its ends among it."""
    allowed = say("a whole number from {lowest} to {highest}", lowest=lowest, highest=highest)
    return lambda field, value: whole(field, value, lowest, highest, allowed)


def optional(check: Check) -> Check:
    """Return a check that lets None pass."""
    return lambda field, value: None if value is None else check(field, value)


def listed(check: Check, least: int, most: int) -> Check:
    """Return a check for a list of so many values, each of which is checked."""

    def several(field: str, value: object) -> list[Any]:
        values = list(value) if isinstance(value, (list, tuple, range)) else None
        if values is None or not least <= len(values) <= most:
            allowed = say("a list of {least} to {most} values", least=least, most=most)
            raise refusal(field, allowed, value, say("put it in brackets or leave some out"))
        return [check(f"{field}[{at}]", one) for at, one in enumerate(values)]

    return several


def refusal(field: str, allowed: str, value: object, remedy: str) -> ValueError:
    """Return what is raised for a value that is not allowed; `allowed` says in words what is, and `remedy` what to do."""
    given = shown(value)
    return ValueError(
        say("{field} must be {allowed}, not {value}; {remedy}", field=field, allowed=allowed, value=given, remedy=remedy)
    )


def without_name(words: str, field: str) -> str:
    """Return a refusal with ``{field}`` where it names the field: a page puts in what it calls it. One of a list is counted from 1."""
    named = words.values.get("field") if isinstance(words, Words) else None
    if not isinstance(words, Words) or not isinstance(named, str) or not named.startswith(field):
        return words
    place = re.sub(r"\[(\d+)\]", lambda found: f" {int(found[1]) + 1}", named.removeprefix(field))
    return Words(words.singular, words.plural, words.amount, {**words.values, "field": f"{{field}}{place}"})


def shown(value: object) -> str:
    """Return a value as Python writes it, on one line of at most 60 characters."""
    try:
        written = repr(value)
    except Exception:  # noqa: BLE001 - a broken repr, or an int of more digits than Python writes
        return say("that {kind}", kind=type(value).__name__)
    written = " ".join(written.split())
    return written if len(written) <= 60 else f"{written[:59]}…"


def whole(field: str, value: object, lowest: int, highest: int, allowed: str) -> int:
    """Check a whole number, numpy's too; `allowed` says in words what is."""
    number = whole_number(value)
    if number is None:
        raise refusal(field, allowed, value, say("give a whole number"))
    if not lowest <= number <= highest:
        raise refusal(field, allowed, number, say("raise it") if number < lowest else say("lower it"))
    return number


def number(field: str, value: object, within: Callable[[float], bool], allowed: str, remedy: str) -> float:
    """Check a number, numpy's too; `allowed` says in words what is, and `remedy` what is usual."""
    given = real_number(value)
    if given is None or not within(given):  # a NaN is in no range
        raise refusal(field, allowed, value, remedy)
    return given
