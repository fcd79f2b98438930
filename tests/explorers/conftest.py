"""A front end made by hand: comms that keep what is sent, and a page that sets traits as JupyterLab does."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import comm
import pytest
import torch
from comm.base_comm import BaseComm

import diffexplain as dx
from tests import tiny


@pytest.fixture(scope="session", autouse=True)
def one_thread() -> None:
    torch.set_num_threads(1)


class Wire(BaseComm):
    """Keeps every message instead of sending it."""

    def __init__(self, **options: Any) -> None:
        self.sent: list[tuple[str, dict[str, Any], list[Any]]] = []
        super().__init__(**options)

    def publish_msg(self, msg_type: str, data: Any = None, metadata: Any = None, buffers: Any = None, **keys: Any) -> None:
        self.sent.append((msg_type, data or {}, list(buffers or [])))

    @property
    def contents(self) -> list[dict[str, Any]]:
        """Custom messages, as the page reads them."""
        return [data["content"] for kind, data, _ in self.sent if kind == "comm_msg" and data.get("method") == "custom"]


@pytest.fixture(autouse=True)
def wires(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(comm, "create_comm", lambda **options: Wire(**options))


@pytest.fixture
def pipe() -> Any:
    return tiny.sd()


@pytest.fixture
def explorer(pipe: Any) -> Iterator[dx.DenoiseExplorer]:
    explorer = dx.DenoiseExplorer(pipe, prompt="a red circle", seed=3, steps=3).wait(60)
    yield explorer
    explorer.close()


def page_sets(explorer: dx.DenoiseExplorer, **state: Any) -> None:
    """What ipywidgets does with an update from the page."""
    explorer._handle_msg({"content": {"data": {"method": "update", "state": state, "buffer_paths": []}}, "buffers": []})


def page_says(explorer: dx.DenoiseExplorer, kind: str, **more: Any) -> None:
    explorer._handle_msg({"content": {"data": {"method": "custom", "content": {"kind": kind, **more}}}, "buffers": []})
