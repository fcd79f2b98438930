"""Stage "vae": 64x64x3 pixels to 16x16x4 latents and back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch

from diffexplain.learn import autoencoder
from diffexplain.training import data
from diffexplain.training.figures import psnr, ssim
from diffexplain.training.session import Stage

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    import numpy as np

    from diffexplain.learn.descent import Progress
    from diffexplain.training.session import Session

_LOOKED_AT = 256


class Vae(Stage):
    """The autoencoder. With part "decoder" the encoder stays as it is, and so do the latents that a denoiser was trained on."""

    name = "vae"
    parts = ("decoder", "all")

    def fresh(self) -> Any:
        """Three levels, one resnet each."""
        from diffusers import AutoencoderKL

        torch.manual_seed(0)
        return AutoencoderKL(
            down_block_types=("DownEncoderBlock2D",) * 3,
            up_block_types=("UpDecoderBlock2D",) * 3,
            block_out_channels=self.settings.widths.vae,
            latent_channels=4,
            norm_num_groups=self.settings.widths.groups,
            sample_size=data.SIDE,
            mid_block_add_attention=False,
        )

    def load(self, folder: Path) -> Any:
        """From a diffusers folder."""
        return load(folder, self.device)

    def trainable(self, network: Any) -> None:
        """All, or the decoder."""
        if self.part == "decoder":
            network.encoder.requires_grad_(False)
            network.quant_conv.requires_grad_(False)

    def prepare(self, tell: Callable[[str], None]) -> None:
        """Map the pictures."""
        sets = self.settings.sets
        self.scenes, self.apart = (data.make(self.workspace, name, sets[name], tell) for name in ("even", "held_out"))

    def loop(self, session: Session, **options: Any) -> Iterator[Progress]:
        """Random pictures of the even set."""

        def batches() -> Iterator[torch.Tensor]:
            while True:
                chosen = session.draw.integers(0, len(self.scenes), self.course.batch)
                yield pixels(self.scenes.pictures[chosen], self.device)

        return autoencoder.train(session.network, batches(), session.optimizers, generator=session.noise, **options)

    def held_out(self, network: Any) -> dict[str, float]:
        """PSNR and SSIM of reconstructions."""
        clean = self.apart.pictures[:_LOOKED_AT]
        found = reconstruct(network, clean)
        return {"psnr": float(psnr(found, clean).mean()), "ssim": float(ssim(found, clean).mean())}

    def finish(self, network: Any) -> None:
        """Set the factor that gives latents unit variance."""
        if self.part == "all":
            spread = encode(network, self.apart.pictures[:_LOOKED_AT], scaled=False).std()
            network.register_to_config(scaling_factor=float(1 / spread))


def load(folder: Path, device: torch.device) -> Any:
    """An autoencoder in float32."""
    from diffusers import AutoencoderKL

    vae = AutoencoderKL.from_pretrained(folder, dtype=torch.float32)
    return vae.to(device, memory_format=torch.channels_last).eval()


def pixels(pictures: np.ndarray, device: torch.device) -> torch.Tensor:
    """(N, 64, 64, 3) uint8 to (N, 3, 64, 64), -1 to 1, channels last."""
    found = torch.from_numpy(pictures.copy()).to(device).permute(0, 3, 1, 2)
    return (found.float() / 127.5 - 1).contiguous(memory_format=torch.channels_last)


@torch.inference_mode()
def encode(vae: Any, pictures: np.ndarray, *, scaled: bool = True, batch: int = 64) -> torch.Tensor:
    """(N, 4, 16, 16) on the CPU: the mode of each picture's latents, as a denoiser sees them unless not `scaled`."""
    parts = [
        vae.encode(pixels(pictures[start : start + batch], vae.device)).latent_dist.mode().float().cpu()
        for start in range(0, len(pictures), batch)
    ]
    return torch.cat(parts) * (vae.config.scaling_factor if scaled else 1.0)


@torch.inference_mode()
def reconstruct(vae: Any, pictures: np.ndarray, batch: int = 64) -> np.ndarray:
    """(N, 64, 64, 3) uint8: encoded and decoded."""
    parts = []
    for start in range(0, len(pictures), batch):
        latents = vae.encode(pixels(pictures[start : start + batch], vae.device)).latent_dist.mode()
        decoded = ((vae.decode(latents).sample.float().clamp(-1, 1) + 1) * 127.5).round().byte()
        parts.append(decoded.permute(0, 2, 3, 1).cpu())
    found: np.ndarray = torch.cat(parts).numpy()
    return found
