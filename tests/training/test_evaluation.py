"""Evaluation: parts are kept, pictures are gone on with, and figures follow from what the judge sees."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import torch

from diffexplain.training.course.more import changes
from diffexplain.training.evaluation import contact_sheet
from diffexplain.training.evaluation.card import card
from diffexplain.training.evaluation.drawing import draw
from diffexplain.training.evaluation.evaluation import PARTS, Evaluation, _likeness
from diffexplain.training.evaluation.questions import exam
from diffexplain.training.networks import pipeline
from tests.training import small

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def evaluation(tmp_path_factory: pytest.TempPathFactory) -> Evaluation:
    workspace = small.workspace(tmp_path_factory.mktemp("work"), *small.STAGES)
    return Evaluation(workspace, small.SMALL, small.CPU, 3, small.quiet)


@pytest.fixture(scope="module")
def figures(evaluation: Evaluation) -> dict[str, Any]:
    return evaluation.figures()


def test_all_parts_are_there_and_make_a_card(evaluation: Evaluation, figures: dict[str, Any]) -> None:
    assert {*figures} == {"about", *PARTS}
    assert json.loads(evaluation.write(figures).read_text()) == figures
    assert "### Text agreement" in card(figures)


def test_every_share_has_its_number_and_interval(figures: dict[str, Any]) -> None:
    found = figures["agreement"]["pairs"]
    assert {*found} == {"generated", "scenes", "decoded"}
    for marks in found.values():
        assert {*marks} == {"things", "near", "ground", "relation", "order"}
        for name, share in marks.items():
            assert share["number"] == (2 if name == "order" else 3)  # one prompt says "next to"
            assert share["low"] <= share["share"] <= share["high"]


def test_what_is_kept_is_not_computed_again(
    evaluation: Evaluation, figures: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Evaluation, "agreement", lambda _: pytest.fail("computed again"))
    assert evaluation.figures(["agreement"])["agreement"] == figures["agreement"]
    other = Evaluation(evaluation.workspace, evaluation.settings, small.CPU, 4, small.quiet)
    with pytest.raises(pytest.fail.Exception):
        other.figures(["agreement"])


def test_pictures_of_another_sampler_are_drawn_anew(
    evaluation: Evaluation, figures: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = exam("core", 3).questions
    before = np.array(evaluation.drawn("core", asked))  # of a file that is written over
    usual = pipeline.scheduler()
    monkeypatch.setattr(pipeline, "scheduler", lambda: type(usual).from_config(usual.config, timestep_spacing="leading"))
    other = Evaluation(evaluation.workspace, evaluation.settings, small.CPU, 3, small.quiet)
    assert not np.array_equal(other.drawn("core", asked), before)
    monkeypatch.setattr(Evaluation, "cost", lambda _: {"anew": True})
    assert other.figures(["cost"])["cost"] == {"anew": True}


def test_the_sweep_uses_the_pictures_of_the_usual_setting(figures: dict[str, Any]) -> None:
    usual = figures["agreement"]["core"]["generated"]
    look = small.SMALL.examination
    (guided,) = [one for one in figures["guidance"] if one["guidance"] == look.guidance]
    (stepped,) = [one for one in figures["steps"] if one["steps"] == look.steps]
    assert guided["things"] == stepped["things"] == usual["things"]


def test_a_judge_that_sees_all_gives_scenes_full_marks(evaluation: Evaluation, monkeypatch: pytest.MonkeyPatch) -> None:
    from tests.training.test_questions import verdict

    asked = exam("pairs", 3)
    monkeypatch.setattr(Evaluation, "judged", lambda _, __: verdict(asked.questions))
    marks = evaluation._shares(asked, asked.pictures)
    assert [share["share"] for share in marks.values()] == [1.0] * 5


class Pipeline:
    """Draws its seed and its prompt's length, and dies where it is asked to."""

    device = small.CPU

    def __init__(self, dies_at: int | None = None) -> None:
        self.drawn = 0
        self._dies_at = dies_at

    def __call__(self, prompt: list[str], generator: list[torch.Generator], **_: Any) -> Any:
        if self._dies_at is not None and self.drawn >= self._dies_at:
            raise KeyboardInterrupt
        self.drawn += len(prompt)
        shades = [[len(text) / 255, one.initial_seed() / 255, 0.0] for text, one in zip(prompt, generator, strict=True)]
        return type("Output", (), {"images": np.array(shades)[:, None, None].repeat(64, 1).repeat(64, 2)})


def test_drawing_goes_on_where_a_kill_left_it(tmp_path: Path) -> None:
    prompts = ["a" * number for number in range(40)]

    def run(pipeline: Pipeline, source: str = "w") -> np.ndarray:
        return draw(tmp_path / "p.npy", lambda: pipeline, prompts, source=source, side=64, steps=3, guidance=4.0)

    with pytest.raises(KeyboardInterrupt):
        run(Pipeline(dies_at=32))
    rest = Pipeline()
    found = run(rest)
    assert rest.drawn == 8
    assert [tuple(picture[5, 5]) for picture in found] == [(number, number, 0) for number in range(40)]
    assert run(Pipeline()) is not None
    other = Pipeline()
    run(other, "other weights")
    assert other.drawn == 40


def test_edges_are_like_themselves_and_unlike_others() -> None:
    from diffexplain.learn.controlnet import edges

    pictures = exam("core", 3).pictures
    wanted = edges(torch.from_numpy(pictures).permute(0, 3, 1, 2).float() / 255)
    assert _likeness(wanted, pictures) == pytest.approx([1.0] * 3)
    assert (_likeness(wanted, pictures[[1, 2, 0]]) < 0.9).all()
    assert _likeness(wanted, np.zeros_like(pictures)) == pytest.approx([0.0] * 3)


def test_the_contact_sheet_names_failures(evaluation: Evaluation) -> None:
    path, failures = contact_sheet.make(evaluation)
    assert path.is_file()
    assert len(contact_sheet.questions()) == 64
    assert 0 < len(failures) <= 64
    assert all("the judge sees" in line for line in failures)
    assert path.with_suffix(".md").read_text().count("\n") == len(failures)


def test_changes_are_those_figures_that_both_have() -> None:
    share = {"share": 0.5, "low": 0.4, "high": 0.6, "number": 9}
    before = {"held out": {"loss": 0.5}, "agreement": {"core": {"generated": {"things": share}, "scenes": {"things": share}}}}
    after = {"held out": {"loss": 0.25}, "agreement": {"core": {"generated": {"things": {**share, "share": 0.55}}}}}
    found = [*changes(before, after)]
    assert [change.name for change in found] == ["held out, loss", "agreement, core, generated, things"]
    assert (found[0].before, found[0].after) == ("0.5", "0.25")
    assert found[1].after.startswith("55 %")
