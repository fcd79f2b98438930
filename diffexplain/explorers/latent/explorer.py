"""Why is the work done on few numbers? A picture through the encoder and back, and what its latents are made of."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from diffexplain.core import preview
from diffexplain.core.latents import OPERATIONS, Change
from diffexplain.errors import UnfitPipelineError
from diffexplain.explorers import checks, drawn_picture, fitness, pipelines
from diffexplain.explorers.explorer import Explorer
from diffexplain.explorers.gallery_sheet import offer
from diffexplain.explorers.latent import measure, still
from diffexplain.explorers.latent.messages import Restored
from diffexplain.explorers.latent.request import LatentRequest, LatentView
from diffexplain.i18n import say

if TYPE_CHECKING:
    from collections.abc import Callable

    import torch
    from PIL import Image

    from diffexplain.explorers.latent.measure import Subject
    from diffexplain.explorers.remembered import Remembered
    from diffexplain.live.messages import Message

_MOST_PICTURES, _MOST_SAID = 8, 64


class LatentExplorer(Explorer):
    """A picture as the denoiser has it: few numbers, what is lost by them, and what happens when they are changed.

    ::

        explorer = LatentExplorer(picture="gallery:3", operation="wipe", channel=1)
        explorer                                # shows it
        explorer.picture = "holiday.jpg"        # a file, a PIL image, "gallery:12", or "prompt:a fox" to have it drawn
        explorer.wait().latents

    Args:
        pipeline: a diffusers pipeline, for its VAE; it is never changed. None for the bundled one.

    Attributes:
        latents: (C, h, w) of the last finished run's picture, as the denoiser is given them.
        restored: (3, H, W) what is decoded from them, 0 to 1.

    Raises:
        UnfitPipelineError: the pipeline has no VAE for pictures.
        TraitError: a value is not allowed.
    """

    Request = LatentRequest
    View = LatentView
    result = Restored
    title = say("Latent explorer")
    about = say("A picture becomes few numbers and comes back: what they are, and what each of them paints.")
    takes_pictures = frozenset({"picture", "other"})
    _module = "latent"
    overview = staticmethod(still.overview)

    def __init__(self, pipeline: Any = None, **fields: Any) -> None:
        pipeline = pipelines.bundled() if pipeline is None else pipeline
        self.require_fit(pipeline)
        self.pipeline = pipeline
        self.latents: torch.Tensor | None = None
        self.restored: torch.Tensor | None = None
        self._drawn: Remembered[Image.Image] = self.memory.place(drawn_picture.MOST_DRAWN, lambda: self.pipeline)
        self._subjects: Remembered[Subject] = self.memory.place(_MOST_PICTURES, lambda: self.pipeline)
        self._said: Remembered[Message] = self.memory.place(_MOST_SAID, lambda: self.pipeline)
        denoiser = pipelines.denoiser(pipeline)
        super().__init__(pipeline.vae if denoiser is None else denoiser, **fields)

    @classmethod
    def require_fit(cls, pipeline: Any) -> None:
        """Refuse what has no VAE for pictures."""
        name, vae = type(pipeline).__name__, getattr(pipeline, "vae", None)
        if vae is None or not hasattr(vae, "encode"):
            raise UnfitPipelineError(say("{name} has no VAE that encodes pictures, so it has no latents to explore", name=name))
        if not fitness.is_flat(vae) or pipelines.setting(vae, "in_channels") not in (3, None):
            raise UnfitPipelineError(
                say(
                    "{name} has a VAE for something else than pictures in red, green and blue, which this explorer doesn't show",
                    name=name,
                )
            )

    def run(self, request: LatentRequest, emit: Callable[[Message], None]) -> None:
        """Encode and decode the picture; then change, blend, drown and draw its latents. What was said before is said again."""
        maker = measure.Maker(self.pipeline, emit)
        subject = self._subject(request.picture, maker)
        seed, change = request.seed, self._change(request, subject.latents)
        emit(measure.begin(request, subject, change, type(self.pipeline).__name__))
        self._say("restored", (request.picture,), lambda: measure.restored(subject), emit)
        self.latents, self.restored = subject.latents, subject.restored
        other = self._subject(request.other, maker)
        pictures = (request.picture, request.other)
        for name, asked, make in (
            ("changed", (*pictures, change), lambda: measure.changed(subject, other, change, maker)),
            ("blended", pictures, lambda: measure.blended(subject, other, maker)),
            ("noised", (request.picture, seed), lambda: measure.noised(subject, seed, maker)),
            ("spread", (request.picture, seed), lambda: measure.spread(subject, seed, maker)),
            ("sizes", (request.picture,), lambda: measure.sizes(subject, maker)),
            ("chance", (request.picture, seed), lambda: measure.chance(subject, seed, maker)),
            ("cost", (), lambda: measure.cost(self.pipeline, subject.latents)),
        ):
            self._say(name, asked, make, emit)

    def _subject(self, reference: str, maker: measure.Maker) -> Subject:
        def make() -> Subject:
            picture = drawn_picture.picture(reference, self.shelf, self.pipeline, self._drawn, maker.emit)
            return maker.encoded(picture)

        return self._subjects.made(reference, make)

    def _say(self, name: str, asked: tuple[Any, ...], make: Callable[[], Message], emit: Callable[[Message], None]) -> None:
        emit(self._said.made((name, *asked), make))

    def _change(self, request: LatentRequest, codes: torch.Tensor) -> Change:
        channels, rows, columns = codes.shape
        row, column = request.cell or (rows // 2, columns // 2)
        partner = (request.channel + 1) % channels if request.partner is None else request.partner
        return Change(request.operation, request.channel, request.amount, (row, column), partner)

    def check_picture(self, field: str, value: Any) -> str:
        """Return the reference of a picture, or a prompt to draw one."""
        return drawn_picture.reference(field, value, self.shelf, self.pipeline)

    check_other = check_picture

    def check_channel(self, field: str, value: Any) -> int:
        """Allow a channel of the latents."""
        highest = self._shape()[0] - 1
        allowed = say("a whole number from {lowest} to {highest}", lowest=0, highest=highest)
        return checks.whole(field, value, 0, highest, allowed)

    def check_partner(self, field: str, value: Any) -> int | None:
        """Allow a channel, or None."""
        return None if value is None else self.check_channel(field, value)

    def check_cell(self, field: str, value: Any) -> list[int] | None:
        """Allow row and column of the latents, or None."""
        if value is None:
            return None
        highest = self._shape()[1] - 1
        allowed = say("a whole number from {lowest} to {highest}", lowest=0, highest=highest)
        pair: list[int] = checks.listed(lambda name, one: checks.whole(name, one, 0, highest, allowed), 2, 2)(field, value)
        return pair

    def _shape(self) -> tuple[int, int]:
        """Return the channels that latents will have, and the cells a side."""
        vae = self.pipeline.vae
        cells = max(1, drawn_picture.picture_side(self.pipeline) // preview.factor(vae))
        return int(pipelines.setting(vae, "latent_channels") or 1), cells

    def offer(self) -> dict[str, Any]:
        """See `Explorer.offer`."""
        return {
            "gallery": offer(),
            "operations": list(OPERATIONS),
            "channels": self._shape()[0],
            "limits": {"seed": checks.MAX_SEED},
            "draws": not drawn_picture.lacking_for_drawing(self.pipeline),
        }
