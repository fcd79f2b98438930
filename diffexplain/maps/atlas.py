"""Pictures and texts of one CLIP with their coordinates on four maps, and where something new goes among them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
import numpy.typing as npt

from diffexplain.core import modality
from diffexplain.core.modality import PICTURE, TEXT
from diffexplain.core.projection import PcaMap, UmapMap, nearest
from diffexplain.i18n import say
from diffexplain.maps.names import Category, name_of

if TYPE_CHECKING:
    from diffexplain.core.modality import Gap
    from diffexplain.i18n import Words
    from diffexplain.live.messages import Picture
    from diffexplain.maps.names import Labels, Name

Floats: TypeAlias = npt.NDArray[np.float32]

MAPS = ("umap", "pca", "gap", "closed")
"""The maps in the order in which arrays hold them: UMAP, PCA, a shadow along the line from the mean picture to the mean text, and
UMAP with the gap between the two closed."""

NEAR = 6  # neighbours of each kind that a page knows of every point
FOUND = 12  # and of what is placed


@dataclass(frozen=True, eq=False)
class Atlas:
    """A fitted set of points.

    Attributes:
        clip: name of the model.
        embeddings: (N, D), of unit length.
        kinds: (N,) 0 for a picture, 1 for a text; pictures come first.
        captions: of each point.
        partner: (N,) the caption of a picture, the first picture of a caption; -1 for none.
        maps: by their names in `MAPS`.
        centres: (2, D) mean point of pictures and of texts.
        gap: None where one kind is missing.
        near: (N, 2 NEAR) of each point the nearest pictures, then the nearest texts; -1 for none.
        near_cosines: (N, 2 NEAR) their cosines.
        categories: what to colour by.
        labels: what to write on the map.
        sheet: the pictures; None where there are none.
        columns: of the sheet.
        tile: side of its pictures.
        note: what is unusual.
    """

    clip: str
    embeddings: Floats
    kinds: npt.NDArray[np.uint8]
    captions: list[Name]
    partner: npt.NDArray[np.int32]
    maps: dict[str, PcaMap | UmapMap]
    centres: Floats
    gap: Gap | None
    near: npt.NDArray[np.int32]
    near_cosines: Floats
    categories: list[Category] = field(default_factory=list)
    labels: Labels | None = None
    sheet: Picture | None = None
    columns: int = 1
    tile: int = 1
    note: Words | str = ""

    def place(self, new: Floats, kind: int) -> Floats:
        """Return where new points of one kind lie: (M, D) to (M, maps, 2), in the order of `MAPS`."""
        closed = modality.close_gap(new, np.full(len(new), kind), self.centres)
        return np.stack([self.maps[name].place(closed if name == "closed" else new) for name in MAPS], axis=1)

    def find(self, point: Floats, kind: int, count: int = FOUND) -> tuple[npt.NDArray[np.int32], Floats]:
        """Return the nearest points of a kind to one of (D,), and their cosines, the nearest first."""
        (among,) = np.nonzero(self.kinds == kind)
        if not len(among):
            return np.empty(0, np.int32), np.empty(0, np.float32)
        indices, away = nearest(self.embeddings[among], point[None], count)
        return among[indices[0]].astype(np.int32), 1 - away[0]


def neighbours(embeddings: Floats, kinds: npt.NDArray[np.uint8], count: int = NEAR) -> tuple[npt.NDArray[np.int32], Floats]:
    """Find the nearest others of both kinds for each point: indices, -1 for none, and cosines, both (N, 2 count)."""
    total = len(embeddings)
    neighbour = np.full((total, 2 * count), -1, np.int32)
    cosines = np.zeros((total, 2 * count), np.float32)
    for kind in (PICTURE, TEXT):
        (among,) = np.nonzero(kinds == kind)
        if not len(among):
            continue
        indices, away = nearest(embeddings[among], embeddings, count + 1)
        candidates = among[indices]
        for row in range(total):
            others = np.flatnonzero(candidates[row] != row)[:count]
            at = slice(kind * count, kind * count + len(others))
            neighbour[row, at], cosines[row, at] = candidates[row, others], 1 - away[row, others]
    return neighbour, cosines


def kind_category(kinds: npt.NDArray[np.uint8]) -> Category:
    """Return the colours by kind: every map has them."""
    return Category("kind", [name_of(say("pictures")), name_of(say("texts"))], [], kinds)
