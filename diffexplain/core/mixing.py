"""How the two halves of guidance become one prediction: mixed by one scale, or in one of the ways that were found since.

Pure functions of tensors (batch, channels, height, width), or (batch, patches, channels) where a pipeline packs its latents. Reading
back what a run did is `diffexplain.core.guidance`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import torch

from diffexplain.core.derivation import solve
from diffexplain.core.levels import level_at, parameterization_of
from diffexplain.core.numerals import real_number
from diffexplain.errors import LaneError
from diffexplain.i18n import say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from diffexplain.core.derivation import Level, Parameterization

MOST_SCALE = 1000.0


def mix(uncond: torch.Tensor, cond: torch.Tensor, scale: float) -> torch.Tensor:
    """Return plain guidance: 0 is the half without the text, 1 the half with it, more goes beyond (Ho and Salimans 2022).

    In the pipelines' own order of operations, so that the bits are the same.
    """
    return uncond + scale * (cond - uncond)


def rescale(guided: torch.Tensor, cond: torch.Tensor, share: float) -> torch.Tensor:
    """Return the guided prediction with the spread of the half with the text (Lin et al. 2024, eq. 15 and 16).

    Args:
        guided: What guidance made.
        cond: The half with the text.
        share: How far to go: 0 leaves it as it is, to the bit; 1 gives it the half's standard deviation, of each picture over all
            of its values.
    """
    if share == 0:
        return guided
    axes = list(range(1, guided.ndim))
    same_spread = guided * (cond.std(dim=axes, keepdim=True) / guided.std(dim=axes, keepdim=True))
    return share * same_spread + (1 - share) * guided


def project(vector: torch.Tensor, direction: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Return the part of each picture's vector that lies along a direction, and the part that stands at right angles to it.

    Their sum is the vector. Summed up in float64; the parts have the vector's dtype.
    """
    axes = list(range(1, vector.ndim))
    exact, unit = vector.double(), torch.nn.functional.normalize(direction.double().flatten(1), dim=1).view_as(direction)
    along = (exact * unit).sum(dim=axes, keepdim=True) * unit
    return along.to(vector.dtype), (exact - along).to(vector.dtype)


def is_within(interval: tuple[float, float], index: int, count: int) -> bool:
    """Return whether the middle of a step, as a share of the whole way, lies in an interval of shares, 0 to 1."""
    return interval[0] <= (index + 0.5) / count < interval[1] or interval == (0.0, 1.0)


def scheduled(scales: Sequence[float], index: int, count: int) -> float:
    """Return the value of a schedule at a step: the first one is that of the first step, the last that of the last, straight between."""
    place = (len(scales) - 1) * index / max(1, count - 1)
    before = min(int(place), len(scales) - 1)
    after = min(before + 1, len(scales) - 1)
    return scales[before] + (place - before) * (scales[after] - scales[before])


@dataclass(frozen=True, eq=False)
class Moment:
    """Where a run stands when its halves are mixed.

    Attributes:
        index: Of the step, from 0.
        count: How many steps the run has.
        x: The noisy latents that the halves were predicted from.
        level: Their noise level.
        parameterization: What the predictions are made of.
    """

    index: int
    count: int
    x: torch.Tensor
    level: Level
    parameterization: Parameterization

    @classmethod
    def of(cls, scheduler: Any, timestep: torch.Tensor, x: torch.Tensor, index: int, count: int) -> Moment:
        """Note where a scheduler stands, before it takes its step."""
        level = level_at(scheduler, timestep)
        return cls(index, count, x, level, parameterization_of(scheduler, level))


@dataclass(frozen=True, kw_only=True)
class Mixing:
    """A way to mix the two halves. As made it is plain guidance, to the bit; each field changes one thing about it.

    Attributes:
        scales: A schedule that takes the place of the lane's one scale, see `scheduled`; a single one holds for all steps. Here 0
            is the half without the text, and up to 1 the network is asked for both halves all the same.
        interval: Between which shares of the way there is guidance, see `is_within`; outside, the half with the text stands alone
            (Kynkäänniemi et al. 2024, there in noise levels).
        parallel: How much is kept of the part of ``cond - uncond`` that lies along the predicted picture of the half with the text, 0
            to 1: that part makes colours stronger, the rest changes what is seen (APG, Sadat et al. 2024, algorithm 1 without
            its momentum and its threshold).
        rescale: See the function of that name, 0 to 1.

    Raises:
        LaneError: For a value that is no such thing, or outside its range.
    """

    scales: tuple[float, ...] | None = None
    interval: tuple[float, float] = (0.0, 1.0)
    parallel: float = 1.0
    rescale: float = 0.0

    def __post_init__(self) -> None:
        if self.scales is not None:
            scales = tuple(_number("scales", scale, MOST_SCALE) for scale in self.scales)
            if not scales:
                raise LaneError(say("scales is empty; give at least one, or None for the lane's own"))
            object.__setattr__(self, "scales", scales)
        start, end = (_number("interval", share, 1.0) for share in self.interval)
        if start > end:
            raise LaneError(say("interval must not end before it begins, not {value!r}", value=self.interval))
        object.__setattr__(self, "interval", (start, end))
        for name in ("parallel", "rescale"):
            object.__setattr__(self, name, _number(name, getattr(self, name), 1.0))

    def scale_at(self, guidance: float, index: int, count: int) -> float:
        """Return the scale of a step of a run whose one scale is ``guidance``: 1, the half with the text, outside the interval."""
        if not is_within(self.interval, index, count):
            return 1.0
        return guidance if self.scales is None else scheduled(self.scales, index, count)

    def __call__(self, uncond: torch.Tensor, cond: torch.Tensor, guidance: float, moment: Moment) -> torch.Tensor:
        """Return the guided prediction of a step.

        Args:
            uncond: The network's prediction without the text, in the shape of ``moment.x``.
            cond: The one with it.
            guidance: The lane's scale.
            moment: Where the run stands.

        Raises:
            SingularLevelError: Where the projection needs the predicted picture, and the prediction does not determine it.
        """
        if not is_within(self.interval, moment.index, moment.count):
            return cond
        scale = self.scale_at(guidance, moment.index, moment.count)
        if self.parallel == 1:
            guided = mix(uncond, cond, scale)
        else:
            original, _ = solve(moment.x, cond, moment.level, moment.parameterization)
            along, across = project(cond - uncond, original)
            guided = cond + (scale - 1) * (across + self.parallel * along)
        return rescale(guided, cond, self.rescale)


def _number(name: str, value: Any, most: float) -> float:
    number = real_number(value)
    if number is None or not 0 <= number <= most:  # NaN compares False
        raise LaneError(
            say("{name} must be a number from {least} to {most}, not {value!r}", name=name, least=0, most=most, value=value)
        )
    return number


PLAIN = Mixing()
