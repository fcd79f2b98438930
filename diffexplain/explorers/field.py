"""A trait that an explorer checks itself, so that the same sentence explains a bad value wherever it comes from."""

from __future__ import annotations

from typing import Any

import traitlets

from diffexplain.i18n import words_of


class Field(traitlets.TraitType[Any, Any]):
    """A synced trait; what is allowed says the explorer's ``check(name, value)``.

    Args:
        default: what it holds where nothing else is given.
        request: a change asks for a new run. Else the page answers alone.
        help: one line for the documentation.
    """

    def __init__(self, default: Any = None, *, request: bool = False, help: str = "") -> None:  # noqa: A002 - traitlets' word
        super().__init__(default, help=help)  # None, too, is for the check to allow
        self.tag(sync=True, request=request)

    def validate(self, obj: Any, value: Any) -> Any:
        """The value in its plain form.

        Raises:
            TraitError: with the message of the check.
        """
        try:
            return obj.check(self.name, value)
        except ValueError as error:
            raise traitlets.TraitError(words_of(error)) from None
