"""Which language is in force: one that was set, else the environment's, else English."""

from __future__ import annotations

import os
import weakref
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

LANGUAGES = {"en": "English", "zh": "简体中文"}
"""Code and own name of each language that has a catalogue; English is what the code is written in."""

_set: str | None = None
_here: ContextVar[str | None] = ContextVar("language", default=None)
_listeners: weakref.WeakSet[Follower] = weakref.WeakSet()


class Follower:
    """Is told when `set_language` is called, for as long as somebody holds on to it.

    Args:
        follow: called with the new language.
    """

    def __init__(self, follow: Callable[[str], None]) -> None:
        self.follow = follow
        _listeners.add(self)


def set_language(language: str) -> None:
    """Say everything from now on in this language; open explorers change to it without a new run.

    Args:
        language: ``"en"`` or ``"zh"``; a tag such as ``"zh-CN"`` or ``"en_GB"`` is taken for its language.

    Raises:
        ValueError: there is no catalogue of that language.
    """
    global _set
    _set = known(language)
    for follower in list(_listeners):
        follower.follow(_set)


def known(language: str) -> str:
    """Return the code of a language that has a catalogue.

    Raises:
        ValueError: there is none.
    """
    code = _code(language) if isinstance(language, str) else None
    if code is None:
        offered = ", ".join(f"{code!r} ({name})" for code, name in LANGUAGES.items())
        raise ValueError(f"there is no language {language!r}; take one of {offered}")
    return code


def current() -> str:
    """Return the code of the language in force: of `speaking`, else `set_language`, else the environment, else English."""
    return _here.get() or _set or from_environment(os.environ)


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Say in this language what is said inside, on this thread or task."""
    token = _here.set(known(language))
    try:
        yield
    finally:
        _here.reset(token)


def from_environment(environment: Mapping[str, str]) -> str:
    """DIFFEXPLAIN_LANGUAGE first, then what gettext reads: LANGUAGE, LC_ALL, LC_MESSAGES, LANG. Unknown ones are passed over."""
    for name in ("DIFFEXPLAIN_LANGUAGE", "LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        for wanted in environment.get(name, "").split(":"):
            if wanted in {"C", "POSIX"} or wanted.startswith("C."):
                return "en"
            code = _code(wanted)
            if code is not None:
                return code
    return "en"


def _code(tag: str) -> str | None:
    code = tag.strip().lower().replace("_", "-").split(".")[0].split("-")[0]
    return code if code in LANGUAGES else None
