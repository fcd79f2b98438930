"""The samplers by name: what each does, where it comes from, and which diffusers scheduler it is."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from diffexplain.i18n import say

if TYPE_CHECKING:
    from collections.abc import Mapping

    from diffexplain.i18n import Words


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
    sentence: Words
    source: str
    scheduler: str
    options: Mapping[str, Any] = field(default_factory=dict)


_SAMPLERS = (
    Sampler(
        "ddim",
        "DDIM",
        "diffusion",
        say(
            "Guesses the clean picture, then puts the same noise back, a little less of it. No dice: the seed decides everything."
        ),
        "Song, Meng and Ermon 2021, Denoising Diffusion Implicit Models",
        "DDIMScheduler",
    ),
    Sampler(
        "ddpm",
        "DDPM",
        "diffusion",
        say(
            "Moves towards the guessed picture and adds a pinch of fresh noise at every step. The original way; wants many steps."
        ),
        "Ho, Jain and Abbeel 2020, Denoising Diffusion Probabilistic Models",
        "DDPMScheduler",
        MappingProxyType({"variance_type": "fixed_small"}),
    ),
    Sampler(
        "euler",
        "Euler",
        "diffusion",
        say("Follows the direction of the predicted noise in a straight line to the next noise level."),
        "Karras et al. 2022, Elucidating the Design Space of Diffusion-Based Generative Models",
        "EulerDiscreteScheduler",
    ),
    Sampler(
        "euler_a",
        "Euler ancestral",
        "diffusion",
        say("Goes further down than Euler, then adds fresh noise to come back up. The picture keeps changing with more steps."),
        "Crowson 2022, k-diffusion; after Song et al. 2021, Score-Based Generative Modeling through SDEs",
        "EulerAncestralDiscreteScheduler",
    ),
    Sampler(
        "heun",
        "Heun",
        "diffusion",
        say("Takes an Euler step, looks again where it lands, and goes by the average of the two directions. Twice the work."),
        "Karras et al. 2022, Elucidating the Design Space of Diffusion-Based Generative Models, algorithm 1",
        "HeunDiscreteScheduler",
    ),
    Sampler(
        "dpmpp_2m",
        "DPM-Solver++ 2M",
        "diffusion",
        say("Remembers the last guess of the clean picture and follows the curve through the two. Good pictures in few steps."),
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
        say("Predicts the next point from its memory, then uses the new look to correct it at no extra cost."),
        "Zhao et al. 2023, UniPC: A Unified Predictor-Corrector Framework for Fast Sampling of Diffusion Models",
        "UniPCMultistepScheduler",
        MappingProxyType({"solver_order": 2, "solver_type": "bh2", "predict_x0": True, "use_flow_sigmas": False}),
    ),
    Sampler(
        "lms",
        "Linear multistep",
        "diffusion",
        say("Remembers up to four directions and goes by a weighted mix of them."),
        "Crowson 2022, k-diffusion; after Liu et al. 2022, Pseudo Numerical Methods for Diffusion Models on Manifolds",
        "LMSDiscreteScheduler",
    ),
    Sampler(
        "pndm",
        "PNDM",
        "diffusion",
        say(
            "Like linear multistep, on DDIM's path: a weighted mix of the last four noises. Looks twice at its second timestep to begin."
        ),
        "Liu et al. 2022, Pseudo Numerical Methods for Diffusion Models on Manifolds",
        "PNDMScheduler",
        MappingProxyType({"skip_prk_steps": True}),
    ),
    Sampler(
        "dpm2",
        "DPM2",
        "diffusion",
        say("Goes half a step ahead, looks there, and takes the whole step in the direction seen half-way. Twice the work."),
        "Karras et al. 2022, Elucidating the Design Space of Diffusion-Based Generative Models, algorithm 2, as in k-diffusion",
        "KDPM2DiscreteScheduler",
    ),
    Sampler(
        "dpm2_a",
        "DPM2 ancestral",
        "diffusion",
        say("DPM2 with fresh noise after every step. Twice the work, and the picture keeps changing with more steps."),
        "Crowson 2022, k-diffusion; after Karras et al. 2022, algorithm 2",
        "KDPM2AncestralDiscreteScheduler",
    ),
    Sampler(
        "dpmpp_2m_sde",
        "DPM-Solver++ 2M SDE",
        "diffusion",
        say("DPM-Solver++ 2M that also adds fresh noise at every step, and so can mend what went wrong before."),
        "Lu et al. 2022, DPM-Solver++: Fast Solver for Guided Sampling of Diffusion Probabilistic Models",
        "DPMSolverMultistepScheduler",
        MappingProxyType(
            {"algorithm_type": "sde-dpmsolver++", "solver_order": 2, "solver_type": "midpoint", "use_flow_sigmas": False}
        ),
    ),
    Sampler(
        "dpmpp_2s",
        "DPM-Solver++ 2S",
        "diffusion",
        say("Pairs its steps: the second of each pair uses the first to bend the way. Remembers nothing beyond the pair."),
        "Lu et al. 2022, DPM-Solver++: Fast Solver for Guided Sampling of Diffusion Probabilistic Models",
        "DPMSolverSinglestepScheduler",
        MappingProxyType(
            {"algorithm_type": "dpmsolver++", "solver_order": 2, "solver_type": "midpoint", "use_flow_sigmas": False}
        ),
    ),
    Sampler(
        "deis",
        "DEIS",
        "diffusion",
        say("Draws a curve through the noises it remembers and integrates it exactly between two noise levels."),
        "Zhang and Chen 2022, Fast Sampling of Diffusion Models with Exponential Integrator",
        "DEISMultistepScheduler",
        MappingProxyType({"algorithm_type": "deis", "solver_order": 2, "solver_type": "logrho", "use_flow_sigmas": False}),
    ),
    Sampler(
        "sa_solver",
        "SA-Solver",
        "diffusion",
        say("Predicts from memory, corrects with the new look, and adds fresh noise in between."),
        "Xue et al. 2023, SA-Solver: Stochastic Adams Solver for Fast Sampling of Diffusion Models",
        "SASolverScheduler",
        MappingProxyType(
            {"algorithm_type": "data_prediction", "predictor_order": 2, "corrector_order": 2, "use_flow_sigmas": False}
        ),
    ),
    Sampler(
        "flow_euler",
        "Euler (flow)",
        "flow",
        say("The model says which way to go from noise to picture; each step goes straight along it."),
        "Lipman et al. 2023, Flow Matching for Generative Modeling; Esser et al. 2024 (Stable Diffusion 3)",
        "FlowMatchEulerDiscreteScheduler",
        MappingProxyType({"stochastic_sampling": False}),
    ),
    Sampler(
        "flow_heun",
        "Heun (flow)",
        "flow",
        say("Takes a step, looks again where it lands, and goes by the average of the two directions. Twice the work."),
        "Karras et al. 2022, algorithm 1, on the straight paths of Lipman et al. 2023",
        "FlowMatchHeunDiscreteScheduler",
    ),
    Sampler(
        "flow_dpmpp_2m",
        "DPM-Solver++ 2M (flow)",
        "flow",
        say("Remembers the last guess of the clean picture and follows the curve through the two."),
        "Lu et al. 2022, DPM-Solver++, on the straight paths of Lipman et al. 2023",
        "DPMSolverMultistepScheduler",
        MappingProxyType(
            {"algorithm_type": "dpmsolver++", "solver_order": 2, "solver_type": "midpoint", "use_flow_sigmas": True}
        ),
    ),
    Sampler(
        "flow_unipc",
        "UniPC (flow)",
        "flow",
        say("Predicts the next point from its memory, then uses the new look to correct it at no extra cost."),
        "Zhao et al. 2023, UniPC, on the straight paths of Lipman et al. 2023",
        "UniPCMultistepScheduler",
        MappingProxyType({"solver_order": 2, "solver_type": "bh2", "predict_x0": True, "use_flow_sigmas": True}),
    ),
)
SAMPLERS: Mapping[str, Sampler] = MappingProxyType({sampler.name: sampler for sampler in _SAMPLERS})
"""All samplers by name."""
