"""Feature maps are what a plain hook hears, hearing them changes nothing, and they stay within their budget."""

from __future__ import annotations

import math

import pytest
import torch
from diffusers import UNet2DConditionModel

import diffexplain as dx
from diffexplain.core.attention.shares import capped, resized
from diffexplain.core.blocks import places_of
from diffexplain.core.features import BUDGET, SIDES, FeatureListener, Features
from diffexplain.core.record import record
from diffexplain.core.trace import Trace
from diffexplain.errors import FeatureError
from tests import tiny

PLAIN = [name for name in tiny.NAMES if name != "lcm"]


class CancelledError(Exception):
    pass


def network(pipe):
    return getattr(pipe, "unet", None) or pipe.transformer


def run(pipe, name="sd", steps=3, **call):
    given = {**tiny.arguments(name), "output_type": "latent", **call}
    return pipe(num_inference_steps=steps, generator=torch.Generator().manual_seed(0), **given).images


def hooks(module):
    return sum(len(each._forward_hooks) + len(each._forward_pre_hooks) for each in module.modules())


@pytest.mark.parametrize("name", PLAIN)
def test_recorded_equals_unrecorded_and_no_hook_stays(name):
    plain = run(tiny.build(name), name, steps=2 if name == "pixart" else 3)
    pipe = tiny.build(name)
    with record(pipe, features=True) as trace:
        heard = run(pipe, name, steps=2 if name == "pixart" else 3)
    assert torch.equal(plain, heard)
    assert not hooks(network(pipe))
    assert "features" not in trace.missing
    assert all(step.features is not None for step in trace.steps)
    assert [place.name for place in places_of(network(pipe)) if place.tap] == list(trace.steps[0].features.blocks)


@pytest.mark.parametrize("name", ["sd", "sdxl", "sd3", "flux, true CFG"])
def test_features_equal_those_of_a_plain_forward_hook(name):
    pipe = tiny.build(name)
    taps = {place.name: place.tap for place in places_of(network(pipe)) if place.tap}
    heard: dict[str, list[torch.Tensor]] = {block: [] for block in taps}

    def plain(block):
        def hook(_, __, output):
            tensors = [output] if isinstance(output, torch.Tensor) else [each for each in output if each is not None]
            heard[block].append(tensors[-1].clone())

        return hook

    handles = [network(pipe).get_submodule(tap).register_forward_hook(plain(block)) for block, tap in taps.items()]
    with record(pipe, features=True) as trace:
        run(pipe, name)
    for handle in handles:
        handle.remove()
    two_calls = name.startswith("flux")
    for block, calls in heard.items():
        for at, step in enumerate(trace.steps):
            for half in ("uncond", "cond"):
                if two_calls:  # the one with the prompt first
                    (value,) = calls[2 * at + (half == "uncond")]
                else:
                    value = calls[at][int(half == "cond")]
                if value.ndim == 2:
                    value = value.T.reshape(value.shape[1], *step.features.of(block, half).shape[-2:])
                assert torch.equal(value.half(), step.features.of(block, half)), (block, at, half)


def test_larger_maps_are_means_of_their_places():
    pipe = tiny.sd()
    with record(pipe, features=Features(side=4)) as small, record(tiny.sd(), features=False) as _:
        run(pipe)
    with record(pipe, features=True) as whole:
        run(pipe)
    for block in whole.steps[0].features.blocks:
        full = whole.steps[1].features.of(block).float()
        assert tuple(full.shape[-2:]) == whole.steps[1].features.grids[block]
        wanted = resized(full, capped(full.shape[-2:], 4))
        assert small.steps[1].features.of(block).float().numpy() == pytest.approx(wanted.numpy(), abs=4e-3)


def test_hooks_are_gone_after_an_exception_and_after_a_cancel():
    pipe = tiny.sd()
    plain = run(pipe)

    def cancel(step):
        raise CancelledError

    with pytest.raises(CancelledError), record(pipe, features=True, on_step=cancel):
        run(pipe)
    with pytest.raises(ZeroDivisionError), record(pipe, features=True):
        run(pipe, callback_on_step_end=lambda *_: 1 / 0)
    assert not hooks(pipe.unet)
    assert torch.equal(run(pipe), plain)


