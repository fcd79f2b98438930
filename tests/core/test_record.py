"""Recording changes nothing, misses nothing, and leaves nothing behind."""

from __future__ import annotations

import copy
import threading

import accelerate
import diffusers
import numpy as np
import pytest
import torch
from PIL import Image

from diffexplain.core import preview, samplers
from diffexplain.core.record import record
from diffexplain.errors import RecordingError, UnsupportedSchedulerError
from diffexplain.explorers.pipelines import denoiser
from tests import tiny

EVERY_SCHEDULER = [
    "DDIM",
    "DDPM",
    "PNDM",
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
    "LCM",
    "TCD",
    "SASolver",
]


class CancelledError(Exception):
    pass


def run(pipe, name="sd", steps=5, seed=0, **call):
    call = {**tiny.arguments(name), "output_type": "latent", **call}
    return pipe(num_inference_steps=steps, generator=torch.Generator().manual_seed(seed), **call).images


def parts(pipe):
    names = ("scheduler", "unet", "transformer", "vae", "image_processor")
    return [pipe, *(part for name in names if (part := getattr(pipe, name, None)) is not None)]


def state(pipe):
    """Names of instance attributes that are functions, and the number of hooks: what recording could leave behind."""
    functions = [sorted(name for name, value in vars(part).items() if callable(value)) for part in parts(pipe)]
    hooks = [len(part._forward_hooks) + len(part._forward_pre_hooks) for part in parts(pipe) if hasattr(part, "_forward_hooks")]
    return functions, hooks


def identity_error(trace):
    return max(
        float((step.level.a * step.x0 + step.level.b * step.noise - step.x).abs().max() / step.x.abs().max())
        for step in trace.steps
    )


@pytest.mark.parametrize("prediction", ["epsilon", "v_prediction"])
@pytest.mark.parametrize("name", EVERY_SCHEDULER)
def test_recorded_is_unrecorded_for_every_scheduler(name, prediction):
    config = {**tiny.BETAS, "steps_offset": 1, "clip_sample": False, "skip_prk_steps": True, "prediction_type": prediction}
    pipe = tiny.sd(scheduler=getattr(diffusers, name + "Scheduler").from_config(config))
    plain = run(pipe, eta=0.5)  # eta and generator reach a step only where its signature shows them
    with record(pipe) as trace:
        recorded = run(pipe, eta=0.5)
    assert torch.equal(plain, recorded)
    assert torch.equal(trace.latents, plain)
    assert trace.finished
    assert len(trace.steps) == len(trace.timesteps)
    assert tuple(step.timestep for step in trace.steps) == trace.timesteps
    assert identity_error(trace) < 1e-6
    assert trace.guidance_scale == pytest.approx(7.5, rel=1e-5)


@pytest.mark.parametrize("output_type", ["pil", "np", "pt", "latent"])
@pytest.mark.parametrize("name", tiny.NAMES)
def test_recorded_is_unrecorded_for_every_pipeline(name, output_type):
    pipe = tiny.build(name)
    plain = run(pipe, name, output_type=output_type)
    before = state(pipe)
    with record(pipe) as trace:
        recorded = run(pipe, name, output_type=output_type)
    assert state(pipe) == before
    assert all(np.array_equal(np.array(one), np.array(other)) for one, other in zip(plain, recorded, strict=True))
    assert trace.finished
    assert [step.index for step in trace.steps] == list(range(5))
    assert identity_error(trace) < 1e-6
    assert (trace.pipeline, trace.sampler, trace.seed) == (type(pipe).__name__, type(pipe.scheduler).__name__, 0)
    assert trace.prompt == tiny.arguments(name).get("prompt")
    assert (trace.height, trace.width) == ((16, 16) if name == "pixart" else (32, 32))
    if output_type == "latent":
        assert torch.equal(trace.latents, plain)
        assert trace.image is None
    elif output_type == "pil":
        assert trace.image.tobytes() == plain[0].tobytes()
        assert trace.image is not plain[0]  # drawing on the result must not draw on the record
    else:
        assert trace.image.size == (trace.width, trace.height)


@pytest.mark.parametrize(
    ("name", "scale"), [("sd", 7.5), ("sdxl", 5.0), ("sd3", 7.0), ("flux, true CFG", 3.0), ("pixart", 4.5)]
)
def test_guidance_is_read_back(name, scale):
    pipe = tiny.build(name)
    with record(pipe) as trace:
        run(pipe, name)
    assert trace.guidance_scale == pytest.approx(scale, rel=1e-5)
    assert all(step.guidance.plain for step in trace.steps)
    for step in trace.steps:
        mixed = step.uncond + scale * (step.cond - step.uncond)
        torch.testing.assert_close(mixed, step.guided, rtol=1e-4, atol=1e-5)
    assert torch.equal(trace.prompt_embeds, tiny.arguments(name).get("prompt_embeds", trace.prompt_embeds))


