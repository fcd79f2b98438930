"""A network in shells of one's own computes the same, and what is changed about it is nobody else's."""

from __future__ import annotations

import copy
import threading

import accelerate
import diffusers
import pytest
import torch
from peft import LoraConfig

import diffexplain as dx
from diffexplain.core.record import record
from diffexplain.core.twins import own_network, own_pipeline, own_tokenizer, twin
from tests import tiny
from tests.company import run, sister
from tests.families import FAMILIES

NETWORKS = ("unet", "transformer", "text_encoder", "controlnet")


def latents(pipe, **call):
    return pipe(
        "a red circle", num_inference_steps=3, generator=torch.Generator().manual_seed(1), output_type="latent", **call
    ).images


def shells(network):
    return {id(module) for module in network.modules()}


@pytest.mark.parametrize("name", [name for name in FAMILIES if not FAMILIES[name].variant])
def test_every_familys_twin_draws_the_same_picture(name):
    family = FAMILIES[name]
    pipe = family.build()
    pipe.set_progress_bar_config(disable=True)
    own = own_pipeline(pipe)

    def run(which):
        call = {**family.call(), "num_inference_steps": 2, "generator": torch.Generator().manual_seed(1)}
        with record(which) as trace:
            which(**call)
        return trace

    plain, twins = run(pipe), run(own)
    assert len(plain.steps) == len(twins.steps) > 0
    assert all(torch.equal(one.guided, other.guided) for one, other in zip(plain.steps, twins.steps, strict=True))
    for part in NETWORKS:
        network = getattr(pipe, part, None)
        if isinstance(network, torch.nn.Module):
            assert not shells(network) & shells(getattr(own, part))
            assert all(a is b for a, b in zip(network.parameters(), getattr(own, part).parameters(), strict=True))


def test_what_is_changed_about_a_twin_stays_with_it():
    network = copy.deepcopy(tiny.unet())
    network.add_adapter(LoraConfig(r=2, target_modules=["to_q"], init_lora_weights=False), adapter_name="style")
    layer = next(module for module in network.modules() if hasattr(module, "lora_A"))
    own = twin(network)
    own.set_adapters(["style"], [0.25])
    own.set_attn_processor(diffusers.models.attention_processor.AttnProcessor())
    own.conv_in.register_forward_hook(lambda *_: None)
    assert layer.scaling["style"] != 0.25 * layer.scaling["style"]
    assert (
        next(module for module in own.modules() if hasattr(module, "lora_A")).scaling["style"] == 0.25 * layer.scaling["style"]
    )
    assert not any(type(each).__name__ == "AttnProcessor" for each in network.attn_processors.values())
    assert not network.conv_in._forward_hooks


def test_what_happens_to_the_weights_happens_to_both():
    network = copy.deepcopy(tiny.unet())
    own = twin(network)
    with torch.no_grad():
        network.conv_in.weight.add_(1)
    network.to(torch.float64)
    assert own.conv_in.weight is network.conv_in.weight
    assert own.dtype == torch.float64


@pytest.mark.parametrize("offload", [accelerate.cpu_offload, accelerate.cpu_offload_with_hook])
def test_an_offloaded_network_has_a_twin(offload):
    pipe = tiny.sd()
    plain = latents(pipe)
    pipe.unet = copy.deepcopy(pipe.unet)
    offload(pipe.unet, execution_device=torch.device("cpu"))
    own, asked = own_pipeline(pipe), []
    own.unet.conv_in.register_forward_hook(lambda *_: asked.append(1))
    assert torch.equal(latents(own), plain)
    assert torch.equal(latents(pipe), plain)
    assert len(asked) == 3  # of its own three steps


def test_a_compiled_network_is_shared():
    compiled = torch.compile(tiny.unet(), backend="eager")
    assert own_network(compiled) is compiled


def test_an_own_pipeline_is_made_once():
    pipe = tiny.sd()
    own = own_pipeline(pipe)
    assert own_pipeline(own) is own
    assert own_pipeline(pipe) is not own


def test_tokenizers_are_copied_for_other_threads_and_made_anew_with_new_tokens():
    tokenizer = copy.deepcopy(tiny.tokenizer())
    assert own_tokenizer(tokenizer) is tokenizer
    found = []

    def look():
        found.extend([own_tokenizer(tokenizer), own_tokenizer(tokenizer)])
        tokenizer.add_tokens(["<cat>"])
        found.append(own_tokenizer(tokenizer))

    thread = threading.Thread(target=look)
    thread.start()
    thread.join()
    first, again, after = found
    assert first is again is not tokenizer
    assert first("a red circle")["input_ids"] == tokenizer("a red circle")["input_ids"]
    assert after("<cat>")["input_ids"] == tokenizer("<cat>")["input_ids"] != first("<cat>")["input_ids"]


def adapted():
    pipe = tiny.sd()
    pipe.unet = copy.deepcopy(pipe.unet)
    config = LoraConfig(r=2, target_modules=["to_q", "to_k", "to_v"], init_lora_weights=False)
    pipe.unet.add_adapter(config, adapter_name="style")
    return pipe


def test_a_lanes_lora_weight_is_the_lanes_alone():
    pipe = adapted()
    plain = run(pipe)
    heard = []

    def work():
        heard.extend(run(sister(pipe)) for _ in range(3))

    thread = threading.Thread(target=work)
    thread.start()
    while thread.is_alive():
        dx.sample([dx.Lane(prompt="a red circle", steps=3, lora=0.0)], pipe, decode=False)
    assert all(torch.equal(each, plain) for each in heard)


def test_between_two_steps_of_an_unbatched_lane_the_users_lora_is_there():
    pipe = adapted()
    plain = run(pipe)
    lanes = dx.core.lanes.sampling([dx.Lane(prompt="a red circle", steps=3, lora=0.0, options={"guidance_rescale": 0.5})], pipe)
    for _ in lanes:
        assert torch.equal(run(pipe), plain)
