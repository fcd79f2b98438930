"""What an explorer has said: numbered, kept for the last finished run and the one in progress, and said again to who comes late."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from diffexplain.live.messages import Encoded, Message, encode
from diffexplain.live.status import Gone

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True, eq=False)
class Sent:
    """A message beside what a page is sent of it at first; where that is all of it, both share their arrays' memory."""

    message: Message
    encoded: Encoded


@dataclass(eq=False)
class Run:
    """One run's number, 1 for the first, and what it has said so far."""

    number: int
    sent: list[Sent] = field(default_factory=list)

    def keep(self, message: Message) -> Encoded:
        """Numbers a message and keeps it."""
        encoded = encode(message.preview(), self.number, len(self.sent))
        self.sent.append(Sent(message, encoded))
        return encoded

    def said(self, kind: type[Message]) -> bool:
        """Whether a message of this kind is among them."""
        return any(isinstance(sent.message, kind) for sent in self.sent)


def encode_whole(sent: Sent) -> Encoded:
    """Return all of a message under the run and number that it was sent with."""
    content = sent.encoded.content
    return encode(sent.message, content["run"], content["number"])


class History:
    """Sends messages in order and keeps those that a late view needs. All methods may be called from any thread.

    Args:
        send: hands one message to the pages. Called with the history's lock held, so that all pages see one order.
    """

    def __init__(self, send: Callable[[Encoded], None]) -> None:
        self._send = send
        self._lock = threading.RLock()
        self.count = 0
        self.current: Run | None = None
        self.finished: Run | None = None
        self._lasting: dict[str, Sent] = {}  # by kind

    def begin(self) -> Run:
        """A new run: what older runs still say is neither kept nor sent."""
        with self._lock:
            self.count += 1
            self.current = Run(self.count)
            return self.current

    def add(self, run: Run, message: Message) -> bool:
        """Numbers, keeps and sends a message; False, and nothing done, if the run is not the newest and the message not lasting."""
        with self._lock:
            if message.lasting:
                self._lasting[message.kind] = Sent(message, encode(message, 0, 0))
                self._send(self._lasting[message.kind].encoded)
                return True
            if run is not self.current:
                return False
            self._send(run.keep(message))
            return True

    def finish(self, run: Run) -> None:
        """The run is whole: it takes the place of the last finished one."""
        with self._lock:
            if self.finished is None or run.number > self.finished.number:
                self.finished = run

    def told(self, run: Run) -> list[Sent]:
        """All that a view needs to show a run: what holds for every one, then what it said itself."""
        with self._lock:
            return [*self._lasting.values(), *run.sent]

    def replay(self) -> None:
        """Sends what holds for every run, the last finished run and then the newest one once more."""
        with self._lock:
            for sent in self._lasting.values():
                self._send(sent.encoded)
            for run in dict.fromkeys((self.finished, self.current)):
                for sent in run.sent if run is not None else ():
                    self._send(sent.encoded)

    def detail(self, run: int, number: int) -> None:
        """Send all of a message whose preview a page has, marked as ``detail``; or `Gone`, if it is not kept any more.

        Args:
            run: the message's run.
            number: the message's number in it.
        """
        with self._lock:
            for kept in (self.current, self.finished):
                for sent in kept.sent if kept is not None and kept.number == run else ():
                    if sent.encoded.content["number"] == number:
                        encoded = encode_whole(sent)
                        self._send(Encoded(encoded.content | {"detail": True}, encoded.buffers))
                        return
            self.aside(Gone(run, number))

    def aside(self, message: Message) -> None:
        """Sends a message that belongs to no run; it has number -1 and is not kept."""
        with self._lock:
            self._send(encode(message, self.count, -1))

    def drop(self) -> None:
        """Forgets everything; whatever a run still says goes nowhere."""
        with self._lock:
            self.current = self.finished = None
            self._lasting = {}
