"""The text explorer says what the encoders of a pipeline did: held against transformers, and against sentences whose answer is known."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
import torch

import diffexplain as dx
from diffexplain.core.text import rollout
from diffexplain.core.text.arithmetic import terms
from diffexplain.errors import NotFiniteError, UnfitPipelineError
from diffexplain.explorers.text.captions import asked_of, captions
from diffexplain.explorers.text.messages import Begin, Compared, Layer, Nearest, Summed, Vectors
from diffexplain.live.messages import Quantized, quantize
from tests import tiny, tiny_t5
from tests.company import traces_of
from tests.explorers.conftest import of

PROMPT = "a red circle"
ALL = captions(0)


@pytest.fixture(scope="module")
def explorer() -> Iterator[dx.TextExplorer]:
    made = dx.TextExplorer(tiny_t5.sd3(), prompt=PROMPT, other_prompt="a red square", arithmetic="a red circle - red").wait(120)
    yield made
    made.close()


@pytest.fixture(scope="module")
def ours() -> Iterator[dx.TextExplorer]:
    made = dx.TextExplorer().wait(300)
    yield made
    made.close()


def test_vectors_are_those_of_the_encoders(explorer: dx.TextExplorer) -> None:
    told = of(explorer, Vectors)
    assert [each.encoder for each in told] == [0, 1, 2]
    for vectors, states in zip(told, explorer.states, strict=True):
        ids = states.ids[None]
        with torch.no_grad():
            own = getattr(explorer.pipeline, states.encoder)(ids, output_hidden_states=True).hidden_states
        count = vectors.lengths.shape[1]
        inner = own if states.encoder != "text_encoder_3" else own[:-1]  # T5's last is normalised
        for at, layer in enumerate(inner):
            np.testing.assert_allclose(vectors.lengths[at], layer[0, :count].norm(dim=-1), rtol=1e-5)
        large = float(own[1][0, :count].abs().flatten().quantile(0.98))
        np.testing.assert_allclose(vectors.strips.values[1], (own[1][0, :count] / large).clamp(-1, 1), atol=0.01)


def test_layers_are_the_weights_of_the_encoders(explorer: dx.TextExplorer) -> None:
    encoder, (states, *_) = explorer.pipeline.text_encoder, explorer.states
    before = encoder.config._attn_implementation
    encoder.set_attn_implementation("eager")
    with torch.no_grad():
        own = encoder(states.ids[None], output_attentions=True).attentions
    encoder.set_attn_implementation(before)
    rolled = rollout(tuple(each[0].mean(0) for each in own))
    layers = [layer for layer in of(explorer, Layer) if layer.encoder == 0]
    assert [layer.layer for layer in layers] == [1, 2, 3]
    for layer, weights, through in zip(layers, own, rolled, strict=True):
        count = len(layer.mean)
        np.testing.assert_allclose(layer.mean, weights[0].mean(0)[:count, :count], atol=1e-6)
        np.testing.assert_allclose(layer.heads.values, weights[0, :, :count, :count], atol=0.003)
        np.testing.assert_allclose(layer.rolled, through[:count, :count], atol=1e-6)


def test_each_encoder_says_what_it_is_for(explorer: dx.TextExplorer) -> None:
    (begin,) = of(explorer, Begin)
    assert [(each.kind, each.ahead == 0, each.use_pooled) for each in begin.encoders] == [
        ("CLIP", True, True),
        ("CLIP", True, True),
        ("T5", False, False),
    ]
    assert [each.on_padding > 0 for each in begin.encoders] == [False, False, True]
    for each in begin.encoders:
        encoder = getattr(explorer.pipeline, each.name)
        assert each.parameters == sum(weight.numel() for weight in encoder.parameters())
        assert (each.width, each.heads) == (32, 4)
        assert [token.kind for token in each.tokens][-2:] == ["end", "padding"]
        assert sum(token.kind != "padding" for token in each.tokens) + each.padding == each.length


def test_a_word_exchanged_is_heard_behind_it_in_clip_and_everywhere_in_t5(explorer: dx.TextExplorer) -> None:
    for compared in of(explorer, Compared):
        first = int(np.flatnonzero(compared.same == 0)[0])
        assert compared.equal[0, :first].all()
        assert compared.equal[1:, :first].all() == (compared.encoder < 2)
        assert not compared.equal[:, first].any()
        assert (compared.sentences is None) == (compared.encoder == 2)


def test_the_sum_of_sentences_arrives_and_bare_words_do_not(ours: dx.TextExplorer) -> None:
    (summed,) = of(ours, Summed)
    assert summed.after[0].text == "a cat on a white background"
    assert [(term.sign, term.text, term.after) for term in summed.terms[1:]] == [(-1, "fox", 0), (1, "cat", 6)]
    assert (summed.stays, summed.place, summed.first) == (["white background"], 1, summed.after[0])
    ours.arithmetic = "a fox - white + red"
    (summed,) = of(ours.wait(60), Summed)
    foxes = [caption for caption in summed.after if "fox" in caption.text]
    assert summed.terms[0].after == len(foxes) < len(summed.after) / 2
    assert summed.place > 1  # a red thing that is no fox is nearer
    assert {"fox", "red"} <= set(summed.first.text.split())
    fits = [{"fox", "red"} <= set(caption.text.split()) and "white" not in caption.text for caption in summed.after]
    assert (fits.index(True) + 1, summed.after[fits.index(True)]) == (summed.place, summed.first)
    assert summed.count == len(ALL)
    ours.arithmetic = "一只狐狸 - 白色 + 红色"
    (summed,) = of(ours.wait(60), Summed)
    assert (summed.place, summed.first) == (0, None)
    (nearest,) = of(ours, Nearest)
    assert nearest.captions[0].text == ours.prompt
    assert nearest.captions[0].cosine == pytest.approx(1, abs=1e-5)
    assert nearest.other[0].text == ours.other_prompt
    assert nearest.count == len(ALL)


@pytest.mark.parametrize(
    ("sum_of", "asked"),
    [
        ("a fox on a white background - fox + a cat", (["white background"], ["cat"], ["fox"])),
        ("a fox, white background - white + the red", (["fox", "background"], ["red"], ["white"])),
        ("a fox - white background + red background", (["fox"], ["red background"], ["white background"])),
        ("a fox - a fox + a fox", ([], ["fox"], [])),
        ("a foxglove - fox", (["foxglove"], [], ["fox"])),
        ("- a (fox", ([], [], ["(fox"])),
        ("a + the", ([], ["the"], [])),
    ],
)
def test_what_a_caption_must_have_for_a_sum_to_arrive(sum_of: str, asked: tuple[list[str], list[str], list[str]]) -> None:
    assert asked_of(terms(sum_of)) == asked


def test_what_is_not_read_and_bytes_of_characters() -> None:
    explorer = dx.TextExplorer(prompt="🦊 " + "snow " * 30, arithmetic="").wait(300)
    (begin,) = of(explorer, Begin)
    (encoder,) = begin.encoders
    assert encoder.truncated is not None
    assert encoder.truncated.dropped_text.startswith(" snow")
    assert (encoder.padding, len(encoder.tokens)) == (0, encoder.length)
    fox = [piece for piece in encoder.tokens if not piece.whole]
    assert bytes.fromhex("".join(piece.name for piece in fox)).decode() == "🦊"
    assert len({piece.group for piece in fox}) == 1
    assert of(explorer, Compared) == of(explorer, Summed) == []
    explorer.close()


@pytest.mark.parametrize("prompt", ["", "   ", "a" * 10_000, "</script>\x00\u202e"])
def test_any_sentence_is_read(prompt: str) -> None:
    explorer = dx.TextExplorer(tiny.sd(), prompt=prompt, other_prompt=" ", arithmetic="- + -").wait(60)
    (begin,) = of(explorer, Begin)
    assert begin.encoders[0].tokens[0].kind == "start"
    explorer.close()


@pytest.mark.parametrize("pipe", [tiny.sdxl, tiny_t5.flux, tiny_t5.pixart])
def test_other_pipelines_are_read_and_left_as_they_are(pipe: Any) -> None:
    pipe = pipe()
    before = traces_of(pipe)
    explorer = dx.TextExplorer(pipe, prompt=PROMPT, other_prompt="a circle", arithmetic="a circle + red").wait(60)
    (begin,) = of(explorer, Begin)
    assert len(of(explorer, Compared)) == len(begin.encoders) == len(explorer.states)
    assert traces_of(pipe) == before
    explorer.close()


def test_another_encoder_is_another_result() -> None:
    pipe = tiny.sd()
    pipe.text_encoder = copy.deepcopy(pipe.text_encoder)
    explorer = dx.TextExplorer(pipe, prompt=PROMPT).wait(60)
    (first,) = of(explorer, Nearest)
    pipe.text_encoder.final_layer_norm.weight.data *= torch.linspace(-1, 1, 32)
    for prompt in ("a", PROMPT):
        explorer.prompt = prompt
        explorer.wait(60)
    (again,) = of(explorer, Nearest)
    assert again.captions != first.captions
    explorer.close()


def test_a_pipeline_without_text_encoders_is_refused_in_words() -> None:
    with pytest.raises(UnfitPipelineError, match="no text encoder whose layers can be read"):
        dx.TextExplorer(tiny.flux())


def test_what_is_no_number_ends_the_run_in_one_sentence() -> None:
    pipe = tiny.sd()
    pipe.text_encoder = copy.deepcopy(pipe.text_encoder)
    pipe.text_encoder.final_layer_norm.bias.data[0] = torch.nan
    explorer = dx.TextExplorer(pipe, prompt=PROMPT)
    with pytest.raises(NotFiniteError, match="text encoder gave NaN"):
        explorer.wait(60)
    explorer.close()


def test_heads_of_a_large_layer_come_when_they_are_asked_for() -> None:
    mean = np.zeros((40, 40), np.float32)
    small, large = (Layer(0, 1, mean, mean, quantize(np.zeros((heads, 40, 40)))) for heads in (10, 11))
    assert isinstance(small.preview().heads, Quantized)
    assert large.preview().heads is None
