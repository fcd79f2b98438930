"""A denoiser of points in the plane, and all that changes while it is trained."""

from __future__ import annotations

import itertools
import math
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from diffusers import DDIMScheduler
from sklearn.datasets import make_circles, make_moons, make_swiss_roll

from diffexplain.learn import denoiser
from diffexplain.learn.optimizers import adamw
from diffexplain.learn.session import Session
from diffexplain.live.live_session import LiveSession

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from docs.examples.point_cloud.messages import CloudRequest

TIMESTEPS = 100
STEPS = 20  # of sampling
SAMPLES = 300
BATCH = 128
FREQUENCIES = 8
SCALES = (1, 2, 4)


def cloud_of(request: CloudRequest) -> torch.Tensor:
    """Return (n, 2) points, each coordinate with mean 0 and variance 1."""
    make = {
        "moons": lambda **options: make_moons(noise=0.05, **options)[0],
        "roll": lambda **options: make_swiss_roll(noise=0.3, **options)[0][:, [0, 2]],
        "rings": lambda **options: make_circles(noise=0.03, factor=0.5, **options)[0],
    }[request.data]
    points = make(n_samples=request.points, random_state=request.seed % 2**32)
    return torch.tensor((points - points.mean(0)) / points.std(0), dtype=torch.float32)


class Network(torch.nn.Module):
    """A point and its noise level in, the noise in it out."""

    def __init__(self, width: int) -> None:
        super().__init__()
        widths = [2 + 4 * len(SCALES) + 2 * FREQUENCIES, width, width, width]
        layers = [part for pair in itertools.pairwise(widths) for part in (torch.nn.Linear(*pair), torch.nn.SiLU())]
        self.layers = torch.nn.Sequential(*layers, torch.nn.Linear(width, 2))

    def forward(self, points: torch.Tensor, timesteps: torch.Tensor) -> torch.Tensor:
        """(N, 2) points and (N,) timesteps to (N, 2) noise."""
        angles = timesteps[:, None] / TIMESTEPS * math.pi * 2.0 ** torch.arange(FREQUENCIES)[None] / 2  # (N, frequencies)
        waves = torch.cat([scale * points for scale in SCALES], 1)  # fine shapes are slow to learn without (Tancik et al. 2020)
        noise: torch.Tensor = self.layers(torch.cat([points, waves.sin(), waves.cos(), angles.sin(), angles.cos()], 1))
        return noise


class Training(LiveSession):
    """Trains with `diffexplain.learn`, as the bundled model was.

    Attributes:
        rate: learning rate of the next update.
        cloud: (n, 2) what it learns from.
    """

    def __init__(self, request: CloudRequest) -> None:
        seed = request.seed % 2**63
        self.rate = 0.0
        self.cloud = cloud_of(request)
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            network = Network(request.width)
        self._state = Session(network, adamw(network, 1.0), device="cpu", seed=seed)
        self._start = torch.randn(SAMPLES, 2, generator=torch.Generator().manual_seed(seed + 1))
        self._scheduler = DDIMScheduler(TIMESTEPS, beta_schedule="squaredcos_cap_v2", clip_sample=False)
        self.losses = self._losses()

    def _losses(self) -> Iterator[float]:
        updates = denoiser.train(
            self._state.network, self._scheduler, self._batches(), self._state.optimizers, gamma=None, predict=self._predict,
            average=self._state.average, generator=self._state.noise, rate=lambda _: self.rate,
        )  # fmt: skip
        for update in updates:
            yield update.loss

    def _batches(self) -> Iterator[denoiser.Batch]:
        while True:
            rows = self._state.draw.integers(len(self.cloud), size=BATCH)
            yield denoiser.Batch(self.cloud[rows, :, None, None], torch.empty(0))  # a point is a picture of one pixel

    def _predict(self, noisy: torch.Tensor, timesteps: torch.Tensor, _: Any) -> torch.Tensor:
        noise: torch.Tensor = self._state.network(noisy.flatten(1), timesteps)
        return noise[..., None, None]

    @torch.no_grad()
    def noise(self, points: torch.Tensor, timestep: int) -> torch.Tensor:
        """Return the noise that the averaged network sees in (N, 2) points."""
        noise: torch.Tensor = self._state.average.network(points, torch.full((len(points),), timestep))
        return noise

    def samples(self) -> torch.Tensor:
        """Return (n, 2) points that the averaged network makes of always the same noise (DDIM, so nothing in it is chance)."""
        scheduler, points = DDIMScheduler.from_config(self._scheduler.config), self._start
        scheduler.set_timesteps(STEPS)
        for timestep in scheduler.timesteps.tolist():
            points = scheduler.step(self.noise(points, timestep), timestep, points).prev_sample
        return points

    def tensors(self) -> dict[str, torch.Tensor]:
        """See `LiveSession`."""
        return self._state.tensors()

    def facts(self) -> dict[str, Any]:
        """See `LiveSession`."""
        return self._state.facts()

    def restore(self, tensors: Mapping[str, torch.Tensor], facts: Mapping[str, Any]) -> None:
        """See `LiveSession`."""
        self._state.load(tensors, facts)


def grid(side: int = 15, reach: float = 2.2) -> torch.Tensor:
    """Return (side * side, 2) positions in a square."""
    line = torch.from_numpy(np.linspace(-reach, reach, side, dtype=np.float32))
    return torch.cartesian_prod(line, line)
