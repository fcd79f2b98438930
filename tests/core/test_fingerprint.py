"""A fingerprint changes with everything that a picture depends on, and with nothing else."""

from __future__ import annotations

import copy
import json
import subprocess
import sys

import diffusers
import pytest
import torch

from diffexplain.core.fingerprint import Fingerprint, fingerprint
from diffexplain.core.record import record
from tests import tiny
from tests.families import FAMILIES


def own(pipe):
    """A pipeline whose networks are nobody else's, so that they may be changed."""
    for name, part in list(vars(pipe).items()):
        if isinstance(part, torch.nn.Module) or name.startswith("tokenizer"):
            setattr(pipe, name, copy.deepcopy(part))
    return pipe


@pytest.fixture
def pipe():
    return own(tiny.sd())


def adapted(pipe):
    from peft import LoraConfig

    torch.manual_seed(1)
    config = LoraConfig(r=2, target_modules=["to_q", "to_v"], init_lora_weights=False)
    pipe.unet.add_adapter(config, "style")
    return pipe


@pytest.mark.parametrize("name", FAMILIES)
def test_a_run_changes_nothing(name):
    family = FAMILIES[name]
    pipe, call = family.words()
    before = fingerprint(pipe)
    pipe(**call, num_inference_steps=2)
    assert fingerprint(pipe) == before
    attention = hasattr(pipe, "tokenizer") and "Inpaint" not in name
    with record(pipe, attention=attention):
        pipe(**call, num_inference_steps=2, **({"output_type": "latent"} if family.packed else {}))
        assert fingerprint(pipe) == before
    assert fingerprint(pipe) == before


def test_the_same_weights_are_the_same(pipe):
    found = fingerprint(pipe)
    assert fingerprint(own(tiny.sd())) == found
    threads = torch.get_num_threads()
    torch.set_num_threads(threads + 1)
    try:
        assert fingerprint(pipe) == found
    finally:
        torch.set_num_threads(threads)


def test_saved_and_loaded_in_another_process_it_is_the_same(pipe, tmp_path):
    pipe = diffusers.StableDiffusionPipeline(**{**pipe.components, "vae": pipe.vae.eval(), "unet": pipe.unet.eval()})
    pipe.text_encoder.eval()
    pipe.save_pretrained(tmp_path)
    script = (
        "import sys, json, diffexplain, diffusers; from diffexplain.core.fingerprint import fingerprint;"
        "pipe = diffusers.StableDiffusionPipeline.from_pretrained(sys.argv[1], safety_checker=None);"
        "print(json.dumps(fingerprint(pipe).plain()))"
    )
    said = subprocess.run([sys.executable, "-c", script, str(tmp_path)], capture_output=True, text=True, check=True)
    there = Fingerprint.of_plain(json.loads(said.stdout.splitlines()[-1]))
    assert fingerprint(pipe).changed_since(there) == ()
    assert there.weights == fingerprint(pipe).weights


def one_value(pipe):
    pipe.unet.conv_in.weight.data[0, 0, 0, 0] += 1


def one_bit(pipe):
    pipe.vae.decoder.conv_out.bias.data.view(torch.int32)[2] ^= 1


def two_rows(pipe):
    weight = pipe.text_encoder.get_input_embeddings().weight.data
    weight[[3, 7]] = weight[[7, 3]].clone()


def two_layers(pipe):
    blocks = pipe.unet.mid_block.resnets
    for one, other in zip(blocks[0].parameters(), blocks[1].parameters(), strict=True):
        one.data, other.data = other.data, one.data


def a_buffer(pipe):
    pipe.text_encoder.register_buffer("extra", torch.ones(3))


def half(pipe):
    pipe.to(torch.float16)


def another_vae(pipe):
    pipe.vae = copy.deepcopy(tiny.vae(seed=5))


def scaling(pipe):
    pipe.vae.register_to_config(scaling_factor=0.5)


def processors(pipe):
    pipe.unet.set_attn_processor(diffusers.models.attention_processor.AttnProcessor())


def freeu(pipe):
    pipe.enable_freeu(s1=0.9, s2=0.2, b1=1.2, b2=1.4)


def training(pipe):
    pipe.unet.train(not pipe.unet.training)


def steered(pipe):
    pipe.unet.mid_block.register_forward_hook(lambda module, args, output: output * 1.1)


def scheduler(pipe):
    pipe.scheduler = diffusers.DDIMScheduler.from_config(pipe.scheduler.config, prediction_type="v_prediction")


