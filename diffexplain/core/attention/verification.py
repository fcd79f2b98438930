"""Whether a layer really does what is read from it: its own output, made again from the maps of a few positions.

Some attention does more than softmax(q k^T / sqrt(d)) v: prompt-to-prompt edits its maps, some models rotate or scale in ways of
their own. Showing the plain maps of such a layer would show something false, so at the first step of every run each layer's
output, before its last projection, is computed from its maps and compared.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch

from diffexplain.core.attention.shares import shares
from diffexplain.errors import AttentionError
from diffexplain.i18n import say

if TYPE_CHECKING:
    from collections.abc import Iterator

    from diffexplain.core.attention.layers import Layer, LayerCapture

PLACES = 16
TOLERANCE = 1e-2  # of the largest value; float32 leaves 1e-6, and a wrong reading some 1e-1
TOLERANCE_HALF = 5e-2


class Verification:
    """Listens to one layer's values and output in one call."""

    def __init__(self, layer: Layer) -> None:
        self.layer = layer
        self.context: torch.Tensor | None = None

    def listen(self) -> Iterator[Any]:
        """Put hooks on; yields their handles."""
        yield from self.layer.listen_to_values()
        out = getattr(self.layer.module, "to_out", None)
        if out is not None:
            yield out[0].register_forward_pre_hook(self._projecting)

    def _projecting(self, _: Any, args: tuple[Any, ...]) -> None:
        if self.context is None and self.layer.gate.open and args and isinstance(args[0], torch.Tensor):
            self.context = args[0].detach()

    def require(self, capture: LayerCapture, value: torch.Tensor | None, kwargs: dict[str, Any], output: Any) -> None:
        """Compare.

        Args:
            capture: What the picture asked.
            value: (rows, heads, keys, width).
            kwargs: Arguments of the layer's call.
            output: What the layer gave back; it is its output itself where there is no last projection.

        Raises:
            AttentionError: Where the layer gave something else than its maps would.
        """
        module = self.layer.module
        context = output.detach() if getattr(module, "to_out", None) is None and torch.is_tensor(output) else self.context
        self.context = None
        if value is None or context is None or context.ndim != 3 or _adds_pictures(module, kwargs):
            return
        positions = (
            torch.linspace(0, capture.query.shape[2] - 1, min(PLACES, capture.query.shape[2])).long().to(capture.query.device)
        )
        bias = None if capture.bias is None else capture.bias[:1]
        if bias is not None and bias.shape[2] > 1:
            bias = bias[:, :, positions]
        attended = shares(capture.query[:1, :, positions], capture.key[:1], slice(None), bias=bias) @ value[:1].float()
        made = attended.transpose(1, 2).flatten(2)[0]  # (positions, heads*width)
        true = context[0, capture.first + positions].float()
        error = float((made - true).abs().max()) / max(float(true.abs().max()), 1e-20)
        if not error <= (TOLERANCE if context.dtype == torch.float32 else TOLERANCE_HALF):
            raise AttentionError(
                say(
                    "layer {layer} does more than plain attention ({processor}): its output is not what its maps would give "
                    "(off by {error:.0%}). Leave it out with Attention(layers=...), or put the usual processor back.",
                    layer=self.layer.name,
                    processor=type(getattr(module, "processor", None)).__name__,
                    error=error,
                )
            )


def _adds_pictures(module: Any, kwargs: dict[str, Any]) -> bool:
    """Return whether what a reference picture adds is in the output as well (IP-Adapter)."""
    return "IPAdapter" in type(getattr(module, "processor", None)).__name__ or isinstance(
        kwargs.get("encoder_hidden_states"), tuple
    )
