"""Weaken or cut a part of a denoiser while a block lasts, to see what it is good for.

Every part here is something that is added to what goes by: what a block adds to what it is given, what a skip connection brings, what
is read of the text. So a strength is a factor: 1 leaves all as it is, to the bit, 0 leaves the part out, more makes it stronger.
"""

from __future__ import annotations

import functools
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, get_args

import torch

from diffexplain.core.attention.layers import layers_of
from diffexplain.core.attention.options import Attention
from diffexplain.core.blocks import is_unet, places_of
from diffexplain.core.numerals import real_number
from diffexplain.errors import AttentionError, WeakeningError
from diffexplain.i18n import say

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from diffexplain.core.attention.layers import Layer

Part: TypeAlias = Literal["block", "skip", "backbone", "text"]
PARTS: tuple[Part, ...] = get_args(Part)
MOST = 4.0


@dataclass(frozen=True)
class Weakening:
    """A part of a denoiser, and how much of it is left.

    Attributes:
        part: "block": what a block adds. Cut, it hands on what it was given; where it changes channels or size, its shortcut still does.
            "skip": what skip connections bring into a block on the way up. "backbone": what comes to it from below. Both factors
            are those of FreeU (Si et al. 2023), here for all channels and frequencies alike. "text": what the block reads of the
            text: its cross-attention, or, where text and picture attend to each other, the text's values.
        block: Name of the block; empty for every one that has the part.
        strength: 0 (cut) to 4; 1 leaves it as it is.

    Raises:
        WeakeningError: For a part or a strength that is none.
    """

    part: Part
    block: str = ""
    strength: float = 0.0

    def __post_init__(self) -> None:
        if self.part not in PARTS:
            raise WeakeningError(say("part must be one of {allowed}, not {value!r}", allowed=", ".join(PARTS), value=self.part))
        number = real_number(self.strength)
        if number is None or not 0 <= number <= MOST:
            raise WeakeningError(
                say("strength must be a number from 0 to {most:g}, not {value!r}", most=MOST, value=self.strength)
            )
        object.__setattr__(self, "strength", number)


def weakenable(denoiser: torch.nn.Module) -> dict[Part, list[str]]:
    """Return which blocks have each part, in the order of the network; parts that none has are left out."""
    blocks = [place for place in places_of(denoiser) if place.is_block]
    readers = _readers(denoiser)
    unet = is_unet(denoiser)
    ups = [place.name for place in blocks if unet and place.role == "up" and _resnets(denoiser.get_submodule(place.name))]
    having: dict[Part, list[str]] = {
        "block": [place.name for place in blocks if not unet or _adding(denoiser.get_submodule(place.name))],
        "skip": ups,
        "backbone": ups,
        "text": [place.name for place in blocks if any(_is_in(place.name, layer.name) for layer in readers)],
    }
    return {part: names for part, names in having.items() if names}


@contextmanager
def weakened(denoiser: torch.nn.Module, *weakenings: Weakening) -> Iterator[None]:
    """Weaken parts of a denoiser in this block. Afterwards it is as it was, however the block ends.

    The hooks are on the module objects: of a network that others use meanwhile take a twin (see `diffexplain.core.twins`).

    Raises:
        WeakeningError: A block is not there, or has no such part.
    """
    having = weakenable(denoiser)
    chosen = [(each, names) for each in weakenings for names in [_chosen(each, having)]]
    readers = _readers(denoiser)
    with ExitStack() as undo:
        for each, names in chosen:
            if each.strength == 1:
                continue
            for name in names:
                block: Any = denoiser.get_submodule(name)
                for handle in _HOOKS[each.part](block, each.strength, [one for one in readers if _is_in(name, one.name)]):
                    undo.callback(handle.remove)
        yield


def _chosen(asked: Weakening, having: dict[Part, list[str]]) -> list[str]:
    names = having.get(asked.part, [])
    if not names:
        raise WeakeningError(
            say(
                "this network has no {part} to weaken; it has: {parts}",
                part=asked.part,
                parts=", ".join(having),
            )
        )
    if asked.block and asked.block not in names:
        raise WeakeningError(
            say(
                "{block!r} is no block with {part}; those are: {names}",
                block=asked.block,
                part=asked.part,
                names=", ".join(names),
            )
        )
    return [asked.block] if asked.block else names


def _whole(block: Any, strength: float, _: list[Layer]) -> Iterator[Any]:
    adding = _adding(block)
    if not adding:
        yield block.register_forward_hook(functools.partial(_less_change, strength), with_kwargs=True)
    for module in adding:
        yield module.register_forward_hook(functools.partial(_times, strength))


