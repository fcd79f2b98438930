"""What a denoiser is built of: its blocks with their sizes, their parameters and what they cost, and how they are joined.

A call of the network is made once more on shapes alone, as `diffexplain.core.costs` counts it.
"""

from __future__ import annotations

import functools
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import torch

from diffexplain.core import costs
from diffexplain.core.attention.layers import layers_of
from diffexplain.core.attention.options import Attention
from diffexplain.core.attention.view import view_of
from diffexplain.core.blocks import Place, is_unet, places_of
from diffexplain.core.features import maps_of_output
from diffexplain.core.safe_reading import reading
from diffexplain.errors import AttentionError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from diffexplain.core.blocks import Role


@dataclass(frozen=True)
class Block:
    """A part of a denoiser, as it works on one picture.

    Attributes:
        name: See `diffexplain.core.blocks.Place`, as are role and members.
        role: What it is for.
        members: Names of its modules.
        parameters: How many numbers it has learned.
        multiply_adds: Multiplications with an addition each, for one picture in one pass; None where they can't be counted. Those of
            convolutions, linear layers and attention; what is left out (norms, activations) is little beside them.
        channels: Of its feature map; 0 where it has none.
        height: Of its feature map.
        width: Of its feature map.
        layers: How many of each kind of layer it has: "resnet", "transformer".
        reads_text: Whether the text comes in here, through attention.
        reads_time: Whether the timestep comes in here.
    """

    name: str
    role: Role
    members: tuple[str, ...]
    parameters: int
    multiply_adds: int | None
    channels: int
    height: int
    width: int
    layers: Mapping[str, int]
    reads_text: bool
    reads_time: bool


@dataclass(frozen=True)
class Skip:
    """A skip connection: what one block hands to another, past all that is between them.

    Attributes:
        source: Name of the block that it comes from.
        target: Name of the block that takes it in.
        channels: Of what is handed on.
        height: Of what is handed on.
        width: Of what is handed on.
    """

    source: str
    target: str
    channels: int
    height: int
    width: int


@dataclass(frozen=True)
class Anatomy:
    """A denoiser, taken apart.

    Attributes:
        unet: Whether it goes down and up again; else it is a row of transformer blocks, without skip connections.
        blocks: All its parts, which together are the whole.
        skips: Its skip connections, in the order in which they are taken in.
        missing: Why sizes or costs could not be had; empty where they could.
    """

    unet: bool
    blocks: tuple[Block, ...]
    skips: tuple[Skip, ...]
    missing: str = ""

    @property
    def parameters(self) -> int:
        """Of the whole network."""
        return sum(block.parameters for block in self.blocks)

    @property
    def multiply_adds(self) -> int | None:
        """Of the whole network, for one picture in one pass."""
        counts = [block.multiply_adds for block in self.blocks]
        return None if None in counts else sum(count or 0 for count in counts)


