"""Which words the states are of that a denoiser is given: a run may be given other ones on its way than at its beginning."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import torch

from diffexplain.core.text.streams import conditioning_texts

if TYPE_CHECKING:
    from collections.abc import Mapping

    from diffexplain.core.text.streams import Text

_MOST = 16  # prompts that are remembered: each some hundred KB of states


@dataclass(frozen=True, eq=False)
class _Encoded:
    """What became of a prompt.

    Attributes:
        states: (rows, tokens, width).
        version: Of the states; somebody may change them in place, and then they are of no prompt any more.
        call: The arguments it was encoded with, by name.
        negative: Whether it is the negative prompt.
    """

    states: torch.Tensor
    version: int
    call: Mapping[str, Any]
    negative: bool

    def row_of(self, states: torch.Tensor) -> int | None:
        """Return which of its rows these (tokens, width) states are."""
        if self.states.shape[1:] != states.shape or _version(self.states) != self.version:
            return None
        return next((row for row, own in enumerate(self.states) if torch.equal(own.to(states), states)), None)


class PromptTracker:
    """Knows the words of states, for one run at a time."""

    def __init__(self, pipe: Any) -> None:
        self.pipe = pipe
        self.encoded: deque[_Encoded] = deque(maxlen=_MOST)
        self.start()

    def start(self) -> None:
        """Begin a run."""
        self.first: dict[str, torch.Tensor] = {}  # what each half was given at the first step: the prompts of the call
        self.last: dict[str, tuple[torch.Tensor, int]] = {}
        self.texts: dict[Any, tuple[Text | None, ...]] = {}
        self.newest: dict[str, tuple[Text | None, ...]] = {}

    def note(self, call: Mapping[str, Any], result: Any) -> None:
        """Note that a prompt has been encoded.

        Args:
            call: Arguments of the pipeline's ``encode_prompt``, by name.
            result: What it returned: the states of the prompt, then those of the negative prompt where there are some.
        """
        outputs = result if isinstance(result, (tuple, list)) else (result,)
        states = [each for each in outputs if isinstance(each, torch.Tensor) and each.ndim == 3 and each.is_floating_point()]
        for each, negative in zip(states, (False, True), strict=False):
            self.encoded.appendleft(_Encoded(each, _version(each), dict(call), negative))

    def of(
        self, half: str, states: torch.Tensor | None, call: Mapping[str, Any], rows: int, length: int
    ) -> tuple[Text | None, ...]:
        """Return the texts of a half at a step, one for each row; None for states that are of no prompt that is known.

        Args:
            half: ``"cond"`` or ``"uncond"``.
            states: (rows, tokens, width) that the denoiser was given; None where they can't be seen: then those of the call.
            call: Arguments of the pipeline's call, by name.
            rows: How many there are.
            length: How many tokens.
        """
        if states is not None:
            states = states.detach()
            seen = self.last.get(half)
            if seen is not None and half in self.newest and _same(seen, states):
                return self.newest[half]
            self.last[half] = (states, _version(states))
            self.first.setdefault(half, states.clone())
        if states is None or torch.equal(states, self.first[half]):
            key = (half, rows, length)
            if key not in self.texts:
                self.texts[key] = conditioning_texts(self.pipe, call, rows, length, negative=half == "uncond")
            self.newest[half] = self.texts[key]
        else:
            self.newest[half] = tuple(self._text(row, length) for row in states)
        return self.newest[half]

    def _text(self, states: torch.Tensor, length: int) -> Text | None:
        for each in self.encoded:
            row = each.row_of(states)
            if row is not None:
                return conditioning_texts(self.pipe, each.call, len(each.states), length, negative=each.negative)[row]
        return None


def _same(seen: tuple[torch.Tensor, int], states: torch.Tensor) -> bool:
    """Return whether these are the states of the step before: as a rule the very same memory, and then nothing is read."""
    before, version = seen
    if before.data_ptr() == states.data_ptr() and before.shape == states.shape:
        return version == _version(states) and before.stride() == states.stride()
    return version == _version(before) and before.shape == states.shape and torch.equal(before, states)


def _version(tensor: torch.Tensor) -> int:
    return 0 if tensor.is_inference() else tensor._version
