"""One way in for pictures: whatever it is, it is the same upright RGB picture everywhere."""

from __future__ import annotations

import io
from contextlib import suppress
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from PIL import Image

import diffexplain as dx
from diffexplain.core.pictures import picture_of
from diffexplain.errors import ForkError, LaneError, PictureError
from diffexplain.explorers.shelf import Shelf
from diffexplain.models.clip import load_clip
from tests import tiny
from tests.families import controlled

MODES = (
    "1",
    "L",
    "P",
    "RGB",
    "RGBA",
    "CMYK",
    "YCbCr",
    "LAB",
    "HSV",
    "I",
    "F",
    "LA",
    "PA",
    "RGBX",
    "RGBa",
    "La",
    "I;16",
    "I;16B",
)
SIDE = 32


def colours() -> Image.Image:
    return Image.fromarray(np.random.default_rng(0).integers(0, 256, (SIDE, SIDE, 3), dtype=np.uint8))


def sixteen_bits() -> Image.Image:
    return Image.fromarray((np.random.default_rng(1).integers(0, 256, (SIDE, SIDE)) * 257).astype(np.uint16))


def sideways() -> Image.Image:
    exif = Image.Exif()
    exif[0x0112] = 6
    buffer = io.BytesIO()
    colours().save(buffer, "PNG", exif=exif)
    return Image.open(io.BytesIO(buffer.getvalue()))


def see_through() -> Image.Image:
    image = colours().convert("RGBA")
    image.putalpha(Image.fromarray(np.random.default_rng(2).integers(0, 256, (SIDE, SIDE), dtype=np.uint8)))
    return image


def transparent_palette() -> Image.Image:
    image = colours().quantize(16)
    image.info["transparency"] = 3
    return image


def odd_pictures() -> dict[str, Any]:
    grey = colours().convert("L")
    return {
        "RGBA": see_through(),
        "LA": see_through().convert("LA"),
        "P": transparent_palette(),
        "L": grey,
        "1": grey.convert("1"),
        "I;16": sixteen_bits(),
        "I": sixteen_bits().convert("I"),
        "F": Image.fromarray(np.asarray(grey, np.float32) / 255),
        "CMYK": colours().convert("CMYK"),
        "YCbCr": colours().convert("YCbCr"),
        "sideways": sideways(),
        "array": np.asarray(colours()),
        "array of shares": np.asarray(colours(), np.float32) / 255,
        "grey array": np.asarray(grey),
        "tensor": torch.from_numpy(np.asarray(colours()) / 255).permute(2, 0, 1).float(),
        "tensor of a batch": torch.from_numpy(np.array(colours())).permute(2, 0, 1)[None],
    }


def pixels(image: Image.Image) -> np.ndarray[Any, Any]:
    assert image.mode == "RGB"
    return np.asarray(image).astype(int)


@pytest.mark.parametrize("name", odd_pictures())
def test_a_picture_is_the_same_everywhere(name: str) -> None:
    odd = odd_pictures()[name]
    upright = picture_of(odd)
    shelf = Shelf()
    assert shelf.get(shelf.add(odd)).tobytes() == upright.tobytes()
    for field in ("image", "control_image"):
        assert getattr(dx.Lane(**{field: odd}), field).tobytes() == upright.tobytes()
    clip = load_clip(device="cpu")
    assert torch.equal(clip.embed_pictures([odd]), clip.embed_pictures([upright]))


@pytest.mark.parametrize("name", ["RGBA", "LA", "P", "L", "1", "I;16", "CMYK", "sideways", "array"])
def test_a_lane_with_it_is_the_lane_with_it_converted_before(name: str) -> None:
    odd = odd_pictures()[name]
    pipe, upright = controlled(), picture_of(odd)
    lanes = [dx.Lane(prompt="a red circle", steps=3, image=each, control_image=each) for each in (odd, upright)]
    lanes += [dx.Lane(prompt="a red circle", steps=3, image=each) for each in (odd, upright)]
    traces = dx.sample(lanes, pipe)
    for one, other in (traces[:2], traces[2:]):
        assert torch.equal(one.latents, other.latents)
        assert (one.image.size, one.width, one.height) == ((SIDE, SIDE), SIDE, SIDE)
    branches = [traces[0].fork(1, control_image=each) for each in (odd, upright)]
    assert torch.equal(branches[0].latents, branches[1].latents)


