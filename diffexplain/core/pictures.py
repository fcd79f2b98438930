"""Pictures as people have them, as the one kind that everything here works with: RGB, upright, opaque.

Grey of 8 and of 16 bits, CMYK, palettes, a camera held sideways, transparent parts, files, arrays, tensors: all come in by `picture_of`.
"""

from __future__ import annotations

import io
import warnings
from os import PathLike, fspath
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from PIL import Image, ImageOps

from diffexplain.core.numerals import is_tensor
from diffexplain.errors import PictureError
from diffexplain.i18n import say

if TYPE_CHECKING:
    import torch

    from diffexplain.i18n import Words

Source: TypeAlias = "Image.Image | bytes | bytearray | memoryview | str | PathLike[str] | np.ndarray[Any, Any] | torch.Tensor"
"""A picture, the bytes of a picture file or the path of one, or its numbers."""

MOST_BYTES = 64 * 2**20
MOST_MEGAPIXELS = 64
_ORIENTATION = 0x0112  # the tag of a camera's rotation
_DEEP = {"I;16", "I;16B", "I;16L", "I;16N"}


def picture_of(source: Source, longest: int | None = None) -> Image.Image:
    """Return a picture as RGB, upright, transparent parts white.

    Args:
        source: Anything that Pillow opens, up to 64 megapixels: an image, the bytes of a file, or its path. Or its numbers: bytes, or
            shares of white from 0 to 1; an array (height, width) or (height, width, channels), a tensor (channels, height, width).
        longest: A larger side than so many pixels is scaled down; None leaves the size as it is.

    Returns:
        The given image itself where it is such a picture already; else a new one.

    Raises:
        PictureError: It is no picture or too large.
    """
    image = source if isinstance(source, Image.Image) else _opened(source)
    if min(image.size) < 1:
        raise PictureError(say("this picture has no pixels; give one of at least 1 x 1"))
    if image.width * image.height > MOST_MEGAPIXELS * 1_000_000:
        raise PictureError(_too_large(f"{image.width * image.height / 1e6:.0f}"))
    try:
        if longest is not None and image is not source:
            image.draft("RGB", (longest, longest))  # a JPEG is read at a smaller scale at once
        if image.getexif().get(_ORIENTATION, 1) != 1:
            image = ImageOps.exif_transpose(image)
        if longest is not None and max(image.size) > longest and image.mode not in {"1", "P", "PA"}:
            image = _shrunk(image, longest)  # before anything else: 40 megapixels are not copied once more
        image = _rgb(image)
        image.load()
    except (OSError, ValueError, SyntaxError, MemoryError, EOFError) as error:  # what decoders raise for damaged files
        raise PictureError(say("this picture file is damaged or cut off; save it again as PNG or JPEG")) from error
    return image if longest is None or max(image.size) <= longest else _shrunk(image, longest)


def _shrunk(image: Image.Image, longest: int) -> Image.Image:
    image = image.copy()
    image.thumbnail((longest, longest))
    return image


def _opened(source: Any) -> Image.Image:
    if isinstance(source, np.ndarray) or is_tensor(source):
        return _of_numbers(source)
    if isinstance(source, (bytes, bytearray, memoryview)):
        data = bytes(source)
    elif isinstance(source, (str, PathLike)):
        data = _read(Path(fspath(source)))
    else:
        raise PictureError(
            say(
                "a {kind} is no picture; give a PIL image, the bytes of a picture file, or its path", kind=type(source).__name__
            )
        )
    if len(data) > MOST_BYTES:
        raise PictureError(
            say(
                "this picture file is too large: at most {most} MiB, not {size:.0f}; scale the picture down",
                most=MOST_BYTES // 2**20,
                size=len(data) / 2**20,
            )
        )
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            return Image.open(io.BytesIO(data))
    except (Image.DecompressionBombWarning, Image.DecompressionBombError) as error:
        raise PictureError(_too_large(say("more than that"))) from error
    except Exception as error:  # whatever a decoder trips over in bytes that it should not have been given
        raise PictureError(
            say("these {count:,} bytes are no picture that can be read; take a PNG, JPEG, WebP or GIF file", count=len(data))
        ) from error


