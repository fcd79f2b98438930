"""The page has what the network's attention is, no more and no less: word by word, half by half, layer by layer."""

from __future__ import annotations

import inspect
import threading
from collections.abc import Callable, Iterator
from typing import Any

import hypothesis.strategies as st
import numpy as np
import pytest
import torch
from hypothesis import given

import diffexplain as dx
from diffexplain.core.attention.shares import resized
from diffexplain.core.text import Stream, Text, Token, tokenize
from diffexplain.errors import AttentionError
from diffexplain.explorers import pipelines, previews
from diffexplain.explorers.attention import maps
from diffexplain.explorers.attention import sentences as reading
from diffexplain.explorers.attention.messages import Apart, ApartStep, Begin, End, Sentence, Step
from diffexplain.explorers.messages import Decoded
from diffexplain.live import status
from diffexplain.live.messages import decode
from tests import tiny, tiny_t5
from tests.explorers.conftest import assert_refused, of, page_says

PROMPT, NEGATIVE = "a red circle on redcircle", "blue zq"  # the last word of each is several tokens
KINDS = {
    "sd": (tiny.sd, 16, 32),
    "sdxl": (tiny.sdxl, 16, 32),
    "sd3": (tiny_t5.sd3, 32, 64),
    "flux": (tiny_t5.flux, 16, 32),
}


def make(name: str = "sd", **given: Any) -> dx.AttentionExplorer:
    build, height, width = KINDS[name]
    asked = {"prompt": PROMPT, "negative_prompt": NEGATIVE, "seed": 3, "steps": 3, "height": height, "width": width, **given}
    return dx.AttentionExplorer(build(), **asked).wait(120)


@pytest.fixture
def fresh(made: Callable[..., Any]) -> Callable[..., dx.AttentionExplorer]:
    return lambda **given: made(make, **given)


@pytest.fixture(scope="module", params=KINDS)
def shown(request: pytest.FixtureRequest) -> Iterator[dx.AttentionExplorer]:
    """For tests that change nothing."""
    explorer = make(request.param, detail="layers")
    explorer.name = request.param  # type: ignore[attr-defined]
    yield explorer
    explorer.close()


def recorded(explorer: dx.AttentionExplorer, attention: Any = True) -> Any:
    """What anybody who records the same call gets."""
    call = pipelines.call_of(explorer.pipeline, explorer)  # it has the fields of a request
    with dx.record(call.pipeline, attention=attention) as trace:
        call()
    return trace


def run_of(explorer: dx.AttentionExplorer) -> tuple[Begin, list[Step]]:
    (begin,) = of(explorer, Begin)
    return begin, of(explorer, Step)


def halves(step: Step) -> dict[str, np.ndarray]:
    return {name: mean for name in ("cond", "uncond") if (mean := getattr(step, name)) is not None}


def sentences(begin: Begin, half: str) -> list[Sentence]:
    return [sentence for sentence in begin.sentences if sentence.half == half]


def rows_of(half: Any, attention: Any) -> list[tuple[int, ...]]:
    """The text places of each row, worked out from the core's own text."""
    return reading.sentences_of(half, attention.text(half=half), len(attention.maps(half=half)))[1]


# what is said is what is recorded


def test_maps_and_picture_are_the_recorders_to_the_bit(shown: Any) -> None:
    trace, (begin, steps) = recorded(shown), run_of(shown)
    assert begin.map_steps == list(range(begin.step_count)) == [step.index for step in steps]
    for message, step in zip(steps, trace.steps, strict=True):
        assert set(halves(message)) == set(step.attention.halves)
        assert message.x0.shape == begin.latent_shape
        for half, mean in halves(message).items():
            own = step.attention.maps(half=half)
            for row, at in enumerate(rows_of(half, step.attention)):
                expected = own[list(at)].sum(0) if len(at) > 1 else own[at[0]]
                np.testing.assert_array_equal(mean[row], expected.half().numpy())
    plain = pipelines.call_of(shown.pipeline, shown)().images[0]
    assert np.array_equal(np.asarray(shown.trace.image), np.asarray(plain))
    assert begin.picture_size == KINDS[shown.name][1:] == plain.size[::-1]
    assert sorted(decoded.index for decoded in of(shown, Decoded)) == [0, 1, 2]


