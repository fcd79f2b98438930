"""Stage "denoiser": the U-Net, on latents and text states that are computed once and held in memory."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from diffexplain.learn import denoiser, rates
from diffexplain.learn.denoiser import Batch
from diffexplain.learn.optimizers import Optimizers, adamw, muon_and_adamw
from diffexplain.training import captions, clip, data, tokenizer, vae
from diffexplain.training.arrays import as_tensor, filled
from diffexplain.training.errors import TrainingError
from diffexplain.training.session import Stage
from diffexplain.training.workspace import fingerprint

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from diffexplain.learn.descent import Progress
    from diffexplain.training.data import Scenes
    from diffexplain.training.session import Session

SCHEDULE = {
    "beta_start": 0.00085,
    "beta_end": 0.012,
    "beta_schedule": "scaled_linear",
    "clip_sample": False,
}  # Stable Diffusion's
_LOOKED_AT = 512


@dataclass(frozen=True, eq=False)
class Encoded:
    """A set of scenes as the denoiser sees it.

    Attributes:
        latents: (N, 4, 16, 16) float16, scaled.
        states: (N, 2, 24, D) float16: English and Chinese captions.
        things: (N, 2) of `diffexplain.training.data.Scenes`, on the CPU.
    """

    latents: torch.Tensor
    states: torch.Tensor
    things: np.ndarray

    def __len__(self) -> int:
        return len(self.latents)


class Denoiser(Stage):
    """The U-Net that predicts noise, with Stable Diffusion's schedule."""

    name = "denoiser"

    def fresh(self) -> Any:
        """Three levels, one resnet each, cross-attention in the lower two."""
        from diffusers import UNet2DConditionModel

        torch.manual_seed(0)
        widths = self.settings.widths
        return UNet2DConditionModel(
            sample_size=data.SIDE // 4,
            down_block_types=("DownBlock2D", "CrossAttnDownBlock2D", "CrossAttnDownBlock2D"),
            up_block_types=("CrossAttnUpBlock2D", "CrossAttnUpBlock2D", "UpBlock2D"),
            block_out_channels=widths.unet,
            layers_per_block=1,
            cross_attention_dim=widths.clip,
            attention_head_dim=4,
            norm_num_groups=widths.groups,
        )

    def load(self, folder: Path) -> Any:
        """From a diffusers folder."""
        return load(folder, self.device)

    def optimizers(self, network: Any) -> Optimizers:
        """Muon for weight matrices and AdamW for the rest, or AdamW for all."""
        kinds: dict[str, Callable[..., Optimizers]] = {"muon": muon_and_adamw, "adamw": adamw}
        wanted = self.settings.denoiser.optimizer
        if wanted not in kinds:
            raise TrainingError(f"There is no optimizer {wanted!r}. There are: {', '.join(kinds)}.")
        return kinds[wanted](network, self.course.rate)

    def rate(self, progress: float) -> float:
        """Held, then run down over the last 40 %."""
        return rates.hold_then_fall(progress)

    def prepare(self, tell: Callable[[str], None]) -> None:
        """Encode pictures and captions, as far as that isn't done."""
        self.sets = {name: self.encoded(name, count, tell) for name, count in self.settings.latents.items()}
        self.apart = self.encoded("held_out", _LOOKED_AT, tell)
        self.silence = silence(self.workspace).to(self.device)

    def encoded(self, name: str, count: int, tell: Callable[[str], None]) -> Encoded:
        """Latents and text states of the first scenes of a set, on the device."""
        scenes = data.make(self.workspace, name, self.settings.sets[name], tell)
        count = min(count, len(scenes))
        latents = latents_of(self.workspace, name, scenes, count, self.device, tell)
        states = states_of(self.workspace, name, scenes, count, self.device, tell)
        # On the CPU they stay mapped, and lie in memory as far as there is room; a GPU holds them itself.
        return Encoded(as_tensor(latents).to(self.device), as_tensor(states).to(self.device), scenes.things[:count])

    def loop(self, session: Session, **options: Any) -> Iterator[Progress]:
        """Random scenes, a set at a time, most with their captions."""
        network = torch.compile(session.network) if self.settings.denoiser.compiled else session.network
        return denoiser.train(
            network, scheduler(), self.batches(session), session.optimizers, generator=session.noise, **options
        )

    def batches(self, session: Session) -> Iterator[Batch]:
        """Endless; a tenth without a caption, for guidance."""
        names = list(self.settings.shares)
        odds = np.array([self.settings.shares[name] for name in names])
        while True:
            encoded = self.sets[names[session.draw.choice(len(names), p=odds / odds.sum())]]
            yield self.batch(encoded, *self.draw(session, encoded.things))

    def draw(self, session: Session, things: np.ndarray) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        """Which scenes, in which language, and which of them without a caption."""
        count = self.course.batch
        chosen = data.drawn(session.draw, things, count, self.settings.pairs)
        chinese = session.draw.random(count) < self.settings.chinese
        dropped = session.draw.random(count) < self.settings.dropped
        index, language, silent = (torch.from_numpy(found).to(self.device) for found in (chosen, chinese.astype(int), dropped))
        return index, language, silent

    def batch(self, encoded: Encoded, index: torch.Tensor, language: torch.Tensor, silent: torch.Tensor) -> Batch:
        """The batch of these scenes."""
        states = encoded.states[index, language].float()  # (N, 24, D)
        states[silent] = self.silence
        return Batch(encoded.latents[index].float(), states)

    def held_out(self, network: Any) -> dict[str, float]:
        """Loss at fixed noise and timesteps, with and without weights."""
        plan, noise = scheduler(), torch.Generator(self.device).manual_seed(0)
        weights = denoiser.min_snr_weights(plan).float().to(self.device)
        costs = []
        for start in range(0, len(self.apart), 64):
            index = torch.arange(start, min(start + 64, len(self.apart)), device=self.device)
            batch = self.batch(self.apart, index, index % 2, torch.zeros_like(index, dtype=torch.bool))
            costs.append((len(batch), denoiser.loss(self.predict(network), plan, batch, weights=weights, generator=noise)))
        total = sum(count for count, _ in costs)
        return {
            "held_out_loss": sum(count * float(cost.total) for count, cost in costs) / total,
            "held_out_error": sum(count * float(cost.parts["error"]) for count, cost in costs) / total,
        }

    def predict(self, network: Any) -> denoiser.Predict:
        """How the network predicts."""
        return denoiser.plainly(network)


