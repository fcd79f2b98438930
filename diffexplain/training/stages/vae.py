"""Stage "vae": the autoencoder."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from diffexplain.learn import autoencoder
from diffexplain.training.data import scene_sets
from diffexplain.training.evaluation.figures import psnr, ssim
from diffexplain.training.networks import vae
from diffexplain.training.networks.pixels import pixels
from diffexplain.training.stages.stage import Stage

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    import torch

    from diffexplain.learn import Session, Update

_LOOKED_AT = 256


class Vae(Stage):
    """The autoencoder. With part "decoder" the encoder stays as it is, and so do the latents that a denoiser was trained on."""

    name = "vae"
    parts = ("decoder", "all")

    def fresh(self) -> Any:
        """Build three levels, one resnet each."""
        return vae.fresh(self.settings.widths)

    def load(self, folder: Path) -> Any:
        """Load it from a diffusers folder."""
        return vae.load(folder, self.device)

    def trainable(self, network: Any) -> None:
        """Freeze nothing, or all but the decoder."""
        if self.part == "decoder":
            network.encoder.requires_grad_(False)
            network.quant_conv.requires_grad_(False)

    def prepare(self, report: Callable[[str], None]) -> None:
        """Map the pictures."""
        sets = self.settings.sets
        self.scenes, self.apart = (scene_sets.make(self.workspace, name, sets[name], report) for name in ("even", "held_out"))

    def loop(self, session: Session, **options: Any) -> Iterator[Update]:
        """Train on random pictures of the even set."""

        def batches() -> Iterator[torch.Tensor]:
            while True:
                chosen = session.draw.integers(0, len(self.scenes), self.course.batch)
                yield pixels(self.scenes.pictures[chosen], self.device)

        return autoencoder.train(session.network, batches(), session.optimizers, generator=session.noise, **options)

    def held_out(self, network: Any) -> dict[str, float]:
        """Compute PSNR and SSIM of reconstructions."""
        clean = self.apart.pictures[:_LOOKED_AT]
        reconstructed = vae.reconstruct(network, clean)
        return {"psnr": float(psnr(reconstructed, clean).mean()), "ssim": float(ssim(reconstructed, clean).mean())}

    def finish(self, network: Any) -> None:
        """Set the factor that gives latents unit variance."""
        if self.part == "all":
            deviation = vae.encode(network, self.apart.pictures[:_LOOKED_AT], scaled=False).std()
            network.register_to_config(scaling_factor=float(1 / deviation))
