"""The samplers to choose from: a short list of names, each a diffusers scheduler with every flag set explicitly.

Why not ``SomeScheduler.from_config(pipe.scheduler.config)``: it silently drops the keys that the source left at its defaults,
so the new class's own defaults rule. Two samplers made that way differ in timestep spacing, clipping and first timestep, and a
comparison of them compares the flags. And many schedulers run without an error on a model that they do not fit; only those are
listed that fit.
"""

from __future__ import annotations

import difflib
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from diffexplain.core.errors import UnknownSamplerError, UnsupportedSchedulerError
from diffexplain.core.levels import is_flow, require_readable

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True)
class Sampler:
    """A way to walk from noise to a picture with the same network.

    Attributes:
        name: How to ask for it, e.g. ``"euler_a"``.
        label: What to show, e.g. ``"Euler ancestral"``.
        family: ``"diffusion"`` (Stable Diffusion and its kin) or ``"flow"`` (Stable Diffusion 3, Flux).
        sentence: What it does, in plain words.
        source: The paper that it comes from.
        scheduler: Class name in diffusers.
        options: The flags that make it this sampler and no other of the same class.
    """

    name: str
    label: str
    family: str
    sentence: str
    source: str
    scheduler: str
    options: Mapping[str, Any] = field(default_factory=dict)


_SAMPLERS = (
    Sampler(
        "ddim",
        "DDIM",
        "diffusion",
        "Guesses the clean picture, then puts the same noise back, a little less of it. No dice: the seed decides everything.",
        "Song, Meng and Ermon 2021, Denoising Diffusion Implicit Models",
        "DDIMScheduler",
    ),
    Sampler(
        "ddpm",
        "DDPM",
        "diffusion",
        "Moves towards the guessed picture and adds a pinch of fresh noise at every step. The original way; wants many steps.",
        "Ho, Jain and Abbeel 2020, Denoising Diffusion Probabilistic Models",
        "DDPMScheduler",
        MappingProxyType({"variance_type": "fixed_small"}),
    ),
    Sampler(
        "euler",
        "Euler",
        "diffusion",
        "Follows the direction of the predicted noise in a straight line to the next noise level.",
        "Karras et al. 2022, Elucidating the Design Space of Diffusion-Based Generative Models",
        "EulerDiscreteScheduler",
    ),
    Sampler(
        "euler_a",
        "Euler ancestral",
        "diffusion",
        "Goes further down than Euler, then adds fresh noise to come back up. The picture keeps changing with more steps.",
        "Crowson 2022, k-diffusion; after Song et al. 2021, Score-Based Generative Modeling through SDEs",
        "EulerAncestralDiscreteScheduler",
    ),
    Sampler(
        "heun",
        "Heun",
        "diffusion",
        "Takes an Euler step, looks again where it lands, and goes by the average of the two directions. Twice the work.",
        "Karras et al. 2022, Elucidating the Design Space of Diffusion-Based Generative Models, algorithm 1",
        "HeunDiscreteScheduler",
    ),
    Sampler(
        "dpmpp_2m",
        "DPM-Solver++ 2M",
        "diffusion",
        "Remembers the last guess of the clean picture and follows the curve through the two. Good pictures in few steps.",
        "Lu et al. 2022, DPM-Solver++: Fast Solver for Guided Sampling of Diffusion Probabilistic Models",
        "DPMSolverMultistepScheduler",
        MappingProxyType(
            {"algorithm_type": "dpmsolver++", "solver_order": 2, "solver_type": "midpoint", "use_flow_sigmas": False}
        ),
    ),
    Sampler(
        "unipc",
        "UniPC",
        "diffusion",
        "Predicts the next point from its memory, then uses the new look to correct it at no extra cost.",
        "Zhao et al. 2023, UniPC: A Unified Predictor-Corrector Framework for Fast Sampling of Diffusion Models",
        "UniPCMultistepScheduler",
        MappingProxyType({"solver_order": 2, "solver_type": "bh2", "predict_x0": True, "use_flow_sigmas": False}),
    ),
    Sampler(
        "lms",
        "Linear multistep",
        "diffusion",
        "Remembers up to four directions and goes by a weighted mix of them.",
        "Crowson 2022, k-diffusion; after Liu et al. 2022, Pseudo Numerical Methods for Diffusion Models on Manifolds",
        "LMSDiscreteScheduler",
    ),
    Sampler(
        "flow_euler",
        "Euler (flow)",
        "flow",
        "The model says which way to go from noise to picture; each step goes straight along it.",
        "Lipman et al. 2023, Flow Matching for Generative Modeling; Esser et al. 2024 (Stable Diffusion 3)",
        "FlowMatchEulerDiscreteScheduler",
        MappingProxyType({"stochastic_sampling": False}),
    ),
    Sampler(
        "flow_heun",
        "Heun (flow)",
        "flow",
        "Takes a step, looks again where it lands, and goes by the average of the two directions. Twice the work.",
        "Karras et al. 2022, algorithm 1, on the straight paths of Lipman et al. 2023",
        "FlowMatchHeunDiscreteScheduler",
    ),
)
SAMPLERS: Mapping[str, Sampler] = MappingProxyType({sampler.name: sampler for sampler in _SAMPLERS})
"""All samplers by name."""

