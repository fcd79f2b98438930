"""Train a stage on for some hours, and say what it was worth: the figures of before and after, side by side."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from diffexplain.training.course.train import train
from diffexplain.training.evaluation.evaluation import FOR_STAGE, Evaluation

if TYPE_CHECKING:
    from collections.abc import Iterator

    from diffexplain.training.course.train import Start
    from diffexplain.training.stages.stage import Stage


_CEILINGS = frozenset({"scenes", "decoded"})  # the same before and after


@dataclass(frozen=True)
class Change:
    """A figure before and after.

    Attributes:
        name: of the figure, from the outermost to the innermost.
        before: with its interval.
        after: with its interval.
    """

    name: str
    before: str
    after: str


def more(stage: Stage, evaluation: Evaluation, hours: float, start: Start) -> list[Change]:
    """Evaluate, train on, evaluate again.

    Args:
        stage: to train.
        evaluation: of the same workspace.
        hours: how long to train.
        start: "checkpoint" or "weights".
    """
    before = _figures(stage, evaluation)
    train(stage, evaluation.report, hours=hours, start=start)
    return list(changes(before, _figures(stage, Evaluation(**vars_of(evaluation)))))


def vars_of(evaluation: Evaluation) -> dict[str, Any]:
    """Return the fields alone: an evaluation keeps the networks that it has loaded."""
    return {name: getattr(evaluation, name) for name in ("workspace", "settings", "device", "pictures", "report")}


def changes(before: Any, after: Any, name: str = "") -> Iterator[Change]:
    """Compare every figure that both have."""
    if isinstance(before, dict) and isinstance(after, dict):
        if "number" in before:
            yield Change(name, _words(before), _words(after))
            return
        for key in before:
            if key in after and key not in _CEILINGS:
                yield from changes(before[key], after[key], f"{name}, {key}" if name else key)
    elif isinstance(before, float):
        yield Change(name, f"{before:.4g}", f"{after:.4g}")


def _figures(stage: Stage, evaluation: Evaluation) -> dict[str, Any]:
    import torch

    weights = stage.workspace.require(stage.workspace.weights(stage.name), stage.name)
    figures = evaluation.figures(FOR_STAGE.get(stage.name, ()))
    figures.pop("about")
    stage.prepare(evaluation.report)
    with torch.no_grad():
        held_out = stage.held_out(stage.load(weights))
    return {"held out": held_out, **figures}


def _words(figure: dict[str, Any]) -> str:
    value = figure["share" if "share" in figure else "mean"]
    scale, unit = (100, " %") if "share" in figure else (1, "")
    return f"{scale * value:.3g}{unit} ({scale * figure['low']:.3g} to {scale * figure['high']:.3g})"
