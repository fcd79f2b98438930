"""Stage "vae": the autoencoder."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch

from diffexplain.learn import autoencoder
from diffexplain.training.data import scene_sets
from diffexplain.training.evaluation.figures import psnr, ssim
from diffexplain.training.networks import vae
from diffexplain.training.networks.growing import grown
from diffexplain.training.networks.pixels import pixels
from diffexplain.training.stages.stage import Stage

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from diffexplain.learn import Session, Update

_LOOKED_AT = 256


class Vae(Stage):
    """The autoencoder.

    With part "decoder" the encoder stays as it is, and so do the latents that a denoiser was trained on.
    """

    name = "vae"
    parts = ("decoder", "all")

    def fresh(self) -> Any:
        """Build a resnet a level."""
        return vae.fresh(self.settings.widths, self.settings.sets["even"].side)

    def load(self, folder: Path) -> Any:
        """Load it from a diffusers folder; one for smaller pictures, of a level less, is grown by a level."""
        network, widths = vae.load(folder, self.device), self.settings.widths
        if len(network.config.block_out_channels) == len(widths.vae):
            return network
        larger = grown(network, widths, self.settings.sets["even"].side)
        return larger.to(self.device, memory_format=torch.channels_last).eval()

    def trainable(self, network: Any) -> None:
        """Freeze nothing, or all but the decoder."""
        trained = {"all": ("",), "decoder": ("decoder.", "post_quant_conv.")}[self.part]
        for name, parameter in network.named_parameters():
            parameter.requires_grad_(name.startswith(trained))

    def prepare(self, report: Callable[[str], None]) -> None:
        """Map the pictures."""
        sets = self.settings.sets
        self.scenes, self.apart = (scene_sets.make(self.workspace, name, sets[name], report) for name in ("even", "held_out"))

    def loop(self, session: Session, **options: Any) -> Iterator[Update]:
        """Train on random pictures of the even set."""

        def batches() -> Iterator[torch.Tensor]:
            while True:
                chosen = session.draw.integers(0, len(self.scenes), self.course.batch)
                yield pixels(vae.seen(session.network, self.scenes.pictures[chosen]), self.device)

        return autoencoder.train(session.network, batches(), session.optimizers, generator=session.noise, **options)

    def held_out(self, network: Any) -> dict[str, float]:
        """Compute PSNR and SSIM of reconstructions."""
        clean = vae.seen(network, self.apart.pictures[:_LOOKED_AT])
        reconstructed = vae.reconstruct(network, clean)
        return {"psnr": float(psnr(reconstructed, clean).mean()), "ssim": float(ssim(reconstructed, clean).mean())}

    def finish(self, network: Any) -> None:
        """Set the factor that gives latents unit variance."""
        if self.part != "decoder":
            deviation = vae.encode(network, self.apart.pictures[:_LOOKED_AT], scaled=False).std()
            network.register_to_config(scaling_factor=float(1 / deviation))
