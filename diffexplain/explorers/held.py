"""How much memory an explorer holds for what it has shown: its runs, what it remembers for later ones, pictures from outside.

Networks are not counted: they are the user's own, or one for all explorers.
"""

from __future__ import annotations

import dataclasses
import sys
from typing import Any

import numpy as np
from PIL import Image

_LEAVES = (str, int, float, bool, type(None), type)


def held(*roots: object) -> int:
    """Return the bytes of all arrays, tensors and pictures that can be reached from some objects, each counted once.

    Ways lead through containers and through objects of this package, but not into networks.
    """
    sizes: dict[int, int] = {}  # where a block of memory begins -> its bytes
    seen: set[int] = set()
    waiting = list(roots)
    while waiting:
        thing = waiting.pop()
        if isinstance(thing, _LEAVES) or id(thing) in seen:
            continue
        seen.add(id(thing))
        block = _block(thing)
        if block is None:
            waiting += _inside(thing)
        else:
            start, size = block
            sizes[start] = max(size, sizes.get(start, 0))
    return sum(sizes.values())


def _block(thing: Any) -> tuple[int, int] | None:
    """Return where the memory of an array, a tensor, a picture or bytes begins, and its size; None for anything else."""
    if isinstance(thing, np.ndarray):
        whole = thing
        while isinstance(whole.base, np.ndarray):
            whole = whole.base
        return whole.__array_interface__["data"][0], whole.nbytes
    if isinstance(thing, memoryview):
        return _block(thing.obj)
    if isinstance(thing, bytes | bytearray):
        return id(thing), len(thing)
    if isinstance(thing, Image.Image):
        return id(thing), thing.width * thing.height * len(thing.getbands())
    torch = sys.modules.get("torch")
    if torch is not None and isinstance(thing, torch.Tensor):
        storage = thing.untyped_storage()
        return storage.data_ptr() or id(thing), storage.nbytes()
    return None


def _inside(thing: Any) -> list[Any]:
    if isinstance(thing, dict):
        return [*thing.keys(), *thing.values()]
    if isinstance(thing, list | tuple | set | frozenset):
        return list(thing)
    torch = sys.modules.get("torch")
    if not type(thing).__module__.startswith("diffexplain.") or (torch is not None and isinstance(thing, torch.nn.Module)):
        return []
    if dataclasses.is_dataclass(thing) and not hasattr(thing, "__dict__"):
        return [getattr(thing, field.name) for field in dataclasses.fields(thing)]
    return list(vars(thing).values())
