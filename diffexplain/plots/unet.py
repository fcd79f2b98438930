"""What a network is built of, block by block, as a Plotly figure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from diffexplain.explorers.unet.reading import label_of
from diffexplain.i18n import say
from diffexplain.plots.noise import NOISE, SIGNAL

if TYPE_CHECKING:
    import plotly.graph_objects as go

    from diffexplain.core.anatomy import Anatomy


def blocks(anatomy: Anatomy) -> go.Figure:
    """Draw where a network's parameters are, and where its work is.

    ::

        dx.plots.blocks(explorer.anatomy)

    Args:
        anatomy: of a network, as `UNetExplorer.anatomy` has it.

    Returns:
        A figure with two bars for each part of the network: its share of all parameters, and of all multiply-adds where those
        could be counted.
    """
    import plotly.graph_objects as go

    names = [str(label_of(block.name, block.role)) for block in anatomy.blocks]
    figure = go.Figure()
    total, whole = anatomy.parameters, anatomy.multiply_adds
    parameters = [block.parameters for block in anatomy.blocks]
    figure.add_bar(
        x=names, y=[one / total for one in parameters], customdata=parameters, name=say("parameters"), marker_color=SIGNAL
    )
    if whole:
        costs = [block.multiply_adds or 0 for block in anatomy.blocks]
        figure.add_bar(
            x=names, y=[one / whole for one in costs], customdata=costs, name=say("multiply-adds"), marker_color=NOISE
        )
    figure.update_traces(hovertemplate="%{x}: %{customdata:,} (%{y:.1%})")
    figure.update_layout(template="plotly_white", yaxis={"tickformat": ".0%", "title": say("share of the whole network")})
    return figure
