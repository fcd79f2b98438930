"""What was it taught with? The data sets of the field, and the filter that made the largest of them, on pairs of which the truth is known."""

from __future__ import annotations

import hashlib
import math
from typing import TYPE_CHECKING, Any

import numpy as np

from diffexplain.core.filtering import best_threshold
from diffexplain.explorers import checks, known_words
from diffexplain.explorers.dataset.learned import learn
from diffexplain.explorers.dataset.messages import Batch, Begin, Mine, Scored, Sets
from diffexplain.explorers.dataset.own import Source, own_pairs
from diffexplain.explorers.dataset.pairs import KINDS, SIDE, scene_pairs
from diffexplain.explorers.dataset.request import LEAST, MOST, MOST_WRONG, DatasetRequest, DatasetView
from diffexplain.explorers.dataset.sets import DATA_SETS
from diffexplain.explorers.dataset.still import overview
from diffexplain.explorers.explorer import Explorer
from diffexplain.explorers.gallery_sheet import offer
from diffexplain.explorers.messages import emit_progress
from diffexplain.explorers.pictures import jpeg
from diffexplain.i18n import say
from diffexplain.live import sheets
from diffexplain.models.clip import Clip, as_shipped, bundled_clip, load_clip
from diffexplain.models.learned import unlearned

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from os import PathLike

    import torch

    from diffexplain.explorers.dataset.pairs import Pair
    from diffexplain.explorers.remembered import Remembered
    from diffexplain.explorers.still import Overview
    from diffexplain.live.messages import Message

    Emit = Callable[[Message], None]

BATCH = 40  # pairs that are shown at a time: two seconds of one core
COLUMNS, QUALITY = 8, 75
MOST_POINTS = 2 * MOST + 1500  # and a little web of pairs to learn from
MINE_SIDE = 128