@pytest.mark.parametrize("name", ["flux", "lcm"])
def test_no_pair_no_reading(name):
    pipe = tiny.build(name)
    with record(pipe) as trace:
        run(pipe, name)
    assert trace.guidance_scale is None
    assert all(step.uncond is None and step.cond is None and step.guidance is None for step in trace.steps)
    assert trace.prompt_embeds is not None
    with pytest.raises(ValueError, match="guidance_scale above 1"):
        trace.steps[0].with_guidance(2.0)


def test_without_guidance_there_is_no_pair_even_in_a_batch():
    pipe = tiny.sd()
    with record(pipe) as trace:
        run(pipe, prompt=["a red circle", "a blue square"], guidance_scale=1.0)
    assert trace.steps[0].x.shape[0] == 2
    assert trace.steps[0].cond is None
    assert trace.prompt == ("a red circle", "a blue square")


def test_post_processed_guidance_shows():
    pipe = tiny.sd()
    with record(pipe) as trace:
        run(pipe, guidance_rescale=0.7)
    assert not trace.steps[0].guidance.plain
    assert trace.steps[0].guidance.residual > 1e-2


def test_perturbed_attention_is_not_taken_for_guidance():
    components = tiny.sd_components()
    components.pop("requires_safety_checker")
    pipe = diffusers.StableDiffusionPAGPipeline(**components, requires_safety_checker=False, pag_applied_layers=["mid"])
    pipe.set_progress_bar_config(disable=True)
    with record(pipe) as trace:
        run(pipe, guidance_scale=1.0, pag_scale=3.0)  # two halves with the same prompt
    assert trace.steps[0].cond is None
    with record(pipe, attention=True) as trace:
        run(pipe, guidance_scale=5.0, pag_scale=3.0, negative_prompt="green")  # three parts
    assert all(step.cond is None for step in trace.steps)
    assert "3 passes" in trace.missing["guidance"]
    plain_pipe = tiny.sd()
    with record(plain_pipe, attention=True) as plain:
        run(plain_pipe, guidance_scale=5.0, negative_prompt="green")
    assert torch.equal(trace.prompt_embeds, plain.prompt_embeds)  # not the negative prompt's
    torch.testing.assert_close(trace.steps[0].attention.maps(), plain.steps[0].attention.maps())


def test_guidance_by_a_picture_as_well_is_not_taken_for_the_negative_prompt():
    pipe = tiny.sd(diffusers.StableDiffusionInstructPix2PixPipeline, in_channels=8)
    picture = Image.fromarray(np.random.default_rng(0).integers(0, 255, (32, 32, 3), dtype=np.uint8))
    with record(pipe, attention=True) as trace:
        run(pipe, image=picture, guidance_scale=6.0, image_guidance_scale=1.5, negative_prompt="green")
    text, *_ = tiny.sd().encode_prompt("a red circle", torch.device("cpu"), 1, do_classifier_free_guidance=False)
    torch.testing.assert_close(trace.prompt_embeds, text)
    assert all(step.cond is None and step.attention is not None for step in trace.steps)
    assert 0 < float(trace.steps[0].attention.word("red").max()) < 1


def test_latents_that_are_changed_after_the_last_step_are_missing():
    """Flux's inpainting decodes them packed otherwise, so that they can't be read back from there."""
    parts = {name: part for name, part in tiny.flux().components.items() if name not in ("image_encoder", "feature_extractor")}
    pipe = diffusers.FluxInpaintPipeline(**parts)
    pipe.set_progress_bar_config(disable=True)
    pictures = [Image.new("RGB", (32, 32), colour) for colour in ("red", "black")]
    pictures[1].paste("white", (0, 0, 32, 16))
    call = {**tiny.arguments("flux"), "image": pictures[0], "mask_image": pictures[1], "strength": 1.0, "output_type": "pil"}
    with record(pipe) as trace:
        recorded = run(pipe, "flux", **call)
    assert trace.image.tobytes() == recorded[0].tobytes()
    assert trace.latents is None
    assert "changes the latents" in trace.missing["latents"]


