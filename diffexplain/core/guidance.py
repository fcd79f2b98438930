"""Classifier-free guidance, as a run shows it: which predictions are its two halves, and how strongly they were mixed."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal, TypeAlias

import torch

Half: TypeAlias = Literal["cond", "uncond"]
Place: TypeAlias = tuple[int, slice]  # which of a step's calls of the denoiser, and which of its rows

PLAIN_RESIDUAL = 1e-3  # float32 leaves 1e-7, half precision some 1e-4; guidance_rescale 1e-2 and more


@dataclass(frozen=True)
class Guidance:
    """Classifier-free guidance, read back from what the denoiser said and what the scheduler was given.

    Attributes:
        scale: The w that fits ``guided = uncond + w*(cond - uncond)`` best (least squares; Ho and Salimans 2022, eq. 6, in
            the form of Saharia et al. 2022).
        residual: What the fit leaves, as a share of the largest value: 1e-7 for plain guidance.
    """

    scale: float
    residual: float

    @property
    def plain(self) -> bool:
        """Whether this was nothing but guidance. False if something else followed, e.g. ``guidance_rescale``."""
        return self.residual <= PLAIN_RESIDUAL


def read_guidance(guided: torch.Tensor, uncond: torch.Tensor, cond: torch.Tensor) -> Guidance | None:
    """The least-squares scale w of ``guided = uncond + w*(cond - uncond)``, and how badly it fits. Same shape, any dtype."""
    # contiguous, so that sums come out the same to the bit for a recorded step and for the same step from a file
    guided, uncond, cond = (tensor.double().contiguous() for tensor in (guided, uncond, cond))
    change = cond - uncond
    size = float((change * change).sum())
    if not size > 0 or not math.isfinite(size):
        return None
    scale = float(((guided - uncond) * change).sum()) / size
    largest = float(guided.abs().max())
    residual = float((guided - (uncond + scale * change)).abs().max()) / largest if largest else 0.0
    return Guidance(scale, residual)


class Pairs:
    """The denoiser's predictions since the last step, and how they make up a guidance pair.

    Attributes:
        places: Where the halves of the step that was taken last were found; a run without a pair has its one call under ``cond``.
    """

    def __init__(self) -> None:
        self.outputs: list[torch.Tensor] = []
        self.texts: list[torch.Tensor | None] = []
        self.told: list[torch.Tensor | None] = []  # at the step that was taken last
        self.swapped: bool | None = None  # None: not settled yet
        self.paired: bool | None = None
        self.places: dict[Half, Place] = {}

    def add(self, output: torch.Tensor, text: torch.Tensor | None) -> None:
        """Note one call of the denoiser: its prediction, and the text that it was told (rows alike)."""
        self.outputs.append(output)
        self.texts.append(text)

    def take(
        self, x: torch.Tensor, guided: torch.Tensor
    ) -> tuple[torch.Tensor | None, torch.Tensor | None, torch.Tensor | None]:
        """``(uncond, cond, text of cond)`` for this step, None where there is no such thing; starts collecting anew."""
        outputs, texts = [same_channels(output, x) for output in self.outputs], self.texts
        self.outputs, self.texts, self.told, self.places = [], [], texts, {}
        rows = len(x)
        double = next((index for index, output in enumerate(outputs) if len(output) == 2 * rows), None)
        if double is not None:  # one call with the rows [uncond, cond]
            halves, told = outputs[double].chunk(2), _halves(texts[double])
            places = (double, slice(0, rows)), (double, slice(rows, 2 * rows))
        elif len(outputs) == 2:  # two calls, first with the prompt (Flux and its kin)
            halves, told = (outputs[1], outputs[0]), (texts[1], texts[0])
            places = (1, slice(0, rows)), (0, slice(0, rows))
        else:
            if len(outputs) == 1 and len(outputs[0]) == rows:
                self.places = {"cond": (0, slice(0, rows))}
            return None, None, texts[0] if len(outputs) == 1 else None
        uncond, cond = halves
        if uncond.shape != x.shape or cond.shape != x.shape:
            return None, None, None
        if self.paired is None:  # a second pass with the same text is something else, such as perturbed-attention guidance
            self.paired = told[0] is None or told[1] is None or not torch.equal(told[0], told[1]) or torch.equal(uncond, cond)
        if not self.paired:
            self.places = {"cond": places[1]}
            return None, None, told[1]
        if self.swapped is None:  # guidance is above 1, or there is none: a negative scale has the halves the wrong way round
            guidance = read_guidance(guided, uncond, cond)
            self.swapped = guidance is not None and guidance.plain and guidance.scale < 0
        self.places = dict(zip(("cond", "uncond") if self.swapped else ("uncond", "cond"), places, strict=True))
        return (cond, uncond, told[0]) if self.swapped else (uncond, cond, told[1])

    def text(self, half: Half) -> torch.Tensor | None:
        """What a half was told at the step that was taken last, (rows, tokens, width); None where that can't be seen."""
        if half not in self.places:
            return None
        call, rows = self.places[half]
        told = self.told[call]
        return told[rows] if isinstance(told, torch.Tensor) and told.ndim == 3 and len(told) >= rows.stop else None


def same_channels(prediction: torch.Tensor, x: torch.Tensor) -> torch.Tensor:
    """The prediction without the learned variance that some models (PixArt, DiT) give in as many channels again."""
    if prediction.ndim == x.ndim == 4 and prediction.shape[1] == 2 * x.shape[1]:
        return prediction[:, : x.shape[1]]
    return prediction


def _halves(text: torch.Tensor | None) -> tuple[torch.Tensor | None, torch.Tensor | None]:
    if text is None or len(text) % 2:
        return None, None
    uncond, cond = text.chunk(2)
    return uncond, cond
