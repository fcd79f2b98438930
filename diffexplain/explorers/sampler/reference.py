"""The long run: where the same noise comes out if nobody is in a hurry.

A sampler that adds no noise follows a curve, the solution of the probability flow ODE (Song et al. 2021, equation 13), in steps;
the smaller they are, the nearer it stays. So a run in very small steps says how far the others have strayed. It must start at
the noise level where they start: of 20 leading steps the first is at timestep 951, and the curve from there ends elsewhere
than that from timestep 999 (on the bundled model by an RMS of 2 % of the range from black to white, more than Heun's own error).

It is DPM-Solver++ 2M in about 95 steps even in log-SNR. Measured on the bundled model, three prompts, against Heun in 475 to 951
evaluations from the same level: an RMS of 0.07 to 0.09 %, of which 0.06 % is the rounding to 256 values. Heun with 199 evaluations has
0.05 to 0.07 %, Euler or DDIM with 200 have 0.2 to 0.4 %.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from diffexplain.core.levels import is_flow, training_curve
from diffexplain.explorers.decoding import unpacked

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PIL import Image

    from diffexplain.core.lanes import Lane
    from diffexplain.core.trace import Trace
    from diffexplain.explorers.sampler.agreement import Floats

STEPS = 100
_FOR_FLOW = ("flow_dpmpp_2m", "flow_unipc", "flow_heun")  # of second order
MOST_LEVEL = 12.0  # log-SNR; pure noise has none


def level(step: Any) -> float:
    """Return a step's log-SNR, within -12 to 12."""
    return float(np.clip(step.level.log_snr, -MOST_LEVEL, MOST_LEVEL))


def limits(scheduler: Any) -> Floats:
    """Return the log-SNR of the noisiest and of the cleanest training timestep, (2,) within -12 to 12."""
    curve = [log_snr for _, log_snr in training_curve(scheduler) or [(0, MOST_LEVEL), (1, -MOST_LEVEL)]]
    return np.clip(np.array([min(curve), max(curve)], np.float32), -MOST_LEVEL, MOST_LEVEL)


@dataclass(frozen=True, eq=False)
class Reference:
    """A long run.

    Attributes:
        timestep: where it starts.
        log_snr: (n,) of its evaluations, rising.
        x0: (n, C, h, w) its predicted originals.
        image: its finished picture.
    """

    timestep: float
    log_snr: Floats
    x0: torch.Tensor
    image: Image.Image

    @classmethod
    def of(cls, trace: Trace) -> Reference:
        """Return what is kept of a run."""
        levels = np.array([level(step) for step in trace.steps], np.float32)
        x0 = torch.cat([unpacked(trace, step.x0) for step in trace.steps]).float().cpu()
        return cls(trace.timesteps[0], levels, x0, trace.images[0])

    def at(self, log_snr: Floats) -> torch.Tensor:
        """Return for (k,) levels what it predicts there, (k, C, h, w), on a straight line between its two nearest evaluations."""
        position = np.interp(log_snr, self.log_snr, np.arange(len(self.log_snr)))
        low = np.floor(position).astype(int)
        high = np.minimum(low + 1, len(self.log_snr) - 1)
        share = torch.from_numpy((position - low).astype(np.float32)).view(-1, 1, 1, 1)
        return torch.lerp(self.x0[low], self.x0[high], share)


def start_of(trace: Trace, scheduler: Any) -> float:
    """Return where a run starts, as far as a long run can be made to start there: flow models all start at pure noise."""
    if is_flow(scheduler):
        return 0.0
    return float(np.clip(round(trace.timesteps[0]), 1, scheduler.config.num_train_timesteps - 1))


def long_lane(like: Lane, scheduler: Any, start: float, names: Sequence[str]) -> Lane:
    """Return the long run that starts where others do.

    Args:
        like: one of theirs: prompt, seed, guidance and size are taken from it.
        scheduler: the pipeline's own.
        start: see `start_of`.
        names: of the samplers that the pipeline runs with.
    """
    if is_flow(scheduler):
        name = next(name for name in (*_FOR_FLOW, *names) if name in names)
        return like.but(sampler=name, spacing=None, steps=STEPS, eta=0.0)
    options = {**like.options, "timesteps": timesteps(np.asarray(scheduler.alphas_cumprod, np.float64), int(start))}
    return like.but(sampler="dpmpp_2m", spacing=None, steps=STEPS, eta=0.0, options=options)


def timesteps(alphas_cumprod: Any, start: int) -> list[int]:
    """Return timesteps from one down to 1, evenly in log-SNR as far as whole numbers allow."""
    clipped = np.clip(alphas_cumprod, 1e-6, 1 - 1e-6)
    levels = np.log(clipped / (1 - clipped))  # (T,), falling
    wanted = np.linspace(levels[start], levels[min(1, start)], STEPS)
    chosen = np.interp(wanted, levels[::-1], np.arange(len(levels))[::-1])
    return sorted({round(float(timestep)) for timestep in chosen}, reverse=True)
