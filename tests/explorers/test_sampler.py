"""The comparison is fair and true: each row is its pipeline's own run, and what is said of them is measured."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from diffusers import FlowMatchEulerDiscreteScheduler
from hypothesis import given, settings
from hypothesis import strategies as st
from traitlets import TraitError

import diffexplain as dx
from diffexplain.core import samplers
from diffexplain.core.evaluations import counted
from diffexplain.errors import UnfitPipelineError, UnknownSamplerError
from diffexplain.explorers.sampler import agreement, families, measure, plan, reference, ways
from diffexplain.explorers.sampler.arithmetic import replayed
from diffexplain.explorers.sampler.messages import (
    Begin,
    Compared,
    Decoded,
    End,
    Evaluated,
    Ground,
    Long,
    Placed,
)
from diffexplain.explorers.sampler.reference import Reference, long_lane, start_of, timesteps
from diffexplain.explorers.sampler.request import ComparisonRequest
from diffexplain.live.messages import Message
from tests import tiny
from tests.explorers.conftest import assert_refused, page_says, page_sets

ALL = [sampler.name for sampler in samplers.available(tiny.sd().scheduler)]
PROMPT = "a red circle"


def of(messages: list[Message], kind: type[Any]) -> list[Any]:
    return [message for message in messages if isinstance(message, kind)]


def one(messages: list[Message], kind: type[Any]) -> Any:
    (found,) = of(messages, kind)
    return found


def compare(pipe: Any, **traits: Any) -> dx.SamplerExplorer:
    return dx.SamplerExplorer(pipe, **{"prompt": PROMPT, "seed": 3, "steps": 4, **traits}).wait(180)


def pixels(image: Any) -> np.ndarray:
    return np.asarray(image, int)


def own(pipe: Any, name: str, steps: int = 4) -> Any:
    """The pipeline's own run with a sampler."""
    pipe.scheduler = samplers.build(name, pipe.scheduler)
    given = {"prompt": PROMPT, "num_inference_steps": steps, "guidance_scale": 4.0}
    return pipe(**given, generator=torch.Generator("cpu").manual_seed(3)).images[0]


@pytest.fixture
def pair(pipe: Any) -> Iterator[dx.SamplerExplorer]:
    compared = compare(pipe, samplers=["ddim", "heun"])
    yield compared
    compared.close()


# Each row is the run that it is said to be


@pytest.mark.parametrize("names", [ALL[:8], ALL[8:]], ids=["first", "rest"])
def test_each_row_ends_in_its_pipelines_own_picture(pipe: Any, names: list[str]) -> None:
    compared = compare(pipe, samplers=names)
    lanes = [dx.Lane(prompt=PROMPT, seed=3, steps=4, guidance=4.0, sampler=name) for name in names]
    for name, trace, other in zip(names, compared.traces, dx.sample(lanes, pipe), strict=True):
        assert np.array_equal(pixels(trace.image), pixels(other.image)), name
        assert np.abs(pixels(trace.image) - pixels(own(tiny.sd(), name))).max() <= 1, name
    compared.close()


@pytest.mark.parametrize("name", ["ddim", "heun", "dpm2", "dpm2_a", "pndm", "dpmpp_2s"])
def test_evaluations_are_those_that_the_network_counts(pipe: Any, name: str) -> None:
    compared = compare(pipe, samplers=[name, "euler"], steps=5)
    alone = tiny.sd()
    with counted(alone.unet) as count:
        own(alone, name, steps=5)
    finish = one(compared.recorded, End).rows[0]
    told = [message for message in of(compared.recorded, Evaluated) if 0 in message.rows]
    assert finish.evaluations == len(told) == count.calls == count.rows / 2
    assert [message.indices[message.rows.index(0)] for message in told] == list(range(count.calls))
    assert {message.counts[message.rows.index(0)] for message in told} == {count.calls}
    compared.close()


def test_all_start_from_the_same_noise(pipe: Any) -> None:
    compared = compare(pipe, samplers=ALL[:12])
    starts = [trace.steps[0].x / trace.steps[0].level.scale for trace in compared.traces]
    for start in starts[1:]:
        torch.testing.assert_close(start, starts[0], rtol=1e-4, atol=1e-4)
    compared.close()