_DISTILLED = frozenset({"LCMScheduler", "TCDScheduler"})  # models made for their own sampler alone
_NO_PICTURE_PREDICTION = frozenset({"euler_a"})  # diffusers has no prediction_type="sample" for it
_NO_ZERO_SIGNAL = frozenset({"heun", "lms"})  # and no rescale_betas_zero_snr for these


def available(scheduler: Any) -> tuple[Sampler, ...]:
    """The samplers that fit the model of a pipeline, judged by the scheduler that came with it.

    Args:
        scheduler: The pipeline's scheduler (any that diffexplain can read), or one that `build` made from it.

    Returns:
        Diffusion or flow samplers, never both; none for a model distilled for its own sampler (LCM, TCD) or for a scheduler
        that diffexplain cannot read.
    """
    try:
        require_readable(scheduler)
    except UnsupportedSchedulerError:
        return ()
    if type(scheduler).__name__ in _DISTILLED:
        return ()
    config = scheduler.config
    if is_flow(scheduler):
        refused = {"flow_heun"} if config.get("use_dynamic_shifting") else set()  # FlowMatchHeun takes no shift by size
        return tuple(sampler for sampler in _SAMPLERS if sampler.family == "flow" and sampler.name not in refused)
    refused = set()
    if config.get("prediction_type") in {"sample", "original_sample"}:
        refused |= _NO_PICTURE_PREDICTION
    if config.get("rescale_betas_zero_snr"):
        refused |= _NO_ZERO_SIGNAL
    return tuple(sampler for sampler in _SAMPLERS if sampler.family == "diffusion" and sampler.name not in refused)


def build(name: str, scheduler: Any) -> Any:
    """A fresh diffusers scheduler for a model, ready to be assigned to ``pipe.scheduler``.

    What belongs to the model (betas, prediction type, flow shift) is taken from the given scheduler; everything else is set
    here, the same for all samplers: leading timesteps from 1 up (trailing where the given scheduler says so, as models for few
    steps and for zero terminal signal need), no clipping, no Karras sigmas, the last step to no noise at all (DDIM: to the
    first training level, as Stable Diffusion does).

    Args:
        name: One of the names of ``available(scheduler)``.
        scheduler: The pipeline's present scheduler. It is not changed.

    Raises:
        UnknownSamplerError: For a name that is not in the list or does not fit the model.
        UnsupportedSchedulerError: For a scheduler that diffexplain cannot read.
    """
    require_readable(scheduler)
    fitting = {sampler.name: sampler for sampler in available(scheduler)}
    if name not in fitting:
        raise UnknownSamplerError(_refusal(name, type(scheduler).__name__, list(fitting)))
    import diffusers

    sampler = fitting[name]
    model = _flow_model(scheduler.config) if sampler.family == "flow" else _diffusion_model(scheduler.config)
    return getattr(diffusers, sampler.scheduler)(**_flags(name, model, scheduler.config), **sampler.options)


def with_room_for(steps: int, scheduler: Any) -> Any:
    """The scheduler, or where so many steps would begin outside the timesteps of training, one like it without an offset.

    Leading spacing with an offset of 1 begins 1,000 steps of 1,000 at timestep 1,000, which there is not; DPM-Solver++ and
    UniPC 999 of them too. diffusers finds out in the middle of a run, with an IndexError.
    """
    if scheduler.config.get("steps_offset"):
        scheduler.set_timesteps(steps)
        if max(scheduler.timesteps) >= scheduler.config.num_train_timesteps:
            return type(scheduler).from_config(scheduler.config, steps_offset=0)
    return scheduler


