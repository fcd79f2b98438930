"""Where a scheduler stands between picture and noise: its levels (a, b), and what its network predicts, read from its state."""

from __future__ import annotations

import math
from typing import Any

import torch

from diffexplain.core.derivation import Level, Parameterization, posterior_mean, solve
from diffexplain.errors import UnsupportedSchedulerError
from diffexplain.i18n import say

__all__ = [
    "Level",
    "Parameterization",
    "class_is_readable",
    "is_flow",
    "level_after",
    "level_at",
    "parameterization_of",
    "posterior_mean",
    "require_fitting",
    "require_readable",
    "solve",
    "training_curve",
]

_BY_TIMESTEP = frozenset({"DDIM", "DDIMParallel", "DDPM", "DDPMParallel", "PNDM", "LCM", "TCD"})  # level = alphas_cumprod[t]
_BY_SIGMA = frozenset(
    {
        "EulerDiscrete",
        "EulerAncestralDiscrete",
        "HeunDiscrete",
        "LMSDiscrete",
        "KDPM2Discrete",
        "KDPM2AncestralDiscrete",
        "DPMSolverSDE",
    }
)  # a = 1, b = sigma
_BY_ANGLE = frozenset(
    {"DPMSolverMultistep", "DPMSolverSinglestep", "DEISMultistep", "UniPCMultistep", "SASolver"}
)  # a² + b² = 1
_BY_FLOW = frozenset({"FlowMatchEulerDiscrete", "FlowMatchHeunDiscrete", "FlowMatchLCM"})  # a = 1 - sigma, b = sigma
_READABLE = _BY_TIMESTEP | _BY_SIGMA | _BY_ANGLE | _BY_FLOW
_PREDICTIONS = ("epsilon", "sample", "v_prediction", "flow_prediction")


def require_readable(scheduler: Any) -> None:
    """Refuse a scheduler whose levels or predictions cannot be read, before any work is done with it.

    Raises:
        UnsupportedSchedulerError: For another class than the ones listed in the message, an unknown prediction type, or a
            combination of flags that diffusers accepts and computes wrongly.
    """
    name = type(scheduler).__name__
    if _kind(scheduler) is None:
        raise UnsupportedSchedulerError(
            say(
                "diffexplain cannot read the noise levels of {name}. It reads {readable} (each a diffusers ...Scheduler). "
                "Give the pipeline one of these, e.g. `pipe.scheduler = diffexplain.core.samplers.build('euler', "
                "pipe.scheduler)`.",
                name=name,
                readable=", ".join(sorted(_READABLE)),
            )
        )
    config, prediction = scheduler.config, _prediction(scheduler)
    if prediction not in _PREDICTIONS:
        raise UnsupportedSchedulerError(
            say(
                "{name} has prediction_type={prediction!r}, which diffexplain cannot read. It reads {predictions}. Set the "
                "one that the model was trained with in the scheduler's config.",
                name=name,
                prediction=prediction,
                predictions=", ".join(_PREDICTIONS),
            )
        )
    if config.get("invert_sigmas"):
        raise UnsupportedSchedulerError(
            say(
                "{name} has invert_sigmas=True: its sigmas count picture, not noise, and diffexplain reads only the usual "
                "direction. Use a scheduler with invert_sigmas=False.",
                name=name,
            )
        )
    both = config.get("use_flow_sigmas") and config.get("use_karras_sigmas")
    if both and _family(scheduler) != "UniPCMultistep":  # the only one that converts them
        raise UnsupportedSchedulerError(
            say(
                "{name} with both use_flow_sigmas and use_karras_sigmas computes NaN (sigmas above 1 enter 1 - sigma). Set "
                "one of the two to False.",
                name=name,
            )
        )


def require_fitting(pipe: Any) -> None:
    """Refuse a pipeline whose scheduler cannot be read, or that diffusers runs without a word on a model that it does not fit.

    A flow model (Stable Diffusion 3, Flux) takes most other schedulers and paints noise with them: 80 to 150 times off.

    Raises:
        UnsupportedSchedulerError: See `require_readable`; and for a flow model with a scheduler that is none.
    """
    scheduler, name = pipe.scheduler, type(pipe).__name__
    require_readable(scheduler)
    if name.startswith(_FLOW_MODELS) and not is_flow(scheduler):
        raise UnsupportedSchedulerError(
            say(
                "the model of a {pipeline} was trained for flow matching, and {scheduler} would read its predictions as something else "
                "without an error; give it FlowMatchEulerDiscreteScheduler, or a scheduler with use_flow_sigmas=True and "
                "prediction_type='flow_prediction'",
                pipeline=name,
                scheduler=type(scheduler).__name__,
            )
        )


