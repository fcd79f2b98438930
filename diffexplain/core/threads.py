"""How many of the machine's cores a run's kernels take, where it runs beside somebody's notebook.

Torch computes with OpenMP, and every thread that computes with several cores has a team of its own. Two teams of all cores, a notebook's
and an explorer's, slow each other to less than half even while one of them idles: with more threads than cores their members sleep
between any two small operations, and waking them takes longer than the operation. A single thread has no team. So a run has one
thread, unless a call of its network is clearly faster with more, which is measured. Nothing of this touches other threads:
OpenMP counts for each by itself.

Runs that need no torch don't import it for this.
"""

from __future__ import annotations

import ctypes
import functools
import os
import sys
import time
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from diffexplain.i18n import Words, say

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterator

    import torch

VARIABLE = "DIFFEXPLAIN_THREADS"  # overrules what is measured
CLEARLY = 1.5  # times faster with more threads, or it stays at one
LONG = 1.0  # seconds: a call that takes as long has operations long enough for a team
_ROUNDS = 3
_SOFT = 1  # omp_pause_soft: the team ends, settings stay


@dataclass(frozen=True)
class Choice:
    """How many threads the calls of a network take.

    Attributes:
        network: Its class.
        threads: How many.
        reason: Why.
        one: Seconds of a call with one thread; None where it was not measured.
        more: Seconds of a call with as many as torch has; None where it was not measured.
    """

    network: str
    threads: int
    reason: Words
    one: float | None = None
    more: float | None = None


@dataclass
class _Pace:
    """What holds for a run: how many threads torch would take, and how many it takes now."""

    most: int  # 0: torch was not there yet
    now: int = 1
    all: bool = False  # take as many as the user's own calls, whatever is called


_pace: ContextVar[_Pace | None] = ContextVar("diffexplain_pace", default=None)
_known: WeakKeyDictionary[torch.nn.Module, dict[Hashable, Choice]] = WeakKeyDictionary()  # by network, then by kind of call


@contextmanager
def sparing(most: int) -> Iterator[None]:
    """Have this thread compute alone in this block, or with others where a network gains by it; afterwards nothing idles.

    Args:
        most: How many threads the user's own calls take, see `wanted`.
    """
    pace = _Pace(most)
    token = _pace.set(pace)
    _take(pace, 1)
    try:
        yield
    finally:
        _take(pace, wanted())
        let_go()
        _pace.reset(token)


def wanted() -> int:
    """Return how many threads torch takes for what the calling thread computes, as the user has it; 0 while there is no torch."""
    pace = _pace.get()
    if pace is not None and pace.most:
        return pace.most
    return sys.modules["torch"].get_num_threads() if _there() else 0


def let_go() -> None:
    """End the calling thread's team, if it has an idle one. The next operation that wants one makes it anew, in some microseconds."""
    runtime = _runtime()
    if runtime is not None and hasattr(runtime, "omp_pause_resource_all"):
        runtime.omp_pause_resource_all(_SOFT)


def settle(network: torch.nn.Module, call: Callable[[], object], kind: Hashable) -> None:
    """Have this thread take as many threads as a network that is about to be called gains by. Outside of `sparing` nothing happens.

    Args:
        network: What is about to be called, and by which the choice is remembered.
        call: Makes such a call, and may be made several times.
        kind: What tells calls apart that cost differently, such as their shapes.
    """
    pace = _pace.get()
    if pace is None or pace.all:
        return
    pace.most = pace.most or wanted()
    known = _known.setdefault(network, {})
    key = (kind, pace.most, os.environ.get(VARIABLE))
    if key not in known:
        known[key] = _choose(network, call, pace)
    _take(pace, known[key].threads)


def follow() -> None:
    """Have this thread take as many as the one whose context it runs in: it works in its stead."""
    pace = _pace.get()
    if pace is not None:
        _take(pace, pace.now)


def take_all() -> None:
    """Have a run with calls that can't be measured take as many threads as the user's own, to its end. Nothing outside of `sparing`."""
    pace = _pace.get()
    if pace is not None:
        pace.all = True
        _take(pace, wanted())


