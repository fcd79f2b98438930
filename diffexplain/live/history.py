"""What an explorer has said: numbered, and said again to who comes late.

It is there as long as it may be shown: of the last finished run, the one in progress, and the one that was kept beside them.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from diffexplain.live.messages import Encoded, Message, encode
from diffexplain.live.run import Run, Sent, encode_whole
from diffexplain.live.status import Gone, Kept, Replaying

if TYPE_CHECKING:
    from collections.abc import Callable


class History:
    """Sends messages in order and keeps those that a late view needs. All methods may be called from any thread.

    Args:
        send: hands one message to the pages. Called with the history's lock held, so that all pages see one order.

    Attributes:
        count: how many runs have begun.
        current: the newest run.
        finished: the newest that is whole.
        kept: one that is shown beside the newest, also after newer ones have finished; see `keep`.
    """

    def __init__(self, send: Callable[[Encoded], None]) -> None:
        self._send = send
        self._lock = threading.RLock()
        self.count = 0
        self.current: Run | None = None
        self.finished: Run | None = None
        self.kept: Run | None = None
        self._lasting: dict[str, Sent] = {}  # by kind

    def begin(self) -> Run:
        """Begin a new run: what older runs still say is neither kept nor sent."""
        with self._lock:
            self.count += 1
            self.current = Run(self.count)
            return self.current

    def add(self, run: Run, message: Message) -> bool:
        """Keep and send a message, numbered; do nothing and return False if the run is not the newest and it not lasting."""
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
        """Let the run, which is whole, take the place of the last finished one."""
        with self._lock:
            if self.finished is None or run.number > self.finished.number:
                self.finished = run

    def keep(self, run: Run | None) -> None:
        """Keep a run beside those that follow, in the place of the one that was kept before; None keeps none."""
        with self._lock:
            self.kept = run
            self._send(self._which_is_kept().encoded)

    def sent_of(self, run: Run) -> list[Sent]:
        """Return all that a view needs to show a run: what holds for every one, then what it said itself."""
        with self._lock:
            return [*self._lasting.values(), *run.sent]

    def beside_the_kept(self, *runs: Run | None) -> list[Sent]:
        """Return all that a view needs to show runs and the one that is kept: as `sent_of`, the runs in the order of their numbers."""
        with self._lock:
            shown = {run.number: run for run in (self.kept, *runs) if run is not None}
            which = [] if self.kept is None else [self._which_is_kept()]
            return [*self._lasting.values(), *which, *(sent for _, run in sorted(shown.items()) for sent in run.sent)]

    def replay(self, view: str = "") -> None:
        """Send what holds for every run, the kept run, the last finished run and then the newest one once more.

        Args:
            view: what it has heard before is sent again, so it may forget that; empty for none.
        """
        with self._lock:
            if view:
                self.aside(Replaying(view))
            for sent in self.beside_the_kept(self.finished, self.current):
                self._send(sent.encoded)

    def detail(self, run: int, number: int) -> None:
        """Send all of a message whose preview a page has, marked as ``detail``; or `Gone`, if it is not kept any more.

        Args:
            run: the message's run.
            number: the message's number in it.
        """
        with self._lock:
            for there in (self.current, self.finished, self.kept):
                for sent in there.sent if there is not None and there.number == run else ():
                    if sent.encoded.content["number"] == number:
                        encoded = encode_whole(sent)
                        self._send(Encoded(encoded.content | {"detail": True}, encoded.buffers))
                        return
            self.aside(Gone(run, number))

    def aside(self, message: Message) -> None:
        """Send a message that belongs to no run; it has number -1 and is not kept."""
        with self._lock:
            self._send(encode(message, self.count, -1))

    def drop(self) -> None:
        """Forget everything; whatever a run still says goes nowhere."""
        with self._lock:
            self.current = self.finished = self.kept = None
            self._lasting = {}

    def _which_is_kept(self) -> Sent:
        """Like what lasts it is of run 0: it holds whichever run is the newest."""
        message = Kept(0 if self.kept is None else self.kept.number)
        return Sent(message, encode(message, 0, 0))
