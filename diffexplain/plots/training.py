"""A training's loss at random strengths beside its error at fixed ones, and how near its samples are to what it was trained on, as Plotly figures."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from diffexplain.explorers.learning_messages import Diverged, Losses, standing
from diffexplain.explorers.still import every, first
from diffexplain.explorers.training.messages import Begin, Probe, Sheet
from diffexplain.i18n import plural, say

if TYPE_CHECKING:
    import plotly.graph_objects as go

    from diffexplain.explorers.training.explorer import TrainingExplorer

INK, FAINT, NOISE = "#1f2328", "#b9aee0", "#9a6200"  # the explorer's, in its light theme
DASHES = ("solid", "dash", "dot", "dashdot", "longdash")


def losses(explorer: TrainingExplorer) -> go.Figure:
    """Draw what a training has cost so far.

    Args:
        explorer: one that has trained; where it stands is drawn.

    Returns:
        A figure over the updates, on a logarithmic axis: the loss of each batch, and the error on held-out data at each of the fixed
        noise levels. Where training broke, the axis is that of the updates that stand: what was undone leaves it upwards.

    Raises:
        ValueError: nothing was trained yet.
    """
    import plotly.graph_objects as go

    said = explorer.recorded
    begin, course, probes = first(said, Begin), first(said, Losses), every(said, Probe)
    if begin is None or course is None or not len(course.loss):
        raise ValueError(say("nothing was trained yet, so there is no loss to draw; call explorer.resume(100).wait() first"))
    figure = go.Figure()
    figure.add_scatter(x=course.at + 1, y=course.loss, name=say("loss of each batch"), line={"color": FAINT, "width": 1})
    for at, timestep in enumerate(begin.timesteps):
        figure.add_scatter(
            x=[probe.update for probe in probes],
            y=[probe.held[at] for probe in probes],
            name=say("held out, {share:.0%} noise", share=float(begin.b[timestep]) ** 2),
            line={"color": NOISE, "width": 2, "dash": DASHES[at % len(DASHES)]},
        )
    figure.update_layout(
        title={"text": say("Loss at random strength, error at fixed strength"), "font": {"size": 15}},
        template="plotly_white",
        font={"color": INK, "size": 12},
        width=760,
        height=400,
        margin={"l": 64, "r": 16, "t": 48, "b": 48},
        hovermode="x unified",
    )
    figure.update_xaxes(title=say("updates"), showgrid=False, zeroline=False)
    stand = course.loss[standing(course, every(said, Diverged))]
    seen = [*stand.tolist(), *(error for probe in probes for error in probe.held)]
    ends = np.log10([0.9 * min(seen), 1.1 * max(seen)]).tolist()
    figure.update_yaxes(title=say("mean square error"), type="log", range=ends)
    return figure


def distances(*explorers: TrainingExplorer) -> go.Figure:
    """Draw how far samples are from the training set: near nothing where they are copies.

    Args:
        explorers: of trainings to stand beside each other, such as one of 8 pictures and one of 1,000.

    Returns:
        A figure with a box for each, of all its newest samples: the root mean square of what sets them apart from the nearest of the training
        set. A dash across it is how far held-out data are, in the mean.

    Raises:
        ValueError: there is none, or one of them has drawn nothing yet.
    """
    import plotly.graph_objects as go

    if not explorers:
        raise ValueError(say("there is no training to draw; give one explorer or several, as distances(tiny, large)"))
    figure = go.Figure()
    names, held = [], []
    for at, explorer in enumerate(explorers):
        said = explorer.recorded
        begin, sheets = first(said, Begin), every(said, Sheet)
        if begin is None or not sheets:
            raise ValueError(say("explorer {number} has drawn no samples yet; call explorer.wait() first", number=at + 1))
        sheet = sheets[-1]
        of = plural("{count} training example", "{count} training examples", begin.request.count)
        after = plural("{count} update", "{count} updates", sheet.update)
        names.append(f"{of}<br>{after}" + "\u200b" * at)  # two of the same size stand beside each other, too
        held.append(sheet.held)
        figure.add_box(
            y=sheet.distances,
            x=[names[-1]] * len(sheet.distances),
            name=of,
            boxpoints="all",
            jitter=0.4,
            pointpos=0,
            line={"color": NOISE},
            fillcolor="rgba(0, 0, 0, 0)",
            showlegend=False,
        )
    dash = {"symbol": "line-ew", "size": 80, "line": {"width": 2, "color": INK}}
    figure.add_scatter(x=names, y=held, mode="markers", marker=dash, name=say("held-out data, in the mean"))
    figure.update_layout(
        title={"text": say("How far samples are from the nearest training example"), "font": {"size": 15}},
        template="plotly_white",
        font={"color": INK, "size": 12},
        width=260 + 160 * len(explorers),
        height=420,
        legend={"orientation": "h", "y": -0.2},
        margin={"l": 64, "r": 16, "t": 48, "b": 48},
    )
    figure.update_yaxes(title=say("root mean square of the differences"), rangemode="tozero")
    return figure
