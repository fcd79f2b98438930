"""One derivation for all schedulers, against what those that report a clean picture report themselves."""

from __future__ import annotations

import math
from itertools import pairwise

import diffusers
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from diffexplain.core.levels import (
    Level,
    Parameterization,
    level_after,
    level_at,
    parameterization_of,
    posterior_mean,
    require_readable,
    solve,
    training_curve,
)
from diffexplain.errors import DiffexplainError, SingularLevelError, UnsupportedSchedulerError
from tests.tiny import BETAS

SCHEDULERS = [
    "DDIM",
    "DDIMParallel",
    "DDPM",
    "DDPMParallel",
    "PNDM",
    "LCM",
    "TCD",
    "EulerDiscrete",
    "EulerAncestralDiscrete",
    "HeunDiscrete",
    "LMSDiscrete",
    "KDPM2Discrete",
    "KDPM2AncestralDiscrete",
    "DPMSolverMultistep",
    "DPMSolverSinglestep",
    "DEISMultistep",
    "UniPCMultistep",
    "SASolver",
]
KARRAS = [
    "EulerDiscrete",
    "HeunDiscrete",
    "LMSDiscrete",
    "KDPM2Discrete",
    "KDPM2AncestralDiscrete",
    "DPMSolverMultistep",
    "DPMSolverSinglestep",
    "DEISMultistep",
    "UniPCMultistep",
    "SASolver",
]
FLOW = ("FlowMatchEulerDiscrete", "FlowMatchHeunDiscrete", "FlowMatchLCM")
FLOW_BY_FLAG = ("DPMSolverMultistep", "DPMSolverSinglestep", "DEISMultistep", "UniPCMultistep")


def make(name, prediction="epsilon", **options):
    cls = getattr(diffusers, name + "Scheduler")
    common = {**BETAS, "prediction_type": prediction, "timestep_spacing": "leading", "steps_offset": 1, "clip_sample": False}
    known = {key: value for key, value in common.items() if key in cls._get_init_keys(cls)}
    return cls(**{**known, **({"skip_prk_steps": True} if name == "PNDM" else {}), **options})


def network(x, timestep):
    return torch.tanh(0.3 * x + float(timestep) / 1000)


def walk(scheduler, steps=6, eta=None):
    """Run a scheduler with a stand-in network; yields (timestep, level, mixture, x, output, result, level after)."""
    draw = torch.Generator().manual_seed(0)
    scheduler.set_timesteps(steps)
    x = torch.randn(1, 4, 8, 8, generator=draw) * getattr(scheduler, "init_noise_sigma", 1.0)
    for timestep in scheduler.timesteps:
        scaled = scheduler.scale_model_input(x, timestep) if hasattr(scheduler, "scale_model_input") else x
        output = network(scaled, timestep)
        level = level_at(scheduler, timestep)
        result = scheduler.step(output, timestep, x)
        yield timestep, level, parameterization_of(scheduler, level), x, output, result, level_after(scheduler, timestep)
        x = result.prev_sample


def difference(found, expected):
    return float((found - expected).abs().max() / expected.abs().max())


REPORTED = {  # how a scheduler says what it takes for the clean picture
    **dict.fromkeys(SCHEDULERS, lambda scheduler, result: result.pred_original_sample),
    **dict.fromkeys(("DPMSolverMultistep", "UniPCMultistep"), lambda scheduler, result: scheduler.model_outputs[-1]),
    **dict.fromkeys(("PNDM", "LCM", "TCD", "DPMSolverSinglestep", "DEISMultistep", "SASolver"), None),  # not at all
}
CASES = [(name, prediction, {}) for name in SCHEDULERS for prediction in ("epsilon", "v_prediction")]
CASES += [(name, prediction, {"use_karras_sigmas": True}) for name in KARRAS for prediction in ("epsilon", "v_prediction")]


