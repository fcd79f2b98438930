"""The forward process: how a picture becomes noise, one small step after the other or in one jump.

Every schedule is two numbers a step, ``x_t = a_t*x0 + b_t*noise``, and all of them lie on one axis, log-SNR = 2 ln(a/b). At equal
log-SNR two schedules show the same picture, up to its scale; they differ in when they get there.

A schedule of fewer than 1000 steps is the process of 1000 steps looked at less often, from the clean picture to the same last level:
its ``alphas_cumprod`` are those of the long one at evenly spaced timesteps (between two of them, geometrically interpolated), and its
betas follow from them. So the beta range always means what it means for 1000 steps, as in the papers and in diffusers, and the last step
is as near to noise as theirs. (The same betas taken only 50 times would leave three quarters of the picture standing.)
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import torch

from diffexplain.core.numerals import real_number, whole_number
from diffexplain.errors import ScheduleError
from diffexplain.i18n import say

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

Noise: TypeAlias = "torch.Generator | Iterable[torch.Tensor]"

NAMES = ("linear", "scaled_linear", "cosine", "sigmoid", "flow")
TRAINING_STEPS = 1000
USUAL_BETAS = {"linear": (1e-4, 0.02), "scaled_linear": (0.00085, 0.012), "sigmoid": (1e-4, 0.02)}  # those that have a range
_MOST_BETA = 0.999  # Nichol and Dhariwal 2021, section 3.2: the last step of the cosine schedule would be singular


@dataclass(frozen=True, eq=False)
class Schedule:
    """The noise levels after each of ``steps`` steps, float64; entry ``t - 1`` belongs to step t, and step 0 is the clean picture.

    Attributes:
        name: one of `NAMES`.
        timesteps: (steps,) where each lies in the process of 1000 steps, above 0 up to 1000.
        betas: (steps,) variance that a step adds, of unit variance in all; None for flow, which keeps no variance.
        a: (steps,) share of the picture in x, falling.
        b: (steps,) share of unit-variance noise in x, rising.
        log_snr: (steps,) 2 ln(a/b), falling; minus infinity where nothing of the picture is left.
        keep: (steps,) what a step keeps of x before it.
        add: (steps,) how much fresh unit-variance noise it adds.
    """

    name: str
    timesteps: torch.Tensor
    betas: torch.Tensor | None
    a: torch.Tensor
    b: torch.Tensor
    log_snr: torch.Tensor
    keep: torch.Tensor
    add: torch.Tensor

    @property
    def steps(self) -> int:
        """How many."""
        return len(self.a)

    @property
    def alphas_cumprod(self) -> torch.Tensor:
        """(steps,) share of the picture in the variance of x, a²/(a² + b²): for all but flow simply a²."""
        return torch.sigmoid(self.log_snr)

    def level(self, step: int) -> tuple[float, float]:
        """Return ``(a, b)`` after a step, 0 to `steps`."""
        return (1.0, 0.0) if step == 0 else (float(self.a[step - 1]), float(self.b[step - 1]))

    def transition(self, step: int) -> tuple[float, float]:
        """Return ``(keep, add)`` of one step, ``x_t = keep*x_{t-1} + add*fresh`` with fresh unit-variance noise.

        DDPM eq. 2 (Ho et al. 2020): keep = sqrt(1 - beta), add = sqrt(beta). The papers of rectified flow (Liu et al. 2023) give no
        such step, for they never walk forward; the one Gaussian step that leads from one of its levels to the next is
        keep = a_t/a_{t-1}, add = sqrt(b_t² - keep²*b_{t-1}²). Its last step keeps nothing: a_T = 0.
        """
        return float(self.keep[step - 1]), float(self.add[step - 1])


@dataclass(frozen=True, eq=False)
class Noised:
    """The picture after some steps of the chain.

    Attributes:
        step: 1 for the first.
        x: the noisy picture.
        fresh: the unit-variance noise that this step brought.
        noise: all fresh noises so far as the one unit-variance noise with ``x = a*x0 + b*noise``.
    """

    step: int
    x: torch.Tensor
    fresh: torch.Tensor
    noise: torch.Tensor


def schedule(
    name: str, steps: int = TRAINING_STEPS, beta_start: float | None = None, beta_end: float | None = None
) -> Schedule:
    """Return a noise schedule.

    Args:
        name: ``linear`` (Ho et al. 2020), ``scaled_linear`` (Rombach et al. 2022: linear in the square root of beta), ``cosine`` (Nichol
            and Dhariwal 2021, eq. 17, betas clipped at 0.999), ``sigmoid`` (Xu et al. 2022), ``flow`` (Liu et al. 2023: a = 1 - t, b = t).
        steps: 1 to 1000; fewer than 1000 look at the same process less often, see the module.
        beta_start: first beta of the 1000, above 0 and below 1; None for the usual one. Cosine and flow have no range and ignore it.
        beta_end: last beta of the 1000, no smaller than the first, below 1.

    Raises:
        ScheduleError: a value that is not allowed.
    """
    if name not in NAMES:
        raise ScheduleError(say("there is no schedule {name}; take one of {names}", name=repr(name), names=", ".join(NAMES)))
    whole = whole_number(steps)
    if whole is None or not 1 <= whole <= TRAINING_STEPS:
        raise ScheduleError(say("steps must be 1 to {most}, not {value}", most=TRAINING_STEPS, value=steps))
    steps = whole
    timesteps = torch.arange(1, steps + 1, dtype=torch.float64) * (TRAINING_STEPS / steps)
    if name == "flow":
        b = torch.arange(1, steps + 1, dtype=torch.float64) / steps
        a, start = 1 - b, b.new_zeros(1)
        keep = a / torch.cat([start + 1, a[:-1]])
        add = torch.sqrt(b**2 - (keep * torch.cat([start, b[:-1]])) ** 2)
        return Schedule(name, timesteps, None, a, b, 2 * (torch.log1p(-b) - torch.log(b)), keep, add)
    logs = _sampled(torch.log1p(-_training_betas(name, *_range(name, beta_start, beta_end))), steps)  # ln alphas_cumprod
    kept = torch.diff(logs, prepend=logs.new_zeros(1))  # ln(1 - beta): where beta is almost 1, 1 - beta has no digits left
    betas, left = -torch.expm1(kept), -torch.expm1(logs)  # left: 1 - alphas_cumprod, without its rounding where that is small
    a, b = torch.exp(logs / 2), torch.sqrt(left)
    return Schedule(name, timesteps, betas, a, b, logs - torch.log(left), torch.exp(kept / 2), torch.sqrt(betas))


def chain(x0: torch.Tensor, levels: Schedule, noise: Noise) -> Iterator[Noised]:
    """Walk from the clean picture to noise, each picture from the one before: DDPM eq. 2.

    Args:
        x0: the clean picture, any shape; about -1 to 1 in pixels, about unit variance in latents.
        levels: how much noise each step adds.
        noise: draws the fresh noise of each step, or holds it, x0's shape, one tensor a step.

    Yields:
        x_1 to x_T with the fresh noises so far gathered into one.

    Raises:
        ScheduleError: there are fewer noises than steps.
    """
    x, gathered, before_b = x0, torch.zeros_like(x0), 0.0
    drawn = _draws(x0, noise)
    for step in range(1, levels.steps + 1):
        fresh = next(drawn, None)
        if fresh is None:
            raise ScheduleError(
                say("{steps} steps need as many noises, and there are {count}", steps=levels.steps, count=step - 1)
            )
        keep, add = levels.transition(step)
        _, b = levels.level(step)
        gathered = (keep * before_b / b) * gathered + (add / b) * fresh
        x, before_b = keep * x + add * fresh, b
        yield Noised(step, x, fresh, gathered)


def closed_form(x0: torch.Tensor, levels: Schedule, step: int, noise: torch.Tensor) -> torch.Tensor:
    """Return the same latents in one jump, ``a*x0 + b*noise``: DDPM eq. 4.

    Args:
        x0: the clean picture.
        levels: how much noise there is after each step.
        step: 0 to ``levels.steps``; 0 gives the clean picture.
        noise: unit-variance noise, x0's shape.

    Raises:
        ScheduleError: there is no such step.
    """
    whole = whole_number(step)
    if whole is None or not 0 <= whole <= levels.steps:
        raise ScheduleError(say("the step must be 0 to {most}, not {value}", most=levels.steps, value=step))
    a, b = levels.level(whole)
    return a * x0 + b * noise


def step_at(levels: Schedule, log_snr: float) -> float | None:
    """Return when a schedule reaches a noise level: the step, with a fraction; None where it starts below or ends above.

    Args:
        levels: a schedule.
        log_snr: 2 ln(a/b) to look for.
    """
    course = levels.log_snr
    if not float(course[-1]) <= log_snr <= float(course[0]):
        return None
    at = int((course >= log_snr).sum())  # steps that are cleaner or just so
    high = float(course[at - 1])
    if at == levels.steps or high == log_snr:
        return float(at)
    low = float(course[at])
    return at + (high - log_snr) / (high - low) if math.isfinite(low) else float(at)


def _range(name: str, start: float | None, end: float | None) -> tuple[float, float]:
    usual = USUAL_BETAS.get(name)
    if usual is None:
        return 0.0, 0.0
    first, last = usual[0] if start is None else start, usual[1] if end is None else end
    if not 0 < (real_number(first) or 0) <= (real_number(last) or 0) < 1:
        raise ScheduleError(
            say(
                "betas must rise from above 0 to below 1, not from {first:g} to {last:g}; {usual_first:g} to {usual_last:g} is usual",
                first=first,
                last=last,
                usual_first=usual[0],
                usual_last=usual[1],
            )
        )
    return float(first), float(last)


def _training_betas(name: str, first: float, last: float) -> torch.Tensor:
    """Return (1000,) as diffusers' schedulers have them, in float64."""
    count = TRAINING_STEPS
    if name == "linear":
        return torch.linspace(first, last, count, dtype=torch.float64)
    if name == "scaled_linear":
        return torch.linspace(math.sqrt(first), math.sqrt(last), count, dtype=torch.float64) ** 2
    if name == "sigmoid":
        return torch.sigmoid(torch.linspace(-6, 6, count, dtype=torch.float64)) * (last - first) + first
    signal = torch.cos((torch.arange(count + 1, dtype=torch.float64) / count + 0.008) / 1.008 * (math.pi / 2)) ** 2
    return (1 - signal[1:] / signal[:-1]).clamp(max=_MOST_BETA)


def _sampled(log_alphas: torch.Tensor, steps: int) -> torch.Tensor:
    """Return (steps,) ln alphas_cumprod at evenly spaced timesteps, from the 1000 logarithms of 1 - beta."""
    course = torch.cat([log_alphas.new_zeros(1), log_alphas.cumsum(0)])  # (1001,)
    positions = torch.arange(1, steps + 1, dtype=torch.float64) * (TRAINING_STEPS / steps)
    below = positions.floor().long().clamp(max=TRAINING_STEPS - 1)
    share = positions - below
    return torch.lerp(course[below], course[below + 1], share)


def _draws(x0: torch.Tensor, noise: Noise) -> Iterator[torch.Tensor]:
    if not isinstance(noise, torch.Generator):
        yield from noise
        return
    while True:
        yield torch.randn(x0.shape, generator=noise, dtype=x0.dtype, device=noise.device).to(x0.device)