def test_evaluations_are_told_as_the_traces_hold_them(pair: dx.SamplerExplorer) -> None:
    for message in of(pair.recorded, Evaluated):
        for at, (row, index) in enumerate(zip(message.rows, message.indices, strict=True)):
            step = pair.traces[row].steps[index]
            assert message.timesteps[at] == step.timestep
            assert message.log_snr[at] == pytest.approx(step.level.log_snr)
        assert message.pictured == list(range(len(message.rows)))
        assert message.seconds >= 0
    assert all(finish.network_seconds > 0 for finish in one(pair.recorded, End).rows)


@pytest.mark.parametrize("name", ALL)
def test_a_samplers_own_arithmetic_is_what_was_computed(pipe: Any, name: str) -> None:
    """What is timed are the steps of the run: from the recorded predictions come its latents, bit for bit."""
    lane = dx.Lane(prompt=PROMPT, seed=3, steps=5, guidance=4.0, sampler=name)
    (trace,) = dx.sample([lane], pipe)
    again = list(replayed(trace, lane, pipe))
    expected = [*(step.x for step in trace.steps), trace.latents]
    assert len(again) == len(expected)
    for one_, other in zip(again, expected, strict=True):
        assert torch.equal(one_, other)


def test_eta_is_ddims_alone(pipe: Any) -> None:
    compared = compare(pipe, samplers=["ddim", "euler"])
    before = [trace.latents for trace in compared.traces]
    compared.eta = 1.0
    compared.wait(120)
    after = [trace.latents for trace in compared.traces]
    assert not torch.allclose(before[0], after[0], atol=0.01)
    torch.testing.assert_close(before[1], after[1])
    assert [row.fresh for row in one(compared.recorded, Begin).rows] == [True, False]
    compared.close()


# Distances


def test_distances_are_those_of_the_pictures(pair: dx.SamplerExplorer) -> None:
    end = one(pair.recorded, End)
    first, second = (np.asarray(trace.image, float) / 255 for trace in pair.traces)
    apart = np.sqrt(((first - second) ** 2).mean())
    np.testing.assert_allclose(end.matrix, [[0, apart], [apart, 0]], atol=1e-3)
    long, compared = one(pair.recorded, Long), of(pair.recorded, Compared)
    ends = [np.asarray(found.image, float) / 255 for found in pair.references]
    for row, picture in enumerate((first, second)):
        assert long.final[row] == pytest.approx(np.sqrt(((picture - ends[long.of_row[row]]) ** 2).mean()), abs=1e-3)
        assert len(compared[row].along) == len(pair.traces[row].steps)
        own = {
            index: value
            for message in of(pair.recorded, Decoded)
            if message.row == row
            for index, value in zip(message.indices, message.to_own, strict=True)
        }
        assert sorted(own) == list(range(len(pair.traces[row].steps)))


def test_the_first_evaluation_sees_what_the_long_run_sees(pair: dx.SamplerExplorer) -> None:
    for message in of(pair.recorded, Compared):
        assert message.along[0] < 2e-3


@pytest.mark.parametrize("start", [951, 999, 400, 2, 1])
def test_a_long_run_is_no_distance_from_itself(pipe: Any, start: int) -> None:
    lane = long_lane(dx.Lane(prompt=PROMPT, seed=3, guidance=4.0, sampler="heun"), pipe.scheduler, start, ALL)
    (trace,) = dx.sample([lane], pipe)
    assert trace.timesteps[0] == start
    found = Reference.of(trace)
    end = measure.pixels(trace.image)
    way = ways.Way(0, trace, end)
    way.decode(pipe.vae, lambda _: None)
    told = way.compare(found, end, 0, {}, pipe.vae)
    assert told.along.max() < 1e-3
    assert np.all(np.diff(found.log_snr) > 0)