def test_shares_of_a_place_sum_to_one_or_leave_the_rest_to_the_picture(shown: Any) -> None:
    begin, steps = run_of(shown)
    assert begin.joint == (shown.name in ("sd3", "flux"))
    height, width = begin.grid
    assert height * 2 == width  # the picture is not square, and its patches are
    for step in steps:
        for half, mean in halves(step).items():
            rows = [row for sentence in sentences(begin, half) for word in sentence.words for row in word.rows]
            assert sorted(rows) == list(range(len(mean)))  # every place of the text once
            total = mean.astype(np.float32).sum(0)
            if begin.joint:
                assert 0 < total.min() <= total.max() < 1 + 2e-3
            else:
                np.testing.assert_allclose(total, 1, atol=2e-3)  # half precision


def test_a_word_of_several_tokens_is_the_recorders_word(shown: Any) -> None:
    """Every word, in every stream and half, that is, in the negative prompt too."""
    begin, steps = run_of(shown)
    several = 0
    for sentence in begin.sentences:
        seen: dict[str, int] = {}
        for word in sentence.words:
            if word.kind != "word":
                continue
            occurrence = seen[word.text] = seen.get(word.text, -1) + 1
            several += len(word.rows) > 1
            for message in steps:
                share = halves(message)[sentence.half][word.rows].astype(np.float32).sum(0)
                attention = shown.trace.steps[message.index].attention
                own = attention.word(word.text, occurrence=occurrence, stream=sentence.stream, half=sentence.half)
                np.testing.assert_allclose(share, own.numpy(), atol=len(word.rows) * 3e-4)
    assert several


def test_the_halves_read_their_own_prompts(shown: Any) -> None:
    begin, _ = run_of(shown)
    pair = shown.name != "flux"  # its guidance is distilled: there is no second pass
    assert begin.halves == (["cond", "uncond"] if pair else ["cond"])
    assert shown._controls["negative"] is pair
    for half, prompt in zip(begin.halves, (PROMPT, NEGATIVE), strict=False):
        assert {sentence.prompt for sentence in sentences(begin, half)} == {prompt}
        assert [sentence.stream for sentence in sentences(begin, half)] == {"sd3": ["clip", "t5"]}.get(shown.name, ["text"])


def test_layers_and_heads_are_the_recorders_within_the_stated_bound_and_average_back_to_the_mean(shown: Any) -> None:
    trace, (begin, means) = recorded(shown, dx.Attention(full=True)), run_of(shown)
    (apart,), steps = of(shown, Apart), of(shown, ApartStep)
    assert [step.index for step in steps] == apart.steps
    largest = max((layer.grid for layer in apart.layers), key=lambda each: each[0] * each[1])
    for message in steps:
        attention = trace.steps[message.index].attention
        assert [layer.name for layer in apart.layers] == list(attention.layers)
        for half in begin.halves:
            rows = rows_of(half, attention)
            each = list(unpacked(message, apart, half, len(rows)))
            for layer, (shares, peaks) in zip(apart.layers, each, strict=True):
                kept = attention.kept[half][layer.name]
                assert layer.own_grid == tuple(kept.shape[-2:])
                own = resized(kept[0].float(), layer.grid)
                expected = torch.stack([own[:, list(at)].sum(1) for at in rows], 1).numpy()
                assert np.all(np.abs(shares - expected) <= peaks[..., None, None] / 510 + 1e-7)
                np.testing.assert_allclose(peaks, expected.max((-2, -1)), rtol=1e-6)
            mean = halves(means[message.index])[half].astype(np.float32)
            small = resized(torch.from_numpy(mean), largest)  # a layer's maps are smaller in the page
            layers = torch.stack([resized(torch.from_numpy(shares.mean(0)), largest) for shares, _ in each])
            np.testing.assert_allclose(layers.mean(0).numpy(), small.numpy(), atol=1 / 510 + 1e-3)


