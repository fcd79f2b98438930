"""Every lane is the run of its own pipeline, whatever runs beside it."""

from __future__ import annotations

import copy
import warnings
import weakref

import diffusers
import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

import diffexplain as dx
from diffexplain.core import memory, samplers
from diffexplain.core.lanes import sampling
from diffexplain.core.lanes.forward import Forward
from diffexplain.core.record import record
from diffexplain.errors import LaneError, MemoryShortError, UnfitPipelineError, UnknownSamplerError
from tests import tiny

DIFFUSION = [name for name, sampler in samplers.SAMPLERS.items() if sampler.family == "diffusion"]
FLOW = [name for name, sampler in samplers.SAMPLERS.items() if sampler.family == "flow"]
ADDED = {"addition_embed_type": "text_time", "addition_time_embed_dim": 8, "projection_class_embeddings_input_dim": 80}
WEIGHTS = ("unet", "vae", "text_encoder", "text_encoder_2", "transformer")


def picture(seed=0, side=32):
    return Image.fromarray(np.random.default_rng(seed).integers(0, 255, (side, side, 3), dtype=np.uint8))


def alone(pipe, lane, output_type="latent", **call):
    """The lane's own pipeline, as anybody would call it."""
    own = pipe
    if lane.sampler is not None:
        own = copy.copy(pipe)
        own.scheduler = samplers.build(lane.sampler, pipe.scheduler, spacing=lane.spacing)
    given = {"prompt": lane.prompt, "negative_prompt": lane.negative_prompt, "guidance_scale": lane.guidance, **call}
    return own(
        num_inference_steps=lane.steps,
        eta=lane.eta,
        generator=torch.Generator("cpu").manual_seed(lane.seed),
        output_type=output_type,
        **given,
    ).images


def difference(found, expected):
    return float((found - expected).abs().max() / expected.abs().max())


def mixed(names, **more):
    """Lanes that differ in everything at once."""
    prompts = ("a red circle", "a blue square", "", "a green circle on a blue square")
    return [
        dx.Lane(
            prompt=prompts[index % 4],
            negative_prompt="red" if index % 3 == 1 else None,
            seed=100 * index,
            sampler=name,
            steps=4 + index % 4,
            guidance=(7.5, 1.0, 3.0, 0.0)[index % 4],
            eta=float(index % 2),
            **more,
        )
        for index, name in enumerate(names)
    ]


@pytest.mark.parametrize("family", ["sd", "sdxl"])
def test_each_lane_is_its_own_pipelines_run(family):
    pipe = tiny.build(family)
    size = {"height": 32, "width": 32} if family == "sdxl" else {}
    lanes = mixed([None, *DIFFUSION], **size)
    for lane, trace in zip(lanes, dx.sample(lanes, pipe), strict=True):
        assert difference(trace.latents, alone(pipe, lane, **size)) < 1e-4, lane
        assert trace.finished
        assert (trace.prompt, trace.negative_prompt, trace.seed) == (lane.prompt, lane.negative_prompt, lane.seed)
        assert (trace.pipeline, trace.height, trace.width) == (type(pipe).__name__, 32, 32)
        assert tuple(step.timestep for step in trace.steps) == trace.timesteps


def test_a_lane_says_what_the_recorder_says():
    pipe = tiny.sd()
    lanes = mixed(["ddim", "heun", "euler_a", "pndm"])
    for lane, trace in zip(lanes, dx.sample(lanes, pipe), strict=True):
        own = tiny.sd(scheduler=samplers.build(lane.sampler, pipe.scheduler))
        with record(own) as wanted:
            alone(own, lane.but(sampler=None), output_type="pil")
        for name in ("timesteps", "prompt", "negative_prompt", "seed", "pipeline", "sampler", "height", "width", "finished"):
            assert getattr(trace, name) == getattr(wanted, name), name
        assert torch.equal(trace.prompt_embeds, wanted.prompt_embeds[-1:])
        for one, other in zip(trace.steps, wanted.steps, strict=True):
            assert (one.index, one.timestep, one.level, one.next_level, one.parameterization) == (
                other.index,
                other.timestep,
                other.level,
                other.next_level,
                other.parameterization,
            )
            for name in ("x", "guided", "uncond", "cond"):
                found, expected = getattr(one, name), getattr(other, name)
                assert (found is None) == (expected is None)
                assert found is None or difference(found, expected) < 1e-4
        pixels = [np.array(each.image, dtype=int) for each in (trace, wanted)]
        assert np.abs(pixels[0] - pixels[1]).max() <= 1
        assert trace.image.size == (32, 32)


