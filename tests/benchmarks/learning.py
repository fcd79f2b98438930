"""What learning live costs beside the bare generator of `diffexplain.learn`, and how soon there is something to see.

``python tests/benchmarks/learning.py [--out FILE.json] [--rounds 3] [--updates 60] [--only training]``. The base pulls updates from the
generator, on the same network and the same batches, and tells nobody; the other arm is an explorer that goes on by as many. Bar: at
least 0.85 of the base's updates a second, on one thread, in the midst of a run: the explorer has many updates behind it, and a round
holds whole looks. What is looked at counts among live: fine-tuning draws six pictures at every look; a third arm looks at nothing, and
says what the rest of an explorer costs. Seconds to see something count from the call that makes the explorer, in a fresh process that has
imported nothing but the package. The name of an explorer of learning, and how its generator is made, stand in `LEARNERS`.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import threading
import time
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple
from unittest import mock

import harness

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

BAR = 0.85


def contrastive() -> Iterator[Any]:
    """Updates of a CLIP with the explorer's defaults, its batches drawn as there."""
    import numpy as np
    import torch

    from diffexplain import learn
    from diffexplain.explorers.contrastive.request import ContrastiveLive, ContrastiveRequest
    from diffexplain.explorers.contrastive.world import world_of
    from diffexplain.explorers.small_clip import fresh

    request, live = ContrastiveRequest(), ContrastiveLive()
    world = world_of(request.seed, request.pictures, request.captions)
    world.pixels(np.arange(request.pictures))  # painting is no part of learning
    torch.manual_seed(0)
    network, draw = fresh(world.tokens, request.dimensions), np.random.default_rng(0)

    def batches() -> Iterator[Any]:
        while True:
            rows = draw.choice(request.pictures, live.batch, replace=False)
            yield learn.contrastive.Batch(world.pixels(rows), world.texts(rows))

    return learn.contrastive.train(network, batches(), learn.optimizers.adamw(network, live.rate))


def of_session(class_name: str) -> Iterator[Any]:
    """Updates of a session of the explorer that was begun and is pulled from by nobody else: it looks at nothing and tells nothing."""
    import diffexplain as dx

    explorer = getattr(dx, class_name)(goal=1).wait(600)
    return explorer._sessions.read(lambda session: session.updating)  # type: ignore[no-any-return]


class Learner(NamedTuple):
    """An explorer of learning: its class, its updates without it, the kind of message that can be seen, and updates of a round."""

    explorer: str
    bare: Callable[[], Iterator[Any]]
    seen: str
    updates: int


def _learner(explorer: str, seen: str, updates: int) -> Learner:
    return Learner(explorer, partial(of_session, explorer), seen, updates)


LEARNERS = {
    "contrastive": Learner("ContrastiveExplorer", contrastive, "moment", 100),
    "training": _learner("TrainingExplorer", "sheet", 240),
    "generative": _learner("GenerativeModelsExplorer", "look", 120),
    "finetune": _learner("FineTuneExplorer", "look", 20),
}


def measured(name: str, updates: int, rounds: int) -> dict[str, list[float]]:
    """Seconds of so many updates: bare, live, and live with nobody who looks."""
    import diffexplain as dx

    learner = LEARNERS[name]
    source = learner.bare()
    explorer = getattr(dx, learner.explorer)(goal=1).wait(300)
    explorer.resume(4 * updates - 1).wait(600)  # what is done once is done, and looks come as in the midst of a run

    def pull() -> None:
        for _ in islice(source, updates):
            pass

    def live() -> None:
        explorer.resume(updates).wait(300)

    def unseen() -> None:
        with mock.patch.object(sys.modules[type(explorer).__module__], "is_due", return_value=False):
            live()

    seconds = harness.interleave({harness.BASE: pull, "live": live, "unseen": unseen}, rounds, warmup=1)
    explorer.close()
    return seconds


def first_sights(name: str) -> dict[str, float]:
    """Seconds from making an explorer to what it shows before learning, and to what it shows after some of it."""
    import torch

    import diffexplain as dx

    torch.set_num_threads(1)
    learner = LEARNERS[name]
    seen: list[float] = []
    twice = threading.Event()
    start = time.perf_counter()
    explorer = getattr(dx, learner.explorer)()

    def hear(message: Any) -> None:
        if message.kind == learner.seen:
            seen.append(time.perf_counter() - start)
        if len(seen) == 2:
            twice.set()

    explorer.on_message(hear)
    assert twice.wait(300)
    explorer.close()
    return {"first picture": seen[0], "first learned": seen[1]}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", help="write the figures here as JSON")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--updates", type=int, help="of a round; as many as stand in LEARNERS if left out")
    parser.add_argument("--only", choices=LEARNERS, help="measure one of them alone")
    parser.add_argument("--first", choices=LEARNERS, help="be one of the fresh processes")
    options = parser.parse_args()
    if options.first:
        print(json.dumps(first_sights(options.first)))
        return
    import torch

    torch.set_num_threads(1)
    tables: dict[str, Any] = {}
    raw: dict[str, Any] = {}
    for name in [options.only] if options.only else LEARNERS:
        updates = options.updates or LEARNERS[name].updates
        seconds = measured(name, updates, options.rounds)
        table = harness.ratios(seconds)
        command = [sys.executable, __file__, "--first", name]
        outputs = [subprocess.run(command, capture_output=True, text=True, check=True, timeout=600).stdout for _ in range(3)]
        sights = [json.loads(output.splitlines()[-1]) for output in outputs]
        first = {sight: statistics.median(each[sight] for each in sights) for sight in sights[0]}
        speed, unseen = (1 / table[arm]["ratio"] for arm in ("live", "unseen"))
        print(f"{name}: {updates} updates, {options.rounds} rounds\n{harness.show(table)}")
        print(
            f"live makes {speed:.2f} of the bare generator's updates a second (bar {BAR}), {unseen:.2f} where nobody looks; {first}"
        )
        tables[name], raw[name] = {**table, "speed": speed, "unseen": unseen, "first": first, "updates": updates}, seconds
    if options.out:
        harness.write(options.out, tables, raw)


if __name__ == "__main__":
    main()