def test_a_compiled_network():
    """It has no len() for a truth test to ask for. Compiling takes half a minute, and what it computes is not the question here."""
    pipe = tiny.sd()
    plain = run(pipe)
    pipe.unet = torch.compile(pipe.unet, backend="eager")
    with torch.compiler.set_stance("force_eager"), record(pipe) as trace:
        recorded = run(pipe)
    assert torch.equal(plain, recorded)
    assert trace.guidance_scale == pytest.approx(7.5, rel=1e-5)
    assert trace.missing == {}
    assert denoiser(pipe) is pipe.unet


def test_offloaded_networks():
    plain = run(tiny.sd(), output_type="pil")
    parts = {name: copy.deepcopy(part) for name, part in tiny.sd().components.items()}
    pipe = diffusers.StableDiffusionPipeline(**parts, requires_safety_checker=False)
    pipe.set_progress_bar_config(disable=True)
    for name in ("unet", "vae", "text_encoder"):
        accelerate.cpu_offload(parts[name], execution_device="cpu", offload_buffers=True)
    shown = []
    with record(pipe, attention=True, on_step=lambda step: shown.append(preview.decode(step.x0, pipe.vae))) as trace:
        recorded = run(pipe, output_type="pil")
    assert plain[0].tobytes() == recorded[0].tobytes() == trace.image.tobytes()
    assert trace.missing == {}
    assert len(shown) == 5


def test_a_second_call_starts_the_trace_anew():
    pipe = tiny.sd()
    with record(pipe) as trace:
        run(pipe, seed=1, negative_prompt="green")
        first = trace.steps
        assert trace.negative_prompt == "green"
        alone = run(pipe, seed=2, prompt="a blue square", steps=3)
    assert len(first) == 5
    assert len(trace.steps) == 3
    assert (trace.prompt, trace.negative_prompt, trace.seed) == ("a blue square", None, 2)
    assert torch.equal(trace.latents, alone)
    assert trace.finished


def test_the_plan_is_known_before_the_first_step():
    pipe, plans = tiny.sd(), []
    with record(
        pipe, on_step=lambda step: plans.append((len(trace.steps), trace.timesteps, trace.prompt, trace.height))
    ) as trace:
        run(pipe, steps=4)
    assert plans[0] == (1, tuple(map(float, pipe.scheduler.timesteps)), "a red circle", 32)
    assert not trace.steps[0].x.requires_grad


@pytest.mark.parametrize("name", tiny.NAMES)
@pytest.mark.parametrize("at", [0, 2, 4])
def test_what_on_step_raises_leaves_nothing_behind(name, at):
    pipe = tiny.build(name)
    fresh = run(pipe, name)
    before = state(pipe)

    def cancel(step):
        if step.index == at:
            raise CancelledError

    with pytest.raises(CancelledError), record(pipe, on_step=cancel) as trace:
        run(pipe, name, output_type="pil")
    assert state(pipe) == before
    assert len(trace.steps) == at + 1
    assert not trace.finished
    assert trace.image is None
    assert torch.equal(run(pipe, name), fresh)


def test_cancelled_and_run_again_in_one_block():
    pipe = tiny.sd()
    fresh = run(pipe)
    cancel = [True]

    def on_step(step):
        if cancel and step.index == 1:
            cancel.clear()
            raise CancelledError

    with record(pipe, on_step=on_step) as trace:
        with pytest.raises(CancelledError):
            run(pipe)
        assert not trace.finished
        assert torch.equal(run(pipe), fresh)
    assert trace.finished
    assert torch.equal(trace.latents, fresh)


def test_a_failing_pipeline_leaves_nothing_behind():
    pipe = tiny.sd()
    before = state(pipe)
    with pytest.raises(ValueError, match="prompt"), record(pipe) as trace:
        pipe(prompt=None)
    assert state(pipe) == before
    assert trace.steps == []


def test_what_was_wrapped_before_stays_wrapped():
    pipe, calls = tiny.sd(), []
    inner = pipe.scheduler.step

    def mine(*args, **kwargs):
        calls.append(1)
        return inner(*args, **kwargs)

    pipe.scheduler.step = mine
    with record(pipe):
        run(pipe)
    assert pipe.scheduler.step is mine
    assert len(calls) == 5


@pytest.mark.parametrize("output_type", ["latent", "pil"])
def test_previews_in_on_step_are_not_the_end(output_type):
    pipe, shown = tiny.build("sd3"), []
    with record(pipe, on_step=lambda step: shown.append(preview.decode(step.x0 + 1, pipe.vae))) as trace:
        final = run(pipe, "sd3", output_type=output_type)
        assert trace.finished
    assert len(shown) == 5
    if output_type == "latent":
        assert torch.equal(trace.latents, final)
    else:
        assert trace.image.tobytes() == final[0].tobytes()


