"""The judge's network: it names what fills a window, and looks at two things through a window each.

What it learns of a thing in one place holds for all places, because the same layers name a thing alone, left, right, above and below:
a window (Jaderberg et al. 2015, "Spatial transformer networks", but with five fixed places) is cut out and brought to full size, so
that a thing of two is about as large in it as a thing alone.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import nn
from torch.nn import functional

from diffexplain.scenes import GROUNDS, THINGS
from diffexplain.training.data import ARRANGEMENTS

HEADS = {"thing": len(THINGS), "arrangement": len(ARRANGEMENTS), "ground": len(GROUNDS)}

_SIDE = 38 / 64  # of a window; things of two have 0.40 to 0.52 of the picture's side
_BEGIN, _MIDDLE, _END = 0.0, (1 - _SIDE) / 2, 1 - _SIDE
_CORNERS = (  # by arrangement, left and upper edge of the first and of the second window
    (),
    ((_BEGIN, _MIDDLE), (_END, _MIDDLE)),
    ((_MIDDLE, _BEGIN), (_MIDDLE, _END)),
)
TWO = tuple(place for place, corners in enumerate(_CORNERS) if corners)  # in ARRANGEMENTS


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

    def forward(self, pixels: torch.Tensor) -> torch.Tensor:
        """(N, 3, 64, 64) in -1 to 1, whole pictures or windows, to features (N, F), which the heads read."""
        features: torch.Tensor = functional.silu(self.features(functional.silu(self.body(pixels)).flatten(1)))
        return features

    def see(self, pixels: torch.Tensor) -> Sight:
        """What (N, 3, 64, 64) pixels show, weighing each arrangement's windows by its probability."""
        features = self(pixels)
        arrangement = self.heads["arrangement"](features).softmax(1)
        first = arrangement[:, :1] * self.heads["thing"](features).softmax(1)
        second = torch.zeros_like(first)
        two = arrangement[:, TWO] / arrangement[:, TWO].sum(1, keepdim=True).clamp(min=1e-12)
        for place, share in zip(TWO, two.unbind(1), strict=True):
            left, right = (self.heads["thing"](self(window(pixels, place, number))).softmax(1) for number in (0, 1))
            first = first + arrangement[:, place, None] * left
            second = second + share[:, None] * right
        return Sight(first, second, arrangement, self.heads["ground"](features).softmax(1), features)


def window(pixels: torch.Tensor, arrangement: int, number: int) -> torch.Tensor:
    """The window in which the first (0) or second (1) of two things stands, at the size of the whole.

    Args:
        pixels: (N, 3, H, W)
        arrangement: place in ARRANGEMENTS, of two things.
        number: 0 or 1.
    """
    height, width = pixels.shape[2:]
    x, y = _CORNERS[arrangement][number]
    top, left = round(y * height), round(x * width)
    cut = pixels[:, :, top : top + round(_SIDE * height), left : left + round(_SIDE * width)]
    return functional.interpolate(cut, size=(height, width), mode="bilinear", align_corners=False)