def settling(network: torch.nn.Module, original: torch.nn.Module) -> None:
    """Have every call of a network of one's own settled first.

    Args:
        network: A twin, which gets a hook.
        original: What it is a twin of, and what choices are remembered by.
    """

    def before(_: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        if _pace.get() is not None:
            settle(original, lambda: original.forward(*args, **kwargs), _shapes((args, kwargs)))

    network.register_forward_pre_hook(before, with_kwargs=True)


def choices() -> list[Choice]:
    """Return all choices so far whose networks live."""
    return [choice for known in _known.values() for choice in known.values()]


def overruled() -> int | None:
    """Return how many threads the environment asks for; None where it leaves the choice.

    Raises:
        ValueError: Where it asks for what is no number of threads.
    """
    asked = os.environ.get(VARIABLE, "").strip()
    if not asked:
        return None
    if not asked.isdecimal() or int(asked) < 1:
        raise ValueError(
            say("{variable} must be a whole number of threads, 1 or more, not {value!r}", variable=VARIABLE, value=asked)
        )
    return int(asked)


def _choose(network: torch.nn.Module, call: Callable[[], object], pace: _Pace) -> Choice:
    chosen = functools.partial(Choice, type(network).__name__)
    asked = overruled()
    if asked is not None:
        return chosen(asked, say("{variable} says so", variable=VARIABLE))
    device = next((parameter.device.type for parameter in network.parameters()), "cpu")
    if device != "cpu":
        return chosen(1, say("the network computes on {device}", device=device))
    runtime = _runtime()
    if runtime is None:
        return chosen(pace.most, say("this build of torch can't be told for one thread alone"))
    if pace.most == 1:
        return chosen(1, say("torch takes no more"))
    if _seconds(call, pace, pace.most) > LONG:  # which also warms up
        long = _seconds(call, pace, pace.most)
        if long > LONG:
            return chosen(pace.most, say("its calls are long"), more=long)
    if not hasattr(runtime, "omp_pause_resource_all"):
        return chosen(1, say("its calls are short, and threads that idle can't be let go here"))
    both = [(_seconds(call, pace, 1), _seconds(call, pace, pace.most)) for _ in range(_ROUNDS)]
    one, more = (min(seconds) for seconds in zip(*both, strict=True))
    if one > CLEARLY * more:
        return chosen(pace.most, say("a call is clearly faster with more"), one, more)
    return chosen(1, say("a call is hardly faster with more, or slower"), one, more)


def _seconds(call: Callable[[], object], pace: _Pace, threads: int) -> float:
    import torch

    _take(pace, threads)
    start = time.perf_counter()
    with torch.no_grad():
        call()
    return time.perf_counter() - start


def _take(pace: _Pace, threads: int) -> None:
    pace.now = threads
    runtime = _runtime()
    if runtime is not None and threads:
        import torch

        torch.get_num_threads()  # else torch sets its own number at this thread's first operation
        runtime.omp_set_num_threads(threads)


def _runtime() -> Any:
    """Return the OpenMP library that torch has loaded, not another of the same name; None where it can't be found, or there is no torch."""
    return _loaded_runtime() if _there() else None


def _there() -> bool:
    """Return whether torch is imported; where another thread is about to, nobody waits for it."""
    torch = sys.modules.get("torch")
    return torch is not None and not getattr(torch.__spec__, "_initializing", False)


@functools.cache
def _loaded_runtime() -> Any:
    import torch

    folder = Path(torch.__file__).parent / "lib"
    if sys.platform == "linux":
        loaded = {line.split()[-1] for line in Path("/proc/self/maps").read_text().splitlines()}
        runtimes = sorted(path for path in loaded if Path(path).name.startswith(("libgomp", "libomp", "libiomp")))
        own = [path for path in runtimes if Path(path).parent == folder]
        paths = own or (runtimes if len(runtimes) == 1 else [])
    else:
        paths = [
            str(folder / name) for name in ("libomp.dylib", "libiomp5.dylib", "libiomp5md.dll") if (folder / name).exists()
        ]
    for path in paths:
        try:
            runtime = ctypes.CDLL(path)
        except OSError:
            continue
        if hasattr(runtime, "omp_set_num_threads"):
            return runtime
    return None


def _shapes(value: Any) -> Hashable:
    """Return the shapes and dtypes of all tensors in the arguments of a call."""
    import torch

    if isinstance(value, torch.Tensor):
        return tuple(value.shape), value.dtype
    if isinstance(value, dict):
        return tuple((name, _shapes(each)) for name, each in value.items())
    if isinstance(value, (list, tuple)):
        return tuple(map(_shapes, value))
    return None
