"""A CLIP with random weights, and all that changes while it learns which text belongs to which picture."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import torch

from diffexplain.core import similarity
from diffexplain.explorers import small_clip
from diffexplain.explorers.contrastive.messages import Measures, Moment
from diffexplain.explorers.contrastive.request import HOTTEST
from diffexplain.explorers.contrastive.world import HELD, world_of
from diffexplain.explorers.learning import Learner
from diffexplain.learn import contrastive
from diffexplain.learn.optimizers import adamw
from diffexplain.learn.session import Session
from diffexplain.live.messages import quantize

if TYPE_CHECKING:
    from collections.abc import Iterator

    from diffexplain.explorers.contrastive.request import ContrastiveLive, ContrastiveRequest
    from diffexplain.learn.descent import Update

EVERY = 10  # updates from one moment to the next
LOOK = 50  # updates from one that is taken apart to the next
MOST = 2 * HOTTEST + math.log(2 * 256)  # no loss of cosines times a temperature is higher: what breaks here is no number
SHOWN = 10  # pairs of an update that is taken apart


class Picked(NamedTuple):
    """A batch before its update.

    Attributes:
        rows: (n,) numbers of the pairs.
        wrong: (m,) numbers of those that bring a wrong caption.
        temperature: before the update.
        cosines: (n, n + m) before the update; None where nobody wants to see them.
    """

    rows: np.ndarray
    wrong: np.ndarray
    temperature: float
    cosines: torch.Tensor | None


class Training(Learner):
    """Trains with `diffexplain.learn.contrastive`, as the CLIP that ships was.

    Attributes:
        world: the pairs.
        live: read by each update.
        picked: the last batch; None where there is none to look at.
        courses: the updates.
    """

    def __init__(self, request: ContrastiveRequest) -> None:
        seed = request.seed % 2**63
        self.world = world_of(seed, request.pictures, request.captions)
        self.live: ContrastiveLive | None = None
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            network = small_clip.fresh(self.world.tokens, request.dimensions)
        super().__init__(Session(network, adamw(network, 1.0), device="cpu", seed=seed))
        self.most = MOST
        self._measured = self.world.rows_held(), np.arange(min(HELD, request.pictures))
        self.picked: Picked | None = None
        self.courses = self._courses()

    @property
    def network(self) -> Any:
        """The CLIP."""
        return self.state.network

    @property
    def temperature(self) -> float:
        """What cosines are multiplied by."""
        return float(self.network.logit_scale.detach().exp())

    def moment(self) -> Moment:
        """Measure where the network stands; `kept` is this place from now on, if it can be gone on from."""
        held, seen = self._measured
        pictures, texts = self._embedded(held)
        misses = self._texts(self.world.misses(held))
        cosines = pictures @ texts.T
        measured = measures(cosines, self.temperature)
        if not self.is_broken(measured.loss) and self.is_sound():
            self.mark()
        return Moment(
            at=self.updates // EVERY,
            update=self.updates,
            cosines=quantize(cosines.numpy()),
            temperature=self.temperature,
            held=measured,
            seen=measures(torch.mm(*_crossed(self._embedded(seen))), self.temperature),
            noticed=noticed(pictures, texts, misses),
            points=torch.cat((pictures, texts))[:, :2].numpy().astype(np.float16),
        )

    def after(self) -> torch.Tensor:
        """Return (n, n + m) cosines of the last batch with the weights as they are now."""
        assert self.picked is not None
        return self._cosines(self.picked.rows, self.picked.wrong)

    def set_back(self) -> None:
        """See `Learner`."""
        super().set_back()
        self.picked = None

    def _courses(self) -> Iterator[Update]:
        updates = contrastive.train(self.network, self._batches(), self.state.optimizers, rate=lambda _: self.rate)
        for update in updates:
            self.state.samples += len(self.picked.rows) if self.picked else 0
            yield update

    @property
    def _live(self) -> ContrastiveLive:
        assert self.live is not None
        return self.live

    def _batches(self) -> Iterator[contrastive.Batch]:
        world, draw = self.world, self.state.draw
        while True:
            self._set_temperature()
            count = min(self._live.batch, len(world.seen))
            rows = draw.choice(len(world.seen), count, replace=False)
            wrong = rows[: round(self._live.wrong * count)]
            shown = (self.updates + 1) % LOOK == 0 or self.ahead <= 1
            self.picked = Picked(rows, wrong, self.temperature, self._cosines(rows, wrong) if shown else None)
            yield contrastive.Batch(world.pixels(rows), world.texts(rows), world.misses(wrong) if len(wrong) else None)

    def _set_temperature(self) -> None:
        """Hold the temperature where it is to be held: what has no slope isn't learned."""
        scale, fixed = self.network.logit_scale, self._live.temperature
        scale.requires_grad_(fixed is None)
        if fixed is not None:
            with torch.no_grad():
                scale.fill_(math.log(fixed))

    @torch.no_grad()
    def _cosines(self, rows: np.ndarray, wrong: np.ndarray) -> torch.Tensor:
        pictures, texts = self._embedded(rows)
        return pictures @ torch.cat((texts, self._texts(self.world.misses(wrong)))).T if len(wrong) else pictures @ texts.T

    @torch.no_grad()
    def _embedded(self, rows: np.ndarray) -> tuple[torch.Tensor, torch.Tensor]:
        """Return (n, D) of pictures and (n, D) of their texts."""
        return contrastive.embed_pictures(self.network, self.world.pixels(rows)), self._texts(self.world.texts(rows))

    @torch.no_grad()
    def _texts(self, tokens: torch.Tensor) -> torch.Tensor:
        return contrastive.embed_texts(self.network, tokens)


def measures(cosines: torch.Tensor, temperature: float) -> Measures:
    """Measure (N, N) cosines of pictures with their texts."""
    own = torch.arange(len(cosines))
    right = [float((cosines.argmax(side) == own).float().mean()) for side in (1, 0)]
    return Measures(float(similarity.contrastive_loss(cosines * temperature)), *right)


def noticed(pictures: torch.Tensor, texts: torch.Tensor, misses: torch.Tensor) -> float:
    """Return the share of pictures that are nearer to their text than to the one that is nearly right; (N, D) each."""
    return float(((pictures * texts).sum(1) > (pictures * misses).sum(1)).float().mean())


def _crossed(both: tuple[torch.Tensor, torch.Tensor]) -> tuple[torch.Tensor, torch.Tensor]:
    return both[0], both[1].T
