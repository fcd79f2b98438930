"""Values of the attention explorer's fields that no other explorer has: is one allowed?"""

from __future__ import annotations

from diffexplain.core.numerals import real_number, whole_number
from diffexplain.explorers import checks
from diffexplain.i18n import say


def word(field: str, value: object) -> str | list[int]:
    """A word, several in a row, or positions in the page's list of words."""
    if isinstance(value, (list, tuple)):
        positions = [number for each in value if (number := whole_number(each)) is not None and number >= 0]
        if len(positions) == len(value):
            return positions
    if isinstance(value, str):
        return checks.text(field, value)
    raise ValueError(
        say(
            "{field} must be a word of the prompt, several in a row, or a list of positions from 0 on, not {value}; put words in quotes",
            field=field,
            value=checks.shown(value),
        )
    )


def strength(field: str, value: object) -> float:
    """How much a map covers the picture."""
    number = real_number(value)
    if number is None or not 0 <= number <= 1:  # a NaN is in no range
        raise ValueError(
            say(
                "{field} must be a number from 0 to 1, not {value}; 0 shows the picture alone",
                field=field,
                value=checks.shown(value),
            )
        )
    return number


def truth(field: str, value: object) -> bool:
    """Yes or no."""
    if not isinstance(value, bool):
        raise ValueError(
            say("{field} must be True or False, not {value}; take one of these", field=field, value=checks.shown(value))
        )
    return value
