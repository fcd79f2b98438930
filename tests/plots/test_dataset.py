"""The data sets and the scores as figures."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import diffexplain as dx
from diffexplain.core.filtering import outcome
from diffexplain.explorers.dataset.sets import DATA_SETS


def test_every_figure_stands_on_a_logarithmic_axis_with_its_source() -> None:
    figure: Any = dx.plots.data_sets()
    assert figure.layout.xaxis.type == "log"
    drawn = {
        (str(row), int(x), source)
        for trace in figure.data
        for row, x, (_, source) in zip(trace.y, trace.x, trace.customdata, strict=True)
    }
    assert drawn == {(f"{each.name}, {each.year}", given.count, given.source) for each in DATA_SETS for given in each.figures}
    low, high = (10.0**end for end in figure.layout.xaxis.range)
    assert all(low <= x <= high for _, x, _ in drawn)


def test_every_score_is_in_one_bar_of_its_kind() -> None:
    rng = np.random.default_rng(0)
    values, right = rng.normal(0.3, 0.2, 200).clip(-1, 1), rng.random(200) < 0.6
    figure: Any = dx.plots.scores(values, right, 0.4)
    assert [int(sum(trace.y)) for trace in figure.data] == [right.sum(), (~right).sum()]
    np.testing.assert_allclose(figure.data[0].x, figure.data[1].x)
    found = outcome(values, right, 0.4)
    assert f"{found.kept_right} right and {found.kept_wrong} wrong" in figure.layout.title.text
    (line,) = figure.layout.shapes
    assert line.x0 == line.x1 == 0.4


def test_what_can_not_be_drawn_is_refused() -> None:
    with pytest.raises(ValueError, match="a truth for each score"):
        dx.plots.scores([0.1, 0.2], [True])
    with pytest.raises(ValueError, match="a truth for each score"):
        dx.plots.scores([], [])
    with pytest.raises(ValueError, match="from -1 to 1"):
        dx.plots.scores([0.1], [True], 3)
