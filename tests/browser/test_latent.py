"""The latent explorer in JupyterLab and as a file: cells are poked by mouse and by keyboard, and what a page shows is what the VAE makes."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
import torch
from PIL import Image, ImageOps
from playwright.sync_api import Locator, Page, expect

import diffexplain as dx
from diffexplain import scenes
from tests.browser.notebook import new_run, run_cell, wait_until_done
from tests.browser.waiting import changed, drawn

pytestmark = pytest.mark.browser

CELL = "import torch\ntorch.set_num_threads(1)\nimport diffexplain as dx\nfrom tests import tiny\nexplorer = dx.LatentExplorer(tiny.sd())\nexplorer"
PIXELS = """async square => { const image = square.querySelector('img'); await image.decode();
  const { naturalWidth: width, naturalHeight: height } = image, context = new OffscreenCanvas(width, height).getContext('2d');
  context.drawImage(image, 0, 0);
  return { width, height, data: [...context.getImageData(0, 0, width, height).data] } }"""
TOPS = "all => all.map(each => Math.round(each.getBoundingClientRect().top))"


def test_a_cell_is_poked_by_mouse_and_by_keyboard(live: Page) -> None:
    explorer = run_cell(live, CELL)
    wait_until_done(live)
    board, painted = explorer.locator(".dx-cells canvas"), explorer.get_by_role("img", name="What it paints")
    before = drawn(painted)
    cells, box = int(board.evaluate("canvas => canvas.width")), board.bounding_box()
    assert box
    with new_run(live):
        board.click(position={"x": box["width"] * 2.5 / cells, "y": box["height"] * 4.5 / cells})
    changed(lambda: drawn(painted), before)
    assert "row 5, column 3" in str(board.get_attribute("aria-label"))
    with new_run(live):
        board.focus()
        live.keyboard.press("ArrowRight")
    assert "row 5, column 4" in str(board.get_attribute("aria-label"))
    with new_run(live):
        explorer.get_by_role("radio", name="wipe", exact=True).click()
    line = explorer.locator(".dx-closer .dx-prose:visible").first
    expect(line).to_contain_text(f"All {cells**2} numbers of channel 1 are zero.")
    with new_run(live):
        explorer.get_by_label("Channel", exact=True).select_option("2")
    expect(line).to_contain_text("channel 3 are zero")
    random = explorer.locator(".dx-named").filter(has_text="noise 1").locator(".dx-square")
    explorer.get_by_role("radio", name="Chance alone").click()
    before = drawn(random)
    with new_run(live):
        explorer.get_by_role("button", name="Roll another seed").click()
    changed(lambda: drawn(random), before)


@pytest.fixture
def page(offline: Callable[[str], Page]) -> Page:
    page = offline("latent")
    expect(page.locator(".dx-costs b").last).to_contain_text("illion")
    return page


Colours = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Known:
    """What the pipeline's own VAE makes of the example's two pictures: colours (side, side, 3) from 0 to 1, latents (C, h, w)."""

    colours: tuple[Colours, Colours]
    latents: tuple[torch.Tensor, torch.Tensor]
    cell: int  # pixels a side

    def decoded(self, latents: torch.Tensor) -> Colours:
        vae = dx.load().vae
        with torch.no_grad():
            back = vae.decode(latents[None] / vae.config.scaling_factor).sample[0]
        return np.asarray((back / 2 + 0.5).clamp(0, 1).permute(1, 2, 0), float)


@pytest.fixture(scope="module")
def known() -> Known:
    pipe: Any = dx.load()
    side = pipe.unet.config.sample_size * pipe.vae_scale_factor
    squares = [ImageOps.fit(scenes.gallery(10)[at].image, (side, side), Image.Resampling.LANCZOS) for at in (4, 9)]
    one, other = (np.asarray(square, float) / 255 for square in squares)
    with torch.no_grad():
        pictures = torch.tensor(np.stack([one, other]), dtype=torch.float32).permute(0, 3, 1, 2) * 2 - 1
        first, second = pipe.vae.encode(pictures).latent_dist.mode() * pipe.vae.config.scaling_factor
    return Known((one, other), (first, second), pipe.vae_scale_factor)


def colours(page: Page, name: str) -> Colours:
    """What a picture shows, by the pixels of its file."""
    square = page.locator(".dx-named:visible").filter(has_text=name).first.locator(".dx-square")
    found = square.evaluate(PIXELS)
    return np.reshape(found["data"], (found["height"], found["width"], 4))[..., :3] / 255


def psnr(one: Colours, other: Colours) -> float:
    return -10 * math.log10(float(np.square(one - other).mean()))


def near(one: Colours, other: Colours) -> bool:
    return bool(np.abs(one - other).max() < 1.5 / 255)


def opened(page: Page, panel: str) -> Locator:
    """Its first sentence."""
    page.get_by_role("radio", name=panel, exact=True).click()
    return page.locator(".dx-closer .dx-prose:visible").first


def test_the_picture_its_latents_and_what_comes_back_are_the_vaes(page: Page, known: Known) -> None:
    back, latents = known.decoded(known.latents[0]), known.latents[0]
    assert near(colours(page, "The picture"), known.colours[0])
    assert near(colours(page, "What comes back"), back)
    expect(page.locator(".dx-named").filter(has_text="What comes back").first).to_contain_text(
        re.compile(rf"PSNR {psnr(back, known.colours[0]):.1f}\s+dB")
    )
    ranges = [
        f"{low:.2f} to {high:.2f}".replace("-", "−")
        for low, high in zip(latents.amin((1, 2)), latents.amax((1, 2)), strict=True)
    ]
    assert page.locator(".dx-stage .dx-channels small").all_inner_texts() == ranges
    expect(page.locator(".dx-counts")).to_contain_text("786,43216,38448 times")
    numbers = known.colours[0].size, latents.numel()
    expect(page.locator(".dx-counts tr").nth(1)).to_contain_text(f"{numbers[0]:,}{numbers[1]:,}")


def test_what_a_change_paints_is_what_the_changed_latents_decode_to(page: Page, known: Known) -> None:
    latents = known.latents[0].clone()
    latents[1] += 2
    painted, before = known.decoded(latents), known.decoded(known.latents[0])
    assert near(colours(page, "What it paints"), painted)
    assert near(colours(page, "Without the change"), before)
    line = opened(page, "Change it")
    expect(line).to_contain_text(f"2.00 is added to all {latents[1].numel()} numbers of channel 2.")
    visible = (np.abs(painted - before).max(2) > 2 / 255).mean()
    share = re.search(r"([\d.]+)\s+% of the pixels", line.inner_text())
    assert share
    assert float(share[1]) == pytest.approx(100 * visible, abs=0.6)


def test_half_way_between_two_pictures_is_told_as_it_decodes(page: Page, known: Known) -> None:
    one, other = known.latents
    mixed = psnr(known.decoded((one + other) / 2), (known.colours[0] + known.colours[1]) / 2)
    angle = math.degrees(math.acos(float(torch.nn.functional.cosine_similarity(one.flatten(), other.flatten(), 0))))
    line = opened(page, "Blend two")
    expect(line).to_contain_text(re.compile(rf"PSNR {mixed:.1f}\s+dB"))
    expect(line).to_contain_text(f"{angle:#.3g}° apart")
    lengths = page.locator(".dx-rows:visible small").filter(has_text="length").all_inner_texts()
    assert len(lengths) == 10
    assert lengths[2] == f"length {float(((one + other) / 2).square().mean().sqrt()):.2f}"


def test_an_odd_size_loses_what_is_no_whole_cell(page: Page, known: Known) -> None:
    line = opened(page, "Odd sizes")
    side, cell = len(known.colours[0]), known.cell
    given = side - cell // 2
    expect(line).to_contain_text(f"One cell stands for {cell} × {cell} pixels")
    expect(line).to_contain_text(f"Of {given} pixels a side {side - cell} come back")
    rows = [row.split("\t") for row in page.locator(".dx-sizes tbody tr").all_inner_texts()]
    assert rows
    for pixels, cells, back, lost in rows:
        assert (int(cells), int(back)) == (int(pixels) // cell, int(pixels) // cell * cell)
        assert lost == (str(int(pixels) % cell) if int(pixels) % cell else "–")


def test_chance_knows_no_neighbours(page: Page, known: Known) -> None:
    def alike(latents: torch.Tensor) -> float:
        centred = latents - latents.mean((1, 2), keepdim=True)
        first = torch.cat([centred[:, :, 1:].flatten(), centred[:, 1:].flatten()])
        second = torch.cat([centred[:, :, :-1].flatten(), centred[:, :-1].flatten()])
        return float(torch.nn.functional.cosine_similarity(first, second, 0))

    noise = torch.randn(known.latents[0].shape, generator=torch.Generator().manual_seed(7))
    line = opened(page, "Chance alone").inner_text().replace("−", "-")
    told = re.search(r"correlation of ([\d.-]+), those of noise ([\d.-]+);", line)
    assert told
    assert [float(each) for each in told.groups()] == pytest.approx([alike(known.latents[0]), alike(noise)], abs=0.006)
    assert near(colours(page, "In their order"), known.decoded(known.latents[0]))


@pytest.mark.parametrize("panel", ["Noise in both", "Spread and factor"])
def test_other_panels_say_what_was_measured(page: Page, panel: str) -> None:
    line = opened(page, panel)
    expect(line).to_contain_text({"Noise in both": "log-SNR 0", "Spread and factor": "Here the spread is"}[panel])
    images = page.locator(".dx-closer img:visible")
    assert images.count() >= 5
    assert all(images.evaluate_all("all => all.map(each => each.naturalWidth)"))


@pytest.mark.parametrize(("width", "beside"), [(1280, 4), (900, 4), (848, 4), (390, 2)])
def test_rows_of_pictures_break_evenly(page: Page, width: int, beside: int) -> None:
    page.set_viewport_size({"width": width, "height": 1000})
    for way in (".dx-stage", ".dx-closer"):
        tops = page.locator(f"{way} .dx-way:visible > figure").evaluate_all(TOPS)
        assert [tops.count(top) for top in sorted(set(tops))] == [beside] * (4 // beside)
