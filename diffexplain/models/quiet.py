"""Load without the chatter of the libraries below, and leave their settings as they were."""

from __future__ import annotations

import logging
from contextlib import contextmanager
from threading import RLock
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

_LOCK = RLock()  # two loads at once would restore each other's settings


@contextmanager
def quiet() -> Iterator[None]:
    """Silence what says nothing about the model at hand: loading bars, and transformers' notices that torchvision is missing.

    Warnings about the model itself and the bars of downloads stay.
    """
    from diffusers.utils import logging as diffusers_logging
    from transformers.utils import logging as transformers_logging

    transformers_logging.get_logger()  # makes the library's handler, if nobody has yet
    handlers = list(logging.getLogger("transformers").handlers)
    with _LOCK:
        # Their public switches also turn huggingface_hub's download bars off and on, so the flags are set by hand.
        before = [(module, module._tqdm_active) for module in (diffusers_logging, transformers_logging)]
        for module, _ in before:
            module._tqdm_active = False
        for handler in handlers:
            handler.addFilter(_says_something)
        try:
            yield
        finally:
            for module, active in before:
                module._tqdm_active = active
            for handler in handlers:
                handler.removeFilter(_says_something)


def _says_something(record: Any) -> bool:
    return "requires torchvision" not in record.getMessage()