def test_another_threads_decoding_is_not_the_end():
    pipe = tiny.build("sd3")

    def look(pipe, index, timestep, values):
        thread = threading.Thread(target=preview.decode, args=(values["latents"] + 1, pipe.vae))
        thread.start()
        thread.join()
        return values

    with record(pipe) as trace:
        final = run(pipe, "sd3", callback_on_step_end=look)
    assert torch.equal(trace.latents, final)


def test_a_preview_in_a_callback_is_not_the_end():
    pipe = tiny.build("sd3")

    def look(pipe, index, timestep, values):
        if index < 4:
            preview.decode(values["latents"] + 1, pipe.vae)
        return values

    with record(pipe) as trace:
        final = run(pipe, "sd3", callback_on_step_end=look)
    assert torch.equal(trace.latents, final)


def test_what_the_denoiser_said_before_the_run_is_no_part_of_it():
    pipe = tiny.sd()
    with record(pipe) as trace:
        with torch.no_grad():
            pipe.unet(torch.randn(2, 4, 16, 16), 1, encoder_hidden_states=torch.randn(2, 16, 32))
        run(pipe)
    assert trace.steps[0].guidance.plain


def test_latents_replaced_by_a_callback_are_seen():
    pipe = tiny.sd()

    def shift(pipe, index, timestep, values):
        return {"latents": values["latents"] + 1}

    plain = run(pipe, callback_on_step_end=shift, output_type="pil")
    with record(pipe) as trace:
        recorded = run(pipe, callback_on_step_end=shift, output_type="pil")
    assert plain[0].tobytes() == recorded[0].tobytes()
    torch.testing.assert_close(preview.decode(trace.latents, pipe.vae), _pixels(plain[0]), atol=1 / 255, rtol=0)


def _pixels(picture):
    return torch.from_numpy(np.array(picture)).permute(2, 0, 1)[None] / 255


def test_records_do_not_share_memory_with_the_pipeline():
    pipe, seen = tiny.sd(), []
    with record(pipe) as plain:
        run(pipe)

    def spoil(pipe, index, timestep, values):
        if seen:
            seen.pop().zero_()  # what this step was given as its sample
        seen.append(values["latents"])
        return values

    handle = pipe.unet.register_forward_hook(lambda module, args, output: seen_outputs.append(output[0]))
    seen_outputs = []
    with record(pipe) as trace:
        run(pipe, callback_on_step_end=spoil)
        for output in seen_outputs:
            output.zero_()
    handle.remove()
    for one, other in zip(trace.steps, plain.steps, strict=True):
        assert all(torch.equal(getattr(one, name), getattr(other, name)) for name in ("x", "guided", "uncond", "cond"))
    assert torch.equal(trace.latents, plain.latents)


def test_an_interrupted_run_is_not_finished():
    pipe = tiny.sd()

    def stop(pipe, index, timestep, values):
        pipe._interrupt = index == 1
        return values

    with record(pipe) as trace:
        run(pipe, callback_on_step_end=stop, output_type="pil")
    assert len(trace.steps) == 2
    assert not trace.finished
    assert trace.image is not None


@pytest.mark.parametrize("name", ["DDIM", "PNDM", "HeunDiscrete", "EulerDiscrete", "DPMSolverMultistep", "KDPM2Discrete"])
@pytest.mark.parametrize("strength", [0.3, 0.5, 0.75, 1.0])
def test_image_to_image(name, strength):
    config = {**tiny.BETAS, "steps_offset": 1, "clip_sample": False, "skip_prk_steps": True, "timestep_spacing": "leading"}
    scheduler = getattr(diffusers, name + "Scheduler").from_config(config)
    pipe = tiny.sd(diffusers.StableDiffusionImg2ImgPipeline, scheduler=scheduler)
    picture = Image.fromarray(np.random.default_rng(0).integers(0, 255, (32, 32, 3), dtype=np.uint8))
    plain = run(pipe, steps=8, image=picture, strength=strength)
    with record(pipe) as trace:
        recorded = run(pipe, steps=8, image=picture, strength=strength)
    assert torch.equal(plain, recorded)
    assert torch.equal(trace.latents, plain)
    assert tuple(step.timestep for step in trace.steps) == trace.timesteps
    assert trace.finished
    assert identity_error(trace) < 1e-6
    assert (trace.seed, trace.height, trace.width) == (0, 32, 32)