def name_of(scheduler: Any) -> str | None:
    """The name of the sampler that a scheduler is, or None for one outside the list (PNDM, an SDE variant ...)."""
    for sampler in _SAMPLERS:
        if type(scheduler).__name__ == sampler.scheduler and all(
            scheduler.config.get(key) == value for key, value in sampler.options.items()
        ):
            return sampler.name
    return None


def _diffusion_model(config: Mapping[str, Any]) -> dict[str, Any]:
    """What a model's training fixed. A key that the given class lacks has the default of diffusers' oldest schedulers."""
    prediction = config.get("prediction_type", "epsilon")
    return {
        "num_train_timesteps": config.get("num_train_timesteps", 1000),
        "beta_start": config.get("beta_start", 0.0001),
        "beta_end": config.get("beta_end", 0.02),
        "beta_schedule": config.get("beta_schedule", "linear"),
        "trained_betas": config.get("trained_betas"),
        "prediction_type": "sample" if prediction == "original_sample" else prediction,
    }


def _flow_model(config: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "num_train_timesteps": config.get("num_train_timesteps", 1000),
        "shift": config.get("shift", config.get("flow_shift", 1.0)),
    }


def _flags(name: str, model: dict[str, Any], config: Mapping[str, Any]) -> dict[str, Any]:
    """Every argument of the scheduler's class, but for the sampler's own options."""
    spacing = {
        "timestep_spacing": "trailing" if config.get("timestep_spacing") == "trailing" else "leading",
        "steps_offset": 1,
    }
    zero_signal = {"rescale_betas_zero_snr": bool(config.get("rescale_betas_zero_snr"))}
    no_clipping = {"clip_sample": False, "thresholding": False}
    plain_sigmas = {"use_karras_sigmas": False, "use_exponential_sigmas": False, "use_beta_sigmas": False}
    to_zero = {"final_sigmas_type": "zero"}
    diffusion = {**model, **spacing}
    if name == "ddim":
        return {**diffusion, **zero_signal, **no_clipping, "set_alpha_to_one": False}
    if name == "ddpm":
        return {**diffusion, **zero_signal, **no_clipping}
    if name == "euler":
        discrete = {"interpolation_type": "linear", "timestep_type": "discrete", "sigma_min": None, "sigma_max": None}
        return {**diffusion, **zero_signal, **plain_sigmas, **to_zero, **discrete}
    if name == "euler_a":
        return {**diffusion, **zero_signal}
    if name == "heun":
        return {**diffusion, **plain_sigmas, "clip_sample": False}
    if name == "dpmpp_2m":
        multistep = {"lower_order_final": True, "euler_at_final": False, "use_lu_lambdas": False, "variance_type": None}
        return {**diffusion, **zero_signal, **plain_sigmas, **to_zero, **multistep, "thresholding": False}
    if name == "unipc":
        solver: dict[str, Any] = {"lower_order_final": True, "disable_corrector": [], "sigma_min": None, "sigma_max": None}
        return {**diffusion, **zero_signal, **plain_sigmas, **to_zero, **solver, "thresholding": False}
    if name == "lms":
        return {**diffusion, **plain_sigmas}
    if name == "flow_euler":
        shifting = (
            "use_dynamic_shifting",
            "base_shift",
            "max_shift",
            "base_image_seq_len",
            "max_image_seq_len",
            "time_shift_type",
        )
        known = {key: config[key] for key in (*shifting, "shift_terminal") if key in config}
        return {**model, **known, **plain_sigmas, "invert_sigmas": False}
    return model  # flow_heun has no flags of its own


def _refusal(name: str, scheduler: str, allowed: list[str]) -> str:
    if not allowed:
        return (
            f"No other sampler fits the model of a {scheduler}: it was distilled for that one alone. Keep the scheduler it has."
        )
    close = difflib.get_close_matches(name, allowed, n=1)
    hint = f" Did you mean {close[0]!r}?" if close else ""
    why = " does not fit this pipeline's model" if name in SAMPLERS else " is not a sampler"
    return f"{name!r}{why}. Use one of {', '.join(allowed)}.{hint}"