def test_between_two_evaluations_a_long_run_is_on_a_line() -> None:
    x0 = torch.randn(3, 4, 2, 2)
    found = Reference(999.0, np.array([-2.0, 0.0, 4.0], np.float32), x0, None)  # type: ignore[arg-type]
    torch.testing.assert_close(found.at(np.array([-2.0, 0.0, 4.0])), x0)
    torch.testing.assert_close(found.at(np.array([1.0])), (0.75 * x0[1] + 0.25 * x0[2])[None])
    torch.testing.assert_close(found.at(np.array([-9.0, 9.0])), x0[[0, 2]])  # beyond its ends: where it began and ended


@given(start=st.integers(1, 999))
def test_a_long_run_goes_down_evenly(start: int) -> None:
    found = timesteps(tiny.sd().scheduler.alphas_cumprod.double().numpy(), start)
    assert found[0] == start
    assert found[-1] == 1
    assert found == sorted(set(found), reverse=True)
    assert len(found) <= reference.STEPS


# On the bundled model


@pytest.fixture(scope="module")
def bundled() -> Iterator[dx.SamplerExplorer]:
    compared = dx.SamplerExplorer(prompt="a fox", seed=7, samplers=["ddim", "heun", "dpmpp_2m", "euler_a", "ddpm"], steps=12)
    yield compared.wait(600)
    compared.close()


def test_solvers_of_one_equation_end_in_one_picture(bundled: dx.SamplerExplorer) -> None:
    end, long = one(bundled.recorded, End), one(bundled.recorded, Long)
    assert end.groups == [[0, 1, 2], [3, 4]]
    assert end.matrix[3, 4] < 0.005  # Euler ancestral is DDPM with the same dice
    assert max(long.final[:3]) < end.threshold < min(long.final[3:])
    assert long.final[1] < long.final[0]  # Heun is of second order, DDIM of first
    assert [row.evaluations for row in end.rows] == [12, 23, 12, 12, 12]
    assert long.of_row[0] == long.of_row[1] == long.of_row[3] == 0
    assert long.runs[0].timestep == bundled.traces[0].timesteps[0]


@pytest.mark.more
def test_the_long_run_has_converged(bundled: dx.SamplerExplorer, monkeypatch: pytest.MonkeyPatch) -> None:
    """Steps less than half as wide lead to the same picture, to a fraction of what the best sampler is off."""
    monkeypatch.setattr(reference, "STEPS", 2 * reference.STEPS)
    like = dx.Lane(prompt="a fox", seed=7, guidance=4.0, sampler="ddim", steps=12)
    pipe = bundled.pipeline
    lane = long_lane(like, pipe.scheduler, start_of(bundled.traces[0], pipe.scheduler), ALL)
    (finer,) = dx.sample([lane], pipe)
    assert len(finer.steps) > 1.5 * len(bundled.references[0].log_snr)
    off = float(agreement.rms(measure.pixels(finer.image), measure.pixels(bundled.references[0].image)))
    long = one(bundled.recorded, Long)
    assert off < 0.003
    assert off < min(long.final) / 2


def test_the_ways_lie_on_the_map_that_ships(bundled: dx.SamplerExplorer) -> None:
    from diffexplain.maps.atlas import MAPS
    from diffexplain.maps.shipped import shipped_atlas
    from diffexplain.models.clip import bundled_clip

    ground, placed = one(bundled.recorded, Ground), of(bundled.recorded, Placed)
    assert [message.row for message in placed] == [*range(5), 5]
    atlas = shipped_atlas()
    assert len(ground.places) == len(ground.labels.values) == int((atlas.kinds == 0).sum())
    trace = bundled.traces[1]
    _, (image,) = measure.decoded(trace.steps[9].x0, bundled.pipeline.vae)
    seen = bundled_clip().embed_pictures([image]).numpy()
    np.testing.assert_allclose(placed[1].places[9], atlas.place(seen, 0)[0, MAPS.index("umap")], atol=0.05)


def test_the_still_shows_a_strip_a_sampler(bundled: dx.SamplerExplorer) -> None:
    still = bundled.still(bundled.recorded)
    assert len(still) < 60_000
    assert "<script" not in still
    assert "The same picture in the end: DDIM, Heun, DPM-Solver++ 2M" in still
    assert "Heun (23 evaluations)" in still