def _read(path: Path) -> bytes:
    try:
        size = path.stat().st_size
        return path.read_bytes() if size <= MOST_BYTES else b"\0" * (MOST_BYTES + 1)
    except (OSError, ValueError) as error:  # a NUL in a path is a ValueError
        reason = getattr(error, "strerror", None) or str(error)
        raise PictureError(
            say(
                "the picture {path} can't be read ({reason}); check the path",
                path=repr(str(path))[:120],
                reason=reason,
            )
        ) from error


def _too_large(size: str) -> Words:
    return say(
        "this picture is too large: at most {most} megapixels, not {size}; scale it down", most=MOST_MEGAPIXELS, size=size
    )


def _of_numbers(numbers: np.ndarray[Any, Any] | torch.Tensor) -> Image.Image:
    """Return a picture of numbers. Tensors have their channels first, as pipelines hand them out, arrays last."""
    first = is_tensor(numbers)
    array = _array(numbers)
    shape = "x".join(map(str, array.shape))
    if array.ndim == 4 and len(array) == 1:
        array = array[0]
    if array.ndim == 3 and first:
        array = np.moveaxis(array, 0, -1)
    most = 3 if first and array.dtype.kind == "f" else 4  # four channels of a tensor of floats are latents
    if array.ndim not in (2, 3) or (array.ndim == 3 and not 1 <= array.shape[-1] <= most):
        raise PictureError(
            say(
                "numbers of shape {shape} are no picture; give an array of height x width x 3, or a tensor of 3 x height x width",
                shape=shape,
            )
        )
    if array.size == 0:
        raise PictureError(say("this picture has no pixels; give one of at least 1 x 1"))
    array = array[..., 0] if array.ndim == 3 and array.shape[-1] == 1 else array
    return Image.fromarray(_bytes(array))  # L, LA, RGB or RGBA by the number of channels


def _array(numbers: np.ndarray[Any, Any] | torch.Tensor) -> np.ndarray[Any, Any]:
    if isinstance(numbers, np.ndarray):
        return numbers
    numbers = numbers.detach().cpu()
    array: np.ndarray[Any, Any] = (numbers.double() if numbers.is_floating_point() else numbers).numpy()
    return array


def _bytes(array: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Return numbers as bytes: truth values are black and white, floats shares of white, 16 bits are scaled down."""
    kind = array.dtype.kind
    low, high = (float(array.min()), float(array.max())) if kind in "biuf" else (-1.0, -1.0)
    if kind == "b" or (kind == "f" and low >= 0 and high <= 1):
        scale = 255.0
    elif kind in "iu" and low >= 0 and high <= 255 and array.dtype != np.uint16:
        scale = 1.0
    elif kind in "iu" and low >= 0 and high < 2**16:
        scale = 255 / (2**16 - 1)
    else:
        raise PictureError(
            say(
                "the numbers of a picture are whole ones from 0 to 255, or shares from 0 to 1, not {kind} from {low:g} to {high:g}; "
                "scale them",
                kind=array.dtype.name,
                low=low,
                high=high,
            )
        )
    return np.round(array.astype(np.float64) * scale).astype(np.uint8)


def _rgb(image: Image.Image) -> Image.Image:
    """Turn grey of 16 bits to 8, everything else by Pillow; what shines through is white."""
    if image.mode == "RGB" and not image.has_transparency_data:
        return image
    if image.mode.startswith("I") or image.mode == "F":
        return _grey(image).convert("RGB")
    if image.mode in {"La", "RGBa"}:  # colours times their opacity
        image = image.convert({"La": "LA", "RGBa": "RGBA"}[image.mode])
    if image.has_transparency_data:
        covered = image.convert("RGBA")
        white = Image.new("RGBA", covered.size, "white")
        return Image.alpha_composite(white, covered).convert("RGB")
    return image.convert("RGB")


def _grey(image: Image.Image) -> Image.Image:
    """Turn depths that Pillow cuts off at 255 to grey of 8 bits. Which white is meant is known of 16 bits; else the values tell, or their range is it."""
    values = np.nan_to_num(np.asarray(image, np.float64))
    low, high = float(values.min()), float(values.max())
    if image.mode in _DEEP:
        low, high = 0.0, 2.0**16 - 1
    elif low >= 0 and high < 2**16:
        low, high = 0.0, 1.0 if image.mode == "F" and high <= 1 else 255.0 if high < 2**8 else 2.0**16 - 1
    return Image.fromarray(np.round((values - low) * (255 / ((high - low) or 1.0))).astype(np.uint8))
