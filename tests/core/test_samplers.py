"""The list of samplers: every flag explicit, every name fits the model it is offered for."""

from __future__ import annotations

import inspect

import diffusers
import pytest
import torch

from diffexplain.core import samplers
from diffexplain.core.levels import level_at, parameterization_of, solve
from diffexplain.errors import UnknownSamplerError, UnsupportedSchedulerError
from tests import tiny
from tests.core.test_levels import difference, walk
from tests.tiny import BETAS

DIFFUSION = [name for name, sampler in samplers.SAMPLERS.items() if sampler.family == "diffusion"]
FLOW = [name for name, sampler in samplers.SAMPLERS.items() if sampler.family == "flow"]
SOURCES = ["DDIM", "DDPM", "PNDM", "EulerDiscrete", "DPMSolverMultistep", "UniPCMultistep", "LMSDiscrete"]


def names(scheduler):
    return [sampler.name for sampler in samplers.available(scheduler)]


def flags(scheduler):
    return {name: value for name, value in scheduler.config.items() if not name.startswith("_")}


@pytest.mark.parametrize("name", DIFFUSION)
def test_every_flag_is_set_explicitly(name):
    scheduler = samplers.build(name, diffusers.DDIMScheduler(**BETAS))
    left = set(scheduler.config.get("_use_default_values", ()))  # what its __init__ was not given
    shape = {"dynamic_thresholding_ratio", "sample_max_value", "clip_sample_range"}  # of clipping, which is off
    flow = {"use_flow_sigmas", "flow_shift", "use_dynamic_shifting", "time_shift_type", "shift_terminal"}  # flow, which is off
    assert left <= {*shape, *flow, "solver_p", "lambda_min_clipped"}


@pytest.mark.parametrize("source", SOURCES)
@pytest.mark.parametrize("name", DIFFUSION)
def test_the_same_sampler_whatever_it_is_made_from(name, source):
    """The trap of from_config: the result depended on which keys the source had been given explicitly."""
    cls = getattr(diffusers, source + "Scheduler")
    built = samplers.build(name, cls(**BETAS, prediction_type="v_prediction"))
    wanted = samplers.build(name, diffusers.DDIMScheduler(**BETAS, prediction_type="v_prediction"))
    assert flags(built) == flags(wanted)
    assert built.config.prediction_type == "v_prediction"
    assert built.config.get("clip_sample", False) is False
    assert built.config.get("timestep_spacing", "leading") == "leading"
    for chained in DIFFUSION:  # and through any other sampler
        again = samplers.build(name, samplers.build(chained, built))
        assert flags(again) == flags(built)


@pytest.mark.parametrize("name", DIFFUSION)
def test_a_built_sampler_has_no_history_and_leaves_none(name):
    """As the class itself makes it, however often it has been built and used before."""

    def steps(scheduler):
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(0)
            return [(timestep, level, output) for timestep, level, _, _, output, *_ in walk(scheduler, 4)]

    for _ in range(2):
        scheduler = samplers.build(name, diffusers.DDIMScheduler(**BETAS))
        known = inspect.signature(type(scheduler)).parameters
        new = type(scheduler)(**{key: value for key, value in flags(scheduler).items() if key in known})
        assert flags(scheduler) == flags(new)
        for one, other in zip(steps(scheduler), steps(new), strict=True):
            assert one[:2] == other[:2]
            assert torch.equal(one[2], other[2])
        scheduler.register_to_config(steps_offset=7, num_train_timesteps=5)
        scheduler.betas.zero_()


@pytest.mark.parametrize("name", DIFFUSION)
def test_built_samplers_know_their_name(name):
    scheduler = samplers.build(name, diffusers.PNDMScheduler(**BETAS))
    assert samplers.name_of(scheduler) == name
    assert scheduler is not samplers.build(name, scheduler)
    torch.testing.assert_close(scheduler.alphas_cumprod, diffusers.PNDMScheduler(**BETAS).alphas_cumprod)


def test_others_have_no_name():
    assert samplers.name_of(diffusers.PNDMScheduler()) is None
    assert (
        samplers.name_of(diffusers.DPMSolverMultistepScheduler(algorithm_type="dpmsolver", final_sigmas_type="sigma_min"))
        is None
    )
    assert samplers.name_of(diffusers.FlowMatchEulerDiscreteScheduler(stochastic_sampling=True)) is None


