"""Explorers of other packages: an installed one says by an entry point which it offers.

::

    [project.entry-points."diffexplain.explorers"]      # in its pyproject.toml
    PointCloudExplorer = "point_cloud:PointCloudExplorer"
"""

from __future__ import annotations

from importlib.metadata import entry_points
from typing import TYPE_CHECKING

from diffexplain.errors import SessionError
from diffexplain.explorers.session_explorer import SessionExplorer
from diffexplain.i18n import say

if TYPE_CHECKING:
    from collections.abc import Iterator

GROUP = "diffexplain.explorers"


def session_explorer(name: str) -> type[SessionExplorer]:
    """Return the class that goes on with sessions of an explorer: one that is there already, else one that a package offers.

    A file says no more than this name, and by no name does it make anything run that was not installed to be an explorer.

    Args:
        name: of the class.

    Raises:
        SessionError: there is none, or its package can't be imported.
    """
    there = [each for each in _subclasses(SessionExplorer) if each.__name__ == name]
    if there:
        return there[-1]  # the newest, where a cell that defines it was run again
    for point in entry_points(group=GROUP, name=name):
        try:
            found = point.load()
        except Exception as error:  # whatever a package can trip over
            raise SessionError(
                say(
                    "The package of {explorer} could not be imported: {error}. Install it anew, with what it needs.",
                    explorer=name,
                    error=f"{type(error).__name__}: {error}",
                )
            ) from error
        if isinstance(found, type) and issubclass(found, SessionExplorer):
            return found
    raise SessionError(
        say(
            "This is a session of {explorer}, and no package that is installed for this Python offers an explorer of that name. "
            "Install the package that has it; or, where it is your own, make one in a notebook and load the file there: "
            "{explorer}().load(…).",
            explorer=name,
        )
    )


def _subclasses(kind: type[SessionExplorer]) -> Iterator[type[SessionExplorer]]:
    for each in kind.__subclasses__():
        if each.__name__ != kind.__name__:  # traitlets gives an instance with traits of its own a class of its own
            yield each
        yield from _subclasses(each)
