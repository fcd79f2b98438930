"""Short runs side by side, each from the same weights with something changed: what buys most in the same time?

A short run favours what helps at once, above all a low learning rate; read its figures as a choice among things that are alike in this.
"""

from __future__ import annotations

import json
import shutil
from ast import literal_eval
from dataclasses import asdict, dataclass, fields, is_dataclass, replace
from typing import TYPE_CHECKING, Any

from diffexplain.errors import TrainingError
from diffexplain.training.course.log import Log
from diffexplain.training.course.train import train
from diffexplain.training.settings import NETWORKS
from diffexplain.training.workspace import Workspace, write_whole

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from diffexplain.training.settings import Settings
    from diffexplain.training.stages.stage import Stage

_PICTURES = ("scenes", "derived")


@dataclass(frozen=True)
class Trial:
    """What a short run came to.

    Attributes:
        change: of the settings, as it was asked for; empty for the settings as they are.
        samples: seen in the time.
        seconds: spent in updates.
        held_out: figures of the averaged weights on pictures that are kept apart.
    """

    change: str
    samples: int
    seconds: float
    held_out: dict[str, float]


def trials(
    make: Callable[[Workspace, Settings], Stage],
    workspace: Workspace,
    settings: Settings,
    changes: Sequence[str],
    minutes: float,
    report: Callable[[str], None],
) -> Iterator[Trial]:
    """Run once a change, in their order; runs that were done before are not done again.

    Args:
        make: the stage, of a workspace and settings.
        workspace: whose scenes and weights all runs begin with; a stage that has no weights begins anew.
        settings: to change.
        changes: see `changed`; all are read before the first run begins.
        minutes: of each run.
        report: is given a line now and then.

    Raises:
        TrainingError: a change that can't be made.
    """
    changed_settings = [changed(settings, change) for change in changes]
    for change, other in zip(changes, changed_settings, strict=True):
        name = make(workspace, other).name
        folder = workspace.root / "trials" / name / _slug(change)
        source = f"{change}; {minutes:g} minutes; {other}"
        path = folder / "trial.json"
        done = json.loads(path.read_text()) if path.exists() else {}
        if done.get("source") != source:
            alike = (other.sets, other.latents) == (settings.sets, settings.latents)  # else it makes pictures of its own
            borrowed = [one for one in (*(_PICTURES if alike else ()), "tokenizer", *NETWORKS) if one != name]
            own = _beside(workspace, Workspace(folder), name, borrowed, source)
            report(f"trial: {change or 'as it is'}")
            done = {"source": source, "trial": asdict(_run(make(own, other), change, minutes, report))}
            write_whole(path, json.dumps(done, indent=1))
        yield Trial(**done["trial"])


def changed(settings: Settings, change: str) -> Settings:
    """Change some fields of settings, each a path and a value: "denoiser.rate=3e-4 shares.core=0.7 widths.unet=(64,96,192)".

    Raises:
        TrainingError: there is no such field, or the value is not of its kind.
    """
    for part in change.split():
        path, equals, text = part.partition("=")
        if not equals:
            raise TrainingError(f"{part!r} changes nothing. Write a field and its value: denoiser.rate=3e-4")
        settings = _with(settings, path.split("."), text, path)
    return settings


def _with(whole: Any, path: list[str], text: str, name: str) -> Any:
    first, *rest = path
    inner = whole if isinstance(whole, dict) else {one.name: getattr(whole, one.name) for one in fields(whole)}
    if first not in inner:
        raise TrainingError(f"There is no {name}. There are here: {', '.join(inner)}.")
    before = inner[first]
    if rest and not (isinstance(before, dict) or is_dataclass(before)):
        raise TrainingError(f"There is no {name}: {first} has no parts.")
    value = _with(before, rest, text, name) if rest else _value(text, before, name)
    return {**whole, first: value} if isinstance(whole, dict) else replace(whole, **{first: value})


def _value(text: str, before: Any, name: str) -> Any:
    try:
        value = literal_eval(text)
    except (ValueError, SyntaxError):
        value = text
    if isinstance(before, float) and type(value) is int:
        value = float(value)
    if type(value) is not type(before):
        raise TrainingError(f"{name}={text} is not possible. It is {before!r} now: use a value of that kind.")
    return value


def _beside(shared: Workspace, own: Workspace, name: str, borrowed: Sequence[str], source: str) -> Workspace:
    """Make a workspace that borrows all but the stage's own folder; what a kill left of this very trial stays in it."""
    mark = own.root / "begun.txt"
    if not mark.exists() or mark.read_text() != source:
        shutil.rmtree(own.root, ignore_errors=True)
        own.borrow(shared, *borrowed)
        if shared.weights(name).exists():
            shutil.copytree(shared.weights(name), own.weights(name))
        mark.write_text(source)
    return own


def _run(stage: Stage, change: str, minutes: float, report: Callable[[str], None]) -> Trial:
    weights = stage.workspace.weights(stage.name).exists()
    session = train(stage, report, hours=minutes / 60, start="weights" if weights else "fresh")
    looks = [line["held_out"] for line in Log(stage.workspace.log(stage.name)).lines() if "held_out" in line]
    return Trial(change, session.samples, round(session.seconds, 1), looks[-1])


def _slug(change: str) -> str:
    return "".join(letter if letter.isalnum() or letter in ".=-" else "_" for letter in change) or "as_it_is"