def test_the_bundled_model_has_all(bundled):
    assert names(bundled.scheduler) == DIFFUSION
    assert samplers.name_of(bundled.scheduler) == "ddim"
    assert flags(samplers.build("ddim", bundled.scheduler)) == flags(bundled.scheduler)


@pytest.mark.parametrize("steps", [1, 2, 7])
@pytest.mark.parametrize("name", DIFFUSION)
def test_every_sampler_runs_and_ends_clean(name, steps):
    pipe = tiny.sd(scheduler=samplers.build(name, diffusers.DDIMScheduler(**BETAS)))
    images = pipe(
        "a red circle", num_inference_steps=steps, generator=torch.Generator().manual_seed(0), output_type="pt"
    ).images
    assert images.isfinite().all()


def test_an_ideal_denoiser_leads_every_sampler_to_the_picture():
    """With a network that always knows the clean picture, every one of them must arrive there."""
    target = torch.randn(1, 4, 8, 8, generator=torch.Generator().manual_seed(1))
    for name in DIFFUSION:
        scheduler = samplers.build(name, diffusers.DDIMScheduler(**BETAS, prediction_type="v_prediction"))
        scheduler.set_timesteps(20)
        draw = torch.Generator().manual_seed(0)
        x = torch.randn(1, 4, 8, 8, generator=draw) * scheduler.init_noise_sigma
        options = {"generator": draw} if "generator" in inspect.signature(scheduler.step).parameters else {}
        for timestep in scheduler.timesteps:
            scheduler.scale_model_input(x, timestep)  # Euler's family insists on the call
            level = level_at(scheduler, timestep)
            mixture = parameterization_of(scheduler, level)
            noise = (x - level.a * target) / level.b
            x = scheduler.step(mixture.p * target + mixture.q * noise, timestep, x, **options).prev_sample
        assert float((x - target).abs().max()) < 0.2, name  # DDIM ends at the first training level, sigma 0.03


def test_what_the_model_cannot_take_is_not_offered():
    assert "euler_a" not in names(diffusers.DDIMScheduler(prediction_type="sample"))
    zero_signal = names(diffusers.DDIMScheduler(rescale_betas_zero_snr=True))
    assert "heun" not in zero_signal
    assert samplers.build("euler", diffusers.DDIMScheduler(rescale_betas_zero_snr=True)).config.rescale_betas_zero_snr
    assert names(diffusers.LCMScheduler()) == []
    assert names(diffusers.EDMEulerScheduler()) == []


def test_few_step_models_keep_their_trailing_timesteps():
    turbo = diffusers.EulerAncestralDiscreteScheduler(**BETAS, timestep_spacing="trailing")
    scheduler = samplers.build("ddim", turbo)
    scheduler.set_timesteps(1)
    assert scheduler.timesteps.tolist() == [999]


def test_flow_models_get_flow_samplers():
    assert names(diffusers.FlowMatchEulerDiscreteScheduler(shift=3.0)) == FLOW
    shifting = diffusers.FlowMatchEulerDiscreteScheduler(use_dynamic_shifting=True, base_shift=0.3)
    assert names(shifting) == ["flow_euler"]
    built = samplers.build("flow_euler", shifting)
    assert (built.config.use_dynamic_shifting, built.config.base_shift) == (True, 0.3)
    for name in FLOW:
        scheduler = samplers.build(name, diffusers.FlowMatchEulerDiscreteScheduler(shift=3.0))
        assert scheduler.config.get("shift", scheduler.config.get("flow_shift")) == 3.0
        assert names(scheduler) == FLOW
        assert samplers.name_of(scheduler) == name
        pipe = tiny.sd3(scheduler=scheduler)
        images = pipe(num_inference_steps=3, output_type="pt", **tiny.arguments("sd3")).images
        assert images.isfinite().all()


def test_wrong_names_are_refused_with_help():
    scheduler = diffusers.DDIMScheduler()
    with pytest.raises(UnknownSamplerError, match=r"'eular' is not a sampler.*ddim, ddpm.*Did you mean 'euler'"):
        samplers.build("eular", scheduler)
    with pytest.raises(UnknownSamplerError, match="'flow_euler' does not fit"):
        samplers.build("flow_euler", scheduler)
    with pytest.raises(ValueError, match="distilled"):
        samplers.build("ddim", diffusers.LCMScheduler())
    with pytest.raises(UnsupportedSchedulerError):
        samplers.build("ddim", diffusers.EDMEulerScheduler())


