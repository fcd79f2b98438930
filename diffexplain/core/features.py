"""Feature maps: what each block of a denoiser hands on, heard while a run goes on and kept within a budget of bytes."""

from __future__ import annotations

import functools
import threading
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import torch

from diffexplain.core.attention.listener import maps_of
from diffexplain.core.attention.options import is_part
from diffexplain.core.attention.shares import capped, resized
from diffexplain.core.attention.view import View, view_of
from diffexplain.core.blocks import Place, places_of
from diffexplain.core.memory import readable
from diffexplain.core.numerals import whole_number
from diffexplain.core.safe_reading import reason_of
from diffexplain.errors import FeatureError
from diffexplain.i18n import say

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from diffexplain.core.guidance import CallRows, Half

SIDES = (32, 16, 8, 4)
BUDGET = 2**29
_BYTES, _LARGEST = 2, 65504.0  # of half precision


@dataclass(frozen=True)
class Features:
    """What to keep of a run's feature maps: ``record(pipe, features=Features(blocks="up_blocks", side=16))``.

    They are kept in half precision, for both halves of guidance; values beyond its range as the largest that it has. Maps that
    are larger than ``side`` are made smaller by area: each value is the mean of its places.

    Attributes:
        blocks: Names of blocks, or whole parts of names ("mid_block", "up_blocks.1"); None for all, with what comes before
            and after them ("in", "out").
        steps: Indices of the steps to keep, e.g. ``range(0, 50, 5)``; None for all.
        side: The longest side of a map, 1 or more; None for 32, or the largest of 16, 8 and 4 with which all of it stays in the budget.
        budget_bytes: What all of it may take in main memory. More is refused at the first step.
    """

    blocks: str | tuple[str, ...] | None = None
    steps: tuple[int, ...] | None = None
    side: int | None = None
    budget_bytes: int = BUDGET

    def __post_init__(self) -> None:
        for name in ("blocks", "steps"):
            value = getattr(self, name)
            if value is not None:
                object.__setattr__(self, name, (value,) if isinstance(value, str) else tuple(value))
        for name in ("side", "budget_bytes"):
            value = getattr(self, name)
            number = whole_number(value)
            if value is not None and (number is None or number < 1):
                raise FeatureError(say("{name} must be a whole number above 0, not {value!r}", name=name, value=value))

    def wants(self, name: str) -> bool:
        """Return whether a block of this name is to be kept."""
        return self.blocks is None or any(is_part(part, name) for part in self.blocks)


@dataclass(frozen=True, eq=False)
class StepFeatures:
    """The feature maps of one step.

    Attributes:
        kept: For each half of guidance and each block (rows, channels, height, width), half precision, on the CPU. A row is a picture.
        side: The longest side that was kept; larger maps are means of their places.
        grids: (height, width) of each block's own map.
    """

    kept: Mapping[Half, Mapping[str, torch.Tensor]] = field(repr=False)
    side: int
    grids: Mapping[str, tuple[int, int]] = field(repr=False)

    @property
    def blocks(self) -> tuple[str, ...]:
        """Names of the blocks, in the order of the network."""
        return tuple(self.kept["cond"])

    @property
    def halves(self) -> tuple[Half, ...]:
        """Which there are: "cond", and "uncond" where the denoiser is asked without the prompt, too."""
        return tuple(self.kept)

    def of(self, block: str, half: Half = "cond", row: int = 0) -> torch.Tensor:
        """Return the maps of a block, (channels, height, width).

        Raises:
            FeatureError: There is no such block or half.
        """
        if half not in self.kept or block not in self.kept[half]:
            raise FeatureError(
                say(
                    "no feature maps of {block!r} ({half}) were kept; there are: {names} ({halves})",
                    block=block,
                    half=half,
                    names=", ".join(self.blocks),
                    halves=", ".join(self.halves),
                )
            )
        return self.kept[half][block][row]