_FLOW_MODELS = ("StableDiffusion3", "Flux")


def class_is_readable(name: str) -> bool:
    """Return whether schedulers of this diffusers class can be read, whatever their flags."""
    return name.endswith("Scheduler") and name.removesuffix("Scheduler") in _READABLE


def is_flow(scheduler: Any) -> bool:
    """Return whether the scheduler moves on a straight line between picture and noise (flow matching): a = 1 - sigma, b = sigma."""
    return _kind(scheduler) == "flow" or bool(scheduler.config.get("use_flow_sigmas"))


def level_at(scheduler: Any, timestep: float | torch.Tensor) -> Level:
    """Return the noise level of the ``sample`` that ``scheduler.step(output, timestep, sample)`` is about to be given.

    Call it before ``step``, which moves the scheduler on. Nothing in the scheduler is changed.

    Args:
        scheduler: A diffusers scheduler after ``set_timesteps``.
        timestep: The timestep as the pipeline passes it, one of ``scheduler.timesteps``.

    Raises:
        UnsupportedSchedulerError: See `require_readable`.
    """
    kind = _kind(scheduler)
    if kind is None:
        require_readable(scheduler)
    if kind == "timestep":
        return _variance_preserving(scheduler.alphas_cumprod[int(timestep)])
    sigma = float(_sigma(scheduler, timestep))
    if is_flow(scheduler):
        return Level(1 - sigma, sigma)
    if kind == "angle":  # sigma is b/a with a² + b² = 1
        return Level(1 / math.hypot(1, sigma), sigma / math.hypot(1, sigma))
    return Level(1.0, sigma)


def level_after(scheduler: Any, timestep: float | torch.Tensor) -> Level:
    """Return the noise level of the ``prev_sample`` that ``scheduler.step(output, timestep, sample)`` has just returned.

    Call it after ``step``, with the same timestep. It is where the scheduler means to have landed, by its own rule. The next
    call's level is usually the same; DDIM and PNDM with ``timestep_spacing="linspace"`` land beside the next timestep
    (huggingface/diffusers#11347), and the two levels then show it.
    """
    if _kind(scheduler) != "timestep":
        return level_at(scheduler, timestep)  # its step index points at the next level by now
    name = _family(scheduler)
    before = int(timestep)
    if name in {"LCM", "TCD"}:
        index = scheduler.step_index
        if index < len(scheduler.timesteps):
            before = int(scheduler.timesteps[index])
        elif name == "LCM":
            return Level(1.0, 0.0)  # the last step returns the denoised picture itself
        else:
            before = 0
    elif name in {"DDPM", "DDPMParallel"}:
        before = int(scheduler.previous_timestep(timestep))
        if before < 0:
            return Level(1.0, 0.0)
    else:
        stride = scheduler.config.num_train_timesteps // scheduler.num_inference_steps
        before -= _pndm_stride(scheduler, stride) if name == "PNDM" else stride
    return _variance_preserving(scheduler.alphas_cumprod[before] if before >= 0 else scheduler.final_alpha_cumprod)


def parameterization_of(scheduler: Any, level: Level) -> Parameterization:
    """Return what the network's output is made of at this level, from the scheduler's prediction type.

    ``epsilon``: the noise; ``sample``: the clean picture; ``v_prediction``: (a*noise - b*x0)/hypot(a, b) (Salimans and Ho
    2022, appendix D, written for any scale); flow matching: noise - x0 (Lipman et al. 2023; Liu et al. 2023).

    Raises:
        UnsupportedSchedulerError: For another prediction type.
    """
    prediction = _prediction(scheduler)
    if prediction == "epsilon":
        return Parameterization(0.0, 1.0)
    if prediction == "sample":
        return Parameterization(1.0, 0.0)
    if prediction == "v_prediction":
        return Parameterization(-level.b / level.scale, level.a / level.scale)
    if prediction == "flow_prediction":
        return Parameterization(-1.0, 1.0)
    require_readable(scheduler)
    raise AssertionError("unreachable: require_readable refuses every other prediction type")


