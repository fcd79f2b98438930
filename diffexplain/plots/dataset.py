"""The data sets of the field on a logarithmic axis, and how right and wrong pairs score, as Plotly figures."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from diffexplain.core.filtering import outcome
from diffexplain.explorers import checks
from diffexplain.explorers.dataset.request import THRESHOLD, cosine
from diffexplain.explorers.dataset.sets import DATA_SETS
from diffexplain.i18n import say

if TYPE_CHECKING:
    import plotly.graph_objects as go
    from numpy.typing import ArrayLike

INK, SIGNAL, NOISE, SOFT = "#1f2328", "#0b7a6c", "#8f5b00", "#5b6470"  # the explorer's, in its light theme
MARKS = {"circle": ("pairs", "captions"), "circle-open": ("pictures",), "square-open": ("videos",)}
BINS = 48


def data_sets() -> go.Figure:
    """Draw all figures that the literature gives of the seven data sets, each with its source where the pointer is.

    Returns:
        A figure with a row a data set and a trace for each way of counting, on a logarithmic axis.
    """
    import plotly.graph_objects as go

    figure = go.Figure()
    words = {"circle": say("pairs or captions"), "circle-open": say("pictures"), "square-open": say("videos")}
    for symbol, units in MARKS.items():
        own = [(each, given) for each in DATA_SETS for given in each.figures if given.unit in units]
        figure.add_scatter(
            x=[given.count for _, given in own],
            y=[_row(each) for each, _ in own],
            name=words[symbol],
            mode="markers",
            marker={
                "symbol": symbol,
                "color": SIGNAL,
                "line": {"width": 2, "color": SIGNAL},
                "size": [15 if given is each.figures[0] else 9 for each, given in own],
            },
            customdata=[[str(given.what), given.source] for _, given in own],
            hovertemplate="%{x:,} %{customdata[0]}<br>%{customdata[1]}<extra>%{y}</extra>",
        )
    figure.update_xaxes(type="log", range=[5, 10], dtick=1, title=say("pairs, captions or pictures"))
    figure.update_yaxes(categoryorder="array", categoryarray=[_row(each) for each in DATA_SETS[::-1]])
    _lay(figure, say("Seven data sets of the field"))
    return figure


def scores(scores: ArrayLike, right: ArrayLike, threshold: float = THRESHOLD) -> go.Figure:
    """Draw the histograms of right and wrong pairs over each other, and a threshold.

    Args:
        scores: (N,) cosines of picture and caption, e.g. `DatasetExplorer.scores`.
        right: (N,) whether they belong together, e.g. `DatasetExplorer.right`.
        threshold: the least score that is kept.

    Returns:
        A figure with two bar traces of equal bins; its title says what is kept.

    Raises:
        ValueError: there are no scores, or not as many truths as scores; the threshold is no cosine.
    """
    import plotly.graph_objects as go

    values, truth = np.asarray(scores, np.float64), np.asarray(right, bool)
    if values.ndim != 1 or not len(values) or values.shape != truth.shape:
        raise ValueError(
            say(
                "scores and right must be lists of one length, not {scores} and {right}; give a truth for each score",
                scores=checks.shown(values.shape),
                right=checks.shown(truth.shape),
            )
        )
    threshold = cosine("threshold", threshold)
    edges = np.linspace(min(values.min(), threshold) - 0.01, max(values.max(), threshold) + 0.01, BINS + 1)
    figure = go.Figure()
    for own, name, colour in ((truth, say("right pairs"), SIGNAL), (~truth, say("wrong pairs"), NOISE)):
        counts, _ = np.histogram(values[own], edges)
        figure.add_bar(
            x=(edges[:-1] + edges[1:]) / 2,
            y=counts,
            width=float(edges[1] - edges[0]),
            name=name,
            marker={"color": colour},
            opacity=0.55,
        )
    figure.update_layout(barmode="overlay", bargap=0)
    figure.add_vline(
        threshold, line={"color": INK, "width": 2}, annotation_text=say("threshold {threshold:.2f}", threshold=threshold)
    )
    figure.update_xaxes(title=say("cosine of picture and caption"))
    found = outcome(values, truth, threshold)
    _lay(figure, say("Kept: {right} right and {wrong} wrong pairs", right=found.kept_right, wrong=found.kept_wrong))
    return figure


def _row(data_set: Any) -> str:
    return f"{data_set.name}, {data_set.year}"


def _lay(figure: go.Figure, title: str) -> None:
    figure.update_layout(
        title={"text": title, "font": {"size": 15}},
        template="plotly_white",
        font={"color": INK, "size": 12},
        width=760,
        height=400,
        margin={"l": 64, "r": 24, "t": 48, "b": 48},
        legend={"orientation": "h", "y": -0.18},
    )
