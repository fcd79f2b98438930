"""Classifier-free guidance, as a run shows it: which predictions are its two halves, and how strongly they were mixed."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

import torch

from diffexplain.i18n import say

if TYPE_CHECKING:
    from collections.abc import Sequence

Half: TypeAlias = Literal["cond", "uncond"]
CallRows: TypeAlias = tuple[int, slice]  # which of a step's calls of the denoiser, and which of its rows

SETTLED = "_diffexplain_settled"  # of a pipeline whose halves are mixed by us: which is which is known there
PLAIN_RESIDUAL = 1e-3  # float32 leaves 1e-7, half precision some 1e-4; guidance_rescale 1e-2 and more
_LEFT = 0.5  # share of the energy: what leaves more was made of something else than of these predictions
_LEFT_SURELY = 0.1  # guidance that was rescaled position by position (Qwen-Image, Lumina 2) leaves less


@dataclass(frozen=True)
class Guidance:
    """Classifier-free guidance, read back from what the denoiser said and what the scheduler was given.

    Attributes:
        scale: The w that fits ``guided = factor*(uncond + w*(cond - uncond))`` best (least squares; Ho and Salimans 2022, eq. 6, in
            the form of Saharia et al. 2022).
        residual: What guidance of this scale and nothing else would leave, as a share of the largest value: 1e-7 for plain guidance.
        factor: What the mixture was multiplied with: 1 for plain guidance, else e.g. ``guidance_rescale``.
    """

    scale: float
    residual: float
    factor: float = 1.0

    @property
    def plain(self) -> bool:
        """Whether this was nothing but guidance. False if something else followed, e.g. ``guidance_rescale``."""
        return self.residual <= PLAIN_RESIDUAL


def read_guidance(guided: torch.Tensor, uncond: torch.Tensor, cond: torch.Tensor) -> Guidance | None:
    """Return the least-squares scale w of ``guided = factor*(uncond + w*(cond - uncond))``, and how badly it fits. Same shape, any dtype.

    The factor is -1 where a pipeline turns its predictions round before the scheduler is given them (HiDream, Lumina 2).
    """
    # contiguous, so that sums come out the same to the bit for a recorded step and for the same step from a file
    guided, uncond, cond = (tensor.double().contiguous() for tensor in (guided, uncond, cond))
    change = cond - uncond
    size = float((change * change).sum())
    largest = float(guided.abs().max())
    if not size > 0 or not math.isfinite(size) or not largest:
        return None
    factor = _factor(guided, uncond, change, size)
    scale = float(((guided / factor - uncond) * change).sum()) / size
    plain = math.copysign(1, factor) * (uncond + scale * change)
    residual = float((guided - plain).abs().max()) / largest
    return Guidance(scale, residual, factor)


def _factor(guided: torch.Tensor, uncond: torch.Tensor, change: torch.Tensor, size: float) -> float:
    """Return the coefficient of ``uncond`` beside that of ``change``; 1 where it can't be known."""
    own, across = float((uncond * uncond).sum()), float((uncond * change).sum())
    along, beside = float((guided * uncond).sum()), float((guided * change).sum())
    determinant = own * size - across * across
    if not determinant > 1e-12 * own * size:
        return 1.0
    factor = (along * size - beside * across) / determinant
    if abs(abs(factor) - 1) <= PLAIN_RESIDUAL:
        return math.copysign(1, factor)
    return factor if _left(guided, [uncond, change]) <= _LEFT and factor else 1.0


def _mixture(guided: torch.Tensor, parts: Sequence[torch.Tensor]) -> tuple[list[float], torch.Tensor]:
    """Return ``(coefficients, what they leave)``: least squares of ``guided`` as a sum of multiples of its parts."""
    target = guided.double().flatten()
    columns = torch.stack([part.double().flatten() for part in parts])  # (parts, values)
    products = columns @ columns.T
    scales = products.diagonal().clamp_min(torch.finfo(torch.float64).tiny).sqrt()
    alike = (products / scales[:, None] / scales).cpu()  # of unit vectors, so that the cut below means the same for all
    coefficients = torch.linalg.pinv(alike, hermitian=True, rtol=1e-12) @ (columns @ target / scales).cpu() / scales.cpu()
    return coefficients.tolist(), target - coefficients.to(target.device) @ columns


def _left(guided: torch.Tensor, parts: Sequence[torch.Tensor]) -> float:
    """Return the share of the energy of ``guided`` that no mixture of these parts gives."""
    _, rest = _mixture(guided, parts)
    whole = float((guided.double() ** 2).sum())
    return float((rest * rest).sum()) / whole if whole else 0.0


