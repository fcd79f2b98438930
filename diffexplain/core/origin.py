"""Where a run came from: the call of the pipeline that made it, so that it can be made again."""

from __future__ import annotations

import weakref
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import torch

from diffexplain.core.fingerprint import fingerprint
from diffexplain.core.samplers import fresh
from diffexplain.core.twins import original_pipeline

if TYPE_CHECKING:
    from collections.abc import Mapping

    from diffexplain.core.fingerprint import Fingerprint


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
        networks: What they were like before the call; None where that is not known (files of older versions).
        own: Name and flags of a scheduler of the user's own, which a file could not hold: `scheduler` is what it stands on. None for
            one that is here.
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
    networks: Fingerprint | None = None
    own: tuple[str, Mapping[str, Any]] | None = None
    made_by: weakref.ref[Any] | None = field(default=None, repr=False)

    @classmethod
    def of(
        cls,
        pipe: Any,
        scheduler: Any,
        called: type,
        arguments: Mapping[str, Any],
        lora: Any = None,
        networks: Fingerprint | None = None,
    ) -> Origin:
        """Note a call that is about to be made.

        Args:
            pipe: The pipeline to find the networks in.
            scheduler: The scheduler of the call; a fresh one like it is kept.
            called: Class of the pipeline that is called.
            arguments: By name, with the generator.
            lora: LoRA weights for this call alone.
            networks: What the networks are like without those; None to look.
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
            networks=fingerprint(pipe) if networks is None else networks,
            made_by=weakref.ref(original_pipeline(pipe)),
        )

    def within(self, pipe: Any, **changes: Any) -> Origin:
        """Return the same call with the networks of another pipeline object, and other fields changed."""
        return replace(self, made_by=weakref.ref(original_pipeline(pipe)), **changes)

    def __copy__(self) -> Origin:
        return self

    def __deepcopy__(self, _: Any) -> Origin:
        return self  # nothing in it is ever changed, and a copy made in this process has its pipeline at hand

    def generator(self) -> Any:
        """Return fresh generators in the state of the call; None where it had none."""
        made = []
        for device, state in self.generators:
            each = torch.Generator(device)
            each.set_state(state)
            made.append(each)
        if not made:
            return None
        return made if self.listed else made[0]
