"""Train a stage up to a budget: log, look at held-out pictures, keep checkpoints, go on after a kill."""

from __future__ import annotations

from time import perf_counter
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import torch

from diffexplain.errors import SessionError, TrainingError
from diffexplain.learn import precision, rates
from diffexplain.training.course import checkpoint
from diffexplain.training.course.budget import Budget
from diffexplain.training.course.log import Log
from diffexplain.training.workspace import replacing

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from diffexplain.learn import Session, Update
    from diffexplain.training.stages.stage import Stage

Start: TypeAlias = Literal["checkpoint", "weights", "fresh"]
_ENOUGH = 5  # updates after which the time that is left can be estimated


def train(
    stage: Stage,
    report: Callable[[str], None],
    *,
    hours: float | None = None,
    start: Start = "fresh",
    on_update: Callable[[Update], None] | None = None,
) -> Session:
    """Train until the budget is used up.

    A checkpoint whose budget is not used up is always gone on with, whatever is asked: it is what a kill left behind.

    Args:
        stage: what to train.
        report: is given a line now and then.
        hours: how long to train on; None for the whole course from the start.
        start: where to begin if nothing was left unfinished: from the last checkpoint with its optimizers, from the weights alone,
            or anew.
        on_update: called after each update; what it raises ends training as a kill would.

    Raises:
        TrainingError: there is nothing to start from.
    """
    stage.prepare(report)
    session, budget = _begin(stage, hours, start, report)
    log = Log(stage.workspace.log(stage.name))
    log.cut(session.samples) if session.samples else log.begin()
    if budget.share(session.samples, session.seconds) < 1:
        _work_off(stage, session, budget, log, report, on_update)
    return session


def _begin(stage: Stage, hours: float | None, start: Start, report: Callable[[str], None]) -> tuple[Session, Budget]:
    path = stage.workspace.checkpoint(stage.name)
    state = checkpoint.read(path) if path.exists() else None
    if state is not None:
        budget = Budget(**state["budget"])
        unfinished = budget.share(state["samples"], state["seconds"]) < 1
        if unfinished or hours is None or start == "checkpoint":
            session = stage.session(stage.load(_weights(stage)))
            _restore(session, state, stage)
            report(f"{stage.name}: {'going on from' if unfinished or hours else 'done before,'} {session.samples:,} samples")
            return session, budget if unfinished or hours is None else _for_hours(session, hours)
    if start == "checkpoint":
        raise TrainingError(f"There is no checkpoint {path}. Begin from the weights that ship, with --from shipped.")
    network = stage.load(stage.workspace.require(_weights(stage), stage.name)) if start == "weights" else stage.fresh()
    session = stage.session(network)
    return session, Budget(stage.course.samples, None) if hours is None else _for_hours(session, hours)


def _restore(session: Session, state: dict[str, Any], stage: Stage) -> None:
    if state["mark"] != stage.mark:
        raise TrainingError(
            f"The checkpoint was made with other settings ({state['mark']}; now {stage.mark}). Use those, or move it away."
        )
    try:
        session.restore(state)
    except SessionError as error:
        raise TrainingError(f"The checkpoint does not fit this network; move it away. {error.__cause__}") from error


def _for_hours(session: Session, hours: float) -> Budget:
    return Budget(None, session.seconds + 3600 * hours, session.samples, session.seconds)


def _work_off(
    stage: Stage,
    session: Session,
    budget: Budget,
    log: Log,
    report: Callable[[str], None],
    on_update: Callable[[Update], None] | None,
) -> None:
    if session.dtype is None:
        session.dtype = _choose_dtype(stage, report)
    course, begun, announced = stage.course, session.samples, False
    kept = clock = perf_counter()

    def rate(samples: int) -> float:
        risen = rates.warm_up(samples - budget.from_samples, course.warm_up)
        return risen * stage.rate(budget.share(samples, session.seconds))

    loop = stage.loop(session, average=session.average, rate=rate, dtype=session.dtype, samples=session.samples)
    session.network.train()
    first = session.seconds
    for update in loop:
        now = perf_counter()
        session.seconds += now - clock
        before, session.samples = session.samples, update.samples
        share = budget.share(session.samples, session.seconds)
        if on_update is not None:
            on_update(update)
        if not announced and session.samples - begun >= _ENOUGH * course.batch:
            announced = True
            report(_expected(stage, budget, session, begun, first))
        if _passed(before, session.samples, course.log_every) or share >= 1:
            log.add(**_line(session, update))
        if _passed(before, session.samples, course.held_out_every) or share >= 1:
            figures = look(stage, session)
            log.add(samples=session.samples, seconds=round(session.seconds, 2), held_out=figures)
            report(f"{stage.name}: {session.samples:,} samples, loss {update.loss:.4f}, {_words(figures)}")
        if share >= 1 or perf_counter() - kept > stage.settings.keep_seconds:
            keep(stage, session, budget)
            kept = perf_counter()
        if share >= 1:
            break
        clock = perf_counter()


def look(stage: Stage, session: Session) -> dict[str, float]:
    """Compute held-out figures of the averaged weights."""
    with torch.no_grad():
        return {name: round(value, 5) for name, value in stage.held_out(session.average.network).items()}


def keep(stage: Stage, session: Session, budget: Budget) -> None:
    """Write the averaged weights, then the checkpoint."""
    stage.finish(session.average.network)
    with replacing(_weights(stage)) as folder:
        stage.save(session.average.network, folder)
    state = {"mark": stage.mark, "budget": vars(budget), **session.state()}
    checkpoint.write(stage.workspace.checkpoint(stage.name), state)


def _choose_dtype(stage: Stage, report: Callable[[str], None]) -> torch.dtype:
    """Choose it by timing updates of a session that is thrown away, so that the real one stays where it was."""
    trial = stage.session(stage.fresh())
    loops = {dtype: stage.loop(trial, dtype=dtype) for dtype in (torch.float32, torch.bfloat16)}
    chosen = precision.choose(lambda dtype: next(loops[dtype]), stage.device, repeats=1)
    timed = ", ".join(f"{name} {seconds:.2f} s" for name, seconds in chosen.seconds.items())
    report(f"{stage.name}: {str(chosen.dtype).removeprefix('torch.')}" + (f" ({timed} an update)" if timed else ""))
    return chosen.dtype


def _weights(stage: Stage) -> Path:
    return stage.workspace.weights(stage.name)


def _passed(before: int, after: int, every: int) -> bool:
    return before // every < after // every


def _line(session: Session, update: Update) -> dict[str, Any]:
    figures = {"loss": update.loss, **update.parts, "gradient": update.gradient, "rate": update.rate}
    rounded = {name: float(f"{value:.5g}") for name, value in figures.items()}
    return {"samples": session.samples, "seconds": round(session.seconds, 2), **rounded}


def _expected(stage: Stage, budget: Budget, session: Session, begun: int, first: float) -> str:
    speed = (session.samples - begun) / max(1e-9, session.seconds - first)
    left = (
        (budget.samples - session.samples) / speed if budget.samples is not None else (budget.seconds or 0.0) - session.seconds
    )
    return f"{stage.name}: {speed:.0f} samples a second, about {_duration(left)} to go"


def _duration(seconds: float) -> str:
    minutes = seconds / 60
    if minutes < 1.5:
        return f"{max(0, round(seconds))} s"
    return f"{minutes:.0f} min" if minutes < 90 else f"{minutes / 60:.1f} h"


def _words(figures: dict[str, float]) -> str:
    return ", ".join(f"{name.replace('_', ' ')} {value:.4g}" for name, value in figures.items())