class FeatureListener:
    """Hears what each block hands on, as long as it is entered. The denoiser's output stays equal to the bit.

    Listening ends no run: where it fails there are no feature maps from there on, and ``missing`` says why. What was asked for by
    options is refused in the run's first step, though.
    """

    missing: str
    side: int | None  # None until the first call has shown how large everything is
    thread: int | None  # on which the call that is listened to goes on
    view: View | None

    def __init__(self, denoiser: torch.nn.Module, options: Features, *, strict: bool = True) -> None:
        """Find the blocks.

        Raises:
            UnfitPipelineError: The denoiser has none that are known.
            FeatureError: None that was asked for.
        """
        self.denoiser, self.options, self.strict = denoiser, options, strict
        places = [place for place in places_of(denoiser) if place.tap]
        self.places = [place for place in places if options.wants(place.name)]
        if not self.places:
            raise FeatureError(
                say(
                    "no block's name has {wanted} in it; the blocks are: {names}",
                    wanted=" / ".join(options.blocks or ()),
                    names=", ".join(place.name for place in places),
                )
            )
        self.hooks = ExitStack()
        self.start()

    def __enter__(self) -> FeatureListener:
        for place in self.places:
            hook = functools.partial(self._heard, place)
            self.hooks.callback(self.denoiser.get_submodule(place.tap).register_forward_hook(hook).remove)
        return self

    def __exit__(self, *_: object) -> None:
        self.hooks.close()
        self.thread = None

    def start(self) -> None:
        """Begin a run."""
        self.missing, self.side, self.steps, self.first, self.settled = "", self.options.side, 1, True, False
        self.calls: list[
            dict[int, dict[str, torch.Tensor]]
        ] = []  # by side: all that may be chosen, until the first step has shown what fits
        self.grids: dict[str, tuple[int, int]] = {}
        self.call: dict[int, dict[str, torch.Tensor]] = {}  # the one that goes on
        self.thread, self.view = None, None

    def plan(self, steps: int) -> None:
        """Note how many steps the run will have."""
        wanted = self.options.steps
        self.steps = steps if wanted is None else max(1, sum(index < steps for index in wanted))

    def begin(self, index: int, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        """Begin a call of the denoiser on this thread, for this step."""
        self.call, self.thread, self.first = {}, None, index == 0
        if self.missing or (self.options.steps is not None and index not in self.options.steps):
            return
        with self._reading():
            self.view, self.thread = view_of(self.denoiser, args, kwargs), threading.get_ident()

    def _heard(self, place: Place, _: Any, __: Any, output: Any = None) -> None:
        if self.thread != threading.get_ident() or self.missing or self.view is None:
            return
        with self._reading(), torch.no_grad():
            maps = maps_of_output(output, place, self.view)
            self.grids[place.name] = (maps.shape[-2], maps.shape[-1])
            for side in SIDES if self.side is None or not (self.settled or self.options.side) else (self.side,):
                small = resized(maps.float(), capped(self.grids[place.name], side)).clamp(-_LARGEST, _LARGEST)
                self.call.setdefault(side, {})[place.name] = small.half().cpu()

    def end(self) -> None:
        """End the call of the denoiser.

        Raises:
            FeatureError: All of it would take more than the budget allows.
        """
        if self.thread is None:
            self.calls.append({})
            return
        self.calls.append(self.call)
        self.thread, self.view, self.call = None, None, {}
        if not self.settled:
            with self._reading():
                self._settle()

    def _settle(self) -> None:
        """Choose the largest side that fits what the first step takes, as far as it has come."""
        if not any(self.calls):
            raise FeatureError(say("none of the blocks was heard: they were not called as modules"))
        sizes: dict[int, int] = {}
        for call in self.calls:
            for side, kept in call.items():
                sizes[side] = sizes.get(side, 0) + self.steps * sum(maps.nbytes for maps in kept.values())
        fitting = [side for side, size in sizes.items() if size <= self.options.budget_bytes]
        if not fitting:
            side, size = list(sizes.items())[-1]
            raise FeatureError(
                say(
                    "feature maps of {blocks} blocks at {steps} steps take {asked} with side={side}, and budget_bytes allows {limit}. "
                    "Take fewer steps (steps=range(0, {steps}, 2)), fewer blocks, a smaller side, or budget_bytes={bytes}.",
                    blocks=len(self.grids),
                    steps=self.steps,
                    asked=readable(size),
                    side=side,
                    limit=readable(self.options.budget_bytes),
                    bytes=size,
                )
            )
        self.side = fitting[0]

    def take(self, where: Mapping[Half, CallRows]) -> StepFeatures | None:
        """Return what the calls since the last step have given; None where it was not asked for, or the halves can't be told apart.

        Args:
            where: For each half of guidance, in which of the calls it was, and which rows are its own.
        """
        calls, self.calls = self.calls, []
        self.settled = self.settled or any(calls)
        if self.side is None:
            return None
        chosen = [call.get(self.side, {}) for call in calls]
        kept = {half: {name: maps.clone() for name, maps in each.items()} for half, each in maps_of(chosen, where).items()}
        if "cond" not in kept:
            return None
        return StepFeatures(kept, self.side, dict(self.grids))

    @contextmanager
    def _reading(self) -> Iterator[None]:
        try:
            yield
        except Exception as error:
            if self.strict and self.first and isinstance(error, FeatureError):
                raise
            self.missing, self.thread, self.call = self.missing or reason_of(error), None, {}
            self.calls = [{} for _ in self.calls]


def feature_listener_of(features: Any) -> Callable[[torch.nn.Module], FeatureListener] | None:
    """Return what makes a listener as a caller of `record` asks for one; None for nothing. Options are strict, True is not.

    Raises:
        FeatureError: For anything but True, False and `Features`.
    """
    if features is None or features is False:
        return None
    if features is not True and not isinstance(features, Features):
        raise FeatureError(say("features must be True, False or diffexplain.Features(...), not {value!r}", value=features))
    options = Features() if features is True else features
    return functools.partial(FeatureListener, options=options, strict=features is not True)


def maps_of_output(output: Any, place: Place, view: View) -> torch.Tensor:
    """Return what a block hands on as (rows, channels, height, width): of positions in a row, those of the picture in their rows."""
    value = _picture(output)
    if value.ndim == 4:
        return value.detach()
    positions = view.picture or (view.height // view.patch) * (view.width // view.patch)
    if value.ndim != 3 or value.shape[1] < positions:
        raise FeatureError(
            say(
                "block {block} hands on {shape}, and diffexplain doesn't know how its places lie",
                block=place.name,
                shape="x".join(map(str, value.shape)),
            )
        )
    own = value[:, :positions].detach()
    return own.transpose(1, 2).reshape(len(own), -1, *view.grid(place.name, positions))


def _picture(output: Any) -> torch.Tensor:
    """Return the picture's part of what a block gives back: beside the text's it comes last, beside skip connections first."""
    if isinstance(output, torch.Tensor):
        return output
    values = list(output.values()) if isinstance(output, dict) else list(output)
    tensors = [value for value in values if isinstance(value, torch.Tensor)]
    value: torch.Tensor = tensors[-1] if len(values) == len(tensors) > 1 or values[0] is None else tensors[0]
    return value