def test_inpainting_ends_with_what_is_decoded():
    pipe = tiny.sd(diffusers.StableDiffusionInpaintPipeline)
    picture = Image.fromarray(np.random.default_rng(0).integers(0, 255, (32, 32, 3), dtype=np.uint8))
    mask = Image.fromarray(np.pad(np.full((16, 32), 255, np.uint8), ((0, 16), (0, 0))))
    call = {"image": picture, "mask_image": mask, "output_type": "pil", "strength": 1.0}
    plain = run(pipe, **call)
    with record(pipe) as trace:
        recorded = run(pipe, **call)
    assert plain[0].tobytes() == recorded[0].tobytes() == trace.image.tobytes()
    torch.testing.assert_close(preview.decode(trace.latents, pipe.vae), _pixels(plain[0]), atol=1 / 255, rtol=0)


def test_seeds():
    pipe = tiny.sd()

    def seed_of(generator):
        with record(pipe) as trace:
            pipe(["a", "a"], num_inference_steps=1, generator=generator, output_type="latent")
        return trace.seed

    used = torch.Generator().manual_seed(5)
    torch.rand(1, generator=used)
    assert seed_of(torch.Generator().manual_seed(5)) == 5
    assert seed_of([torch.Generator().manual_seed(seed) for seed in (3, 4)]) == (3, 4)
    assert seed_of(used) is None  # seed 5 would not make this picture again
    assert seed_of(None) is None


def test_recording_twice_at_once_is_refused():
    pipe = tiny.sd()
    other = diffusers.StableDiffusionImg2ImgPipeline(**pipe.components, requires_safety_checker=False)
    before = state(pipe)
    with record(pipe) as trace:
        for again in (pipe, other):
            with pytest.raises(RecordingError, match="being recorded already"), record(again):
                pass
        run(pipe)
    assert len(trace.steps) == 5
    assert state(pipe) == before


def test_exchanging_the_scheduler_while_recording_is_refused():
    pipe = tiny.sd()
    with record(pipe) as trace:
        pipe.scheduler = samplers.build("euler", pipe.scheduler)
        with pytest.raises(RecordingError, match="exchanged"):
            run(pipe)
    assert trace.steps == []


def test_what_is_no_pipeline_is_refused():
    for thing in (object(), torch.nn.Linear(2, 2), "a fox"):
        with pytest.raises(TypeError, match="a scheduler and a unet or transformer"), record(thing):
            pass


def test_an_unreadable_scheduler_is_refused_before_anything_runs():
    pipe = tiny.sd()
    calls = []
    handle = pipe.unet.register_forward_hook(lambda *_: calls.append(1))
    pipe.scheduler = diffusers.EDMEulerScheduler()
    before = state(pipe)
    try:
        with pytest.raises(UnsupportedSchedulerError, match="EDMEulerScheduler"), record(pipe):
            run(pipe)
    finally:
        handle.remove()
    assert calls == []
    assert state(pipe)[0] == before[0]


def test_half_precision():
    pipe = tiny.sd()
    pipe = type(pipe)(**{name: copy.deepcopy(part) for name, part in pipe.components.items()}, requires_safety_checker=False)
    pipe.set_progress_bar_config(disable=True)
    pipe.to(torch.bfloat16)
    plain = run(pipe)
    with record(pipe) as trace:
        recorded = run(pipe)
    assert torch.equal(plain, recorded)
    assert trace.steps[0].x.dtype == torch.bfloat16
    assert trace.steps[0].x0.dtype == trace.steps[0].mean.dtype == torch.float32


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(
            name, marks=[] if name in ("ddim", "euler_a", "heun", "dpmpp_2m") else pytest.mark.more
        )  # all on a tiny model
        for name in samplers.SAMPLERS
        if not name.startswith("flow")
    ],
)
def test_the_bundled_model(bundled, name):
    usual = bundled.scheduler
    steps = 16 if name == "pndm" else 12  # in 12 its predictions, carried on from those before, still lead too far
    call = {"num_inference_steps": steps, "guidance_scale": 4.0, "output_type": "np"}
    try:
        bundled.scheduler = samplers.build(name, usual)
        plain = bundled("a fox", generator=torch.Generator().manual_seed(7), **call).images
        with record(bundled) as trace:
            recorded = bundled("a fox", generator=torch.Generator().manual_seed(7), **call).images
    finally:
        bundled.scheduler = usual
    assert np.array_equal(plain, recorded)
    assert trace.guidance_scale == pytest.approx(4, rel=1e-5)
    assert identity_error(trace) < 1e-6
    for step in trace.steps:
        assert step.mean.isfinite().all()
    assert float((trace.steps[-1].x0 - trace.latents).abs().mean()) < 0.2  # the last x0 is about where the run ends