@pytest.mark.parametrize("spacing", samplers.SPACINGS)
def test_spacings(spacing):
    pipe = tiny.sd()
    lanes = mixed([name for name in DIFFUSION if spacing in samplers.spacings(name)], spacing=spacing)
    for lane, trace in zip(lanes, dx.sample(lanes, pipe, decode=False), strict=True):
        assert difference(trace.latents, alone(pipe, lane)) < 1e-4, lane
        assert trace.image is None


@pytest.mark.parametrize(("family", "strength"), [("sd", 0.3), ("sd", 1.0), ("sdxl", 0.6)])
def test_lanes_from_a_picture(family, strength):
    pipe = tiny.build(family)
    lanes = mixed(DIFFUSION, image=picture(), strength=strength)
    lanes += mixed(["ddim"], height=32, width=32)  # one from noise beside them
    cls = diffusers.StableDiffusionXLImg2ImgPipeline if family == "sdxl" else diffusers.StableDiffusionImg2ImgPipeline
    own = tiny.sdxl(cls=cls) if family == "sdxl" else tiny.sd(cls)
    own.scheduler = pipe.scheduler
    traces = dx.sample(lanes, pipe, decode=False)
    for lane, trace in zip(lanes[:-1], traces[:-1], strict=True):
        assert difference(trace.latents, alone(own, lane, image=picture(), strength=strength)) < 1e-4, lane
        assert trace.pipeline == cls.__name__
    assert difference(traces[-1].latents, alone(pipe, lanes[-1], height=32, width=32)) < 1e-4


def counting(pipe):
    rows = []
    hook = pipe.unet.register_forward_pre_hook(lambda module, args: rows.append(len(args[0])))
    return rows, hook


def test_one_call_an_iteration_and_no_row_too_many():
    pipe = tiny.sd()
    lanes = [
        dx.Lane(prompt="a red circle", steps=4, guidance=5),
        dx.Lane(prompt="a red circle", steps=2, guidance=1),
        dx.Lane(steps=6, guidance=0.5, sampler="euler"),
        dx.Lane(prompt="a blue square", steps=3, guidance=1.01, sampler="heun"),
    ]
    rows, hook = counting(pipe)
    progress = list(sampling(lanes, pipe))
    hook.remove()
    assert rows == [6, 6, 5, 5, 3, 1]  # 2 + 1 + 1 + 2; then the second lane is over, the first (heun takes 5), ...
    assert [len(each.moved) for each in progress] == [4, 4, 3, 3, 2, 1, 0]
    assert [each.finished for each in progress] == [(), (), (1,), (), (0,), (3,), (2,)]
    assert progress[-1].calls == 6


def test_a_prompt_is_read_once():
    pipe, calls = tiny.sd(), []
    hook = pipe.text_encoder.register_forward_pre_hook(lambda *_: calls.append(1))
    dx.sample([dx.Lane(prompt="a red circle", seed=seed, steps=1) for seed in range(5)], pipe)
    hook.remove()
    assert len(calls) == 2  # the prompt, and none


def parts_of(pipe):
    hooks = [
        (len(module._forward_hooks), len(module._forward_pre_hooks))
        for name in WEIGHTS
        if isinstance(getattr(pipe, name, None), torch.nn.Module)
        for module in getattr(pipe, name).modules()
    ]
    return {**vars(pipe)}, dict(pipe.scheduler.config), hooks, {key: id(value) for key, value in pipe.components.items()}


