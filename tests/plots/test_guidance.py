"""The sweep over guidance scales as a figure."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import diffexplain as dx
from diffexplain.core.similarity import cosine
from diffexplain.errors import UnfitPipelineError
from tests import tiny, tiny_clip


def test_the_lines_are_what_is_measured_of_the_lanes() -> None:
    pipe, clip = tiny.sd(), tiny_clip.clip()
    figure: Any = dx.plots.guidance("a red circle", pipe, scales=[6, 1], seed=3, steps=2, clip=clip)
    agreement, clipped = figure.data
    traces = dx.sample(
        [dx.Lane(prompt="a red circle", seed=3, steps=2, guidance=scale, sampler="ddim") for scale in (1, 6)], pipe
    )
    values = [np.asarray(trace.image) for trace in traces]
    assert list(clipped.x) == list(agreement.x) == [1, 6]
    np.testing.assert_allclose(clipped.y, [np.isin(each, (0, 255)).mean() for each in values], atol=1e-6)
    alike = cosine(clip.embed_pictures([trace.image for trace in traces]), clip.embed_texts(["a red circle"]))[:, 0]
    np.testing.assert_allclose(agreement.y, alike, atol=1e-5)


def test_without_a_clip_that_knows_the_pictures_agreement_is_left_out() -> None:
    figure: Any = dx.plots.guidance("a red circle", tiny.sd(), scales=[1, 6], steps=1)
    assert [line.yaxis for line in figure.data] == ["y2"]


def test_what_can_not_be_drawn_is_refused() -> None:
    with pytest.raises(ValueError, match="list of 2 to 12 values"):
        dx.plots.guidance(scales=[3])
    with pytest.raises(UnfitPipelineError, match="distilled"):
        dx.plots.guidance(pipeline=tiny.build("lcm"))
