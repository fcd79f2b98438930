"""One thread owns a pipeline. Clients put requests in one-slot mailboxes; the newest request of a client wins.

Jupyter calls widget handlers on whatever thread it likes, and a blocked main thread hears nothing more from the page; so a
handler only submits, which takes microseconds, and all work is done here. Schedulers and pipelines are full of state that
one run at a time may touch: several explorers of one pipeline share one worker, and take turns.
"""

from __future__ import annotations

import atexit
import os
import threading
import time
import weakref
from collections import deque
from typing import TYPE_CHECKING

from diffexplain.core import threads
from diffexplain.errors import ProcessError
from diffexplain.i18n import say
from diffexplain.live.job import Job

if TYPE_CHECKING:
    from collections.abc import Callable

SLICE_SECONDS = 0.2  # a wait looks up this often: on Windows an interrupt reaches no thread that waits for longer
EXIT_SECONDS = 30.0  # a busy machine takes its time to come to a place where a run looks up; a kernel is killed long before

_workers: weakref.WeakKeyDictionary[object, Worker] = weakref.WeakKeyDictionary()
_alive: weakref.WeakSet[Worker] = weakref.WeakSet()  # also those whose owner is gone while their thread still works
_workers_lock = threading.Lock()


class Worker:
    """Runs the jobs of its clients one at a time, in the order of arrival. Its thread lives while it has clients."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._changed = threading.Condition()
        self._clients: set[Client] = set()
        self._line: deque[Client] = deque()  # those with a pending job, each once
        self._thread: threading.Thread | None = None
        self._process = os.getpid()
        _alive.add(self)

    @staticmethod
    def of(owner: object) -> Worker:
        """Return the worker of this object (the denoiser of a pipeline), the same each time. It doesn't keep the object alive.

        Args:
            owner: anything that can be weakly referenced and hashed.
        """
        with _workers_lock:
            worker = _workers.get(owner)
            if worker is None:
                worker = _workers[owner] = Worker(type(owner).__name__)
            return worker

    def client(self) -> Client:
        """Make a new mailbox."""
        return Client(self)

    def _work(self) -> None:
        while True:
            with self._changed:
                while not self._line:
                    if not self._clients:
                        self._thread = None
                        return
                    self._changed.wait()
                client = self._line.popleft()
            self._serve(client)
            del client  # an idle thread keeps nothing alive

    def _serve(self, client: Client) -> None:
        with self._changed:
            job, client._pending = client._pending, None
            client._running = job
        if job is None:
            return
        with threads.sparing(job.threads):
            job.run()
        with self._changed:
            client._running = None
            if job.again and not job.cancelled:  # who cancelled it may have put a newer one in its place
                client._pending = job
                self._line.append(client)
            else:
                job.finished = True
            self._changed.notify_all()

    def _stop(self, deadline: float) -> None:
        with self._changed:
            clients, thread = list(self._clients), self._thread
        for client in clients:
            client.close()
        if thread is not None and thread.ident is not None and thread is not threading.current_thread():
            thread.join(max(0.0, deadline - time.monotonic()))


class Bench:
    """What runs take turns at where no network is theirs: an owner of a worker, see `Worker.of`."""


class Client:
    """A mailbox with one slot. All methods may be called from any thread and return at once, except `wait`.

    In a process that was forked, those of its parent do nothing, or say what to do: no thread serves them there, and their locks may
    be held by threads that are not there.
    """

    def __init__(self, worker: Worker) -> None:
        self._worker = worker
        self._changed = worker._changed
        self._pending: Job | None = None
        self._running: Job | None = None
        self._newest: Job | None = None
        self._closed = False
        with self._changed:
            worker._clients.add(self)

    def beside(self) -> Client:
        """Make another mailbox at the same worker."""
        return Client(self._worker)

    def submit(self, work: Callable[[Job], bool | None]) -> Job:
        """Put a request in the mailbox: it replaces the one that waits there and cancels the one that runs.

        Args:
            work: called on the worker's thread with its job; should call ``job.check()`` often. True puts it at the end of the line
                once more: what takes long may take its time in slices, and others their turns in between.

        Raises:
            RuntimeError: the client is closed.
            ProcessError: this process was forked from the one that made the client.
        """
        self.require_own_process()
        job = Job(work, threads.wanted())
        threads.let_go()  # an idle team of the notebook's would slow the worker's
        thread = None
        with self._changed:
            if self._closed:
                raise RuntimeError(say("this client is closed; make a new one"))
            self._drop_pending()
            if self._running is not None:
                self._running.cancel()
            self._pending = self._newest = job
            if self not in self._worker._line:  # who waits already keeps the place in the line
                self._worker._line.append(self)
            if self._worker._thread is None:
                thread = self._worker._thread = threading.Thread(
                    target=self._worker._work, name=f"diffexplain {self._worker._name}", daemon=True
                )
            self._changed.notify_all()
        if thread is not None:
            thread.start()  # without the lock: the new thread may collect garbage first, and close a client of this worker
        return job

    def step_back(self) -> None:
        """Let all others who wait go first; what runs goes on, and who does not wait keeps no place."""
        if self.forked:
            return
        with self._changed:
            if self in self._worker._line:
                self._worker._line.remove(self)
                self._worker._line.append(self)

    def cancel(self) -> Job | None:
        """Cancel what runs and drop what waits; return the job that waited, which now never begins."""
        if self.forked:
            return None
        with self._changed:
            dropped = self._drop_pending()
            if self._running is not None:
                self._running.cancel()
            self._changed.notify_all()
        return dropped

    def withdraw(self) -> Job | None:
        """Drop what waits and return it; what runs goes on."""
        if self.forked:
            return None
        with self._changed:
            dropped = self._drop_pending()
            self._changed.notify_all()
        return dropped

    def _drop_pending(self) -> Job | None:
        job, self._pending = self._pending, None
        if job is not None:
            job.cancel()
            job.finished = True
        return job

    def wait(self, timeout: float | None = None) -> None:
        """Wait until the newest request is finished, also one that came after the call.

        Args:
            timeout: in seconds; None waits for ever.

        Raises:
            TimeoutError: the request is still not finished; it goes on.
            RuntimeError: called from within a run, which would wait for itself.
            ProcessError: this process was forked before the request was finished.
            BaseException: what the request raised.
        """
        if self.forked and self._newest is not None and not self._newest.finished:
            self.require_own_process()
        if threading.current_thread() is self._worker._thread:
            raise RuntimeError(
                say("wait() was called from within a run, which would wait for itself; call it from a cell or another thread")
            )
        deadline = None if timeout is None else time.monotonic() + timeout
        with self._changed:
            while (job := self._newest) is not None and not job.finished:
                left = SLICE_SECONDS if deadline is None else deadline - time.monotonic()
                if left <= 0:
                    raise TimeoutError(
                        say(
                            "the run has not finished within {timeout:g} seconds; it goes on: wait again or cancel it",
                            timeout=timeout,
                        )
                    )
                self._changed.wait(min(left, SLICE_SECONDS))
        if job is not None:
            job.raise_error()

    @property
    def forked(self) -> bool:
        """Whether this process was forked from the one that made the client."""
        return self._worker._process != os.getpid()

    def require_own_process(self) -> None:
        """Refuse what would never be done, see `forked`.

        Raises:
            ProcessError: with what to do.
        """
        if self.forked:
            raise ProcessError(
                say(
                    "this process was forked from the one that made this explorer, and the thread that computes for it stayed there. "
                    'Make a new explorer here, or start processes afresh: multiprocessing.get_context("spawn")'
                )
            )

    @property
    def here(self) -> bool:
        """Whether the calling thread is the worker's own."""
        return threading.current_thread() is self._worker._thread

    def close(self) -> None:
        """Cancel and drop everything; the thread ends with its last client. Closing twice is closing once."""
        if self._closed:  # before the lock: the collector comes here again, on any thread, whatever that holds
            return
        if self.forked:
            self._closed = True
            return
        with self._changed:
            self._closed = True
            self.cancel()
            self._newest = None if self._running is None else self._newest
            self._worker._clients.discard(self)
            if self in self._worker._line:
                self._worker._line.remove(self)
            self._changed.notify_all()


def _begin_anew() -> None:
    """In a process that was just forked: no thread has come along, and a lock may be held by one that has not."""
    global _workers, _alive, _workers_lock
    _workers, _alive, _workers_lock = weakref.WeakKeyDictionary(), weakref.WeakSet(), threading.Lock()


if hasattr(os, "register_at_fork"):  # not on Windows
    os.register_at_fork(after_in_child=_begin_anew)


@atexit.register
def _stop_all() -> None:
    """End all runs: a daemon thread inside a torch kernel crashes the interpreter when it goes away under it."""
    deadline = time.monotonic() + EXIT_SECONDS
    with _workers_lock:
        workers = list(_alive)
    for worker in workers:
        worker._stop(deadline)
