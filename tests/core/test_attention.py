"""What is read of attention is what the network's own kernel was given, and reading it changes nothing."""

from __future__ import annotations

import copy
import re
from types import SimpleNamespace

import numpy as np
import pytest
import torch
import torch.nn.functional as functional
from diffusers.models.attention_processor import Attention as Usual
from diffusers.models.attention_processor import AttnProcessor2_0
from hypothesis import given, settings
from hypothesis import strategies as st
from peft import LoraConfig

import diffexplain as dx
from diffexplain.core.attention import Attention, Listener
from diffexplain.core.attention.shares import capped, resized, shares
from diffexplain.core.record import record
from diffexplain.core.trace import Trace
from diffexplain.errors import AttentionError, TraceFormatError
from tests import tiny

FULL = Attention(full=True)
JOINT = ["sd3", "flux", "flux, true CFG"]


class CancelledError(Exception):
    pass


def run(pipe, name="sd", steps=3, seed=0, **call):
    call = {**tiny.arguments(name), "output_type": "latent", **call}
    return pipe(num_inference_steps=steps, generator=torch.Generator().manual_seed(seed), **call).images


def recorded(pipe, name="sd", attention=True, **call):
    with record(pipe, attention=attention) as trace:
        run(pipe, name, **call)
    return trace


def denoiser(pipe):
    return pipe.unet if hasattr(pipe, "unet") else pipe.transformer


def hooks(pipe):
    return [(len(module._forward_hooks), len(module._forward_pre_hooks)) for module in denoiser(pipe).modules()]


def close(one, other, tolerance=1e-3):  # half precision leaves 5e-4 of the value
    torch.testing.assert_close(torch.as_tensor(one).float(), torch.as_tensor(other).float(), rtol=tolerance, atol=1e-5)


class Kernel:
    """Listens at the fused kernel itself, which knows nothing of layers or hooks."""

    def __init__(self, monkeypatch):
        self.calls = []
        kernel = functional.scaled_dot_product_attention

        def listening(query, key, value, attn_mask=None, *args, **kwargs):
            self.calls.append((query.double(), key.double(), attn_mask))
            return kernel(query, key, value, attn_mask, *args, **kwargs)

        monkeypatch.setattr(functional, "scaled_dot_product_attention", listening)

    def shares(self):
        """softmax(q k^T / sqrt(d)) of every call: (rows, heads, queries, keys)."""
        for query, key, mask in self.calls:
            scores = query @ key.transpose(-1, -2) / query.shape[-1] ** 0.5
            yield (scores if mask is None else scores + mask).softmax(-1)


# nothing changes, nothing is left behind


@pytest.mark.parametrize("attention", [True, FULL], ids=["compact", "full"])
@pytest.mark.parametrize("name", tiny.NAMES)
def test_the_output_is_the_same_to_the_bit(name, attention):
    pipe = tiny.build(name)
    plain, before = run(pipe, name), hooks(pipe)
    with record(pipe, attention=attention) as trace:
        found = run(pipe, name)
    assert torch.equal(plain, found)
    assert hooks(pipe) == before
    assert all(step.attention is not None for step in trace.steps)
    assert all(entry.dtype == torch.float16 for half in trace.steps[0].attention.kept.values() for entry in half.values())


def test_without_being_asked_nothing_is_recorded():
    pipe = tiny.sd()
    for asked in (False, None):
        trace = recorded(pipe, attention=asked)
        assert trace.attention is None
        assert all(step.attention is None for step in trace.steps)


@pytest.mark.parametrize("where", ["on_step", "denoiser"])
def test_a_run_that_raises_leaves_no_hook(where):
    pipe = tiny.sd()
    plain, before = run(pipe), hooks(pipe)

    def fail(*_):
        raise CancelledError

    def stop(step):
        if step.index == 1 and where == "on_step":
            fail()

    handle = pipe.unet.conv_out.register_forward_pre_hook(fail) if where == "denoiser" else None
    with pytest.raises(CancelledError), record(pipe, attention=True, on_step=stop) as trace:
        run(pipe)
    if handle is not None:
        handle.remove()
    assert hooks(pipe) == before
    assert torch.equal(run(pipe), plain)
    assert len(trace.steps) == (2 if where == "on_step" else 0)