def training_curve(scheduler: Any, points: int = 101) -> list[tuple[float, float]] | None:
    """Return the noise schedule of training: log-SNR over the timestep, for drawing.

    Read from ``alphas_cumprod``, or for flow matching from ``sigma = timestep/num_train_timesteps`` (a sampler's shift moves
    the timesteps that a run visits along this curve, it does not change the curve).

    Args:
        scheduler: A diffusers scheduler.
        points: How many timesteps to read, evenly from the first to the last.

    Returns:
        ``(timestep, log_snr)`` from clean to noisy, without the ends where log-SNR is infinite. None where the scheduler has
        neither.
    """
    if is_flow(scheduler):
        last = scheduler.config.num_train_timesteps
        sigmas = [(index + 1) / (points + 1) for index in range(points)]
        return [(sigma * last, Level(1 - sigma, sigma).log_snr) for sigma in sigmas]
    alphas_cumprod = getattr(scheduler, "alphas_cumprod", None)
    if alphas_cumprod is None:
        return None
    timesteps = sorted(set(torch.linspace(0, len(alphas_cumprod) - 1, points).round().int().tolist()))
    curve = [(float(timestep), _variance_preserving(alphas_cumprod[timestep]).log_snr) for timestep in timesteps]
    return [point for point in curve if math.isfinite(point[1])]


def _family(scheduler: Any) -> str | None:
    """Return the name of the class, or of the base class, that the tables above know, without "Scheduler"."""
    names = (base.__name__.removesuffix("Scheduler") for base in type(scheduler).__mro__)
    return next((name for name in names if name in _READABLE), None)


def _kind(scheduler: Any) -> str | None:
    name = _family(scheduler)
    kinds = {"timestep": _BY_TIMESTEP, "sigma": _BY_SIGMA, "angle": _BY_ANGLE, "flow": _BY_FLOW}
    return next((kind for kind, names in kinds.items() if name in names), None)


def _prediction(scheduler: Any) -> str:
    if _kind(scheduler) == "flow":
        return "flow_prediction"
    prediction = str(scheduler.config.get("prediction_type", "epsilon"))
    return "sample" if prediction == "original_sample" else prediction  # EulerDiscrete knows it by both names


def _variance_preserving(alpha_bar: float | torch.Tensor) -> Level:
    signal = float(alpha_bar)
    return Level(math.sqrt(signal), math.sqrt(1 - signal))


def _sigma(scheduler: Any, timestep: float | torch.Tensor) -> float | torch.Tensor:
    index = scheduler.step_index
    if index is None:  # what the scheduler's own _init_step_index would find, without writing it down
        index = scheduler.begin_index
        if index is None:
            on_device = timestep.to(scheduler.timesteps.device) if isinstance(timestep, torch.Tensor) else timestep
            index = scheduler.index_for_timestep(on_device)
    if not getattr(scheduler, "state_in_first_order", True):
        name = _family(scheduler)  # the second half of a step starts from a midpoint that `sigmas` does not hold
        if name == "KDPM2Discrete":
            return scheduler.sigmas_interpol[index]  # type: ignore[no-any-return]
        if name == "KDPM2AncestralDiscrete":
            return scheduler.sigmas_interpol[index - 1]  # type: ignore[no-any-return]
        if name == "DPMSolverSDE":
            return scheduler.mid_point_sigma  # type: ignore[no-any-return]
    return scheduler.sigmas[index]  # type: ignore[no-any-return]


def _pndm_stride(scheduler: Any, stride: int) -> int:
    """Return how far PNDM's last call went down in timesteps; its first steps are taken in halves or twice."""
    calls = scheduler.counter  # counts the call just made
    if not scheduler.config.skip_prk_steps and calls <= len(scheduler.prk_timesteps):
        return 0 if calls % 2 == 0 else stride // 2
    return 0 if calls == 2 and scheduler.config.skip_prk_steps else stride
