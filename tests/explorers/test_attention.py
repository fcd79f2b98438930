"""The page is told what the network's attention is, no more and no less: word by word, half by half, layer by layer."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import hypothesis.strategies as st
import numpy as np
import pytest
import torch
from hypothesis import given, settings

import diffexplain as dx
from diffexplain.core.attention.shares import resized
from diffexplain.core.text import Token, tokenize
from diffexplain.errors import AttentionError, UnfitPipelineError
from diffexplain.explorers import pipelines, previews
from diffexplain.explorers.attention import maps, reading
from diffexplain.explorers.attention.messages import Apart, ApartStep, Begin, End, Sentence, Step
from diffexplain.explorers.attention.sentences import grouped, sentences_of
from diffexplain.explorers.messages import Decoded
from diffexplain.live import status
from diffexplain.live.messages import Message, decode
from tests import tiny, tiny_t5
from tests.explorers.conftest import assert_refused, page_says

PROMPT, NEGATIVE = "a red circle on redcircle", "blue zq"  # the last word of each is several tokens
SIZES = {"sd": (16, 32), "sdxl": (16, 32), "sd3": (32, 64), "flux": (16, 32)}
BUILD = {"sd": tiny.sd, "sdxl": tiny.sdxl, "sd3": tiny_t5.sd3, "flux": tiny_t5.flux}
NAMES = list(BUILD)


def of(messages: list[Message], kind: type[Any]) -> list[Any]:
    return [message for message in messages if isinstance(message, kind)]


def make(name: str, **given: Any) -> dx.AttentionExplorer:
    height, width = SIZES[name]
    asked = {"prompt": PROMPT, "negative_prompt": NEGATIVE, "seed": 3, "steps": 3, "height": height, "width": width, **given}
    return dx.AttentionExplorer(BUILD[name](), **asked).wait(120)


@pytest.fixture(scope="module", params=NAMES)
def shown(request: pytest.FixtureRequest) -> Iterator[tuple[str, dx.AttentionExplorer]]:
    explorer = make(request.param, detail="layers")
    yield request.param, explorer
    explorer.close()


@pytest.fixture
def explorer() -> Iterator[dx.AttentionExplorer]:
    explorer = make("sd")
    yield explorer
    explorer.close()


def recorded(explorer: dx.AttentionExplorer, attention: Any = True) -> Any:
    """What anybody who records the same call gets."""
    call = pipelines.call_of(explorer.pipeline, explorer)  # it has the fields of a request
    with dx.record(call.pipeline, attention=attention) as trace:
        call()
    return trace


def halves(step: Step) -> dict[str, np.ndarray]:
    return {name: found for name in ("cond", "uncond") if (found := getattr(step, name)) is not None}


def sentences(begin: Begin, half: str) -> list[Sentence]:
    return [sentence for sentence in begin.sentences if sentence.half == half]


def places(begin: Begin, half: str, attention: Any) -> list[tuple[int, ...]]:
    """The text places of each row, worked out from the core's own text."""
    return sentences_of(half, attention.text(half=half), len(attention.maps(half=half)))[1]


# what is told is what is recorded


def test_maps_are_the_recorders_to_the_bit(shown: tuple[str, dx.AttentionExplorer]) -> None:
    _, explorer = shown
    trace = recorded(explorer)
    (begin,), steps = of(explorer.recorded, Begin), of(explorer.recorded, Step)
    assert begin.map_steps == list(range(begin.step_count)) == [step.index for step in steps]
    for message, step in zip(steps, trace.steps, strict=True):
        assert set(halves(message)) == set(step.attention.halves)
        for half, found in halves(message).items():
            own = step.attention.maps(half=half)
            for row, at in enumerate(places(begin, half, step.attention)):
                expected = own[list(at)].sum(0) if len(at) > 1 else own[at[0]]
                np.testing.assert_array_equal(found[row], expected.half().numpy())


def test_the_picture_is_the_pipelines_own_bit_for_bit(shown: tuple[str, dx.AttentionExplorer]) -> None:
    _, explorer = shown
    plain = pipelines.call_of(explorer.pipeline, explorer)().images[0]
    assert explorer.trace is not None
    assert np.array_equal(np.asarray(explorer.trace.image), np.asarray(plain))
    height, width = SIZES[shown[0]]
    (begin,) = of(explorer.recorded, Begin)
    assert begin.picture_size == (height, width) == explorer.trace.image.size[::-1]
    assert sorted(decoded.index for decoded in of(explorer.recorded, Decoded)) == [0, 1, 2]
    assert all(step.x0.shape == begin.latent_shape for step in of(explorer.recorded, Step))


