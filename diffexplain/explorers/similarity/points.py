"""Embeddings that are made once: what was a text or a picture in an earlier run needs no second look."""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING

import torch

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

MOST = 4096  # of 768 numbers at most: 12 MB


class Points:
    """Embeddings by name, the last used ones."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, torch.Tensor] = OrderedDict()

    def of(self, names: Sequence[str], embed: Callable[[list[str]], torch.Tensor]) -> torch.Tensor:
        """(N, D) of these names; `embed` makes those that are missing, each once and in order."""
        missing = list(dict.fromkeys(name for name in names if name not in self._kept))
        found = {name: self._kept[name] for name in names if name in self._kept}
        if missing:
            found |= dict(zip(missing, embed(missing), strict=True))
        for name in found:
            self._kept[name] = found[name]
            self._kept.move_to_end(name)
        while len(self._kept) > MOST:
            self._kept.popitem(last=False)
        return torch.stack([found[name] for name in names])