def test_the_export_is_small(bundled: dx.SamplerExplorer, tmp_path: Path) -> None:
    assert bundled.to_html(tmp_path / "samplers.html").stat().st_size < 2e6


# Agreement


@st.composite
def matrices(draw: st.DrawFn) -> np.ndarray:
    count = draw(st.integers(1, 7))
    points = np.array(draw(st.lists(st.floats(0, 0.3), min_size=count, max_size=count)))
    return np.abs(points[:, None] - points[None])


@given(matrices(), st.floats(0.001, 0.2))
def test_no_two_of_a_group_are_apart_and_no_two_groups_are_one(matrix: np.ndarray, threshold: float) -> None:
    found = agreement.groups(matrix, threshold)
    assert sorted(row for group in found for row in group) == list(range(len(matrix)))
    for group in found:
        assert all(matrix[one_, other] < threshold for one_ in group for other in group)
    for at, group in enumerate(found):
        for other in found[at + 1 :]:
            assert max(matrix[one_, two] for one_ in group for two in other) >= threshold
    assert [len(group) for group in found] == sorted((len(group) for group in found), reverse=True)


@settings(max_examples=20)
@given(st.permutations(range(5)))
def test_groups_do_not_depend_on_the_order(order: list[int]) -> None:
    points = np.array([0, 0.01, 0.2, 0.21, 0.5])
    shuffled = points[order]
    found = agreement.groups(np.abs(shuffled[:, None] - shuffled[None]), 0.05)
    assert {frozenset(order[row] for row in group) for group in found} == {frozenset({0, 1}), frozenset({2, 3}), frozenset({4})}


def test_distance_is_of_black_and_white() -> None:
    black, white = np.zeros((3, 4, 4), np.float16), np.ones((3, 4, 4), np.float16)
    np.testing.assert_allclose(
        agreement.distances(np.stack([black, white, white / 2])), [[0, 1, 0.5], [1, 0, 0.5], [0.5, 0.5, 0]]
    )
    assert agreement.starts([941, 951, 951, 999]) == [951, 999, 941]


def test_every_sampler_has_a_family() -> None:
    for name in samplers.SAMPLERS:
        assert families.family_of(name) in {"one", "two", "memory", "noise"}
    assert set(families.TELLING) <= set(samplers.SAMPLERS)
    assert families.telling(["flow_euler", "flow_heun", "flow_unipc"]) == ["flow_euler", "flow_heun", "flow_unipc"]


# What is remembered, cancelled, refused


class Calls:
    """Counts a network's calls, on any thread."""

    def __init__(self, network: Any) -> None:
        self.count = 0
        network.register_forward_pre_hook(self._note)

    def _note(self, *_: Any) -> None:
        self.count += 1


def test_the_long_run_is_not_run_again_for_other_samplers(pipe: Any) -> None:
    calls = Calls(pipe.unet)
    try:
        compared = compare(pipe, samplers=["ddim", "euler"])
        first = compared.references[0]
        assert calls.count == 4 + len(first.log_snr)
        for names, most in ((["ddim", "heun"], 7), (["ddpm", "euler_a", "lms"], 4)):
            before = calls.count
            compared.samplers = names
            compared.wait(120)
            assert calls.count - before == most
            assert compared.references == [first]
        before = calls.count
        compared.seed = 4
        compared.wait(120)
        assert calls.count - before == 4 + len(first.log_snr)
        assert compared.references[0] is not first
        compared.close()
    finally:
        pipe.unet._forward_pre_hooks.clear()  # the network is shared among tests


def test_samplers_that_start_elsewhere_have_a_long_run_of_their_own(pipe: Any) -> None:
    compared = compare(pipe, samplers=["euler", "heun", "dpmpp_2s"], steps=10)
    long = one(compared.recorded, Long)
    starts = [trace.timesteps[0] for trace in compared.traces]
    assert starts[0] == starts[1] != starts[2]
    assert long.of_row == [0, 0, 1]
    assert [run.timestep for run in long.runs] == [starts[0], starts[2]]
    assert long.apart[0] == 0
    compared.close()