def _skip(block: Any, strength: float, _: list[Layer]) -> Iterator[Any]:
    def less(__: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[tuple[Any, ...], dict[str, Any]]:
        name = "res_hidden_states_tuple"
        if name in kwargs:
            return args, {**kwargs, name: tuple(strength * each for each in kwargs[name])}
        return (args[0], tuple(strength * each for each in args[1]), *args[2:]), kwargs

    yield block.register_forward_pre_hook(less, with_kwargs=True)


def _backbone(block: Any, strength: float, _: list[Layer]) -> Iterator[Any]:
    brought: list[int] = []  # channels of the skip connections, the next one last

    def note(__: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        brought[:] = [each.shape[1] for each in kwargs.get("res_hidden_states_tuple", args[1] if len(args) > 1 else ())]

    def less(__: Any, args: tuple[Any, ...]) -> tuple[Any, ...]:
        joined = args[0]  # what comes from below, then what the skip connection brings
        below = joined.shape[1] - (brought.pop() if brought else 0)
        return (torch.cat([strength * joined[:, :below], joined[:, below:]], dim=1), *args[1:])

    yield block.register_forward_pre_hook(note, with_kwargs=True)
    for resnet in _resnets(block):
        yield resnet.register_forward_pre_hook(less)


def _text(block: Any, strength: float, layers: list[Layer]) -> Iterator[Any]:
    for layer in layers:
        if layer.kind == "cross":
            yield layer.module.register_forward_hook(functools.partial(_times, strength))
        elif layer.kind == "joint":
            yield layer.module.add_v_proj.register_forward_hook(functools.partial(_times, strength))
        else:
            yield from _text_of_one_row(block, layer, strength)


def _text_of_one_row(block: Any, layer: Layer, strength: float) -> Iterator[Any]:
    length = [0]

    def note(_: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        text = kwargs.get("encoder_hidden_states", args[1] if len(args) > 1 else None)
        length[0] = text.shape[1] if isinstance(text, torch.Tensor) else 0

    def less(_: Any, __: Any, values: torch.Tensor) -> torch.Tensor:
        return torch.cat([strength * values[:, : length[0]], values[:, length[0] :]], dim=1)

    yield block.register_forward_pre_hook(note, with_kwargs=True)
    yield layer.module.to_v.register_forward_hook(less)


_HOOKS: dict[Part, Callable[[Any, float, list[Layer]], Iterable[Any]]] = {
    "block": _whole,
    "skip": _skip,
    "backbone": _backbone,
    "text": _text,
}


def _times(strength: float, _: Any, __: Any, output: torch.Tensor) -> torch.Tensor:
    return strength * output if strength else torch.zeros_like(output)  # where it is infinite, too


def _less_change(strength: float, _: Any, args: tuple[Any, ...], kwargs: dict[str, Any], output: Any) -> Any:
    """Return what a transformer's block was given, with so much of what it has made of it: picture and text alike."""
    picture = args[0] if args else kwargs["hidden_states"]
    text = args[1] if len(args) > 1 else kwargs.get("encoder_hidden_states")
    if isinstance(output, torch.Tensor):
        return _between(picture, output, strength)
    before = (text, picture) if len(output) > 1 else (picture,)
    return tuple(_between(was, now, strength) for was, now in zip(before, output, strict=True))


def _between(before: Any, after: Any, strength: float) -> Any:
    if not isinstance(after, torch.Tensor):
        return after
    return before + strength * (after - before) if strength else before


def _adding(block: Any) -> list[torch.nn.Module]:
    """Return what ends each branch whose result a U-Net's block adds to what goes by."""
    last: list[torch.nn.Module] = [resnet.conv2 for resnet in _resnets(block) if hasattr(resnet, "conv2")]
    for layer in getattr(block, "attentions", None) or ():
        if hasattr(layer, "proj_out"):
            last.append(layer.proj_out)
        elif getattr(layer, "residual_connection", False):
            last.append(layer.to_out[0])
    return last


def _resnets(block: Any) -> list[Any]:
    return list(getattr(block, "resnets", None) or ())


def _readers(denoiser: torch.nn.Module) -> list[Layer]:
    try:
        return layers_of(denoiser, Attention())
    except AttentionError:
        return []


def _is_in(block: str, layer: str) -> bool:
    return layer.startswith(f"{block}.")
