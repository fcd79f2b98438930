"""Tokens lie where the tokenizer cut, what isn't read is named, and the layers are those of the encoder itself."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import hypothesis.strategies as st
import pytest
import torch
from hypothesis import given, settings

from diffexplain.core.text import read_text, tokenize
from diffexplain.core.text.streams import conditioning_texts
from diffexplain.core.text.tokens import spans_of
from diffexplain.errors import AttentionError, UnfitPipelineError
from tests import tiny, tiny_t5

ANY_TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=60) | st.sampled_from(
    ["一只狐狸", "🦊🦊", "</script>", "\x00\n\t", "<|endoftext|> a fox <|startoftext|>"]
)


@pytest.fixture(scope="module")
def tokenizer(bundled: Any) -> Any:
    return bundled.tokenizer


@pytest.fixture(scope="module")
def t5() -> tuple[Any, Any]:
    """A T5 tokenizer (no start token, an end token) and encoder, tiny."""
    return tiny_t5.t5()


@pytest.fixture(scope="module")
def sd3() -> Any:
    return tiny_t5.sd3()


# tokens


def test_words_and_marks(tokenizer: Any) -> None:
    found = tokenize("a Fox", tokenizer)
    assert [(token.kind, token.text, token.start, token.end) for token in found.tokens] == [
        ("start", "<|startoftext|>", 0, 0),
        ("word", "a", 0, 1),
        ("word", "Fox", 2, 5),
        ("end", "<|endoftext|>", 5, 5),
    ]
    assert [token.id for token in found.tokens] == tokenizer("a Fox")["input_ids"]
    assert (found.limit, found.truncated) == (24, None)


def test_t5_has_no_start_and_its_words_begin_where_the_prompt_says(t5: tuple[Any, Any]) -> None:
    found = tokenize("a red circle", t5[0])
    assert [(token.kind, token.text) for token in found.tokens] == [
        ("word", "a"),
        ("word", " red"),
        ("word", " cir"),
        ("word", "cle"),
        ("end", "</s>"),
    ]
    assert found.find("circle") == [(2, 3)]
    assert found.find("red") == [(1,)]


def test_an_empty_prompt_has_its_marks(tokenizer: Any) -> None:
    assert [token.kind for token in tokenize("", tokenizer).tokens] == ["start", "end"]


def test_a_long_prompt_is_cut_as_the_pipeline_cuts_it(tokenizer: Any) -> None:
    prompt = "a fox " * 1600
    found = tokenize(prompt, tokenizer)
    assert [token.id for token in found.tokens] == tokenizer(prompt, truncation=True, max_length=24)["input_ids"]
    assert found.truncated is not None
    assert found.truncated.first_token_index == 23
    assert found.tokens[-1].kind == "end"
    kept = found.truncated.text_kept_characters
    assert prompt[kept:].startswith(found.truncated.dropped_text)
    assert len(found.truncated.dropped_text) == 200


@settings(max_examples=80)
@given(ANY_TEXT)
def test_any_text_has_tokens_in_order_within_the_limit(tokenizer: Any, prompt: str) -> None:
    found = tokenize(prompt, tokenizer)
    assert 2 <= len(found.tokens) <= found.limit
    words = [token for token in found.tokens if token.kind == "word"]
    assert all(prompt[token.start : token.end] == token.text for token in words)
    assert [token.start for token in words] == sorted(token.start for token in words)
    assert (found.truncated is None) == (len(tokenizer(prompt)["input_ids"]) <= found.limit)


def test_a_tokenizer_that_tells_no_places_is_no_error() -> None:
    slow = SimpleNamespace(is_fast=False, model_max_length=10**30)
    encoder = SimpleNamespace(config=SimpleNamespace(max_position_embeddings=77))
    assert tokenize("a fox", slow, encoder).limit == 77
    assert tokenize("a fox", slow, encoder).tokens == ()
    assert tokenize("a fox", None).tokens == ()


# words


@pytest.mark.parametrize(
    ("prompt", "words", "found"),
    [
        ("a cat in a cathedral", "cat", [(2, 5)]),
        ("a cat in a Cat", "cat", [(2, 5), (11, 14)]),
        ("a red  apple", "red apple", [(2, 12)]),
        ("it's (red)", "red", [(6, 9)]),
        ("一只红狐狸", "狐狸", [(3, 5)]),
        ("a fox", "dog", []),
        ("a.b axb", "a.b", [(0, 3)]),
        ("a fox", "  ", []),
    ],
)
def test_a_word_is_found_whole(prompt: str, words: str, found: list[tuple[int, int]]) -> None:
    assert spans_of(prompt, words) == found


def test_a_word_of_several_tokens_has_all_of_them() -> None:
    found = tokenize("a red square zq", tiny.tokenizer())
    assert found.find("zq") == [(4, 5)]  # not in the vocabulary: two characters
    assert found.find("red square") == [(2, 3)]


@settings(max_examples=60)
@given(ANY_TEXT, ANY_TEXT)
def test_any_words_in_any_text(tokenizer: Any, prompt: str, words: str) -> None:
    found = tokenize(prompt, tokenizer)
    for positions in found.find(words):
        assert all(found.tokens[at].kind == "word" for at in positions)
        assert list(positions) == list(range(positions[0], positions[-1] + 1))


# what the denoiser is told


def told(pipe: Any, rows: int = 1, length: int = tiny.LENGTH, *, negative: bool = False, **call: Any) -> Any:
    return conditioning_texts(pipe, call, rows, length, negative=negative)


def test_pictures_of_one_prompt_stand_together() -> None:
    prompts = [text.streams[0].tokens.prompt for text in told(tiny.sd(), 4, prompt=["a red circle", "a blue square"])]
    assert prompts == ["a red circle"] * 2 + ["a blue square"] * 2


def test_no_negative_prompt_is_an_empty_one_except_where_it_is_zeros() -> None:
    (text,) = told(tiny.sd(), prompt="a circle", negative=True)
    assert text.streams[0].tokens.prompt == ""
    assert told(tiny.sdxl(), prompt="a circle", negative=True) == (None,)
    (text,) = told(tiny.sdxl(), prompt="a circle", negative_prompt="blue", negative=True)
    assert text.streams[0].tokens.prompt == "blue"


@pytest.mark.parametrize("negative", [False, True])
def test_embeddings_have_no_words(negative: bool) -> None:
    given = {"prompt_embeds": torch.zeros(1, 16, 32), "negative_prompt_embeds": torch.zeros(1, 16, 32)}
    assert told(tiny.sd(), negative=negative, **given) == (None,)


def test_the_two_streams_of_stable_diffusion_3(sd3: Any) -> None:
    (text,) = told(sd3, length=tiny.LENGTH + 20, prompt="a red circle", prompt_3="a circle red")
    clip, long = text.streams
    assert (clip.name, clip.offset, clip.tokens.prompt) == ("clip", 0, "a red circle")
    assert (long.name, long.offset, long.tokens.prompt) == ("t5", tiny.LENGTH, "a circle red")
    assert text.find("red") == (2, tiny.LENGTH + 3)
    assert text.find("red", stream="t5") == (tiny.LENGTH + 3,)
    with pytest.raises(AttentionError, match="clip, t5"):
        text.find("red", stream="bert")


def test_words_that_are_not_there_are_explained() -> None:
    (text,) = told(tiny.sd(), prompt="a red circle on a red square " + "a " * 20 + "green")
    assert text.find("red") == (2, 6)
    assert text.find("red", 1) == (6,)
    with pytest.raises(AttentionError, match="occurrence from 0 to 1, not 2"):
        text.find("red", 2)
    with pytest.raises(AttentionError, match="occurrence from 0 to 1, not -1"):
        text.find("red", -1)
    with pytest.raises(AttentionError, match="only 16 tokens and never saw 'green'"):
        text.find("green")
    with pytest.raises(AttentionError, match="'dog' is not in the prompt"):
        text.find("dog")


# hidden states


@pytest.mark.parametrize("name", ["sd", "sdxl", "lcm"])
def test_layers_are_those_of_the_encoder(name: str) -> None:
    pipe = tiny.build(name)
    read = read_text(pipe, "a red circle")
    assert [each.encoder for each in read] == ["text_encoder", "text_encoder_2"][: len(read)]
    assert len(read) == (2 if name == "sdxl" else 1)
    for each in read:
        encoder = getattr(pipe, each.encoder)
        ids = pipe.tokenizer("a red circle", padding="max_length", return_tensors="pt").input_ids
        with torch.no_grad():
            own = encoder(ids, output_hidden_states=True)
        assert torch.equal(each.ids, ids[0])
        assert all(torch.equal(one, other[0]) for one, other in zip(each.layers, own.hidden_states, strict=True))
        assert torch.equal(each.output, own.last_hidden_state[0])
        assert torch.equal(each.pooled, (own.text_embeds if hasattr(own, "text_embeds") else own.pooler_output)[0])
        assert [token.kind for token in each.tokens.tokens] == ["start", "word", "word", "word", "end"]


def test_all_three_encoders_of_stable_diffusion_3(sd3: Any) -> None:
    clip, other, long = read_text(sd3, "a red circle")
    assert (clip.encoder, other.encoder, long.encoder) == ("text_encoder", "text_encoder_2", "text_encoder_3")
    with torch.no_grad():
        own = sd3.text_encoder_3(long.ids[None], output_hidden_states=True)
    assert torch.equal(long.output, own.last_hidden_state[0])
    assert all(torch.equal(one, two[0]) for one, two in zip(long.layers[:-1], own.hidden_states, strict=False))
    assert long.pooled is None
    assert long.tokens.find("circle") == [(2, 3)]


def test_flux_asks_clip_for_one_vector_and_t5_for_the_rest() -> None:
    pipe = tiny_t5.flux()
    clip, long = read_text(pipe, "a red circle")
    assert (clip.encoder, long.encoder) == ("text_encoder", "text_encoder_2")
    assert clip.pooled is not None
    with torch.no_grad():
        embeds, pooled, _ = pipe.encode_prompt(prompt="a red circle", prompt_2=None)
    assert torch.equal(long.output, embeds[0])
    assert torch.equal(clip.pooled, pooled[0])


def test_reading_leaves_no_hook_and_no_gradient() -> None:
    pipe = tiny.sd()
    hooks = [(len(module._forward_hooks), len(module._forward_pre_hooks)) for module in pipe.text_encoder.modules()]
    (read,) = read_text(pipe, "a red circle")
    assert [(len(module._forward_hooks), len(module._forward_pre_hooks)) for module in pipe.text_encoder.modules()] == hooks
    assert not read.output.requires_grad
    assert repr(read) == "TextStates(text_encoder, 'a red circle', 4 x (16, 32))"


def test_a_pipeline_without_text_encoders_is_refused() -> None:
    with pytest.raises(UnfitPipelineError, match="no text encoder"):
        read_text(tiny.flux(), "a red circle")
