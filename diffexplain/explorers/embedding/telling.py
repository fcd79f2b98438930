"""What a page is told of a map."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from diffexplain.core.modality import PICTURE, TEXT
from diffexplain.core.projection import PcaMap
from diffexplain.explorers.embedding.messages import GapFound, Map
from diffexplain.maps.atlas import MAPS
from diffexplain.maps.names import Name

if TYPE_CHECKING:
    from diffexplain.core.modality import Gap
    from diffexplain.maps.atlas import Atlas, Floats


def map_message(atlas: Atlas) -> Map:
    """Return what a page is told of a map, once."""
    places = np.stack([atlas.maps[name].points for name in MAPS]).astype(np.float32)  # (maps, N, 2)
    middle = [[_mean(points[atlas.kinds == kind]) for kind in (PICTURE, TEXT)] for points in places]
    shares = atlas.maps["pca"]
    assert isinstance(shares, PcaMap)
    return Map(
        clip=atlas.clip,
        width=atlas.embeddings.shape[1],
        note=atlas.note,
        kinds=atlas.kinds,
        captions=[Name("", "") if _said_by_partner(atlas, at) else name for at, name in enumerate(atlas.captions)],
        partner=atlas.partner,
        places=places,
        shares=shares.shares,
        centres=np.array(middle, np.float32),
        gap=None if atlas.gap is None else _told(atlas.gap),
        categories=atlas.categories,
        labels=atlas.labels,
        near=atlas.near,
        near_cosines=atlas.near_cosines.astype(np.float16),
        sheet=atlas.sheet,
        columns=atlas.columns,
        tile=atlas.tile,
    )


def _said_by_partner(atlas: Atlas, at: int) -> bool:
    caption = int(atlas.partner[at])
    return bool(atlas.kinds[at] == PICTURE) and caption >= 0 and atlas.captions[at].en == atlas.captions[caption].en


def _mean(points: Floats) -> Any:
    return points.mean(0) if len(points) else np.zeros(2, np.float32)


def _told(gap: Gap) -> GapFound:
    facts: dict[str, Any] = {name: (None if np.isnan(value) else value) for name, value in vars(gap).items()}
    return GapFound(**facts)
