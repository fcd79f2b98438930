"""The figures hold what the core computes."""

from __future__ import annotations

import json

import numpy as np
import pytest
from PIL import Image

import diffexplain as dx
from diffexplain.core.noising import NAMES, schedule
from diffexplain.errors import PictureError, ScheduleError


def test_each_schedule_is_a_line_of_its_levels() -> None:
    figure = dx.plots.schedules(steps=40)
    assert [trace.name for trace in figure.data] == list(NAMES)
    for trace in figure.data:
        course = schedule(trace.name, 40).log_snr.numpy()
        finite = np.isfinite(course)
        np.testing.assert_allclose(np.asarray(trace.y)[finite], course[finite])
        assert np.isnan(np.asarray(trace.y)[~finite]).all()
        np.testing.assert_allclose(trace.x, np.arange(1, 41) / 40)
    json.loads(figure.to_json())


def test_schedules_may_be_given_or_named() -> None:
    own = schedule("linear", 7, 0.001, 0.1)
    figure = dx.plots.schedules([own, "cosine"], steps=3)
    assert [len(trace.x) for trace in figure.data] == [7, 3]
    assert [trace.name for trace in dx.plots.schedules("flow").data] == ["flow"]
    with pytest.raises(ScheduleError, match="linear"):
        dx.plots.schedules(["lineal"])


def test_the_histogram_ends_at_the_gaussian() -> None:
    figure = dx.plots.histogram("gallery:2", steps=(0, 300, 1000), seed=4)
    picture, middle, last, exact = figure.data
    for trace in (middle, last):
        assert sum(trace.y) * (trace.x[1] - trace.x[0]) == pytest.approx(1, abs=0.01)
    curve = np.interp(last.x, exact.x, exact.y)
    distances = [np.abs(np.asarray(trace.y) - curve).sum() for trace in (picture, middle, last)]
    assert distances == sorted(distances, reverse=True)
    assert distances[2] * (last.x[1] - last.x[0]) < 0.1
    assert (np.asarray(picture.y)[np.abs(picture.x) > 1.07] == 0).all()


def test_what_is_not_allowed_is_refused() -> None:
    with pytest.raises(ScheduleError, match="0 to 1000"):
        dx.plots.histogram(steps=(1001,))
    with pytest.raises(PictureError):
        dx.plots.histogram(b"no picture")
    assert len(dx.plots.histogram(Image.new("RGB", (1, 1)), steps=()).data) == 1


def test_numbers_of_numpy_are_numbers() -> None:
    figure = dx.plots.histogram("gallery:2", steps=np.arange(0, 20, 10), seed=np.int64(4))
    assert figure == dx.plots.histogram("gallery:2", steps=(0, 10), seed=4)
    assert dx.plots.schedules(steps=np.int64(50)) == dx.plots.schedules(steps=50)
    with pytest.raises(ValueError, match="seed must be"):
        dx.plots.histogram(seed=True)
