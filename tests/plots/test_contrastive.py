"""The figure holds what the training said."""

from __future__ import annotations

import json
import math
from typing import Any

import numpy as np
import pytest

import diffexplain as dx
from diffexplain.explorers.contrastive.messages import Moment
from tests.explorers.conftest import of


def test_the_matrix_is_the_newest_and_the_lines_are_all_moments() -> None:
    with pytest.raises(ValueError, match="nothing was trained yet"):
        dx.plots.contrastive(type("Nothing", (), {"recorded": []})())
    explorer = dx.ContrastiveExplorer(pictures=40, batch=4, goal=11).wait(120)
    figure: Any = dx.plots.contrastive(explorer)
    moments = of(explorer.recorded, Moment)
    explorer.close()
    heat, seen, held = figure.data
    np.testing.assert_allclose(heat.z, moments[-1].cosines.values)
    assert list(seen.x) == list(held.x) == [0, 10]
    assert list(held.y) == [moment.held.loss for moment in moments]
    assert list(seen.y) == [moment.seen.loss for moment in moments]
    assert [line.y0 for line in figure.layout.shapes] == [math.log(len(moments[-1].cosines.values))]
    json.loads(figure.to_json())
