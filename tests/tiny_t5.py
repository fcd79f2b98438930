"""Tiny pipelines of joint attention with their text encoders, so that they take prompts: see `tests.tiny`, whose own take embeddings."""

from __future__ import annotations

from functools import cache
from typing import Any

from diffusers import FluxPipeline, PixArtAlphaPipeline, StableDiffusion3Pipeline
from tokenizers import Tokenizer
from tokenizers.models import Unigram
from tokenizers.pre_tokenizers import Metaspace
from tokenizers.processors import TemplateProcessing
from transformers import PreTrainedTokenizerFast, T5Config, T5EncoderModel

from tests import tiny


@cache
def t5() -> tuple[Any, Any]:
    """A T5 tokenizer (no start token, an end token) and encoder."""
    pieces = [("<pad>", 0.0), ("</s>", 0.0), ("<unk>", -9.0), ("▁a", -1.0), ("▁red", -1.0), ("▁cir", -1.0), ("cle", -1.0)]
    raw = Tokenizer(Unigram(pieces, unk_id=2, byte_fallback=False))
    raw.pre_tokenizer = Metaspace()
    raw.post_processor = TemplateProcessing(single="$A </s>", special_tokens=[("</s>", 1)])
    cut = PreTrainedTokenizerFast(
        tokenizer_object=raw, pad_token="<pad>", eos_token="</s>", unk_token="<unk>", model_max_length=512
    )
    config = T5Config(vocab_size=7, d_model=32, d_kv=8, d_ff=37, num_layers=2, num_heads=4, decoder_start_token_id=0)
    return cut, tiny._seeded(T5EncoderModel, 0, config)


def sd3() -> Any:
    """Stable Diffusion 3 with all three encoders."""
    return tiny._quiet(
        StableDiffusion3Pipeline(
            **_others(tiny.sd3()),
            text_encoder=tiny.text_encoder(projection=32),
            text_encoder_2=tiny.text_encoder(projection=32, seed=1),
            text_encoder_3=t5()[1],
            tokenizer=tiny.tokenizer(),
            tokenizer_2=tiny.tokenizer(),
            tokenizer_3=t5()[0],
        )
    )


def flux() -> Any:
    """Flux with its two encoders; its guidance is distilled."""
    encoder, tokenizer = tiny.text_encoder(), tiny.tokenizer()
    return tiny._quiet(
        FluxPipeline(
            **_others(tiny.flux()), text_encoder=encoder, text_encoder_2=t5()[1], tokenizer=tokenizer, tokenizer_2=t5()[0]
        )
    )


def pixart() -> Any:
    """PixArt with its encoder."""
    return tiny._quiet(PixArtAlphaPipeline(**_others(tiny.pixart()), text_encoder=t5()[1], tokenizer=t5()[0]))


def _others(pipe: Any) -> dict[str, Any]:
    return {name: part for name, part in pipe.components.items() if "tokenizer" not in name and "text_encoder" not in name}
