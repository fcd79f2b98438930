"""The explorers, a folder each, and what they share. The package is also a function: ``diffexplain.explorers()`` gives all of them."""

from __future__ import annotations

import sys
from types import ModuleType
from typing import TYPE_CHECKING

from diffexplain.explorers import registry

if TYPE_CHECKING:
    from diffexplain.explorers.explorer import Explorer


class _Explorers(ModuleType):
    """A package and a public function of one name: whichever is imported first, both work."""

    def __call__(self) -> dict[str, type[Explorer]]:
        """See `diffexplain.explorers.registry.explorers`."""
        return registry.explorers()


sys.modules[__name__].__class__ = _Explorers