def test_the_colours_are_right() -> None:
    plain = pixels(colours())
    found = {name: picture_of(odd) for name, odd in odd_pictures().items()}
    for name in ("array", "array of shares", "tensor", "tensor of a batch", "CMYK"):
        assert (pixels(found[name]) == plain).all(), name
    assert (pixels(found["sideways"]) == np.rot90(plain, -1)).all()
    alpha = np.asarray(see_through())[..., 3:] / 255
    assert np.abs(pixels(found["RGBA"]) - (plain * alpha + 255 * (1 - alpha))).max() <= 1
    assert (pixels(found["P"])[np.asarray(transparent_palette()) == 3] == 255).all()
    deep = np.asarray(sixteen_bits()) // 257
    for name in ("I;16", "I"):
        assert (pixels(found[name])[..., 0] == deep).all(), name
    grey = np.asarray(colours().convert("L"))
    for name in ("L", "F", "grey array"):
        assert np.abs(pixels(found[name])[..., 1] - grey).max() <= 1, name


def test_a_dark_picture_of_16_bits_is_dark() -> None:
    dark = Image.fromarray(np.full((2, 2), 200, np.uint16))
    assert pixels(picture_of(dark)).max() == 1
    assert pixels(picture_of(np.full((2, 2), 200, np.uint16))).max() == 1
    assert pixels(picture_of(Image.new("F", (2, 2), 0.5))).max() == 128


def test_a_picture_that_is_right_is_not_copied() -> None:
    image, shelf = colours(), Shelf()
    assert picture_of(image) is image
    assert dx.Lane(image=image).but(seed=1).image is image
    kept = shelf.get(shelf.add(image))
    assert kept is not image  # it would change with the caller's
    before = image.tobytes()
    large = image.resize((3000, 20))
    assert picture_of(large, 1024).size == (1024, 7)
    assert (large.size, image.tobytes()) == ((3000, 20), before)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("size", [(1, 1), (7, 5)])
def test_every_mode_of_pillow(mode: str, size: tuple[int, int]) -> None:
    assert (picture_of(Image.new(mode, size)).mode, picture_of(Image.new(mode, size)).size) == ("RGB", size)


@settings(max_examples=100)
@given(
    arrays.arrays(
        dtype=st.sampled_from(
            [np.uint8, np.uint16, np.int32, np.int64, np.float16, np.float32, np.float64, np.bool_, np.complex64]
        ),
        shape=arrays.array_shapes(min_dims=1, max_dims=4, min_side=0, max_side=5),
    )
)
def test_any_numbers_are_a_picture_or_refused(values: Any) -> None:
    for each in (values, torch.from_numpy(values)) if values.dtype != np.uint16 else (values,):
        with suppress(PictureError):
            assert picture_of(each).mode == "RGB"


@pytest.mark.parametrize(
    "value", [3, object(), "no/such.png", b"x", np.zeros((4, 4, 9)), torch.zeros(4, 8, 8), np.full((2, 2), -1.0)]
)
def test_what_is_no_picture(value: Any) -> None:
    with pytest.raises(PictureError):
        picture_of(value)
    for name in ("image", "control_image"):
        with pytest.raises(LaneError, match=f"^{name}: "):
            dx.Lane(**{name: value})
    if not isinstance(value, torch.Tensor):
        pipe = controlled()
        (trace,) = dx.sample([dx.Lane(steps=2, control_image=colours())], pipe, decode=False)
        with pytest.raises(ForkError, match="control_image: "):
            trace.fork(1, control_image=value)


def test_explorers_take_arrays() -> None:
    array = np.asarray(colours())
    explorer = dx.NoiseExplorer(tiny.sd(), picture=array, space="pixels")
    assert explorer.shelf.get(explorer.picture).tobytes() == colours().tobytes()
    explorer.close()