def unpacked(message: ApartStep, apart: Apart, half: str, rows: int) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """(heads, rows, h, w) shares of each layer, and their peaks."""
    codes, peaks = getattr(message, half), getattr(message, f"{half}_peaks")
    for layer in apart.layers:
        shape = (layer.heads, rows, *layer.grid)
        own, codes = np.split(codes, [int(np.prod(shape))])
        peak, peaks = np.split(peaks, [layer.heads * rows])
        peak = peak.reshape(shape[:2])
        yield own.reshape(shape) / np.float32(255) * peak[..., None, None], peak
    assert len(codes) == len(peaks) == 0


def test_the_still_picture_shows_the_words(shown: Any) -> None:
    assert shown.still(shown.recorded).count("<img") == 1 + len(PROMPT.split())
    assert shown.still(shown.recorded[:2]) == ""


# words


def test_a_sentence_is_its_words_and_marks() -> None:
    length = tiny.LENGTH * 4
    text = Text((Stream("text", 0, tokenize("a fox, 狐狸", tiny.tokenizer(), limit=length)),), length)
    (sentence,), _ = reading.sentences_of("cond", text, length)
    assert [word.text for word in sentence.words] == ["", "a", "fox", ",", "狐", "狸", "", ""]
    assert [word.kind for word in sentence.words if word.kind != "word"] == ["start", "end", "padding"]


def test_places_without_tokens_are_one_thing_to_look_at_and_a_token_of_spaces_is_shown_as_one() -> None:
    (sentence,), rows = reading.sentences_of("uncond", None, 5)
    assert ([word.kind for word in sentence.words], rows) == (["unknown"], [(0, 1, 2, 3, 4)])
    assert reading._text("a  b", [Token(" ", 1, "word", 1, 2)]) == "␣"


def test_without_a_negative_prompt_sdxl_reads_zeros() -> None:
    pipe = tiny.sdxl(force_zeros_for_empty_prompt=True)
    explorer = dx.AttentionExplorer(pipe, prompt="a red circle", steps=1, height=32, width=32).wait(60)
    begin, (step,) = run_of(explorer)
    (sentence,) = sentences(begin, "uncond")
    assert [word.kind for word in sentence.words] == ["unknown"]
    np.testing.assert_allclose(step.uncond, 1, atol=2e-3)
    explorer.close()


def test_a_prompt_that_is_too_long_says_what_was_not_read(fresh: Any) -> None:
    begin, _ = run_of(fresh(prompt="a red circle " * 9 + "green"))
    (sentence,) = sentences(begin, "cond")
    assert sentence.truncated is not None
    assert sentence.truncated.dropped_text.endswith("green")
    assert [word.kind for word in sentence.words if word.kind != "word"] == ["start", "end"]  # no padding is left


# how much is sent


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


@pytest.mark.parametrize("few", [False, True])
def test_of_a_long_run_a_page_has_evenly_spread_maps_and_of_a_large_model_few_before_it_asks(
    fresh: Any, monkeypatch: pytest.MonkeyPatch, few: bool
) -> None:
    monkeypatch.setattr(maps, "FIRST_BYTES" if few else "MEAN_BYTES", 10_000)
    monkeypatch.setattr(maps, "X0_BYTES", 1_000)
    explorer = fresh(steps=20)
    begin, steps = run_of(explorer)
    assert [step.index for step in steps if step.cond is not None] == begin.map_steps
    assert (begin.map_steps == list(range(20))) is few
    history = explorer._runs.history
    sent = [each for each in history.sent_of(history.finished) if isinstance(each.message, Step)]
    first: list[Any] = [decode(each.encoded.content, each.encoded.buffers, [Step]) for each in sent]
    assert len(steps) == len(first) == 20
    some = [step for step in first if step.cond is not None]
    assert 2 <= len(some) < 20
    assert sum(step.cond.nbytes + step.uncond.nbytes for step in some) <= 10_000
    assert sum(step.x0.levels.nbytes for step in first) <= 1_000
    for step in some:
        np.testing.assert_array_equal(step.cond, steps[step.index].cond)


def test_the_first_view_of_a_model_as_large_as_sdxl_is_light() -> None:
    """Twenty words, both halves, maps of 64 x 64, as many steps as there may be."""
    for count in (50, 1000):
        steps = maps.map_steps(count, 40 * 64 * 64)
        first = maps.first_steps(steps, 40 * 64 * 64)
        assert set(first) <= set(steps)
        assert len(first) * 40 * 64 * 64 * 2 <= max(maps.FIRST_BYTES, 2 * 40 * 64 * 64 * 2)
        height, width = previews.fitting((4, 128, 128), count, maps.X0_BYTES)
        assert count * 4 * height * width <= maps.X0_BYTES


