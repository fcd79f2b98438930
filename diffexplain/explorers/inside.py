"""What an exported page shows inside it: explorers with traits and messages of their own, and what several hold alike once."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from diffexplain.live.messages import Encoded

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from diffexplain.live.exported_run import ExportedRun

_LONG = 500  # characters of a value that is worth being kept once


def modules_of(run: ExportedRun) -> list[str | Path]:
    """Return the modules of a page and of what is inside it, each once; its own is the first."""
    return list(dict.fromkeys([run.name, *(inner.name for inner in run.widgets.values())]))


def messages_of(run: ExportedRun) -> list[Encoded]:
    """Return the messages of a page and of what is inside it, which name their widget."""
    inside = [
        Encoded(message.content | {"widget": reference}, message.buffers)
        for reference, inner in run.widgets.items()
        for message in inner.messages
    ]
    return [*run.messages, *inside]


def widgets_of(run: ExportedRun) -> dict[str, Any]:
    """Return what is inside a page, for its host.

    Returns:
        ``widgets`` has of each its traits and where in `modules_of` its module is; a long value that several have is
        ``{"shared": number}``, and stands in the list ``shared``.
    """
    modules, shared = modules_of(run), _Shared()
    widgets = {
        reference: {"traits": _traits(inner.traits, shared), "module": modules.index(inner.name)}
        for reference, inner in run.widgets.items()
    }
    return {"shared": shared.values, "widgets": widgets}


class _Shared:
    """Long values, each once."""

    def __init__(self) -> None:
        self.values: list[Any] = []
        self._places: dict[str, int] = {}

    def once(self, value: Any) -> Any:
        text = json.dumps(value, ensure_ascii=False)
        if len(text) < _LONG:
            return value
        if text not in self._places:
            self._places[text] = len(self.values)
            self.values.append(value)
        return {"shared": self._places[text]}


def _traits(traits: Mapping[str, Any], shared: _Shared) -> dict[str, Any]:
    controls = {name: shared.once(value) for name, value in traits.get("_controls", {}).items()}
    return {name: shared.once(value) for name, value in traits.items() if name != "_controls"} | {"_controls": controls}
