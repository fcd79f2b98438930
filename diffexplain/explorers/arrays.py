"""Tensors as the arrays that a page is sent."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

if TYPE_CHECKING:
    from diffexplain.core.preview import LinearMap
    from diffexplain.live.messages import Array


def half_precision(tensor: torch.Tensor) -> Array:
    """Return a tensor of any shape in half precision."""
    array: Array = tensor.detach().to("cpu", torch.float16).numpy()
    return array


def matrix_of(preview: LinearMap) -> Array:
    """Return the (C + 1, 3) matrix that makes colours of latents."""
    array: Array = preview.matrix.float().cpu().numpy()
    return array
