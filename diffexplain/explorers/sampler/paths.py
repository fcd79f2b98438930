"""The ways of the samplers over the embedding map: each predicted original where CLIP puts it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from diffexplain.core.modality import PICTURE
from diffexplain.explorers.messages import Progress
from diffexplain.explorers.sampler.messages import Ground, Placed
from diffexplain.maps.atlas import MAPS
from diffexplain.maps.names import Labels

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from diffexplain.live.messages import Message

_MAP = MAPS.index("umap")


class Paths:
    """The map that ships, read when it is first needed, and told once."""

    def __init__(self) -> None:
        self._told = False

    def tell(self, ways: Sequence[tuple[int, list[int], list[Any]]], emit: Callable[[Message], None]) -> None:
        """Say where the pictures of each way lie: number of the row, numbers of the pictures, the pictures.

        Nothing, where the bundled CLIP was changed: the map is of another one then.
        """
        from diffexplain.maps.shipped import shipped_atlas
        from diffexplain.models.clip import as_shipped, bundled_clip

        if not as_shipped():
            return
        atlas = shipped_atlas()
        if not self._told:
            pictures = atlas.kinds == PICTURE
            labels = None if atlas.labels is None else Labels(atlas.labels.names, atlas.labels.values[pictures])
            emit(Ground(atlas.clip, atlas.maps["umap"].points[pictures].astype(np.float32), labels))
            self._told = True
        for done, (row, indices, images) in enumerate(ways):
            emit(Progress("clip", done, len(ways)))
            seen = bundled_clip().embed_pictures(images).numpy()
            emit(Placed(row, indices, atlas.place(seen, PICTURE)[:, _MAP].astype(np.float32)))
