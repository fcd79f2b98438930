"""The attention layers that read text, and what is captured of them: their own queries and keys, as they come out of their projections.

Nothing is computed anew and no processor is exchanged: forward hooks on ``to_q``, ``to_k`` and their kin see what the layer
itself uses, LoRA, IP-Adapter and normalisation included, whatever kernel multiplies it afterwards.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import torch

from diffexplain.core.attention.shares import as_bias
from diffexplain.errors import AttentionError
from diffexplain.i18n import say

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from diffexplain.core.attention.options import Attention, Direction
    from diffexplain.core.attention.view import View

Kind: TypeAlias = Literal["cross", "joint", "whole"]


@dataclass
class CaptureGate:
    """What all layers of a listener share: on which thread the call runs that is listened to; None between calls."""

    thread: int | None = None

    @property
    def open(self) -> bool:
        """Whether what is computed on this thread is to be captured. The network may be at work on others, too."""
        return self.thread == threading.get_ident()


@dataclass(frozen=True)
class LayerCapture:
    """One call of one layer.

    Attributes:
        query: (rows, heads, queries, width), those of the wanted side.
        key: (rows, heads, keys, width), all of them.
        columns: The keys of the other side.
        bias: As in `shares`.
        positions: How many queries, or columns, are positions in the picture.
        first: Position of the first query in what the layer gives back.
    """

    query: torch.Tensor
    key: torch.Tensor
    columns: slice
    bias: torch.Tensor | None
    positions: int
    first: int


class Layer:
    """An attention layer that reads text.

    Attributes:
        name: Its name in the denoiser.
        module: The layer.
        gate: Shared with the other layers that are listened to.
        kind: ``"cross"``: queries of the picture, keys of the text (U-Nets, PixArt). ``"joint"``: both are given apart and
            attend to both (Stable Diffusion 3, Flux). ``"whole"``: the same in one piece, text first (Flux's single blocks).
    """

    def __init__(self, name: str, module: Any, kind: Kind, gate: CaptureGate) -> None:
        self.name, self.module, self.kind, self.gate = name, module, kind, gate
        self.outputs: dict[str, torch.Tensor] = {}

    def listen(self) -> Iterator[Any]:
        """Put hooks on the projections of queries and keys; yields their handles."""
        if not getattr(self.module, "fused_projections", False):
            yield from self._hooks({"q": "to_q", "k": "to_k", "text q": "add_q_proj", "text k": "add_k_proj"})
        elif self.kind == "cross":
            yield from self._hooks({"q": "to_q", "kv": "to_kv"})
        else:
            yield from self._hooks({"qkv": "to_qkv", "text qkv": "to_added_qkv"})

    def listen_to_values(self) -> Iterator[Any]:
        """Put hooks on the projections of values too, where they are not projected together with the keys."""
        if not getattr(self.module, "fused_projections", False):
            yield from self._hooks({"v": "to_v", "text v": "add_v_proj"})

    def _hooks(self, parts: dict[str, str]) -> Iterator[Any]:
        for part, name in parts.items():
            projection = getattr(self.module, name, None)
            if isinstance(projection, torch.nn.Module):
                yield projection.register_forward_hook(self._keeping(part))

    def _keeping(self, part: str) -> Any:
        outputs, gate = self.outputs, self.gate

        def keep(_: Any, __: Any, output: Any = None) -> None:
            if gate.open and isinstance(output, torch.Tensor):
                outputs.setdefault(part, output.detach())  # the first: processors of several passes begin with the true one

        return keep

    def capture(self, view: View, direction: Direction, kwargs: dict[str, Any]) -> LayerCapture | None:
        """Return what the layer computed in the call that just ended, or None where it was not called."""
        outputs = dict(self._parts())
        query, key = outputs.get("q"), outputs.get("k")
        if query is None or (key is None and "text k" not in outputs):
            return None
        module = self.module
        query = self._heads(query, getattr(module, "norm_q", None))
        keys = [] if key is None else [self._heads(key, getattr(module, "norm_k", None))]
        if self.kind == "cross":
            bias = as_bias(kwargs.get("attention_mask"), len(query), query.shape[1])
            return LayerCapture(query, keys[0], slice(0, keys[0].shape[2]), bias, query.shape[2], 0)
        rotation = kwargs.get("image_rotary_emb")
        shift = tokens = view.text
        if self.kind == "joint":
            text_key = self._heads(outputs["text k"], getattr(module, "norm_added_k", None))
            tokens, shift = text_key.shape[2], 0
            key = torch.cat([text_key, *keys], dim=2)  # softmax knows no order; rotations do, and those have the text first
            if direction == "text_to_picture" or rotation is not None:
                if "text q" not in outputs:
                    return None
                query = torch.cat([self._heads(outputs["text q"], getattr(module, "norm_added_q", None)), query], dim=2)
                shift = tokens
        else:
            (key,) = keys
        query, key = _rotated(query, key, rotation)
        positions = query.shape[2] - shift if view.picture is None else view.picture
        text, picture = slice(0, tokens), slice(tokens, tokens + positions)
        if direction == "text_to_picture":
            return LayerCapture(query[:, :, text], key, picture, None, positions, 0)
        return LayerCapture(
            query[:, :, shift : shift + positions], key, text, None, positions, shift if self.kind == "whole" else 0
        )

    def value(self) -> torch.Tensor | None:
        """Return the values of the call that just ended, in the order of the keys: (rows, heads, keys, width)."""
        outputs = dict(self._parts())
        parts = [self._heads(outputs[part], None) for part in ("text v", "v") if part in outputs]
        return torch.cat(parts, dim=2) if parts else None

    def _parts(self) -> Iterator[tuple[str, torch.Tensor]]:
        for part, value in self.outputs.items():
            names = part.split()[-1]
            beginning = part.removesuffix(names)
            if len(names) == 1:
                yield part, value
            else:  # projected together
                pieces = value.chunk(len(names), dim=-1)
                yield from ((beginning + name, piece) for name, piece in zip(names, pieces, strict=True))

    def _heads(self, value: torch.Tensor, norm: Any) -> torch.Tensor:
        """Return (rows, n, heads*width) -> (rows, heads, n, width), normalised as the layer does."""
        value = value.view(*value.shape[:2], self.module.heads, -1).transpose(1, 2)
        return value if norm is None else norm(value)


def _rotated(query: torch.Tensor, key: torch.Tensor, rotation: Any) -> tuple[torch.Tensor, torch.Tensor]:
    if rotation is None:
        return query, key
    from diffusers.models.embeddings import apply_rotary_emb

    return apply_rotary_emb(query, rotation), apply_rotary_emb(key, rotation)


def layers_of(denoiser: torch.nn.Module, options: Attention) -> list[Layer]:
    """Return the layers to listen to, in the order of the network.

    Raises:
        AttentionError: Where the network has none that reads text, or none that was asked for.
    """
    kinds, gate = _kinds(), CaptureGate()
    readers = [
        Layer(name, module, kind, gate) for name, module in denoiser.named_modules() if (kind := kinds(module)) is not None
    ]
    if options.direction == "text_to_picture":
        readers = [layer for layer in readers if layer.kind != "cross"]
        if not readers:
            raise AttentionError(
                say(
                    "in {denoiser} the text doesn't look at the picture: it has cross-attention, where only the picture asks. Use "
                    "direction='picture_to_text'.",
                    denoiser=type(denoiser).__name__,
                )
            )
    if not readers:
        raise AttentionError(
            say(
                "{denoiser} has no attention layer that diffexplain can read: it knows cross-attention and the joint attention of "
                "Stable Diffusion 3 and Flux. Record without attention.",
                denoiser=type(denoiser).__name__,
            )
        )
    chosen = [layer for layer in readers if options.wants_layer(layer.name)]
    if not chosen:
        raise AttentionError(
            say(
                "no layer's name has {wanted} in it; the layers that read text are: {names}",
                wanted=" / ".join(options.layers or ()),
                names=", ".join(layer.name for layer in readers),
            )
        )
    most = min(int(layer.module.heads) for layer in chosen)
    if options.heads is not None and max(options.heads) >= most:
        raise AttentionError(
            say("heads must be from 0 to {most}; the layers have no head {head}", most=most - 1, head=max(options.heads))
        )
    return chosen


def _kinds() -> Callable[[torch.nn.Module], Kind | None]:
    """Return what tells the kind of a module; None for those that read no text."""
    from diffusers.models.attention_processor import Attention as Usual
    from diffusers.models.transformers.transformer_flux import FluxAttention

    def kind(module: torch.nn.Module) -> Kind | None:
        if isinstance(module, FluxAttention):
            return "whole" if module.added_kv_proj_dim is None else "joint"
        if not isinstance(module, Usual):
            return None
        if getattr(module, "add_k_proj", None) is not None:
            return "joint"
        return "cross" if getattr(module, "is_cross_attention", False) else None

    return kind
