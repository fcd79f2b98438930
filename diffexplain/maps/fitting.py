"""Fit the maps of one's own pictures and texts, or of the scene world in the eyes of another CLIP."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
import numpy.typing as npt

from diffexplain.core import modality
from diffexplain.core.modality import PICTURE, TEXT
from diffexplain.core.projection import PcaMap, UmapMap, fit_pca, fit_umap
from diffexplain.errors import TooFewPointsError
from diffexplain.i18n import plural
from diffexplain.live.sheets import sheet
from diffexplain.maps.atlas import Atlas, kind_category, neighbours

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from PIL import Image

    from diffexplain.i18n import Words
    from diffexplain.maps.names import Name

    Tell: TypeAlias = Callable[[str, int, int], None]
    """Hears of what is done, how much of it is there, and of how much."""

Floats: TypeAlias = npt.NDArray[np.float32]

COLUMNS, TILE, QUALITY = 50, 48, 70
_TOLD_EPOCHS = 10  # of UMAP: every so many are reported


@dataclass(frozen=True, eq=False)
class Points:
    """What a map is made of: pictures first, then texts.

    Attributes:
        clip: name of the model.
        embeddings: (N, D), of unit length.
        kinds: (N,) 0 for a picture, 1 for a text.
        captions: of each point.
        partner: (N,) as in `Atlas`.
    """

    clip: str
    embeddings: Floats
    kinds: npt.NDArray[np.uint8]
    captions: list[Name]
    partner: npt.NDArray[np.int32]


def fit_atlas(points: Points, pictures: Sequence[Image.Image], tell: Tell, seed: int = 0) -> Atlas:
    """Fit all four maps. Where there are too few points for UMAP, PCA stands in and the note says so.

    Args:
        points: to fit.
        pictures: of its pictures, for the sheet.
        tell: hears how far it is; what it raises ends the fit.
        seed: of UMAP.
    """
    embeddings, kinds = points.embeddings, points.kinds
    middle = modality.centres(embeddings, kinds)
    both = bool(np.any(kinds == PICTURE) and np.any(kinds == TEXT))
    shadow = fit_pca(embeddings)
    plain, note = _umap(embeddings, shadow, "umap", seed, tell)
    across = modality.across(embeddings, kinds) if both else shadow
    if both:
        moved = modality.close_gap(embeddings, kinds, middle)
        closed, _ = _umap(moved, fit_pca(moved), "closed", seed, tell)
    else:
        middle, closed = np.zeros_like(middle), plain  # nothing to close: both maps are one
    pairs = [(at, int(text)) for at, text in enumerate(points.partner) if kinds[at] == PICTURE and text >= 0]
    near, near_cosines = neighbours(embeddings, kinds)
    return Atlas(
        clip=points.clip,
        embeddings=embeddings,
        kinds=kinds,
        captions=points.captions,
        partner=points.partner,
        maps={"umap": plain, "pca": shadow, "gap": across, "closed": closed},
        centres=middle,
        gap=modality.measure(embeddings, kinds, pairs) if both else None,
        near=near,
        near_cosines=near_cosines,
        categories=[kind_category(kinds)],
        sheet=sheet(pictures, COLUMNS, TILE, QUALITY) if len(pictures) else None,
        columns=min(COLUMNS, max(1, len(pictures))),
        tile=TILE,
        note=note,
    )


def _umap(embeddings: Floats, shadow: PcaMap, task: str, seed: int, tell: Tell) -> tuple[UmapMap | PcaMap, Words | str]:
    def on_epoch(done: int, total: int) -> None:
        if done == total or done % _TOLD_EPOCHS == 0:
            tell(task, done, total)

    tell(task, 0, 1)
    try:
        return fit_umap(embeddings, seed, on_epoch=on_epoch), ""
    except TooFewPointsError:
        different = len(np.unique(embeddings.round(5), axis=0))
        return shadow, plural(
            "There is only {count} different point: too few for UMAP, so its place is taken by PCA. Give more than 15.",
            "There are only {count} different points: too few for UMAP, so its place is taken by PCA. Give more than 15.",
            different,
        )
