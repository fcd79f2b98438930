"""Walk through the space that texts and pictures share: a map, what lies near what, and the way of denoising runs through it."""

from __future__ import annotations

import dataclasses
import sys
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from diffexplain.core.modality import PICTURE, TEXT
from diffexplain.explorers import checks, known_words
from diffexplain.explorers.embedding import still
from diffexplain.explorers.embedding.collection import collection_of, embed, scenes_for_another_clip
from diffexplain.explorers.embedding.messages import Placed, map_message
from diffexplain.explorers.embedding.request import MOST_PROMPTS, MOST_SEEDS, EmbeddingRequest, EmbeddingView
from diffexplain.explorers.explorer import Explorer
from diffexplain.explorers.gallery_sheet import offer
from diffexplain.explorers.late_pipeline import LatePipeline
from diffexplain.explorers.messages import Progress, emit_progress
from diffexplain.explorers.pictures import jpeg
from diffexplain.explorers.remembered import replayed
from diffexplain.i18n import say
from diffexplain.live.worker import Bench
from diffexplain.maps import world
from diffexplain.maps.fitting import fit_atlas
from diffexplain.maps.shipped import shipped_atlas

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import torch

    from diffexplain.core.pictures import Source
    from diffexplain.explorers.remembered import Remembered
    from diffexplain.live.messages import Message, Picture
    from diffexplain.maps.atlas import Atlas
    from diffexplain.maps.fitting import Tell
    from diffexplain.models.clip import Clip
    from diffexplain.scenes.vocabulary import Unlearned

IMAGE_SIDE = 128


_BENCH = Bench()  # of all explorers of the bundled models


