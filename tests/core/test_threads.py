"""A run's kernels keep to one thread of their own unless more pay, and nothing of it is seen outside."""

from __future__ import annotations

import subprocess
import sys
import threading
import time

import pytest
import torch

from diffexplain.core import threads
from diffexplain.core.twins import own_network
from tests import tiny


@pytest.fixture(autouse=True)
def user_has_two(monkeypatch):
    monkeypatch.delenv(threads.VARIABLE, raising=False)
    before = torch.get_num_threads()
    torch.set_num_threads(2)
    threads._known.clear()
    yield
    threads._known.clear()
    threads.let_go()
    torch.set_num_threads(before)


def beside(work):
    """Do something on a worker's thread, and give back what it found."""
    found = []

    def job():
        with threads.sparing(2):
            found.append(work())
        found.append(torch.get_num_threads())

    thread = threading.Thread(target=job)
    thread.start()
    thread.join()
    assert found[1] == 2  # as it was
    return found[0]


def waiting(one, more):
    """A call that takes so many seconds with one thread and with more."""
    return lambda: time.sleep(one if torch.get_num_threads() == 1 else more)


@pytest.mark.skipif(threads._runtime() is None, reason="this build of torch has no OpenMP that can be asked")
@pytest.mark.parametrize(
    ("one", "more", "count"), [(0.02, 0.018, 1), (0.01, 0.03, 1), (0.03, 0.01, 2), (5.0, threads.LONG * 1.1, 2)]
)
def test_more_only_where_it_clearly_pays(one, more, count):
    network = torch.nn.Identity()

    def work():
        assert torch.get_num_threads() == 1
        threads.settle(network, waiting(one, more), "kind")
        return torch.get_num_threads()

    assert beside(work) == count
    assert torch.get_num_threads() == 2
    (choice,) = threads.choices()
    assert (choice.network, choice.threads) == ("Identity", count)
    assert choice.reason


def test_a_choice_is_remembered_by_kind_and_lives_with_its_network():
    networks, calls = [torch.nn.Identity()], []

    def work():
        for kind in ("one", "other", "one"):
            threads.settle(networks[0], lambda: calls.append(1), kind)
        return len(calls)

    measured = beside(work)
    assert beside(work) == measured
    assert len(threads.choices()) == 2
    networks.clear()
    assert threads.choices() == []


def test_the_environment_overrules(monkeypatch):
    monkeypatch.setenv(threads.VARIABLE, "2")
    network = torch.nn.Identity()

    def work():
        threads.settle(network, lambda: pytest.fail("nothing is measured"), "kind")
        return torch.get_num_threads()

    assert beside(work) == 2


@pytest.mark.parametrize("bad", ["none", "0", "-1", "1.5"])
def test_a_bad_word_in_the_environment_says_what_is_allowed(monkeypatch, bad):
    monkeypatch.setenv(threads.VARIABLE, bad)
    with pytest.raises(ValueError, match="whole number of threads"):
        threads.overruled()


def test_in_the_users_own_thread_nothing_is_chosen():
    own = own_network(tiny.unet())
    with torch.no_grad():
        own(torch.randn(2, 4, 8, 8), 1, encoder_hidden_states=torch.randn(2, 16, 32))
    assert threads.choices() == []
    assert torch.get_num_threads() == 2


def test_a_networks_answer_is_the_same_beside_as_before():
    x, text = torch.randn(2, 4, 8, 8), torch.randn(2, 16, 32)

    def work():
        with torch.no_grad():
            return own_network(tiny.unet())(x, 1, encoder_hidden_states=text).sample

    torch.testing.assert_close(beside(work), work(), rtol=1e-5, atol=1e-6)
    assert [choice.network for choice in threads.choices()] == ["UNet2DConditionModel"]


@pytest.mark.skipif(sys.platform != "linux", reason="counts threads as Linux tells them")
def test_a_run_leaves_no_team_behind():
    code = """
import os, threading, torch
from diffexplain.core import threads
x = torch.randn(512, 512)
torch.set_num_threads(2)
count = lambda: len(os.listdir("/proc/self/task"))
start = count()
def job():
    with threads.sparing(2):
        for kind in range(3):
            threads.settle(torch.nn.Identity(), lambda: x @ x, kind)
    print(count() - start)
thread = threading.Thread(target=job); thread.start(); thread.join()
x @ x
print(count() - start)
threads.let_go()
print(count() - start, torch.get_num_threads())
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=120)
    worker, mine, after = done.stdout.splitlines()
    assert int(worker) == 1  # the worker itself
    assert int(mine) >= 1
    assert after == "0 2"


def test_without_a_runtime_torch_is_left_as_it_is(monkeypatch):
    monkeypatch.setattr(threads, "_found_runtime", lambda: None)
    network = torch.nn.Identity()

    def work():
        threads.settle(network, lambda: pytest.fail("nothing is measured"), "kind")
        return torch.get_num_threads()

    assert beside(work) == 2


def test_a_run_with_a_network_that_cannot_be_measured_takes_all():
    def work():
        own_network(torch.compile(tiny.unet(), backend="eager"))
        threads.settle(torch.nn.Identity(), lambda: pytest.fail("nothing is measured"), "kind")
        return torch.get_num_threads()

    assert beside(work) == 2
