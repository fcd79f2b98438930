"""What the points of a map are called and coloured by, in both languages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from diffexplain.i18n.words import in_all_languages
from diffexplain.live.messages import Array  # noqa: TC001 - the types of fields are read at run time

if TYPE_CHECKING:
    from diffexplain.i18n import Words


@dataclass(frozen=True)
class Name:
    """Words in both languages.

    Attributes:
        en: English.
        zh: Chinese.
    """

    en: str
    zh: str


def name_of(words: Words) -> Name:
    """Return words of the catalogue as a name."""
    return Name(**in_all_languages(words))


@dataclass(frozen=True, eq=False)
class Category:
    """Something to colour the points by.

    Attributes:
        key: ``concept``, ``style``, ``ground``, ``kind``.
        names: of its values.
        colours: ``#rrggbb`` of each value; empty where the page's own palette is meant.
        values: (N,) which value each point has; 255 for none.
    """

    key: str
    names: list[Name]
    colours: list[str]
    values: Array


@dataclass(frozen=True, eq=False)
class Labels:
    """What stands in the points, finer than colours can tell: written on the map.

    Attributes:
        names: of the things.
        values: (N,) which thing each point shows; 255 for none.
    """

    names: list[Name]
    values: Array
