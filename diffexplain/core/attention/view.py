"""What one call of a denoiser looks at: how many tokens it is given, and how the positions of the picture lie."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from diffexplain.errors import AttentionError
from diffexplain.i18n import say

if TYPE_CHECKING:
    import torch

_HALVINGS = 8


@dataclass
class View:
    """The picture and the text of a denoiser's call.

    Attributes:
        height: Of the latents, or of the grid of patches where they come packed.
        width: Likewise.
        text: How many tokens the denoiser is given; 0 where it is given none.
        picture: How many of the positions are the picture's own, where they come packed (Kontext adds another's); else None.
        patch: Pixels of the latents on a side of a patch.
    """

    height: int
    width: int
    text: int
    picture: int | None = None
    patch: int = 1
    grids: dict[int, tuple[int, int]] = field(default_factory=dict)

    def grid(self, layer: str, positions: int) -> tuple[int, int]:
        """Return the height and width of a layer's positions.

        U-Nets halve on their way down, and round up or down as their layers are padded; the positions are in rows from the top.

        Raises:
            AttentionError: Where no such size has so many positions.
        """
        if positions not in self.grids:
            self.grids[positions] = self._search(layer, positions)
        return self.grids[positions]

    def _search(self, layer: str, positions: int) -> tuple[int, int]:
        start = (self.height // self.patch, self.width // self.patch)
        up = down = start
        for _ in range(_HALVINGS):
            for height, width in (up, down):
                if height * width == positions:
                    return height, width
            up = (-(-up[0] // 2), -(-up[1] // 2))
            down = (max(down[0] // 2, 1), max(down[1] // 2, 1))
        raise AttentionError(
            say(
                "the {places} places of layer {layer} are no grid of {height} x {width} latents that diffexplain knows; leave the "
                "layer out with Attention(layers=...)",
                places=positions,
                layer=layer,
                height=self.height,
                width=self.width,
            )
        )


def view_of(denoiser: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> View:
    """Read from the arguments of a denoiser's call."""
    x: Any = args[0] if args else kwargs.get("sample", kwargs.get("hidden_states"))
    text: Any = args[2] if len(args) > 2 else kwargs.get("encoder_hidden_states")
    tokens = int(text.shape[1]) if getattr(text, "ndim", 0) == 3 else 0
    if x.ndim == 4:
        return View(x.shape[-2], x.shape[-1], tokens, patch=_patch(denoiser))
    ids = kwargs.get("img_ids")
    if x.ndim != 3 or ids is None:
        raise AttentionError(
            say(
                "{denoiser} gets its picture as {shape}, and diffexplain doesn't know how its places lie; record without attention",
                denoiser=type(denoiser).__name__,
                shape="x".join(map(str, x.shape)),
            )
        )
    return _packed(ids[0] if ids.ndim == 3 else ids, tokens)


def _packed(ids: torch.Tensor, tokens: int) -> View:
    """Return the view of patches of which each says in which picture, row and column it lies (Flux)."""
    own = ids[ids[:, 0] == ids[0, 0]]  # (positions, 3)
    height, width = int(own[:, 1].max()) + 1, int(own[:, 2].max()) + 1
    return View(height, width, tokens, picture=len(own))


def _patch(denoiser: Any) -> int:
    patch = getattr(getattr(denoiser, "config", None), "patch_size", 1)
    return patch if isinstance(patch, int) and patch > 0 else 1
