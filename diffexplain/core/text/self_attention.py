"""How tokens read each other inside a text encoder: its self-attention by layer and head, and rolled up over the layers.

Fused attention returns no weights, so the encoder is asked once more with transformers' plain ("eager") attention. Which one is in force
stands in the configuration that all modules of an encoder share; they get a copy of it in the meantime, so that nobody else sees a change.
"""

from __future__ import annotations

import copy
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import torch

from diffexplain.core.text.states import encode, encoders_of, layers_of
from diffexplain.core.twins import own_pipeline

if TYPE_CHECKING:
    from collections.abc import Iterator

_ATTENTION = ("CLIPAttention", "T5Attention")  # how self-attention is called in their layers


@dataclass(frozen=True, eq=False)
class SelfAttention:
    """How the tokens of one prompt read each other in one encoder.

    Attributes:
        encoder: Its name in the pipeline.
        heads: By layer: (heads, positions, positions), a row for the token that reads, a column for the one that is read. Of the
            first positions alone; what a row lacks to 1 goes to the others.
        means: By layer, the mean over its heads, of all positions: (length, length), rows sum to 1.
        ahead: By layer, the largest weight that any head gives to a later token: 0 where it is causal. (layers,)
    """

    encoder: str
    heads: tuple[torch.Tensor, ...]
    means: tuple[torch.Tensor, ...]
    ahead: torch.Tensor


@torch.no_grad()
def read_self_attention(pipe: Any, prompt: str, positions: int) -> tuple[SelfAttention, ...]:
    """Return how each text encoder of a pipeline reads a prompt, in their order in the pipeline.

    Args:
        pipe: A diffusers pipeline with CLIP or T5 text encoders; it stays as it is.
        prompt: Any text.
        positions: Of how many positions the weights of single heads are kept: all of a T5 of the largest size take 1.6 GB.

    Raises:
        UnfitPipelineError: Where the pipeline has no text encoder of that kind.
    """
    pipe = own_pipeline(pipe)
    captures = {name: _Capture(positions) for name in encoders_of(pipe)}
    with ExitStack() as undo:
        for name, capture in captures.items():
            undo.enter_context(plain_attention(getattr(pipe, name)))
            for layer in layers_of(getattr(pipe, name)):
                for module in layer.modules():
                    if type(module).__name__.endswith(_ATTENTION):
                        undo.callback(module.register_forward_hook(capture.passed).remove)
        encode(pipe, prompt)
    return tuple(
        SelfAttention(name, tuple(each.heads), tuple(each.means), torch.tensor(each.ahead))
        for name, each in captures.items()
        if each.heads
    )


@contextmanager
def plain_attention(encoder: torch.nn.Module) -> Iterator[None]:
    """Have a text encoder compute attention so that its weights are returned, in this block; its configuration stays untouched."""
    before = [(module, vars(module)["config"]) for module in encoder.modules() if "config" in vars(module)]
    copies = {id(config): copy.deepcopy(config) for _, config in before}
    try:
        for module, config in before:
            plain = copies[id(config)]
            plain._attn_implementation = "eager"
            vars(module)["config"] = plain
        yield
    finally:
        for module, config in before:
            vars(module)["config"] = config


def rollout(means: tuple[torch.Tensor, ...]) -> tuple[torch.Tensor, ...]:
    """Return how much of each token, as it was embedded, has come to each token after each layer.

    Attention rollout (Abnar and Zuidema 2020, "Quantifying Attention Flow in Transformers"): in a layer half of a token stays its own,
    by the residual connection, and half is mixed by the mean attention of its heads; layers are multiplied.

    Args:
        means: By layer, (length, length), rows sum to 1.

    Returns:
        By layer, (length, length); rows sum to 1.
    """
    rolled: list[torch.Tensor] = []
    for mean in means:
        own = torch.eye(len(mean), dtype=mean.dtype, device=mean.device)
        mixed = (mean + own) / 2
        rolled.append(mixed @ rolled[-1] if rolled else mixed)
    return tuple(rolled)


class _Capture:
    """What the attention of one encoder says while the pipeline asks it once."""

    def __init__(self, positions: int) -> None:
        self.positions = positions
        self.heads: list[torch.Tensor] = []
        self.means: list[torch.Tensor] = []
        self.ahead: list[float] = []

    def passed(self, _: Any, __: Any, output: Any) -> None:
        """Take the weights of one layer: its module's last result, (1, heads, length, length)."""
        weights = output[-1][0].float()
        self.heads.append(weights[:, : self.positions, : self.positions].cpu().clone())
        self.means.append(weights.mean(0).cpu())
        self.ahead.append(float(weights.triu(1).max()))
