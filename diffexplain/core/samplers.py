"""The samplers to choose from: a short list of names, each a diffusers scheduler with every flag set explicitly.

Why not ``SomeScheduler.from_config(pipe.scheduler.config)``: it silently drops the keys that the source left at its defaults,
so the new class's own defaults rule. Two samplers made that way differ in timestep spacing, clipping and first timestep, and a
comparison of them compares the flags. And many schedulers run without an error on a model that they do not fit; only those are
listed that fit.
"""

from __future__ import annotations

import copy
import difflib
import functools
from typing import TYPE_CHECKING, Any

from diffexplain.core.calling import signature_of
from diffexplain.core.levels import is_flow, require_readable
from diffexplain.core.sampler_flags import SPACINGS, diffusion_model, flags_of, flow_model, spaced, why_not
from diffexplain.core.sampler_list import SAMPLERS, Sampler
from diffexplain.core.wrapping import plain_type
from diffexplain.errors import UnknownSamplerError, UnsupportedSchedulerError
from diffexplain.i18n import say

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = [
    "SAMPLERS",
    "SPACINGS",
    "Sampler",
    "available",
    "build",
    "fresh",
    "name_of",
    "spacings",
    "with_flags",
    "with_room_for",
]


_DISTILLED = frozenset({"LCMScheduler", "TCDScheduler"})  # models made for their own sampler alone
_NO_PICTURE_PREDICTION = frozenset({"euler_a", "pndm", "dpm2", "dpm2_a"})  # diffusers has no prediction_type="sample" for these
_NO_ZERO_SIGNAL = frozenset(  # and no rescale_betas_zero_snr for these
    {"heun", "lms", "pndm", "dpm2", "dpm2_a", "dpmpp_2s", "deis", "sa_solver"}
)
_NO_SHIFT_BY_SIZE = frozenset({"flow_heun", "flow_dpmpp_2m", "flow_unipc"})  # as Flux does it: here or in its pipeline's call


def available(scheduler: Any, *, levels_given: bool = False) -> tuple[Sampler, ...]:
    """Return the samplers that fit the model of a pipeline, judged by the scheduler that came with it.

    Args:
        scheduler: The pipeline's scheduler (any that diffexplain can read), or one that `build` made from it.
        levels_given: Whether the pipeline hands its scheduler the noise levels, see `calling.lays_out_levels`: not every one takes them.

    Returns:
        Diffusion or flow samplers, never both; none for a model distilled for its own sampler (LCM, TCD) or for a scheduler
        that diffexplain cannot read.
    """
    fitting = _of_the_model(scheduler)
    return tuple(sampler for sampler in fitting if _takes_levels(sampler.scheduler)) if levels_given else fitting


def _of_the_model(scheduler: Any) -> tuple[Sampler, ...]:
    try:
        require_readable(scheduler)
    except UnsupportedSchedulerError:
        return ()
    if type(scheduler).__name__ in _DISTILLED:
        return ()
    config = scheduler.config
    refused: frozenset[str] = frozenset()
    if is_flow(scheduler):
        refused = _NO_SHIFT_BY_SIZE if config.get("use_dynamic_shifting") else frozenset()
        return tuple(sampler for sampler in SAMPLERS.values() if sampler.family == "flow" and sampler.name not in refused)
    if config.get("prediction_type") in {"sample", "original_sample"}:
        refused |= _NO_PICTURE_PREDICTION
    if config.get("rescale_betas_zero_snr"):
        refused |= _NO_ZERO_SIGNAL
    return tuple(sampler for sampler in SAMPLERS.values() if sampler.family == "diffusion" and sampler.name not in refused)


def _takes_levels(scheduler: str) -> bool:
    import diffusers

    return "sigmas" in signature_of(getattr(diffusers, scheduler), "set_timesteps").parameters


def spacings(name: str) -> tuple[str, ...]:
    """Return the spacings that a sampler can do, and does right."""
    return tuple(spacing for spacing in SPACINGS if why_not(name, spacing) is None)


