"""Where a run came from: the call of the pipeline that made it, so that it can be made again."""

from __future__ import annotations

import functools
import inspect
import weakref
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import torch

from diffexplain.core.samplers import fresh

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from diffexplain.core.trace import Trace


@dataclass(frozen=True, eq=False)
class Origin:
    """A call of a pipeline, as it was before its first line.

    Attributes:
        pipeline: Class name of the pipeline that was called.
        scheduler: Its scheduler, before the call; never run.
        call: The arguments by name, without the generator.
        generators: Device and state of each generator of the call; empty without one.
        listed: Whether the generators came as a list.
        chance: State of the global random numbers, which some pipelines draw from; by device.
        lora: LoRA weights that were set for this run alone; None for those in force.
        missing: Names of arguments that a file could not hold.
        reseeded: Steps at which a fork gave the dice another seed, with it.
        etas: Steps up to which another eta than the call's was in force, with it: that of the fork's parents.
        changed_at: The first step to which the call applies: those before are of another one, that of the fork's parent.
        made_by: The pipeline that the networks are from; it is not kept alive.
    """

    pipeline: str
    scheduler: Any
    call: Mapping[str, Any]
    generators: tuple[tuple[str, torch.Tensor], ...]
    listed: bool
    chance: Mapping[str, torch.Tensor]
    lora: float | Mapping[str, float] | None = None
    missing: tuple[str, ...] = ()
    reseeded: tuple[tuple[int, int], ...] = ()
    etas: tuple[tuple[int, float], ...] = ()
    changed_at: int = 0
    made_by: weakref.ref[Any] | None = field(default=None, repr=False)

    @classmethod
    def of(cls, pipe: Any, scheduler: Any, called: type, arguments: Mapping[str, Any], lora: Any = None) -> Origin:
        """Note a call that is about to be made.

        Args:
            pipe: The pipeline to find the networks in.
            scheduler: The scheduler of the call; a fresh one like it is kept.
            called: Class of the pipeline that is called.
            arguments: By name, with the generator.
            lora: LoRA weights for this call alone.
        """
        call = dict(arguments)
        given = call.pop("generator", None)
        generators = [each for each in (given if isinstance(given, (list, tuple)) else [given]) if each is not None]
        device = torch.device(getattr(pipe, "_execution_device", "cpu"))
        chance = {"cpu": torch.get_rng_state()}
        if device.type == "cuda":
            chance[str(device)] = torch.cuda.get_rng_state(device)
        return cls(
            pipeline=called.__name__,
            scheduler=fresh(scheduler),
            call=call,
            generators=tuple((str(each.device), each.get_state()) for each in generators),
            listed=isinstance(given, (list, tuple)),
            chance=chance,
            lora=lora,
            made_by=weakref.ref(pipe),
        )

    def within(self, pipe: Any, **changes: Any) -> Origin:
        """The same call with the networks of another pipeline object, and other fields changed."""
        return replace(self, made_by=weakref.ref(pipe), **changes)

    def generator(self) -> Any:
        """Fresh generators in the state of the call; None where it had none."""
        made = []
        for device, state in self.generators:
            each = torch.Generator(device)
            each.set_state(state)
            made.append(each)
        if not made:
            return None
        return made if self.listed else made[0]


@contextmanager
def noting_calls(pipe: Any, trace: Trace, returned: Callable[[Any], None]) -> Iterator[None]:
    """In this block, every call of the pipeline is noted as the trace's origin, in full, before its first line.

    What it returns is told to ``returned``.

    Calling an object looks ``__call__`` up in its class alone, so for the time of the block the object has a subclass of its own
    with the same name.
    """
    cls = type(pipe)
    if not callable(pipe):
        yield
        return
    signature = inspect.signature(cls.__call__)
    scheduler = pipe.scheduler

    @functools.wraps(cls.__call__)
    def call(self: Any, *args: Any, **kwargs: Any) -> Any:
        with suppress(TypeError):  # wrong arguments: the call itself says so
            bound = signature.bind(self, *args, **kwargs).arguments
            names = [name for name, each in signature.parameters.items() if each.kind is not each.VAR_KEYWORD]
            given = {name: bound[name] for name in names[1:] if name in bound}
            more: Mapping[str, Any] = next((bound[name] for name in bound if name not in names), {})
            trace.origin = Origin.of(self, scheduler, cls, {**given, **more})
        result = cls.__call__(self, *args, **kwargs)
        returned(result)
        return result

    pipe.__class__ = type(cls.__name__, (cls,), {"__call__": call, "__module__": cls.__module__, "__doc__": cls.__doc__})
    try:
        yield
    finally:
        pipe.__class__ = cls