@pytest.mark.parametrize(("name", "prediction", "options"), CASES)
def test_solve_agrees_with_the_scheduler(name, prediction, options):
    scheduler = make(name, prediction, **options)
    for timestep, level, mixture, x, output, result, _ in walk(scheduler):
        x0, noise = solve(x, output, level, mixture)
        assert difference(level.a * x0 + level.b * noise, x) < 1e-6
        if REPORTED[name]:
            assert difference(x0, REPORTED[name](scheduler, result)) < 1e-6
        if name == "LCM":  # the next two are checked through what they do with x0 and noise
            skip, out = scheduler.get_scalings_for_boundary_condition_discrete(timestep)
            assert difference(out * x0 + skip * x, result.denoised) < 1e-6
        if name == "DEISMultistep":
            assert difference(noise, scheduler.model_outputs[-1]) < 1e-4  # its own float32 detour over x0 loses digits


@pytest.mark.parametrize("name", SCHEDULERS)
def test_a_step_lands_on_the_next_level(name):
    seen = list(walk(make(name)))
    for (*_, after), (_, level, *_) in pairwise(seen):
        assert after.log_snr == pytest.approx(level.log_snr, abs=1e-6)
    last = seen[-1][-1]
    assert last.log_snr > 7  # no noise at all, or the first training level


def test_pndm_with_runge_kutta_start_lands_on_the_next_level():
    seen = list(walk(make("PNDM", skip_prk_steps=False), steps=8))
    assert len(seen) == 8 + 9
    for (*_, after), (_, level, *_) in pairwise(seen):
        assert after.log_snr == pytest.approx(level.log_snr, abs=0.02)  # PNDM rounds half a stride its own way


def test_ddim_with_linspace_lands_beside_the_next_timestep():
    seen = list(walk(make("DDIM", timestep_spacing="linspace"), steps=5))
    assert any(abs(after.log_snr - level.log_snr) > 0.1 for (*_, after), (_, level, *_) in pairwise(seen))


@pytest.mark.parametrize("name", [*FLOW, *FLOW_BY_FLAG])
def test_flow_levels(name):
    flags = {"use_flow_sigmas": True, "prediction_type": "flow_prediction", "flow_shift": 3.0} if name in FLOW_BY_FLAG else {}
    scheduler = getattr(diffusers, name + "Scheduler")(**(flags or {"shift": 3.0}))
    for _, level, mixture, x, output, result, after in walk(scheduler, steps=5):
        assert level.a + level.b == pytest.approx(1, abs=1e-6)
        assert mixture == Parameterization(-1.0, 1.0)
        x0, noise = solve(x, output, level, mixture)
        assert difference(x0, x - level.b * output) < 1e-6  # x0 = x - sigma*v
        if name == "FlowMatchEulerDiscrete":  # a straight move: the same x0 and noise, mixed anew
            assert difference(after.a * x0 + after.b * noise, result.prev_sample) < 1e-5
    assert after.b == pytest.approx(0, abs=1e-2) or name == "DEISMultistep"  # DEIS repeats its last level instead


def test_reading_a_level_changes_nothing():
    scheduler = make("DPMSolverMultistep")
    scheduler.set_timesteps(4)
    assert scheduler.step_index is None
    level = level_at(scheduler, scheduler.timesteps[2])
    assert scheduler.step_index is None
    assert level.sigma == pytest.approx(float(scheduler.sigmas[2]))


def test_midpoints_are_between_the_levels():
    sigmas = [level.sigma for _, level, *_ in walk(make("KDPM2Discrete", timestep_spacing="linspace"))]
    assert sigmas == sorted(sigmas, reverse=True)
    assert sigmas[1] == pytest.approx(math.sqrt(sigmas[0] * sigmas[2]), rel=1e-4)  # half-way in log sigma


def test_ddpm_posterior_mean_is_equation_7(monkeypatch):
    monkeypatch.setattr("diffusers.schedulers.scheduling_ddpm.randn_tensor", lambda shape, **_: torch.zeros(shape))
    for _, level, mixture, x, output, result, after in walk(make("DDPM")):  # without its noise, a step is the mean
        x0, _ = solve(x, output, level, mixture)
        assert difference(posterior_mean(x, x0, level, after), result.prev_sample) < 1e-5


def test_euler_ancestral_aims_at_the_posterior_mean(monkeypatch):
    name = "diffusers.schedulers.scheduling_euler_ancestral_discrete.randn_tensor"
    monkeypatch.setattr(name, lambda shape, **_: torch.zeros(shape))
    for _, level, mixture, x, output, result, after in walk(make("EulerAncestralDiscrete")):
        x0, _ = solve(x, output, level, mixture)
        assert difference(posterior_mean(x, x0, level, after), result.prev_sample) < 1e-4


