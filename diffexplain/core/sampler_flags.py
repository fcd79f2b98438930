"""Every flag of every sampler's scheduler, set explicitly, and which ways of spacing its timesteps it does right."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from diffexplain.i18n import say

if TYPE_CHECKING:
    from collections.abc import Mapping

SPACINGS = ("leading", "trailing", "linspace", "karras", "exponential", "beta")
"""How a sampler's timesteps can be laid out: three ways even in time, and three with levels of their own.

``leading`` and ``trailing`` count from the clean and from the noisy end, ``linspace`` includes both (Lin et al. 2024, table 2).
``karras`` is rho = 7 of Karras et al. 2022, equation 5; ``exponential`` is even in log sigma; ``beta`` is Lee et al. 2024.
"""
_BY_LEVEL = frozenset({"karras", "exponential", "beta"})
_WITHOUT_LEVELS = frozenset({"ddim", "ddpm", "pndm", "euler_a", "flow_heun", "flow_dpmpp_2m", "flow_unipc"})


def spaced(spacing: str) -> dict[str, Any]:
    """Return the flag of a spacing."""
    return {f"use_{spacing}_sigmas": True} if spacing in _BY_LEVEL else {"timestep_spacing": spacing}


def why_not(name: str, spacing: str) -> str | None:
    """Return why a sampler is not to be had with a spacing; None where it is."""
    if spacing not in SPACINGS:
        return say("{spacing!r} is no spacing; use one of {allowed}", spacing=spacing, allowed=", ".join(SPACINGS))
    if spacing in _BY_LEVEL and name in _WITHOUT_LEVELS:
        return say(
            "{sampler} has no {spacing} spacing: it goes by timesteps, not by noise levels of its own; use one of {allowed}",
            sampler=name,
            spacing=spacing,
            allowed=", ".join(_even_in_time(name)) or "-",
        )
    if spacing not in _BY_LEVEL and spacing not in _even_in_time(name):
        if name in {"ddim", "pndm"}:
            return say(
                "{sampler} with {spacing} spacing lands beside its own next timestep (huggingface/diffusers#11347) and leaves noise "
                "behind; use one of {allowed}",
                sampler=name,
                spacing=spacing,
                allowed=", ".join(_even_in_time(name)),
            )
        return say(
            "{sampler} lays out its timesteps in its own way and has no {spacing} spacing", sampler=name, spacing=spacing
        )
    return None


def _even_in_time(name: str) -> tuple[str, ...]:
    if name.startswith("flow") or name == "dpmpp_2s":
        return ()
    return ("leading", "trailing") if name in {"ddim", "pndm"} else ("leading", "trailing", "linspace")


def diffusion_model(config: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a model's training fixed. A key that the given class lacks has the default of diffusers' oldest schedulers."""
    prediction = config.get("prediction_type", "epsilon")
    return {
        "num_train_timesteps": config.get("num_train_timesteps", 1000),
        "beta_start": config.get("beta_start", 0.0001),
        "beta_end": config.get("beta_end", 0.02),
        "beta_schedule": config.get("beta_schedule", "linear"),
        "trained_betas": config.get("trained_betas"),
        "prediction_type": "sample" if prediction == "original_sample" else prediction,
    }


def flow_model(config: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a flow model's training fixed."""
    return {
        "num_train_timesteps": config.get("num_train_timesteps", 1000),
        "shift": config.get("shift", config.get("flow_shift", 1.0)),
    }


_SHIFTING = ("use_dynamic_shifting", "base_shift", "max_shift", "base_image_seq_len", "max_image_seq_len", "time_shift_type")
_PLAIN = {"use_karras_sigmas": False, "use_exponential_sigmas": False, "use_beta_sigmas": False}
_LOWER_FIRST = {"lower_order_final": True, "thresholding": False}
_MULTISTEP = {**_PLAIN, **_LOWER_FIRST, "final_sigmas_type": "zero", "euler_at_final": False, "use_lu_lambdas": False}
_UNIPC: dict[str, Any] = {
    **_PLAIN,
    **_LOWER_FIRST,
    "final_sigmas_type": "zero",
    "disable_corrector": [],
    "sigma_min": None,
    "sigma_max": None,
}
_EULER = {"interpolation_type": "linear", "timestep_type": "discrete", "sigma_min": None, "sigma_max": None}


def flags_of(name: str, model: Mapping[str, Any], config: Mapping[str, Any]) -> dict[str, Any]:
    """Return every argument of the class of a sampler's scheduler, but for the sampler's own options and those of clipping, which is off.

    Args:
        name: Of the sampler.
        model: What `diffusion_model` or `flow_model` gave.
        config: The configuration of the model's present scheduler.
    """
    if name.startswith("flow"):
        return _flow_flags(name, model, config)
    spacing = "trailing" if config.get("timestep_spacing") == "trailing" else "leading"
    even = {**model, "timestep_spacing": spacing, "steps_offset": 1}
    zero_signal = {"rescale_betas_zero_snr": bool(config.get("rescale_betas_zero_snr"))}
    no_clipping = {"clip_sample": False, "thresholding": False}
    table: dict[str, dict[str, Any]] = {
        "ddim": {**even, **zero_signal, **no_clipping, "set_alpha_to_one": False},
        "ddpm": {**even, **zero_signal, **no_clipping},
        "euler": {**even, **zero_signal, **_PLAIN, **_EULER, "final_sigmas_type": "zero"},
        "euler_a": {**even, **zero_signal},
        "heun": {**even, **_PLAIN, "clip_sample": False},
        "dpmpp_2m": {**even, **zero_signal, **_MULTISTEP, "variance_type": None},
        "dpmpp_2m_sde": {**even, **zero_signal, **_MULTISTEP, "variance_type": None},
        # always evenly from the noisiest timestep down
        "dpmpp_2s": {**model, **_PLAIN, **_LOWER_FIRST, "final_sigmas_type": "zero", "variance_type": None},
        "unipc": {**even, **zero_signal, **_UNIPC},
        "lms": {**even, **_PLAIN},
        "pndm": {**even, "set_alpha_to_one": False},
        "dpm2": {**even, **_PLAIN},
        "dpm2_a": {**even, **_PLAIN},
        "deis": {**even, **_PLAIN, **_LOWER_FIRST},
        "sa_solver": {**even, **_PLAIN, **_LOWER_FIRST, "variance_type": None, "tau_func": None},
    }
    return table[name]


def _flow_flags(name: str, model: Mapping[str, Any], config: Mapping[str, Any]) -> dict[str, Any]:
    known = {key: config[key] for key in (*_SHIFTING, "shift_terminal") if key in config}
    by_flag = {"num_train_timesteps": model["num_train_timesteps"], "flow_shift": model["shift"]}
    by_flag["prediction_type"] = "flow_prediction"
    table: dict[str, dict[str, Any]] = {
        "flow_euler": {**model, **known, **_PLAIN, "invert_sigmas": False},
        "flow_heun": dict(model),
        "flow_dpmpp_2m": {**by_flag, **_MULTISTEP, "variance_type": None},
        "flow_unipc": {**by_flag, **_UNIPC},
    }
    return table[name]
