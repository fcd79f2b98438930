"""Which words of a prompt the bundled model never learned.

Its tokenizer cuts anything into pieces, and of any pieces the model makes a picture. What it has learned are the words of the captions
that it was trained on: a word is one of them if its tokens, in their order, are those of a word of a caption. So "xyzzy" is none, of
whose letters each is known; nor "robot", which is one token, and which no caption had.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch

from diffexplain.core.text import tokenize
from diffexplain.core.text.words import word_groups
from diffexplain.models.bundle import bundled_path
from diffexplain.scenes.vocabulary import Unlearned, primer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from diffexplain.core.text import Tokens

_TOUCHSTONES = {  # weights that tell what was trained further: whatever teaches a word goes through them
    "text_encoder": ("token_embedding.weight",),
    "unet": ("attn2.to_k.weight", "attn2.to_v.weight", "conv_out.weight"),
}


def is_bundled(pipeline: Any) -> bool:
    """Return whether a pipeline is the bundled one, with the words that it was shipped with: not if it was taught others since."""
    name = getattr(getattr(pipeline, "config", None), "_name_or_path", None)
    return (
        name is not None and Path(name) == bundled_path() and all(_as_shipped(pipeline, *part) for part in _shipped_weights())
    )


def unlearned(prompt: str) -> list[Unlearned]:
    """Return the words of a prompt that the bundled model never learned, in order, as far as its text encoder reads."""
    found: list[Unlearned] = []
    for start, end, ids in _words(tokenize(prompt, _tokenizer())):
        if ids in learned_words():
            continue
        if (
            found and found[-1].end == start and (found[-1].text + prompt[start:end]).isalnum()
        ):  # of several characters, in Chinese
            start = found.pop().start
        found.append(Unlearned(prompt[start:end], start, end))
    return found


def _words(text: Tokens) -> Iterator[tuple[int, int, tuple[int, ...]]]:
    """Yield where each word begins and ends, and the numbers of its tokens."""
    for group in word_groups(text.prompt, text.tokens):
        tokens = [text.tokens[at] for at in group]
        if tokens[0].kind == "word":
            yield tokens[0].start, max(token.end for token in tokens), tuple(token.id for token in tokens)


@cache
def learned_words() -> frozenset[tuple[int, ...]]:
    """Return the tokens of each word that captions have."""
    return frozenset(ids for caption in primer() for _, _, ids in _words(tokenize(caption, _tokenizer())))


@cache
def _tokenizer() -> Any:
    """Return the tokenizer of the bundled model and its CLIP, as it was shipped."""
    from transformers import CLIPTokenizer

    return CLIPTokenizer.from_pretrained(bundled_path() / "tokenizer")


@cache
def _shipped_weights() -> tuple[tuple[str, str, torch.Tensor], ...]:
    """Return part, name and values of the weights by which the model is known again, in half precision: 0.6 MB."""
    from safetensors import safe_open

    weights = []
    for part, endings in _TOUCHSTONES.items():
        (path,) = (bundled_path() / part).glob("*.safetensors")
        with safe_open(path, framework="pt") as file:
            weights += [(part, name, file.get_tensor(name)) for name in file.keys() if name.endswith(endings)]  # noqa: SIM118
    return tuple(weights)


def _as_shipped(pipeline: Any, part: str, name: str, shipped: torch.Tensor) -> bool:
    network: Any = getattr(pipeline, part, None)
    layer, _, kind = name.rpartition(".")
    try:
        parts = getattr(network, "_orig_mod", network).get_submodule(layer)  # a compiled network is around the true one
    except AttributeError:
        return False
    weight = parts._parameters.get(kind)  # not `parts.weight`: an adapter's layer lends that of the layer beneath
    if weight is None or weight.shape != shipped.shape or weight.is_meta:
        return False
    return torch.equal(weight.detach().to("cpu", shipped.dtype), shipped.to(weight.dtype).to(shipped.dtype))
