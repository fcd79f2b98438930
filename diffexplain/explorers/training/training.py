"""A denoiser in training, and all that is looked at meanwhile."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

from diffexplain.core.nearest import nearest
from diffexplain.explorers.arrays import half_precision
from diffexplain.explorers.learning import Learner
from diffexplain.explorers.training import messages
from diffexplain.explorers.training.subject import subject_of
from diffexplain.learn import denoiser, probing
from diffexplain.learn.clouds import grid
from diffexplain.learn.optimizers import adamw
from diffexplain.learn.session import Session
from diffexplain.live.messages import quantize

if TYPE_CHECKING:
    from collections.abc import Iterator

    from diffexplain.explorers.training.request import TrainingRequest
    from diffexplain.live.messages import Array, Quantized

LEVELS = (50, 200, 400, 600, 850)  # of TIMESTEPS: little noise to nearly nothing else
STEPS = 20  # of sampling
SAMPLES = {True: 12, False: 300}  # of pictures, of points
SHOWN = 8  # of the training set, of pictures
ROWS = 5  # of a batch
PROBED = 32  # of what is held out, and of what is trained on: a probe may cost as much as four updates
DECAY = 0.99  # of the average of the weights: it follows within some hundred updates
_REACH = 4.0  # of numbers that are sent: noise goes that far


class Training(Learner):
    """Trains with `diffexplain.learn`, as the bundled model was.

    Attributes:
        request: what was asked.
        subject: what is learned.
    """

    def __init__(self, request: TrainingRequest) -> None:
        self.request, self.subject = request, subject_of(request)
        seed = request.seed % 2**63
        network = self.subject.network
        super().__init__(Session(network, adamw(network, 1.0), device="cpu", limit=DECAY, seed=seed))
        still = torch.Generator().manual_seed(seed + 1)  # of what is looked at: it takes nothing from the training's own noise
        shape = self.subject.train.shape[1:]
        self._start = torch.randn(SAMPLES[self.is_pictures], *shape, generator=still)
        self._noise = torch.randn(self.subject.held.shape, generator=still)
        self._rows = torch.arange(PROBED) % len(self.subject.train)
        self._apart = float(nearest(self.subject.held, self.subject.train)[1].mean())
        self._batch: tuple[torch.Tensor, ...] = ()
        self.updating = self._updating()

    @property
    def is_pictures(self) -> bool:
        """Whether pictures are learned, and not points."""
        return self.request.data == "pictures"

    def _updating(self) -> Iterator[float]:
        state = self.state
        updates = denoiser.train(
            state.network, self.subject.scheduler, self._batches(), state.optimizers, gamma=None, predict=self._predict,
            average=state.average, generator=state.noise, rate=lambda _: self.rate,
        )  # fmt: skip
        for update in updates:
            yield update.parts["error"]

    def _batches(self) -> Iterator[denoiser.Batch]:
        while True:
            rows = self.state.draw.integers(len(self.subject.train), size=self.request.batch)
            yield denoiser.Batch(self.subject.train[rows], torch.empty(0))

    def _predict(self, noisy: torch.Tensor, timesteps: torch.Tensor, batch: denoiser.Batch) -> torch.Tensor:
        said: torch.Tensor = self.state.network(noisy, timesteps)
        count = min(ROWS, len(noisy))
        rows = torch.arange(count) * len(noisy) // count  # strengths rise along a batch: some of all of them
        self._batch = tuple(each[rows].detach() for each in (batch.latents, timesteps, noisy, said))
        return said

    # What is looked at

    def begin(self) -> messages.Begin:
        """Say what will be learned."""
        subject = self.subject
        share = subject.scheduler.alphas_cumprod
        return messages.Begin(
            request=self.request,
            parameters=sum(each.numel() for each in subject.network.parameters()),
            train=self._sent(subject.train[: SHOWN if self.is_pictures else None]),
            a=share.sqrt().numpy(),
            b=(1 - share).sqrt().numpy(),
            timesteps=list(LEVELS),
            original=half_precision(subject.held[0]),
            noise=half_precision(self._noise[0]),
            grid=None if self.is_pictures else half_precision(grid()),
        )

    def probe(self, at: int) -> messages.Probe:
        """Look at the averaged network from outside."""
        subject, denoise = self.subject, self.state.average.network
        held, train = (
            probing.errors_at(denoise, subject.scheduler, clean, self._noise[:PROBED], LEVELS)
            for clean in (subject.held[:PROBED], subject.train[self._rows])
        )
        of_picture = [self._told(self._noisy(level), level) for level in LEVELS]
        original, noise = (torch.cat(parts) for parts in zip(*of_picture, strict=True))
        field = None
        if not self.is_pictures:
            places = grid()[:, :, None, None]
            field = torch.stack([self._told(places, level)[1].flatten(1) for level in LEVELS])
        return messages.Probe(
            at, self.updates, held.tolist(), train.tolist(), quantize(noise.numpy(), _REACH), quantize(original.numpy(), _REACH),
            None if field is None else half_precision(field),
        )  # fmt: skip

    def sheet(self, at: int) -> messages.Sheet:
        """Draw with the averaged network, and find the nearest pictures that it was trained on."""
        train = self.subject.train
        samples = probing.sampled(self.state.average.network, self.subject.scheduler, self._start, STEPS)
        which, distances = nearest(samples, train)
        shown = train[which] if self.is_pictures else train[:0]
        return messages.Sheet(at, self.updates, self._sent(samples), self._sent(shown), distances.tolist(), self._apart)

    def examples(self) -> messages.Examples:
        """Show some of the batch that led to the newest update."""
        original, timesteps, noisy, said = self._batch
        share = self.subject.scheduler.alphas_cumprod[timesteps][:, None, None, None]
        noise = (noisy - share.sqrt() * original) / (1 - share).sqrt()
        wanted = denoiser.target_of(self.subject.scheduler, original, noise, timesteps)
        loss = (said - wanted).square().mean((1, 2, 3)).tolist()
        shown, added, answered = (quantize(each.numpy(), _REACH) for each in (original, noise, said))
        return messages.Examples(self.updates, timesteps.tolist(), shown, added, answered, loss)

    def _noisy(self, level: int) -> torch.Tensor:
        """Return (1, C, h, w), the held-out picture that is asked about again and again."""
        noisy: torch.Tensor = self.subject.scheduler.add_noise(self.subject.held[:1], self._noise[:1], torch.tensor([level]))
        return noisy

    @torch.no_grad()
    def _told(self, noisy: torch.Tensor, level: int) -> tuple[torch.Tensor, torch.Tensor]:
        said = self.state.average.network(noisy, torch.full((len(noisy),), level))
        return probing.told_apart(self.subject.scheduler, noisy, said, level)

    def _sent(self, tensor: torch.Tensor) -> Array | Quantized:
        return quantize(tensor.numpy(), 1.0) if self.is_pictures and tensor.numel() else half_precision(tensor)