def scheduler() -> Any:
    """The noise levels to train on: Stable Diffusion's."""
    from diffusers import DDPMScheduler

    return DDPMScheduler(**SCHEDULE)


def load(folder: Path, device: torch.device) -> Any:
    """A U-Net in float32."""
    from diffusers import UNet2DConditionModel

    unet = UNet2DConditionModel.from_pretrained(folder, dtype=torch.float32)
    return unet.to(device, memory_format=torch.channels_last).eval()


def latents_of(
    workspace: Any, name: str, scenes: Scenes, count: int, device: torch.device, tell: Callable[[str], None]
) -> np.ndarray:
    """(count, 4, 16, 16) float16."""
    folder = workspace.require(workspace.weights("vae"), "vae")
    network = vae.load(folder, device)

    def fill(start: int, stop: int) -> np.ndarray:
        found: np.ndarray = vae.encode(network, scenes.pictures[start:stop]).half().numpy()
        return found

    path, source = workspace.derived / f"latents_{name}.npy", f"{scenes.source}; vae {fingerprint(folder)}"
    side = data.SIDE // 4
    return filled(
        path, (count, 4, side, side), np.float16, fill, source=source, part=512, tell=data.counted(tell, f"latents, {name}")
    )


def states_of(
    workspace: Any, name: str, scenes: Scenes, count: int, device: torch.device, tell: Callable[[str], None]
) -> np.ndarray:
    """(count, 2, 24, D) float16: what the text encoder makes of English and Chinese captions."""
    folder = workspace.require(workspace.weights("clip"), "clip")
    network = clip.load(folder, device).text_model
    spoken = captions.tokens(workspace, name, scenes)

    @torch.inference_mode()
    def fill(start: int, stop: int) -> np.ndarray:
        ids = torch.from_numpy(spoken[start:stop].astype(np.int64)).to(device).flatten(0, 1)  # (2n, 24)
        found: np.ndarray = network(input_ids=ids).last_hidden_state.unflatten(0, (-1, 2)).half().cpu().numpy()
        return found

    path, source = workspace.derived / f"states_{name}.npy", f"{scenes.source}; clip {fingerprint(folder, workspace.tokenizer)}"
    shape = (count, 2, tokenizer.LENGTH, network.config.hidden_size)
    return filled(path, shape, np.float16, fill, source=source, part=512, tell=data.counted(tell, f"text states, {name}"))


def silence(workspace: Any) -> torch.Tensor:
    """(24, D): the states of the empty caption."""
    words = tokenizer.load(workspace.tokenizer)
    ids = torch.from_numpy(tokenizer.encode(words, [""]).astype(np.int64))
    with torch.inference_mode():
        states: torch.Tensor = (
            clip.load(workspace.weights("clip"), torch.device("cpu")).text_model(input_ids=ids).last_hidden_state
        )
    return states[0].clone()
