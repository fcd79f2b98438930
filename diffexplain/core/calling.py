"""How a pipeline's methods are called: the names of their arguments, also where a user's subclass passes on ``*args, **kwargs``."""

from __future__ import annotations

import ast
import functools
import inspect
import textwrap
from inspect import Parameter, Signature
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

_BY_POSITION = (Parameter.POSITIONAL_ONLY, Parameter.POSITIONAL_OR_KEYWORD)


def signature_of(cls: type, name: str = "__call__") -> Signature:
    """Return the signature of a method, ``self`` included.

    What a subclass takes as ``*args`` or ``**kwargs`` is what the class that it overrides takes, by its names.

    Raises:
        AttributeError: The class has no such method.
    """
    own = [inspect.signature(vars(base)[name]) for base in cls.__mro__ if callable(vars(base).get(name))]
    if not own:
        return inspect.signature(getattr(cls, name))
    known = own[-1]
    for signature in reversed(own[:-1]):
        known = _passed_on(signature, known)
    return known


def accepted(cls: type) -> Mapping[str, Parameter]:
    """Return what a pipeline's call takes by name; what a bare ``**kwargs`` would swallow is not in it."""
    parameters = list(signature_of(cls).parameters.items())[1:]
    return {name: each for name, each in parameters if each.kind not in (Parameter.VAR_POSITIONAL, Parameter.VAR_KEYWORD)}


def bound(signature: Signature, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> dict[str, Any]:
    """Return the arguments of a call by name, those of ``**kwargs`` among them. Some may be missing.

    Raises:
        TypeError: The call's arguments do not fit.
    """
    arguments = dict(signature.bind_partial(*args, **kwargs).arguments)
    for name, each in signature.parameters.items():
        if each.kind is Parameter.VAR_KEYWORD:
            arguments |= arguments.pop(name, {})
    return arguments


def without_nothing(cls: type, call: Mapping[str, Any]) -> dict[str, Any]:
    """Return a call without the arguments that say None to a pipeline whose own value for nothing is another.

    PixArt and their kin have ``negative_prompt=""``, and take None for the word; others have a size of their own. None stays where the
    embeddings of a prompt are given in its place.
    """
    known = accepted(cls)

    def says_nothing(name: str) -> bool:
        default = known[name].default if name in known else None
        return call[name] is None and default not in (None, Parameter.empty) and call.get(f"{name}_embeds") is None

    return {name: value for name, value in call.items() if not says_nothing(name)}


@functools.lru_cache(maxsize=64)
def lays_out_levels(cls: type) -> bool:
    """Return whether a pipeline's call works out the noise levels itself and hands them to its scheduler, as those of Flux and its kin do.

    Its source says so: it gives ``sigmas`` a value of its own.
    """
    calls = (vars(base)["__call__"] for base in cls.__mro__ if callable(vars(base).get("__call__")))
    return any(_gives_a_value(call, "sigmas") for call in calls)


def _gives_a_value(function: Any, name: str) -> bool:
    try:
        tree = ast.parse(textwrap.dedent(inspect.getsource(inspect.unwrap(function))))
    except (OSError, TypeError, SyntaxError):  # no source to read
        return False
    return any(
        isinstance(node, ast.Assign)
        and any(isinstance(target, ast.Name) and target.id == name for target in node.targets)
        and not isinstance(node.value, ast.Constant)
        for node in ast.walk(tree)
    )


def _passed_on(own: Signature, base: Signature) -> Signature:
    """Return the signature of a method that hands what it doesn't name to the one that it overrides."""
    named = [each for each in own.parameters.values() if each.kind in _BY_POSITION]
    alone = [each for each in own.parameters.values() if each.kind is Parameter.KEYWORD_ONLY]
    several = next((each for each in own.parameters.values() if each.kind is Parameter.VAR_POSITIONAL), None)
    more = next((each for each in own.parameters.values() if each.kind is Parameter.VAR_KEYWORD), None)
    theirs = [each for each in base.parameters.values() if each.kind in _BY_POSITION]
    if several is not None and [each.name for each in theirs[: len(named)]] == [each.name for each in named]:
        taken = {each.name for each in (*named, *alone)}
        named = [*named, *(each for each in theirs[len(named) :] if each.name not in taken)]
        several = next((each for each in base.parameters.values() if each.kind is Parameter.VAR_POSITIONAL), None)
    if more is not None:
        taken = {each.name for each in (*named, *alone)}
        alone += [
            each.replace(kind=Parameter.KEYWORD_ONLY)
            for each in base.parameters.values()
            if each.name not in taken and each.kind in (*_BY_POSITION, Parameter.KEYWORD_ONLY)
        ]
    try:
        return Signature([*named, *([several] if several else []), *alone, *([more] if more else [])])
    except ValueError:  # one without a default after one with, say
        return own