def anatomy(denoiser: torch.nn.Module, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> Anatomy:
    """Take a denoiser apart.

    Args:
        denoiser: A unet or transformer of diffusers, which stays as it is: its hooks are not called.
        args: Of a call of it: of its tensors only the shapes count, and they may be on any device, "meta" among them.
        kwargs: Likewise.

    Raises:
        UnfitPipelineError: It has no blocks that are known.
    """
    places = places_of(denoiser)
    call = _Call(places)
    missing: dict[str, str] = {}
    with reading(missing, "sizes"):
        call.make(denoiser, args, dict(kwargs))
    readers = _readers(denoiser)
    blocks = tuple(_block(denoiser, place, call, readers) for place in places)
    skips = _skips(denoiser, places, call.taken_in)
    return Anatomy(is_unet(denoiser), blocks, skips, missing.get("sizes", ""))


class _Call:
    """One call on shapes alone.

    Attributes:
        sizes: (channels, height, width) of each place's feature map.
        counts: Multiply-adds of each module; empty where they can't be counted.
        rows: How many pictures it was of.
        taken_in: The skip connections that each block was given: their shapes, in the order in which it takes them.
    """

    def __init__(self, places: list[Place]) -> None:
        self.places = places
        self.sizes: dict[str, tuple[int, int, int]] = {}
        self.counts: Mapping[str, int] = {}
        self.rows = 1
        self.taken_in: dict[str, list[torch.Size]] = {}

    def make(self, denoiser: torch.nn.Module, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        args, kwargs = costs.shapes_of((args, kwargs))
        network = costs.without_numbers(denoiser)
        x: Any = args[0] if args else kwargs.get("sample", kwargs.get("hidden_states"))
        rows = len(x)
        view = _view(network, args, kwargs)
        for place in self.places:
            if place.tap:
                network.get_submodule(place.tap).register_forward_hook(functools.partial(self._handed_on, place, view))
            if place.role == "up":
                take = functools.partial(self._taken, place)
                network.get_submodule(place.name).register_forward_pre_hook(take, with_kwargs=True)
        self.counts = costs.counted(network, args, kwargs).by_module
        self.rows = rows

    def _handed_on(self, place: Place, view: Any, _: Any, __: Any, output: Any) -> None:
        _, *size = maps_of_output(output, place, view).shape
        self.sizes[place.name] = (size[0], size[1], size[2])

    def _taken(self, place: Place, _: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        given = kwargs.get("res_hidden_states_tuple", args[1] if len(args) > 1 else ())
        self.taken_in[place.name] = [each.shape for each in reversed(given)]

    def multiply_adds(self, place: Place) -> int | None:
        if not self.counts:
            return None
        return sum(self.counts.get(name, 0) for name in place.members if name) // self.rows


def _view(network: torch.nn.Module, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """Return how the places of the picture lie. Packed ones say so in numbers, which shapes don't have: there their count is enough."""
    ids = kwargs.get("img_ids")
    if ids is None:
        return view_of(network, args, kwargs)
    count = ids.shape[-2]
    rows = next(side for side in range(int(count**0.5), 0, -1) if count % side == 0)
    own = torch.zeros(count, 3)
    own[:, 1], own[:, 2] = torch.arange(count) // (count // rows), torch.arange(count) % (count // rows)
    return view_of(network, args, {**kwargs, "img_ids": own})


def _block(denoiser: torch.nn.Module, place: Place, call: _Call, readers: list[str]) -> Block:
    modules = [denoiser.get_submodule(name) for name in place.members if name]
    own = [*denoiser.parameters(recurse=False)] if "" in place.members else []
    inside = [
        (f"{name}.{path}", each)
        for name in place.members
        if name
        for path, each in denoiser.get_submodule(name).named_modules()
    ]
    channels, height, width = call.sizes.get(place.name, (0, 0, 0))
    return Block(
        name=place.name,
        role=place.role,
        members=place.members,
        parameters=sum(value.numel() for value in [*own, *(each for module in modules for each in module.parameters())]),
        multiply_adds=call.multiply_adds(place),
        channels=channels,
        height=height,
        width=width,
        layers=dict(Counter(kind for _, module in inside if (kind := _kind(module)))),
        reads_text=place.is_block and any(reader.startswith(f"{place.name}.") for reader in readers),
        reads_time=place.is_block and any(_takes_time(path, module) for path, module in inside),
    )


def _kind(module: torch.nn.Module) -> str:
    name = type(module).__name__
    return "resnet" if name.startswith("Resnet") else "transformer" if name.endswith("TransformerBlock") else ""


def _takes_time(path: str, module: torch.nn.Module) -> bool:
    return (
        path.endswith("time_emb_proj")
        or type(module).__name__.startswith("AdaLayerNorm")
        or hasattr(module, "scale_shift_table")
    )


def _readers(denoiser: torch.nn.Module) -> list[str]:
    try:
        return [layer.name for layer in layers_of(denoiser, Attention())]
    except AttentionError:
        return []


def _skips(denoiser: torch.nn.Module, places: list[Place], taken_in: Mapping[str, list[torch.Size]]) -> tuple[Skip, ...]:
    """Return the skip connections. Every layer on the way down leaves one, and each block on the way up takes the newest of them."""
    if not is_unet(denoiser):
        return ()
    left = ["in"]
    for place in places:
        if place.role == "down":
            block: Any = denoiser.get_submodule(place.name)
            left += [place.name] * (len(getattr(block, "resnets", ())) + bool(getattr(block, "downsamplers", None)))
    skips = []
    for place in places:
        shapes = taken_in.get(place.name, ())
        for shape in shapes:
            source = left.pop() if left else ""
            skips.append(Skip(source, place.name, *(int(side) for side in shape[1:])))
    return tuple(skips)
