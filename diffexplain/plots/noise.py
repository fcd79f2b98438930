"""Noise schedules on one axis, and the values of a picture on their way to a Gaussian, as Plotly figures."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import torch

from diffexplain.core import noising
from diffexplain.core.noising import NAMES, TRAINING_STEPS, Schedule
from diffexplain.core.numerals import whole_number
from diffexplain.errors import ScheduleError
from diffexplain.explorers import checks
from diffexplain.explorers.noise.picture import in_pixels
from diffexplain.explorers.shelf import Shelf
from diffexplain.i18n import say

if TYPE_CHECKING:
    from collections.abc import Sequence

    import plotly.graph_objects as go

    from diffexplain.core.pictures import Source

INK, SOFT, SIGNAL, NOISE = "#1f2328", "#5b6470", "#0b7a6c", "#9a6200"  # the explorer's, in its light theme
DASHES = ("solid", "dash", "dot", "dashdot", "longdash")
_REACH = 12.0  # of log-SNR that is drawn; both ends of a flow are infinite
_VALUES = (-3.5625, 3.5625, 57)  # from, to, bins: white and black, 1 and -1, are in the middle of one


def schedules(
    names: Sequence[str | Schedule] = NAMES,
    *,
    steps: int = TRAINING_STEPS,
    beta_start: float | None = None,
    beta_end: float | None = None,
) -> go.Figure:
    """Draw how noisy each schedule is over its steps.

    Args:
        names: of schedules, or schedules that `diffexplain.core.noising.schedule` made.
        steps: of those that are named, 1 to 1000.
        beta_start: first beta of those that are named and have a range; None for the usual one.
        beta_end: last beta.

    Returns:
        A figure with a line for each schedule: log-SNR over the share of its steps, from the clean picture.

    Raises:
        ScheduleError: a value is not allowed.
    """
    import plotly.graph_objects as go

    given = [names] if isinstance(names, (str, Schedule)) else list(names)
    levels = [one if isinstance(one, Schedule) else noising.schedule(one, steps, beta_start, beta_end) for one in given]
    figure = go.Figure()
    for at, one in enumerate(levels):
        course = one.log_snr.numpy()
        figure.add_scatter(
            x=np.arange(1, one.steps + 1) / one.steps,
            y=np.where(np.isfinite(course), course, np.nan),
            name=one.name,
            mode="lines+markers" if one.steps == 1 else "lines",
            line={"color": INK if at == 0 else SOFT, "width": 2.5 if at == 0 else 1.5, "dash": DASHES[at % len(DASHES)]},
            hovertemplate="%{x:.0%}: %{y:.2f}",
        )
    figure.add_hrect(0, _REACH, fillcolor=SIGNAL, opacity=0.07, line_width=0, layer="below")
    figure.add_hrect(-_REACH, 0, fillcolor=NOISE, opacity=0.07, line_width=0, layer="below")
    _lay(figure, say("Noise schedules on one axis"))
    figure.update_xaxes(title=say("share of the way, from the picture to the last step"), tickformat=".0%", range=[0, 1])
    figure.update_yaxes(title=say("log-SNR: more picture above 0, more noise below"), range=[-_REACH, _REACH])
    return figure


def histogram(
    picture: Source = "gallery:0",
    *,
    schedule: str | Schedule = "linear",
    steps: Sequence[int] = (0, 100, 250, 500, 1000),
    seed: int = 0,
) -> go.Figure:
    """Draw how the values of a picture, -1 to 1 at first, become a Gaussian along the chain.

    Args:
        picture: what `diffexplain.NoiseExplorer` takes, without a prompt.
        schedule: one, or its name.
        steps: of the chain, 0 for the picture itself, up to the schedule's last.
        seed: decides all noises.

    Returns:
        A figure with a line for each step, the density of its values, and the exact Gaussian.

    Raises:
        PictureError: it is no picture.
        ScheduleError: there is no such schedule or step.
    """
    import plotly.graph_objects as go

    one = schedule if isinstance(schedule, Schedule) else noising.schedule(schedule)
    wrong = [step for step in steps if (whole := whole_number(step)) is None or not 0 <= whole <= one.steps]
    if wrong:
        raise ScheduleError(say("the step must be 0 to {most}, not {value}", most=one.steps, value=wrong[0]))
    seed, steps = checks.seed("seed", seed), [int(step) for step in steps]
    shelf = Shelf()
    x0 = in_pixels(shelf.get(shelf.reference(picture))).x0
    walked = {0: x0}
    if any(steps):
        noise = torch.Generator("cpu").manual_seed(seed)
        walked |= {noised.step: noised.x for noised in noising.chain(x0, one, noise) if noised.step in set(steps)}
    low, high, bins = _VALUES
    middles = np.linspace(low, high, bins, endpoint=False) + (high - low) / bins / 2
    figure = go.Figure()
    for at, step in enumerate(steps):
        share = at / max(1, len(steps) - 1)
        counts, _ = np.histogram(walked[step].numpy(), bins, (low, high))
        figure.add_scatter(
            x=middles,
            y=counts * bins / (high - low) / x0.numel(),
            name=say("step {step} of {steps}", step=step, steps=one.steps) if step else say("the picture"),
            mode="lines",
            line={"color": _mix(SIGNAL, NOISE, share), "width": 1.5, "shape": "hvh"},
        )
    curve = np.linspace(low, high, 201)
    exact = np.exp(-(curve**2) / 2) / np.sqrt(2 * np.pi)
    figure.add_scatter(
        x=curve, y=exact, name=say("exact Gaussian"), mode="lines", line={"color": INK, "width": 2, "dash": "dot"}
    )
    _lay(figure, say("Values on their way to a Gaussian"))
    figure.update_xaxes(title=say("value"), range=[low, high])
    figure.update_yaxes(title=say("density"), range=[0, 1])
    return figure


def _lay(figure: go.Figure, title: str) -> None:
    figure.update_layout(
        title={"text": title, "font": {"size": 15}},
        template="plotly_white",
        font={"color": INK, "size": 12},
        width=760,
        height=400,
        margin={"l": 64, "r": 16, "t": 48, "b": 48},
        hovermode="x unified",
    )
    figure.update_xaxes(showgrid=False, zeroline=False)
    figure.update_yaxes(zeroline=True, zerolinecolor="#d9dee4")


def _mix(start: str, end: str, share: float) -> str:
    pairs = [(int(start[at : at + 2], 16), int(end[at : at + 2], 16)) for at in (1, 3, 5)]
    return "#" + "".join(f"{round(one + share * (other - one)):02x}" for one, other in pairs)