@pytest.mark.parametrize("family", ["sd", "sdxl", "sd3"])
@pytest.mark.parametrize("leave", [None, 0, 2])
def test_nothing_is_left_behind(family, leave):
    pipe = tiny.build(family)
    options = {key: value for key, value in tiny.arguments(family).items() if key not in {"prompt", "height", "width"}}
    lane = dx.Lane(prompt=None if family == "sd3" else "a red circle", steps=4, height=32, width=32, options=options)
    before, state = parts_of(pipe), torch.random.get_rng_state()
    run = sampling([lane, lane.but(seed=1)], pipe)
    if leave is None:
        list(run)
    else:
        progress = [next(run) for _ in range(leave + 1)]
        run.close()
        assert not any(trace.finished for trace in progress[-1].traces)
        assert len(progress[-1].traces[0].steps) == leave + 1
    assert parts_of(pipe) == before
    assert torch.equal(torch.random.get_rng_state(), state)
    assert torch.is_grad_enabled()


def test_gradients_are_the_callers_between_iterations():
    for _ in sampling([dx.Lane(steps=2)], tiny.sd()):
        assert torch.is_grad_enabled()
        assert not torch.is_inference_mode_enabled()


@pytest.mark.parametrize(("name", "chosen"), [("sd3", FLOW), ("flux", ["flow_euler"]), ("flux, true CFG", ["flow_euler"])])
def test_other_families_run_lane_by_lane(name, chosen):
    pipe = tiny.build(name)
    given = {key: value for key, value in tiny.arguments(name).items() if key not in {"height", "width"}}
    lanes = [
        dx.Lane(prompt=None, seed=seed, sampler=sampler, steps=3, guidance=3.0, height=32, width=32, options=given)
        for seed, sampler in enumerate([None, *chosen])
    ]
    progress = list(sampling(lanes, pipe))
    traces = progress[-1].traces
    assert sorted(index for each in progress for index in each.finished) == list(range(len(lanes)))
    assert [each.moved for each in progress[:3]] == [(0,)] * 3
    for lane, trace in zip(lanes, traces, strict=True):
        own = tiny.build(name, scheduler=samplers.build(lane.sampler, pipe.scheduler) if lane.sampler else None)
        wanted = own(
            num_inference_steps=3,
            guidance_scale=3.0,
            generator=torch.Generator().manual_seed(lane.seed),
            height=32,
            width=32,
            **given,
        ).images[0]
        assert trace.finished
        assert trace.image.tobytes() == wanted.tobytes()


def test_an_error_of_a_lane_that_runs_alone_comes_out():
    pipe = tiny.build("sd3")
    given = tiny.arguments("sd3")
    broken = {**{key: value for key, value in given.items() if key not in {"height", "width"}}, "max_sequence_length": 10**6}
    before = parts_of(pipe)
    with pytest.raises(ValueError, match="max_sequence_length"):
        dx.sample([dx.Lane(prompt=None, height=32, width=32, options=broken)], pipe)
    assert parts_of(pipe) == before


def test_an_option_of_the_loop_sends_a_lane_on_its_own_way():
    pipe = tiny.sd()
    plain = dx.Lane(prompt="a red circle", steps=3)
    rescaled = plain.but(options={"guidance_rescale": 0.7})
    rows, hook = counting(pipe)
    traces = dx.sample([rescaled, plain], pipe)
    hook.remove()
    assert rows == [2] * 6
    assert difference(traces[0].latents, alone(pipe, plain, guidance_rescale=0.7)) < 1e-4
    assert difference(traces[1].latents, alone(pipe, plain)) < 1e-4
    assert not traces[0].steps[0].guidance.plain


def test_embeddings_in_the_place_of_a_prompt():
    pipe = tiny.sd()
    with torch.no_grad():
        cond, uncond = pipe.encode_prompt("a red circle", "cpu", 1, True)[:2]
    lane = dx.Lane(prompt="a red circle", steps=3)
    given = dx.Lane(prompt=None, steps=3, options={"prompt_embeds": cond, "negative_prompt_embeds": uncond})
    one, other = dx.sample([lane, given], pipe)
    assert difference(one.latents, other.latents) < 1e-5


