"""The way of one sampler, and of a long run, as pictures: decoded, how far from where they lead, and where CLIP puts them on the map."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from diffexplain.core.evenly import evenly
from diffexplain.core.modality import PICTURE
from diffexplain.explorers.decoding import batches, coarse_to_fine, unpacked
from diffexplain.explorers.messages import Progress
from diffexplain.explorers.sampler import agreement, measure
from diffexplain.explorers.sampler.messages import Compared, Decoded, Ground, LongRun, Placed
from diffexplain.explorers.sampler.race import PICTURED
from diffexplain.explorers.sampler.reference import level
from diffexplain.maps.atlas import MAPS
from diffexplain.maps.names import Labels

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from diffexplain.core.trace import Trace
    from diffexplain.explorers.sampler.agreement import Floats
    from diffexplain.explorers.sampler.reference import Reference
    from diffexplain.live.messages import Message

LONG_FILM = 16  # pictures of a long run
_MAP = MAPS.index("umap")


class Way:
    """One sampler's way, as pictures."""

    def __init__(self, row: int, trace: Trace, end: Floats) -> None:
        self.row, self.end = row, end
        self.indices = evenly(len(trace.steps), PICTURED)
        self.levels = np.array([level(trace.steps[index]) for index in self.indices], np.float32)
        self.latents = [unpacked(trace, trace.steps[index].x0) for index in self.indices]
        self.seen: list[Floats] = [end] * len(self.indices)
        self.images: list[Any] = [None] * len(self.indices)

    def decode(self, vae: Any, emit: Callable[[Message], None]) -> None:
        """Make the pictures exact, those first that lie far apart."""
        for batch in batches(coarse_to_fine(len(self.indices)), self.latents[0]):
            pixels, images = measure.decoded(torch.cat([self.latents[at] for at in batch]), vae)
            for at, seen, image in zip(batch, pixels, images, strict=True):
                self.seen[at], self.images[at] = seen, image
            to_own = agreement.rms(pixels, self.end)
            emit(Decoded(self.row, [self.indices[at] for at in batch], [measure.thumb(image) for image in images], to_own))

    def compare(self, reference: Reference, end: Floats, at: int, known: dict[tuple[int, float], Floats], vae: Any) -> Compared:
        """Return how far it is from a long run: `at` is the run's number among all, `known` what was decoded of them before."""
        missing = sorted({float(one) for one in self.levels if (at, float(one)) not in known})
        if missing:
            pixels, _ = measure.decoded(reference.at(np.array(missing, np.float32)), vae)
            known |= {(at, one): seen for one, seen in zip(missing, pixels, strict=True)}
        seen = np.stack(self.seen)
        beside = np.stack([known[at, float(one)] for one in self.levels])
        return Compared(self.row, self.indices, along=agreement.rms(seen, beside), to_end=agreement.rms(seen, end))


def film(reference: Reference, vae: Any) -> tuple[LongRun, list[Any]]:
    """Return a long run for the page, and its pictures as they are."""
    positions = evenly(len(reference.x0), LONG_FILM)
    _, images = measure.decoded(reference.x0[positions], vae)
    run = LongRun(
        timestep=reference.timestep,
        evaluations=len(reference.x0),
        image=measure.page_picture(reference.image),
        log_snr=reference.log_snr[positions].astype(np.float32),
        images=[measure.thumb(image) for image in images],
    )
    return run, images


def locate(films: Sequence[tuple[list[int], list[Any]]], known: bool, emit: Callable[[Message], None]) -> bool:
    """Say where the pictures of each row lie on the map that ships.

    Args:
        films: of each row the numbers of its pictures, and the pictures.
        known: whether the page has the map already; it holds for all runs.
        emit: takes each message.

    Returns:
        Whether the page has the map now. Not where the bundled CLIP was changed: the map is of another one then.
    """
    from diffexplain.maps.shipped import shipped_atlas
    from diffexplain.models.clip import as_shipped, bundled_clip

    if not as_shipped():
        return known
    atlas = shipped_atlas()
    if not known:
        pictures = atlas.kinds == PICTURE
        labels = None if atlas.labels is None else Labels(atlas.labels.names, atlas.labels.values[pictures])
        emit(Ground(atlas.clip, atlas.maps["umap"].points[pictures].astype(np.float32), labels))
    for row, (indices, images) in enumerate(films):
        emit(Progress("clip", row, len(films)))
        seen = bundled_clip().embed_pictures(images).numpy()
        emit(Placed(row, indices, atlas.place(seen, PICTURE)[:, _MAP].astype(np.float32)))
    return True
