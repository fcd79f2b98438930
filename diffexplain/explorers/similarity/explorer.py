"""How is a sentence understood? Pictures and texts in the one space of a CLIP, and how near each is to each."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from diffexplain.core.similarity import cosine, retrieval
from diffexplain.explorers import known_words, pipelines
from diffexplain.explorers.explorer import Explorer
from diffexplain.explorers.in_page.facts import reading
from diffexplain.explorers.late_pipeline import LatePipeline
from diffexplain.explorers.messages import emit_progress
from diffexplain.explorers.pictures import jpeg
from diffexplain.explorers.similarity import artist, fields, for_page, gallery
from diffexplain.explorers.similarity.messages import Candidate, CutText, Found, Matrix, Spent, Thumbnails
from diffexplain.explorers.similarity.request import SimilarityRequest, SimilarityView
from diffexplain.explorers.similarity.still import overview, still_html
from diffexplain.i18n import say
from diffexplain.i18n.language import current, known
from diffexplain.models.clip import Clip, as_shipped, bundled_clip, load_clip
from diffexplain.models.learned import unlearned

if TYPE_CHECKING:
    from collections.abc import Callable
    from os import PathLike

    from PIL import Image

    from diffexplain.explorers.remembered import Remembered
    from diffexplain.explorers.still import Overview
    from diffexplain.live.messages import Message, Picture
    from diffexplain.scenes.vocabulary import Unlearned

    Emit = Callable[[Message], None]

BATCH = 32  # embedded at a time: between two batches a run can be cancelled
NEAREST = 12
CANDIDATE_SIDE = 128
MOST_POINTS = 4096  # of 768 numbers at most: 12 MB
MOST_THUMBNAILS = 128  # 64 pictures and as many of what was looked up


class SimilarityExplorer(Explorer):
    """Every picture beside every text: cosine, times temperature, as a softmax over the texts or over the pictures.

    ::

        explorer = SimilarityExplorer(pictures=["gallery:5", "cat.jpg"], texts=["a crescent moon", "一只猫"])
        explorer                             # shows it
        explorer.texts = ["a moon", "a dog"]
        explorer.wait().cosines              # (pictures, texts)

    Args:
        clip: a ``CLIPModel`` folder or hub name, or what `diffexplain.models.clip.load_clip` gives; None for the bundled one.
        pipeline: draws ``drawn:...`` pictures and those of the older way; None for the bundled one.

    Attributes:
        cosines: (pictures, texts) of the last finished run; None before.
        clip: the `Clip`.

    Raises:
        ModelError: the CLIP can't be used, e.g. because it has no vision tower.
        UnfitPipelineError: the pipeline is not fit.
        TraitError: a value is not allowed.
    """

    Request = SimilarityRequest
    View = SimilarityView
    result = Matrix
    title = say("Similarity explorer")
    about = say("How well each sentence fits each picture, as CLIP sees it.")
    takes_pictures = frozenset({"pictures"})
    _module = "similarity"

    def __init__(
        self,
        pictures: Iterable[Image.Image | str | PathLike[str]] | None = None,
        texts: Iterable[str] | None = None,
        *,
        clip: Clip | str | PathLike[str] | None = None,
        pipeline: Any = None,
        **given: Any,
    ) -> None:
        self._pipeline = LatePipeline(pipeline, packed=True)
        if pictures is not None and not isinstance(pictures, str | bytes) and isinstance(pictures, Iterable):
            pictures = list(pictures)  # it is looked at more than once
        self.clip = bundled_clip() if clip is None else load_clip(clip)
        self.cosines: np.ndarray[Any, np.dtype[np.float32]] | None = None
        self._points: Remembered[torch.Tensor] = self.memory.place(MOST_POINTS, lambda: self.clip)
        self._thumbnails: dict[str, tuple[Image.Image, Picture]] = {}  # what the page has, least used first
        self._drawn: Remembered[Image.Image] = self.memory.place(2 * fields.MOST, self._pipeline.loaded)
        self._made: Remembered[dict[Any, artist.Batch]] = self.memory.place(1, self._pipeline.loaded)
        super().__init__(
            self.clip.model if pipeline is None else pipelines.denoiser(pipeline),
            pictures=gallery.first_pictures() if pictures is None else pictures,
            texts=self._first_texts(pictures, given.get("language")) if texts is None else texts,
            **given,
        )

    @classmethod
    def require_fit(cls, pipeline: Any) -> None:
        """Refuse a pipeline that can't draw from a prompt."""
        LatePipeline(pipeline, packed=True)

    def check_pictures(self, field: str, value: Any) -> list[str]:
        """Return references of pictures; None stands for eight of the gallery."""
        return fields.pictures(field, gallery.first_pictures() if value is None else value, self.shelf)

    def check_texts(self, field: str, value: Any) -> list[str]:
        """Return texts; None stands for the captions of the gallery's pictures."""
        return fields.texts(field, self._first_texts(None, None) if value is None else value)

    def offer(self) -> dict[str, Any]:
        """See `Explorer.offer`."""
        bundled = self.clip is bundled_clip()
        ours = {"search": bundled, "older_prompt": self._pipeline.is_ours()}
        words = known_words.offer([name for name, known in ours.items() if known])
        return {"known_words": words, **gallery.controls(bundled=bundled)}

    def take_picture(self, field: str, reference: str) -> None:
        """Add a picture that came from the page; see `Explorer.take_picture`."""
        self.set_trait(field, self.check(field, [*self.pictures, reference]))

    def run(self, request: SimilarityRequest, emit: Emit) -> None:
        """Embed what is new and tell all cosines; then what the open sections were asked."""
        images = {reference: self._picture(reference, emit) for reference in request.pictures}
        self._show(images, emit)
        at_work = partial(emit_progress, emit, "embedding") if len(request.pictures) + len(request.texts) > BATCH else None
        of_pictures = self._points.each(
            [("picture", reference, _digest(reference, images[reference])) for reference in request.pictures],
            lambda new: self.clip.embed_pictures([images[reference] for _, reference, _ in new], BATCH, at_work),
        )
        of_texts = self._text_points(request.texts, at_work)
        cosines = cosine(torch.stack(of_pictures), torch.stack(of_texts)).numpy()  # (pictures, texts)
        readings = enumerate(self.clip.readings(request.texts))
        cut = [CutText(at, found.tokens, found.read, found.characters) for at, found in readings if found.truncated]
        strange = self._unlearned([*request.texts, request.search])
        emit(Matrix(request, cosines, self.clip.temperature, self.clip.name, self.clip.width, cut, strange))
        self.cosines = cosines
        if request.search.strip():
            self._search(request.search, emit)
        if request.older_prompt.strip():
            self._older(request, emit)

    def overview(self, messages: list[Message]) -> Overview | None:
        """See `Explorer.overview`."""
        return overview(messages, self._stored)

    def in_page(self) -> dict[str, Any] | None:
        """See `Saving.in_page`."""
        if self.clip is not bundled_clip() or not as_shipped():
            return None
        if self._runs is not None:
            self._runs.settle()  # some of its pictures may have to be drawn first
        stored = {reference: self._stored(reference) for reference in self.pictures}
        return {
            **reading(),
            "pictures": for_page.pictures({reference: image for reference, image in stored.items() if image is not None}),
        }

    def still(self, messages: list[Message]) -> str:
        """See `Explorer.still`."""
        return still_html(messages, self._stored)

    def _show(self, pictures: dict[str, Image.Image], emit: Emit) -> None:
        """Send thumbnails to the page once: another text must not cost them again. One message holds all, for every run."""
        known, anew = dict(self._thumbnails), False
        for reference, image in pictures.items():
            if gallery.on_sheet(reference):
                continue
            kept = known.pop(reference, None)
            redrawn = kept is not None and reference.startswith(fields.DRAWN) and kept[0] is not image  # by another network
            anew = anew or kept is None or redrawn
            known[reference] = (image, gallery.thumbnail(image)) if kept is None or redrawn else kept
        known = dict(list(known.items())[-MOST_THUMBNAILS:])
        if anew:
            emit(Thumbnails(list(known), [picture for _, picture in known.values()]))
        self._thumbnails = known

    def _text_points(self, texts: list[str], at_work: Callable[[int, int], None] | None = None) -> list[torch.Tensor]:
        return self._points.each(
            [("text", text) for text in texts], lambda new: self.clip.embed_texts([text for _, text in new], BATCH, at_work)
        )

    def _unlearned(self, texts: list[str]) -> list[Unlearned]:
        ours = self.clip is bundled_clip() and as_shipped()
        return [word for text in texts for word in unlearned(text)] if ours else []

    def _search(self, text: str, emit: Emit) -> None:
        scenes = gallery.searched()
        at_work = partial(emit_progress, emit, "gallery")
        points = self._points.each(
            [("gallery", at) for at in range(len(scenes))],
            lambda new: self.clip.embed_pictures([scenes[at].image for _, at in new], BATCH, at_work),
        )
        (query,) = self._text_points([text])
        found = retrieval(query, torch.stack(points), len(scenes))
        nearest = {f"gallery:{number}": scenes[number].image for number in found.indices[:NEAREST]}
        self._show(nearest, emit)
        values = np.asarray(found.cosines, np.float32)
        emit(Found(text, list(nearest), values[:NEAREST], values))

    def _older(self, request: SimilarityRequest, emit: Emit) -> None:
        plan = artist.BothWaysPlan(request.older_prompt, request.older_steps, request.older_seed, request.older_guidance)
        made = self._made.put(plan, self._made.get(plan) or {})
        (query,) = self._text_points([plan.prompt])
        spent = {"unguided": 0, "guided": 0}
        for batch in artist.both_ways(self._pipeline.ready(), plan, made, partial(emit_progress, emit, "older")):
            cosines = cosine(query[None], self.clip.embed_pictures(batch.images))[0].tolist()
            spent[batch.way] += batch.rows
            for seed, image, value in zip(batch.seeds, batch.images, cosines, strict=True):
                emit(Candidate(batch.way, seed, jpeg(image, CANDIDATE_SIDE), value))
        emit(Spent(**spent))

    def _picture(self, reference: str, emit: Emit) -> Image.Image:
        if not reference.startswith(fields.DRAWN):
            return self.shelf.get(reference)
        return self._drawn.made(reference, partial(self._draw, reference, emit))

    def _draw(self, reference: str, emit: Emit) -> Image.Image:
        seed, prompt = fields.drawn("pictures", reference)
        tell = partial(emit_progress, emit, "drawing")
        (image,), _ = artist.draw(
            self._pipeline.ready(), prompt, [seed], artist.STEPS, artist.GUIDANCE, lambda count: tell(count.calls, artist.STEPS)
        )
        return image

    def _stored(self, reference: str) -> Image.Image | None:
        """Return a picture that is at hand; None where it would have to be drawn first."""
        if not reference.startswith(fields.DRAWN):
            return self.shelf.get(reference)
        return self._thumbnails[reference][0] if reference in self._thumbnails else None

    def _first_texts(self, pictures: Any, language: str | None) -> list[str]:
        spoken = known(language or current()) if self.clip is bundled_clip() else "en"
        references = pictures if isinstance(pictures, list) else gallery.first_pictures()
        return gallery.first_texts(references, self.shelf, spoken)


def _digest(reference: str, image: Image.Image) -> str:
    """Return what tells a drawn picture from what another network draws under the same name; empty for other pictures."""
    return hashlib.blake2b(image.tobytes(), digest_size=16).hexdigest() if reference.startswith(fields.DRAWN) else ""
