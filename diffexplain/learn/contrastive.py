"""Train CLIP: of a batch, which text belongs to which picture? (Radford et al. 2021, figure 3).

Wrong texts of the same words can be put among the answers: without them a model never has to learn what their order says
(Yuksekgonul et al. 2023, "When and why vision-language models behave like bags-of-words", section 4). Heads over both towers' embeddings
can ask for it directly; see `diffexplain.learn.heads`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import torch
from torch.nn import functional

from diffexplain.core.similarity import contrastive_loss
from diffexplain.learn.descent import Losses, descend

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from diffexplain.learn.descent import Update
    from diffexplain.learn.heads import Heads
    from diffexplain.learn.optimizers import Optimizers

_HOTTEST = math.log(100)  # Radford et al. 2021, section 2.5: cosines are never multiplied by more than 100


@dataclass(frozen=True, eq=False)
class Batch:
    """Pictures and their captions, in the same order.

    Attributes:
        pixels: (N, 3, H, W), normalised as the vision tower wants them.
        tokens: (N, T) numbers of tokens, padded.
        wrong: (M, T) tokens of texts that belong to none of the pictures; None without.
        answers: (N, questions) what heads shall read from pictures and texts; None without.
    """

    pixels: torch.Tensor
    tokens: torch.Tensor
    wrong: torch.Tensor | None = None
    answers: torch.Tensor | None = None

    def __len__(self) -> int:
        return len(self.pixels)


def train(
    clip: Any, batches: Iterable[Batch], optimizers: Optimizers, *, heads: Heads | None = None, **options: Any
) -> Iterator[Update]:
    """Train both towers, or those whose parameters `optimizers` hold.

    Args:
        clip: a ``transformers.CLIPModel`` in training mode.
        batches: see `Batch`; the larger, the harder the question.
        optimizers: over the parameters to be trained, those of the heads among them.
        heads: for the answers of the batches.
        **options: of `diffexplain.learn.descend`: average, rate, clip, dtype, samples.
    """
    for update in descend(partial(loss, clip, heads=heads), batches, optimizers, **options):
        with torch.no_grad():
            clip.logit_scale.clamp_(0, _HOTTEST)
        yield update


def loss(clip: Any, batch: Batch, *, heads: Heads | None = None) -> Losses:
    """Return the mean of two cross entropies, and with heads what the answers cost: for pictures, for texts, for texts at their padding.

    A denoiser reads the states of all tokens, and padding is most of them; CLIP itself reads the end mark alone. Among the parts of the
    loss are the share of pictures whose own text is the nearest, the temperature, and the cost of the answers.
    """
    tokens = batch.tokens if batch.wrong is None else torch.cat((batch.tokens, batch.wrong))  # (N + M, T)
    pictures, read = embed_pictures(clip, batch.pixels), clip.text_model(input_ids=tokens)
    texts = _shared(clip, read.pooler_output)  # (N + M, D)
    with torch.autocast(pictures.device.type, enabled=False):
        pictures, texts = pictures.float(), texts.float()
        logits = clip.logit_scale.exp() * pictures @ texts.T  # (N, N + M)
        total = contrastive_loss(logits)
        right = (logits.detach().argmax(1) == torch.arange(len(batch), device=logits.device)).float().mean()
        parts = {"right": right, "temperature": clip.logit_scale.detach().exp()}
        if heads is not None and batch.answers is not None:
            after = _shared(clip, after_the_end(clip, batch.tokens, read.last_hidden_state)).float()
            answer_loss = torch.stack(
                [heads.loss(embeddings, batch.answers) for embeddings in (pictures, texts[: len(batch)], after)]
            ).mean()
            total, parts = total + answer_loss, {**parts, "answers": answer_loss.detach()}
    return Losses(total, parts)


def embed_pictures(clip: Any, pixels: torch.Tensor) -> torch.Tensor:
    """Return embeddings (N, D) of unit length."""
    return functional.normalize(clip.visual_projection(clip.vision_model(pixel_values=pixels).pooler_output), dim=-1)


def embed_texts(clip: Any, tokens: torch.Tensor) -> torch.Tensor:
    """Return embeddings (N, D) of unit length.

    The padding stands after the end mark, which sees only what is before it, so no mask is needed.
    """
    return _shared(clip, clip.text_model(input_ids=tokens).pooler_output)


def after_the_end(clip: Any, tokens: torch.Tensor, states: torch.Tensor) -> torch.Tensor:
    """Return (N, D): of each text the state at one position of its padding, another for each; without padding that of its end mark.

    Args:
        clip: whose end mark to look for.
        tokens: (N, T).
        states: (N or more, T, D) of them.
    """
    last = tokens.shape[1] - 1
    end = (tokens == clip.config.text_config.eos_token_id).int().argmax(1)  # (N,) the first of them
    rows = torch.arange(len(tokens), device=tokens.device)
    return states[rows, (end + 1 + rows % (last - end).clamp(min=1)).clamp(max=last)]


def _shared(clip: Any, states: torch.Tensor) -> torch.Tensor:
    """Project states of the text tower into the shared space: (N, D) of unit length."""
    return functional.normalize(clip.text_projection(states), dim=-1)