@given(
    name=st.sampled_from(SCHEDULERS),
    prediction=st.sampled_from(["epsilon", "v_prediction"]),
    spacing=st.sampled_from(["leading", "linspace", "trailing"]),
    steps=st.integers(2, 12),
    start=st.floats(1e-4, 2e-3),
    end=st.floats(5e-3, 0.03),
)
@settings(max_examples=25)
def test_any_schedule_is_solved_at_every_step(name, prediction, spacing, steps, start, end):
    """What is found mixes to what was given: to x, and to the prediction."""
    options = {} if name == "DPMSolverSinglestep" else {"timestep_spacing": spacing}  # that one has a single layout
    scheduler = make(name, prediction, beta_start=start, beta_end=end, **options)
    for _, level, mixture, x, output, _, after in walk(scheduler, steps):
        x0, noise = solve(x, output, level, mixture)
        assert difference(level.a * x0 + level.b * noise, x) < 1e-5
        assert difference(mixture.p * x0 + mixture.q * noise, output) < 1e-4
        assert after.log_snr >= level.log_snr - 1e-4


coefficient = st.floats(0.05, 10)


@given(a=coefficient, b=coefficient, a_next=coefficient, b_next=coefficient, x=st.floats(-5, 5), x0=st.floats(-5, 5))
def test_posterior_mean_is_bayes_rule(a, b, a_next, b_next, x, x0):
    """Two Gaussians multiplied: what x says about x_next, and what x0 says about it."""
    if b_next / a_next > 0.99 * b / a:
        return
    step = a / a_next
    variance = b**2 - step**2 * b_next**2
    expected = (step * x / variance + a_next * x0 / b_next**2) / (step**2 / variance + 1 / b_next**2)
    tensors = torch.tensor([x], dtype=torch.float64), torch.tensor([x0], dtype=torch.float64)
    assert float(posterior_mean(*tensors, Level(a, b), Level(a_next, b_next))) == pytest.approx(expected, rel=1e-6, abs=1e-6)


def test_posterior_mean_at_the_ends():
    x, x0 = torch.randn(2, 3), torch.randn(2, 3)
    level = Level(0.6, 0.8)
    assert torch.equal(posterior_mean(x, x0, level, Level(1.0, 0.0)), x0)
    assert torch.allclose(posterior_mean(x, x0, level, level), x)
    assert torch.equal(posterior_mean(x, x0, Level(0.0, 1.0), Level(0.6, 0.8)), 0.6 * x0)  # pure noise tells nothing
    with pytest.raises(ValueError, match="less noisy"):
        posterior_mean(x, x0, level, Level(0.5, 0.9))


@given(
    a=st.floats(0.01, 1),
    b=st.floats(0.01, 20),
    kind=st.sampled_from(["epsilon", "sample", "v", "flow"]),
    seed=st.integers(0, 99),
)
def test_solve_finds_what_was_mixed(a, b, kind, seed):
    norm = math.hypot(a, b)
    mixture = {
        "epsilon": Parameterization(0, 1),
        "sample": Parameterization(1, 0),
        "v": Parameterization(-b / norm, a / norm),
        "flow": Parameterization(-1, 1),
    }[kind]
    x0, noise = torch.randn(2, 16, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)
    found = solve(a * x0 + b * noise, mixture.p * x0 + mixture.q * noise, Level(a, b), mixture)
    torch.testing.assert_close(torch.stack(found), torch.stack((x0, noise)), rtol=1e-6, atol=1e-6)


@given(a=st.floats(0, 1e3), b=st.floats(0, 1e3))
def test_level_properties(a, b):
    if math.hypot(a, b) < 1e-3:
        return
    level = Level(a, b)
    assert 0 <= level.signal_share <= 1
    assert level.scale == pytest.approx(math.hypot(a, b))
    assert not math.isnan(level.log_snr)
    if a > 1e-6 and b > 1e-6:
        assert level.sigma == pytest.approx(b / a)
        assert level.signal_share == pytest.approx(1 / (1 + math.exp(-level.log_snr)), abs=1e-9)


