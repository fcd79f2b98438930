"""The comparison is fair and true: each row is its pipeline's own run, and what is said of them is measured."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Any

import numpy as np
import pytest
import torch
from diffusers import FlowMatchEulerDiscreteScheduler
from hypothesis import given
from hypothesis import strategies as st
from traitlets import TraitError

import diffexplain as dx
from diffexplain.core import samplers
from diffexplain.core.evaluations import counted
from diffexplain.errors import UnfitPipelineError, UnknownSamplerError
from diffexplain.explorers.sampler import agreement, measure, plan, reference, ways
from diffexplain.explorers.sampler.messages import Begin, Compared, Decoded, End, Evaluated, Ground, Long, Placed
from diffexplain.explorers.sampler.reference import Reference, long_lane, start_of, timesteps
from diffexplain.explorers.sampler.timing import replayed
from diffexplain.live.messages import Message
from tests import tiny
from tests.explorers.conftest import assert_refused, of, one, own_picture

ALL = [sampler.name for sampler in samplers.available(tiny.sd().scheduler)]
PROMPT = "a red circle"
AS_SHIPPED = reference.STEPS  # where this file is read, before tests shorten it
RUN: dict[str, Any] = {"prompt": PROMPT, "seed": 3, "steps": 4}
Compare = Callable[..., dx.SamplerExplorer]


@pytest.fixture
def compare(pipe: Any, made: Callable[..., Any]) -> Compare:
    return lambda pipeline=pipe, **fields: made(dx.SamplerExplorer, pipeline, **RUN | fields)


@pytest.fixture(scope="module")
def pair() -> Iterator[dx.SamplerExplorer]:
    """For tests that change nothing."""
    with closing(dx.SamplerExplorer(tiny.sd(), samplers=["ddim", "heun"], **RUN)) as explorer:
        yield explorer.wait(200)


def lane(name: str, **fields: Any) -> dx.Lane:
    return dx.Lane(**{**RUN, "guidance": 4.0, "sampler": name, **fields})


def pixels(image: Any) -> np.ndarray:
    return np.asarray(image, int)


# Each row is the run that it is said to be


@pytest.mark.parametrize("names", [ALL[:8], ALL[8:]], ids=["first", "rest"])
def test_each_row_is_its_pipelines_own_run_from_the_same_noise(pipe: Any, compare: Compare, names: list[str]) -> None:
    traces = compare(samplers=names).traces
    lanes = [lane(name) for name in names]
    noise = torch.randn(traces[0].steps[0].x.shape, generator=torch.Generator("cpu").manual_seed(3))
    for name, each, trace, other in zip(names, lanes, traces, dx.sample(lanes, pipe), strict=True):
        torch.testing.assert_close(trace.steps[0].x / trace.steps[0].level.scale, noise, rtol=1e-4, atol=1e-4)
        assert np.array_equal(pixels(trace.image), pixels(other.image)), name
        assert np.abs(pixels(trace.image) - own_picture(pipe, name, num_inference_steps=4)).max() <= 1, name
        again = list(replayed(trace, each, pipe))  # the steps that are timed: from the recorded predictions come its latents
        assert all(map(torch.equal, again, [*(step.x for step in trace.steps), trace.latents])), name
        assert len(again) == len(trace.steps) + 1


@pytest.mark.parametrize("name", ["ddim", "heun", "dpm2", "dpm2_a", "pndm", "dpmpp_2s"])
def test_evaluations_are_those_that_the_network_counts(compare: Compare, name: str) -> None:
    recorded = compare(samplers=[name, "euler"], steps=5).recorded
    alone = tiny.sd()
    with counted(alone.unet) as count:
        own_picture(alone, name, num_inference_steps=5)
    reported = [message for message in of(recorded, Evaluated) if 0 in message.rows]
    assert one(recorded, End).rows[0].evaluations == len(reported) == count.calls == count.rows / 2
    assert [message.indices[message.rows.index(0)] for message in reported] == list(range(count.calls))
    assert {message.counts[message.rows.index(0)] for message in reported} == {count.calls}


def test_what_is_reported_is_what_the_traces_hold(pair: dx.SamplerExplorer) -> None:
    kinds = [message.kind for message in pair.recorded if message.kind != "progress"]
    assert list(dict.fromkeys(kinds)) == ["status", "begin", "evaluated", "end", "decoded", "long", "compared"]
    for message in of(pair, Evaluated):
        steps = [pair.traces[row].steps[index] for row, index in zip(message.rows, message.indices, strict=True)]
        assert list(message.timesteps) == [step.timestep for step in steps]
        assert list(message.log_snr) == pytest.approx([step.level.log_snr for step in steps])
        assert message.pictured == list(range(len(message.rows)))
        assert message.seconds >= 0
    end, long = one(pair, End), one(pair, Long)
    assert all(finish.network_seconds > 0 for finish in end.rows)

    pictures = [np.asarray(trace.image, float) / 255 for trace in pair.traces]
    apart = np.sqrt(((pictures[0] - pictures[1]) ** 2).mean())
    np.testing.assert_allclose(end.matrix, [[0, apart], [apart, 0]], atol=1e-3)
    ends = [np.asarray(each.image, float) / 255 for each in pair.references]
    for row, (trace, picture, message) in enumerate(zip(pair.traces, pictures, of(pair, Compared), strict=True)):
        assert long.final[row] == pytest.approx(np.sqrt(((picture - ends[long.of_row[row]]) ** 2).mean()), abs=1e-3)
        assert len(message.along) == len(trace.steps)
        assert message.along[0] < 2e-3  # the first evaluation sees what the long run sees
        decoded = [zip(each.indices, each.to_own, strict=True) for each in of(pair, Decoded) if each.row == row]
        assert sorted(index for each in decoded for index, _ in each) == list(range(len(trace.steps)))


def test_eta_is_ddims_alone(compare: Compare) -> None:
    explorer = compare(samplers=["ddim", "euler"])
    before = [trace.latents for trace in explorer.traces]
    explorer.eta = 1.0
    after = [trace.latents for trace in explorer.wait(120).traces]
    assert not torch.allclose(before[0], after[0], atol=0.01)
    torch.testing.assert_close(before[1], after[1])
    assert [row.fresh for row in one(explorer, Begin).rows] == [True, False]


# The long run


@pytest.mark.parametrize("start", [951, 999, 400, 2, 1])
def test_a_long_run_is_no_distance_from_itself(pipe: Any, start: int) -> None:
    (trace,) = dx.sample([long_lane(lane("heun"), pipe.scheduler, start, ALL)], pipe)
    assert trace.timesteps[0] == start
    long, end = Reference.of(trace), measure.pixels(trace.image)
    way = ways.Way(0, trace, end)
    way.decode(pipe.vae, lambda _: None)
    assert way.compare(long, end, 0, {}, pipe.vae).along.max() < 1e-3
    assert np.all(np.diff(long.log_snr) > 0)


def test_between_two_evaluations_a_long_run_is_on_a_line() -> None:
    x0 = torch.randn(3, 4, 2, 2)
    long = Reference(999.0, np.array([-2.0, 0.0, 4.0], np.float32), x0, None)  # type: ignore[arg-type]
    torch.testing.assert_close(long.at(np.array([-2.0, 0.0, 4.0])), x0)
    torch.testing.assert_close(long.at(np.array([1.0])), (0.75 * x0[1] + 0.25 * x0[2])[None])
    torch.testing.assert_close(long.at(np.array([-9.0, 9.0])), x0[[0, 2]])  # beyond its ends: where it began and ended


@given(start=st.integers(1, 999))
def test_a_long_run_goes_down_evenly(start: int) -> None:
    down = timesteps(tiny.sd().scheduler.alphas_cumprod.double().numpy(), start)
    assert (down[0], down[-1]) == (start, 1)
    assert down == sorted(set(down), reverse=True)
    assert len(down) <= reference.STEPS


def test_the_long_run_is_not_run_again_for_other_samplers(pipe: Any, compare: Compare) -> None:
    calls: list[None] = []
    hook = pipe.unet.register_forward_pre_hook(lambda *_: calls.append(None))  # on any thread
    try:
        explorer = compare(samplers=["ddim", "euler"])
        long = explorer.references[0]
        assert len(calls) == 4 + len(long.log_snr)
        for names, most in ((["ddim", "heun"], 7), (["ddpm", "euler_a", "lms"], 4)):
            calls.clear()
            explorer.samplers = names
            assert explorer.wait(120).references == [long]
            assert len(calls) == most
        calls.clear()
        explorer.seed = 4
        assert explorer.wait(120).references[0] is not long
        assert len(calls) == 4 + len(long.log_snr)
    finally:
        hook.remove()


def test_samplers_that_start_elsewhere_have_a_long_run_of_their_own(compare: Compare) -> None:
    explorer = compare(samplers=["euler", "heun", "dpmpp_2s"], steps=10)
    long = one(explorer, Long)
    starts = [trace.timesteps[0] for trace in explorer.traces]
    assert starts[0] == starts[1] != starts[2]
    assert long.of_row == [0, 0, 1]
    assert [run.timestep for run in long.runs] == [starts[0], starts[2]]
    assert long.apart[0] == 0
    assert agreement.starts([941, 951, 951, 999]) == [951, 999, 941]


# On the bundled model


@pytest.fixture(scope="module")
def bundled() -> Iterator[dx.SamplerExplorer]:
    names = ["ddim", "heun", "dpmpp_2m", "euler_a", "ddpm"]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reference, "STEPS", AS_SHIPPED)
        with closing(dx.SamplerExplorer(prompt="a fox", seed=0, samplers=names, steps=12)) as explorer:
            explorer.wait(600)
            yield explorer


def test_solvers_of_one_equation_end_in_one_picture(bundled: dx.SamplerExplorer) -> None:
    end, long = one(bundled, End), one(bundled, Long)
    assert end.groups == [[0, 1, 2], [3, 4]]
    assert "The same picture in the end: DDIM, Heun, DPM-Solver++ 2M" in bundled.still(bundled.recorded)
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
    like, pipe = dx.Lane(prompt="a fox", seed=0, guidance=4.0, sampler="ddim", steps=12), bundled.pipeline
    (finer,) = dx.sample([long_lane(like, pipe.scheduler, start_of(bundled.traces[0], pipe.scheduler), ALL)], pipe)
    assert len(finer.steps) > 1.5 * len(bundled.references[0].log_snr)
    off = float(agreement.rms(measure.pixels(finer.image), measure.pixels(bundled.references[0].image)))
    assert off < min(0.003, min(one(bundled, Long).final) / 2)


def test_the_ways_lie_on_the_map_that_ships(bundled: dx.SamplerExplorer) -> None:
    from diffexplain.maps.atlas import MAPS
    from diffexplain.maps.shipped import shipped_atlas
    from diffexplain.models.clip import bundled_clip

    ground, placed = one(bundled, Ground), of(bundled, Placed)
    assert [message.row for message in placed] == [*range(5), 5]
    atlas = shipped_atlas()
    assert len(ground.places) == len(ground.labels.values) == int((atlas.kinds == 0).sum())
    _, (image,) = measure.decoded(bundled.traces[1].steps[9].x0, bundled.pipeline.vae)
    seen = bundled_clip().embed_pictures([image]).numpy()
    np.testing.assert_allclose(placed[1].places[9], atlas.place(seen, 0)[0, MAPS.index("umap")], atol=0.05)


# Agreement


@given(st.lists(st.floats(0, 0.3), min_size=1, max_size=7), st.floats(0.001, 0.2))
def test_no_two_of_a_group_are_apart_and_no_two_groups_are_one(places: list[float], threshold: float) -> None:
    points = np.array(places)
    matrix = np.abs(points[:, None] - points[None])
    groups = agreement.groups(matrix, threshold)
    assert sorted(row for group in groups for row in group) == list(range(len(matrix)))
    for at, group in enumerate(groups):
        assert matrix[np.ix_(group, group)].max() < threshold
        assert all(matrix[np.ix_(group, other)].max() >= threshold for other in groups[at + 1 :])
    assert [len(group) for group in groups] == sorted((len(group) for group in groups), reverse=True)


def test_distance_is_of_black_and_white() -> None:
    greys = np.stack([np.full((3, 4, 4), grey, np.float16) for grey in (0, 1, 0.5)])
    np.testing.assert_allclose(agreement.distances(greys), [[0, 1, 0.5], [1, 0, 0.5], [0.5, 0.5, 0]])


def test_every_sampler_has_a_family() -> None:
    assert set(plan.FAMILY_OF) == set(samplers.SAMPLERS) >= set(plan.TELLING)
    assert plan.telling(["flow_euler", "flow_heun", "flow_unipc"]) == ["flow_euler", "flow_heun", "flow_unipc"]


# What is cancelled and refused


@pytest.mark.parametrize("kind", [Begin, Evaluated, End, Decoded])
def test_a_cancelled_run_leaves_nothing_behind(pipe: Any, compare: Compare, kind: type[Message]) -> None:
    explorer = compare(samplers=["ddim", "heun"])
    good = explorer.recorded
    seen = threading.Event()

    def cancel(message: Message) -> None:
        if isinstance(message, kind) and not seen.is_set():
            seen.set()
            explorer.cancel()

    off = explorer.on_message(cancel)
    explorer.seed = 8
    assert seen.wait(60)
    explorer.wait(60)
    off()
    early = kind in {Begin, Evaluated}
    assert explorer.status == ("cancelled" if early else "done")  # with its pictures a run is whole
    assert not pipe.unet._forward_hooks
    assert not pipe.unet._forward_pre_hooks
    assert (one(explorer, Begin).request == one(good, Begin).request) == early
    explorer.seed = 3
    np.testing.assert_array_equal(one(explorer.wait(60), End).matrix, one(good, End).matrix)


BAD = [
    ("samplers", ALL[:13], "2 to 12"),
    ("samplers", "ddim", "2 to 12"),
    ("samplers", ["ddim", "eulr"], r"samplers\[1\].*did you mean 'euler'"),
    ("samplers", ["ddim", "flow_euler"], "must be one of"),
    ("samplers", ["ddim", "ddim"], "twice"),
    ("steps", 0, "1 to 200"),
    ("steps", 201, "1 to 200"),
    ("spacing", "even", "karras"),
    *(("eta", value, "0 .* to 1") for value in (1.5, float("nan"), True, 10**400)),
    ("axis", "steps", "log_snr"),
    ("place", "end", "None for its end"),
    ("place", float("inf"), "None for its end"),
    ("panel", "", "agreement"),
]


@pytest.mark.parametrize(("field", "value", "words"), BAD, ids=lambda value: str(value)[:24])
def test_a_bad_value_is_refused_in_one_line(pair: dx.SamplerExplorer, field: str, value: Any, words: str) -> None:
    assert_refused(pair, field, value, words)


def test_a_spacing_that_a_sampler_lacks_is_refused_by_name(compare: Compare) -> None:
    explorer = compare(samplers=["ddim", "heun", "euler_a"])
    good = one(explorer, End)
    explorer.spacing = "karras"
    words = r"karras is not to be had with DDIM, Euler ancestral; .*take leading, trailing"
    with pytest.raises(UnknownSamplerError, match=words):
        explorer.wait(60)
    assert one(explorer, End) is good
    explorer.samplers = ["heun", "dpmpp_2m"]
    assert explorer.wait(60).status == "done"


@pytest.mark.parametrize("spacing", samplers.SPACINGS)
def test_a_spacing_is_that_of_the_lanes(pipe: Any, compare: Compare, spacing: str) -> None:
    names = [name for name in ALL if spacing in samplers.spacings(name)][:3]
    others = dx.sample([lane(name, spacing=spacing) for name in names], pipe)
    for trace, other in zip(compare(samplers=names, spacing=spacing).traces, others, strict=True):
        assert trace.timesteps == other.timesteps
        assert np.array_equal(pixels(trace.image), pixels(other.image))


def test_a_model_made_for_one_sampler_is_refused() -> None:
    with pytest.raises(UnfitPipelineError, match="nothing to compare"):
        dx.SamplerExplorer(tiny.build("lcm"))


# Other pipelines


@pytest.mark.parametrize("name", ["sd3", "flux"])
def test_a_flow_model_is_offered_flow_samplers(compare: Compare, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reference, "STEPS", 12)
    pipe = tiny.with_states(name, FlowMatchEulerDiscreteScheduler(shift=3.0))
    explorer = compare(pipeline=pipe, steps=3)
    flux = ["flow_euler", "flow_unipc"]  # its pipeline hands over noise levels that the other two don't take
    offered = flux if name == "flux" else [each.name for each in samplers.available(pipe.scheduler)]
    assert [choice["name"] for choice in explorer._controls["samplers"]] == offered
    assert all(sampler.startswith("flow") for sampler in explorer.samplers)
    assert not explorer._controls["eta"]
    begin, end, long = (one(explorer, kind) for kind in (Begin, End, Long))
    assert not begin.shared
    assert [finish.evaluations for finish in end.rows] == [len(trace.steps) for trace in explorer.traces]
    assert all(finish.own_seconds is not None and finish.own_seconds >= 0 for finish in end.rows)
    assert len(long.runs) == 1
    for sampler, trace in zip(explorer.samplers, explorer.traces, strict=True):
        (alone,) = dx.sample([lane(sampler, steps=3)], pipe)
        assert np.array_equal(pixels(trace.image), pixels(alone.image))
    assert all(np.isfinite(message.along).all() for message in of(explorer, Compared))
    assert not of(explorer, Placed)
    with pytest.raises(TraitError, match="flow_euler"):
        explorer.samplers = ["ddim", "flow_euler"]


def test_sdxl_shares_its_calls(compare: Compare) -> None:
    recorded = compare(pipeline=tiny.build("sdxl"), steps=3, samplers=["euler", "ddim"]).recorded
    begin = one(recorded, Begin)
    assert begin.shared
    assert begin.model == "StableDiffusionXLPipeline"
    assert one(recorded, Long).final.shape == (2,)