# requests


def test_layers_are_taken_apart_without_a_new_picture(fresh: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    explorer = fresh()
    runs: list[Any] = []
    kind = type(explorer.pipeline)
    call = kind.__call__

    def counted(*args: Any, **given: Any) -> Any:
        runs.append(given.get("output_type"))
        return call(*args, **given)

    counted.__signature__ = inspect.signature(call)  # type: ignore[attr-defined]
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
    explorer.detail = "mean"
    assert of(explorer.wait(60), Apart) == []
    explorer.detail = "layers"
    assert of(explorer.wait(60), ApartStep) == of(after, ApartStep)
    assert len(runs) == 1
    explorer.seed = 4
    explorer.wait(60)
    assert len(runs) == 3


def test_without_guidance_there_is_one_half(fresh: Any) -> None:
    explorer = fresh(guidance_scale=1, detail="layers")
    begin, steps = run_of(explorer)
    assert begin.halves == ["cond"]
    assert all(step.uncond is None for step in [*steps, *of(explorer, ApartStep)])
    assert all(step.uncond_peaks is None for step in of(explorer, ApartStep))


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
    ],
)
@pytest.mark.parametrize("shown", ["sd"], indirect=True)
def test_a_bad_value_is_refused_in_one_line(shown: Any, field: str, value: Any, words: str) -> None:
    assert_refused(shown, field, value, words)


def test_what_can_not_be_explored_is_refused_before_anything_is_made() -> None:
    pipe = tiny.sd()
    pipe.unet = torch.nn.Sequential(torch.nn.Linear(2, 2))
    with pytest.raises(AttentionError, match="no attention layer"):
        dx.AttentionExplorer(pipe)
    with pytest.raises(AttentionError, match="budget_bytes"):
        dx.AttentionExplorer(tiny.sd(), budget_bytes=0)


def test_layers_that_take_too_much_are_refused_in_words_and_the_picture_stays(fresh: Any) -> None:
    explorer = fresh()
    explorer._budget = 2000
    explorer.detail = "layers"
    with pytest.raises(AttentionError, match=r"budget_bytes allows .*In this explorer: take a smaller height and width"):
        explorer.wait(60)
    (end,) = of(explorer, End)
    assert end.image.data
    (failed,) = [message for message in of(explorer, status.Status) if message.state == "failed"]
    assert "budget_bytes" in failed.message
    assert failed.message.spoken("zh") != failed.message
    assert not any(module._forward_hooks for module in explorer.pipeline.unet.modules())
    explorer._budget = 2**30
    page_says(explorer, "run")
    assert len(of(explorer.wait(60), ApartStep)) == 3


def test_where_memory_is_short_fewer_steps_are_taken_apart(fresh: Any) -> None:
    explorer = fresh(detail="layers", steps=8)
    (apart,) = of(explorer, Apart)
    assert apart.steps == list(range(8))
    own = recorded(explorer, dx.Attention(full=True)).steps[0].attention.nbytes
    explorer._budget = 3 * own
    explorer._apart.clear()
    page_says(explorer, "run")
    explorer.wait(60)
    (apart,) = of(explorer, Apart)
    assert apart.steps == [0, 7]


def test_cancelled_while_layers_are_taken_apart_the_picture_is_whole(fresh: Any) -> None:
    explorer = fresh()
    begun = threading.Event()
    stop = explorer.on_message(lambda message: begun.set() if message.kind == "apart" else None)
    with explorer.hold_trait_notifications():
        explorer.steps, explorer.detail = 300, "layers"
    assert begun.wait(120)
    page_says(explorer, "cancel")
    explorer.wait(60)
    stop()
    assert explorer.status == "done"
    assert len(of(explorer, End)) == 1
    assert not any(module._forward_hooks for module in explorer.pipeline.unet.modules())
    assert not explorer._apart
    explorer.steps = 2
    assert len(of(explorer.wait(60), ApartStep)) == 2
