"""Which field of an explorer takes a sentence, for those who have one and an explorer, and nothing else to say."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

_VALUES: dict[str, Callable[[str], Any]] = {  # by field, the likeliest first
    "prompt": lambda sentence: sentence,
    "prompts": lambda sentence: [sentence],
    "texts": lambda sentence: [sentence],
    "caption": lambda sentence: sentence,
    "picture": lambda sentence: f"prompt:{sentence}",
}


def asking(fields: Collection[str], sentence: str) -> dict[str, Any]:
    """Return the field that asks for this sentence, with its value; nothing where no field does.

    Args:
        fields: Names of an explorer's.
        sentence: What somebody wants to see.
    """
    return next(({name: value(sentence)} for name, value in _VALUES.items() if name in fields), {})
