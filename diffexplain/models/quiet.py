"""Load without the chatter of the libraries below, and leave their settings as they were."""

from __future__ import annotations

import logging
from contextlib import contextmanager
from functools import partial
from threading import Lock
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_LOCK = Lock()
_RESTORE: list[Callable[[], None]] = []  # what the last to leave has to undo
_inside = 0


@contextmanager
def quiet() -> Iterator[None]:
    """Silence what says nothing about the model at hand: loading bars, and transformers' notices that torchvision is missing.

    Warnings about the model itself and the bars of downloads stay. Loads in several threads may overlap: the first switches off,
    the last switches on again.
    """
    global _inside
    with _LOCK:
        if _inside == 0:
            _switch_off()
        _inside += 1
    try:
        yield
    finally:
        with _LOCK:
            _inside -= 1
            if _inside == 0:
                while _RESTORE:
                    _RESTORE.pop()()


def _switch_off() -> None:
    from diffusers.utils import logging as diffusers_logging
    from transformers.utils import logging as transformers_logging

    for module in (diffusers_logging, transformers_logging):
        # The public switches also turn huggingface_hub's download bars off and on, so the flag is set by hand.
        before = module._tqdm_active
        module._tqdm_active = False
        _RESTORE.append(partial(setattr, module, "_tqdm_active", before))
    transformers_logging.get_logger()  # makes the library's handler, if nobody has yet
    for handler in logging.getLogger("transformers").handlers:
        handler.addFilter(_says_something)
        _RESTORE.append(partial(handler.removeFilter, _says_something))


def _says_something(record: Any) -> bool:
    return "requires torchvision" not in record.getMessage()
