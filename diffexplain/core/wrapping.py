"""Something put about a method of one instance, and taken off again."""

from __future__ import annotations

import functools
import inspect
from typing import TYPE_CHECKING, Any

from diffexplain.core.calling import bound, signature_of

if TYPE_CHECKING:
    from collections.abc import Callable

_MARK = "_diffexplain_recorder"
_ABSENT = object()


def wrap(owner: Any, name: str, around: Callable[..., Any]) -> Callable[[], None]:
    """Put ``around`` about a method of one instance, where there is one.

    Args:
        owner: The instance.
        name: Name of its method.
        around: Is given what runs the method, the arguments of the call by name, and the names of all arguments that the method
            takes; returns what the method is to return.

    Returns:
        What takes it off again.
    """
    inner = getattr(owner, name, None)
    if inner is None:
        return lambda: None
    # the class knows the arguments by name even where someone has put a bare (*args, **kwargs) about the method
    known = hasattr(type(owner), name)
    signature = signature_of(type(owner), name) if known else inspect.signature(inner)
    first = (owner,) if known else ()
    names = frozenset(signature.parameters)

    @functools.wraps(inner)  # pipelines look for `generator`, `eta` or `sigmas` in the signature, and leave out what they miss
    def wrapper(*args: Any, **kwargs: Any) -> Any:
        try:
            call = bound(signature, (*first, *args), kwargs)
        except TypeError:
            return inner(*args, **kwargs)  # which says what is wrong with the arguments
        return around(functools.partial(inner, *args, **kwargs), call, names)

    setattr(wrapper, _MARK, True)
    before = vars(owner).get(name, _ABSENT)
    setattr(owner, name, wrapper)
    return functools.partial(delattr, owner, name) if before is _ABSENT else functools.partial(setattr, owner, name, before)


def is_wrapped(method: Any) -> bool:
    """Whether `wrap` has put something about this method."""
    return hasattr(method, _MARK)
