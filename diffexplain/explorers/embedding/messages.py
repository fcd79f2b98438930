"""What an embedding run is asked and what it says, declared once: `frontend/explorers/embedding/messages.d.ts` is made from this."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Literal

import numpy as np

from diffexplain.core.modality import PICTURE, TEXT, Gap
from diffexplain.core.projection import PcaMap
from diffexplain.explorers.messages import Progress
from diffexplain.i18n import Words  # noqa: TC001 - the types of fields are read at run time
from diffexplain.live.messages import Array, Message, Picture
from diffexplain.maps.atlas import MAPS
from diffexplain.maps.names import Category, Labels, Name
from diffexplain.scenes.vocabulary import Unlearned  # noqa: TC001

if TYPE_CHECKING:
    from diffexplain.maps.atlas import Atlas


@dataclass(frozen=True, eq=False)
class Map(Message):
    """The map itself. It holds for all runs of the explorer, so it is sent once."""

    lasting = True

    clip: Annotated[str, "name of the model."]
    width: Annotated[int, "how many numbers an embedding has."]
    note: Annotated[Words | str, "what is unusual about this map; empty where nothing is."]
    kinds: Annotated[Array, "(N,) 0 for a picture, 1 for a text."]
    captions: Annotated[list[Name], "of each point; empty for a picture whose caption is its partner's."]
    partner: Annotated[Array, "(N,) the caption of a picture and the first picture of a caption; -1 for none."]
    places: Annotated[Array, "(maps, N, 2) where each point lies on each map."]
    shares: Annotated[Array, "(2,) of the variance that the axes of the PCA hold."]
    centres: Annotated[Array, "(maps, 2, 2) the middle of the pictures and of the texts on each map."]
    gap: Annotated[Gap | None, "between pictures and texts; null where one kind is missing."]
    categories: Annotated[list[Category], "what to colour by."]
    labels: Annotated[Labels | None, "what to write on the map; null for nothing."]
    near: Annotated[Array, "(N, 2 k) of each point the nearest k pictures, then the nearest k texts; -1 for none."]
    near_cosines: Annotated[Array, "(N, 2 k) their cosines."]
    sheet: Annotated[Picture | None, "the pictures, row by row without gaps; null where there are none."]
    columns: Annotated[int, "of the sheet."]
    tile: Annotated[int, "side of a picture on the sheet, in pixels."]


@dataclass(frozen=True, eq=False)
class Placed(Message):
    """A text or picture of one's own on the map."""

    what: Annotated[Literal["search", "picture"], "from where it comes: typed into the search, or a picture."]
    label: Annotated[str, "the text; empty for a picture."]
    image: Annotated[Picture | None, "the picture, JPEG, at most 128 pixels a side; null for a text."]
    places: Annotated[Array, "(maps, 2) where it lies on each map."]
    pictures: Annotated[Array, "(k,) its nearest pictures, the nearest first."]
    picture_cosines: Annotated[Array, "(k,)"]
    texts: Annotated[Array, "(k,) its nearest texts."]
    text_cosines: Annotated[Array, "(k,)"]
    read: Annotated[int | None, "how many characters of the text the encoder reads; null for all."]
    unlearned: Annotated[
        list[Unlearned],
        "words of the text that the bundled CLIP never learned; empty for another one, of which that is not known.",
    ]


@dataclass(frozen=True, eq=False)
class Lane:
    """A denoising run that is followed through the map."""

    prompt: Annotated[str, "its prompt."]
    seed: Annotated[int, "of its starting noise."]
    places: Annotated[Array, "(maps, 2) where the prompt itself lies on each map."]


@dataclass(frozen=True, eq=False)
class Begin(Message):
    """Denoising begins."""

    lanes: Annotated[list[Lane], "the runs, side by side."]
    step_count: Annotated[int, "how many steps each has."]
    unlearned: Annotated[
        list[Unlearned],
        "words of their prompts that the bundled model never learned; empty for another one, of which that is not known.",
    ]


@dataclass(frozen=True, eq=False)
class Step(Message):
    """One step of all runs: what each would be if it stopped here, seen by CLIP."""

    index: Annotated[int, "0 for the first."]
    places: Annotated[Array, "(lanes, maps, 2) where the predicted originals lie on each map."]
    cosines: Annotated[Array, "(lanes,) with their prompts."]
    images: Annotated[list[Picture], "the predicted originals, JPEG, at most 96 pixels a side."]


MESSAGES: tuple[type[Message], ...] = (Progress, Map, Placed, Begin, Step)


def map_message(atlas: Atlas) -> Map:
    """Return what a page is told of a map, once."""
    places = np.stack([atlas.maps[name].points for name in MAPS]).astype(np.float32)  # (maps, N, 2)
    members = [atlas.kinds == kind for kind in (PICTURE, TEXT)]
    centres = [[points[own].mean(0) if own.any() else np.zeros(2) for own in members] for points in places]
    shadow = atlas.maps["pca"]
    assert isinstance(shadow, PcaMap)
    return Map(
        clip=atlas.clip,
        width=atlas.embeddings.shape[1],
        note=atlas.note,
        kinds=atlas.kinds,
        captions=[Name("", "") if _said_by_partner(atlas, at) else name for at, name in enumerate(atlas.captions)],
        partner=atlas.partner,
        places=places,
        shares=shadow.shares,
        centres=np.array(centres, np.float32),
        gap=atlas.gap,
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
