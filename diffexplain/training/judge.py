"""Stage "judge": a classifier that is trained apart, on scenes alone, and tells what a picture shows.

It shares nothing with the model that it judges: neither CLIP nor the autoencoder. It names what stands first (left, above or alone) and
second, how the two are arranged, and the ground. Generated pictures come out of an autoencoder and are softer than scenes, so it is
trained on blurred and noisy ones too.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import torch
from safetensors.torch import load_file, save_file
from torch import nn
from torch.nn import functional

from diffexplain.learn.descent import Losses, descend
from diffexplain.learn.optimizers import Optimizers, muon_and_adamw
from diffexplain.scenes import GROUNDS, THINGS
from diffexplain.training import data
from diffexplain.training.data import ARRANGEMENTS
from diffexplain.training.session import Stage

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    import numpy as np

    from diffexplain.learn.descent import Progress
    from diffexplain.training.session import Session

HEADS = {"first": len(THINGS), "second": len(THINGS), "arrangement": len(ARRANGEMENTS), "ground": len(GROUNDS)}
_WEIGHTS = "model.safetensors"


class Block(nn.Module):
    """A residual block with group norms (He et al. 2016, figure 4e)."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.norms = nn.ModuleList(nn.GroupNorm(4, channels) for _ in range(2))
        self.convs = nn.ModuleList(nn.Conv2d(channels, channels, 3, padding=1) for _ in range(2))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """The same shape."""
        inside = x
        for norm, conv in zip(self.norms, self.convs, strict=True):
            inside = conv(functional.silu(norm(inside)))
        return x + inside


class Network(nn.Module):
    """64x64 pixels down to 4x4 places, and from all places together to the heads."""

    def __init__(self, channels: tuple[int, ...]) -> None:
        super().__init__()
        self.channels = channels
        layers: list[nn.Module] = []
        for before, after in zip((3, *channels), channels, strict=False):
            layers += [nn.Conv2d(before, after, 3, stride=2, padding=1), Block(after)]
        self.body = nn.Sequential(*layers)
        self.features = nn.Linear(channels[-1] * 16, 2 * channels[-1])
        self.heads = nn.ModuleDict({name: nn.Linear(2 * channels[-1], size) for name, size in HEADS.items()})

    def forward(self, pixels: torch.Tensor) -> dict[str, torch.Tensor]:
        """(N, 3, 64, 64) in -1 to 1 to logits by head, and "features" (N, F)."""
        features = functional.silu(self.features(functional.silu(self.body(pixels)).flatten(1)))
        return {"features": features, **{name: head(features) for name, head in self.heads.items()}}


@dataclass(frozen=True, eq=False)
class Batch:
    """Pictures and what they show."""

    pixels: torch.Tensor
    truth: dict[str, torch.Tensor]

    def __len__(self) -> int:
        return len(self.pixels)


@dataclass(frozen=True, eq=False)
class Verdict:
    """What the judge sees in pictures.

    Attributes:
        first: (N, THINGS) probabilities of what stands left, above or alone.
        second: (N, THINGS) of what stands right or below.
        arrangement: (N,) places in ARRANGEMENTS.
        ground: (N,) places in GROUNDS.
        features: (N, F) what it made of the picture before naming anything.
    """

    first: np.ndarray
    second: np.ndarray
    arrangement: np.ndarray
    ground: np.ndarray
    features: np.ndarray


