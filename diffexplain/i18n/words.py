"""Words that a person reads: text in the language in force, which can still be had in every other one.

English is written in place and is the key of the catalogues, as gettext does; values stand in braces, by name::

    raise ValueError(say("{field} must be at most {most}, not {value}; lower it", field="steps", most=1000, value=2000))
"""

from __future__ import annotations

from typing import Any

from diffexplain.i18n.catalogue import translation
from diffexplain.i18n.language import LANGUAGES, current


class Words(str):
    """A text in the language that was in force when it was said. A value inside that is itself `Words` is translated with it.

    Attributes:
        singular: the English text with its placeholders.
        plural: the same for several; None where the text does not count.
        amount: how many.
        values: what stands in the placeholders.
    """

    __slots__ = ("amount", "plural", "singular", "values")

    singular: str
    plural: str | None
    amount: int  # not `count`, which is a method of str
    values: dict[str, Any]

    def __new__(cls, singular: str, plural: str | None, count: int, values: dict[str, Any]) -> Words:
        """Render the text once, in the language in force."""
        self = super().__new__(cls, _render(singular, plural, count, values, current()))
        self.singular, self.plural, self.amount, self.values = singular, plural, count, values
        return self

    def __reduce__(self) -> tuple[Any, ...]:
        return (Words, (self.singular, self.plural, self.amount, self.values))

    def spoken(self, language: str) -> str:
        """Return the text in this language."""
        return _render(self.singular, self.plural, self.amount, self.values, language)


def say(text: str, /, **values: Any) -> Words:
    """Return a sentence in the language in force.

    Args:
        text: in English, with placeholders such as ``{name}`` or ``{share:.0%}``; a literal, or it can't be found by the
            tool that collects the catalogue.
        values: by placeholder.
    """
    return Words(text, None, 1, values)


def plural(one: str, many: str, count: int, /, **values: Any) -> Words:
    """Return a sentence that counts something; ``{count}`` is the number.

    Args:
        one: in English, for one thing.
        many: in English, for none or several.
        count: how many.
        values: by placeholder.
    """
    return Words(one, many, count, {"count": count, **values})


def words_of(error: BaseException) -> str:
    """Return what an exception says, still translatable where it was made of `Words`; `str` would lose that."""
    return error.args[0] if len(error.args) == 1 and isinstance(error.args[0], Words) else str(error)


def in_all_languages(text: str) -> dict[str, str]:
    """Return the text by language, as it goes to a page. What is not `Words` (another library's message) is the same in all."""
    return {language: text.spoken(language) if isinstance(text, Words) else str(text) for language in LANGUAGES}


def _render(one: str, many: str | None, count: int, values: dict[str, Any], language: str) -> str:
    template = translation(one, many, count, language)
    if not values:
        return template
    shown = {name: value.spoken(language) if isinstance(value, Words) else value for name, value in values.items()}
    return template.format_map(shown)
