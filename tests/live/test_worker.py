"""The newest request of a client wins, clients take turns, errors reach who waits, nothing stays behind."""

from __future__ import annotations

import contextlib
import gc
import signal
import subprocess
import sys
import threading
import time
import weakref
from collections.abc import Callable, Iterator

import pytest

from diffexplain.live.job import Cancelled, Job
from diffexplain.live.worker import Worker


class Owner:
    """Stands for a denoiser."""


@pytest.fixture
def worker() -> Worker:
    return Worker.of(Owner())


class Gate:
    """A run that says when it has begun and goes on when it is let."""

    def __init__(self) -> None:
        self.begun, self.open = threading.Event(), threading.Event()
        self.ended = ""

    def __call__(self, job: Job) -> None:
        self.begun.set()
        try:
            while not self.open.wait(0.005):
                job.check()
            self.ended = "done"
        except Cancelled:
            self.ended = "cancelled"
            raise


def test_owners_share_a_worker_only_with_themselves() -> None:
    one, other = Owner(), Owner()
    assert Worker.of(one) is Worker.of(one)
    assert Worker.of(one) is not Worker.of(other)


def test_the_newest_request_wins_and_those_between_never_begin(worker: Worker) -> None:
    client, first, last = worker.client(), Gate(), Gate()
    client.submit(first)
    assert first.begun.wait(5)
    between = [Gate() for _ in range(20)]
    for gate in between:
        client.submit(gate)
    last.open.set()
    client.submit(last)
    client.wait(5)
    assert (first.ended, last.ended) == ("cancelled", "done")
    assert not any(gate.begun.is_set() for gate in between)
    client.close()


def test_submit_returns_at_once_while_a_run_is_deaf(worker: Worker) -> None:
    client, release, ended = worker.client(), threading.Event(), threading.Event()

    def deaf(_: object) -> None:
        release.wait(60)
        ended.set()

    client.submit(deaf)
    for _ in range(100):
        client.submit(lambda _: None)
    assert not ended.is_set()
    release.set()
    client.wait(5)
    client.close()


def test_clients_take_turns_and_never_cancel_each_other(worker: Worker) -> None:
    one, other = worker.client(), worker.client()
    first, second = Gate(), Gate()
    one.submit(first)
    assert first.begun.wait(5)
    other.submit(second)
    assert not second.begun.wait(0.05)
    first.open.set()
    second.open.set()
    one.wait(5)
    other.wait(5)
    assert (first.ended, second.ended) == ("done", "done")
    one.close()
    other.close()


def test_who_steps_back_lets_the_others_go_first_and_is_still_served(worker: Worker) -> None:
    busy, gate, order = worker.client(), Gate(), list[int]()
    busy.submit(gate)
    assert gate.begun.wait(5)
    clients = [worker.client() for _ in range(4)]
    for number, client in enumerate(clients):
        client.submit(lambda _, number=number: order.append(number))
    for client in clients[:3]:
        client.step_back()
    busy.step_back()  # it runs, and does not wait
    gate.open.set()
    for client in clients:
        client.wait(5)
    clients[0].step_back()
    assert order == [3, 0, 1, 2]
    assert gate.ended == "done"
    for client in (busy, *clients):
        client.close()


def test_what_a_run_raises_is_raised_by_every_wait_until_the_next_run(worker: Worker) -> None:
    client = worker.client()

    def fail(_: Job) -> None:
        raise ZeroDivisionError("seen")

    client.submit(fail)
    for _ in range(2):
        with pytest.raises(ZeroDivisionError, match="seen"):
            client.wait(5)
    client.submit(lambda _: None)
    client.wait(5)
    client.close()


def test_cancelling_ends_the_run_and_wait_returns(worker: Worker) -> None:
    client, gate = worker.client(), Gate()
    client.submit(gate)
    assert gate.begun.wait(5)
    client.cancel()
    client.wait(5)
    assert gate.ended == "cancelled"
    client.close()


def test_waiting_too_short_says_so_and_the_run_goes_on(worker: Worker) -> None:
    client, gate = worker.client(), Gate()
    client.submit(gate)
    with pytest.raises(TimeoutError, match="goes on"):
        client.wait(0.05)
    gate.open.set()
    client.wait(5)
    assert gate.ended == "done"
    client.close()


def test_a_run_that_waits_for_itself_is_told(worker: Worker) -> None:
    client = worker.client()
    client.submit(lambda _: client.wait())
    with pytest.raises(RuntimeError, match="within a run"):
        client.wait(5)
    client.close()


