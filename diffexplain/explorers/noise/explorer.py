"""Where does the noise come from? A picture down the forward chain, one small step of noise after the other."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from diffexplain.core import noising
from diffexplain.core.evenly import evenly
from diffexplain.core.preview import linear_map
from diffexplain.errors import UnfitPipelineError
from diffexplain.explorers import checks, drawn_picture, pipelines, previews
from diffexplain.explorers.arrays import half_precision, matrix_of
from diffexplain.explorers.decoding import SIDE, decoded
from diffexplain.explorers.explorer import Explorer
from diffexplain.explorers.gallery_sheet import offer
from diffexplain.explorers.messages import Decoded
from diffexplain.explorers.noise import picture as pictures
from diffexplain.explorers.noise import still
from diffexplain.explorers.noise.messages import Begin, Curve, End, Frame
from diffexplain.explorers.noise.request import NoiseRequest, NoiseView
from diffexplain.explorers.pictures import jpeg, png
from diffexplain.i18n import say
from diffexplain.i18n.words import in_all_languages

if TYPE_CHECKING:
    from collections.abc import Callable

    from PIL import Image

    from diffexplain.explorers.noise.picture import Prepared
    from diffexplain.explorers.remembered import Remembered
    from diffexplain.live.messages import Array, Message

NOISE_BYTES = 1_400_000  # of a run's noises and its x0 in a page
PICTURE_BYTES = 350_000  # of the decoded pictures there
MOST_FRAMES = 20  # of the chain that are reported exactly; the page mixes those between from their neighbours
FRESH_LIMIT = 4.0  # of the fresh noises that a page draws; less than one in ten thousand values lies beyond


class NoiseExplorer(Explorer):
    """A picture down the forward chain to noise: schedules, the Markov step and the closed form, and what the last step leaves.

    ::

        explorer = NoiseExplorer(picture="gallery:3", schedule="cosine")
        explorer                                # shows it
        explorer.picture = "holiday.jpg"        # a file, a PIL image, "gallery:12", or "prompt:a fox" to have it drawn
        explorer.wait().noised[-1].x

    Args:
        pipeline: a diffusers pipeline, for its VAE's latents and to draw a prompt; it is never changed. None for the bundled one.

    Attributes:
        levels: the schedule of the last finished run.
        original: its picture, square.
        noised: the steps of its chain that were reported exactly.

    Raises:
        UnfitPipelineError: the pipeline is none.
        TraitError: a value is not allowed.
    """

    Request = NoiseRequest
    View = NoiseView
    result = End
    title = say("Noise explorer")
    about = say("A picture becomes noise, one small step after the other.")
    takes_pictures = frozenset({"picture"})
    _module = "noise"
    overview = staticmethod(still.overview)
    film = staticmethod(still.frames)

    def __init__(self, pipeline: Any = None, **fields: Any) -> None:
        pipeline = pipelines.bundled() if pipeline is None else pipeline
        self.require_fit(pipeline)
        network = _network(pipeline)
        self.pipeline = pipeline
        self.levels: noising.Schedule | None = None
        self.original: Image.Image | None = None
        self.noised: tuple[noising.Noised, ...] = ()
        self._drawn: Remembered[Image.Image] = self.memory.place(drawn_picture.MOST_DRAWN, lambda: self.pipeline)
        super().__init__(network, **fields)

    @classmethod
    def require_fit(cls, pipeline: Any) -> None:
        """Refuse what has no network at all."""
        if _network(pipeline) is None:
            raise UnfitPipelineError(
                say(
                    "a {kind} is no pipeline; take diffexplain.load(), or none at all for the bundled one",
                    kind=type(pipeline).__name__,
                )
            )

    def run(self, request: NoiseRequest, emit: Callable[[Message], None]) -> None:
        """Walk the chain once, compare every step with the closed form, and report evenly spread ones; then decode latents."""
        began = time.monotonic()
        levels = noising.schedule(request.schedule, request.steps, request.beta_start, request.beta_end)
        prepared = self._prepare(request, emit)
        begin = self._begin(request, levels, prepared)
        emit(begin)
        kept: list[noising.Noised] = []
        largest, shown = 0.0, set(begin.frames)
        for noised in noising.chain(prepared.x0, levels, torch.Generator("cpu").manual_seed(request.seed)):
            difference = noised.x - noising.closed_form(prepared.x0, levels, noised.step, noised.noise)
            largest = max(largest, float(difference.abs().max()))
            if noised.step in shown:
                emit(_frame(noised, difference, begin.preview_shape))
                kept.append(noised)
        emit(End(largest, float(torch.finfo(prepared.x0.dtype).eps), time.monotonic() - began))
        self.levels, self.original, self.noised = levels, prepared.picture, tuple(kept)
        if prepared.vae is not None:
            steps, latents = [0, *begin.frames], [prepared.x0, *(noised.x for noised in kept)]
            for index, picture in decoded(latents, prepared.vae, PICTURE_BYTES):
                emit(Decoded(steps[index], picture))

    def _prepare(self, request: NoiseRequest, emit: Callable[[Message], None]) -> Prepared:
        picture = drawn_picture.picture(request.picture, self.shelf, self.pipeline, self._drawn, emit)
        return pictures.in_pixels(picture) if request.space == "pixels" else pictures.in_latents(picture, self.pipeline)

    def _begin(self, request: NoiseRequest, levels: noising.Schedule, prepared: Prepared) -> Begin:
        frames = evenly(levels.steps + 1, MOST_FRAMES + 1)[1:]  # and 0 is the picture
        channels, rows, columns = prepared.x0.shape
        others = [noising.schedule(name, request.steps) for name in request.compare if name != request.schedule]
        return Begin(
            request=request,
            original=png(prepared.picture) if prepared.vae is None else jpeg(prepared.picture, SIDE),
            x0=half_precision(prepared.x0),
            curves=[_curve(one) for one in (levels, *others)],
            frames=frames,
            preview_matrix=None if prepared.vae is None else matrix_of(linear_map(prepared.vae)),
            model="" if prepared.vae is None else type(self.pipeline).__name__,
            preview_shape=previews.fitting((channels, rows, columns), len(frames) + 1, NOISE_BYTES, max(rows, columns)),
        )

    def check_picture(self, field: str, value: Any) -> str:
        """Return the reference of a picture, or a prompt to draw one."""
        return drawn_picture.reference(field, value, self.shelf, self.pipeline)

    def check_space(self, field: str, value: Any) -> str:
        """Allow pixels, or latents where the pipeline has a VAE for them."""
        space = checks.choice(field, value, ("pixels", "latents"))
        lacking = pictures.lacking_for_latents(self.pipeline) if space == "latents" else ""
        if lacking:
            raise ValueError(lacking)
        return space

    def offer(self) -> dict[str, Any]:
        """See `Explorer.offer`."""
        return {
            "gallery": offer(),
            "schedules": list(noising.NAMES),
            "usual_betas": {name: list(betas) for name, betas in noising.USUAL_BETAS.items()},
            "limits": {"seed": checks.MAX_SEED, "steps": checks.MAX_STEPS},
            "no_latents": in_all_languages(pictures.lacking_for_latents(self.pipeline)),
            "draws": not drawn_picture.lacking_for_drawing(self.pipeline),
        }


def _network(pipeline: Any) -> Any:
    network = pipelines.denoiser(pipeline)
    return getattr(pipeline, "vae", None) if network is None else network


def _frame(noised: noising.Noised, difference: torch.Tensor, shape: tuple[int, int] | None) -> Frame:
    largest = float(difference.abs().max())
    flat = difference.abs().argmax(0, keepdim=True)  # (1, h, w) the channel that differs most
    signed = difference.gather(0, flat)[0]  # (h, w)
    fresh, shown = _bytes(noised.fresh, FRESH_LIMIT), _bytes(signed, largest)
    return Frame(noised.step, half_precision(noised.noise), fresh, shown, largest, shape)


def _curve(levels: noising.Schedule) -> Curve:
    a, b = (
        np.concatenate([[first], values.numpy()]).astype(np.float32) for first, values in ((1.0, levels.a), (0.0, levels.b))
    )
    return Curve(levels.name, a, b)


def _bytes(tensor: torch.Tensor, limit: float) -> Array:
    """Return numbers in bytes: 128 is 0, 1 and 255 are minus and plus the limit and what lies beyond."""
    array: Array = ((tensor.clamp(-limit, limit) / (limit or 1.0) * 127).round() + 128).to(torch.uint8).numpy()
    return array
