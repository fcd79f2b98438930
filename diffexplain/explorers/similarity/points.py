"""Embeddings that are made once: what was a text or a picture in an earlier run needs no second look."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from diffexplain.explorers.remembered import Remembered

MOST = 4096  # of 768 numbers at most: 12 MB


class Points:
    """Embeddings by name, the last used ones."""

    def __init__(self, kept: Remembered[torch.Tensor]) -> None:
        self._kept = kept

    def of(self, names: Sequence[str], embed: Callable[[list[str]], torch.Tensor]) -> torch.Tensor:
        """(N, D) of these names; `embed` makes those that are missing, each once and in order."""
        known = {name: self._kept.get(name) for name in names}
        found = {name: point for name, point in known.items() if point is not None}
        missing = [name for name in known if name not in found]
        if missing:
            found |= {name: self._kept.put(name, point) for name, point in zip(missing, embed(missing), strict=True)}
        return torch.stack([found[name] for name in names])
