"""A CLIP small enough to be trained while somebody looks, and pictures and texts as it is given them."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

import torch

from diffexplain.models.bundle import clip_path

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np

SIDE = 32  # in pixels, of a picture as the network sees it
WIDTH, LAYERS, HEADS, PATCH = 96, 2, 4, 8


def fresh(tokens: torch.Tensor, dimensions: int) -> Any:
    """Build a CLIP with random weights for such tokens, in training mode.

    Args:
        tokens: (N, T) of all texts that it will be given, as `tokens_of` numbers them.
        dimensions: how many numbers an embedding has.
    """
    from transformers import CLIPConfig, CLIPModel

    vocabulary = int(tokens.max()) + 1
    end = vocabulary - 1
    both = {
        "hidden_size": WIDTH,
        "intermediate_size": 4 * WIDTH,
        "num_hidden_layers": LAYERS,
        "num_attention_heads": HEADS,
        "projection_dim": dimensions,
    }
    text = {
        **both,
        "vocab_size": vocabulary,
        "max_position_embeddings": tokens.shape[1],
        "bos_token_id": end - 1,
        "eos_token_id": end,
        "pad_token_id": end,
    }
    vision = {**both, "image_size": SIDE, "patch_size": PATCH}
    return CLIPModel(CLIPConfig(text_config=text, vision_config=vision, projection_dim=dimensions)).train()


def pixels_of(pictures: np.ndarray[Any, Any]) -> torch.Tensor:
    """Return (n, 3, SIDE, SIDE), about -1 to 1, of (n, SIDE, SIDE, 3) bytes."""
    return torch.from_numpy(pictures).permute(0, 3, 1, 2).float() / 127.5 - 1


def tokens_of(texts: Sequence[str]) -> torch.Tensor:
    """Return (N, T) numbers of tokens, those that occur counted anew: a small world takes a small table. The largest is the end mark."""
    encoded = torch.tensor(_tokenizer()(list(texts), padding=True)["input_ids"])
    numbers: torch.Tensor = torch.unique(encoded, return_inverse=True)[1]
    return numbers


@lru_cache(maxsize=1)
def _tokenizer() -> Any:
    from transformers import CLIPTokenizer

    return CLIPTokenizer.from_pretrained(clip_path())
