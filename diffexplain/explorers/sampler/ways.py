"""The way of one sampler, and of a long run, as pictures: decoded, and how far they are from where they lead."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from diffexplain.explorers.decoding import batches, coarse_to_fine
from diffexplain.explorers.evenly import evenly
from diffexplain.explorers.sampler import agreement, measure
from diffexplain.explorers.sampler.messages import Compared, Decoded, LongRun
from diffexplain.explorers.sampler.race import PICTURED
from diffexplain.explorers.sampler.reference import level

if TYPE_CHECKING:
    from collections.abc import Callable

    from diffexplain.core.trace import Trace
    from diffexplain.explorers.sampler.agreement import Floats
    from diffexplain.explorers.sampler.reference import Reference
    from diffexplain.live.messages import Message

LONG_FILM = 16  # pictures of a long run


class Way:
    """One sampler's way, as pictures."""

    def __init__(self, row: int, trace: Trace, end: Floats) -> None:
        self.row, self.end = row, end
        self.indices = evenly(len(trace.steps), PICTURED)
        self.levels = np.array([level(trace.steps[index]) for index in self.indices], np.float32)
        self.latents = [measure.original(trace, index) for index in self.indices]
        self.seen: list[Floats] = [end] * len(self.indices)
        self.images: list[Any] = [None] * len(self.indices)

    def decode(self, vae: Any, emit: Callable[[Message], None]) -> None:
        """Make the pictures exact, those first that lie far apart."""
        for positions in batches(coarse_to_fine(len(self.indices)), self.latents[0]):
            pixels, images = measure.decoded(torch.cat([self.latents[position] for position in positions]), vae)
            for position, seen, image in zip(positions, pixels, images, strict=True):
                self.seen[position], self.images[position] = seen, image
            to_own = agreement.rms(pixels, self.end).astype(np.float32)
            emit(
                Decoded(
                    self.row,
                    [self.indices[position] for position in positions],
                    [measure.thumb(image) for image in images],
                    to_own,
                )
            )

    def compare(self, reference: Reference, end: Floats, at: int, known: dict[tuple[int, float], Floats], vae: Any) -> Compared:
        """How far it is from a long run: `at` is the run's place among all, `known` what was decoded of them before."""
        missing = sorted({float(one) for one in self.levels if (at, float(one)) not in known})
        if missing:
            pixels, _ = measure.decoded(reference.at(np.array(missing, np.float32)), vae)
            known |= {(at, one): seen for one, seen in zip(missing, pixels, strict=True)}
        seen = np.stack(self.seen)
        beside = np.stack([known[at, float(one)] for one in self.levels])
        along, to_end = (agreement.rms(seen, other).astype(np.float32) for other in (beside, end))
        return Compared(self.row, self.indices, along, to_end)


def film(reference: Reference, vae: Any) -> tuple[LongRun, tuple[list[int], list[Any]]]:
    """A long run for the page, and its pictures as they are."""
    last = len(reference.log_snr) - 1
    positions = evenly(len(reference.x0), LONG_FILM)
    _, images = measure.decoded(reference.x0[positions], vae)
    run = LongRun(
        timestep=reference.timestep,
        evaluations=last + 1,
        image=measure.finished(reference.image),
        log_snr=reference.log_snr[positions].astype(np.float32),
        images=[measure.thumb(image) for image in images],
    )
    return run, (list(range(len(positions))), images)
