"""What turns the latents of a run's steps into pictures: the VAE of the pipeline that ran."""

from __future__ import annotations

import copyreg
import weakref
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from diffexplain.core.preview import decode, to_pil, unpack
from diffexplain.core.twins import original_pipeline
from diffexplain.errors import DecodingError
from diffexplain.i18n import say

if TYPE_CHECKING:
    import torch
    from PIL import Image


@dataclass(frozen=True, eq=False)
class Decoder:
    """A pipeline's VAE and the size of the pictures of one run. It does not keep the pipeline alive.

    Attributes:
        height: Of the picture in pixels; packed latents are unpacked by it. None where it is not known.
        width: Of the picture in pixels.
        made_by: The pipeline; None in a pickle.
    """

    height: int | None = None
    width: int | None = None
    made_by: weakref.ref[Any] | None = None

    @classmethod
    def of(cls, pipe: Any, height: int | None, width: int | None) -> Decoder:
        """Return the decoder of a run of this pipeline."""
        return cls(height, width, weakref.ref(original_pipeline(pipe)))

    def __copy__(self) -> Decoder:
        return self

    def __deepcopy__(self, _: Any) -> Decoder:
        return self  # a copy made in this process has its pipeline at hand

    def picture(self, x0: torch.Tensor, index: int) -> Image.Image:
        """Return the picture of a predicted original, decoded as its pipeline decodes the final latents.

        Args:
            x0: (1, ...) as `Step.x0` has it.
            index: Of the step, for what is said where it can't be made.

        Raises:
            DecodingError: Where the pipeline is gone, or has no VAE whose pictures these are.
            NotFiniteError: Where the VAE gave NaN or infinity.
        """
        pipe = None if self.made_by is None else self.made_by()
        if pipe is None:
            raise DecodingError(
                say(
                    "The pipeline of this run is not at hand, and its VAE makes the pictures. Give one like it: "
                    "trace.images_at({index}, pipe=pipe)",
                    index=index,
                )
            )
        vae = getattr(pipe, "vae", None)
        if vae is None and x0.ndim == 4 and x0.shape[1] == 3:  # it paints pixels
            return to_pil((x0 * 0.5 + 0.5).clamp(0, 1))[0]
        latents = x0
        if x0.ndim == 3 and self.height is not None and self.width is not None:
            latents = unpack(x0, self.height, self.width)
        if vae is None or latents.ndim != 4:
            raise DecodingError(
                say(
                    "The latents of a {pipeline}, {shape}, can't be decoded one step at a time; step.x0 has them as numbers",
                    pipeline=type(pipe).__name__,
                    shape="x".join(map(str, x0.shape)),
                )
            )
        return to_pil(decode(latents, vae))[0]


def _reduced(decoder: Decoder) -> tuple[Any, ...]:
    return Decoder, (decoder.height, decoder.width)  # the pipeline stays behind


copyreg.pickle(Decoder, _reduced)
