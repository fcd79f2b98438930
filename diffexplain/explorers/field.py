"""The one declaration of a field: its type and default, what is allowed, what it means.

Fields stand in frozen dataclasses, and which one a field stands in says what a change of it does:

- `Explorer.Request`: a new run, or a new session;
- `Explorer.Live`: the next slice of a session reads it, and the run goes on;
- `Explorer.View`: the page answers alone.

From the declaration come the trait, the argument of the explorer, its line in ``help()`` and its TypeScript.
"""

from __future__ import annotations

import copy
import dataclasses
from dataclasses import dataclass
from inspect import Parameter, Signature, cleandoc, signature
from typing import TYPE_CHECKING, Any

import traitlets

from diffexplain.i18n import words_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import TypeAlias

    Check: TypeAlias = Callable[[str, Any], Any]
    """Name and value -> the value in its plain form, or a ValueError that says what is allowed."""


@dataclass(frozen=True)
class Nothing:
    """The declaration of no field."""


def field(default: Any, check: Check | None, help: str) -> Any:  # noqa: A002 - traitlets' word
    """Declare a field of a frozen dataclass.

    Args:
        default: What it holds where nothing else is given; a list is copied.
        check: Gives the value in its plain form or raises ValueError in one line. None: the explorer's own ``check_NAME`` does,
            since what is allowed depends on its pipeline.
        help: One line, with units and range, for documentation in Python and in the page's declarations.
    """
    metadata = {"check": check, "help": help}
    if isinstance(default, (list, dict)):
        return dataclasses.field(default_factory=lambda: copy.copy(default), metadata=metadata)
    return dataclasses.field(default=default, metadata=metadata)


@dataclass(frozen=True)
class Declared:
    """A field as it was declared.

    Attributes:
        name: Of the field, the trait and the argument.
        type: As it was written.
        check: See `field`.
        help: See `field`.
        request: Whether a change asks for a new run.
        live: Whether the next slice reads a change.
    """

    name: str
    type: str
    check: Check | None
    help: str
    request: bool
    live: bool
    default: Callable[[], Any]


def declared(request: type, live: type, view: type) -> dict[str, Declared]:
    """Return all fields of an explorer by name, in the order of the declarations."""
    return {
        each.name: Declared(
            each.name,
            str(each.type),
            each.metadata["check"],
            each.metadata["help"],
            part is request,
            part is live,
            _default(each),
        )
        for part in (request, live, view)
        for each in dataclasses.fields(part)
    }


def _default(each: dataclasses.Field[Any]) -> Callable[[], Any]:
    if each.default_factory is not dataclasses.MISSING:
        return each.default_factory
    return lambda: each.default


class Field(traitlets.TraitType[Any, Any]):
    """A synced trait that its explorer checks, so that the same sentence explains a bad value wherever it comes from."""

    def __init__(self, declaration: Declared) -> None:
        super().__init__(declaration.default(), help=declaration.help)  # None, too, is for the check to allow
        self.declaration = declaration
        self.tag(sync=True)

    def default(self, obj: Any = None) -> Any:  # noqa: ARG002 - traitlets gives it
        """Return the default; a list of its own for each explorer."""
        return self.declaration.default()

    def validate(self, obj: Any, value: Any) -> Any:
        """Return the value in its plain form.

        Raises:
            TraitError: with the message of the check.
        """
        try:
            return obj.check(self.name, value)
        except ValueError as error:
            raise traitlets.TraitError(words_of(error)) from None


def add_fields(explorer: type, fields: Mapping[str, Declared]) -> None:
    """Give a class the traits, the signature and the documentation of its fields.

    Raises:
        TypeError: A field has neither a check nor a method of the class that checks it, or its name is taken.
    """
    for name, declaration in fields.items():
        if declaration.check is None and not hasattr(explorer, f"check_{name}"):
            raise TypeError(f"{explorer.__name__} must have a method check_{name}, or the field must declare its check")
        if not isinstance(getattr(explorer, name, None), (traitlets.TraitType, type(None))):
            raise TypeError(f"{explorer.__name__} has something else called {name!r}; give the field another name")
        trait = Field(declaration)
        trait.class_init(explorer, name)
        setattr(explorer, name, trait)
    explorer.__signature__ = _signature(explorer, fields)  # type: ignore[attr-defined]
    explorer.__doc__ = _documented(cleandoc(explorer.__doc__ or ""), fields)


def _signature(explorer: type, fields: Mapping[str, Declared]) -> Signature:
    """Return the arguments that the class's own ``__init__`` names, then one for each field."""
    own = [each for each in signature(explorer.__init__).parameters.values() if each.kind is not each.VAR_KEYWORD]  # type: ignore[misc]
    named = {each.name for each in own}
    more = [
        Parameter(name, Parameter.KEYWORD_ONLY, default=each.default(), annotation=_asked(each))
        for name, each in fields.items()
        if name not in named
    ]
    return Signature([*own[1:], *more, Parameter("traits", Parameter.VAR_KEYWORD, annotation="Any")])


def _asked(declaration: Declared) -> str:
    """Return the type of the argument: a check may have something of its own for None."""
    own = declaration.default() is None and "None" not in declaration.type
    return f"{declaration.type} | None" if own else declaration.type


def _documented(text: str, fields: Mapping[str, Declared]) -> str:
    """Return a docstring with the fields at the end of its section Args, which it gets if it has none."""
    lines = text.splitlines()
    entries = [f"    {name}: {each.help}" for name, each in fields.items() if f"    {name}: " not in text]
    entries.append("    traits: Of the widget, such as ``layout``.")
    heads = [at for at, line in enumerate(lines) if line in {"Raises:", "Attributes:"}]
    if "Args:" not in lines:
        at = heads[0] if heads else len(lines)
        return "\n".join(
            [*lines[:at], *([] if at < len(lines) else [""]), "Args:", *entries, *([""] if heads else []), *lines[at:]]
        )
    start = lines.index("Args:")
    end = next((at for at in range(start, len(lines)) if not lines[at].strip()), len(lines))
    return "\n".join([*lines[:end], *entries, *lines[end:]])
