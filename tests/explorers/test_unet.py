"""What the U-Net explorer says of a network is what it is and did; a weakened part changes the picture, a neutral one not a bit of it."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from traitlets import TraitError

import diffexplain as dx
from diffexplain.core.attention.shares import capped, resized
from diffexplain.core.components import components
from diffexplain.core.twins import own_pipeline
from diffexplain.core.weakening import Weakening, weakened
from diffexplain.explorers.pictures import opened
from diffexplain.explorers.still import every, first
from diffexplain.explorers.unet import maps as unet_maps
from diffexplain.explorers.unet.messages import Begin, End, Maps, Redrawn
from diffexplain.explorers.unet.reading import MOST_HEARD, MOST_LANES, heard, lanes_of
from diffexplain.explorers.unet.redrawing import distance
from tests import tiny, tiny_t5
from tests.core.test_features import hooks


def explore(pipe=None, **fields):
    pipe = tiny.sd() if pipe is None else pipe
    return dx.UNetExplorer(pipe, **{"prompt": "a red circle", "steps": 3, "weaken": "nothing", **fields}).wait(120)


def drawn(pipe, weakening=None):
    """The same picture as anybody would make it by hand."""
    pipe = own_pipeline(pipe)
    call = {"num_inference_steps": 3, "guidance_scale": 4.0, "generator": torch.Generator().manual_seed(0)}
    with weakened(pipe.unet, *([weakening] if weakening else [])):
        return pipe("a red circle", **call).images[0]


def test_what_is_said_of_the_blocks_is_what_the_network_has():
    explorer = explore()
    begin = first(explorer.recorded, Begin)
    unet = explorer.pipeline.unet
    assert begin.unet
    assert begin.guided
    assert sum(block.parameters for block in begin.blocks) == sum(each.numel() for each in unet.parameters())
    assert sum(block.multiply_adds for block in begin.blocks) == explorer.anatomy.multiply_adds
    assert [block.label for block in begin.blocks][1:] == ["entrance", "down 1", "down 2", "middle", "up 1", "up 2", "exit"]
    assert len(begin.skips) == 4
    assert not hooks(unet)


def test_maps_are_the_features_of_the_trace():
    explorer = explore()
    trace = explorer.trace
    for maps in every(explorer.recorded, Maps):
        assert maps.steps == [0, 1, 2]
        kept = [step.features.of(maps.block).float() for step in trace.steps]
        size = capped(maps.own_grid, maps.colours.shape[-1])
        cond = torch.stack([resized(each, size) for each in kept])
        without = torch.stack([resized(step.features.of(maps.block, "uncond").float(), size) for step in trace.steps])
        assert maps.shares == pytest.approx(components(list(cond)).shares.numpy(), abs=1e-5)
        pulls = [(one - other).norm() / one.norm() for one, other in zip(cond, without, strict=True)]
        assert maps.pulls == pytest.approx(np.array(pulls), rel=1e-4)
        answers = (cond - without).square().mean((0, 2, 3)).sqrt() / cond.std((0, 2, 3), correction=0)
        heard = first(explorer.recorded, Begin).blocks
        before = maps.block in ("in", heard[2].name)  # no text has come in yet
        assert before == (float(answers.max()) < 1e-5)
        assert maps.channels[0] == int((cond.std((0, 2, 3), correction=0) if before else answers).argmax())
        assert maps.answers == pytest.approx(answers[maps.channels].numpy(), rel=1e-4)
        channel = cond[:, maps.channels[0]]
        order = np.argsort(channel.flatten().numpy())
        assert (np.diff(maps.levels[:, 0].flatten()[order].astype(int)) >= 0).all()


def test_without_guidance_channels_that_vary_are_shown():
    begin = first((explorer := explore(guidance_scale=1)).recorded, Begin)
    assert not begin.guided
    for maps in every(explorer.recorded, Maps):
        assert maps.changes is maps.answers is maps.pulls is None
        assert len(set(maps.channels)) == len(maps.channels)


@pytest.mark.parametrize("weaken", ["block", "skip", "backbone", "text"])
def test_at_its_neutral_strength_nothing_of_the_picture_changes(weaken):
    explorer = explore(weaken=weaken, strength=1.0)
    found = every(explorer.recorded, Redrawn)
    picture = opened(first(explorer.recorded, End).image)
    assert found
    assert all(each.distance == 0 for each in found)
    assert all(opened(each.image).tobytes() == picture.tobytes() for each in found)
    assert picture.tobytes() == drawn(explorer.pipeline).tobytes()


def test_lanes_are_the_pictures_that_one_makes_by_hand():
    explorer = explore(weaken="block", strength=0.25)
    untouched = drawn(explorer.pipeline)
    found = every(explorer.recorded, Redrawn)
    assert [each.block for each in found] == ["down_blocks.0", "down_blocks.1", "mid_block", "up_blocks.0", "up_blocks.1"]
    for each in found:
        by_hand = drawn(explorer.pipeline, Weakening("block", each.block, 0.25))
        assert opened(each.image).tobytes() == by_hand.tobytes()
        assert each.distance == distance(by_hand, untouched)
    assert not hooks(explorer.pipeline.unet)


def test_another_part_draws_only_the_lanes_again():
    explorer = explore(weaken="skip")
    trace = explorer.trace
    explorer.weaken = "text"
    explorer.wait(120)
    assert explorer.trace is trace
    assert first(explorer.recorded, Begin).request.weaken == "text"
    assert [each.block for each in every(explorer.recorded, Redrawn)] == ["", "down_blocks.1", "mid_block", "up_blocks.0"]


def test_one_block_alone_and_one_without_the_part():
    assert [each.block for each in every(explore(weaken="block", only="mid_block").recorded, Redrawn)] == ["mid_block"]
    assert not every(explore(weaken="skip", only="mid_block").recorded, Redrawn)


@pytest.mark.parametrize("make", [tiny.sdxl, tiny_t5.sd3, tiny_t5.flux, tiny_t5.pixart])
def test_other_families(make):
    explorer = explore(make(), weaken="block")
    begin = first(explorer.recorded, Begin)
    transformer = not hasattr(explorer.pipeline, "unet")
    assert begin.unet != transformer
    assert bool(begin.skips) != transformer
    assert len(every(explorer.recorded, Maps)) == len(explorer.trace.steps[0].features.blocks)
    assert all(each.distance > 0 for each in every(explorer.recorded, Redrawn))
    assert explorer._controls["parts"] == (["block", "text"] if transformer else ["block", "skip", "backbone", "text"])


def test_numbers_that_run_over_are_said_and_not_drawn():
    pipe = own_pipeline(tiny.sd())

    def run_over(_, args):  # where the last channels, its skip connection's, are left out
        return None if args[0][:, -8:].any() else (args[0] * float("inf"), *args[1:])

    pipe.unet.up_blocks[1].resnets[0].register_forward_pre_hook(run_over)
    (found,) = every(explore(pipe, weaken="skip", only="up_blocks.1").recorded, Redrawn)
    assert found.image is found.distance is None
    assert "NaN" in found.why


def test_what_is_wrong_is_said_in_one_line():
    with pytest.raises(TraitError, match="weaken must be one of nothing, block, text"):
        explore(tiny_t5.sd3(), weaken="skip")
    with pytest.raises(TraitError, match=r"only must be one of down_blocks\.0"):
        explore(only="middle")
    with pytest.raises(TraitError, match=r"block must be one of in, down_blocks\.0"):
        explore(block="middle")
    with pytest.raises(TraitError, match="strength must be"):
        explore(strength=float("nan"))


def test_long_rows_of_blocks_are_sampled():
    names = [f"transformer_blocks.{at}" for at in range(57)]
    lanes = lanes_of({"block": names}, "block", "")
    assert (len(lanes), lanes[0], lanes[-1]) == (MOST_LANES, names[0], names[-1])
    assert len(heard(names)) == MOST_HEARD


def test_maps_of_any_size_stay_in_their_bytes():
    for grids in ([(16, 16)] * 9, [(128, 128)] * 9, [(64, 64)] * 16, [(8, 200)] * 12):
        side = unet_maps.side_of(grids, unet_maps.STEPS, guided=True)
        size = sum(np.prod(capped(grid, side)) for grid in grids) * unet_maps.STEPS * (3 + 2 * unet_maps.CHANNELS)
        assert size <= unet_maps.BYTES
