"""One vector a sentence, of a pipeline's own text encoder: for asking which sentences it takes for alike."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch

from diffexplain.core.text.states import ENCODERS, encoders_of
from diffexplain.core.text.streams import prepared
from diffexplain.core.twins import own_network, own_tokenizer

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


def sentence_encoder(pipe: Any) -> str:
    """Return the name of the encoder that speaks for a whole sentence: one that was trained to do so with pictures comes first.

    Raises:
        UnfitPipelineError: Where the pipeline has no text encoder that can be read.
    """
    encoders = {name: each for name, each in encoders_of(pipe).items() if getattr(pipe, ENCODERS[name], None) is not None}
    kinds = ("WithProjection", "CLIPTextModel", "")
    return next(name for kind in kinds for name, encoder in encoders.items() if kind in type(encoder).__name__)


@torch.no_grad()
def sentence_vectors(
    pipe: Any, name: str, texts: Sequence[str], batch: int = 32, on_batch: Callable[[int, int], None] | None = None
) -> torch.Tensor:
    """Return a vector for each text: the pooled one of a CLIP, projected where it projects; of a T5 the mean over a text's tokens.

    Args:
        pipe: A diffusers pipeline; it stays as it is.
        name: Of the encoder, see `sentence_encoder`.
        texts: Any; what lies beyond the tokenizer's limit is cut off.
        batch: How many at a time.
        on_batch: Called with how many are done and how many there are; what it raises ends the work.

    Returns:
        (N, width) float32 on the CPU.
    """
    encoder, tokenizer = own_network(getattr(pipe, name)), own_tokenizer(getattr(pipe, ENCODERS[name]))
    limit = int(getattr(encoder.config, "max_position_embeddings", 0) or 0) or 512
    parts = []
    for start in range(0, len(texts), batch):
        words = [prepared(pipe, text) for text in texts[start : start + batch]]
        most = min(limit, int(tokenizer.model_max_length))
        encoded = tokenizer(words, padding=True, truncation=True, max_length=most, return_tensors="pt").to(encoder.device)
        ids, mask = encoded["input_ids"], encoded["attention_mask"]  # (n, tokens)
        output = encoder(ids, attention_mask=mask)
        pooled = getattr(output, "text_embeds", None)
        pooled = getattr(output, "pooler_output", None) if pooled is None else pooled
        if pooled is None:
            shares = (mask / mask.sum(1, keepdim=True))[..., None]
            pooled = (output.last_hidden_state * shares).sum(1)
        parts.append(pooled.float().cpu())
        if on_batch is not None:
            on_batch(min(start + batch, len(texts)), len(texts))
    return torch.cat(parts)
