"""The workbench: one bar for several explorers, each made when it is opened; and what a recorded run can show."""

from __future__ import annotations

import base64
import gzip
import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image
from traitlets import TraitError

import diffexplain as dx
from diffexplain.errors import DiffexplainError, UnfitPipelineError
from diffexplain.explorers.denoise.messages import End, Step
from diffexplain.explorers.registry import CLASSES, QUESTION
from diffexplain.explorers.sources import fitted
from diffexplain.explorers.workbench import explore
from diffexplain.explorers.workbench.messages import Offered
from diffexplain.explorers.workbench.questions import NAMES, questions
from diffexplain.explorers.workbench.request import followed
from diffexplain.live.messages import numbers
from tests import tiny, tiny_t5
from tests.explorers.conftest import assert_refused, of, page_says, page_sets

PIPELINES = {"sd": tiny.sd, "sdxl": tiny.sdxl, "sd3": tiny_t5.sd3, "flux": tiny_t5.flux}
ASKED: dict[str, Any] = {"prompt": "a red circle", "steps": 2, "guidance_scale": 3.0}


@pytest.fixture
def bench_of() -> Iterator[Callable[..., Any]]:
    """Makes workbenches, and closes them: ``bench_of(source, opened=[...])``."""
    with ExitStack() as stack:

        def make(source: Any, **fields: Any) -> Any:
            bench = explore(source, **fields)
            stack.callback(bench.close)
            return bench.wait(120)

        yield make


def runs_of(bench: Any) -> dict[str, int]:
    return {name: explorer._runs.history.count for name, explorer in bench._explorers.items()}


def until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.01)


# What there is


def test_every_explorer_answers_one_of_the_questions_and_says_what_it_shows() -> None:
    assert QUESTION.keys() == CLASSES.keys()
    assert set(QUESTION.values()) <= set(range(1, len(questions()) + 1))
    assert [QUESTION[name] for name in NAMES] == sorted(QUESTION.values())
    for kind in dx.explorers().values():
        assert kind.about.endswith(".")


def test_a_field_is_common_where_its_declaration_is_and_not_where_its_name_is() -> None:
    kinds = dx.explorers()
    assert (
        set(followed(kinds["denoise"].Request)) > set(followed(kinds["seed"].Request)) > set(followed(kinds["sampler"].Request))
    )
    assert {"prompt", "seed", "guidance_scale"} <= set(followed(kinds["sampler"].Request))
    assert hasattr(kinds["noise"].Request, "seed")
    assert followed(kinds["noise"].Request) == ()


@pytest.mark.parametrize("family", PIPELINES)
def test_what_is_grey_is_impossible_and_the_rest_runs(bench_of: Callable[..., Any], family: str) -> None:
    pipe = PIPELINES[family]()
    bench = bench_of(pipe, **ASKED)
    (offered,) = of(bench, Offered)
    assert [tile.name for tile in offered.tiles] == list(NAMES)
    lacking = {tile.name: tile.lacking for tile in offered.tiles if tile.lacking}
    assert ("finetune" in lacking) == (family in {"sd3", "flux"})
    assert (family == "flux") == bool(lacking.keys() - {"finetune"})
    for name, reason in lacking.items():
        with pytest.raises(DiffexplainError) as refused:
            dx.explorers()[name](pipeline=pipe)  # type: ignore[call-arg]
        assert str(refused.value.args[0]) == str(reason)
        with pytest.raises(TraitError) as refused_here:
            bench.opened = [name]
        assert str(reason) in str(refused_here.value)
    said: dict[str, set[str]] = {}
    bench.opened = [
        name for name in NAMES if not lacking.get(name) and name not in {"similarity", "embedding", "dataset"}
    ]  # of a CLIP's
    for name, explorer in bench._explorers.items():
        explorer.on_message(lambda message, name=name: said.setdefault(name, set()).add(message.kind))
    until(lambda: all(said.get(name, set()) - {"status"} or each.status == "done" for name, each in bench._explorers.items()))
    assert not [name for name, explorer in bench._explorers.items() if explorer.status == "failed"]
    bench.cancel()


