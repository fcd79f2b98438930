"""A tiny randomly initialised CLIP of the shape that published ones have."""

from __future__ import annotations

import torch
from transformers import CLIPConfig, CLIPImageProcessor, CLIPModel, CLIPProcessor

from diffexplain.models.clip import Clip, load_clip
from tests import tiny


def clip(seed: int = 0) -> Clip:
    """A random CLIP of the shape that published ones have: the short side to 24 pixels, the middle of it read."""
    words = tiny.tokenizer()
    common = {"hidden_size": 32, "intermediate_size": 37, "num_attention_heads": 4, "num_hidden_layers": 2}
    marks = {"vocab_size": len(words), "bos_token_id": words.bos_token_id, "eos_token_id": words.eos_token_id}
    config = CLIPConfig(
        text_config={**common, **marks, "max_position_embeddings": tiny.LENGTH},
        vision_config={**common, "image_size": 24, "patch_size": 8},
        projection_dim=16,
    )
    torch.manual_seed(seed)
    pictures = CLIPImageProcessor(size={"shortest_edge": 24}, crop_size={"height": 24, "width": 24})
    return load_clip(CLIPModel(config), processor=CLIPProcessor(pictures, words))
