"""Scenes as arrays: what the labels say is what the scenes show."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from diffexplain.scenes import CORE_THINGS, GROUNDS, HELD_OUT, THINGS, gallery, stream
from diffexplain.training.data import scene_sets
from diffexplain.training.settings import SceneSet
from diffexplain.training.workspace import Workspace

if TYPE_CHECKING:
    from pathlib import Path


def test_labels_say_where_things_stand() -> None:
    """First is left or above, whatever the caption names first; lengths of the boxes decide, not words."""
    seen = set()
    for scene in gallery(400, seed=4):
        about = scene_sets.labels(scene)
        boxes = {THINGS.index(one.name): one.box for one in scene.objects}
        seen.add(about["arrangement"])
        assert about["ground"] == GROUNDS.index(scene.ground)
        if about["arrangement"] == 0:
            assert about["things"] == [*boxes, -1]
        elif len(boxes) == 2:
            axis = about["arrangement"] - 1
            centres = [boxes[thing][axis] + boxes[thing][axis + 2] for thing in about["things"]]
            assert centres[1] - centres[0] > 30
    assert seen == {0, 1, 2}


def test_the_arrays_are_the_stream(tmp_path: Path) -> None:
    wanted = SceneSet(21, 6)
    found = scene_sets.make(Workspace(tmp_path), "few", wanted)
    scenes = [*islice(stream(21, size=wanted.side), 6)]
    assert np.array_equal(found.pictures, [np.asarray(scene.image) for scene in scenes])
    assert found.captions == ([scene.caption for scene in scenes], [scene.caption_zh for scene in scenes])


def test_a_kill_costs_one_part(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scene_sets, "_PART", 4)
    whole = scene_sets.make(Workspace(tmp_path / "whole"), "few", SceneSet(21, 10))
    made: list[int] = []

    def dying(*arguments: object) -> object:
        made.append(arguments[3])
        if len(made) == 3:
            raise KeyboardInterrupt
        return stream(*arguments)

    monkeypatch.setattr(scene_sets, "stream", dying)
    with pytest.raises(KeyboardInterrupt):
        scene_sets.make(Workspace(tmp_path / "cut"), "few", SceneSet(21, 10))
    found = scene_sets.make(Workspace(tmp_path / "cut"), "few", SceneSet(21, 10))
    assert made == [0, 4, 8, 8]
    assert np.array_equal(found.pictures, whole.pictures)
    assert found.captions == whole.captions


def test_core_things_are_drawn_eleven_times_as_often_and_the_held_out_never() -> None:
    names = scene_sets.things_of("core")
    assert {names.count(name) for name in CORE_THINGS} == {11}
    assert {names.count(name) for name in THINGS if name not in {*CORE_THINGS, *HELD_OUT}} == {1}
    assert not {*names} & {*HELD_OUT}


@given(seed=st.integers(0, 99), pairs=st.sampled_from([0.0, 0.25, 0.6, 1.0]))
def test_scenes_are_drawn_with_as_many_pairs_as_was_asked_for(seed: int, pairs: float) -> None:
    things = np.array([[3, -1], [4, 7], [5, -1], [6, -1], [1, 2]])
    drawn = scene_sets.sample_indices(np.random.default_rng(seed), things, 2000, pairs)
    assert (things[drawn, 1] >= 0).mean() == pytest.approx(pairs, abs=6 * (pairs * (1 - pairs) / 2000) ** 0.5)
    kinds = {0, 2, 3} if pairs == 0 else {1, 4} if pairs == 1 else {0, 1, 2, 3, 4}
    assert set(drawn.tolist()) == kinds


@pytest.mark.parametrize("things", [[[3, -1], [4, -1]], [[3, 4], [5, 6]]])
def test_where_there_is_one_kind_only_all_are_of_it(things: list[list[int]]) -> None:
    drawn = scene_sets.sample_indices(np.random.default_rng(0), np.array(things), 100, 0.5)
    assert set(drawn.tolist()) == {0, 1}