# Made when it is looked at


def test_nothing_is_made_before_it_is_looked_at_and_what_is_closed_is_gone(bench_of: Callable[..., Any]) -> None:
    bench = bench_of(tiny.sd(), **ASKED, opened=[])
    assert runs_of(bench) == {}
    bench.opened = ["attention", "denoise"]
    assert bench.opened == ["denoise", "attention"]
    denoise = bench["denoise"]
    bench.opened = ["attention"]
    assert denoise.comm is None
    assert list(bench._explorers) == ["attention"]
    with pytest.raises(KeyError, match="attention"):
        bench["denoise"]
    bench.close()
    assert bench.comm is None


def test_what_a_page_opens_is_made_on_another_thread(bench_of: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> None:
    bench = bench_of(tiny.sd(), **ASKED, opened=[])
    seen: list[threading.Thread] = []
    make = bench._make
    monkeypatch.setattr(
        bench, "_make", lambda name, **fields: (seen.append(threading.current_thread()), make(name, **fields))[1]
    )
    page_sets(bench, opened=["denoise"])
    until(lambda: "denoise" in bench._explorers)
    assert seen[0] is not threading.current_thread()
    assert bench.wait(60)["denoise"].prompt == "a red circle"


def test_one_that_can_not_be_made_is_said_and_the_others_stay(
    bench_of: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    bench = bench_of(tiny.sd(), **ASKED)

    def broken(name: str, **fields: Any) -> Any:
        raise RuntimeError("no room")

    monkeypatch.setattr(bench, "_make", broken)
    page_sets(bench, opened=["denoise", "attention"])
    until(lambda: any(content["kind"] == "refused" for content in bench.comm.contents))
    assert bench.opened == list(bench._explorers) == ["denoise"]
    with pytest.raises(RuntimeError, match="no room"):
        bench.opened = ["denoise", "attention"]
    assert bench.opened == ["denoise"]


# One bar


def test_a_change_in_the_bar_is_one_request_to_each_that_is_open(bench_of: Callable[..., Any]) -> None:
    bench = bench_of(tiny.sd(), **ASKED, opened=["denoise", "attention", "noise"])
    assert runs_of(bench) == {"denoise": 1, "attention": 1, "noise": 1}
    assert {bench[name].prompt for name in ("denoise", "attention")} == {"a red circle"}
    page_sets(bench, prompt="a blue square", seed=5, sampler="euler")
    bench.wait(60)
    assert runs_of(bench) == {"denoise": 2, "attention": 2, "noise": 1}
    assert [content["kind"] for content in bench.comm.contents].count("offered") == 1
    for name in ("denoise", "attention"):
        explorer = bench[name]
        assert (explorer.prompt, explorer.seed, explorer.sampler, explorer.steps) == ("a blue square", 5, "euler", 2)
    assert bench["noise"].seed == 0


def test_a_change_inside_an_explorer_goes_to_the_bar_and_to_the_others(bench_of: Callable[..., Any]) -> None:
    bench = bench_of(tiny.sd(), **ASKED, opened=["denoise", "attention"])
    page_sets(bench["attention"], seed=9, prompt="a blue square")
    bench.wait(60)
    assert (bench.seed, bench.prompt, bench["denoise"].seed, bench["denoise"].prompt) == (
        9,
        "a blue square",
        9,
        "a blue square",
    )
    assert runs_of(bench) == {"denoise": 2, "attention": 2}
    page_sets(bench["attention"], word="square")  # its own
    bench.wait(60)
    assert runs_of(bench) == {"denoise": 2, "attention": 2}


def test_changes_from_both_sides_at_once_end_alike(bench_of: Callable[..., Any]) -> None:
    bench = bench_of(tiny.sd(), **ASKED, opened=["denoise", "attention"])

    def change(who: Any, first: int) -> None:
        for seed in range(first, first + 40):
            who.seed = seed

    threads = [threading.Thread(target=change, args=(who, at)) for who, at in ((bench, 100), (bench["denoise"], 200))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not any(thread.is_alive() for thread in threads)
    bench.wait(60)
    assert len({bench.seed, bench["denoise"].seed, bench["attention"].seed}) == 1


def test_what_an_explorer_does_not_allow_stays_its_own_and_is_said(bench_of: Callable[..., Any]) -> None:
    bench = bench_of(tiny.sd(), **ASKED)
    bench.opened = ["denoise", "seed"]
    bench["seed"].count = 4
    bench.wait(60)
    runs, largest = runs_of(bench), 2**53 - 1  # of a wall, other seeds follow
    bench.seed = largest
    assert (bench["denoise"].seed, bench["seed"].seed) == (largest, 0)
    assert "0 to 2**53 - 64" in bench._differs["seed"]["seed"]["en"]
    assert runs_of(bench)["seed"] == runs["seed"]
    bench["seed"].guidance_scale = 2.0  # what differs stays
    assert (bench.guidance_scale, bench.seed, bench["seed"].seed) == (2.0, largest, 0)
    bench["seed"].seed = 3
    assert (bench.seed, bench["denoise"].seed, bench._differs) == (3, 3, {})
    bench.cancel()


def test_an_explorer_that_is_opened_later_is_asked_the_same_as_far_as_it_allows(bench_of: Callable[..., Any]) -> None:
    bench = bench_of(tiny.sd(), prompt="a blue square", steps=300, seed=4, opened=[])
    bench.opened = ["sampler"]
    assert (bench["sampler"].prompt, bench["sampler"].seed, bench["sampler"].steps) == ("a blue square", 4, 20)
    assert "steps" in bench._differs["sampler"]
    bench.cancel()


def test_a_bad_value_is_refused_and_nothing_is_lost(bench_of: Callable[..., Any]) -> None:
    bench = bench_of(tiny.sd(), **ASKED)
    assert_refused(bench, "opened", ["nope"], "similarity, embedding")
    assert_refused(bench, "opened", "denoise", "list of explorers")
    assert_refused(bench, "guidance_scale", -1, "0 to 100")
    assert bench.wait(60)["denoise"].guidance_scale == 3.0


def test_what_is_no_pipeline_is_refused_with_what_to_write() -> None:
    with pytest.raises(UnfitPipelineError, match=r"explore\(prompt='a fox'\)"):
        dx.explore("a fox")
    with pytest.raises(UnfitPipelineError, match="no pipeline"):
        dx.explore(3)


# For pages


def test_a_second_view_is_told_the_same(bench_of: Callable[..., Any]) -> None:
    bench = bench_of(tiny.sd(), **ASKED)
    first = [content for content in bench.comm.contents if content["kind"] != "replaying"]
    bench.comm.sent.clear()
    page_says(bench, "ready", view="a second")
    again = [content for content in bench.comm.contents if content["kind"] != "replaying"]
    assert sorted(map(str, again)) == sorted(map(str, first))


def test_it_speaks_as_its_explorers_do(bench_of: Callable[..., Any]) -> None:
    bench = bench_of(tiny.sd(), **ASKED)
    page_sets(bench, language="zh")
    assert bench["denoise"].language == "zh"
    assert runs_of(bench) == {"denoise": 1}
    bench.opened = [*bench.opened, "attention"]
    assert bench["attention"].language == "zh"


def test_one_page_has_all_that_is_open_and_what_is_common_once(bench_of: Callable[..., Any], tmp_path: Path) -> None:
    bench = bench_of(tiny.sd(), **ASKED, opened=["denoise", "attention"])
    page = bench.to_html(tmp_path / "bench.html").read_text("utf-8")
    alone = [bench[name].to_html(tmp_path / f"{name}.html").stat().st_size for name in bench.opened]
    assert len(page) < sum(alone)
    block = re.search(r'id="dx-modules">(.*?)<', page)
    assert block
    assert gzip.decompress(base64.b64decode(block[1])).count(b"dx-save-state") == 1  # of the kit
    assert page.count("@scope (.dx-attention-explorer)") == page.count("--signal: ") == 1
    assert "“a red circle”" in page
    still = bench._still(bench._runs.history.finished)
    assert len(still) < 60_000
    assert still.startswith(bench["denoise"]._still(bench["denoise"]._runs.history.finished))


# A recorded run


@pytest.fixture(scope="module")
def recorded() -> Any:
    pipe = tiny.sd()
    generator = torch.Generator().manual_seed(4)
    with dx.record(pipe, attention=True) as trace:
        pipe("a red circle", num_inference_steps=3, guidance_scale=3.0, generator=generator)
    return pipe, trace


def test_a_recorded_run_says_what_the_live_one_says(bench_of: Callable[..., Any], recorded: Any) -> None:
    pipe, trace = recorded
    live = bench_of(pipe, **ASKED | {"steps": 3, "seed": 4}, opened=["denoise", "attention"])
    bench = bench_of(trace, opened=["denoise", "attention"])
    assert (bench.prompt, bench.seed, bench.steps, bench.guidance_scale) == ("a red circle", 4, 3, 3.0)
    for mine, theirs in zip(of(bench["denoise"].recorded, Step), of(live["denoise"].recorded, Step), strict=True):
        for part in ("x", "x0", "noise", "uncond", "cond"):
            np.testing.assert_array_equal(numbers(getattr(mine, part)), numbers(getattr(theirs, part)))
    kinds = [[message.kind for message in one["attention"].recorded] for one in (bench, live)]
    assert kinds[0] == kinds[1]


def test_a_run_from_a_file_shows_itself_and_what_needs_a_pipeline_is_grey(
    bench_of: Callable[..., Any], recorded: Any, tmp_path: Path
) -> None:
    _, trace = recorded
    trace.save(tmp_path / "run")
    bench = bench_of(dx.Trace.load(tmp_path / "run"), opened=["denoise", "attention"])
    (offered,) = of(bench, Offered)
    assert {tile.name for tile in offered.tiles if not tile.lacking} == {"denoise", "attention"}
    assert all("pipeline" in tile.lacking for tile in offered.tiles if tile.lacking)
    (end,) = of(bench["denoise"].recorded, End)
    assert end.image.width == trace.image.width
    assert [token.text for token in bench["denoise"].recorded[2].tokens][1:-1] == ["a", "red", "circle"]
    with pytest.raises(TraitError, match="seed was 4 in this recorded run"):
        bench.seed = 5
    bench.to_html(tmp_path / "bench.html")


def test_what_was_not_recorded_is_not_shown_as_something_else(bench_of: Callable[..., Any]) -> None:
    pipe = tiny.sd()
    with dx.record(pipe) as trace:
        pipe("a red circle", num_inference_steps=2)  # no generator: nobody knows the seed
    bench = bench_of(trace)
    assert bench.seed is None
    assert bench.opened == ["denoise"]
    assert "record(pipeline, attention=True)" in bench.lacking("attention")
    trace.finished = False
    assert bench_of(trace).opened == []


def test_a_linear_map_is_found_from_latents_and_their_picture() -> None:
    draw = torch.Generator().manual_seed(1)
    latents = torch.randn(1, 4, 8, 8, generator=draw)
    matrix = torch.cat([torch.rand(4, 3, generator=draw) * 0.1, torch.full((1, 3), 0.5)])
    colours = torch.einsum("bchw,cd->bdhw", latents, matrix[:-1]) + matrix[-1].view(1, 3, 1, 1)
    pixels = (colours[0].movedim(0, -1).clamp(0, 1) * 255).round().to(torch.uint8).numpy().repeat(4, 0).repeat(4, 1)
    trace = dx.Trace(latents=latents, images=(Image.fromarray(pixels),), height=32, width=32, finished=True)
    found = fitted(trace)
    assert found.r2 > 0.99
    torch.testing.assert_close(found.matrix, matrix, atol=0.02, rtol=0)
