"""Stage "denoiser": the U-Net, on latents and text states that are held in memory."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from diffexplain import learn
from diffexplain.errors import TrainingError
from diffexplain.learn import rates
from diffexplain.learn.denoiser import Batch, Predict
from diffexplain.learn.optimizers import Optimizers, adamw, muon_and_adamw
from diffexplain.training.data import scene_sets
from diffexplain.training.networks import denoiser
from diffexplain.training.stages.encoded import encode, encode_silence
from diffexplain.training.stages.stage import Stage

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from diffexplain.learn import Session, Update
    from diffexplain.training.stages.encoded import Encoded

_LOOKED_AT = 512


class Denoiser(Stage):
    """The U-Net that predicts noise, with Stable Diffusion's schedule."""

    name = "denoiser"

    def fresh(self) -> Any:
        """Build three levels, one resnet each, cross-attention in the lower two."""
        return denoiser.fresh(self.settings.widths, self.settings.latent_side)

    def load(self, folder: Path) -> Any:
        """Load it from a diffusers folder."""
        return denoiser.load(folder, self.device)

    def optimizers(self, network: Any) -> Optimizers:
        """Make Muon for weight matrices and AdamW for the rest, or AdamW for all."""
        kinds: dict[str, Callable[..., Optimizers]] = {"muon": muon_and_adamw, "adamw": adamw}
        wanted = self.settings.denoiser.optimizer
        if wanted not in kinds:
            raise TrainingError(f"There is no optimizer {wanted!r}. There are: {', '.join(kinds)}.")
        return kinds[wanted](network, self.course.rate)

    def rate(self, progress: float) -> float:
        """Hold it, then let it fall over the last 40 %."""
        return rates.hold_then_fall(progress)

    def prepare(self, report: Callable[[str], None]) -> None:
        """Encode pictures and captions, as far as that isn't done."""

        def encoded(name: str, count: int) -> Encoded:
            return encode(self.workspace, name, self.settings.sets[name], count, self.device, report)

        self.sets = {name: encoded(name, count) for name, count in self.settings.latents.items()}
        self.apart = encoded("held_out", _LOOKED_AT)
        self.silence = encode_silence(self.workspace).to(self.device)

    def loop(self, session: Session, **options: Any) -> Iterator[Update]:
        """Train on random scenes, a set at a time, most with their captions."""
        network = torch.compile(session.network) if self.settings.denoiser.compiled else session.network
        return learn.denoiser.train(
            network, denoiser.scheduler(), self.batches(session), session.optimizers, generator=session.noise, **options
        )

    def batches(self, session: Session) -> Iterator[Batch]:
        """Draw batches without end; a tenth of the scenes without a caption, for guidance."""
        names = list(self.settings.shares)
        odds = np.array([self.settings.shares[name] for name in names])
        while True:
            encoded = self.sets[names[session.draw.choice(len(names), p=odds / odds.sum())]]
            yield self.batch(encoded, *self.draw(session, encoded.things))

    def draw(self, session: Session, things: np.ndarray) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        """Draw which scenes, in which language, and which of them without a caption."""
        count = self.course.batch
        chosen = scene_sets.sample_indices(session.draw, things, count, self.settings.pairs)
        chinese = session.draw.random(count) < self.settings.chinese
        dropped = session.draw.random(count) < self.settings.dropped
        index, language, silent = (torch.from_numpy(drawn).to(self.device) for drawn in (chosen, chinese.astype(int), dropped))
        return index, language, silent

    def batch(self, encoded: Encoded, index: torch.Tensor, language: torch.Tensor, silent: torch.Tensor) -> Batch:
        """Make the batch of these scenes."""
        states = encoded.states[index, language].float()  # (N, 24, D)
        states[silent] = self.silence
        return Batch(encoded.latents[index].float(), states)

    def held_out(self, network: Any) -> dict[str, float]:
        """Compute the loss at fixed noise and timesteps, with and without weights."""
        scheduler, noise = denoiser.scheduler(), torch.Generator(self.device).manual_seed(0)
        weights = learn.denoiser.min_snr_weights(scheduler).float().to(self.device)
        costs = []
        for start in range(0, len(self.apart), 64):
            index = torch.arange(start, min(start + 64, len(self.apart)), device=self.device)
            batch = self.batch(self.apart, index, index % 2, torch.zeros_like(index, dtype=torch.bool))
            costs.append(
                (len(batch), learn.denoiser.loss(self.predict(network), scheduler, batch, weights=weights, generator=noise))
            )
        total = sum(count for count, _ in costs)
        return {
            "held_out_loss": sum(count * float(cost.total) for count, cost in costs) / total,
            "held_out_error": sum(count * float(cost.parts["error"]) for count, cost in costs) / total,
        }

    def predict(self, network: Any) -> Predict:
        """Return how the network predicts."""
        return learn.denoiser.plainly(network)
