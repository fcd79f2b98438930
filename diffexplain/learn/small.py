"""Denoisers small enough to be trained while somebody looks: of pictures of some 16 pixels a side, and of points in the plane."""

from __future__ import annotations

import itertools
import math

import torch
from torch import nn
from torch.nn import functional

_WAVES = 16  # sines and as many cosines that say a timestep
_LONGEST = 1000.0  # timesteps


class SmallUNet(nn.Module):
    """A U-Net of three levels, of side/2, side/4 and side/8: a noisy picture and its timestep in, a prediction of the same shape out.

    It begins at half the side with four times the channels, which costs a quarter of what the whole side would, and says zero before it
    has learned anything.

    Args:
        channels: of the pictures.
        width: channels of the first level, a multiple of 8; the second has twice, the third four times as many.
    """

    def __init__(self, channels: int, width: int) -> None:
        super().__init__()
        told = 2 * width
        self.told = nn.Sequential(nn.Linear(2 * _WAVES, told), nn.SiLU(), nn.Linear(told, told), nn.SiLU())
        self.enter = nn.Conv2d(4 * channels, width, 3, padding=1)
        self.down = nn.ModuleList([_Block(width, width, told), _Block(width, 2 * width, told)])
        self.middle = nn.ModuleList([_Block(2 * width, 4 * width, told), _Block(4 * width, 4 * width, told)])
        self.up = nn.ModuleList([_Block(6 * width, 2 * width, told), _Block(3 * width, width, told)])
        self.leave = nn.Conv2d(width, 4 * channels, 3, padding=1)
        nn.init.zeros_(self.leave.weight)
        nn.init.zeros_(self.leave.bias if self.leave.bias is not None else torch.empty(0))
        self.to(memory_format=torch.channels_last)  # type: ignore[call-overload]  # what torch documents and its types lack

    def forward(self, noisy: torch.Tensor, timesteps: torch.Tensor) -> torch.Tensor:
        """Predict.

        Args:
            noisy: (N, channels, side, side), the side a multiple of 8.
            timesteps: (N,)
        """
        told = self.told(_waves(timesteps))
        skipped = [self.down[0](self.enter(functional.pixel_unshuffle(noisy, 2)), told)]
        skipped.append(self.down[1](functional.avg_pool2d(skipped[0], 2), told))
        now = functional.avg_pool2d(skipped[1], 2)
        for block in self.middle:
            now = block(now, told)
        for block in self.up:
            now = block(torch.cat([functional.interpolate(now, scale_factor=2.0), skipped.pop()], 1), told)
        return functional.pixel_shuffle(self.leave(now), 2)


class _Block(nn.Module):
    """Two convolutions beside a way around them; the timestep scales and shifts what is between (Perez et al. 2018, FiLM)."""

    def __init__(self, channels: int, width: int, told: int) -> None:
        super().__init__()
        self.first = nn.Conv2d(channels, width, 3, padding=1)
        self.norm = nn.GroupNorm(8, width)
        self.level = nn.Linear(told, 2 * width)
        self.second = nn.Conv2d(width, width, 3, padding=1)
        self.around = nn.Conv2d(channels, width, 1) if channels != width else nn.Identity()
        nn.init.zeros_(self.second.weight)

    def forward(self, now: torch.Tensor, told: torch.Tensor) -> torch.Tensor:
        scale, shift = self.level(told)[:, :, None, None].chunk(2, 1)
        made: torch.Tensor = self.second(functional.silu(self.norm(self.first(now)) * (1 + scale) + shift)) + self.around(now)
        return made


def _waves(timesteps: torch.Tensor) -> torch.Tensor:
    """Return (N, 2 * _WAVES) for (N,): slow waves tell far timesteps apart, fast ones neighbours (Vaswani et al. 2017, section 3.5)."""
    frequencies = torch.exp(-math.log(_LONGEST) * torch.arange(_WAVES, device=timesteps.device) / _WAVES)
    angles = timesteps.float()[:, None] * frequencies
    return torch.cat([angles.sin(), angles.cos()], 1)


class PointNetwork(nn.Module):
    """A point and its noise level in, what is predicted of it out.

    Args:
        width: units of each of three layers.
        timesteps: how many there are.
    """

    _FREQUENCIES = 8
    _SCALES = (1, 2, 4)

    def __init__(self, width: int, timesteps: int) -> None:
        super().__init__()
        self._timesteps = timesteps
        widths = [2 + 4 * len(self._SCALES) + 2 * self._FREQUENCIES, width, width, width]
        layers = [part for pair in itertools.pairwise(widths) for part in (nn.Linear(*pair), nn.SiLU())]
        self.layers = nn.Sequential(*layers, nn.Linear(width, 2))

    def forward(self, points: torch.Tensor, timesteps: torch.Tensor) -> torch.Tensor:
        """Predict for (N, 2) points, or for (N, 2, 1, 1) as pictures of one pixel; (N,) timesteps. Returns their shape."""
        flat = points.flatten(1)
        angles = timesteps[:, None] / self._timesteps * math.pi * 2.0 ** torch.arange(self._FREQUENCIES)[None] / 2
        waves = torch.cat(
            [scale * flat for scale in self._SCALES], 1
        )  # fine shapes are slow to learn without (Tancik et al. 2020)
        told = torch.cat([flat, waves.sin(), waves.cos(), angles.sin(), angles.cos()], 1)
        predicted: torch.Tensor = self.layers(told)
        return predicted.view_as(points)