def another_scheduler(pipe):
    pipe.scheduler = diffusers.EulerDiscreteScheduler.from_config(pipe.scheduler.config)


def a_token(pipe):
    pipe.tokenizer.add_tokens(["<cat>"])


def an_adapter(pipe):
    adapted(pipe)


CHANGES = {
    change.__name__: change
    for change in (
        one_value,
        one_bit,
        two_rows,
        two_layers,
        a_buffer,
        half,
        another_vae,
        scaling,
        processors,
        freeu,
        training,
        steered,
        scheduler,
        another_scheduler,
        a_token,
        an_adapter,
    )
}


@pytest.mark.parametrize("name", CHANGES)
def test_a_change_is_noticed(pipe, name):
    before = fingerprint(pipe)
    CHANGES[name](pipe)
    after = fingerprint(pipe)
    assert after != before
    assert after == fingerprint(pipe)


def test_what_changed_is_named(pipe):
    before = fingerprint(pipe)
    one_value(pipe)
    a_token(pipe)
    assert fingerprint(pipe).changed_since(before) == ("tokenizer", "unet")


def test_every_state_of_an_adapter_is_told_apart(pipe):
    found = {"plain": fingerprint(pipe)}
    adapted(pipe)
    found["loaded"] = fingerprint(pipe)
    pipe.set_adapters("style", 0.4)
    found["weighted"] = fingerprint(pipe)
    pipe.disable_lora()
    found["disabled"] = fingerprint(pipe)
    pipe.enable_lora()
    pipe.fuse_lora()
    found["fused"] = fingerprint(pipe)
    assert len(set(found.values())) == len(found)


def test_an_unloaded_adapter_leaves_nothing(pipe):
    before = fingerprint(pipe)
    adapted(pipe).unload_lora_weights()
    assert fingerprint(pipe) == before


def test_a_scale_of_an_image_adapter_is_noticed(pipe):
    from diffusers.models.attention_processor import IPAdapterAttnProcessor2_0

    made = {
        name: IPAdapterAttnProcessor2_0(hidden_size=module.inner_dim, cross_attention_dim=32, num_tokens=(4,), scale=1.0)
        if name.endswith("attn2.processor")
        else module.processor
        for name, module in (
            (f"{key}.processor", each) for key, each in pipe.unet.named_modules() if hasattr(each, "set_processor")
        )
    }
    pipe.unet.set_attn_processor(made)
    before = fingerprint(pipe)
    pipe.set_ip_adapter_scale(0.3)
    assert fingerprint(pipe).changed_since(before) == ("unet",)


def test_what_cannot_be_read_is_passed_over(pipe):
    pipe.unet.to("meta")
    before = fingerprint(pipe)
    one_bit(pipe)
    assert fingerprint(pipe).changed_since(before) == ("vae",)

    class Strange(torch.nn.Module):
        @property
        def _modules(self):
            raise RuntimeError

    pipe.safety_checker = Strange.__new__(Strange)
    assert fingerprint(pipe).changed_since(before) == ("vae",)


def test_offloaded_weights_are_read_where_they_are(pipe):
    accelerate = pytest.importorskip("accelerate")
    accelerate.cpu_offload(pipe.unet, torch.device("cpu"))
    assert next(pipe.unet.parameters()).is_meta
    before = fingerprint(pipe)
    hooks = [module._hf_hook for module in pipe.unet.modules() if hasattr(module, "_hf_hook")]
    state = next(hook.weights_map.dataset for hook in hooks if getattr(hook, "weights_map", None) is not None)
    state["conv_in.weight"].data[0, 0, 0, 0] += 1
    assert fingerprint(pipe).changed_since(before) == ("unet",)


@pytest.mark.parametrize(
    "dtype", [torch.float16, torch.bfloat16, torch.float64, torch.float8_e4m3fn, torch.bool, torch.int8, torch.complex64]
)
@pytest.mark.parametrize("count", [1, 3, 4093 * 3 + 5, 2**20 + 3])
def test_every_bit_counts(dtype, count):
    class Holder(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.register_buffer("values", torch.zeros(count, dtype=torch.float32).to(dtype))

    module = Holder()
    found = {fingerprint(module)}
    for place in sorted({0, count // 2, count - 1}):
        bits = module.values.view(torch.uint8)
        bits[place * module.values.element_size()] ^= 1
        found.add(fingerprint(module))
        bits[place * module.values.element_size()] ^= 1
    assert len(found) == len({0, count // 2, count - 1}) + 1
    assert fingerprint(module) in found
