"""What a map is made of, before it is: pictures and texts of one's own, or scenes of the bundled world for another CLIP."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from diffexplain.core.modality import PICTURE, TEXT
from diffexplain.errors import CollectionError
from diffexplain.explorers import checks
from diffexplain.explorers.shelf import shelved
from diffexplain.i18n import say
from diffexplain.maps.fitting import Points
from diffexplain.maps.names import Name, name_of

if TYPE_CHECKING:
    from PIL import Image

    from diffexplain.maps.fitting import Tell
    from diffexplain.models.clip import Clip
    from diffexplain.scenes import Scene

MOST_POINTS = 5000  # what a page pans smoothly
SCENES = 500  # that another CLIP is shown where one brings nothing: each costs a large one 50 ms


@dataclass(frozen=True, eq=False)
class Collection:
    """Pictures and texts.

    Attributes:
        pictures: RGB.
        texts: any.
        paired: text k is the caption of picture k.
        scenes: what the pictures show, where they are of the bundled world; else empty.
    """

    pictures: tuple[Image.Image, ...]
    texts: tuple[str, ...]
    paired: bool
    scenes: tuple[Scene, ...] = ()


def collection_of(pictures: Any, texts: Any) -> Collection:
    """Return one's own pictures and texts, checked.

    Raises:
        CollectionError: nothing is there, or too much, or something that is no text.
        PictureError: something that is no picture.
    """
    seen = _listed("pictures", pictures)
    read = [checks.text(f"texts[{at}]", text) for at, text in enumerate(_listed("texts", texts))]
    total = len(seen) + len(read)
    if total < 1:
        raise CollectionError(
            say("there is nothing to make a map of; give pictures, texts or both, or neither for the map that ships")
        )
    if total > MOST_POINTS:
        raise CollectionError(
            say("{count:,} pictures and texts are too many for one map; give at most {most:,}", count=total, most=MOST_POINTS)
        )
    return Collection(tuple(shelved(picture) for picture in seen), tuple(read), len(seen) == len(read))


def scenes_for_another_clip() -> Collection:
    """Return the first scenes of the bundled world and their captions."""
    from diffexplain import scenes

    gallery = scenes.gallery(SCENES, things="core")
    return Collection(
        tuple(scene.image for scene in gallery), tuple(scene.caption for scene in gallery), paired=True, scenes=gallery
    )


def embed(collection: Collection, clip: Clip, tell: Tell) -> Points:
    """Return the collection in the eyes of a CLIP; `tell` hears of each batch."""
    seen = clip.embed_pictures(collection.pictures, on_batch=lambda done, total: tell("pictures", done, total)).numpy()
    read = clip.embed_texts(collection.texts, on_batch=lambda done, total: tell("texts", done, total)).numpy()
    count, texts = len(seen), len(read)
    partner = np.full(count + texts, -1, np.int32)
    if collection.paired:
        partner[:count], partner[count:] = np.arange(count) + count, np.arange(count)
    numbered = [name_of(say("picture {number}", number=at + 1)) for at in range(count)]
    said = [Name(text, text) for text in collection.texts]
    return Points(
        clip=clip.name,
        embeddings=np.concatenate([seen, read]).astype(np.float32),
        kinds=np.array([PICTURE] * count + [TEXT] * texts, np.uint8),
        captions=[*(said if collection.paired else numbered), *said],
        partner=partner,
    )


def _listed(field: str, value: Any) -> list[Any]:
    if value is None:
        return []
    if isinstance(value, (str, bytes)) or not isinstance(value, Iterable):
        raise CollectionError(
            say("{field} must be a list, not {value}; put it in brackets", field=field, value=checks.shown(value))
        )
    return list(value)
