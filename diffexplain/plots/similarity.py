"""Texts by pictures as a Plotly heatmap, the pictures above their columns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from diffexplain.core.similarity import READINGS, cosine, read_as
from diffexplain.explorers import checks
from diffexplain.explorers.pictures import address, jpeg
from diffexplain.explorers.shelf import Shelf
from diffexplain.explorers.similarity import fields
from diffexplain.i18n import say
from diffexplain.models.clip import Clip, bundled_clip, load_clip

if TYPE_CHECKING:
    from collections.abc import Sequence
    from os import PathLike

    import plotly.graph_objects as go
    from PIL import Image

    from diffexplain.core.similarity import Reading

CELL, MARGIN, THUMBNAIL = 56, 230, 96  # px
LINE, LINES = 34, 3  # of a text at the side
SCALE = [[0, "#f1f4f9"], [0.5, "#8db4dc"], [1, "#0f3a72"]]  # the explorer's, in its light theme


def similarity(
    texts: Sequence[str],
    images: Sequence[Image.Image | str | PathLike[str]],
    *,
    clip: Clip | str | PathLike[str] | None = None,
    show: Reading = "cosine",
) -> go.Figure:
    """Draw how near each text is to each picture.

    Args:
        texts: 1 to 64, rows of the figure.
        images: 1 to 64 pictures or their paths, or ``gallery:12`` of ``dx.scenes.gallery``; columns of the figure.
        clip: what `diffexplain.models.clip.load_clip` takes; None for the bundled one.
        show: "cosine"; "scaled", times the temperature; "softmax_rows", each picture's texts sum to 1; "softmax_columns", each text's
            pictures sum to 1. Rows and columns are those of the model's own ``logits_per_image``.

    Returns:
        A figure whose only trace is a heatmap with ``z`` of (texts, pictures).

    Raises:
        ValueError: a value is not allowed, e.g. an empty list.
        ModelError: the CLIP can't be used.
    """
    import plotly.graph_objects as go

    shelf = Shelf()
    said = fields.texts("texts", texts)
    pictures = [shelf.get(shelf.reference(image)) for image in fields.several("images", images, fields.PICTURES)]
    reading: Reading = checks.choice("show", show, READINGS)  # type: ignore[assignment]
    model = bundled_clip() if clip is None else load_clip(clip)
    values = read_as(cosine(model.embed_pictures(pictures), model.embed_texts(said)), model.temperature, reading).T.numpy()
    rows, columns = values.shape
    names = [_wrapped(text) for text in said]
    heat = go.Heatmap(
        z=values,
        x=list(range(columns)),
        y=list(range(rows)),
        colorscale=SCALE,
        zmin=0 if reading != "scaled" and values.max() > 0 else None,
        zmax=1 if reading.startswith("softmax") else None,
        texttemplate="%{z:.2f}"
        if max(rows, columns) <= 16 and reading != "scaled"
        else "%{z:.1f}"
        if max(rows, columns) <= 16
        else None,
        xgap=2,
        ygap=2,
        customdata=[[text] * columns for text in names],
        hovertemplate="%{customdata}<br>%{z:.3f}<extra></extra>",
        colorbar={"title": _unit(reading), "thickness": 10, "outlinewidth": 0},
    )
    figure = go.Figure(heat)
    for at, picture in enumerate(pictures):
        figure.add_layout_image(_above(picture, at))
    figure.update_xaxes(visible=False, range=[-0.5, columns - 0.5])
    figure.update_yaxes(
        range=[rows - 0.5, -1.5], tickvals=list(range(rows)), ticktext=names, showgrid=False, zeroline=False, ticks=""
    )
    width, height = MARGIN + CELL * columns + 110, CELL * (rows + 1) + 40
    figure.update_layout(width=width, height=height, margin={"l": MARGIN, "r": 10, "t": 20, "b": 20}, template="plotly_white")
    return figure


def _above(picture: Image.Image, at: int) -> dict[str, Any]:
    """Draw a picture over the first row, one cell in size."""
    source = address(jpeg(picture, THUMBNAIL))
    place = {"xref": "x", "yref": "y", "x": at, "y": -1, "xanchor": "center", "yanchor": "middle"}
    return {"source": source, "sizex": 0.94, "sizey": 0.94, "sizing": "contain", "layer": "above", **place}


def _unit(reading: Reading) -> str:
    return {
        "cosine": say("cosine"),
        "scaled": say("cosine × temperature"),
        "softmax_rows": say("share of each picture’s texts"),
        "softmax_columns": say("share of each text’s pictures"),
    }[reading]


def _wrapped(text: str) -> str:
    """Write a text as a label of at most three lines. Plotly reads labels as markup, so what is markup there is escaped."""
    import html
    import textwrap

    lines = textwrap.wrap(text, LINE) or [""]
    if len(lines) > LINES:
        lines = [*lines[: LINES - 1], f"{lines[LINES - 1][: LINE - 1]}…"]
    return "<br>".join(html.escape(line, quote=False) for line in lines)
