"""A callback that makes an explorer each time it is called, as `ipywidgets.interactive` does at each change of a slider.

What it displays stands in an `ipywidgets.Output`, and the next one takes its place there. So the newest is served first, and those whose
place it has taken are closed: nobody sees them any more, and ipywidgets would keep each with its messages. That an explorer is gone is
told by the page, which syncs what an Output shows; those that a callback adds below one another stay.
"""

from __future__ import annotations

import threading
import weakref
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

import ipywidgets
from ipywidgets.widgets import widget as widgets

from diffexplain.explorers import kernel

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_VIEW = "application/vnd.jupyter.widget-view+json"


class Shown(Protocol):
    """What is known here of an explorer."""

    model_id: str

    def close(self) -> None:
        """End it."""

    def step_back(self) -> None:
        """Let others go first."""


@dataclass(eq=False)
class _Place:
    """What callbacks have made inside one Output, in order, with the message that each was an answer to."""

    made: list[tuple[str, weakref.ref[Any]]] = field(default_factory=list)

    def explorers(self) -> list[tuple[str, Any]]:
        """Those that are still there."""
        found = [(request, made()) for request, made in self.made]
        return [(request, explorer) for request, explorer in found if explorer is not None]


_places: weakref.WeakKeyDictionary[ipywidgets.Output, _Place] = weakref.WeakKeyDictionary()
_displayed: weakref.WeakSet[Any] = weakref.WeakSet()  # inside an Output
_elsewhere: weakref.WeakSet[Any] = weakref.WeakSet()  # in the output of a cell, where it stays
_lock = threading.Lock()


def made(explorer: Shown) -> None:
    """Note that an explorer was made, and has asked for its first run: what earlier calls have made in the same Output waits for it."""
    request = kernel.request()
    for output in _entered(request):
        with _lock:
            if output not in _places:
                _places[output] = _Place()
                output.observe(_close_the_gone, "outputs")
            place = _places[output]
            earlier = [each for when, each in place.explorers() if when != request]
            place.made.append((request, weakref.ref(explorer)))
        for each in earlier:
            each.step_back()


def displayed(explorer: Shown) -> None:
    """Note that an explorer is about to be shown, and whether that is inside an Output."""
    inside = any(True for _ in _entered(kernel.request()))
    with _lock:
        (_displayed if inside else _elsewhere).add(explorer)


def _entered(request: str) -> Iterator[ipywidgets.Output]:
    """The Outputs that capture what the code that runs now displays."""
    if not request:
        return
    for widget in list(widgets._instances.values()):
        if isinstance(widget, ipywidgets.Output) and widget.msg_id == request:
            yield widget


def _close_the_gone(change: Any) -> None:
    """Close what was shown in an Output before the newest that is shown there now, and is not shown there any more."""
    with _lock:
        place = _places.get(change.owner)
        explorers = [] if place is None else place.explorers()
        there = set(_models(change.new))
        seen = [explorer.model_id in there for _, explorer in explorers]
        _displayed.update(
            explorer for (_, explorer), is_seen in zip(explorers, seen, strict=True) if is_seen
        )  # inside another widget
        newest = max((at for at, is_seen in enumerate(seen) if is_seen), default=-1)
        gone = [
            explorer
            for (_, explorer), is_seen in zip(explorers[: newest + 1], seen, strict=False)
            if not is_seen and explorer in _displayed and explorer not in _elsewhere
        ]
        if place is not None:
            place.made = [(when, weakref.ref(explorer)) for when, explorer in explorers if explorer not in gone]
    for explorer in gone:
        explorer.close()


def _models(outputs: Iterable[Any]) -> Iterator[str]:
    """The ids of all widgets that some outputs show, with those inside them."""
    waiting = [output.get("data", {}).get(_VIEW, {}).get("model_id") for output in outputs if isinstance(output, dict)]
    seen: set[str] = set()
    while waiting:
        model = waiting.pop()
        if isinstance(model, str) and model not in seen:
            seen.add(model)
            yield model
            waiting += [child.model_id for child in getattr(widgets._instances.get(model), "children", ())]
