"""A network taken apart: its parts are the whole, and what is counted of them equals a count made another way."""

from __future__ import annotations

import pytest
import torch
from diffusers.models.attention_processor import Attention as Usual
from diffusers.models.transformers.transformer_flux import FluxAttention

from diffexplain.core.anatomy import anatomy
from diffexplain.core.blocks import places_of
from diffexplain.core.costs import multiply_adds, shapes_of
from diffexplain.errors import UnfitPipelineError
from tests import tiny
from tests.core.test_features import network, run, sd_15


def called(name, **call):
    """The network of a tiny pipeline, and the first call that a run makes of it."""
    pipe = tiny.build(name)
    net = network(pipe)
    calls = []
    handle = net.register_forward_pre_hook(lambda _, args, kwargs: calls.append((args, kwargs)), with_kwargs=True)
    run(pipe, name, steps=2, **call)
    handle.remove()
    return net, calls[0]


def counted(net, args, kwargs):
    """Multiplications with an addition each, by the sizes of the layers that are called and the lengths that attention compares."""
    total = []
    lengths = {}

    def layer(module, _, output):
        total.append(output.numel() * module.weight[0].numel())  # what each number is a sum of

    def projection(attention, name):
        return lambda _, __, output: lengths.setdefault(attention, {}).update({name: output.shape})

    handles = [
        module.register_forward_hook(layer)
        for module in net.modules()
        if isinstance(module, (torch.nn.Linear, torch.nn.Conv2d))
    ]
    handles += [
        part.register_forward_hook(projection(module, name))
        for module in net.modules()
        if isinstance(module, (Usual, FluxAttention))
        for name in ("to_q", "to_k", "add_q_proj", "add_k_proj")
        if isinstance(part := getattr(module, name, None), torch.nn.Module)
    ]
    with torch.no_grad():
        net(*args, **kwargs)
    for handle in handles:
        handle.remove()
    for shapes in lengths.values():
        rows, _, width = shapes["to_q"]
        queries = sum(shapes[name][1] for name in ("to_q", "add_q_proj") if name in shapes)
        keys = sum(shapes[name][1] for name in ("to_k", "add_k_proj") if name in shapes)
        total.append(2 * rows * queries * keys * width)  # the weights, and the mixture
    return sum(total)


@pytest.mark.parametrize("name", ["sd", "sdxl", "sd3", "flux", "pixart"])
def test_multiply_adds_equal_a_count_by_layers(name):
    net, (args, kwargs) = called(name)
    whole = anatomy(net, args, kwargs)
    rows = len(args[0] if args else kwargs["hidden_states"])
    assert not whole.missing
    assert whole.multiply_adds * rows == counted(net, args, kwargs) == multiply_adds(net, *args, **kwargs)[0]


@pytest.mark.parametrize("name", tiny.NAMES)
def test_parts_are_the_whole(name):
    net = network(tiny.build(name))
    places = places_of(net)
    members = [member for place in places for member in place.members]
    assert len(set(members)) == len(members)
    net, (args, kwargs) = called(name, **({} if name != "lcm" else {"num_images_per_prompt": 1}))
    whole = anatomy(net, args, kwargs)
    assert whole.parameters == sum(value.numel() for value in net.parameters())
    assert whole.unet == hasattr(net, "up_blocks")
    assert bool(whole.skips) == whole.unet


def test_skip_connections_are_the_very_tensors_that_layers_on_the_way_down_made():
    net, (args, kwargs) = called("sd")
    made, taken = {}, []  # which block has made a tensor; which block is given which

    def note(block):
        def hook(_, __, output):
            value = output if isinstance(output, torch.Tensor) else output[0]
            made[id(value)] = (block, value)

        return hook

    def take(block):
        def hook(_, __, kwargs):
            taken.extend((made[id(each)][0], block, *each.shape[1:]) for each in reversed(kwargs["res_hidden_states_tuple"]))

        return hook

    handles = [net.conv_in.register_forward_hook(note("in"))]
    for at, block in enumerate(net.down_blocks):
        handles += [
            module.register_forward_hook(note(f"down_blocks.{at}")) for module in block.modules() if module is not block
        ]
    handles += [
        block.register_forward_pre_hook(take(f"up_blocks.{at}"), with_kwargs=True) for at, block in enumerate(net.up_blocks)
    ]
    net(*args, **kwargs)
    for handle in handles:
        handle.remove()
    found = anatomy(net, args, kwargs).skips
    assert [(skip.source, skip.target, skip.channels, skip.height, skip.width) for skip in found] == taken


def test_where_text_and_timestep_come_in():
    net, (args, kwargs) = called("sd")
    blocks = {block.name: block for block in anatomy(net, args, kwargs).blocks}
    assert [name for name, block in blocks.items() if block.reads_text] == ["down_blocks.1", "mid_block", "up_blocks.0"]
    assert [name for name, block in blocks.items() if block.reads_time] == [
        "down_blocks.0",
        "down_blocks.1",
        "mid_block",
        "up_blocks.0",
        "up_blocks.1",
    ]
    assert blocks["down_blocks.1"].layers == {"resnet": 1, "transformer": 1}
    net, (args, kwargs) = called("flux")
    blocks = [block for block in anatomy(net, args, kwargs).blocks if block.role in ("joint", "single")]
    assert blocks
    assert all(block.reads_text and block.reads_time for block in blocks)
    assert {(block.height, block.width) for block in blocks} == {(8, 8)}


def test_stable_diffusion_15_is_counted_without_its_weights():
    x, text = torch.empty(1, 4, 64, 64, device="meta"), torch.empty(1, 77, 768, device="meta")
    whole = anatomy(sd_15(), (x, torch.empty(1, device="meta"), text), {})
    assert whole.parameters == 859_520_964  # as its model card has it
    assert 330e9 < whole.multiply_adds < 420e9
    assert len(whole.skips) == 12


def test_hooks_of_others_are_not_called():
    net, (args, kwargs) = called("sd")
    calls = []
    handle = net.mid_block.register_forward_hook(lambda *_: calls.append(1))
    anatomy(net, *shapes_of((args, kwargs)))
    handle.remove()
    assert not calls


def test_what_can_not_be_called_is_still_taken_apart():
    net, _ = called("sd")
    whole = anatomy(net, (), {})
    assert whole.missing
    assert whole.multiply_adds is None
    assert whole.parameters == sum(value.numel() for value in net.parameters())


def test_a_network_without_blocks_is_refused():
    with pytest.raises(UnfitPipelineError, match="Linear has no blocks"):
        places_of(torch.nn.Linear(2, 2))