class DatasetExplorer(Explorer):
    """The data behind text-to-image: seven data sets, and the filter that made the largest, tried where the truth is known.

    ::

        explorer = DatasetExplorer()                 # 240 pairs of the scene world, two fifths of them wrong on purpose
        explorer.threshold = 0.4                     # what is kept and lost: the page answers at once
        explorer.learn = 0.3                         # two small CLIPs learn: from all pairs, and from those kept at 0.3
        explorer.caption = "IMG_4821.JPG"            # would this alt-text have made it?
        DatasetExplorer(pairs=Path("my/pictures"), wrong=0)      # pictures with a .txt beside each

    Args:
        pairs: of your own: a folder with a text file of the same name beside each picture, or with a table of captions; such a table
            (CSV, TSV, JSON Lines); ``"hf:NAME"``, which is streamed from the hub (``pip install 'diffexplain[data]'``); a data set of
            `datasets`; or a list of (picture, caption). None for the scene world.
        clip: a ``CLIPModel`` folder or hub name, or what `diffexplain.models.clip.load_clip` gives; None for the bundled one.
        pipeline: asked for nothing: pairs are scored by the CLIP alone. Any may be given, as `dx.explore` does.

    Attributes:
        clip: the `Clip`.
        scores: (N,) of the last finished run; None before.
        right: (N,) whether picture and caption belong together; None before. Of pairs of your own those that were left as they are.

    Raises:
        CollectionError: the pairs can't be used; the message says why.
        ModelError: the CLIP can't be used, e.g. because it has no vision tower.
        TraitError: a value is not allowed.
    """

    Request = DatasetRequest
    View = DatasetView
    result = Scored
    title = say("Data set explorer")
    about = say("Which data such models learn from, and what a filter by CLIP keeps and loses of it.")
    takes_pictures = frozenset({"picture"})
    _module = "dataset"

    def __init__(
        self,
        pairs: Any = None,
        *,
        clip: Clip | str | PathLike[str] | None = None,
        pipeline: Any = None,  # noqa: ARG002 - see the docstring
        **given: Any,
    ) -> None:
        self._source = None if pairs is None else Source(pairs)
        self.clip = bundled_clip() if clip is None else load_clip(clip)
        self.scores: np.ndarray[Any, np.dtype[np.float32]] | None = None
        self.right: np.ndarray[Any, np.dtype[np.bool_]] | None = None
        self._told = False
        self._points: Remembered[torch.Tensor] = self.memory.place(MOST_POINTS, lambda: self.clip)
        super().__init__(self.clip.model, **given)

    def check_picture(self, field: str, value: Any) -> str:  # noqa: ARG002 - the shelf says what is wrong
        """Return the reference of a picture; empty for none."""
        return "" if isinstance(value, str) and not value else self.shelf.reference(value)

    def offer(self) -> dict[str, Any]:
        """See `Explorer.offer`."""
        return {
            "known_words": known_words.offer(["caption"] if self._is_ours() else []),
            "gallery": offer(),
            "own": self._source is not None,
            "limits": {
                "text": checks.MAX_CHARACTERS,
                "seed": checks.MAX_SEED,
                "least": LEAST,
                "most": MOST,
                "wrong": MOST_WRONG,
            },
        }

    def run(self, request: DatasetRequest, emit: Emit) -> None:
        """Score one's own pair, then all others, batch by batch."""
        if not self._told:
            emit(Sets(list(DATA_SETS)))
            self._told = True
        ours = self._is_ours() and as_shipped()
        strange = unlearned(request.caption) if ours else []
        own = "" if self._source is None else self._source.name
        emit(Begin(request, own, self.clip.name, self._is_ours(), self.clip.temperature, strange))
        if request.caption.strip() and request.picture:
            emit(self._mine(request))
        scores, right = [], []
        for index, pairs in enumerate(self._batches(request, emit)):
            found = self._scored(pairs)
            emit(_batch(index, pairs, found))
            scores.append(found)
            right += [pair.right for pair in pairs]
            emit_progress(emit, "scoring", len(right), max(len(right), request.count))
        whole, truth = np.concatenate(scores), np.array(right)
        best = best_threshold(whole, truth)
        emit(Scored(len(whole), None if math.isnan(best) else best))
        self.scores, self.right = whole, truth
        if request.learn is not None and self._source is None:
            learn(request, request.learn, self._scored, emit)

    def overview(self, messages: list[Message]) -> Overview | None:
        """See `Explorer.overview`."""
        return overview(messages, self.threshold)

    def _is_ours(self) -> bool:
        return self.clip is bundled_clip()

    def _batches(self, request: DatasetRequest, emit: Emit) -> Iterator[list[Pair]]:
        emit_progress(emit, "pairs", 0, request.count)
        if self._source is None:
            return scene_pairs(request, BATCH)
        pairs = own_pairs(self._source.pairs(request.count), request.wrong, request.seed)
        return (pairs[start : start + BATCH] for start in range(0, len(pairs), BATCH))

    def _scored(self, pairs: list[Pair]) -> np.ndarray[Any, np.dtype[np.float32]]:
        """Return (n,) cosines; a picture or a caption that an earlier run has embedded costs nothing."""
        keys = [("picture", pair.image.size, hashlib.blake2b(pair.image.tobytes()).digest()) for pair in pairs]
        images = dict(zip(keys, (pair.image for pair in pairs), strict=True))
        seen = self._points.each(keys, lambda new: self.clip.embed_pictures([images[key] for key in new]))
        read = self._points.each(
            [("text", pair.caption) for pair in pairs], lambda new: self.clip.embed_texts([text for _, text in new])
        )
        return np.array([float(one @ other) for one, other in zip(seen, read, strict=True)], np.float32)

    def _mine(self, request: DatasetRequest) -> Mine:
        image = self.shelf.get(request.picture)
        (seen,), (read,) = self.clip.embed_pictures([image]), self.clip.embed_texts([request.caption])
        (reading,) = self.clip.readings([request.caption])
        return Mine(float(seen @ read), jpeg(image, MINE_SIDE), reading.characters if reading.truncated else None)


def _batch(index: int, pairs: list[Pair], scores: np.ndarray[Any, np.dtype[np.float32]]) -> Batch:
    return Batch(
        index=index,
        scores=scores,
        kinds=np.array([KINDS.index(pair.kind) for pair in pairs], np.uint8),
        chinese=np.array([pair.chinese for pair in pairs], np.uint8),
        unseen=np.array([pair.unseen for pair in pairs], np.uint8),
        captions=[pair.caption for pair in pairs],
        sheet=sheets.sheet([pair.image for pair in pairs], COLUMNS, SIDE, QUALITY),
        columns=min(COLUMNS, len(pairs)),
        tile=SIDE,
    )