def build(name: str, scheduler: Any, spacing: str | None = None, *, levels_given: bool = False) -> Any:
    """Return a fresh diffusers scheduler for a model, ready to be assigned to ``pipe.scheduler``.

    What belongs to the model (betas, prediction type, flow shift) is taken from the given scheduler; everything else is set
    here, the same for all samplers: leading timesteps from 1 up (trailing where the given scheduler says so, as models for few
    steps and for zero terminal signal need), no clipping, no Karras sigmas, the last step to no noise at all (DDIM: to the
    first training level, as Stable Diffusion does).

    Args:
        name: One of the names of `available`.
        scheduler: The pipeline's present scheduler. It is not changed.
        spacing: How to lay out the timesteps, one of `spacings` of this sampler; None for the model's usual.
        levels_given: As in `available`.

    Raises:
        UnknownSamplerError: For a name that is not in the list or does not fit the model, or a spacing that the sampler does not
            have or that diffusers gets wrong for it.
        UnsupportedSchedulerError: For a scheduler that diffexplain cannot read.
    """
    require_readable(scheduler)
    fitting = {sampler.name: sampler for sampler in available(scheduler, levels_given=levels_given)}
    if name not in fitting:
        raise UnknownSamplerError(_refusal(name, type(scheduler).__name__, list(fitting)))
    import diffusers

    sampler = fitting[name]
    model = flow_model(scheduler.config) if sampler.family == "flow" else diffusion_model(scheduler.config)
    flags = {**flags_of(name, model, scheduler.config), **sampler.options}
    if spacing is not None:
        reason = why_not(name, spacing)
        if reason is not None:
            raise UnknownSamplerError(reason)
        flags |= spaced(spacing)
    return with_flags(getattr(diffusers, sampler.scheduler), flags)


def with_room_for(steps: int, scheduler: Any) -> Any:
    """Return the scheduler, or where so many steps would begin outside the timesteps of training, one like it without an offset.

    Leading spacing with an offset of 1 begins 1,000 steps of 1,000 at timestep 1,000, which there is not; DPM-Solver++ and
    UniPC 999 of them too. diffusers finds out in the middle of a run, with an IndexError.
    """
    if scheduler.config.get("steps_offset"):
        scheduler.set_timesteps(steps)
        if max(scheduler.timesteps) >= scheduler.config.num_train_timesteps:
            return fresh(scheduler, steps_offset=0)
    return scheduler


def fresh(scheduler: Any, **changes: Any) -> Any:
    """Return a new scheduler of the same class and flags, without a history.

    Not ``from_config``, which forgets flags that were set after the scheduler was made, as pipelines do with the offset.

    Args:
        scheduler: Any diffusers scheduler; it stays as it is.
        **changes: Flags to set otherwise.
    """
    return with_flags(plain_type(scheduler), {**scheduler.config, **changes})


def with_flags(cls: type, config: Mapping[str, Any]) -> Any:
    """Return a scheduler of this class with all flags of a configuration that it knows."""
    known = signature_of(cls, "__init__").parameters  # also of a user's subclass that hands its arguments on
    flags = {name: value for name, value in config.items() if name in known}
    if not all(value is None or isinstance(value, (bool, int, float, str)) for value in flags.values()):
        return cls(**flags)
    return copy.deepcopy(_unused(cls, **flags))


@functools.lru_cache(maxsize=64, typed=True)  # 1, 1.0 and True are three values of a flag
def _unused(cls: type, **flags: Any) -> Any:
    """Return a scheduler to copy, never to be run: KDPM2's constructor works out a thousand timesteps, longer than some runs take."""
    return cls(**flags)


def name_of(scheduler: Any) -> str | None:
    """Return the name of the sampler that a scheduler is, or None for one outside the list (PNDM, an SDE variant ...)."""
    for sampler in SAMPLERS.values():
        if type(scheduler).__name__ == sampler.scheduler and all(
            scheduler.config.get(key) == value for key, value in sampler.options.items()
        ):
            return sampler.name
    return None


def _refusal(name: str, scheduler: str, allowed: list[str]) -> str:
    if not allowed:
        return say(
            "No other sampler fits the model of a {scheduler}: it was distilled for that one alone. Keep the scheduler it has.",
            scheduler=scheduler,
        )
    if name in SAMPLERS:
        return say("{name!r} does not fit this pipeline's model. Use one of {allowed}.", name=name, allowed=", ".join(allowed))
    close = difflib.get_close_matches(name, allowed, n=1)
    if not close:
        return say("{name!r} is not a sampler. Use one of {allowed}.", name=name, allowed=", ".join(allowed))
    return say(
        "{name!r} is not a sampler. Use one of {allowed}. Did you mean {near!r}?",
        name=name,
        allowed=", ".join(allowed),
        near=close[0],
    )
