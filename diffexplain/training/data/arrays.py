"""Large arrays on disk that are filled part by part, and go on being filled after a kill."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from diffexplain.training.workspace import write_whole

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def filled(
    path: Path,
    shape: tuple[int, ...],
    dtype: Any,
    fill: Callable[[int, int], np.ndarray],
    *,
    source: str,
    part: int = 256,
    progress: Callable[[int, int], None] | None = None,
) -> np.ndarray:
    """Make an array as far as it is not there yet, and map it into memory.

    Args:
        path: ``.npy``; beside it lies how far it is filled and what from.
        shape: the first side is what is filled in parts.
        dtype: of the array.
        fill: rows from a start up to a stop.
        source: what the array follows from; where it differs, everything is made anew.
        part: rows at a time.
        progress: called with how many rows are done and how many there are.
    """
    note = path.with_suffix(".json")
    about = {"source": source, "shape": list(shape), "dtype": np.dtype(dtype).name}
    done = _done(path, note, about)
    if done < shape[0]:
        path.parent.mkdir(parents=True, exist_ok=True)
        mode = "r+" if done else "w+"
        array = np.lib.format.open_memmap(path, mode, np.dtype(dtype), shape)
        for start in range(done, shape[0], part):
            stop = min(start + part, shape[0])
            array[start:stop] = fill(start, stop)
            array.flush()
            write_whole(note, json.dumps({**about, "done": stop}))
            if progress is not None:
                progress(stop, shape[0])
    mapped: np.ndarray = np.load(path, mmap_mode="r")
    return mapped


def as_tensor(array: np.ndarray) -> torch.Tensor:
    """View the same memory as a tensor; a mapped array stays mapped."""
    # Copy on write: torch warns about arrays that it could write to and must not.
    return torch.from_numpy(np.load(str(array.filename), mmap_mode="c") if isinstance(array, np.memmap) else array)


def _done(path: Path, note: Path, about: dict[str, Any]) -> int:
    if not (path.exists() and note.exists()):
        return 0
    noted = json.loads(note.read_text())
    return int(noted.pop("done")) if noted.keys() >= about.keys() and all(noted[k] == about[k] for k in about) else 0
