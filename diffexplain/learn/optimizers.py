"""Optimizers: AdamW, and Muon for the weight matrices of a denoiser with AdamW for the rest.

Muon (Jordan et al. 2024, "Muon: An optimizer for hidden layers in neural networks") takes the momentum of a weight matrix and steps
along the nearest matrix whose singular values are all about 1: every direction moves alike, also those that the gradient hardly
sees. A convolution counts as the matrix of its outputs by everything they look at. Steps are scaled by 0.2*sqrt(longer side), which
gives them the size of AdamW's, so both can share one learning rate (Liu et al. 2025, "Muon is scalable for LLM training", eq. 4).

Not `torch.optim.Muon`: that one computes in bfloat16, which a processor without it does twenty times slower than float32
(measured for this U-Net with AVX2: 22 s an update, and 1 s here), and it is not there before torch 2.9.
"""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING, Any

import torch

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_COEFFICIENTS = (3.4445, -4.7750, 2.0315)  # Jordan et al. 2024: steepest at 0, singular values end in 0.7 to 1.2


class Optimizers:
    """Several optimizers that step together and keep the proportion of their learning rates.

    Attributes:
        parameters: all that they train.
    """

    def __init__(self, *optimizers: torch.optim.Optimizer) -> None:
        self._optimizers = optimizers
        self._full = [[group["lr"] for group in optimizer.param_groups] for optimizer in optimizers]
        groups = [group for optimizer in optimizers for group in optimizer.param_groups]
        self.parameters: list[torch.nn.Parameter] = [parameter for group in groups for parameter in group["params"]]

    def set_rate(self, share: float) -> None:
        """Use a share of each full learning rate."""
        for optimizer, full in zip(self._optimizers, self._full, strict=True):
            for group, rate in zip(optimizer.param_groups, full, strict=True):
                group["lr"] = share * rate

    def zero_grad(self) -> None:
        """Forget the gradients."""
        for optimizer in self._optimizers:
            optimizer.zero_grad()

    def step(self) -> None:
        """Update all parameters."""
        for optimizer in self._optimizers:
            optimizer.step()

    def state_dict(self) -> list[dict[str, Any]]:
        """Return what is needed to go on."""
        return [optimizer.state_dict() for optimizer in self._optimizers]

    def load_state_dict(self, states: Iterable[Mapping[str, Any]]) -> None:
        """Go on from a copy of a state. The full learning rates stay as they were given."""
        for optimizer, state in zip(self._optimizers, states, strict=True):
            optimizer.load_state_dict(deepcopy(dict(state)))  # torch would share the tensors


def adamw(
    network: torch.nn.Module, rate: float, *, betas: tuple[float, float] = (0.9, 0.99), weight_decay: float = 0.01
) -> Optimizers:
    """Make AdamW (Loshchilov and Hutter 2019) that leaves biases and scales of norms undecayed."""
    parameters = [parameter for parameter in network.parameters() if parameter.requires_grad]
    groups = [
        {"params": [parameter for parameter in parameters if parameter.ndim > 1], "weight_decay": weight_decay},
        {"params": [parameter for parameter in parameters if parameter.ndim <= 1], "weight_decay": 0.0},
    ]
    return Optimizers(torch.optim.AdamW([group for group in groups if group["params"]], rate, betas=betas, foreach=True))


def muon_and_adamw(
    network: torch.nn.Module,
    rate: float,
    *,
    factor: float = 2.0,
    weight_decay: float = 0.01,
    apart: tuple[str, ...] = ("conv_in", "conv_out"),
) -> Optimizers:
    """Make Muon for the weight matrices and AdamW for the rest.

    Args:
        network: a U-Net or the like.
        rate: of AdamW.
        factor: how many times that Muon takes.
        weight_decay: of both.
        apart: beginnings of the names of weights that go to AdamW although they are matrices: the first and the last layer.
    """
    matrices: list[torch.nn.Parameter] = []
    rest: list[torch.nn.Parameter] = []
    for name, parameter in network.named_parameters():
        if parameter.requires_grad:
            (matrices if parameter.ndim >= 2 and not name.startswith(apart) else rest).append(parameter)
    muon = Muon(matrices, factor * rate, weight_decay=weight_decay)
    return Optimizers(muon, torch.optim.AdamW(rest, rate, betas=(0.9, 0.99), weight_decay=weight_decay, foreach=True))


