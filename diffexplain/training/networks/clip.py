"""CLIP: texts and pictures in one space, English and Chinese alike."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from diffexplain.learn import contrastive
from diffexplain.training.data import captions
from diffexplain.training.data.tokenizer import LENGTH
from diffexplain.training.networks.pixels import LOOKED_AT, reduced

if TYPE_CHECKING:
    from pathlib import Path

    from diffexplain.training.settings import Widths

_MEAN = (0.48145466, 0.4578275, 0.40821073)  # of CLIPImageProcessor
_DEVIATION = (0.26862954, 0.26130258, 0.27577711)


def fresh(widths: Widths, tokenizer: Any) -> Any:
    """Build one with random weights: two transformers of the same size, for the tokens of a `CLIPTokenizer`."""
    from transformers import CLIPConfig, CLIPModel

    width = widths.clip
    common = {
        "hidden_size": width,
        "intermediate_size": 4 * width,
        "num_hidden_layers": widths.clip_layers,
        "num_attention_heads": 4,
        "projection_dim": width,
    }
    text = {
        **common,
        "vocab_size": len(tokenizer),
        "max_position_embeddings": LENGTH,
        "bos_token_id": tokenizer.bos_token_id,
        "eos_token_id": tokenizer.eos_token_id,
        "pad_token_id": tokenizer.pad_token_id,
    }
    torch.manual_seed(0)
    pictures = {**common, "image_size": LOOKED_AT, "patch_size": 8}
    return CLIPModel(CLIPConfig(text_config=text, vision_config=pictures, projection_dim=width))


def load(folder: Path, device: torch.device) -> Any:
    """Load a `CLIPModel` in float32."""
    from transformers import CLIPModel

    return CLIPModel.from_pretrained(folder, dtype=torch.float32).to(device).eval()


def pixels(pictures: np.ndarray, device: torch.device) -> torch.Tensor:
    """Turn (N, S, S, 3) uint8 into (N, 3, 64, 64), reduced, and normalised as CLIPImageProcessor does."""
    raw = torch.from_numpy(reduced(pictures, LOOKED_AT).copy()).to(device).permute(0, 3, 1, 2)
    return normalised(raw.float() / 255)


def normalised(pixels: torch.Tensor) -> torch.Tensor:
    """Turn (N, 3, h, w) of 0 to 1 into what the picture tower is given, as CLIPImageProcessor does."""
    mean, deviation = (torch.tensor(values, device=pixels.device)[:, None, None] for values in (_MEAN, _DEVIATION))
    return (pixels - mean) / deviation


def as_numbers(tokens: np.ndarray, device: torch.device) -> torch.Tensor:
    """Turn whole numbers of any kind into int64 on the device, in the same shape."""
    return torch.from_numpy(tokens.astype(np.int64)).to(device)


@torch.inference_mode()
def embed_pictures(clip: Any, pictures: np.ndarray, batch: int = 100) -> torch.Tensor:
    """Embed (N, S, S, 3) uint8 pictures: (N, D) of unit length, on the CPU."""
    starts = range(0, len(pictures), batch)
    parts = [contrastive.embed_pictures(clip, pixels(pictures[start : start + batch], clip.device)) for start in starts]
    return torch.cat(parts).float().cpu()


@torch.inference_mode()
def embed_tokens(clip: Any, tokens: np.ndarray, batch: int = 250) -> torch.Tensor:
    """Embed (N, 24) tokens of texts: (N, D) of unit length, on the CPU."""
    starts = range(0, len(tokens), batch)
    parts = [contrastive.embed_texts(clip, as_numbers(tokens[start : start + batch], clip.device)) for start in starts]
    return torch.cat(parts).float().cpu()


def hits(cosines: torch.Tensor, among: int) -> torch.Tensor:
    """Return (N,) whether the one that belongs to row k, column k, is among the so many highest of the row."""
    own = cosines.diagonal()[:, None]
    return (cosines > own).sum(1) < among


def ordered(clip: Any, pictures: torch.Tensor, own: np.ndarray, wrong: np.ndarray) -> torch.Tensor:
    """Return (M,) of the pictures whose captions say where things stand: is each nearer to its caption than to the opposite?

    Args:
        clip: a CLIPModel.
        pictures: (N, D) embeddings.
        own: (N, 24) of the captions.
        wrong: (N, 24) of their opposites, see `diffexplain.training.data.captions`.
    """
    differing = captions.differ(own, wrong)
    shown = pictures[torch.from_numpy(differing)]
    right, opposite = ((shown * embed_tokens(clip, tokens[differing])).sum(1) for tokens in (own, wrong))
    return right > opposite
