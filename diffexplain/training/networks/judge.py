"""The judge: it names what fills a window, and looks at two things through a window each.

What it learns of a thing in one position holds for all, because the same layers name a thing alone, left, right, above and below:
a window (Jaderberg et al. 2015, "Spatial transformer networks", but with five fixed windows) is cut out and brought to full size, so
that a thing of two is about as large in it as a thing alone. It shares nothing with the model that it judges: neither CLIP nor the
autoencoder.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

import torch
from safetensors import safe_open
from safetensors.torch import load_file, save_file
from torch import nn
from torch.nn import functional

from diffexplain.errors import TrainingError
from diffexplain.scenes import GROUNDS, THINGS
from diffexplain.training.data.scene_sets import ARRANGEMENTS
from diffexplain.training.networks.pixels import LOOKED_AT, pixels, reduced

if TYPE_CHECKING:
    from pathlib import Path

    import numpy as np

HEADS = {"thing": len(THINGS), "arrangement": len(ARRANGEMENTS), "ground": len(GROUNDS)}

_SIDE = 38 / 64  # of a window; things of two have 0.40 to 0.52 of the picture's side
_BEGIN, _MIDDLE, _END = 0.0, (1 - _SIDE) / 2, 1 - _SIDE
_CORNERS = (  # by arrangement, left and upper edge of the first and of the second window
    (),
    ((_BEGIN, _MIDDLE), (_END, _MIDDLE)),
    ((_MIDDLE, _BEGIN), (_MIDDLE, _END)),
)
_WEIGHTS = "model.safetensors"
TWO = tuple(index for index, corners in enumerate(_CORNERS) if corners)  # of ARRANGEMENTS


class Block(nn.Module):
    """A residual block with group norms (He et al. 2016, figure 4e)."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.norms = nn.ModuleList(nn.GroupNorm(4, channels) for _ in range(2))
        self.convs = nn.ModuleList(nn.Conv2d(channels, channels, 3, padding=1) for _ in range(2))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Return the same shape."""
        inside = x
        for norm, conv in zip(self.norms, self.convs, strict=True):
            inside = conv(functional.silu(norm(inside)))
        return x + inside


@dataclass(frozen=True, eq=False)
class Sight:
    """What a network sees in pictures, as probabilities.

    Attributes:
        first: (N, THINGS) of what stands left, above or alone.
        second: (N, THINGS) of what stands right or below, if there are two.
        arrangement: (N, ARRANGEMENTS).
        ground: (N, GROUNDS).
        features: (N, F) what it made of the whole picture before naming anything.
    """

    first: torch.Tensor
    second: torch.Tensor
    arrangement: torch.Tensor
    ground: torch.Tensor
    features: torch.Tensor


@dataclass(frozen=True, eq=False)
class Verdict:
    """What the judge sees in pictures.

    Attributes:
        first: (N, THINGS) probabilities of what stands left, above or alone.
        second: (N, THINGS) of what stands right or below.
        arrangement: (N,) indices of ARRANGEMENTS.
        ground: (N,) indices of GROUNDS.
        features: (N, F) what it made of the picture before naming anything.
    """

    first: np.ndarray
    second: np.ndarray
    arrangement: np.ndarray
    ground: np.ndarray
    features: np.ndarray


class Network(nn.Module):
    """64x64 pixels down to 4x4 positions, and from all positions together to the heads."""

    def __init__(self, channels: tuple[int, ...]) -> None:
        super().__init__()
        self.channels = channels
        layers: list[nn.Module] = []
        for before, after in zip((3, *channels), channels, strict=False):
            layers += [nn.Conv2d(before, after, 3, stride=2, padding=1), Block(after)]
        self.body = nn.Sequential(*layers)
        self.features = nn.Linear(channels[-1] * 16, 2 * channels[-1])
        self.heads = nn.ModuleDict({name: nn.Linear(2 * channels[-1], size) for name, size in HEADS.items()})

    def forward(self, pixels: torch.Tensor) -> torch.Tensor:
        """Turn (N, 3, 64, 64) in -1 to 1, whole pictures or windows, into features (N, F), which the heads read."""
        features: torch.Tensor = functional.silu(self.features(functional.silu(self.body(pixels)).flatten(1)))
        return features

    def see(self, pixels: torch.Tensor) -> Sight:
        """Say what (N, 3, 64, 64) pixels show, weighing each arrangement's windows by its probability."""
        features = self(pixels)
        arrangement = self.heads["arrangement"](features).softmax(1)
        first = arrangement[:, :1] * self.heads["thing"](features).softmax(1)
        second = torch.zeros_like(first)
        two = arrangement[:, TWO] / arrangement[:, TWO].sum(1, keepdim=True).clamp(min=1e-12)
        for arranged, share in zip(TWO, two.unbind(1), strict=True):
            left, right = (self.heads["thing"](self(window(pixels, arranged, number))).softmax(1) for number in (0, 1))
            first = first + arrangement[:, arranged, None] * left
            second = second + share[:, None] * right
        return Sight(first, second, arrangement, self.heads["ground"](features).softmax(1), features)


def window(pixels: torch.Tensor, arrangement: int, number: int) -> torch.Tensor:
    """Cut out the window in which the first (0) or second (1) of two things stands, at the size of the whole.

    Args:
        pixels: (N, 3, H, W)
        arrangement: index of ARRANGEMENTS, of two things.
        number: 0 or 1.
    """
    height, width = pixels.shape[2:]
    x, y = _CORNERS[arrangement][number]
    top, left = round(y * height), round(x * width)
    cut = pixels[:, :, top : top + round(_SIDE * height), left : left + round(_SIDE * width)]
    return functional.interpolate(cut, size=(height, width), mode="bilinear", align_corners=False)


@torch.inference_mode()
def judge(network: Network, pictures: np.ndarray, batch: int = 100) -> Verdict:
    """Say what (N, S, S, 3) uint8 pictures show, looking at them in 64x64."""
    device = next(network.parameters()).device
    starts = range(0, len(pictures), batch)
    parts = [network.see(pixels(reduced(pictures[start : start + batch], LOOKED_AT), device)) for start in starts]
    whole = {one.name: torch.cat([getattr(part, one.name) for part in parts]).float().cpu().numpy() for one in fields(Sight)}
    return Verdict(
        first=whole["first"],
        second=whole["second"],
        arrangement=whole["arrangement"].argmax(1),
        ground=whole["ground"].argmax(1),
        features=whole["features"],
    )


def save(network: Network, folder: Path) -> None:
    """Write the weights, as one safetensors file."""
    weights = {name: value.detach().cpu().contiguous() for name, value in network.state_dict().items()}
    save_file(weights, folder / _WEIGHTS, {"channels": ",".join(map(str, network.channels))})


def load(folder: Path, device: torch.device) -> Network:
    """Load the judge of a folder.

    Raises:
        TrainingError: it is a judge of another shape, from before this one.
    """
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