@pytest.mark.parametrize("kind", [Begin, Evaluated, End, Decoded])
def test_a_cancelled_run_leaves_nothing_behind(pipe: Any, kind: type[Message]) -> None:
    compared = compare(pipe, samplers=["ddim", "heun"])
    good = compared.recorded
    seen = threading.Event()

    def cancel(message: Message) -> None:
        if isinstance(message, kind) and not seen.is_set():
            seen.set()
            compared.cancel()

    off = compared.on_message(cancel)
    compared.seed = 8
    assert seen.wait(60)
    compared.wait(60)
    off()
    assert compared.status == ("cancelled" if kind in {Begin, Evaluated} else "done")  # with its pictures a run is whole
    assert not pipe.unet._forward_hooks
    assert not pipe.unet._forward_pre_hooks
    if kind in {Begin, Evaluated}:
        assert one(compared.recorded, Begin).request == one(good, Begin).request
    compared.seed = 3
    compared.wait(60)
    np.testing.assert_array_equal(one(compared.recorded, End).matrix, one(good, End).matrix)
    compared.close()


def test_a_page_changes_the_samplers(pair: dx.SamplerExplorer) -> None:
    page_sets(pair, samplers=["euler", "ddpm", "unipc"])
    pair.wait(60)
    assert [row.label for row in one(pair.recorded, Begin).rows] == ["Euler", "DDPM", "UniPC"]
    kinds = [message.kind for message in pair.recorded if message.kind != "progress"]
    assert list(dict.fromkeys(kinds)) == ["status", "begin", "evaluated", "end", "decoded", "long", "compared"]
    page_sets(pair, samplers=["euler"])
    assert pair.samplers == ["euler", "ddpm", "unipc"]
    page_sets(pair, axis="evaluations", place=3.0, panel="time")
    assert (pair.axis, pair.place, pair.panel) == ("evaluations", 3.0, "time")
    page_says(pair, "cancel")


BAD = [
    ("samplers", ["ddim"], "2 to 12"),
    ("samplers", ALL[:13], "2 to 12"),
    ("samplers", "ddim", "2 to 12"),
    ("samplers", ["ddim", "eulr"], r"samplers\[1\].*did you mean 'euler'"),
    ("samplers", ["ddim", "flow_euler"], "must be one of"),
    ("samplers", ["ddim", "ddim"], "twice"),
    ("steps", 0, "1 to 200"),
    ("steps", 201, "1 to 200"),
    ("spacing", "even", "karras"),
    ("eta", 1.5, "0 .* to 1"),
    ("eta", float("nan"), "0 .* to 1"),
    ("eta", True, "0 .* to 1"),
    ("eta", 10**400, "0 .* to 1"),
    ("axis", "steps", "log_snr"),
    ("place", "end", "None for its end"),
    ("place", float("inf"), "None for its end"),
    ("panel", "", "agreement"),
]


@pytest.fixture(scope="module")
def small() -> Iterator[Any]:
    """For tests that change nothing."""
    explorer = compare(tiny.sd(), samplers=["ddim", "heun"])
    yield explorer
    explorer.close()


@pytest.mark.parametrize(("field", "value", "words"), BAD, ids=lambda value: str(value)[:24])
def test_a_bad_value_is_refused_in_one_line(small: Any, field: str, value: Any, words: str) -> None:
    assert_refused(small, field, value, words)


def test_a_spacing_that_a_sampler_lacks_is_refused_by_name(pair: dx.SamplerExplorer) -> None:
    good = one(pair.recorded, End)
    pair.samplers = ["ddim", "heun", "euler_a"]
    pair.wait(60)
    good = one(pair.recorded, End)
    pair.spacing = "karras"
    with pytest.raises(
        UnknownSamplerError, match=r"karras is not to be had with DDIM, Euler ancestral; .*take leading, trailing"
    ):
        pair.wait(60)
    assert one(pair.recorded, End) is good
    pair.samplers = ["heun", "dpmpp_2m"]
    pair.wait(60)
    assert pair.status == "done"