def test_levels_at_the_ends():
    assert (Level(0, 1).sigma, Level(0, 1).log_snr, Level(0, 1).signal_share) == (math.inf, -math.inf, 0)
    assert (Level(1, 0).sigma, Level(1, 0).log_snr, Level(1, 0).signal_share) == (0, math.inf, 1)


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])
def test_half_precision_stays_out_of_the_derivation(dtype):
    level, mixture = Level(0.01, 0.99995), Parameterization(0.0, 1.0)
    x, output = torch.randn(2, 64, generator=torch.Generator().manual_seed(3)).to(dtype)
    x0, noise = solve(x, output, level, mixture)
    exact, _ = solve(x.double(), output.double(), level, mixture)
    assert x0.dtype == noise.dtype == torch.float32
    assert difference(x0.double(), exact) < 1e-5


@pytest.mark.parametrize(
    ("level", "mixture"), [(Level(0.0, 1.0), Parameterization(0.0, 1.0)), (Level(1.0, 0.0), Parameterization(1.0, 0.0))]
)
def test_what_cannot_be_told_is_refused(level, mixture):
    with pytest.raises(SingularLevelError, match="left in x"):
        solve(torch.ones(2), torch.ones(2), level, mixture)


def test_v_prediction_is_not_singular_without_any_signal():
    scheduler = make("DDIM", "v_prediction", rescale_betas_zero_snr=True, timestep_spacing="trailing")
    _, level, mixture, x, output, _, _ = next(iter(walk(scheduler)))
    assert level.a == 0
    x0, noise = solve(x, output, level, mixture)
    assert x0.isfinite().all()
    assert torch.equal(noise, x)


@pytest.mark.parametrize("name", ["EDMEuler", "EDMDPMSolverMultistep", "IPNDM", "DDIMInverse", "CMStochasticIterative"])
def test_schedulers_that_cannot_be_read_are_refused(name):
    scheduler = getattr(diffusers, name + "Scheduler")()
    with pytest.raises(
        UnsupportedSchedulerError, match=r"cannot read .* It reads .*EulerDiscrete.*Give the pipeline"
    ) as caught:
        require_readable(scheduler)
    assert isinstance(caught.value, DiffexplainError)


def test_unknown_predictions_and_broken_flags_are_refused():
    with pytest.raises(UnsupportedSchedulerError, match="prediction_type='score'"):
        require_readable(make("DDIM", "score"))
    with pytest.raises(UnsupportedSchedulerError, match="NaN"):
        require_readable(make("DPMSolverMultistep", "flow_prediction", use_flow_sigmas=True, use_karras_sigmas=True))
    with pytest.raises(UnsupportedSchedulerError, match="invert_sigmas"):
        require_readable(diffusers.FlowMatchEulerDiscreteScheduler(invert_sigmas=True))
    require_readable(make("UniPCMultistep", "flow_prediction", use_flow_sigmas=True, use_karras_sigmas=True))


def test_a_subclass_is_read_like_its_base():
    class MineScheduler(diffusers.DDIMScheduler):
        pass

    scheduler = MineScheduler(**BETAS)
    scheduler.set_timesteps(4)
    assert level_at(scheduler, 501) == level_at(make("DDIM"), 501)


def test_training_curve():
    curve = training_curve(make("DDIM"))
    assert len(curve) == 101
    assert curve[0][0] == 0
    assert curve[-1][0] == 999
    assert [snr for _, snr in curve] == sorted((snr for _, snr in curve), reverse=True)
    scheduler = make("EulerDiscrete")
    scheduler.set_timesteps(10)
    level = level_at(scheduler, scheduler.timesteps[5])
    assert dict(training_curve(scheduler, 1000))[float(scheduler.timesteps[5])] == pytest.approx(level.log_snr, abs=1e-5)
    flow = training_curve(diffusers.FlowMatchEulerDiscreteScheduler(shift=3.0), points=99)
    assert dict(flow)[500.0] == pytest.approx(0, abs=1e-9)
    assert all(math.isfinite(snr) for _, snr in training_curve(make("DDIM", rescale_betas_zero_snr=True)))
