"""What is done to latents, against values computed in another way."""

from __future__ import annotations

import copy
import math
from typing import Any

import numpy as np
import pytest
import torch
from diffusers import AutoencoderTiny

from diffexplain.core import latents as core
from diffexplain.core import preview
from diffexplain.core.latents import Change, changed
from diffexplain.errors import NotFiniteError
from tests import tiny

PICTURES = torch.rand(2, 3, 32, 32, generator=torch.Generator().manual_seed(0))
Z, OTHER = torch.randn(2, 4, 5, 7, generator=torch.Generator().manual_seed(1))


def flow_vae() -> Any:
    return tiny.flow_vae()


def wide_vae() -> Any:
    return tiny.vae(latent_channels=16)


@pytest.mark.parametrize("build", [tiny.vae, flow_vae, wide_vae])
def test_mean_and_spread_are_the_vaes_own(build: Any) -> None:
    vae = build()
    with torch.no_grad():
        said = vae.encode(PICTURES * 2 - 1).latent_dist
    shift, factor = vae.config.shift_factor or 0.0, vae.config.scaling_factor
    mean, spread = preview.encode(PICTURES, vae), preview.encode_spread(PICTURES, vae)
    assert torch.equal(mean, (said.mode() - shift) * factor)
    assert spread is not None
    torch.testing.assert_close(spread, said.std * factor, rtol=1e-4, atol=1e-7)
    drawn = (said.sample(torch.Generator().manual_seed(3)) - shift) * factor
    torch.testing.assert_close(core.drawn(mean, spread, 3), drawn, rtol=1e-4, atol=1e-6)


def test_an_encoder_that_overflows_is_said_and_one_without_a_distribution_has_no_spread() -> None:
    broken = copy.deepcopy(tiny.vae()).half()
    with torch.no_grad():
        broken.encoder.conv_in.weight.fill_(torch.inf)
    for ask in (preview.encode, preview.encode_spread):
        with pytest.raises(NotFiniteError, match="float16"):
            ask(PICTURES, broken)
    plain = AutoencoderTiny(encoder_block_out_channels=(8, 8), decoder_block_out_channels=(8, 8), num_encoder_blocks=(1, 1),
                            num_decoder_blocks=(1, 1))  # fmt: skip
    assert preview.encode_spread(PICTURES, plain) is None


@pytest.mark.parametrize(
    "change",
    [
        Change("poke", 1, 0.0, (4, 6)),
        Change("shift", 2, 0.0),
        Change("scale", 0, 1.0),
        Change("swap", 3, partner=3),
    ],
)
def test_a_neutral_change_is_none_to_the_bit(change: Change) -> None:
    made = changed(Z, change, OTHER)
    assert torch.equal(made, Z)
    assert made.data_ptr() != Z.data_ptr()
    assert torch.equal(changed(Z, Change("borrow", 1), Z), Z)


@pytest.mark.parametrize("channel", range(4))
def test_a_change_is_of_its_channel_alone(channel: int) -> None:
    before = Z.clone()
    expected: dict[str, Any] = {"shift": Z[channel] + 2.5, "scale": Z[channel] * 2.5, "wipe": Z[channel] * 0}
    expected |= {"borrow": OTHER[channel], "swap": Z[(channel + 1) % 4]}
    poked = Z[channel].clone()
    poked[3, 2] = poked[3, 2] + 2.5
    for operation, wanted in (expected | {"poke": poked}).items():
        made = changed(Z, Change(operation, channel, 2.5, (3, 2), (channel + 1) % 4), OTHER)  # type: ignore[arg-type]
        assert torch.equal(made[channel], wanted), operation
        left = [at for at in range(4) if at != channel and (operation != "swap" or at != (channel + 1) % 4)]
        assert torch.equal(made[left], Z[left]), operation
    assert torch.equal(before, Z)


def test_noise_at_a_level_has_that_level_and_its_length() -> None:
    noise = core.noise_like(Z, 4)
    assert torch.equal(noise, torch.randn(Z.shape, generator=torch.Generator().manual_seed(4)))
    for level in (-4.0, 0.0, 3.0):
        a = float((core.noisy(Z, noise, level) - core.noisy(torch.zeros_like(Z), noise, level))[0, 0, 0] / Z[0, 0, 0])
        b = float(core.noisy(torch.zeros_like(Z), noise, level)[0, 0, 0] / noise[0, 0, 0])
        assert 2 * math.log(a / b) == pytest.approx(level, abs=1e-4)
        assert a**2 + b**2 == pytest.approx(1, abs=1e-5)


def test_shuffled_cells_are_the_same_cells_in_another_order() -> None:
    made = core.shuffled(Z, 0)
    cells = [{tuple(cell.tolist()) for cell in each.flatten(1).T} for each in (Z, made)]
    assert cells[0] == cells[1]
    assert not torch.equal(made, Z)


def test_neighbours_of_noise_are_strangers_and_those_of_a_ramp_are_alike() -> None:
    assert abs(core.likeness_of_neighbours(torch.randn(4, 64, 64, generator=torch.Generator().manual_seed(0)))) < 0.02
    ramp = torch.arange(64.0).expand(2, 64, 64)
    assert core.likeness_of_neighbours(ramp) > 0.95
    checks = (torch.arange(8)[:, None] + torch.arange(8)).remainder(2).float()[None]
    assert core.likeness_of_neighbours(checks) == pytest.approx(-1)
    assert math.isnan(core.likeness_of_neighbours(torch.ones(4, 8, 8)))


def test_psnr_and_difference_are_what_they_are_called() -> None:
    one, other = PICTURES
    array = (one.numpy().astype(np.float64), other.numpy().astype(np.float64))
    assert core.psnr(one, other) == pytest.approx(10 * np.log10(1 / np.square(array[0] - array[1]).mean()))
    assert core.psnr(one, one) == math.inf
    np.testing.assert_array_equal(core.difference(one, other).numpy(), np.abs(one.numpy() - other.numpy()).max(0))
    assert core.correlation(one, one * 3 - 1) == pytest.approx(1)


@pytest.mark.parametrize(("row", "column"), [(0, 0), (2, 5), (3, 7)])
def test_what_is_off_is_found_and_how_far_it_reaches(row: int, column: int) -> None:
    off = torch.zeros(16, 32)  # 4 x 8 cells of 4 pixels
    off[row * 4 : row * 4 + 4, column * 4 : column * 4 + 4] = 0.5
    assert core.worst_cell(off, (4, 8)) == (row, column)
    assert core.reach(off, (row, column), (4, 8), share=1) == 3  # from the middle of the first pixel to that of the last
    assert core.reach(off, (row, column), (4, 8), share=0.01) == 1
    assert core.reach(torch.ones(16, 32), (row, column), (4, 8), share=1) == 32
    assert core.reach(torch.zeros(16, 32), (row, column), (4, 8)) == 0
