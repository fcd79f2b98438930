"""What to do about an exception that ended a run, as far as its type or text tells."""

from __future__ import annotations

from diffexplain.i18n import Words, say, words_of
from diffexplain.live.messages import readable

_SMALLER = say(
    "Take a smaller height and width or fewer things at once, or free memory: close other explorers, restart other notebooks."
)
_BY_TYPE = {
    "OutOfMemoryError": _SMALLER,
    "MemoryError": _SMALLER,
    "NotImplementedError": say("This part of the pipeline cannot do that; another sampler may."),
    "ModuleNotFoundError": say("A package is missing: install the one that the message names and restart the kernel."),
    "FileNotFoundError": say("A file of the model is gone: load the pipeline again."),
}
_BY_TEXT = {
    "out of memory": _SMALLER,
    "device-side assert": say("The GPU is in a failed state: restart the kernel."),
    "expected all tensors to be on the same device": say(
        "Move the whole pipeline to one device: pipeline.to('cuda') or pipeline.to('cpu')."
    ),
    "not implemented for 'half'": say(
        "This device cannot compute in half precision: load the pipeline with dtype=torch.float32."
    ),
    "should be the same": say(
        "Parts of the pipeline have different dtypes: pipeline.to(torch.float32) or load it with one dtype."
    ),
}


def summary(error: BaseException) -> str:
    """Return what the exception says, where it says it in `Words`; else its type and the first line of its text."""
    words = words_of(error)
    if isinstance(words, Words):
        return words
    lines = str(error).strip().splitlines()
    return readable(f"{type(error).__name__}: {lines[0]}" if lines else type(error).__name__)


def advice(error: BaseException) -> str:
    """Return one line on what to do, or an empty text."""
    for kind in type(error).__mro__:
        if kind.__name__ in _BY_TYPE:
            return _BY_TYPE[kind.__name__]
    text = str(error).lower()
    return next((remedy for part, remedy in _BY_TEXT.items() if part in text), "")