@dataclass(frozen=True)
class Pass:
    """One of the passes through the denoiser that make up a step.

    Attributes:
        output: Its prediction, in the shape of x; longer where the denoiser predicts another picture's tokens as well.
        text: What it was given; None where that is not known.
        where: The call that it was in, and its rows.
    """

    output: torch.Tensor
    text: torch.Tensor | None
    where: CallRows


class Pairs:
    """The denoiser's predictions since the last step, and how they make up a guidance pair.

    Attributes:
        halves: In which call and rows the halves of the step that was taken last are; a run without a pair has its one call under ``cond``.
        why: Why the step that was taken last has no pair, where the denoiser was asked more than once for it; else empty.
    """

    def __init__(self) -> None:
        self.outputs: list[torch.Tensor | None] = []
        self.texts: list[torch.Tensor | None] = []
        self.step_texts: list[torch.Tensor | None] = []  # at the step that was taken last
        self.swapped: bool | None = None  # None: not settled yet
        self.paired: bool | None = None
        self.sign: int | None = None
        self.behind: bool | None = None  # whether the picture's own tokens come last
        self.prompted: int | None = None  # which of several passes is the one with the prompt
        self.halves: dict[Half, CallRows] = {}
        self.why = ""

    def add(self, output: torch.Tensor | None, text: torch.Tensor | None) -> None:
        """Note one call of the denoiser: its prediction (None if it can't be read), and the text it was given (rows alike)."""
        self.outputs.append(output)
        self.texts.append(text)

    def take(
        self, x: torch.Tensor, guided: torch.Tensor
    ) -> tuple[torch.Tensor | None, torch.Tensor | None, torch.Tensor | None]:
        """Return ``(uncond, cond, text of cond)`` for this step, None where there is no such thing; starts collecting anew.

        The halves are as the scheduler was given ``guided``: turned round where the pipeline does that.
        """
        outputs, texts = self.outputs, self.texts
        self.outputs, self.texts, self.step_texts, self.halves, self.why = [], [], texts, {}, ""
        passes = _passes(outputs, texts, x)
        if passes is None:
            self.why = say("the denoiser's predictions are of another shape than the latents")
            return None, None, None
        if len(passes) == 1:
            self.halves = {"cond": passes[0].where}
            return None, None, passes[0].text
        if len(passes) == 2:
            return self._pair(x, guided, passes)
        if not passes:
            self.why = say("the denoiser was not asked for this step")
            return None, None, None
        return self._several(x, guided, passes)

    def text(self, half: Half) -> torch.Tensor | None:
        """Return what a half was given at the step taken last, (rows, tokens, width); None where that can't be seen."""
        if half not in self.halves:
            return None
        call, rows = self.halves[half]
        texts = self.step_texts[call]
        return texts[rows] if isinstance(texts, torch.Tensor) and texts.ndim == 3 and len(texts) >= rows.stop else None

    def _pair(
        self, x: torch.Tensor, guided: torch.Tensor, passes: list[Pass]
    ) -> tuple[torch.Tensor | None, torch.Tensor | None, torch.Tensor | None]:
        if passes[0].where[0] != passes[1].where[0]:  # two calls come first with the prompt (Flux and its kin)
            passes = passes[::-1]
        halves = self._own(x, guided, passes)
        if halves is None:
            self.why = say("the denoiser's predictions are of another shape than the latents")
            return None, None, None
        uncond, cond = halves
        texts = [each.text for each in passes]
        if self.paired is None:  # a second pass with the same text is something else, such as perturbed-attention guidance
            self.paired = (
                texts[0] is None or texts[1] is None or not torch.equal(texts[0], texts[1]) or torch.equal(uncond, cond)
            )
        if not self.paired:
            return self._several(x, guided, passes)
        guidance = None if self.sign is not None and self.swapped is not None else read_guidance(guided, uncond, cond)
        if guidance is not None:
            if self.sign is None and _left(guided, halves) > _LEFT:
                self.why = say("what the scheduler was given is no mixture of the denoiser's two predictions")
                self.halves = dict(zip(("uncond", "cond"), (each.where for each in passes), strict=True))
                return None, None, texts[1]
            self.sign = -1 if guidance.factor < 0 else 1
            # guidance is 1 or more: a scale of 0 or less has the halves the wrong way round
            self.swapped = guidance.scale < 0.5 and (guidance.plain or _left(guided, halves) <= _LEFT_SURELY)
        if self.sign == -1:
            uncond, cond = -uncond, -cond
        self.halves = dict(
            zip(("cond", "uncond") if self.swapped else ("uncond", "cond"), (each.where for each in passes), strict=True)
        )
        return (cond, uncond, texts[0]) if self.swapped else (uncond, cond, texts[1])

    def _several(
        self, x: torch.Tensor, guided: torch.Tensor, passes: list[Pass]
    ) -> tuple[torch.Tensor | None, torch.Tensor | None, torch.Tensor | None]:
        """Take passes that are no pair: perturbed attention, or guidance by a picture as well. The one with the prompt is named if it can be."""
        if self.prompted is None:
            outputs = self._own(x, guided, passes)
            self.prompted = None if outputs is None else _prompted(guided, outputs, [each.text for each in passes])
        self.why = say("guidance mixes {count} passes of another kind than with and without the prompt", count=len(passes))
        if self.prompted is None or self.prompted >= len(passes):
            self.why = say(
                "guidance mixes {count} passes, and which of them is told the prompt can't be seen", count=len(passes)
            )
            alike = all(_same(passes[0].text, each.text) for each in passes[1:])
            return None, None, passes[0].text if alike else None
        chosen = passes[self.prompted]
        self.halves = {"cond": chosen.where}
        return None, None, chosen.text

    def _own(self, x: torch.Tensor, guided: torch.Tensor, passes: list[Pass]) -> list[torch.Tensor] | None:
        """Return the predictions without the tokens of other pictures (Kontext and its kin); None where they don't fit x."""
        outputs = [each.output for each in passes]
        if all(output.shape == x.shape for output in outputs):
            return outputs
        front, back = ([_piece(output, x, behind=behind) for output in outputs] for behind in (False, True))
        if not all(piece.shape == x.shape for piece in front):
            return None
        if self.behind is None:
            self.behind = _left(guided, back) < _left(guided, front)
        return back if self.behind else front


