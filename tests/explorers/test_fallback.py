"""The still picture follows once the runs have rested, and at once for a cell that waited."""

from __future__ import annotations

import threading
from types import SimpleNamespace
from typing import Any

import pytest

from diffexplain.explorers import fallback, kernel
from diffexplain.explorers.fallback import Fallback


class Published(list[str]):
    """What reached the notebook, in order."""

    def __init__(self) -> None:
        self.more = threading.Event()

    def publish(self, data: dict[str, Any], *_: object, **__: object) -> None:
        self.append(data["text/html"])
        self.more.set()


@pytest.fixture
def published(monkeypatch: pytest.MonkeyPatch) -> Published:
    published = Published()
    monkeypatch.setattr(kernel, "shell", lambda: SimpleNamespace(display_pub=published))
    return published


def test_runs_that_follow_each_other_cost_one_picture(published: Published, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fallback, "REST_SECONDS", 0.2)
    still = Fallback("00ff")
    still.show("")
    published.more.clear()
    made: list[int] = []
    for run in range(5):
        still.follow(lambda run=run: made.append(run) or f"run {run}")  # type: ignore[misc]
    assert published.more.wait(10)
    assert made == [4]
    assert len(published) == 2
    assert "run 4" in published[-1]


def test_a_cell_that_waits_has_it_at_once_and_nothing_comes_after(
    published: Published, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fallback, "REST_SECONDS", 0.05)
    still = Fallback("00ff")
    still.show("")
    still.follow(lambda: "the run")
    still.repeat()
    assert "the run" in published[-1]
    count = len(published)
    still.repeat()  # the cell has seen it
    assert not threading.Event().wait(0.3)
    assert len(published) == count


def test_what_is_not_shown_is_not_made(published: Published, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fallback, "REST_SECONDS", 0.01)
    made: list[int] = []
    hidden, closed = Fallback("00ff"), Fallback("00fe")
    hidden.follow(lambda: made.append(1) or "")  # type: ignore[func-returns-value]
    monkeypatch.setattr(fallback, "REST_SECONDS", 0.3)
    closed.show("")
    closed.follow(lambda: made.append(2) or "")  # type: ignore[func-returns-value]
    closed.rest()
    threading.Event().wait(0.5)
    assert made == []
    assert len(published) == 1