class Judge(Stage):
    """Trained on the scenes of the even and the core set."""

    name = "judge"

    def fresh(self) -> Network:
        """Four levels."""
        torch.manual_seed(0)
        return Network(self.settings.widths.judge)

    def load(self, folder: Path) -> Network:
        """From its folder."""
        return load(folder, self.device)

    def save(self, network: Any, folder: Path) -> None:
        """One safetensors file."""
        weights = {name: value.detach().cpu().contiguous() for name, value in network.state_dict().items()}
        save_file(weights, folder / _WEIGHTS, {"channels": ",".join(map(str, network.channels))})

    def optimizers(self, network: Any) -> Optimizers:
        """Muon for weight matrices, AdamW for the rest."""
        return muon_and_adamw(network, self.course.rate, factor=1.0, apart=("body.0", "heads"))

    def prepare(self, tell: Callable[[str], None]) -> None:
        """Map the pictures."""
        sets = self.settings.sets
        self.sets = [data.make(self.workspace, name, sets[name], tell) for name in self.settings.shares]
        self.apart = data.make(self.workspace, "held_out", sets["held_out"], tell)

    def loop(self, session: Session, **options: Any) -> Iterator[Progress]:
        """Random scenes, some of them blurred or noisy."""

        def batches() -> Iterator[Batch]:
            while True:
                scenes = self.sets[session.draw.integers(0, len(self.sets))]
                chosen = session.draw.integers(0, len(scenes), self.course.batch)
                yield Batch(
                    worn(pixels(scenes.pictures[chosen], self.device), session.noise), truth(scenes, chosen, self.device)
                )

        def cost(batch: Batch) -> Losses:
            return loss(session.network, batch)

        return descend(cost, batches(), session.optimizers, **options)

    def held_out(self, network: Any) -> dict[str, float]:
        """Shares it gets right: what stands first, the ground, the arrangement."""
        verdict = judge(network, self.apart.pictures)
        return {
            "first": float((verdict.first.argmax(1) == self.apart.things[:, 0]).mean()),
            "ground": float((verdict.ground == self.apart.grounds).mean()),
            "arrangement": float((verdict.arrangement == self.apart.arrangements).mean()),
        }


def loss(network: Any, batch: Batch) -> Losses:
    """Cross entropies of all heads; where there is no second thing, nothing is asked about it."""
    found = network(batch.pixels)
    parts = {
        name: functional.cross_entropy(found[name].float(), batch.truth[name], ignore_index=-1, reduction="sum") / len(batch)
        for name in HEADS
    }
    return Losses(torch.stack(list(parts.values())).sum(), parts)


def truth(scenes: data.Scenes, chosen: np.ndarray, device: torch.device) -> dict[str, torch.Tensor]:
    """What these scenes show, by head."""
    labels = {
        "first": scenes.things[chosen, 0],
        "second": scenes.things[chosen, 1],
        "arrangement": scenes.arrangements[chosen],
        "ground": scenes.grounds[chosen],
    }
    return {name: torch.from_numpy(values).to(device) for name, values in labels.items()}


def worn(pixels: torch.Tensor, noise: torch.Generator) -> torch.Tensor:
    """Each picture mixed with a blurred copy of itself, by a random share, with a little noise."""
    device = pixels.device
    share, strength = torch.rand(2, len(pixels), 1, 1, 1, generator=noise, device=device)
    blurred = functional.avg_pool2d(functional.pad(pixels, (1, 1, 1, 1), mode="replicate"), 3, stride=1)
    grain = torch.randn(pixels.shape, generator=noise, device=device)
    mixed: torch.Tensor = pixels.lerp(blurred, share.square()) + 0.08 * strength.square() * grain
    return mixed


def pixels(pictures: np.ndarray, device: torch.device) -> torch.Tensor:
    """(N, 64, 64, 3) uint8 to (N, 3, 64, 64), -1 to 1."""
    found = torch.from_numpy(pictures.copy()).to(device).permute(0, 3, 1, 2)
    return found.float() / 127.5 - 1


@torch.inference_mode()
def judge(network: Any, pictures: np.ndarray, batch: int = 100) -> Verdict:
    """What the judge sees in (N, 64, 64, 3) uint8 pictures."""
    device = next(network.parameters()).device
    parts = [network(pixels(pictures[start : start + batch], device)) for start in range(0, len(pictures), batch)]
    whole = {name: torch.cat([part[name] for part in parts]).float().cpu() for name in parts[0]}
    return Verdict(
        first=whole["first"].softmax(1).numpy(),
        second=whole["second"].softmax(1).numpy(),
        arrangement=whole["arrangement"].argmax(1).numpy(),
        ground=whole["ground"].argmax(1).numpy(),
        features=whole["features"].numpy(),
    )


def load(folder: Path, device: torch.device) -> Network:
    """The judge of a folder."""
    from safetensors import safe_open

    with safe_open(folder / _WEIGHTS, "pt") as file:
        channels = tuple(int(count) for count in file.metadata()["channels"].split(","))
    network: Any = Network(channels)
    network.load_state_dict(load_file(folder / _WEIGHTS))
    loaded: Network = network.to(device, memory_format=torch.channels_last).eval()
    return loaded
