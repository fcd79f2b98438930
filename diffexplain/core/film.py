"""A run as a film: the predicted originals of its steps one after the other, or side by side in one picture."""

from __future__ import annotations

import io
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PIL import Image, ImageDraw, ImageFont

from diffexplain.core.evenly import evenly
from diffexplain.core.numerals import real_number, whole_number
from diffexplain.core.whole_file import target_of, write_whole
from diffexplain.errors import DecodingError
from diffexplain.i18n import say

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from os import PathLike

    from diffexplain.core.step import Step
    from diffexplain.core.trace_data import TraceData

MOST_FRAMES = 1000
SIDE_IN_FILM, SIDE_IN_STRIP = 256, 128  # in pixels: smaller pictures are enlarged
_GAP, _LABEL = 4, 18  # in pixels
_SIDE_OF_SAMPLE = 160  # in pixels, of that which a frame's colours are taken from
_INK = (70, 70, 70)


def chosen(steps: Sequence[Step], wanted: object, timesteps: object) -> list[Step]:
    """Return the steps that are meant.

    Args:
        steps: Of a run.
        wanted: Index of a step or several; negative ones count from the end. None for those of `timesteps`.
        timesteps: A timestep or several; each stands for the step whose own is nearest. None for those of `wanted`; both None for all.

    Raises:
        ValueError: For what is no step of this run, or both.
    """
    if not steps:
        raise DecodingError(say("This trace has no step to show: let the pipeline run inside `with record(pipe)`."))
    if wanted is not None and timesteps is not None:
        raise ValueError(say("give steps or timesteps, not both"))
    if timesteps is not None:
        return [min(steps, key=lambda step: abs(step.timestep - given)) for given in _timesteps(timesteps)]
    if wanted is None:
        return list(steps)
    return [steps[index] for index in _indices(wanted, len(steps))]


def _indices(wanted: object, count: int) -> list[int]:
    found = []
    for given in _several(wanted):
        index = whole_number(given)
        if index is None or not -count <= index < count:
            raise ValueError(
                say(
                    "steps must be whole numbers from {lowest} to {highest}, not {value}; this run has {count} steps, and negative "
                    "numbers count from the end",
                    lowest=-count,
                    highest=count - 1,
                    value=repr(given),
                    count=count,
                )
            )
        found.append(index)
    return found


def _timesteps(wanted: object) -> list[float]:
    found = []
    for given in _several(wanted):
        timestep = real_number(given)
        if timestep is None or not 0 <= timestep < float("inf"):
            raise ValueError(
                say("timesteps must be numbers from 0 on, as in trace.timesteps, not {value}; leave it out", value=repr(given))
            )
        found.append(timestep)
    return found


def _several(wanted: object) -> list[Any]:
    single = isinstance(wanted, (str, bytes)) or not isinstance(wanted, Iterable) or getattr(wanted, "ndim", 1) == 0
    return [wanted] if single else list(wanted)  # type: ignore[call-overload] # mypy does not see that it is iterable here


def frames(trace: TraceData, most: int, picture: Callable[[Step], Image.Image]) -> tuple[list[Step], list[Image.Image]]:
    """Return evenly spread steps of a run and their pictures, behind which comes the finished one where the run has one.

    Args:
        trace: The run.
        most: How many steps at most.
        picture: Makes that of a step.

    Raises:
        ValueError: For a number that is none, or below 1.
    """
    count = whole_number(most)
    if count is None or not 1 <= count <= MOST_FRAMES:
        raise ValueError(
            say(
                "frames must be a whole number from {lowest} to {highest}, not {value}",
                lowest=1,
                highest=MOST_FRAMES,
                value=repr(most),
            )
        )
    every = chosen(trace.steps, None, None)
    steps = [every[index] for index in evenly(len(every), count)]
    pictures = [picture(step) for step in steps]
    return steps, pictures if trace.image is None else [*pictures, trace.image]


