"""Fifty explorers made, run and closed leave nothing: no widget, no thread, no tensor."""

from __future__ import annotations

import gc
import threading
import time
import weakref
from typing import Any

import torch
from ipywidgets.widgets.widget import _instances

import diffexplain as dx


def tensors() -> int:
    gc.collect()
    return sum(isinstance(thing, torch.Tensor) for thing in gc.get_objects())


def test_fifty_explorers_leave_nothing(pipe: Any) -> None:
    dx.DenoiseExplorer(pipe, prompt="a", steps=2).wait(60).close()  # whatever is cached once is cached now
    gc.collect()
    widgets, before, threads = len(_instances), tensors(), threading.active_count()
    gone = []
    for seed in range(50):
        explorer = dx.DenoiseExplorer(pipe, prompt="a", seed=seed, steps=1).wait(60)
        gone.append(weakref.ref(explorer))
        explorer.close()
        del explorer
    deadline = time.monotonic() + 5
    while threading.active_count() > threads and time.monotonic() < deadline:
        time.sleep(0.01)
    assert len(_instances) == widgets
    assert tensors() <= before
    assert threading.active_count() <= threads
    assert not any(reference() for reference in gone)


def test_closing_in_mid_run_leaves_nothing(pipe: Any) -> None:
    begun = threading.Event()
    explorer = dx.DenoiseExplorer(pipe, prompt="a", steps=1000)
    explorer.on_message(lambda message: begun.set() if message.kind == "step" else None)
    assert begun.wait(60)
    gone = weakref.ref(explorer)
    explorer.close()
    del explorer
    deadline = time.monotonic() + 10
    while gone() is not None and time.monotonic() < deadline:
        gc.collect()
        time.sleep(0.02)
    assert gone() is None
    assert not pipe.unet._forward_hooks