# memory


def test_a_small_budget_splits_the_call():
    pipe = tiny.sd()
    lanes = mixed(["ddim", "euler", "ddpm", "heun", "unipc"])
    whole = dx.sample(lanes, pipe, decode=False)
    each = memory.row_bytes(pipe.unet, 16, 16)
    for budget in (1, 3 * each, 5 * each):
        rows, hook = counting(pipe)
        split = dx.sample(lanes, pipe, decode=False, memory=budget)
        hook.remove()
        assert max(rows) == max(budget // each, 2)
        for one, other in zip(whole, split, strict=True):
            assert difference(one.latents, other.latents) < 1e-4


def short_of_memory(monkeypatch, most):
    real = Forward._predict

    def predict(self, runs):
        if sum(run.rows for run in runs) > most:
            raise torch.OutOfMemoryError(
                "CUDA out of memory. Tried to allocate 2.00 GiB. GPU 0 has a total capacity of 8.00 GiB of which 512.00 MiB is free."
            )
        return real(self, runs)

    monkeypatch.setattr(Forward, "_predict", predict)


def test_out_of_memory_goes_on_in_smaller_pieces(monkeypatch):
    pipe, lanes = tiny.sd(), mixed(["ddim", "euler", "ddpm", "heun", "unipc", "lms"])
    whole = dx.sample(lanes, pipe, decode=False)
    short_of_memory(monkeypatch, 4)
    for one, other in zip(whole, dx.sample(lanes, pipe, decode=False), strict=True):
        assert difference(one.latents, other.latents) < 1e-4


def test_out_of_memory_for_one_lane_says_what_would_fit(monkeypatch):
    short_of_memory(monkeypatch, 1)
    with pytest.raises(MemoryShortError, match=r"asked for 2\.0 GiB more, and 512\.0 MiB.*would fit: guidance=1") as caught:
        dx.sample([dx.Lane(steps=2)], tiny.sd())
    assert isinstance(caught.value, MemoryError)
    dx.sample([dx.Lane(steps=2, guidance=1)], tiny.sd())  # what was advised


def test_other_errors_are_not_taken_for_a_shortage(monkeypatch):
    monkeypatch.setattr(Forward, "_predict", lambda self, runs: (_ for _ in ()).throw(RuntimeError("shapes")))
    with pytest.raises(RuntimeError, match="shapes"):
        dx.sample([dx.Lane(steps=2)], tiny.sd())


class Live(torch.utils._python_dispatch.TorchDispatchMode):
    """Counts the bytes of tensors that are alive, beside a module's weights."""

    def __init__(self, module):
        super().__init__()
        self.weights = {parameter.untyped_storage()._cdata for parameter in module.parameters()}  # views of these are no news
        self.alive, self.peak, self.seen = 0, 0, {}

    def __torch_dispatch__(self, function, types, args=(), kwargs=None):
        result = function(*args, **(kwargs or {}))
        for tensor in result if isinstance(result, (tuple, list)) else [result]:
            if (
                isinstance(tensor, torch.Tensor)
                and (key := tensor.untyped_storage()._cdata) not in self.seen.keys() | self.weights
            ):
                size = tensor.untyped_storage().nbytes()
                self.seen[key] = size
                self.alive += size
                weakref.finalize(tensor.untyped_storage(), self.gone, key)
        self.peak = max(self.peak, self.alive)
        return result

    def gone(self, key):
        self.alive -= self.seen.pop(key, 0)


@pytest.mark.parametrize("side", [16, 48])
@pytest.mark.parametrize("name", ["tiny", "bundled"])
def test_the_estimate_is_above_what_is_used_and_not_far(name, side, bundled):
    unet = tiny.unet() if name == "tiny" else bundled.unet
    width = unet.config.cross_attention_dim
    with torch.no_grad(), Live(unet) as live:
        unet(torch.randn(2, 4, side, side), torch.tensor([1.0, 2.0]), encoder_hidden_states=torch.randn(2, 16, width))
    estimate = memory.row_bytes(unet, side, side) * 2
    assert live.peak < estimate < 8 * live.peak


# LoRA


@pytest.fixture
def adapted():
    from peft import LoraConfig

    pipe = tiny.sd()
    parts = {key: copy.deepcopy(part) for key, part in pipe.components.items()}
    pipe = type(pipe)(**parts, requires_safety_checker=False)
    pipe.set_progress_bar_config(disable=True)
    with torch.random.fork_rng(devices=[]), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # peft counts adapters aloud
        torch.manual_seed(0)
        for name in ("style", "thing"):
            config = LoraConfig(r=2, target_modules=["to_q", "to_v", "conv1", "time_emb_proj"], init_lora_weights=False)
            pipe.unet.add_adapter(config, adapter_name=name)
        config = LoraConfig(r=2, target_modules=["q_proj", "v_proj"], init_lora_weights=False)
        pipe.text_encoder.add_adapter(config, adapter_name="style")
    pipe.unet.set_adapters(["style"], [1.0])
    return pipe


@pytest.mark.parametrize("sampler", ["ddim", "euler_a", "heun"])
def test_lora_weights_by_lane(adapted, sampler):
    weights = [None, 0.0, 0.5, 1.0, {"style": 0.3, "thing": 0.8}, {"thing": 1.0}, {}]
    lanes = [
        dx.Lane(prompt="a red circle", seed=index, sampler=sampler, steps=3, guidance=(5, 1)[index % 2], lora=weight)
        for index, weight in enumerate(weights)
    ]
    rows, hook = counting(adapted)
    traces = dx.sample(lanes, adapted, decode=False)
    hook.remove()
    assert len(rows) == len(traces[0].steps)  # one forward for all weights
    ends = []
    for lane, trace in zip(lanes, traces, strict=True):
        own = copy.copy(adapted)
        named = lane.lora if isinstance(lane.lora, dict) else {"style": 1.0 if lane.lora is None else lane.lora}
        for network in (own.unet, own.text_encoder):
            network.set_adapter([name for name in ("style", "thing") if name == "style" or network is own.unet])
        for module in (*own.unet.modules(), *own.text_encoder.modules()):
            if hasattr(module, "set_scale"):
                for name in ("style", "thing"):
                    module.set_scale(name, named.get(name, 0.0))
        ends.append((lane, trace, alone(own, lane)))
        for module in (*own.unet.modules(), *own.text_encoder.modules()):
            if hasattr(module, "set_scale"):
                for name in ("style", "thing"):
                    module.set_scale(name, 1.0)
    for lane, trace, wanted in ends:
        assert difference(trace.latents, wanted) < 1e-4, lane
    adapted.unet.set_adapters(["style"], [1.0])
    base = dx.sample([lanes[1].but(lora=None)], tiny.sd(), decode=False)[0]
    assert difference(traces[1].latents, base.latents) < 1e-4
    assert difference(traces[3].latents, dx.sample([lanes[3].but(lora=0.0)], adapted, decode=False)[0].latents) > 1e-2


def test_lora_weights_are_as_before(adapted):
    def state():
        layers = [module for module in adapted.unet.modules() if hasattr(module, "lora_A")]
        return [
            (dict(layer.scaling), list(layer.active_adapters), layer.disable_adapters, len(layer._forward_pre_hooks))
            for layer in layers
        ], [parameter.requires_grad for parameter in adapted.unet.parameters()]

    before = state()
    run = sampling([dx.Lane(steps=3, lora=0.5), dx.Lane(steps=3, lora={"thing": 2.0})], adapted)
    next(run)
    assert state() == before
    run.close()
    assert state() == before


def test_lora_that_is_not_there():
    with pytest.raises(LaneError, match="no LoRA is loaded"):
        dx.sample([dx.Lane(lora=0.5)], tiny.sd())


def test_lora_of_another_name(adapted):
    with pytest.raises(LaneError, match="no LoRA adapter is called 'stile'; there is style, thing"):
        dx.sample([dx.Lane(lora={"stile": 0.5})], adapted)


# ControlNet


def controlled(family):
    if family == "sd":
        components = tiny.sd_components()
        pipe = diffusers.StableDiffusionControlNetPipeline(**components, controlnet=tiny.controlnet())
    else:
        pipe = tiny.sdxl(
            cls=diffusers.StableDiffusionXLControlNetPipeline,
            controlnet=tiny.controlnet(64, use_linear_projection=True, transformer_layers_per_block=(1, 1), **ADDED),
        )
    pipe.set_progress_bar_config(disable=True)
    return pipe


@pytest.mark.parametrize("family", ["sd", "sdxl"])
def test_control_by_lane(family):
    pipe = controlled(family)
    lanes = [
        dx.Lane(prompt="a red circle", seed=0, steps=4, sampler="ddim", control_image=picture(1), control_scale=1.0),
        dx.Lane(prompt="a red circle", seed=0, steps=4, sampler="ddim", control_image=picture(1), control_scale=0.25),
        dx.Lane(prompt="a blue square", seed=1, steps=3, sampler="heun", control_image=picture(2), guidance=1.0),
        dx.Lane(prompt="a blue square", seed=1, steps=3, sampler="euler_a", height=32, width=32),  # without
    ]
    rows, hook = counting(pipe)
    traces = dx.sample(lanes, pipe, decode=False)
    hook.remove()
    assert rows[0] == 7
    assert len(rows) == 5
    for lane, trace in zip(lanes[:3], traces[:3], strict=True):
        wanted = alone(pipe, lane, image=lane.control_image, controlnet_conditioning_scale=lane.control_scale)
        assert difference(trace.latents, wanted) < 1e-4, lane
    plain = tiny.build(family, scheduler=pipe.scheduler)
    assert difference(traces[3].latents, alone(plain, lanes[3], height=32, width=32)) < 1e-4
    assert difference(traces[0].latents, traces[1].latents) > 1e-2


def test_control_from_a_picture():
    pipe = controlled("sd")
    lane = dx.Lane(prompt="a red circle", steps=6, sampler="dpmpp_2m", image=picture(3), strength=0.5, control_image=picture(1))
    trace, other = dx.sample([lane, lane.but(control_image=picture(2))], pipe, decode=False)
    own = diffusers.StableDiffusionControlNetImg2ImgPipeline(**tiny.sd_components(), controlnet=tiny.controlnet())
    own.set_progress_bar_config(disable=True)
    own.scheduler = pipe.scheduler
    call = {"image": picture(3), "strength": 0.5, "control_image": picture(1), "controlnet_conditioning_scale": 1.0}
    assert difference(trace.latents, alone(own, lane, **call)) < 1e-4
    assert difference(trace.latents, other.latents) > 1e-3


def test_control_without_a_controlnet():
    with pytest.raises(LaneError, match="StableDiffusionPipeline has no ControlNet"):
        dx.sample([dx.Lane(control_image=picture())], tiny.sd())


# what is refused


@pytest.mark.parametrize(
    ("values", "match"),
    [
        ({"seed": -1}, "seed must be a whole number from 0"),
        ({"seed": 1.0}, "seed"),
        ({"steps": 0}, "steps must be a whole number from 1 to 1000, not 0"),
        ({"steps": True}, "steps"),
        ({"guidance": float("nan")}, "guidance must be a number from 0 to 1000"),
        ({"guidance": "5"}, "guidance"),
        ({"eta": 1.5}, "eta must be a number from 0 to 1"),
        ({"strength": 2}, "strength"),
        ({"prompt": 3}, "prompt must be a text or None"),
        ({"prompt": None}, "prompt_embeds in options"),
        ({"image": "fox.png"}, r"image: the picture 'fox.png' can't be read \(No such file or directory\)"),
        ({"control_image": 3}, "control_image: a int is no picture"),
        ({"spacing": "cosine"}, "spacing must be one of leading"),
        ({"height": 3}, "height"),
        ({"lora": {"style": float("inf")}}, "lora"),
        ({"options": 3}, "options must be a mapping"),
        ({"image": picture(), "steps": 3, "strength": 0.1}, "leaves no step to take; raise strength to 0.34"),
    ],
)
def test_values_that_no_lane_can_have(values, match):
    with pytest.raises(LaneError, match=match) as caught:
        dx.Lane(**values)
    assert isinstance(caught.value, ValueError)


def test_the_least_strength_that_is_named_is_enough():
    for steps in range(1, 60):
        with pytest.raises(LaneError, match="raise strength to") as caught:
            dx.Lane(image=picture(), steps=steps, strength=0)
        least = float(str(caught.value).split("raise strength to ")[1].split(" ")[0])
        dx.Lane(image=picture(), steps=steps, strength=least)


def test_lanes_that_a_pipeline_cannot_run():
    pipe = tiny.sd()
    with pytest.raises(LaneError, match="at least one"):
        dx.sample([], pipe)
    with pytest.raises(LaneError, match=r"must be a diffexplain\.Lane"):
        dx.sample(["a fox"], pipe)
    with pytest.raises(LaneError, match="memory"):
        dx.sample([dx.Lane()], pipe, memory=0)
    with pytest.raises(UnknownSamplerError, match="Did you mean"):
        dx.sample([dx.Lane(sampler="eular")], pipe)
    with pytest.raises(UnfitPipelineError, match="no pipeline"):
        dx.sample([dx.Lane()], object())
    with pytest.raises(LaneError, match="height is that of the start image"):
        dx.sample([dx.Lane(image=picture(), height=32)], pipe)
    with pytest.raises(LaneError, match="takes no colour"):
        dx.sample([dx.Lane(options={"colour": 1})], pipe)
    with pytest.raises(LaneError, match="StableDiffusion3Pipeline takes no eta"):
        dx.sample([dx.Lane(eta=0.5)], tiny.build("sd3"))
    with pytest.raises(LaneError, match="a lane has no 'stepps'"):
        dx.Lane().but(stepps=3)


lanes_of_all_kinds = st.builds(
    dx.Lane,
    prompt=st.sampled_from(["", "a red circle", "on a blue square", "红"]),
    negative_prompt=st.sampled_from([None, "", "green"]),
    seed=st.integers(0, 2**63 - 1),
    sampler=st.sampled_from([None, *DIFFUSION]),
    steps=st.integers(1, 4),
    guidance=st.sampled_from([0, 1, 1.5, 7.5, 20]),
    eta=st.sampled_from([0, 0.5, 1]),
)


@settings(max_examples=12)
@given(lanes=st.lists(lanes_of_all_kinds, min_size=1, max_size=5), budget=st.sampled_from([None, 1, 200_000]))
def test_company_makes_no_difference(lanes, budget):
    """Whatever runs beside it, in whatever pieces: a lane is the lane that it is alone."""
    pipe = tiny.sd()
    for lane, trace in zip(lanes, dx.sample(lanes, pipe, decode=False, memory=budget), strict=True):
        assert difference(trace.latents, alone(pipe, lane)) < 1e-4
        assert (trace.steps[0].cond is None) == (lane.guidance <= 1)


def test_the_bundled_model(bundled):
    lanes = [
        dx.Lane(prompt="a fox", seed=index, sampler=name, steps=4, guidance=(4.0, 1.0)[index % 2])
        for index, name in enumerate(DIFFUSION[::3])  # each of them on a tiny model: above
    ]
    for lane, trace in zip(lanes, dx.sample(lanes, bundled), strict=True):
        assert difference(trace.latents, alone(bundled, lane)) < 1e-4, lane
        assert trace.image.size == (trace.width, trace.height)


def test_a_safety_checker_is_heard(monkeypatch):
    pipe = tiny.sd()
    pipe.safety_checker = tiny.text_encoder()  # any network: what it finds is said below
    pipe.run_safety_checker = lambda images, device, dtype: (images, [True] * len(images))
    dark, _ = dx.sample([dx.Lane(steps=2), dx.Lane(steps=3)], pipe)
    assert not np.array(dark.image).any()
