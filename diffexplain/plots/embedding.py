"""The map of an embedding space, and the way of denoising runs over it, as Plotly figures that stay put."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import numpy as np

from diffexplain.core.modality import PICTURE, TEXT
from diffexplain.i18n import current, say

if TYPE_CHECKING:
    from collections.abc import Sequence

    import plotly.graph_objects as go

    from diffexplain.core.trace import Trace
    from diffexplain.maps.atlas import Atlas

Projection: TypeAlias = Literal["umap", "pca", "gap", "closed"]
COLOURS = ("#3a6fd8", "#cf3b3b", "#d9730d", "#3a8f3c", "#8a4bc4", "#0f8ea5", "#76808d", "#8a6142")
LANES = ("#5f43b2", "#c2410c", "#0b6fa4", "#4d7a12")
_SIGNAL, _TEXT, _NONE = "#0b7a6c", "#5f43b2", "#c3c9d1"


def embedding(atlas: Atlas | None = None, projection: Projection = "umap", colour: str = "concept") -> go.Figure:
    """Draw all points of a map.

    Args:
        atlas: an explorer's ``atlas``; None for the map of the scene world that ships.
        projection: which of its maps: UMAP, PCA, across the gap, or UMAP with the gap closed.
        colour: the category to colour by, such as "concept", "style", "ground" or "kind"; the first there is where the map lacks it.

    Returns:
        One trace for each value of the category and kind, so that the legend filters.

    Raises:
        ValueError: there is no such projection.
    """
    import plotly.graph_objects as go

    found = _atlas(atlas)
    points = _points(found, projection)
    category = next((category for category in found.categories if category.key == colour), found.categories[0])
    names = [getattr(name, current()) for name in category.names]
    figure = go.Figure()
    for value in np.unique(category.values):
        known = value < len(names)
        name = names[value] if known else say("not said")
        shade = _shade(category.key, category.colours, int(value)) if known else _NONE
        for kind in (PICTURE, TEXT):
            (indices,) = np.nonzero((category.values == value) & (found.kinds == kind))
            if not len(indices):
                continue
            symbol = "circle" if kind == PICTURE else "circle-open"
            figure.add_scattergl(
                x=points[indices, 0],
                y=points[indices, 1],
                mode="markers",
                name=str(name) if kind == PICTURE else str(say("{name}, texts", name=name)),
                legendgroup=str(name),
                showlegend=bool(kind == PICTURE or not np.any((category.values == value) & (found.kinds == PICTURE))),
                marker={"color": shade, "size": 6, "symbol": symbol},
                text=[getattr(found.captions[at], current()) for at in indices],
                hovertemplate="%{text}<extra></extra>",
            )
    return _dressed(figure, say("Pictures (full) and texts (hollow) in the space of {clip}", clip=found.clip))


def trajectories(
    traces: Trace | Sequence[Trace],
    vae: Any,
    atlas: Atlas | None = None,
    projection: Projection = "umap",
    clip: Any = None,
) -> go.Figure:
    """Draw the predicted original of each step of recorded runs, as CLIP sees it, on a map.

    Args:
        traces: what `diffexplain.record` gave, one or several.
        vae: of the pipeline that was recorded: its decoder makes pictures of the predicted originals.
        atlas: an explorer's ``atlas``; None for the map of the scene world that ships.
        projection: as for `embedding`.
        clip: the CLIP of the map, as `diffexplain.models.clip.load_clip` takes it; None for the bundled one.

    Raises:
        ValueError: there is no such projection.
    """
    from diffexplain.core.preview import decode, to_pil
    from diffexplain.core.trace import Trace
    from diffexplain.models.clip import bundled_clip, load_clip

    found = _atlas(atlas)
    loaded = bundled_clip() if clip is None else load_clip(clip)
    figure = embedding(found, projection, "kind")
    figure.update_traces(marker={"color": _NONE, "size": 4}, showlegend=False, hoverinfo="skip", hovertemplate=None)
    for number, trace in enumerate([traces] if isinstance(traces, Trace) else traces):
        pictures = [to_pil(decode(step.x0[:1], vae))[0] for step in trace.steps]
        places = found.maps[projection].place(loaded.embed_pictures(pictures).numpy())  # (steps, 2)
        shade = LANES[number % len(LANES)]
        figure.add_scatter(
            x=places[:, 0],
            y=places[:, 1],
            mode="lines+markers",
            name=_name(trace, number),
            line={"color": shade, "width": 2.5},
            marker={"color": shade, "size": [7, *([5] * max(0, len(places) - 2)), 12][-len(places) :]},
            text=[str(say("step {index} of {count}", index=at + 1, count=len(places))) for at in range(len(places))],
            hovertemplate="%{text}<extra>%{fullData.name}</extra>",
            showlegend=True,
        )
    return _dressed(figure, say("Where denoising goes in the space of {clip}", clip=found.clip))


def _atlas(atlas: Atlas | None) -> Atlas:
    from diffexplain.maps.shipped import shipped_atlas

    return shipped_atlas() if atlas is None else atlas


def _points(atlas: Atlas, projection: str) -> Any:
    if projection not in atlas.maps:
        raise ValueError(
            say(
                "projection must be one of {allowed}, not {value}; take one of these",
                allowed=", ".join(atlas.maps),
                value=repr(projection)[:60],
            )
        )
    return atlas.maps[projection].points


def _shade(key: str, colours: Sequence[str], value: int) -> str:
    if colours:
        return colours[value]
    return (_SIGNAL, _TEXT)[value] if key == "kind" else COLOURS[value % len(COLOURS)]


def _name(trace: Trace, number: int) -> str:
    prompt = trace.prompt if isinstance(trace.prompt, str) else " | ".join(trace.prompt or ())
    shown = prompt if len(prompt) <= 40 else f"{prompt[:39]}…"
    label = say("“{prompt}”, seed {seed}", prompt=shown, seed="–" if trace.seed is None else trace.seed)
    return str(label) if shown else str(say("run {number}", number=number + 1))


def _dressed(figure: go.Figure, title: str) -> go.Figure:
    figure.update_layout(
        title={"text": str(title), "font": {"size": 15}},
        template="plotly_white",
        width=860,
        height=560,
        margin={"l": 16, "r": 16, "t": 48, "b": 16},
        legend={"itemsizing": "constant"},
        xaxis={"visible": False},
        yaxis={"visible": False, "scaleanchor": "x"},
    )
    return figure