@pytest.mark.parametrize("prediction", ["epsilon", "v_prediction", "sample"])
@pytest.mark.parametrize("name", DIFFUSION)
def test_one_derivation_for_every_sampler_prediction_and_spacing(name, prediction):
    source = diffusers.DDIMScheduler(**BETAS, prediction_type=prediction)
    if name not in names(source):
        pytest.skip("diffusers has no such prediction for it, and it is not offered")
    for spacing in samplers.spacings(name):
        scheduler = samplers.build(name, source, spacing=spacing)
        for _, level, mixture, x, output, result, after in walk(scheduler, steps=8):
            x0, noise = solve(x, output, level, mixture)
            assert difference(level.a * x0 + level.b * noise, x) < 1e-6
            own = getattr(result, "pred_original_sample", None)
            if own is None and getattr(scheduler, "model_outputs", None) is not None and name.startswith(("dpmpp", "unipc")):
                own = scheduler.model_outputs[scheduler.config.get("solver_order", 2) - 1]
            if own is not None:
                assert difference(x0, own) < 1e-6, spacing
            assert after.log_snr > level.log_snr - 1e-4 or name in {"pndm", "dpm2_a"}, spacing  # PNDM stays once, to begin
        assert after.log_snr > 6, spacing


@pytest.mark.parametrize("name", [name for name in DIFFUSION if "leading" in samplers.spacings(name)])
def test_without_any_signal_at_the_end(name):
    source = diffusers.DDIMScheduler(
        **BETAS, prediction_type="v_prediction", rescale_betas_zero_snr=True, timestep_spacing="trailing"
    )
    if name not in names(source):
        return
    seen = [
        (level, *solve(x, output, level, mixture)) for _, level, mixture, x, output, *_ in walk(samplers.build(name, source))
    ]
    assert seen[0][0].sigma > 1e3  # the very end, or what a sampler that counts in sigma puts in the place of infinity
    assert all(x0.isfinite().all() and noise.isfinite().all() for _, x0, noise in seen)


def test_spacings():
    source = diffusers.DDIMScheduler(**BETAS)
    assert samplers.spacings("euler") == samplers.SPACINGS
    for name in samplers.SAMPLERS:
        for spacing in set(samplers.SPACINGS) - set(samplers.spacings(name)):
            model = source if name in DIFFUSION else diffusers.FlowMatchEulerDiscreteScheduler(shift=3.0)
            with pytest.raises(UnknownSamplerError, match=spacing):
                samplers.build(name, model, spacing=spacing)
    with pytest.raises(UnknownSamplerError, match=r"lands beside.*11347.*leading, trailing"):
        samplers.build("ddim", source, spacing="linspace")
    with pytest.raises(UnknownSamplerError, match="is no spacing"):
        samplers.build("euler", source, spacing="cosine")
    karras = samplers.build("euler", source, spacing="karras")
    karras.set_timesteps(10)
    roots = karras.sigmas[:-1].double() ** (1 / 7)  # equation 5 of Karras et al.: even in sigma^(1/7)
    torch.testing.assert_close(roots.diff(), roots.diff().mean().expand(9), rtol=1e-4, atol=1e-4)
    exponential = samplers.build("dpmpp_2m", source, spacing="exponential")
    exponential.set_timesteps(10)
    steps = exponential.sigmas[:-1].double().log().diff()
    torch.testing.assert_close(steps, steps.mean().expand(9), rtol=1e-4, atol=1e-4)


def test_every_sampler_is_explained():
    for sampler in samplers.SAMPLERS.values():
        assert sampler.sentence.endswith(".")
        assert any(year in sampler.source for year in ("2020", "2021", "2022", "2023"))
        assert hasattr(diffusers, sampler.scheduler)


def test_flags_keep_their_kinds_whatever_was_built_before() -> None:
    for value in (1, True, 1):
        made = samplers.with_flags(diffusers.DDIMScheduler, {"steps_offset": value})
        assert type(made.config.steps_offset) is type(value)