def gif_target(path: str | PathLike[str]) -> Path:
    """Return where a film is to be written.

    Raises:
        ValueError: The name does not end in ``.gif``.
        FileNotFoundError: The folder does not exist.
        IsADirectoryError: It is one.
    """
    name = Path(path).name
    if not name.lower().endswith(".gif"):
        raise ValueError(say("a film is written as a GIF; give a name that ends in .gif, not {name}", name=repr(name)))
    return target_of(path, "film.gif")


def write_gif(target: Path, pictures: Sequence[Image.Image], seconds: float, hold: float) -> None:
    """Write pictures as a film, whole or not at all; see `gif`.

    Args:
        target: As `gif_target` gives it.
        pictures: At least one.
        seconds: See `gif`.
        hold: Likewise.

    Raises:
        ValueError: For other times.
        OSError: The file can't be written.
    """
    write_whole(target, gif(pictures, seconds, hold))


def gif(pictures: Sequence[Image.Image], seconds: float, hold: float) -> bytes:
    """Return pictures as a film that begins again and again: the bytes of a GIF.

    Args:
        pictures: At least one.
        seconds: Of each picture but the last, 0.02 to 60. GIF counts in hundredths.
        hold: Of the last one, likewise.

    Raises:
        ValueError: For other times.
    """
    times = [_milliseconds("seconds", seconds)] * (len(pictures) - 1) + [_milliseconds("hold", hold)]
    first, *rest = (_enlarged(_in_few_colours(picture.convert("RGB")), SIDE_IN_FILM) for picture in pictures)
    file = io.BytesIO()
    first.save(file, "GIF", save_all=True, append_images=rest, duration=times, loop=0)
    return file.getvalue()


def _in_few_colours(picture: Image.Image) -> Image.Image:
    """Return an RGB picture in the 256 colours that a frame of a GIF may have: those of a sample of its pixels.

    Left alone, Pillow looks through all pixels, which for a large sheet takes most of the time of a film.
    """
    scale = min(1.0, _SIDE_OF_SAMPLE / max(picture.size))
    size = (max(1, round(picture.width * scale)), max(1, round(picture.height * scale)))
    sample = picture.resize(size, Image.Resampling.NEAREST)
    palette = sample.quantize(method=Image.Quantize.FASTOCTREE, kmeans=1)
    return picture.quantize(palette=palette, dither=Image.Dither.NONE)


def _milliseconds(name: str, value: object) -> int:
    seconds = real_number(value)
    if seconds is None or not 0.02 <= seconds <= 60:
        raise ValueError(say("{name} must be a number of seconds from 0.02 to 60, not {value}", name=name, value=repr(value)))
    return round(seconds * 100) * 10


def strip(pictures: Sequence[Image.Image], labels: Sequence[str] | None) -> Image.Image:
    """Return pictures side by side as one.

    Args:
        pictures: Of one size.
        labels: One below each picture, of Latin letters; None for none.
    """
    pictures = [enlarged(picture, SIDE_IN_STRIP) for picture in pictures]
    width, height = pictures[0].size
    sheet = Image.new("RGB", (len(pictures) * (width + _GAP) - _GAP, height + (_LABEL if labels else 0)), "white")
    for at, picture in enumerate(pictures):
        sheet.paste(picture, (at * (width + _GAP), 0))
    if labels:
        draw, font = ImageDraw.Draw(sheet), ImageFont.load_default(12)
        for at, label in enumerate(labels):
            draw.text((at * (width + _GAP) + width / 2, height + _LABEL / 2), label, _INK, font, anchor="mm")
    return sheet


def enlarged(picture: Image.Image, least: int) -> Image.Image:
    """Return a picture in RGB whose pixels are whole squares, so that its longer side comes near to `least` pixels; a larger one as it is."""
    return _enlarged(picture.convert("RGB"), least)


def _enlarged(picture: Image.Image, least: int) -> Image.Image:
    factor = max(1, least // max(picture.size))
    if factor == 1:
        return picture
    return picture.resize((picture.width * factor, picture.height * factor), Image.Resampling.NEAREST)