class Muon(torch.optim.Optimizer):
    """Momentum, orthogonalised; see the module. For parameters of two or more dimensions."""

    def __init__(
        self, parameters: Iterable[torch.nn.Parameter], rate: float, *, momentum: float = 0.95, weight_decay: float = 0.01
    ) -> None:
        super().__init__(parameters, {"lr": rate, "momentum": momentum, "weight_decay": weight_decay})

    @torch.no_grad()
    def step(self, closure: None = None) -> None:  # type: ignore[override]  # noqa: ARG002
        """Update every parameter that has a gradient."""
        for group in self.param_groups:
            for parameter in group["params"]:
                if parameter.grad is not None:
                    self._update(parameter, group)

    def _update(self, parameter: torch.Tensor, group: Mapping[str, Any]) -> None:
        gradient = as_matrix(parameter.grad)  # (outputs, inputs)
        state = self.state[parameter]
        if not state:
            state["momentum"] = torch.zeros_like(gradient)
        momentum = state["momentum"].lerp_(gradient, 1 - group["momentum"])
        direction = orthogonalised(gradient.lerp(momentum, group["momentum"]))  # Nesterov's look ahead
        parameter.mul_(1 - group["lr"] * group["weight_decay"])
        as_matrix(parameter).add_(direction, alpha=-group["lr"] * 0.2 * max(direction.shape) ** 0.5)


def as_matrix(weight: Any) -> torch.Tensor:
    """View a weight as (outputs, everything they look at), in the same memory where its layout allows.

    Columns of a convolution come in the order of its memory, so that weights in channels-last format need no copy; the order of
    columns makes no difference to Muon.
    """
    layout = weight.permute(0, 2, 3, 1) if weight.ndim == 4 and _is_channels_last(weight) else weight
    matrix: torch.Tensor = layout.reshape(weight.shape[0], -1)
    return matrix


def orthogonalised(matrix: torch.Tensor, steps: int = 5) -> torch.Tensor:
    """Return about the nearest matrix with orthonormal rows or columns, by Newton and Schulz's iteration: U V^T of U S V^T.

    Each step is X <- p(X X^T) X with the same polynomial p, so all steps together are one polynomial of the small square matrix X X^T
    of the beginning: only the first product and the last one have the longer side in them. For a convolution, whose longer side is
    nine or eighteen times the shorter, that is a third of the work.
    """
    tall = matrix.shape[0] > matrix.shape[1]
    wide: torch.Tensor = matrix.T if tall else matrix  # (n, m), n <= m
    scale = 1 / (matrix.norm() + 1e-7)
    square = (wide @ wide.T) * scale.square()  # (n, n)
    product: torch.Tensor | None = None  # what the steps so far multiply the first matrix with; a polynomial of `square`
    for step in range(steps):
        factor = _polynomial(square)
        product = factor if product is None else factor @ product
        if step < steps - 1:
            square = factor @ square @ factor
    assert product is not None
    nearest: torch.Tensor = (product @ wide) * scale
    return nearest.T if tall else nearest


def _polynomial(square: torch.Tensor) -> torch.Tensor:
    """Return the polynomial of one step, a I + b A + c A^2."""
    a, b, c = _COEFFICIENTS
    value: torch.Tensor = torch.addmm(square, square, square, beta=b, alpha=c)
    value.diagonal().add_(a)
    return value


def _is_channels_last(weight: torch.Tensor) -> bool:
    return weight.is_contiguous(memory_format=torch.channels_last) and not weight.is_contiguous()
