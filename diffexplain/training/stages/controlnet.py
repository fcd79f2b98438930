"""Stage "controlnet": a copy of the U-Net's first half that is shown the edges of a picture."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from diffexplain.learn import controlnet, denoiser
from diffexplain.learn.denoiser import Batch
from diffexplain.learn.optimizers import Optimizers, muon_and_adamw
from diffexplain.training import data
from diffexplain.training.arrays import as_tensor, filled
from diffexplain.training.denoiser import Denoiser, Encoded, scheduler
from diffexplain.training.denoiser import load as load_unet

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from diffexplain.learn.descent import Progress
    from diffexplain.training.session import Session


class ControlNet(Denoiser):
    """Edges go in as a picture of 64x64 white lines on black. Where the loop and its data differ from the denoiser's stands here."""

    name = "controlnet"

    def fresh(self) -> Any:
        """A copy of the U-Net's encoder, with convolutions that start at zero."""
        from diffusers import ControlNetModel

        torch.manual_seed(0)
        # Two steps down from 64x64 edges to 16x16 latents.
        return ControlNetModel.from_unet(self._unet(), conditioning_embedding_out_channels=(16, 32, 64))

    def load(self, folder: Path) -> Any:
        """From a diffusers folder."""
        return load(folder, self.device)

    def optimizers(self, network: Any) -> Optimizers:
        """As the U-Net's; the convolutions that start at zero go to AdamW, for Muon would move them at full length at once."""
        apart = ("conv_in", "controlnet_cond_embedding", "controlnet_down_blocks", "controlnet_mid_block")
        return muon_and_adamw(network, self.course.rate, apart=apart)

    def prepare(self, tell: Callable[[str], None]) -> None:
        """Beside what the denoiser needs, the edges."""
        super().prepare(tell)
        self.unet = self._unet().requires_grad_(False)
        counts = {**self.settings.latents, "held_out": len(self.apart)}
        self.edges = {name: self._edges(name, count) for name, count in counts.items()}

    def loop(self, session: Session, **options: Any) -> Iterator[Progress]:
        """The denoiser's loss; only the copy learns."""
        batches = self.batches(session)
        noise = session.noise
        return controlnet.train(
            session.network, self.unet, scheduler(), batches, session.optimizers, generator=noise, **options
        )

    def batch(self, encoded: Encoded, index: torch.Tensor, language: torch.Tensor, silent: torch.Tensor) -> Batch:
        """The denoiser's batch, with edges."""
        plain = super().batch(encoded, index, language, silent)
        (name,) = [name for name, found in {**self.sets, "held_out": self.apart}.items() if found is encoded]
        packed = self.edges[name][index.cpu()].numpy()  # (N, 64, 8)
        lines = torch.from_numpy(np.unpackbits(packed, axis=-1)).to(self.device).float()[:, None]
        return Batch(plain.latents, plain.states, lines.expand(-1, 3, -1, -1))

    def predict(self, network: Any) -> denoiser.Predict:
        """The U-Net with the network beside it."""
        return controlnet.beside(network, self.unet)

    def _unet(self) -> Any:
        return load_unet(self.workspace.require(self.workspace.weights("denoiser"), "denoiser"), self.device)

    def _edges(self, name: str, count: int) -> torch.Tensor:
        """(count, 64, 8) bytes of eight pixels each."""
        scenes = data.make(self.workspace, name, self.settings.sets[name])

        def fill(start: int, stop: int) -> np.ndarray:
            pictures = torch.from_numpy(scenes.pictures[start:stop].copy()).permute(0, 3, 1, 2).float() / 255
            return np.packbits(controlnet.edges(pictures)[:, 0].numpy().astype(bool), axis=-1)

        shape = (min(count, len(scenes)), data.SIDE, data.SIDE // 8)
        path = self.workspace.derived / f"edges_{name}.npy"
        return as_tensor(filled(path, shape, np.uint8, fill, source=f"{scenes.source}; edges 1", part=512))


def load(folder: Path, device: torch.device) -> Any:
    """A ControlNet in float32."""
    from diffusers import ControlNetModel

    network = ControlNetModel.from_pretrained(folder, dtype=torch.float32)
    return network.to(device, memory_format=torch.channels_last).eval()