class EmbeddingExplorer(Explorer):
    """The space of a CLIP as a map: pictures and texts by what they mean, your own among them, and denoising runs passing through.

    ::

        explorer = EmbeddingExplorer()               # two thousand pictures of the scene world and their captions, at once
        explorer.search = "a red apple"              # where a text lies, and what is near it
        explorer.prompts = ["a fox", "a cat"]        # the way of two denoising runs over the map
        EmbeddingExplorer(pictures=mine, texts=captions)     # a map of your own, fitted while you watch

    Args:
        pictures: of your own, to make a new map of: PIL images, paths, or bytes of picture files.
        texts: of your own; as many as pictures and they are taken for their captions. Up to 5,000 points in all.
        clip: whose space it is: whatever `diffexplain.models.clip.load_clip` takes; None for the bundled one. Another CLIP
            without pictures or texts maps the first 500 scenes of the bundled world.
        pipeline: whose runs to follow, a diffusers text-to-image pipeline, which is never changed; None for the bundled one.

    Raises:
        ModelError: the CLIP is not fit, such as one without a vision tower; the message says why.
        UnfitPipelineError: the pipeline is not fit.
        PictureError: something that is no picture; nothing to make a map of, or too much.
        TraitError: a value is not allowed.
    """

    Request = EmbeddingRequest
    View = EmbeddingView
    title = say("Embedding explorer")
    about = say("A map on which pictures and sentences that mean the same lie together.")
    takes_pictures = frozenset({"picture"})
    _module = "embedding"
    overview = staticmethod(still.overview)

    def __init__(
        self,
        pictures: Sequence[Source] | None = None,
        texts: Sequence[str] | None = None,
        *,
        clip: Any = None,
        pipeline: Any = None,
        **fields: Any,
    ) -> None:
        self._collection = None if pictures is None and texts is None else collection_of(pictures, texts)
        self._clip: Clip | None = None if clip is None else _loaded(clip)
        self._pipeline = LatePipeline(pipeline)
        if self._clip is not None and self._collection is None:
            self._collection = scenes_for_another_clip()
        self._atlas: Atlas | None = None
        self._fits: Remembered[Atlas] = self.memory.place(2, self._own_clip)
        self._walks: Remembered[list[Message]] = self.memory.place(1, self._own_clip, self._pipeline.loaded)
        self._sent: Atlas | None = None  # the map that the page has
        if fields.get("search") is None:
            fields["search"] = "" if pictures is not None or texts is not None else "a fox"
        super().__init__(self._owner(), **fields)

    @classmethod
    def require_fit(cls, pipeline: Any) -> None:
        """Refuse a pipeline that can't draw from a prompt."""
        LatePipeline(pipeline)

    def check_picture(self, field: str, value: Any) -> str:  # noqa: ARG002 - the shelf says what is wrong
        """Return the reference of a picture; empty for none."""
        return "" if isinstance(value, str) and not value else self.shelf.reference(value)

    def run(self, request: EmbeddingRequest, emit: Callable[[Message], None]) -> None:
        """Show the map, place the text and the picture, then follow the denoising runs."""
        tell = partial(emit_progress, emit)
        atlas = self._atlas = self._fitted(tell)
        if self._sent is not atlas:
            emit(map_message(atlas))
            self._sent = atlas
        if not (request.search or request.picture or request.prompts):
            return
        if self._own_clip() is None:
            tell("model", 0, 1)  # torch and the CLIP are read only now, so that the map is there first
        clip = self._ready_clip()
        if request.search:
            (reading,) = clip.readings([request.search])
            read = reading.characters if reading.truncated else None
            placed = _placed(atlas, clip.embed_texts([request.search]), TEXT, label=request.search, read=read)
            emit(dataclasses.replace(placed, unlearned=self._unlearned(request.search)))
        if request.picture:
            image = self.shelf.get(request.picture)
            emit(_placed(atlas, clip.embed_pictures([image]), PICTURE, image=jpeg(image, IMAGE_SIDE)))
        if request.prompts:
            self._walk(request, atlas, clip, emit)

    def in_page(self) -> dict[str, Any] | None:
        """See `Saving.in_page`."""
        models = _models_clip()
        ours = self._clip is None and self._collection is None and (models is None or models.as_shipped())
        if not ours:
            return None
        from diffexplain.explorers.in_page.facts import reading

        return reading()

    @property
    def atlas(self) -> Atlas | None:
        """The map with its embeddings, once it is there."""
        return self._atlas

    def _unlearned(self, text: str) -> list[Unlearned]:
        from diffexplain.models.clip import as_shipped
        from diffexplain.models.learned import unlearned

        return unlearned(text) if self._clip is None and as_shipped() else []

    def _walk(self, request: EmbeddingRequest, atlas: Atlas, clip: Clip, emit: Callable[[Message], None]) -> None:
        from diffexplain.explorers.embedding.walk import walk

        def run(tell: Callable[[Message], None]) -> None:
            tell(Progress("drawing", 0, request.steps))
            walk(self._pipeline.ready(), clip, atlas, request, tell)

        key = (tuple(request.prompts), tuple(request.seeds), request.steps, request.guidance_scale)
        replayed(self._walks, key, emit, run, without=(Progress,))

    def _fitted(self, tell: Tell) -> Atlas:
        models = _models_clip()
        if self._collection is None and (models is None or models.as_shipped()):
            return shipped_atlas()
        return self._fits.made("map", partial(self._fit, tell))

    def _fit(self, tell: Tell) -> Atlas:
        collection = scenes_for_another_clip() if self._collection is None else self._collection
        tell("model", 0, 1)
        points = embed(collection, self._ready_clip(), tell)
        atlas = fit_atlas(points, collection.pictures, tell)
        known, texts = collection.scenes, collection.texts
        if not known:
            return atlas
        return dataclasses.replace(atlas, categories=world.categories(known, texts), labels=world.labels(known, texts))

    def _ready_clip(self) -> Clip:
        from diffexplain.models.clip import bundled_clip

        return self._clip if self._clip is not None else bundled_clip()

    def _own_clip(self) -> Clip | None:
        """Return the CLIP; None before the bundled one is loaded."""
        models = _models_clip()
        clip: Clip | None = self._clip if self._clip is not None or models is None else models.loaded()
        return clip

    def _owner(self) -> object:
        pipeline = self._pipeline.loaded()
        if pipeline is not None:
            from diffexplain.explorers.pipelines import denoiser

            return denoiser(pipeline)
        return _BENCH if self._clip is None else self._clip.model

    def offer(self) -> dict[str, Any]:
        """See `Explorer.offer`."""
        ours = {"search": self._clip is None, "prompts": self._pipeline.is_ours()}
        return {
            "known_words": known_words.offer([name for name, known in ours.items() if known]),
            "gallery": offer(),
            "own": self._collection is not None,
            "limits": {"text": checks.MAX_CHARACTERS, "seed": checks.MAX_SEED, "prompts": MOST_PROMPTS, "seeds": MOST_SEEDS},
        }


def _models_clip() -> Any:
    """Return the module that loads the CLIP; None before it was needed: it brings torch, and the map is to be there first."""
    return sys.modules.get("diffexplain.models.clip")


def _loaded(clip: Any) -> Clip:
    from diffexplain.models.clip import load_clip

    return load_clip(clip)


def _placed(
    atlas: Atlas, points: torch.Tensor, kind: int, *, label: str = "", image: Picture | None = None, read: int | None = None
) -> Placed:
    point = points.numpy()  # (1, D)
    pictures, picture_cosines = atlas.find(point[0], PICTURE)
    texts, text_cosines = atlas.find(point[0], TEXT)
    return Placed(
        what="picture" if kind == PICTURE else "search",
        label=label,
        image=image,
        places=atlas.place(point, kind)[0].astype(np.float32),
        pictures=pictures,
        picture_cosines=picture_cosines,
        texts=texts,
        text_cosines=text_cosines,
        read=read,
        unlearned=[],
    )