def test_shares_of_a_place_sum_to_one_or_leave_the_rest_to_the_picture(shown: tuple[str, dx.AttentionExplorer]) -> None:
    name, explorer = shown
    (begin,) = of(explorer.recorded, Begin)
    assert begin.joint == (name in ("sd3", "flux"))
    height, width = begin.grid
    assert height * 2 == width  # the picture is not square, and its patches are
    for step in of(explorer.recorded, Step):
        for half, found in halves(step).items():
            rows = [row for sentence in sentences(begin, half) for word in sentence.words for row in word.rows]
            assert sorted(rows) == list(range(len(found)))  # every place of the text once
            total = found.astype(np.float32).sum(0)
            if begin.joint:
                assert 0 < total.min() <= total.max() < 1 + 2e-3
            else:
                np.testing.assert_allclose(total, 1, atol=2e-3)  # half precision


def test_a_word_of_several_tokens_is_the_recorders_word(shown: tuple[str, dx.AttentionExplorer]) -> None:
    """Every word, in every stream and half, that is, in the negative prompt too."""
    _, explorer = shown
    trace = explorer.trace
    assert trace is not None
    (begin,), steps = of(explorer.recorded, Begin), of(explorer.recorded, Step)
    several = 0
    for sentence in begin.sentences:
        seen: dict[str, int] = {}
        for word in sentence.words:
            if word.kind != "word":
                continue
            occurrence = seen[word.text] = seen.get(word.text, -1) + 1
            several += len(word.rows) > 1
            for message in steps:
                found = halves(message)[sentence.half][word.rows].astype(np.float32).sum(0)
                attention = trace.steps[message.index].attention
                assert attention is not None
                own = attention.word(word.text, occurrence=occurrence, stream=sentence.stream, half=sentence.half)  # type: ignore[arg-type]
                np.testing.assert_allclose(found, own.numpy(), atol=len(word.rows) * 3e-4)
    assert several


def test_the_halves_read_their_own_prompts(shown: tuple[str, dx.AttentionExplorer]) -> None:
    name, explorer = shown
    (begin,) = of(explorer.recorded, Begin)
    assert {sentence.prompt for sentence in sentences(begin, "cond")} == {PROMPT}
    if name == "flux":  # its guidance is distilled: there is no second pass
        assert begin.halves == ["cond"]
        assert explorer._controls["negative"] is False
    else:
        assert begin.halves == ["cond", "uncond"]
        assert {sentence.prompt for sentence in sentences(begin, "uncond")} == {NEGATIVE}
    streams = {"sd3": ["clip", "t5"]}.get(name, ["text"])
    for half in begin.halves:
        assert [sentence.stream for sentence in sentences(begin, half)] == streams


def test_layers_and_heads_are_the_recorders_within_the_stated_bound(shown: tuple[str, dx.AttentionExplorer]) -> None:
    _, explorer = shown
    trace = recorded(explorer, dx.Attention(full=True))
    (apart,), steps = of(explorer.recorded, Apart), of(explorer.recorded, ApartStep)
    (begin,) = of(explorer.recorded, Begin)
    assert [step.index for step in steps] == apart.steps
    for message in steps:
        attention = trace.steps[message.index].attention
        assert [layer.name for layer in apart.layers] == list(attention.layers)
        for half in begin.halves:
            rows = places(begin, half, attention)
            for layer, (found, peaks) in zip(apart.layers, unpacked(message, apart, half, len(rows)), strict=True):
                assert layer.own_grid == tuple(attention.kept[half][layer.name].shape[-2:])
                own = resized(attention.kept[half][layer.name][0].float(), layer.grid)
                expected = torch.stack([own[:, list(at)].sum(1) for at in rows], 1).numpy()
                assert np.all(np.abs(found - expected) <= peaks[..., None, None] / 510 + 1e-7)
                np.testing.assert_allclose(peaks, expected.max((-2, -1)), rtol=1e-6)