@pytest.mark.parametrize("spacing", samplers.SPACINGS)
def test_a_spacing_is_that_of_the_lanes(pipe: Any, spacing: str) -> None:
    names = [name for name in ALL if spacing in samplers.spacings(name)][:3]
    compared = compare(pipe, samplers=names, spacing=spacing)
    lanes = [dx.Lane(prompt=PROMPT, seed=3, steps=4, guidance=4.0, sampler=name, spacing=spacing) for name in names]
    for trace, other in zip(compared.traces, dx.sample(lanes, pipe), strict=True):
        assert trace.timesteps == other.timesteps
        assert np.array_equal(pixels(trace.image), pixels(other.image))
    compared.close()


def test_a_model_made_for_one_sampler_is_refused() -> None:
    with pytest.raises(UnfitPipelineError, match="nothing to compare"):
        dx.SamplerExplorer(tiny.build("lcm"))


def test_a_request_that_nobody_could_run_runs_nothing() -> None:
    request = ComparisonRequest(samplers=["ddim", "heun"], steps=4, spacing="linspace")
    with pytest.raises(UnknownSamplerError, match="DDIM"):
        plan.lanes_of(tiny.sd(), request)


# Other pipelines


def with_states(name: str, pipe: Any) -> Any:
    """A tiny pipeline without text encoders, that takes a prompt all the same."""
    states = tiny.arguments(name)
    if name == "sd3":
        given = tuple(
            states[key]
            for key in ("prompt_embeds", "negative_prompt_embeds", "pooled_prompt_embeds", "negative_pooled_prompt_embeds")
        )
    else:
        given = (states["prompt_embeds"], states["pooled_prompt_embeds"], torch.zeros(states["prompt_embeds"].shape[1], 3))
    pipe.encode_prompt = lambda **_: given
    return pipe


@pytest.mark.parametrize("name", ["sd3", "flux"])
def test_a_flow_model_is_offered_flow_samplers(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reference, "STEPS", 12)
    pipe = with_states(name, tiny.build(name, FlowMatchEulerDiscreteScheduler(shift=3.0)))
    pipe.default_sample_size = 8  # Flux's own is 128: latents of 16,384 places
    compared = dx.SamplerExplorer(pipe, prompt=PROMPT, seed=3, steps=3).wait(300)
    offered = [choice["name"] for choice in compared._controls["samplers"]]
    flux = ["flow_euler", "flow_unipc"]  # its pipeline hands over noise levels that the other two don't take
    assert offered == (flux if name == "flux" else [each.name for each in samplers.available(pipe.scheduler)])
    assert all(sampler.startswith("flow") for sampler in compared.samplers)
    assert not compared._controls["eta"]
    begin, end, long = (one(compared.recorded, kind) for kind in (Begin, End, Long))
    assert not begin.shared
    assert [finish.evaluations for finish in end.rows] == [len(trace.steps) for trace in compared.traces]
    assert all(finish.own_seconds is not None and finish.own_seconds >= 0 for finish in end.rows)
    assert len(long.runs) == 1
    for row, trace in enumerate(compared.traces):
        lane = dx.Lane(prompt=PROMPT, seed=3, steps=3, guidance=4.0, sampler=compared.samplers[row])
        (alone,) = dx.sample([lane], pipe)
        assert np.array_equal(pixels(trace.image), pixels(alone.image))
    for message in of(compared.recorded, Compared):
        assert np.isfinite(message.along).all()
    assert not of(compared.recorded, Placed)
    with pytest.raises(TraitError, match="flow_euler"):
        compared.samplers = ["ddim", "flow_euler"]
    compared.close()


def test_sdxl_shares_its_calls() -> None:
    compared = dx.SamplerExplorer(tiny.build("sdxl"), prompt=PROMPT, seed=3, steps=3, samplers=["euler", "ddim"]).wait(180)
    begin = one(compared.recorded, Begin)
    assert begin.shared
    assert begin.model == "StableDiffusionXLPipeline"
    assert one(compared.recorded, Long).final.shape == (2,)
    compared.close()
