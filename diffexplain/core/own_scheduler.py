"""A user's own class of scheduler, as a file can hold it: the class of diffusers that it stands on, and whether it computes as that does."""

from __future__ import annotations

from typing import Any

from diffexplain.core.levels import class_is_readable


def base_of(cls: type) -> type:
    """Return the nearest class of diffusers that a scheduler's class is, is made from, or is named after; one whose levels can be read.

    Raises:
        LookupError: There is none.
    """
    import diffusers

    known = [getattr(diffusers, each.__name__, None) for each in cls.__mro__ if class_is_readable(each.__name__)]
    nearest: type
    for nearest in (each for each in known if each in cls.__mro__):
        return nearest
    for nearest in (each for each in known if each is not None):
        return nearest
    raise LookupError(cls.__name__)


def computes_as(cls: type, base: type) -> bool:
    """Return whether a class leaves all that its base does as it is: it has another name, or something besides."""
    if base not in cls.__mro__:
        return False
    between = cls.__mro__[: cls.__mro__.index(base)]
    return not any(_matters(name, value, base) for each in between for name, value in vars(each).items())


def name_of(cls: type) -> str:
    """Return where a class is to be found."""
    return f"{cls.__module__}.{cls.__qualname__}"


def _matters(name: str, value: Any, base: Any) -> bool:
    if name.startswith("__") and name.endswith("__"):  # Python itself notes things there: where it is from, its annotations
        return callable(value) and not name.startswith("__annotate")
    return hasattr(base, name)