def test_layers_and_heads_average_back_to_the_mean(shown: tuple[str, dx.AttentionExplorer]) -> None:
    _, explorer = shown
    (apart,) = of(explorer.recorded, Apart)
    whole = {step.index: step for step in of(explorer.recorded, Step)}
    for message in of(explorer.recorded, ApartStep):
        for half, mean in halves(whole[message.index]).items():
            grid = max((layer.grid for layer in apart.layers), key=lambda each: each[0] * each[1])
            small = resized(torch.from_numpy(mean.astype(np.float32)), grid).numpy()  # a layer's maps are smaller in the page
            layers = [resized(torch.from_numpy(found.mean(0)), grid) for found, _ in unpacked(message, apart, half, len(mean))]
            np.testing.assert_allclose(torch.stack(layers).mean(0).numpy(), small, atol=1 / 510 + 1e-3)


def unpacked(message: ApartStep, apart: Apart, half: str, rows: int) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """(heads, rows, h, w) shares of each layer, and their peaks."""
    codes, peaks = getattr(message, half), getattr(message, f"{half}_peaks")
    at = first = 0
    for layer in apart.layers:
        size, count = layer.heads * rows * layer.grid[0] * layer.grid[1], layer.heads * rows
        shape = (layer.heads, rows)
        peak = peaks[first : first + count].reshape(shape)
        yield codes[at : at + size].reshape(*shape, *layer.grid) / np.float32(255) * peak[..., None, None], peak
        at, first = at + size, first + count
    assert (at, first) == (len(codes), len(peaks))


# words


@pytest.mark.parametrize(
    ("prompt", "words"),
    [
        ("a fox, a cat's well-known hat!", ["a", "fox", ",", "a", "cat's", "well-known", "hat", "!"]),
        ("", []),
        ("... red", ["...", "red"]),
        ("狐狸", ["狐", "狸"]),
    ],
)
def test_tokens_are_joined_to_words(prompt: str, words: list[str]) -> None:
    found = sentences_of("cond", _text(prompt), tiny.LENGTH * 4)[0][0].words
    assert [word.text for word in found if word.kind == "word"] == words
    assert [word.kind for word in found if word.kind != "word"] == ["start", "end", "padding"]


def _text(prompt: str) -> Any:
    from diffexplain.core.text import Stream, Text

    return Text((Stream("text", 0, tokenize(prompt, tiny.tokenizer(), limit=tiny.LENGTH * 4)),), tiny.LENGTH * 4)


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=40))
def test_every_token_is_in_one_word_in_order(prompt: str) -> None:
    tokens = tokenize(prompt, tiny.tokenizer(), limit=200).tokens
    groups = grouped(prompt, tokens)
    assert [at for group in groups for at in group] == list(range(len(tokens)))
    for group in groups:
        assert len({tokens[at].kind for at in group}) == 1


def test_places_without_tokens_are_one_thing_to_look_at() -> None:
    (sentence,), rows = sentences_of("uncond", None, 5)
    assert ([word.kind for word in sentence.words], rows) == (["unknown"], [(0, 1, 2, 3, 4)])


def test_without_a_negative_prompt_sdxl_is_told_zeros() -> None:
    pipe = tiny.sdxl(force_zeros_for_empty_prompt=True)
    explorer = dx.AttentionExplorer(pipe, prompt="a red circle", steps=1, height=32, width=32).wait(60)
    (begin,), (step,) = of(explorer.recorded, Begin), of(explorer.recorded, Step)
    (sentence,) = sentences(begin, "uncond")
    assert [word.kind for word in sentence.words] == ["unknown"]
    np.testing.assert_allclose(step.uncond, 1, atol=2e-3)
    explorer.close()


def test_a_prompt_that_is_too_long_says_what_was_not_read() -> None:
    explorer = make("sd", prompt="a red circle " * 9 + "green")
    (begin,) = of(explorer.recorded, Begin)
    (sentence,) = sentences(begin, "cond")
    assert sentence.truncated is not None
    assert sentence.truncated.dropped_text.endswith("green")
    assert [word.kind for word in sentence.words if word.kind != "word"] == ["start", "end"]  # no padding is left
    explorer.close()


# how much is told


@settings(deadline=None)
@given(st.integers(1, 2000), st.integers(2, 1000), st.integers(1, 64), st.integers(1, 64), st.integers(1, 1000))
def test_layers_and_heads_fit_what_a_page_may_be_sent(heads: int, rows: int, height: int, width: int, count: int) -> None:
    steps, side = maps.apart_plan(heads, rows, (height, width), count)
    small = maps.capped((height, width), side)
    size = heads * rows * small[0] * small[1]
    assert len(steps) * size <= max(maps.APART_BYTES, size)
    assert side in maps.SIDES
    if side < maps.SIDES[0]:
        larger = maps.capped((height, width), maps.SIDES[maps.SIDES.index(side) - 1])
        assert maps.APART_BYTES // (heads * rows * larger[0] * larger[1]) < min(maps.FEW, count)


