"""How good samples are: one measure for all models, and what real data reach in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PIL import Image

from diffexplain.core.energy import energy_distance
from diffexplain.explorers.learnable import drawn_from
from diffexplain.models.clip import load_clip

if TYPE_CHECKING:
    import torch

    from diffexplain.explorers.generative.request import GenerativeRequest

HELD = {True: 64, False: 400}  # of pictures, of points
DRAWN = {True: 32, False: 300}
AGAIN = 3  # times that real data are measured


class Measure:
    """The energy distance from data that are never trained on: of points where they lie, of pictures their embeddings in a CLIP.

    Args:
        request: what is learned.

    Attributes:
        held: (n, C, h, w) those data.
        drawn: how many samples it takes.
    """

    def __init__(self, request: GenerativeRequest) -> None:
        self._pictures = request.data == "pictures"
        self._data, self._seed = request.data, request.seed
        self._clip = load_clip() if self._pictures else None
        self.drawn = DRAWN[self._pictures]
        self.held = drawn_from(request.data, HELD[self._pictures], 2 * request.seed + 1)
        self._theirs = self._features(self.held)

    def of(self, samples: torch.Tensor) -> float:
        """Measure (n, C, h, w) samples."""
        return energy_distance(self._features(samples), self._theirs)

    def real(self) -> list[float]:
        """Measure fresh data of the kind, several times."""
        seeds = (
            2_000_003 + 3 * self._seed + again for again in range(AGAIN)
        )  # neither that of the training set nor that of `held`
        return [self.of(drawn_from(self._data, self.drawn, seed)) for seed in seeds]

    def _features(self, data: torch.Tensor) -> torch.Tensor:
        if self._clip is None:
            return data.flatten(1)
        pixels = ((data.clamp(-1, 1) + 1) * 127.5).round().byte().permute(0, 2, 3, 1).numpy()
        return self._clip.embed_pictures([Image.fromarray(each) for each in pixels])
