"""The gettext catalogues: ``zh/*.po`` beside this file, one for each explorer and ``general.po`` for the rest."""

from __future__ import annotations

import gettext
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

FOLDER = Path(__file__).parent
SOURCE_LANGUAGE = "en"


def translation(one: str, many: str | None, count: int, language: str) -> str:
    """Return the text in a language; English where its catalogue has none.

    Args:
        one: the English text; for one thing where it counts.
        many: the English text for several; None where it does not count.
        count: how many.
        language: code of the language.
    """
    source = one if many is None or count == 1 else many
    if language == SOURCE_LANGUAGE:
        return source
    texts, form = _texts(language)
    translated = texts.get(one, ())
    if not translated:
        return source
    return translated[form(count) if many is not None else 0]


@cache
def _texts(language: str) -> tuple[dict[str, tuple[str, ...]], Callable[[int], int]]:
    """English text -> its forms; and which form a count takes. Read once, when somebody first needs the language."""
    from babel.messages.pofile import read_po

    texts: dict[str, tuple[str, ...]] = {}
    form: Callable[[int], int] = lambda count: int(count != 1)  # noqa: E731
    for path in sorted((FOLDER / language).glob("*.po")):
        with path.open("rb") as file:
            catalogue = read_po(file, locale=language)
        form = gettext.c2py(catalogue.plural_expr)
        for message in catalogue:
            said_here = any(path.endswith(".py") for path, _line in message.locations)
            if not message.id or message.fuzzy or not said_here:  # what pages say, they carry with them, each its own
                continue
            key = message.id if isinstance(message.id, str) else message.id[0]
            forms = (message.string,) if isinstance(message.string, str) else tuple(message.string or ())
            if all(forms):
                texts[key] = forms
    return texts, form