def test_of_a_long_run_evenly_spread_maps_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(maps, "MEAN_BYTES", 10_000)
    explorer = make("sd", steps=20)
    (begin,), steps = of(explorer.recorded, Begin), of(explorer.recorded, Step)
    told = [step.index for step in steps if step.cond is not None]
    assert told == begin.map_steps
    assert 2 <= len(told) < 20
    assert len(steps) == 20
    assert sum(step.cond.nbytes + step.uncond.nbytes for step in steps if step.cond is not None) <= 10_000
    explorer.close()


# requests


def test_layers_are_taken_apart_without_a_new_picture(explorer: dx.AttentionExplorer, monkeypatch: pytest.MonkeyPatch) -> None:
    runs: list[Any] = []
    kind = type(explorer.pipeline)
    call = kind.__call__

    def counted(*args: Any, **given: Any) -> Any:
        runs.append(given.get("output_type"))
        return call(*args, **given)

    counted.__signature__ = __import__("inspect").signature(call)  # type: ignore[attr-defined]
    monkeypatch.setattr(kind, "__call__", counted)
    before, trace = explorer.recorded, explorer.trace
    explorer.detail = "layers"
    explorer.wait(60)
    assert runs == ["latent"]  # only the second pass
    assert explorer.trace is trace
    after = explorer.recorded
    assert of(after, Begin)[0].request.detail == "layers"
    kinds = [message.kind for message in after if message.kind != "status"]
    assert kinds == ["begin", *["step"] * 3, "end", *["decoded"] * 3, "apart", *["apart_step"] * 3]
    assert of(after, End) == of(before, End)
    assert of(after, Step) == of(before, Step)
    assert len(of(after, ApartStep)) == 3
    explorer.detail = "mean"
    assert of(explorer.wait(60).recorded, Apart) == []
    explorer.detail = "layers"
    assert of(explorer.wait(60).recorded, ApartStep) == of(after, ApartStep)
    assert len(runs) == 1
    explorer.seed = 4
    explorer.wait(60)
    assert len(runs) == 3


def test_without_guidance_there_is_one_half(explorer: dx.AttentionExplorer) -> None:
    explorer.guidance_scale = 1
    explorer.wait(60)
    (begin,) = of(explorer.recorded, Begin)
    assert begin.halves == ["cond"]
    assert all(step.uncond is None for step in of(explorer.recorded, Step))
    explorer.detail = "layers"
    assert all(step.uncond is None and step.uncond_peaks is None for step in of(explorer.wait(60).recorded, ApartStep))


@pytest.fixture(scope="module")
def small() -> Iterator[Any]:
    """For tests that change nothing."""
    explorer = make("sd")
    yield explorer
    explorer.close()


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("detail", "heads", "mean, layers"),
        ("half", "negative", "cond, uncond"),
        ("word", 3, "positions from 0 on"),
        ("word", [1, -1], "positions from 0 on"),
        ("word", [True], "positions from 0 on"),
        ("strength", 1.5, "0 to 1"),
        ("strength", float("nan"), "0 to 1"),
        ("strength", "much", "0 to 1"),
        ("patches", 1, "True or False"),
        ("over", "all", "step, run"),
        ("scale", "large", "own, same"),
        ("head", 0.5, "whole number"),
        ("layer", 4, "text"),
        ("steps", 0, "1 to 1000"),
        ("height", 33, "multiple"),
    ],
)
def test_a_bad_value_is_refused_in_one_line(small: Any, field: str, value: Any, words: str) -> None:
    assert_refused(small, field, value, words)


def test_what_can_not_be_explored_is_refused_before_anything_is_made() -> None:
    with pytest.raises(UnfitPipelineError, match="load one with"):
        dx.AttentionExplorer(object())
    pipe = tiny.sd()
    pipe.unet = torch.nn.Sequential(torch.nn.Linear(2, 2))
    with pytest.raises(AttentionError, match="no attention layer"):
        dx.AttentionExplorer(pipe)
    with pytest.raises(AttentionError, match="budget_bytes"):
        dx.AttentionExplorer(tiny.sd(), budget_bytes=0)


