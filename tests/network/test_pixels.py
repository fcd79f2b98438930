"""The page makes pictures of numbers, and smaller ones of larger, as Python does."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image

from diffexplain.core.preview import LinearMap, to_pil
from diffexplain.explorers.seed.sheets import tiles_of
from tests.network.node import Node

SETUP = """
import { colours, pixelsOf, resized, sheet } from "./pixels.js";
const pixels = ([data, width, height]) => ({ data: Uint8Array.from(data), width, height });
const list = ({ data, width, height }) => [[...data], width, height];
"""


@pytest.fixture(scope="module")
def page() -> Iterator[Node]:
    node = Node(
        SETUP,
        resized="([picture, width, height]) => list(resized(pixels(picture), width, height))",
        decoded="([values, width]) => list(pixelsOf(Float32Array.from(values), width))",
        colours="([values, preview_matrix, latents]) => list(colours(Float32Array.from(values), { preview_matrix, latents }))",
        sheet="([pictures, columns]) => list(sheet(pictures.map(pixels), columns))",
    )
    yield node
    node.close()


def told(image: Image.Image) -> list[Any]:
    return [np.asarray(image).flatten().tolist(), *image.size]


def random_picture(width: int, height: int, seed: int = 0) -> Image.Image:
    return Image.fromarray(np.random.default_rng(seed).integers(0, 256, (height, width, 3), np.uint8))


@pytest.mark.parametrize(
    ("size", "wanted"),
    [((128, 128), (64, 64)), ((30, 20), (64, 64)), ((77, 131), (64, 131)), ((77, 131), (77, 50)), ((9, 9), (1, 1))],
)
def test_another_size_is_pillows_to_the_bit(page: Node, size: tuple[int, int], wanted: tuple[int, int]) -> None:
    image = random_picture(*size)
    assert page.ask("resized", [told(image), *wanted]) == told(image.resize(wanted, Image.Resampling.BICUBIC))


def test_pictures_and_previews_have_the_colours_that_python_gives_them(page: Node) -> None:
    values = torch.randn(3, 6, 5, generator=torch.Generator().manual_seed(0))
    (image,) = to_pil((values * 0.5 + 0.5).clamp(0, 1))
    assert page.ask("decoded", [values.flatten().tolist(), 5]) == told(image)
    latents, matrix = torch.randn(1, 4, 3, 2), torch.randn(5, 3)
    (image,) = to_pil(LinearMap(matrix, 1.0).colours(latents))
    assert page.ask("colours", [latents.flatten().tolist(), matrix.tolist(), [4, 3, 2]]) == told(image)


def test_a_sheet_holds_its_pictures_row_by_row_and_ends_in_white(page: Node) -> None:
    tiles = [random_picture(4, 3, seed) for seed in range(5)]
    data, width, height = page.ask("sheet", [[told(tile) for tile in tiles], 3])
    board = np.array(data, np.uint8).reshape(height, width, 3)
    assert board.shape == (6, 12, 3)
    for at, tile in enumerate(tiles_of(tiles)):
        row, column = divmod(at, 3)
        assert (board[3 * row : 3 * row + 3, 4 * column : 4 * column + 4] == tile).all()
    assert (board[3:, 8:] == 255).all()
