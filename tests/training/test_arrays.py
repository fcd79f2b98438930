"""Arrays on disk that are filled part by part."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from diffexplain.training.data.arrays import filled

if TYPE_CHECKING:
    from pathlib import Path

SHAPE = (10, 2)


class Fill:
    """Counts its calls, and dies at a row."""

    def __init__(self, dies_at: int | None = None, factor: int = 1) -> None:
        self.starts: list[int] = []
        self._dies_at, self._factor = dies_at, factor

    def __call__(self, start: int, stop: int) -> np.ndarray:
        if self._dies_at is not None and start >= self._dies_at:
            raise KeyboardInterrupt
        self.starts.append(start)
        return self._factor * np.arange(2 * start, 2 * stop).reshape(-1, 2)


def test_it_goes_on_where_a_kill_left_it(tmp_path: Path) -> None:
    path = tmp_path / "a.npy"
    with pytest.raises(KeyboardInterrupt):
        filled(path, SHAPE, np.int16, Fill(dies_at=6), source="s", part=3)
    rest = Fill()
    found = filled(path, SHAPE, np.int16, rest, source="s", part=3)
    assert rest.starts == [6, 9]
    assert np.array_equal(found, np.arange(20).reshape(10, 2))


def test_what_is_there_is_not_made_again(tmp_path: Path) -> None:
    filled(tmp_path / "a.npy", SHAPE, np.int16, Fill(), source="s")
    again = Fill()
    assert np.array_equal(filled(tmp_path / "a.npy", SHAPE, np.int16, again, source="s"), np.arange(20).reshape(10, 2))
    assert again.starts == []


@pytest.mark.parametrize(
    ("shape", "dtype", "source"), [((10, 2), "int16", "t"), ((12, 2), "int16", "s"), ((10, 2), "int32", "s")]
)
def test_what_follows_from_something_else_is_made_anew(tmp_path: Path, shape: tuple[int, int], dtype: str, source: str) -> None:
    filled(tmp_path / "a.npy", SHAPE, np.int16, Fill(), source="s")
    found = filled(tmp_path / "a.npy", shape, np.dtype(dtype), Fill(factor=2), source=source)
    assert np.array_equal(found, 2 * np.arange(2 * shape[0]).reshape(shape))


def test_it_says_how_far_it_is(tmp_path: Path) -> None:
    parts: list[tuple[int, int]] = []
    filled(tmp_path / "a.npy", SHAPE, np.int16, Fill(), source="s", part=4, progress=lambda *done: parts.append(done))
    assert parts == [(4, 10), (8, 10), (10, 10)]