def test_layers_that_take_too_much_are_refused_in_words_and_the_picture_stays() -> None:
    explorer = make("sd")
    explorer._budget = 2000
    explorer.detail = "layers"
    with pytest.raises(AttentionError, match=r"budget_bytes allows .*In this explorer: take a smaller height and width"):
        explorer.wait(60)
    (end,), messages = of(explorer.recorded, End), explorer.recorded
    assert end.image.data
    (failed,) = [message for message in messages if isinstance(message, status.Status) and message.state == "failed"]
    assert "budget_bytes" in failed.message
    assert failed.message.spoken("zh") != failed.message  # type: ignore[union-attr]
    assert not any(module._forward_hooks for module in explorer.pipeline.unet.modules())
    explorer._budget = 2**30
    page_says(explorer, "run")
    assert len(of(explorer.wait(60).recorded, ApartStep)) == 3
    explorer.close()


def test_where_memory_is_short_fewer_steps_are_taken_apart() -> None:
    explorer = make("sd", detail="layers", steps=8)
    (apart,) = of(explorer.recorded, Apart)
    assert apart.steps == list(range(8))
    own = recorded(explorer, dx.Attention(full=True)).steps[0].attention.nbytes
    explorer._budget = 3 * own
    explorer._apart.clear()
    page_says(explorer, "run")
    explorer.wait(60)
    (apart,) = of(explorer.recorded, Apart)
    assert apart.steps == [0, 7]
    explorer.close()


def test_cancelled_while_layers_are_taken_apart_the_picture_is_whole(explorer: dx.AttentionExplorer) -> None:
    begun = threading.Event()
    stop = explorer.on_message(lambda message: begun.set() if message.kind == "apart" else None)
    with explorer.hold_trait_notifications():
        explorer.steps, explorer.detail = 300, "layers"
    assert begun.wait(120)
    page_says(explorer, "cancel")
    explorer.wait(60)
    stop()
    assert explorer.status == "done"
    assert len(of(explorer.recorded, End)) == 1
    assert not any(module._forward_hooks for module in explorer.pipeline.unet.modules())
    assert not explorer._apart
    explorer.steps = 2
    assert len(of(explorer.wait(60).recorded, ApartStep)) == 2


# afterwards


def test_the_still_picture_shows_the_words_and_is_small(shown: tuple[str, dx.AttentionExplorer]) -> None:
    _, explorer = shown
    still = explorer.still(explorer.recorded)
    assert still.count("<img") == 1 + len(PROMPT.split())
    assert len(still) < 60_000
    assert explorer.still(explorer.recorded[:2]) == ""


def test_a_token_of_spaces_is_shown_as_one() -> None:
    from diffexplain.explorers.attention.sentences import _text as text_of

    assert text_of("a  b", [Token(" ", 1, "word", 1, 2)]) == "␣"


def test_a_page_has_few_maps_of_a_large_model_and_gets_those_it_asks_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(maps, "FIRST_BYTES", 10_000)
    monkeypatch.setattr(reading, "X0_BYTES", 1_000)
    explorer = make("sd", steps=20)
    (begin,), steps = of(explorer.recorded, Begin), of(explorer.recorded, Step)
    assert begin.map_steps == list(range(20))
    assert all(step.cond is not None for step in steps)
    history = explorer._runs.history
    first = [decode(sent.encoded.content, sent.encoded.buffers, [Step]) for sent in history.told(history.finished) if isinstance(sent.message, Step)]  # fmt: skip
    told = [step for step in first if step.cond is not None]
    assert 2 <= len(told) < 20
    assert sum(step.cond.nbytes + step.uncond.nbytes for step in told) <= 10_000
    assert sum(step.x0.levels.nbytes for step in first) <= 1_000
    for few, step in zip(told, [steps[step.index] for step in told], strict=True):
        np.testing.assert_array_equal(few.cond, step.cond)


def test_the_first_view_of_a_model_as_large_as_sdxl_is_light() -> None:
    """Twenty words, both halves, maps of 64 x 64, as many steps as there may be."""
    for count in (50, 1000):
        steps = maps.map_steps(count, 40 * 64 * 64)
        first = maps.first_steps(steps, 40 * 64 * 64)
        assert set(first) <= set(steps)
        assert len(first) * 40 * 64 * 64 * 2 <= max(maps.FIRST_BYTES, 2 * 40 * 64 * 64 * 2)
        height, width = previews.fitting((4, 128, 128), count, maps.X0_BYTES)
        assert count * 4 * height * width <= maps.X0_BYTES
