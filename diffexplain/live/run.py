"""What one run has said, as far as it still matters."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from diffexplain.live.messages import Encoded, Message, encode
from diffexplain.live.retention import joined, stride

if TYPE_CHECKING:
    from collections.abc import Hashable


@dataclass(frozen=True, eq=False)
class Sent:
    """A message beside what a page is sent of it at first; where that is all of it, both share their arrays' memory."""

    message: Message
    encoded: Encoded


def encode_whole(sent: Sent) -> Encoded:
    """Return all of a message under the run and number that it was sent with."""
    content = sent.encoded.content
    return encode(sent.message, content["run"], content["number"])


class Run:
    """Messages in the order of their numbers, as many as their kinds retain; see `Message.retain`.

    Args:
        number: of the run, 1 for the first.

    Attributes:
        number: of the run.
        count: how many it has said so far.
    """

    def __init__(self, number: int) -> None:
        self.number = number
        self.count = 0
        self._sent: dict[int, Sent] = {}
        self._of: dict[type[Message], dict[Hashable, int]] = {}  # numbers of those that a newer one may replace

    @property
    def sent(self) -> list[Sent]:
        """What is kept, in order."""
        return list(self._sent.values())

    def keep(self, message: Message) -> Encoded:
        """Keep a message, numbered, and let go what it makes needless."""
        number, self.count = self.count, self.count + 1
        encoded = encode(message.preview(), self.number, number)
        kind, retain, at = type(message), message.retain, getattr(message, "at", None)
        sent = Sent(message, encoded)
        if retain == "newest":
            self._replace(number, kind, getattr(message, kind.newest_of) if kind.newest_of else None)
        elif isinstance(retain, int) and isinstance(at, np.ndarray):
            before = self._replace(number, kind, None)
            whole = joined(None if before is None else before.message, message, retain)
            sent = Sent(whole, encode(whole.preview(), self.number, number))
        elif isinstance(retain, int):
            assert isinstance(at, int), f"{kind.__name__} is thinned, so it counts in a field `at`"
            self._replace(number, kind, at)
            self._thin(self._of[kind], at, retain)
        self._sent[number] = sent
        return encoded

    def said(self, kind: type[Message]) -> bool:
        """Return whether a message of this kind is among them."""
        return any(isinstance(sent.message, kind) for sent in self.sent)

    def _replace(self, number: int, kind: type[Message], key: Hashable) -> Sent | None:
        numbers = self._of.setdefault(kind, {})
        before = self._sent.pop(numbers[key]) if key in numbers else None
        numbers[key] = number
        return before

    def _thin(self, numbers: dict[Hashable, int], newest: int, most: int) -> None:
        step = stride(newest + 1, most)
        for at in [at for at in numbers if at != newest and at % step]:  # type: ignore[operator] # they are whole numbers
            del self._sent[numbers.pop(at)]