def test_the_thread_and_the_owner_go_with_the_last_client() -> None:
    class Lonely:
        pass

    def threads() -> int:
        return sum(thread.name == "diffexplain Lonely" for thread in threading.enumerate())

    owner = Lonely()
    gone = weakref.ref(owner)
    clients = [Worker.of(owner).client() for _ in range(3)]
    for client in clients:
        client.submit(lambda _: None)
        client.wait(5)
    assert threads() == 1
    for client in clients:
        client.close()
        client.close()
    deadline = time.monotonic() + 5
    while threads() and time.monotonic() < deadline:
        time.sleep(0.01)
    assert threads() == 0
    with pytest.raises(RuntimeError, match="closed"):
        clients[0].submit(lambda _: None)
    del owner, client, clients
    gc.collect()
    assert gone() is None


def test_a_client_that_asks_all_the_time_leaves_others_their_turn(worker: Worker) -> None:
    eager, patient = worker.client(), worker.client()
    served = threading.Event()
    stop = threading.Event()

    def ask_again(job: Job) -> None:
        time.sleep(0.001)
        if not stop.is_set():
            eager.submit(ask_again)
        job.check()

    eager.submit(ask_again)
    patient.submit(lambda _: served.set())
    assert served.wait(5)
    stop.set()
    eager.close()
    patient.close()


@pytest.fixture
def interruptible() -> Iterator[None]:
    """SIGINT as in a kernel: what a shell starts in the background ignores it, and so would its tests."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("interruptible")
def test_an_interrupted_wait_leaves_the_run_going(worker: Worker) -> None:
    client, gate = worker.client(), Gate()
    client.submit(gate)
    assert gate.begun.wait(5)
    main = threading.main_thread().ident
    assert main is not None
    threading.Timer(0.1, signal.pthread_kill, (main, signal.SIGINT)).start()
    with pytest.raises(KeyboardInterrupt):
        client.wait(5)
    gate.open.set()
    client.wait(5)
    assert gate.ended == "done"
    client.close()


def test_except_exception_does_not_swallow_a_cancellation(worker: Worker) -> None:
    client, begun, ended = worker.client(), threading.Event(), threading.Event()

    def stubborn(job: Job) -> None:
        begun.set()
        try:
            while True:
                with contextlib.suppress(Exception):
                    job.check()
        finally:
            ended.set()

    client.submit(stubborn)
    assert begun.wait(5)
    client.cancel()
    assert ended.wait(5)
    client.wait(5)
    client.close()


def test_what_a_failed_run_held_is_let_go(worker: Worker) -> None:
    client, gone = worker.client(), []

    def fail(_: Job) -> None:
        large = Owner()
        gone.append(weakref.ref(large))
        raise MemoryError("out of memory")

    client.submit(fail)
    with pytest.raises(MemoryError):
        client.wait(5)
    gc.collect()
    assert gone[0]() is None  # and not only when the next run replaces the error
    client.close()


@pytest.mark.parametrize("owner", ["owner", "Owner()"], ids=["owned", "owner gone"])
def test_an_interpreter_that_exits_ends_the_run_first(owner: str) -> None:
    code = """
import threading, time
from diffexplain.live.worker import Worker
class Owner: pass
owner, begun = Owner(), threading.Event()
def run(job):
    begun.set()
    try:
        while True: job.check(); time.sleep(0.01)
    finally: print("unwound", flush=True)
client = Worker.of(OWNER).client()
client.submit(run)
begun.wait()
"""
    code = code.replace("OWNER", owner)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=30, check=False)
    assert (done.returncode, done.stdout.strip(), done.stderr) == (0, "unwound", "")


def in_another_thread(call: Callable[[], object]) -> bool:
    """Whether it returns soon."""
    thread = threading.Thread(target=call, daemon=True)
    thread.start()
    thread.join(5)
    return not thread.is_alive()


def test_a_thread_that_begins_may_close_another_client(monkeypatch: pytest.MonkeyPatch) -> None:
    """Garbage is collected on whatever thread allocates: also on the new one, which `start` waits for."""
    worker = Worker("test")
    mine, garbage = worker.client(), worker.client()
    begin = threading.Thread.start
    closed = []

    def start(thread: threading.Thread) -> None:
        if thread.name == "diffexplain test":
            monkeypatch.undo()
            closed.append(in_another_thread(garbage.close))
        begin(thread)

    monkeypatch.setattr(threading.Thread, "start", start)
    mine.submit(lambda job: None)
    mine.wait(10)
    mine.close()
    assert closed == [True]


def test_closing_again_waits_for_nobody() -> None:
    """The collector closes once more what was closed, at any moment, and must not need a lock for it."""
    worker = Worker("test")
    client = worker.client()
    client.close()
    with worker._changed:
        assert in_another_thread(client.close)
