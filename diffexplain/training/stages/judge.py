"""Stage "judge": a classifier that is trained apart, on scenes alone, and tells what a picture shows.

It shares nothing with the model that it judges: neither CLIP nor the autoencoder. It tells whether one or two things stand there and how
they are arranged, names them, each through a window of its own (`diffexplain.training.judge_network`), and the ground. Generated
pictures come out of an autoencoder and are softer than scenes, so it is trained on blurred and noisy ones too.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any

import torch
from safetensors.torch import load_file, save_file
from torch.nn import functional

from diffexplain.learn.descent import Losses, descend
from diffexplain.learn.optimizers import Optimizers, muon_and_adamw
from diffexplain.training import data
from diffexplain.training.data import ARRANGEMENTS
from diffexplain.training.errors import TrainingError
from diffexplain.training.judge_network import TWO, Network, Sight, window
from diffexplain.training.session import Stage

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    import numpy as np

    from diffexplain.learn.descent import Progress
    from diffexplain.training.session import Session

_WEIGHTS = "model.safetensors"


@dataclass(frozen=True, eq=False)
class Batch:
    """Pictures and what they show.

    Attributes:
        pixels: (N, 3, 64, 64) in -1 to 1.
        things: (N, 2) as in `data.Scenes`.
        arrangements: (N,)
        grounds: (N,)
    """

    pixels: torch.Tensor
    things: torch.Tensor
    arrangements: torch.Tensor
    grounds: torch.Tensor

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
                batch = batch_of(scenes, chosen, self.device)
                yield replace(batch, pixels=worn(batch.pixels, session.noise))

        def cost(batch: Batch) -> Losses:
            return loss(session.network, batch)

        return descend(cost, batches(), session.optimizers, **options)

    def held_out(self, network: Any) -> dict[str, float]:
        """Shares it gets right: what stands first and, of two, second; the ground; the arrangement."""
        verdict, two = judge(network, self.apart.pictures), self.apart.things[:, 1] >= 0
        return {
            "first": float((verdict.first.argmax(1) == self.apart.things[:, 0]).mean()),
            "second": float((verdict.second.argmax(1) == self.apart.things[:, 1])[two].mean()),
            "ground": float((verdict.ground == self.apart.grounds).mean()),
            "arrangement": float((verdict.arrangement == self.apart.arrangements).mean()),
        }


def loss(network: Any, batch: Batch) -> Losses:
    """Cross entropies of all heads, for a picture: a thing alone is named in the whole picture, things of two in their windows."""
    alone = batch.arrangements == ARRANGEMENTS.index("alone")
    windows, names = [batch.pixels], [batch.things[alone, 0]]
    for arrangement in TWO:
        fitting = batch.arrangements == arrangement
        for number in (0, 1):
            windows.append(window(batch.pixels[fitting], arrangement, number))
            names.append(batch.things[fitting, number])
    features = network(torch.cat(windows).contiguous(memory_format=torch.channels_last))
    whole = features[: len(batch)]
    looked_at = torch.cat([whole[alone], features[len(batch) :]])
    parts = {
        "thing": _cross_entropy(network.heads["thing"](looked_at), torch.cat(names), len(batch)),
        "arrangement": _cross_entropy(network.heads["arrangement"](whole), batch.arrangements, len(batch)),
        "ground": _cross_entropy(network.heads["ground"](whole), batch.grounds, len(batch)),
    }
    return Losses(torch.stack(list(parts.values())).sum(), parts)


def _cross_entropy(logits: torch.Tensor, wanted: torch.Tensor, pictures: int) -> torch.Tensor:
    """In all, by the number of pictures."""
    return functional.cross_entropy(logits.float(), wanted, reduction="sum") / pictures


def batch_of(scenes: data.Scenes, chosen: np.ndarray, device: torch.device) -> Batch:
    """These scenes."""
    told = (scenes.things, scenes.arrangements, scenes.grounds)
    return Batch(pixels(scenes.pictures[chosen], device), *(torch.from_numpy(one[chosen]).to(device) for one in told))


def worn(pixels: torch.Tensor, noise: torch.Generator) -> torch.Tensor:
    """Each picture mixed with a blurred copy of itself, by a random share, with a little noise."""
    device = pixels.device
    share, strength = torch.rand(2, len(pixels), 1, 1, 1, generator=noise, device=device)
    blurred = functional.avg_pool2d(functional.pad(pixels, (1, 1, 1, 1), mode="replicate"), 3, stride=1)
    grain = torch.randn(pixels.shape, generator=noise, device=device)
    mixed: torch.Tensor = pixels.lerp(blurred, share) + 0.08 * strength.square() * grain
    return mixed


def pixels(pictures: np.ndarray, device: torch.device) -> torch.Tensor:
    """(N, 64, 64, 3) uint8 to (N, 3, 64, 64), -1 to 1."""
    found = torch.from_numpy(pictures.copy()).to(device).permute(0, 3, 1, 2)
    return found.float() / 127.5 - 1


@torch.inference_mode()
def judge(network: Any, pictures: np.ndarray, batch: int = 100) -> Verdict:
    """What the judge sees in (N, 64, 64, 3) uint8 pictures."""
    device = next(network.parameters()).device
    parts = [network.see(pixels(pictures[start : start + batch], device)) for start in range(0, len(pictures), batch)]
    whole = {one.name: torch.cat([getattr(part, one.name) for part in parts]).float().cpu().numpy() for one in fields(Sight)}
    return Verdict(
        first=whole["first"],
        second=whole["second"],
        arrangement=whole["arrangement"].argmax(1),
        ground=whole["ground"].argmax(1),
        features=whole["features"],
    )


def load(folder: Path, device: torch.device) -> Network:
    """The judge of a folder.

    Raises:
        TrainingError: it is a judge of another shape, from before this one.
    """
    from safetensors import safe_open

    with safe_open(folder / _WEIGHTS, "pt") as file:
        channels = tuple(int(count) for count in file.metadata()["channels"].split(","))
    network: Any = Network(channels)
    try:
        network.load_state_dict(load_file(folder / _WEIGHTS))
    except RuntimeError as error:
        raise TrainingError(
            f"The judge in {folder} has another shape than those of today. Delete {folder.parent}: the next evaluation trains one anew."
        ) from error
    loaded: Network = network.to(device, memory_format=torch.channels_last).eval()
    return loaded
