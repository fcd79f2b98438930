"""A denoiser of points in the plane, and all that changes while it is trained."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch
from diffusers import DDIMScheduler

from diffexplain.explorers.learning import Learner
from diffexplain.learn import denoiser, probing
from diffexplain.learn.clouds import cloud
from diffexplain.learn.optimizers import adamw
from diffexplain.learn.session import Session
from diffexplain.learn.small import PointNetwork

if TYPE_CHECKING:
    from collections.abc import Iterator

    from docs.examples.point_cloud.messages import CloudRequest

TIMESTEPS = 100
STEPS = 20  # of sampling
SAMPLES = 300
BATCH = 128


class Training(Learner):
    """Trains with `diffexplain.learn`, as the bundled model was.

    Attributes:
        rate: learning rate of the next update.
        cloud: (n, 2) what it learns from.
    """

    def __init__(self, request: CloudRequest) -> None:
        seed = request.seed % 2**63
        self.rate = 0.0
        self.cloud = cloud(request.data, request.points, seed)
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            network = PointNetwork(request.width, TIMESTEPS)
        super().__init__(Session(network, adamw(network, 1.0), device="cpu", seed=seed))
        self._start = torch.randn(SAMPLES, 2, generator=torch.Generator().manual_seed(seed + 1))
        self._scheduler = DDIMScheduler(TIMESTEPS, beta_schedule="squaredcos_cap_v2", clip_sample=False)
        self.losses = self._losses()

    def _losses(self) -> Iterator[float]:
        updates = denoiser.train(
            self.state.network, self._scheduler, self._batches(), self.state.optimizers, gamma=None, predict=self._predict,
            average=self.state.average, generator=self.state.noise, rate=lambda _: self.rate,
        )  # fmt: skip
        for update in updates:
            yield update.loss

    def _batches(self) -> Iterator[denoiser.Batch]:
        while True:
            rows = self.state.draw.integers(len(self.cloud), size=BATCH)
            yield denoiser.Batch(self.cloud[rows, :, None, None], torch.empty(0))  # a point is a picture of one pixel

    def _predict(self, noisy: torch.Tensor, timesteps: torch.Tensor, _: Any) -> torch.Tensor:
        noise: torch.Tensor = self.state.network(noisy, timesteps)
        return noise

    @torch.no_grad()
    def noise(self, points: torch.Tensor, timestep: int) -> torch.Tensor:
        """Return the noise that the averaged network sees in (N, 2) points."""
        noise: torch.Tensor = self.state.average.network(points, torch.full((len(points),), timestep))
        return noise

    def samples(self) -> torch.Tensor:
        """Return (n, 2) points that the averaged network makes of always the same noise."""
        return probing.sampled(self.state.average.network, self._scheduler, self._start, STEPS)