def _passes(outputs: list[torch.Tensor | None], texts: list[torch.Tensor | None], x: torch.Tensor) -> list[Pass] | None:
    """Return the passes that the calls consist of; None where there is one that can't be read."""
    rows = len(x)
    if any(output is None or not len(output) or len(output) % rows for output in outputs):
        return None
    calls: list[list[Pass]] = []
    for call, (output, text) in enumerate(zip(outputs, texts, strict=True)):
        assert output is not None
        count = len(output) // rows
        read = [None] * count if text is None or len(text) % count else text.chunk(count)
        chunks = like(output, x).chunk(count)
        calls.append([Pass(chunks[at], read[at], (call, slice(at * rows, (at + 1) * rows))) for at in range(count)])
    # beside a pair, another call is something else (layers left out)
    double = next((passes for passes in calls if len(passes) == 2), None)
    return double or [each for passes in calls for each in passes]


def _piece(output: torch.Tensor, x: torch.Tensor, *, behind: bool) -> torch.Tensor:
    """Return the first, or last, tokens (or rows, or columns) of a prediction, as many as x has."""
    if output.ndim != x.ndim:
        return output
    for axis in range(1 if x.ndim == 3 else 2, x.ndim):
        over = output.shape[axis] - x.shape[axis]
        if over > 0:
            output = output.narrow(axis, over if behind else 0, x.shape[axis])
    return output


def _prompted(guided: torch.Tensor, outputs: Sequence[torch.Tensor], texts: Sequence[torch.Tensor | None]) -> int | None:
    """Return which of several passes is the one with the prompt; None where that can't be known.

    Guidance goes towards the prompt: of all passes with the same text, those with the prompt together have the largest coefficient.
    Among these, those that are pushed away from (perturbed attention) have a negative one.
    """
    coefficients, rest = _mixture(guided, outputs)
    largest = float(guided.abs().max())
    if any(text is None for text in texts) or not float(rest.abs().max()) <= PLAIN_RESIDUAL * largest:
        return None
    sign = math.copysign(1, sum(coefficients))
    kin = [[other for other in range(len(texts)) if _same(texts[index], texts[other])] for index in range(len(texts))]
    weights = [sign * sum(coefficients[other] for other in group) for group in kin]
    best = max(range(len(texts)), key=lambda index: weights[index])
    inside = sorted(kin[best], key=lambda index: -sign * coefficients[index])
    if len(inside) > 1 and not sign * coefficients[inside[1]] < sign * coefficients[inside[0]] * (1 - PLAIN_RESIDUAL):
        return None
    return inside[0]


def _same(text: torch.Tensor | None, other: torch.Tensor | None) -> bool:
    return text is not None and other is not None and torch.equal(text, other)


def like(prediction: torch.Tensor, x: torch.Tensor) -> torch.Tensor:
    """Return a prediction as the latents are: without a learned variance, and without an axis of one frame (Z-Image)."""
    if prediction.ndim == x.ndim + 1 == 5 and prediction.shape[2] == 1:
        prediction = prediction.squeeze(2)
    return same_channels(prediction, x)


def same_channels(prediction: torch.Tensor, x: torch.Tensor) -> torch.Tensor:
    """Return the prediction without the learned variance that some models (PixArt, DiT) give in as many channels again."""
    if prediction.ndim == x.ndim in (4, 5) and prediction.shape[1] == 2 * x.shape[1]:
        return prediction[:, : x.shape[1]]
    return prediction
