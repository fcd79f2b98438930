"""Stage "controlnet": a copy of the U-Net's first half beside it, for edges."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from diffexplain import learn
from diffexplain.learn.denoiser import Batch, Predict
from diffexplain.learn.optimizers import Optimizers, muon_and_adamw
from diffexplain.training.data import scene_sets
from diffexplain.training.data.arrays import as_tensor, filled
from diffexplain.training.networks import controlnet, denoiser
from diffexplain.training.stages.denoiser import Denoiser

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from diffexplain.learn import Session, Update
    from diffexplain.training.stages.encoded import Encoded


class ControlNet(Denoiser):
    """Edges go in as a picture of white lines on black, as large as the pictures. Where the loop and its data differ from the denoiser's stands here."""

    name = "controlnet"

    def fresh(self) -> Any:
        """Copy the U-Net's encoder, with convolutions that start at zero."""
        return controlnet.fresh(self._unet(), len(self.settings.widths.vae) - 1)

    def load(self, folder: Path) -> Any:
        """Load it from a diffusers folder."""
        return controlnet.load(folder, self.device)

    def optimizers(self, network: Any) -> Optimizers:
        """Make them as the U-Net's; the convolutions that start at zero go to AdamW: Muon would move them at full length at once."""
        apart = ("conv_in", "controlnet_cond_embedding", "controlnet_down_blocks", "controlnet_mid_block")
        return muon_and_adamw(network, self.course.rate, apart=apart)

    def prepare(self, report: Callable[[str], None]) -> None:
        """Make what the denoiser needs, and the edges."""
        super().prepare(report)
        self.unet = self._unet().requires_grad_(False)
        counts = {**self.settings.latents, "held_out": len(self.apart)}
        self.edges = {name: self._edges(name, count) for name, count in counts.items()}

    def loop(self, session: Session, **options: Any) -> Iterator[Update]:
        """Train with the denoiser's loss; only the copy learns."""
        batches = self.batches(session)
        noise = session.noise
        return learn.controlnet.train(
            session.network, self.unet, denoiser.scheduler(), batches, session.optimizers, generator=noise, **options
        )

    def batch(self, encoded: Encoded, index: torch.Tensor, language: torch.Tensor, silent: torch.Tensor) -> Batch:
        """Return the denoiser's batch, with edges."""
        plain = super().batch(encoded, index, language, silent)
        (name,) = [name for name, one in {**self.sets, "held_out": self.apart}.items() if one is encoded]
        packed = self.edges[name][index.cpu()].numpy()  # (N, S, S / 8)
        lines = torch.from_numpy(np.unpackbits(packed, axis=-1)).to(self.device).float()[:, None]
        return Batch(plain.latents, plain.states, lines.expand(-1, 3, -1, -1))

    def predict(self, network: Any) -> Predict:
        """Predict with the U-Net and the network beside it."""
        return learn.controlnet.beside(network, self.unet)

    def _unet(self) -> Any:
        return denoiser.load(self.workspace.require(self.workspace.weights("denoiser"), "denoiser"), self.device)

    def _edges(self, name: str, count: int) -> torch.Tensor:
        """Return (count, S, S / 8) bytes of eight pixels each."""
        scenes = scene_sets.make(self.workspace, name, self.settings.sets[name])

        def fill(start: int, stop: int) -> np.ndarray:
            pictures = torch.from_numpy(scenes.pictures[start:stop].copy()).permute(0, 3, 1, 2).float() / 255
            return np.packbits(learn.controlnet.edges(pictures)[:, 0].numpy().astype(bool), axis=-1)

        side = scenes.pictures.shape[1]
        shape = (min(count, len(scenes)), side, side // 8)
        path = self.workspace.derived / f"edges_{name}.npy"
        return as_tensor(filled(path, shape, np.uint8, fill, source=f"{scenes.source}; edges 1", part=512))
