"""The same run again with a part of the network weakened, and how far its picture is from the untouched one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from diffexplain.core.weakening import Weakening, weakened
from diffexplain.errors import NotFiniteError
from diffexplain.explorers import pipelines
from diffexplain.explorers.messages import Progress
from diffexplain.explorers.pictures import jpeg, png
from diffexplain.explorers.unet.messages import Redrawn
from diffexplain.i18n import words_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from PIL import Image

    from diffexplain.explorers.unet.request import UNetRequest
    from diffexplain.live.messages import Message

SIDE, _LOSSLESS = 256, 128  # in pixels, of a picture in the page


def redraw(
    pipeline: Any, request: UNetRequest, lanes: Sequence[str], untouched: Image.Image, emit: Callable[[Message], None]
) -> None:
    """Make the run again for each lane and say what came of it. Hooks are on a network that nobody else holds, and gone in the end.

    Args:
        pipeline: Never changed.
        request: What the run was asked.
        lanes: Names of blocks; see `reading.lanes_of`.
        untouched: The picture of the run as it is.
        emit: Takes each message, and ends the run where it raises.
    """
    call = pipelines.call_of(pipeline, request)
    network = pipelines.denoiser(call.pipeline)
    for done, block in enumerate(lanes):
        emit(Progress("redraw", done, len(lanes)))

        def on_step(*arguments: Any, done: int = done) -> Any:
            emit(Progress("redraw", done, len(lanes)))
            return arguments[-1]

        weakening = Weakening(request.weaken, block, request.strength)  # type: ignore[arg-type] # checked
        try:
            with pipelines.without_notice_of_truncation(call.pipeline), weakened(network, weakening):
                (image,) = call(**_heard(call, on_step)).images
        except NotFiniteError as error:
            emit(Redrawn(block, None, None, words_of(error)))
            continue
        shown = png(image) if max(image.size) <= _LOSSLESS else jpeg(image, SIDE)
        emit(Redrawn(block, shown, distance(image, untouched), ""))
    emit(Progress("redraw", len(lanes), len(lanes)))


def distance(one: Image.Image, other: Image.Image) -> float:
    """Return the root mean square difference of two pictures' pixels, 0 to 1; 0 for pictures that are the same."""
    first, second = (np.asarray(image.convert("RGB"), np.float64) / 255 for image in (one, other))
    return float(np.sqrt(np.mean((first - second) ** 2)))


def _heard(call: Any, on_step: Callable[..., Any]) -> dict[str, Any]:
    """Return what has a pipeline call back after each step, where it can: there the run can be cancelled."""
    from diffexplain.core.calling import accepted

    return {"callback_on_step_end": on_step} if "callback_on_step_end" in accepted(type(call.pipeline)) else {}
