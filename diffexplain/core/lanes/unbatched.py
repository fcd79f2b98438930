"""Lanes of pipelines whose loop is their own: each runs in its pipeline, recorded, and is pulled along step by step."""

from __future__ import annotations

import functools
import threading
from contextlib import suppress
from contextvars import copy_context
from typing import TYPE_CHECKING, Any

import torch

from diffexplain.core import threads
from diffexplain.core.lanes.calls import call_for
from diffexplain.core.recorder import recorded
from diffexplain.core.samplers import fresh
from diffexplain.core.trace import Trace

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from diffexplain.core.attention import Listener
    from diffexplain.core.fingerprint import Fingerprint
    from diffexplain.core.lanes.lane import Lane


class Unbatched:
    """A lane in its own pipeline.

    Attributes:
        trace: The record, which fills while `steps` is pulled; an empty one before.
        networks: What the pipeline's networks are like, without the lane's own LoRA weights.
        listen: Makes what listens to the denoiser's attention; None for nothing.
    """

    def __init__(self, lane: Lane, pipe: Any, networks: Fingerprint, *, decode: bool) -> None:
        self.lane, self.pipe, self.networks = lane, pipe, networks
        self.call = call_for(lane, pipe)
        self.more = {} if decode else {"output_type": "latent"}
        self.trace = Trace(prompt=lane.prompt, negative_prompt=lane.negative_prompt, seed=int(lane.seed))
        self.listen: Callable[[torch.nn.Module], Listener] | None = None

    @property
    def kind(self) -> tuple[Any, ...]:
        """The same for lanes whose denoiser is asked the same at every step, in other words and from other noise."""
        lane = self.lane
        size = getattr(lane.image, "size", (lane.height, lane.width))
        options = (
            (name, tuple(value.shape) if torch.is_tensor(value) else repr(value)) for name, value in lane.options.items()
        )
        return size, lane.guidance > 1, tuple(sorted(options))

    def planned(self) -> int:
        """Return how many steps the run will have, as far as can be known before it begins."""
        lane, scheduler = self.lane, fresh(self.call.pipeline.scheduler)
        given = (lane.options.get(name) for name in ("timesteps", "sigmas"))
        steps = next((len(values) for values in given if values is not None), lane.steps)
        with suppress(ValueError, TypeError):  # then the pipeline knows how to ask it
            scheduler.set_timesteps(steps, **({"mu": 1.0} if scheduler.config.get("use_dynamic_shifting") else {}))
            steps = len(scheduler.timesteps)
        return steps if lane.image is None else int(steps * lane.strength)

    def steps(self) -> Iterator[None]:
        """Yield after every step; when it ends, the picture is there. Closing it leaves the pipeline at once."""
        turns = _Turns(lambda: self.call(**self.more))
        with recorded(Trace(), self.call.pipeline, self.listen, lambda _: turns.wait()) as self.trace:
            for _ in turns:
                self._settle()
                yield
            self._settle()

    def _settle(self) -> None:
        """Have the run come from the user's pipeline, not from the copy that is forgotten afterwards."""
        if self.lane.mixing is not None:
            self.trace.origin = None
        if self.trace.origin is not None:
            self.trace.origin = self.trace.origin.within(self.pipe, lora=self.lane.lora, networks=self.networks)


class _LeftError(Exception):
    """Nobody asks for further steps."""


class _Turns:
    """A function that is run on a thread of its own and stops at every `wait` until it is asked to go on; never both at once."""

    def __init__(self, run: Callable[[], object]) -> None:
        self.run = run
        self.mine, self.theirs = threading.Semaphore(0), threading.Semaphore(0)
        self.left = self.ended = False
        self.failure: BaseException | None = None

    def wait(self) -> None:
        threads.let_go()  # two teams of all cores slow each other, an idle one the other too
        self.mine.release()
        self.theirs.acquire()
        if self.left:
            raise _LeftError

    def __iter__(self) -> Iterator[None]:
        work = functools.partial(copy_context().run, self._work)
        thread = threading.Thread(target=work, name="diffexplain-lane", daemon=True)
        thread.start()
        try:
            while True:
                threads.let_go()
                self.theirs.release()
                self.mine.acquire()
                if self.ended:
                    break
                yield
        finally:
            self.left = True
            self.theirs.release()
            thread.join()
        if self.failure is not None:
            raise self.failure

    def _work(self) -> None:
        threads.follow()
        self.theirs.acquire()
        try:
            if not self.left:
                self.run()
        except _LeftError:
            pass
        except BaseException as error:  # noqa: BLE001 it is raised again where the steps are pulled
            self.failure = error
        finally:
            self.ended = True
            self.mine.release()