def test_blocks_and_steps_are_chosen_by_name_and_index():
    pipe = tiny.sd()
    with record(pipe, features=Features(blocks="up_blocks", steps=(1,))) as trace:
        run(pipe)
    assert [step.features is not None for step in trace.steps] == [False, True, False]
    assert trace.steps[1].features.blocks == ("up_blocks.0", "up_blocks.1")
    assert not trace.missing


def test_too_small_a_budget_is_refused_in_the_first_step_with_what_fits():
    pipe = tiny.sd()
    with pytest.raises(FeatureError, match=r"budget_bytes allows 0\.1 MiB"), record(pipe, features=Features(budget_bytes=1000)):
        run(pipe)
    assert not hooks(pipe.unet)


def test_a_tight_budget_takes_smaller_maps():
    pipe = tiny.sd()
    with record(pipe, features=True) as trace:
        run(pipe)
    size = sum(maps.nbytes for each in trace.steps for kept in each.features.kept.values() for maps in kept.values())
    with record(pipe, features=Features(budget_bytes=size)) as same:
        run(pipe)
    with record(pipe, features=Features(budget_bytes=size - 1)) as less:
        run(pipe)
    assert (same.steps[0].features.side, less.steps[0].features.side) == (32, 8)
    assert sum(maps.nbytes for each in less.steps for kept in each.features.kept.values() for maps in kept.values()) < size


def sd_15(**options):
    with torch.device("meta"):
        return UNet2DConditionModel(
            sample_size=64,
            block_out_channels=(320, 640, 1280, 1280),
            layers_per_block=options.get("layers_per_block", 2),
            cross_attention_dim=768,
            attention_head_dim=8,
        )


def test_twenty_steps_of_stable_diffusion_15_stay_in_the_budget():
    """Random weights that are never there: the shapes alone say how many bytes are kept."""
    unet = sd_15()
    shapes = {}

    def note(block):
        return lambda _, __, output: shapes.update({block: (output if isinstance(output, torch.Tensor) else output[0]).shape})

    for place in places_of(unet):
        if place.tap:
            unet.get_submodule(place.tap).register_forward_hook(note(place.name))
    listener = FeatureListener(unet, Features(), strict=True)
    x, text = torch.empty(2, 4, 64, 64, device="meta"), torch.empty(2, 77, 768, device="meta")
    unet(x, torch.empty(2, device="meta"), text)
    listener.plan(20)
    listener.begin(0, (x, None, text), {})
    for place in listener.places:
        listener._heard(place, None, None, torch.zeros(1).expand(shapes[place.name]))
    listener.end()
    kept = listener.take({"uncond": (0, slice(0, 1)), "cond": (0, slice(1, 2))})
    size = 20 * sum(maps.nbytes for each in kept.kept.values() for maps in each.values())
    assert {name: tuple(shape[1:]) for name, shape in shapes.items()} == {
        "in": (320, 64, 64),
        "down_blocks.0": (320, 64, 64),
        "down_blocks.1": (640, 32, 32),
        "down_blocks.2": (1280, 16, 16),
        "down_blocks.3": (1280, 8, 8),
        "mid_block": (1280, 8, 8),
        "up_blocks.0": (1280, 8, 8),
        "up_blocks.1": (1280, 16, 16),
        "up_blocks.2": (640, 32, 32),
        "up_blocks.3": (320, 64, 64),
        "out": (4, 64, 64),
    }
    by_hand = 20 * 2 * 2 * sum(s[1] * math.prod(min(side, kept.side) for side in s[2:]) for s in shapes.values())
    assert kept.side == SIDES[0]
    assert size == by_hand <= BUDGET


def test_what_is_wrong_is_said():
    pipe = tiny.sd()
    with pytest.raises(FeatureError, match="True, False or"), record(pipe, features="all"):
        pass
    with pytest.raises(FeatureError, match=r"mid_block, up_blocks\.0"), record(pipe, features=Features(blocks="middle")):
        pass
    with pytest.raises(FeatureError, match="side must be"):
        Features(side=0)
    with record(pipe, features=True) as trace:
        run(pipe)
    with pytest.raises(FeatureError, match="no feature maps of 'down'"):
        trace.steps[0].features.of("down")


def test_the_rest_of_a_trace_is_saved_as_ever(tmp_path):
    pipe = tiny.sd()
    with dx.record(pipe, features=dx.Features()) as trace:
        run(pipe)
    trace.save(tmp_path / "run")
    loaded = Trace.load(tmp_path / "run")
    assert torch.equal(loaded.steps[2].x, trace.steps[2].x)
    assert loaded.steps[2].features is None
