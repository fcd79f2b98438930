"""Train a generative adversarial network: one network makes pictures, another tells them from real ones (Goodfellow et al. 2014).

The generator is rewarded for what the discriminator takes for real, the "non-saturating" loss of their section 3; the gradient of the
discriminator at real pictures is penalised, without which the two need not ever settle (R1, Mescheder et al. 2018, "Which training
methods for GANs do actually converge?", eq. 9).
"""

from __future__ import annotations

from functools import partial
from itertools import islice, repeat
from typing import TYPE_CHECKING, Any

import torch
from torch import nn
from torch.nn import functional

from diffexplain.learn.descent import Losses, Update, descend
from diffexplain.learn.optimizers import Optimizers

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


class Adversaries(nn.Module):
    """Two networks that are trained against each other.

    Attributes:
        generator: (N, inputs, 1, 1) noise to (N, C, h, w) pictures.
        discriminator: (N, C, h, w) pictures to (N, 1, 1, 1), the log odds that each is real.
        inputs: how many numbers the generator is given.
    """

    def __init__(self, generator: nn.Module, discriminator: nn.Module, inputs: int) -> None:
        super().__init__()
        self.generator, self.discriminator, self.inputs = generator, discriminator, inputs


class Both(Optimizers):
    """Adam for each of two adversaries.

    Args:
        adversaries: whose parameters.
        rate: full learning rate of both.
        momentum: of both. Where each goes depends on where the other is: what a solitary network gains by momentum can keep two going
            round each other (Gidel et al. 2019, "Negative momentum for improved game dynamics").

    Attributes:
        generator: over the generator's parameters alone.
        discriminator: over the discriminator's.
    """

    def __init__(self, adversaries: Adversaries, rate: float, momentum: float) -> None:
        each = [
            torch.optim.Adam(network.parameters(), rate, betas=(momentum, 0.99), foreach=True)
            for network in (adversaries.generator, adversaries.discriminator)
        ]
        super().__init__(*each)
        self.generator, self.discriminator = (Optimizers(one) for one in each)


def train(
    adversaries: Adversaries,
    batches: Iterable[torch.Tensor],
    optimizers: Both,
    *,
    generator: torch.Generator | None = None,
    penalty: float = 1.0,
    discriminations: int = 1,
    average: Any = None,
    **options: Any,
) -> Iterator[Update]:
    """Train both by turns. An update is one of the generator, after some of the discriminator.

    Args:
        adversaries: in training mode.
        batches: (N, C, h, w) real pictures; one for each update of the discriminator.
        optimizers: over the parameters of both.
        generator: of the noise, on the device of the pictures.
        penalty: weight of R1; 0 does without.
        discriminations: updates of the discriminator before each of the generator.
        average: of both networks, kept up to date after each update of the generator.
        **options: of `diffexplain.learn.descend`: rate, clip, dtype, samples.

    Yields:
        The generator's `Update`; among its parts ``generator`` and ``discriminator``, what each lost, ``real`` and ``made``, how sure
        the discriminator was in the mean that what it saw was real (0 to 1), and ``penalty``, unweighted.
    """
    shown: list[torch.Tensor] = []  # the newest batch, which the generator is to make as many as

    def showing() -> Iterator[torch.Tensor]:
        for batch in batches:
            shown[:] = [batch]
            yield batch

    telling = partial(discriminator_loss, adversaries, penalty=penalty, generator=generator)
    making = partial(generator_loss, adversaries, generator=generator)
    told = descend(telling, showing(), optimizers.discriminator, **options)
    made = descend(making, (shown[0] for _ in repeat(None)), optimizers.generator, average=average, **options)
    while True:
        last = list(islice(told, discriminations))
        if len(last) < discriminations:
            return
        update = next(made)
        parts = {**last[-1].parts, **update.parts}
        yield Update(last[-1].samples, update.loss, parts, update.gradient, update.rate)


def discriminator_loss(
    adversaries: Adversaries, real: torch.Tensor, *, penalty: float, generator: torch.Generator | None = None
) -> Losses:
    """Return what it costs to tell real pictures from as many made ones: 2 ln 2 = 1.39 for who can't."""
    with torch.no_grad():
        made = adversaries.generator(_noise(adversaries, real, generator))
    real = real.detach().requires_grad_(penalty > 0)
    on_real, on_made = adversaries.discriminator(real), adversaries.discriminator(made)
    cost = functional.softplus(-on_real).mean() + functional.softplus(on_made).mean()
    parts = {"discriminator": cost, "real": on_real.sigmoid().mean(), "made": on_made.sigmoid().mean()}
    if penalty <= 0:
        return Losses(cost, {**parts, "penalty": torch.zeros(())})
    (slope,) = torch.autograd.grad(on_real.sum(), real, create_graph=True)
    steepness = slope.square().sum((1, 2, 3)).mean()
    return Losses(cost + penalty / 2 * steepness, {**parts, "penalty": steepness})


def generator_loss(adversaries: Adversaries, real: torch.Tensor, *, generator: torch.Generator | None = None) -> Losses:
    """Return what as many made pictures cost that aren't taken for real: ln 2 = 0.69 where the discriminator can't tell."""
    made = adversaries.generator(_noise(adversaries, real, generator))
    adversaries.discriminator.requires_grad_(False)  # only judges here
    cost = functional.softplus(-adversaries.discriminator(made)).mean()
    adversaries.discriminator.requires_grad_(True)
    return Losses(cost, {"generator": cost})


def _noise(adversaries: Adversaries, like: torch.Tensor, generator: torch.Generator | None) -> torch.Tensor:
    """Return (N, inputs, 1, 1) for N pictures."""
    return torch.randn(len(like), adversaries.inputs, 1, 1, generator=generator, device=like.device)
