"""What a prediction says at a noise level: the one derivation that holds for every sampler and every kind of network.

Every diffusion sampler moves a noisy picture ``x = a*x0 + b*noise``, and every network output is a mixture
``output = p*x0 + q*noise`` of the same two unknowns. Two equations, two unknowns: one 2x2 solve gives the predicted clean
picture x0 and the predicted noise for every scheduler and every kind of prediction. No scheduler's own
``pred_original_sample`` is trusted: most have none, and LCM and TCD return something else in its place.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch

from diffexplain.errors import SingularLevelError
from diffexplain.i18n import say


@dataclass(frozen=True)
class Level:
    """A noise level: the coefficients of ``x = a*x0 + b*noise``.

    Attributes:
        a: Share of the clean picture, 0 (nothing left of it) to 1.
        b: Share of the unit-variance noise, 0 or more. ``a² + b² = 1`` for variance-preserving samplers, ``a = 1`` for
            those in sigma space, ``a + b = 1`` for flow matching.
    """

    a: float
    b: float

    @property
    def sigma(self) -> float:
        """Noise per unit of picture, b/a: 0 for a clean picture, infinite for pure noise."""
        return self.b / self.a if self.a else math.inf

    @property
    def log_snr(self) -> float:
        """Logarithm of the signal-to-noise ratio, 2 ln(a/b): the common axis of all samplers (Kingma et al. 2021, eq. 3)."""
        if self.b == 0:
            return math.inf
        return 2 * (math.log(self.a) - math.log(self.b)) if self.a else -math.inf

    @property
    def signal_share(self) -> float:
        """Share of the clean picture in the variance of x, a²/(a² + b²): 1 for a clean picture, 0 for pure noise."""
        return self.a**2 / (self.a**2 + self.b**2)

    @property
    def scale(self) -> float:
        """Standard deviation of x for unit-variance x0: divide x by it to look at all samplers on one scale."""
        return math.hypot(self.a, self.b)


@dataclass(frozen=True)
class Parameterization:
    """What a network predicts: the coefficients of ``output = p*x0 + q*noise``."""

    p: float
    q: float


def solve(
    x: torch.Tensor, output: torch.Tensor, level: Level, parameterization: Parameterization
) -> tuple[torch.Tensor, torch.Tensor]:
    """Return the predicted clean picture and the predicted noise: ``x = a*x0 + b*noise``, ``output = p*x0 + q*noise`` solved.

    Args:
        x: The noisy picture, any shape.
        output: The network's prediction (after guidance), same shape.
        level: The coefficients (a, b) of x.
        parameterization: The coefficients (p, q) of the output.

    Returns:
        ``(x0, noise)``, both of x's shape, in float32 (float64 where an input is). Half precision stops here: at the noisy
        end x0 is a small difference of large numbers.

    Raises:
        SingularLevelError: Where the two equations are one and the same: a noise prediction at a = 0 (a schedule with zero
            terminal signal) or a picture prediction at b = 0.
    """
    a, b, p, q = level.a, level.b, parameterization.p, parameterization.q
    determinant = a * q - b * p
    if determinant == 0:
        predicted, left = (say("the noise"), say("nothing of the picture")) if p == 0 else (say("the picture"), say("no noise"))
        raise SingularLevelError(
            say(
                "At level a={a:g}, b={b:g} there is {left} left in x, and a model that predicts {told} says nothing about "
                "the rest. A schedule that goes this far needs a model trained with v_prediction (or flow matching); for "
                "others set rescale_betas_zero_snr=False, or timestep_spacing='leading', which leaves the last timestep "
                "out.",
                a=a,
                b=b,
                left=left,
                told=predicted,
            )
        )
    precision = torch.promote_types(torch.promote_types(x.dtype, output.dtype), torch.float32)
    x, output = x.to(precision), output.to(precision)
    return (q * x - b * output) / determinant, (a * output - p * x) / determinant


def posterior_mean(x: torch.Tensor, x0: torch.Tensor, level: Level, next_level: Level) -> torch.Tensor:
    """Return the mean of q(x_next | x, x0): where a less noisy x lies on average, if the clean picture is x0.

    With a_ts = a/a_next and v = b² - a_ts²*b_next² the mean is ``(a_ts*b_next²*x + a_next*v*x0)/b²`` (Kingma et al. 2021,
    "Variational Diffusion Models", appendix A.2). Between neighbouring levels of a variance-preserving schedule it is
    equation 7 of Ho et al. 2020 (DDPM).

    It is what ancestral samplers (DDPM, Euler ancestral) aim at before they add noise. For deterministic samplers (DDIM,
    Heun, DPM-Solver, flow matching) it is what the mean *would be*, not where the sampler goes.

    Args:
        x: Noisy picture at ``level``.
        x0: Clean picture (the prediction of it), same shape.
        level: Level of x.
        next_level: Level to go to, no noisier than ``level``.

    Returns:
        The mean, same shape, in the wider dtype of the two.

    Raises:
        ValueError: Where next_level is noisier than level: the posterior is only defined towards the clean picture.
    """
    a, b, a_next, b_next = level.a, level.b, next_level.a, next_level.b
    if b_next * a > b * a_next * (1 + 1e-5):  # sigmas are float32 in the schedulers, equal ones differ in the last digits
        raise ValueError(
            say(
                "The posterior mean goes from noisy to less noisy, but the next level has sigma {next_sigma:g} and the level "
                "{sigma:g}. Exchange the two, or pick neighbouring steps.",
                next_sigma=next_level.sigma,
                sigma=level.sigma,
            )
        )
    if b == 0:
        return a_next * x0
    step = a / a_next if a_next else b / b_next
    variance = max(b * b - step * step * b_next * b_next, 0.0)
    return (step * (b_next / b) ** 2) * x + (a_next * variance / b**2) * x0
