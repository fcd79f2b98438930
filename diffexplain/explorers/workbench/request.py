"""What a workbench passes on to its explorers, and which of them are open."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

from diffexplain.explorers.field import field
from diffexplain.explorers.requests import SizedRequest


@dataclass(frozen=True)
class CommonRequest(SizedRequest):
    """What all explorers are asked, each as far as it has a field for it."""


@dataclass(frozen=True)
class WorkbenchView:
    """What is open in the page."""

    opened: list[str] = field(
        None,
        None,
        "Names of the explorers that are open, see `diffexplain.explorers`; None for one to begin with, [] for none.",
    )


def followed(request: type) -> tuple[str, ...]:
    """Return the fields that runs of an explorer have in common with those of others: by inheritance, not by name.

    The seed of an explorer of another kind is another seed.

    Args:
        request: its `Explorer.Request`.
    """
    common = (part for part in SizedRequest.__mro__ if dataclasses.is_dataclass(part))
    shared = next((part for part in common if issubclass(request, part)), None)
    return () if shared is None else tuple(each.name for each in dataclasses.fields(shared))
