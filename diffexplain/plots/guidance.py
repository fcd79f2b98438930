"""Agreement with the sentence and clipped colours over the guidance scale, as a Plotly figure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from diffexplain.explorers import checks, pipelines
from diffexplain.explorers.guidance.beside import draw_scales
from diffexplain.explorers.guidance.explorer import GuidanceExplorer
from diffexplain.explorers.guidance.messages import Scales
from diffexplain.explorers.guidance.request import FEWEST, MOST, SCALES, GuidanceRequest
from diffexplain.i18n import say
from diffexplain.models.clip import Clip, bundled_clip, load_clip
from diffexplain.models.learned import is_bundled

if TYPE_CHECKING:
    from collections.abc import Sequence
    from os import PathLike

    import plotly.graph_objects as go

INK, TEXT, GUIDANCE = "#1f2328", "#5f43b2", "#b0336c"  # the explorer's, in its light theme


def guidance(
    prompt: str = "a fox",
    pipeline: Any = None,
    *,
    scales: Sequence[float] = SCALES,
    seed: int = 0,
    steps: int = 20,
    clip: Clip | str | PathLike[str] | None = None,
) -> go.Figure:
    """Draw one noise at several guidance scales, and how well the pictures agree with the sentence and how much of them is clipped.

    Args:
        prompt: what to draw.
        pipeline: a diffusers text-to-image pipeline, which is never changed; None for the bundled one.
        scales: 2 to 12, 0 to 100; 0 is the half without the text.
        seed: decides the starting noise.
        steps: of each picture.
        clip: what says how well a picture agrees; None for the bundled one where the pipeline is the bundled one, else for none.

    Returns:
        A figure with the agreement (cosine, left axis; missing without a CLIP) and the share of clipped colours (right axis) over the scale.

    Raises:
        ValueError: a value is not allowed.
        UnfitPipelineError: the pipeline is not fit, or has no unconditional half.
        ModelError: the CLIP can't be used.
    """
    import plotly.graph_objects as go

    pipe = pipelines.bundled() if pipeline is None else pipeline
    GuidanceExplorer.require_fit(pipe)
    given = checks.listed(checks.guidance_scale, FEWEST, MOST)("scales", scales)
    request = GuidanceRequest(
        prompt=checks.text("prompt", prompt),
        seed=checks.seed("seed", seed),
        steps=checks.steps("steps", steps),
        sampler=pipelines.first_choice(pipe),
        scales=sorted(given),
    )
    own = bundled_clip() if is_bundled(pipe) else None
    drawn: list[Any] = []
    draw_scales(pipe, request, own if clip is None else load_clip(clip), drawn.append)
    (done,) = (message for message in drawn if isinstance(message, Scales))
    figure = go.Figure()
    if done.agreement is not None:
        line = {"color": TEXT, "width": 2.5}
        name = say("agreement with the sentence (left)")
        figure.add_scatter(x=request.scales, y=done.agreement, name=name, mode="lines+markers", line=line)
    line = {"color": GUIDANCE, "width": 2.5, "dash": "dash"}
    name = say("clipped colours (right)")
    figure.add_scatter(x=request.scales, y=done.clipped, name=name, mode="lines+markers", line=line, yaxis="y2")
    if done.enough is not None:
        figure.add_vline(
            request.scales[done.enough], line={"color": INK, "width": 1, "dash": "dot"}, annotation_text=say("enough")
        )
    _lay(figure, say("How much guidance is enough: “{prompt}”", prompt=prompt))
    return figure


def _lay(figure: go.Figure, title: str) -> None:
    figure.update_layout(
        title={"text": title, "font": {"size": 15}},
        template="plotly_white",
        font={"color": INK, "size": 12},
        width=760,
        height=400,
        margin={"l": 64, "r": 64, "t": 48, "b": 48},
        hovermode="x unified",
        legend={"orientation": "h", "y": -0.18},
        xaxis={"title": say("guidance scale"), "showgrid": False, "zeroline": False},
        yaxis={"title": say("cosine of picture and sentence"), "color": TEXT},
        yaxis2={
            "title": say("share of values at 0 or 255"),
            "color": GUIDANCE,
            "overlaying": "y",
            "side": "right",
            "tickformat": ".0%",
            "showgrid": False,
            "rangemode": "tozero",
        },
    )
