"""The figure holds what the training said."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest

import diffexplain as dx
from diffexplain.explorers.learning_messages import Diverged, Losses
from diffexplain.explorers.training.messages import Probe, Sheet
from tests.explorers.conftest import of


def test_the_lines_are_the_losses_and_the_looks() -> None:
    explorer = dx.TrainingExplorer(count=4, width=8, batch=2, goal=50)
    with pytest.raises(ValueError, match="resume"):
        dx.plots.losses(type("Nothing", (), {"recorded": []})())
    figure: Any = dx.plots.losses(explorer.wait(120))
    course, *levels = figure.data
    np.testing.assert_allclose(course.y, of(explorer.recorded, Losses)[0].loss)
    assert list(course.x) == list(range(1, 51))
    for at, line in enumerate(levels):
        assert list(line.x) == [0, 25, 50]
        assert list(line.y) == [probe.held[at] for probe in of(explorer.recorded, Probe)]
    assert len(levels) == 5
    json.loads(figure.to_json())
    explorer.close()


def test_what_was_undone_leaves_the_axis_to_what_stands() -> None:
    explorer = dx.TrainingExplorer(count=4, width=8, batch=2, goal=25).wait(120)
    explorer.rate = 3.0
    explorer.resume(20).wait(120)
    (broken,) = of(explorer.recorded, Diverged)
    figure: Any = dx.plots.losses(explorer)
    explorer.close()
    low, high = figure.layout.yaxis.range
    course = figure.data[0]
    assert max(course.y) > 100
    stands = [loss for at, loss in zip(course.x, course.y, strict=True) if at <= broken.back]
    assert low < np.log10(min(stands)) < np.log10(max(stands)) < high < 1


def test_a_box_holds_the_distances_of_the_newest_samples_and_a_dash_those_held_out() -> None:
    with pytest.raises(ValueError, match="distances\\(tiny, large\\)"):
        dx.plots.distances()
    with pytest.raises(ValueError, match="explorer 1 has drawn no samples"):
        dx.plots.distances(type("Nothing", (), {"recorded": []})())
    two = [dx.TrainingExplorer(count=count, width=8, batch=2, goal=5).wait(120) for count in (2, 2)]
    figure: Any = dx.plots.distances(*two)
    *boxes, dashes = figure.data
    assert len(boxes) == len(set(dashes.x)) == 2
    for explorer, box, x, held in zip(two, boxes, dashes.x, dashes.y, strict=True):
        sheet = of(explorer.recorded, Sheet)[-1]
        assert list(box.y) == sheet.distances
        assert set(box.x) == {x}
        assert held == sheet.held
        explorer.close()
    json.loads(figure.to_json())
