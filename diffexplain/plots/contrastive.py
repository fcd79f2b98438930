"""A CLIP in training as a Plotly figure: which held-out pairs find each other, and its loss beside chance."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from diffexplain.explorers.contrastive.messages import Begin, Moment
from diffexplain.explorers.still import every, first
from diffexplain.i18n import plural, say
from diffexplain.plots.similarity import SCALE

if TYPE_CHECKING:
    import plotly.graph_objects as go

    from diffexplain.explorers.contrastive.explorer import ContrastiveExplorer

INK, SEEN, HELD, FAINT = "#1f2328", "#0b7a6c", "#5b3fb5", "#8a939e"  # the explorer's, in its light theme


def contrastive(explorer: ContrastiveExplorer) -> go.Figure:
    """Draw what a contrastive training has come to (Radford et al. 2021, figure 3).

    Args:
        explorer: one that has begun; where it stands is drawn.

    Returns:
        A figure of two parts: cosines of the held-out pictures, rows from top to bottom, with their texts, the right ones on the diagonal;
        and the loss of held-out pairs and of pairs that it learns from over the updates, beside that of guessing, ln N.

    Raises:
        ValueError: nothing has come of it yet.
    """
    import plotly.graph_objects as go
    from plotly.subplots import make_subplots

    said = explorer.recorded
    begin, moments = first(said, Begin), every(said, Moment)
    if begin is None or not moments:
        raise ValueError(say("nothing was trained yet, so there is nothing to draw; call explorer.wait() first"))
    now, count = moments[-1], len(begin.captions)
    matrix = plural("Cosines after {count} update", "Cosines after {count} updates", now.update)
    figure: go.Figure = make_subplots(cols=2, column_widths=[0.42, 0.58], subplot_titles=[matrix, say("Contrastive loss")])
    heat = go.Heatmap(
        z=now.cosines.values,
        customdata=[begin.captions] * count,
        hovertemplate="%{y} · %{customdata}: %{z:.2f}<extra></extra>",
        y=begin.captions,
        colorscale=SCALE,
        zmin=0,
        showscale=False,
    )
    figure.add_trace(heat, 1, 1)
    updates = [moment.update for moment in moments]
    for name, losses, colour in (
        (say("learned from"), [moment.seen.loss for moment in moments], SEEN),
        (say("held out"), [moment.held.loss for moment in moments], HELD),
    ):
        figure.add_trace(go.Scatter(x=updates, y=losses, name=name, line={"color": colour, "width": 2}), 1, 2)
    chance = math.log(count)
    words = say("chance: ln {count} = {chance:.2f}", count=count, chance=chance)
    figure.add_hline(y=chance, line={"color": FAINT, "dash": "dot"}, annotation_text=words, row=1, col=2)
    figure.update_layout(
        template="plotly_white",
        font={"color": INK, "size": 12},
        width=900,
        height=420,
        margin={"l": 16, "r": 16, "t": 48, "b": 48},
    )
    figure.update_xaxes(title=say("{count} texts", count=count), showticklabels=False, row=1, col=1)
    pictures = say("{count} pictures", count=count)
    figure.update_yaxes(title=pictures, autorange="reversed", showticklabels=False, scaleanchor="x", row=1, col=1)
    figure.update_xaxes(title=say("updates"), showgrid=False, row=1, col=2)
    figure.update_yaxes(rangemode="tozero", row=1, col=2)
    return figure