def test_a_second_run_in_the_block_starts_anew():
    pipe = tiny.sd()
    with record(pipe, attention=True) as trace:
        run(pipe)
        run(pipe, prompt="a blue square", height=16, width=32)
    assert len(trace.steps) == 3
    assert trace.steps[0].attention.shape == (tiny.LENGTH, 4, 8)
    assert trace.steps[0].attention.text().streams[0].tokens.prompt == "a blue square"


# the maps are right


class Looking(torch.nn.Module):
    """A denoiser of one attention layer whose queries are the picture and whose keys are the text, as they are."""

    def __init__(self, width, heads):
        super().__init__()
        self.config = SimpleNamespace(patch_size=1)
        self.attn2 = Usual(width, cross_attention_dim=width, heads=heads, dim_head=width // heads, bias=False)
        for part in (self.attn2.to_q, self.attn2.to_k, self.attn2.to_v, self.attn2.to_out[0]):
            part.weight.data = torch.eye(width)
        self.attn2.to_out[0].bias.data.zero_()

    def forward(self, sample, timestep=None, encoder_hidden_states=None):
        return self.attn2(sample.flatten(2).transpose(1, 2), encoder_hidden_states=encoder_hidden_states)


def heard(looking, options, picture, text):
    with torch.no_grad(), Listener(looking, options) as listener:
        listener.begin(0, (picture,), {"encoder_hidden_states": text})
        looking(picture, encoder_hidden_states=text)
        listener.end()
        rows = slice(0, len(picture))
        return listener.take({"cond": (0, rows)}, lambda *_: (None,) * len(picture))


@pytest.mark.parametrize("full", [False, True])
def test_a_layer_set_by_hand_looks_exactly_where_it_was_told(full):
    height, width, tokens, heads = 3, 5, 8, 2
    draw = torch.Generator().manual_seed(0)
    targets = torch.randint(tokens, (2, heads, height, width), generator=draw)  # for each picture, head and place: a token
    picture = 200.0 * functional.one_hot(targets, tokens).float().permute(0, 1, 4, 2, 3).flatten(1, 2)
    text = torch.eye(tokens).repeat(2, 1, heads)  # each head sees the tokens as unit vectors
    attention = heard(Looking(tokens * heads, heads), Attention(full=full), picture, text)
    expected = functional.one_hot(targets, tokens).float().permute(0, 1, 4, 2, 3)  # (pictures, heads, tokens, height, width)
    for row in range(2):
        assert torch.equal(attention.maps(picture=row), expected[row].mean(0))
        for head in range(heads if full else 0):
            assert torch.equal(attention.maps(picture=row, head=head), expected[row, head])


@pytest.mark.parametrize("name", ["sd", "sdxl", "lcm", "pixart"])
def test_cross_attention_is_what_the_kernel_was_given(name, monkeypatch):
    pipe = tiny.build(name)
    call = {}
    if name == "pixart":  # a text shorter than its padding
        call["prompt_attention_mask"] = torch.tensor([[1, 1, 1, 0, 0, 0, 0, 0]])
    kernel = Kernel(monkeypatch)
    trace = recorded(pipe, name, FULL, steps=2, **call)
    step = trace.steps[0]
    tokens = step.attention.shape[0]
    halves = ("uncond", "cond") if name != "lcm" else ("cond",)
    found = [each for each in kernel.shares() if each.shape[-1] == tokens and each.shape[-2] != tokens]
    order = _in_order(step.attention.kept["cond"])
    assert len(found) == len(order) * len(trace.steps)
    for layer, expected in zip(order, found, strict=False):
        for row, half in enumerate(halves):
            for head in range(expected.shape[1]):
                maps = step.attention.maps(half=half, layer=layer, head=head)
                close(maps.flatten(1), expected[row, head].T)
    if name == "pixart":
        assert float(step.attention.maps()[3:].abs().max()) == 0


def _in_order(names):
    """Names of a U-Net's layers in the order in which they compute; those of transformers are in it."""
    return sorted(
        names, key=lambda name: ["down", "mid_", "up_b"].index(name[:4]) if name[:4] in ("down", "mid_", "up_b") else 0
    )


@pytest.mark.parametrize("direction", ["picture_to_text", "text_to_picture"])
@pytest.mark.parametrize("name", JOINT)
def test_joint_attention_is_what_the_kernel_was_given(name, direction, monkeypatch):
    kernel = Kernel(monkeypatch)
    pipe = tiny.build(name)
    attention = recorded(pipe, name, Attention(full=True, direction=direction), steps=1).steps[0].attention
    tokens, height, width = attention.maps().shape
    places = height * width
    text, picture = slice(0, tokens), slice(tokens, tokens + places)
    if name == "sd3":  # the picture comes first there
        picture, text = slice(0, places), slice(places, places + tokens)
    layers = len(attention.kept["cond"])
    found = [each for each in kernel.shares() if each.shape[-1] == each.shape[-2] == places + tokens]
    for at, layer in enumerate(attention.kept["cond"]):
        for half, expected in _halves(name, found, at, len(found) // (2 if "true" in name else 1)):
            for head in range(expected.shape[0]):
                maps = attention.maps(half=half, layer=layer, head=head).flatten(1)  # (tokens, places)
                block = expected[head, picture, text].T if direction == "picture_to_text" else expected[head, text, picture]
                close(maps, block)
    assert layers >= 1


def _halves(name, found, at, layers):
    if name == "sd3":
        return [("uncond", found[at][0]), ("cond", found[at][1])]
    if "true" in name:  # first with the prompt
        return [("cond", found[at][0]), ("uncond", found[layers + at][0])]
    return [("cond", found[at][0])]


@pytest.mark.parametrize("name", ["sd", "sd3", "flux, true CFG"])
def test_the_negative_prompt_has_maps_of_its_own(name):
    pipe = tiny.build(name)
    if name == "sd":
        turned = {"prompt": "a blue square", "negative_prompt": "a red circle"}
        given = {"prompt": "a red circle", "negative_prompt": "a blue square"}
    else:
        given, turned = tiny.arguments(name), {}
        for key in ("prompt_embeds", "pooled_prompt_embeds"):
            turned |= {key: given[f"negative_{key}"], f"negative_{key}": given[key]}
    one = recorded(pipe, name, steps=1, **given).steps[0].attention
    other = recorded(pipe, name, steps=1, **turned).steps[0].attention
    assert not np.allclose(one.maps(), one.maps(half="uncond"), rtol=0.01)
    close(one.maps(), other.maps(half="uncond"))
    close(one.maps(half="uncond"), other.maps())
    if name == "sd":
        close(one.word("blue", half="uncond"), other.word("blue"))
        with pytest.raises(AttentionError, match="'blue' is not in the prompt"):
            one.word("blue")


def test_pictures_of_a_batch_are_kept_apart():
    pipe = tiny.sd()
    prompts = ["a red circle", "a blue square"]
    seeds = [torch.Generator().manual_seed(seed) for seed in range(4)]
    with record(pipe, attention=FULL) as trace:
        pipe(prompts, num_images_per_prompt=2, num_inference_steps=2, generator=seeds, output_type="latent")
    both = trace.steps[1].attention
    assert both.pictures == 4
    for picture in range(4):
        alone = recorded(pipe, attention=FULL, prompt=prompts[picture // 2], seed=picture, steps=2).steps[1].attention
        close(both.maps(picture=picture), alone.maps(), 2e-3)
        assert both.text(picture=picture) == alone.text()
        word = ["red", "blue"][picture // 2]
        close(both.word(word, picture=picture), alone.word(word), 2e-3)
    with pytest.raises(AttentionError, match="picture must be a whole number from 0 to 3, not 4"):
        both.maps(picture=4)


@pytest.mark.parametrize("size", [(64, 64), (32, 96), (136, 200), (168, 72)])
def test_any_size_of_picture_and_every_place_shares_out_one(bundled, size):
    pipe = bundled
    call = {"height": size[0], "width": size[1], "prompt": "a red fox on the grass"}
    attention = recorded(pipe, attention=FULL, steps=1, **call).steps[0].attention
    height, width = (side // pipe.vae_scale_factor for side in size)
    for layer, entry in attention.kept["cond"].items():
        level = (height, width)
        while entry.shape[-2:] != level and min(level) > 1:
            level = (-(-level[0] // 2), -(-level[1] // 2))
        assert entry.shape[-2:] == level, layer
    for half in ("cond", "uncond"):
        total = attention.maps(half=half).sum(0)
        close(total, torch.ones_like(total))


@pytest.mark.parametrize("size", [(64, 64), (96, 64), (160, 192)])
def test_compact_is_the_mean_of_full(size):
    pipe = tiny.sd()
    call = {"height": size[0], "width": size[1], "steps": 2}
    compact, full = (recorded(pipe, attention=asked, **call).steps[1].attention for asked in (True, FULL))
    assert max(compact.shape[1:]) <= 32
    assert compact.layers == full.layers
    for half in ("cond", "uncond"):
        close(compact.maps(half=half), full.maps(half=half, size=tuple(compact.shape[1:])), 2e-3)


def test_compact_is_the_mean_of_full_across_sizes_of_grid(bundled):
    compact, full = (
        recorded(bundled, attention=asked, steps=2, prompt="a red fox").steps[1].attention for asked in (True, FULL)
    )
    assert len({entry.shape[-2:] for entry in full.kept["cond"].values()}) > 1
    close(compact.maps(), full.maps(), 2e-3)
    assert full.nbytes > 10 * compact.nbytes


@pytest.mark.parametrize("name", ["sd3", "flux"])
def test_compact_is_the_mean_of_full_in_the_other_direction(name):
    pipe = tiny.build(name)
    options = {"direction": "text_to_picture"}
    compact = recorded(pipe, name, Attention(**options), steps=1).steps[0].attention
    full = recorded(pipe, name, Attention(full=True, **options), steps=1).steps[0].attention
    close(compact.maps(), full.maps(), 2e-3)


def test_adapters_count(monkeypatch):
    pipe = tiny.sd()
    pipe.unet = copy.deepcopy(pipe.unet)
    without = recorded(pipe, attention=FULL, steps=1).steps[0].attention
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        pipe.unet.add_adapter(LoraConfig(r=2, target_modules=["to_q", "to_k"], init_lora_weights=False, lora_alpha=40))
    kernel = Kernel(monkeypatch)
    adapted = recorded(pipe, attention=FULL, steps=1).steps[0].attention
    assert not np.allclose(adapted.maps(), without.maps(), rtol=0.01)
    found = [each for each in kernel.shares() if each.shape[-1] == tiny.LENGTH != each.shape[-2]]
    for layer, expected in zip(_in_order(adapted.kept["cond"]), found, strict=False):
        close(adapted.maps(layer=layer).flatten(1), expected[1].mean(0).T)


@pytest.mark.parametrize("name", ["sd", "sd3", "flux", "pixart"])
def test_projections_that_are_computed_together_are_heard_apart(name):
    pipe = tiny.build(name)
    network = copy.deepcopy(denoiser(pipe))
    pipe.register_modules(**{"unet" if name == "sd" else "transformer": network})
    apart = recorded(pipe, name, FULL).steps[1].attention
    network.fuse_qkv_projections()
    assert any(getattr(module, "fused_projections", False) for module in network.modules())
    plain = run(pipe, name)
    trace = recorded(pipe, name, FULL)
    assert torch.equal(trace.latents, plain)
    for half in apart.halves:
        close(trace.steps[1].attention.maps(half=half), apart.maps(half=half), 2e-3)


@pytest.mark.parametrize("direction", ["picture_to_text", "text_to_picture"])
def test_stable_diffusion_3_with_norms_and_second_attention_layers(direction, monkeypatch):
    """As in 3.5: queries and keys are normalised, and some blocks have a layer of the picture alone."""
    pipe = tiny.sd3()
    config = {**pipe.transformer.config, "qk_norm": "rms_norm", "dual_attention_layers": (0,), "patch_size": 2}
    pipe.transformer = type(pipe.transformer).from_config(config).eval()
    kernel = Kernel(monkeypatch)
    attention = recorded(pipe, "sd3", Attention(full=True, direction=direction), steps=1).steps[0].attention
    assert attention.layers == ("transformer_blocks.0.attn", "transformer_blocks.1.attn")
    found = [each for each in kernel.shares() if each.shape[-1] == 8 + 64]
    for layer, expected in zip(attention.layers, found, strict=True):
        block = expected[1, 0, :64, 64:].T if direction == "picture_to_text" else expected[1, 0, 64:, :64]
        close(attention.maps(layer=layer, head=0).flatten(1), block)


def test_an_adapter_that_comes_between_two_runs_is_heard():
    pipe = tiny.sd()
    pipe.unet = copy.deepcopy(pipe.unet)
    with record(pipe, attention=True) as trace:
        run(pipe, steps=1)
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(0)
            pipe.unet.add_adapter(LoraConfig(r=2, target_modules=["to_q"], init_lora_weights=False, lora_alpha=40))
        run(pipe, steps=1)
    close(trace.steps[0].attention.maps(), recorded(pipe, steps=1).steps[0].attention.maps())


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16])
def test_half_precision_pipelines(dtype):
    pipe = tiny.sd()
    parts = {name: copy.deepcopy(part).to(dtype) for name, part in pipe.components.items() if hasattr(part, "parameters")}
    pipe.register_modules(**parts)
    trace = recorded(pipe, steps=2)
    total = trace.steps[1].attention.maps().sum(0)
    close(total, torch.ones_like(total), 5e-3)


class Doubled(AttnProcessor2_0):
    """A processor that does something else than attention."""

    def __call__(self, attn, hidden_states, *args, **kwargs):
        return attn.to_out[0](2 * attn.to_q(hidden_states)) + 0 * super().__call__(attn, hidden_states, *args, **kwargs)


def test_a_layer_that_does_something_else_is_not_shown_as_attention():
    pipe = tiny.sd()
    pipe.unet = copy.deepcopy(pipe.unet)
    before = hooks(pipe)
    pipe.unet.mid_block.attentions[0].transformer_blocks[0].attn2.set_processor(Doubled())
    with pytest.raises(AttentionError, match=r"mid_block.*more than plain attention \(Doubled\)"):
        recorded(pipe, attention=Attention())
    assert hooks(pipe) == before
    assert recorded(pipe, attention=Attention(layers=("down_blocks", "up_blocks"))).finished


# what is kept


def test_words_are_the_sum_of_their_tokens():
    attention = recorded(tiny.sd(), prompt="a red circle on a red zq", attention=True).steps[0].attention
    assert torch.equal(attention.word("circle"), attention[3])
    close(attention.word("red"), attention[2] + attention[6])
    assert torch.equal(attention.word("red", occurrence=1), attention[6])
    close(attention.word("zq"), attention[7] + attention[8])
    close(attention.word("RED circle"), attention[2] + attention[3])
    assert [token.kind for token in attention.text().streams[0].tokens.tokens][::9] == ["start", "end"]
    assert attention.places("zq") == (7, 8)


def test_it_reads_like_a_tensor():
    attention = recorded(tiny.sd()).steps[0].attention
    assert attention.shape == (tiny.LENGTH, 8, 8)
    assert len(attention) == tiny.LENGTH
    assert np.asarray(attention, dtype=np.float64).shape == attention.shape
    assert torch.equal(torch.stack([attention, attention])[1], attention.maps())
    assert torch.equal(attention[3, 0], attention.maps()[3, 0])


def test_prompts_given_as_embeddings_have_maps_but_no_words():
    attention = recorded(tiny.build("sd3"), "sd3").steps[0].attention
    assert attention.shape[0] == 8
    assert attention.text() is None
    with pytest.raises(AttentionError, match="given as embeddings"):
        attention.word("red")


def test_layers_heads_and_steps_can_be_chosen():
    pipe = tiny.sd()
    everything = recorded(pipe, attention=FULL, steps=4)
    trace = recorded(pipe, attention=Attention(full=True, layers="mid_block", heads=[1, 0], steps=range(1, 4, 2)), steps=4)
    assert [step.attention is not None for step in trace.steps] == [False, True, False, True]
    one, all_of_it = trace.steps[1].attention, everything.steps[1].attention
    assert all("mid_block" in layer for layer in one.layers)
    for head in (0, 1):
        assert torch.equal(one.maps(head=head), all_of_it.maps(layer="mid_block", head=head))
    with pytest.raises(AttentionError, match="head 2 was not kept; there are: 1, 0"):
        one.maps(head=2)
    for missing in ("up_blocks", "mid", "id_block"):  # whole parts only
        with pytest.raises(AttentionError, match=f"no layer's name has '{missing}' in it"):
            one.maps(layer=missing)


def test_what_a_compact_record_does_not_have_is_refused():
    attention = recorded(tiny.sd(), guidance_scale=1.0).steps[0].attention
    for which in ({"layer": "mid_block"}, {"head": 0}):
        with pytest.raises(AttentionError, match="were averaged in this record"):
            attention.maps(**which)
    with pytest.raises(AttentionError, match="no unconditional half"):
        attention.maps(half="uncond")
    with pytest.raises(AttentionError, match="half must be 'cond' or 'uncond', not 'both'"):
        attention.maps(half="both")
    assert attention.halves == ("cond",)


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        ({"layers": ()}, "layers must be names"),
        ({"layers": [3]}, "layers must be names"),
        ({"heads": (0,)}, "only kept apart with full=True"),
        ({"heads": 1, "full": True}, "heads must be several"),
        ({"heads": (-1,), "full": True}, "heads must be whole numbers from 0"),
        ({"steps": (True,)}, "steps must be whole numbers from 0"),
        ({"direction": "sideways"}, "direction must be"),
        ({"budget_bytes": 0}, "budget_bytes must be a whole number"),
        ({"budget_bytes": 1.5}, "budget_bytes must be a whole number"),
    ],
)
def test_bad_options_are_refused(bad, message):
    with pytest.raises(AttentionError, match=message):
        Attention(**bad)


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ("all", "attention must be True, False or"),
        (Attention(layers="attn9"), "no layer's name has attn9 in it; the layers that read text are: down_blocks"),
        (Attention(full=True, heads=(99,)), "the layers have no head 99"),
        (Attention(direction="text_to_picture"), "only the picture asks"),
    ],
)
def test_what_the_network_has_not_is_refused_before_anything_runs(asked, message):
    pipe = tiny.sd()
    before = hooks(pipe)
    with pytest.raises(AttentionError, match=message), record(pipe, attention=asked):
        pytest.fail("the block was entered")
    assert hooks(pipe) == before


# the budget


def test_the_budget_refuses_at_the_first_step_and_keeps_nothing():
    pipe = tiny.sd()
    plain, before = run(pipe), hooks(pipe)
    asked = []
    handle = pipe.unet.register_forward_hook(lambda *_: asked.append(1))
    with (
        pytest.raises(AttentionError, match="budget_bytes allows"),
        record(pipe, attention=Attention(full=True, budget_bytes=1000)) as trace,
    ):
        run(pipe)
    handle.remove()
    assert len(asked) == 1
    assert (trace.steps, trace.finished) == ([], False)
    assert hooks(pipe) == before
    assert torch.equal(run(pipe), plain)


@pytest.mark.parametrize("full", [False, True])
@pytest.mark.parametrize("name", ["sd", "flux, true CFG"])
def test_the_budget_is_exact(name, full):
    pipe = tiny.build(name)
    taken = sum(step.attention.nbytes for step in recorded(pipe, name, Attention(full=full)).steps)
    recorded(pipe, name, Attention(full=full, budget_bytes=taken))
    options = Attention(full=full, budget_bytes=taken - 1)
    with pytest.raises(AttentionError, match=f"budget_bytes={taken}"), record(pipe, attention=options) as trace:
        run(pipe, name)
    assert trace.steps == []  # not when the memory is full: before


@settings(max_examples=25)
@given(st.integers(2000, 200_000), st.integers(1, 4))
def test_what_the_refusal_says_would_fit_does_fit(limit, steps):
    pipe = tiny.sd()
    try:
        trace = recorded(pipe, attention=Attention(full=True, budget_bytes=limit), steps=steps)
        assert sum(step.attention.nbytes for step in trace.steps) <= limit
    except AttentionError as error:
        advice = re.search("What fits: (.*). Nothing", str(error))[1].split(" / ")
        for each in advice:
            changes = re.search(r"(full=False|heads=range\(.*?\)|steps=range\(.*?\)|budget_bytes=\d+)", each)[0]
            options = {"full": True, "budget_bytes": limit, **eval(f"dict({changes})")}
            trace = recorded(pipe, attention=Attention(**options), steps=steps)
            assert sum(step.attention.nbytes for step in trace.steps if step.attention) <= options["budget_bytes"]


def test_image_to_image_is_charged_for_the_steps_it_takes():
    from diffusers import StableDiffusionImg2ImgPipeline

    pipe = tiny.sd(StableDiffusionImg2ImgPipeline)
    call = {"image": torch.rand(1, 3, 32, 32), "strength": 0.5}
    with record(pipe, attention=True) as trace:
        run(pipe, steps=6, **call)
    assert len(trace.steps) == 3
    taken = sum(step.attention.nbytes for step in trace.steps)
    with record(pipe, attention=Attention(budget_bytes=taken)) as trace:
        run(pipe, steps=6, **call)
    assert trace.finished


# files and forks


def same(one, other):
    assert one.texts == other.texts
    assert (one.layers, one.heads, one.full, one.direction) == (other.layers, other.heads, other.full, other.direction)
    assert one.kept.keys() == other.kept.keys()
    for half, entries in one.kept.items():
        assert entries.keys() == other.kept[half].keys()
        assert all(torch.equal(entry, other.kept[half][name]) for name, entry in entries.items())


@pytest.mark.parametrize("attention", [True, Attention(full=True, heads=(1,), steps=(0, 2))], ids=["compact", "full"])
@pytest.mark.parametrize("name", ["sd", "sd3", "lcm"])
def test_a_file_brings_it_back_to_the_bit(name, attention, tmp_path):
    trace = recorded(tiny.build(name), name, attention)
    trace.save(tmp_path / "run")
    loaded = Trace.load(tmp_path / "run")
    assert loaded.attention == trace.attention
    for one, other in zip(loaded.steps, trace.steps, strict=True):
        assert (one.attention is None) == (other.attention is None)
        if one.attention is not None:
            same(one.attention, other.attention)
    if name != "sd3":
        assert torch.equal(loaded.steps[2].attention.word("red"), trace.steps[2].attention.word("red"))


@pytest.mark.parametrize("damage", ["shape", "missing", "half", "texts"])
def test_a_file_with_wrong_attention_is_refused(damage, tmp_path, monkeypatch):
    from diffexplain.core.attention import file

    pack = file.pack

    def wrong(trace):
        plain, tensors = pack(trace)
        if damage == "shape":
            tensors["attention.0.cond.0"] = tensors["attention.0.cond.0"][0]
        elif damage == "missing":
            del tensors["attention.0.cond.0"]
        elif damage == "half":
            plain["steps"]["0"]["halves"]["third"] = plain["steps"]["0"]["halves"].pop("uncond")
        else:
            plain["steps"]["0"]["texts"] = 9
        return plain, tensors

    monkeypatch.setattr(file, "pack", wrong)
    recorded(tiny.sd()).save(tmp_path / "run")
    with pytest.raises(TraceFormatError, match="holds no complete trace"):
        Trace.load(tmp_path / "run")


@pytest.mark.parametrize("attention", [True, Attention(full=True, steps=(0, 3))], ids=["compact", "full"])
def test_a_fork_goes_on_listening(attention, tmp_path):
    pipe = tiny.sd()
    trunk = recorded(pipe, attention=attention, steps=4)
    before = hooks(pipe)
    branch = trunk.fork(2)
    assert branch.attention == trunk.attention
    for one, other in zip(branch.steps, trunk.steps, strict=True):
        assert (one.attention is None) == (other.attention is None)
        if one.attention is not None:
            same(one.attention, other.attention)
    assert branch.steps[0].attention is trunk.steps[0].attention
    changed = trunk.fork(2, prompt="a blue square")
    assert changed.steps[3].attention.places("blue") == (2,)
    assert changed.steps[0].attention.places("red") == (2,)
    changed.save(tmp_path / "run")
    again = Trace.load(tmp_path / "run").fork(3, pipe=pipe)
    assert torch.equal(again.steps[3].attention.word("blue"), changed.steps[3].attention.word("blue"))
    assert hooks(pipe) == before


# the parts


@settings(max_examples=60)
@given(st.integers(1, 3), st.integers(1, 3), st.integers(1, 9), st.integers(1, 9), st.integers(1, 2000), st.booleans())
def test_shares_in_pieces_are_the_shares(rows, heads, queries, keys, piece, mean):
    draw = torch.Generator().manual_seed(rows + 10 * keys)
    query, key = (torch.randn(rows, heads, count, 4, generator=draw) for count in (queries, keys))
    bias = torch.randn(rows, 1, 1, keys, generator=draw)
    expected = (query @ key.transpose(-1, -2) / 2 + bias).softmax(-1)
    found = shares(query, key, slice(0, keys), bias=bias, mean=mean, piece_bytes=piece)
    torch.testing.assert_close(found, expected.mean(1, keepdim=True) if mean else expected)


@settings(max_examples=60)
@given(st.integers(1, 300), st.integers(1, 300), st.integers(1, 64))
def test_a_cap_keeps_the_form_and_resizing_keeps_the_sums(height, width, side):
    size = capped((height, width), side)
    assert max(size) <= side or size == (height, width)
    assert min(size) >= 1
    maps = torch.rand(3, height, width).softmax(0)
    close(resized(maps, size).sum(0), torch.ones(size), 1e-4)


def test_public_names():
    assert dx.Attention is Attention
