"""Which number format to train in: bfloat16 where it is faster on this device for this network, else float32.

bfloat16 here is mixed precision: weights and their updates stay float32, products run in bfloat16 (Micikevicius et al. 2018; bfloat16
needs none of their loss scaling). A GPU gains much from it; a processor without instructions for it is several times slower.
"""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import dataclass
from functools import partial
from time import perf_counter
from typing import TYPE_CHECKING

import torch
from torch.nn.attention import SDPBackend, sdpa_kernel

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from contextlib import AbstractContextManager

_GAIN = 1.15  # below this the coarser numbers are not worth it


@dataclass(frozen=True)
class Precision:
    """What was chosen and why.

    Attributes:
        dtype: torch.float32 or torch.bfloat16.
        seconds: what was measured, by the name of the format; bfloat16 is missing where a plain product ruled it out already.
    """

    dtype: torch.dtype
    seconds: Mapping[str, float]


def attention(device: torch.device | str, dtype: torch.dtype) -> AbstractContextManager[None]:
    """Return what to run the forward pass of an update within, so that attention is fast on the way back, too.

    On a processor in bfloat16 the fused attention of torch spends fifteen times as long on its gradient as on itself, a fifth of an
    update of the bundled U-Net (`docs/training.md`); there attention is made of plain products. Everywhere else nothing is changed.
    """
    plain = torch.device(device).type == "cpu" and dtype == torch.bfloat16
    return sdpa_kernel(SDPBackend.MATH) if plain else nullcontext()


def choose(run: Callable[[torch.dtype], object], device: torch.device | str, repeats: int = 2) -> Precision:
    """Time the same work in both formats.

    A product of two matrices is tried first, since a whole network in a format that the processor lacks may take minutes.

    Args:
        run: forward and backward of the network in question, once, in the format it is given.
        device: where it runs.
        repeats: how often to time it, after once to warm up; the fastest counts.
    """
    where = torch.device(device)
    if where.type == "cpu" and _product(torch.bfloat16) > _product(torch.float32):
        return Precision(torch.float32, {})
    if where.type == "cuda" and not torch.cuda.is_bf16_supported(including_emulation=False):
        return Precision(torch.float32, {})
    seconds = {}
    for dtype in (torch.float32, torch.bfloat16):
        seconds[str(dtype).removeprefix("torch.")] = _fastest(partial(run, dtype), where, repeats)
    better = seconds["float32"] > _GAIN * seconds["bfloat16"]
    return Precision(torch.bfloat16 if better else torch.float32, seconds)


def _product(dtype: torch.dtype, size: int = 192) -> float:
    matrix = torch.ones(size, size, dtype=dtype)
    return _fastest(lambda: matrix @ matrix, torch.device("cpu"), repeats=5)


def _fastest(run: Callable[[], object], device: torch.device, repeats: int) -> float:
    times = []
    for _ in range(1 + repeats):
        start = perf_counter()
        run()
        if device.type == "cuda":
            torch.cuda.synchronize(device)
        times.append(perf_counter() - start)
    return min(times[1:])
