"""One wrapping an object, whoever listens and in whatever order they go; copies are plain."""

from __future__ import annotations

import copy
import inspect
import pickle
from contextlib import ExitStack

import hypothesis.strategies as st
import pytest
import torch
from hypothesis import given

from diffexplain.core.wrapping import plain_type, wrapped
from tests import tiny


class Thing:
    """Counts."""

    def __init__(self):
        self.calls = 0

    def add(self, number, *, twice=False):
        """Add."""
        self.calls += 1
        return self.calls + number * (2 if twice else 1)

    @staticmethod
    def name():
        return "thing"


def noting(heard):
    def around(run, call, names):
        heard.append((dict(call), names))
        return run()

    return around


def test_a_call_is_heard_by_the_names_of_its_arguments():
    thing, heard = Thing(), []
    with wrapped(thing, {"add": noting(heard), "nothing": noting([])}):
        assert thing.add(3, twice=True) == 7
        assert inspect.signature(thing.add) == inspect.signature(Thing().add)
        assert isinstance(thing, Thing)
        with pytest.raises(TypeError, match="unexpected keyword"):
            thing.add(1, thrice=True)
    assert thing.add(1) == 3
    ((call, names),) = heard
    assert (call["number"], call["twice"], names) == (3, True, {"self", "number", "twice"})
    assert type(thing) is Thing
    assert vars(thing) == {"calls": 2}


@given(st.permutations(range(4)), st.booleans())
def test_listeners_go_in_any_order(order, own):
    thing, heard = Thing(), [[] for _ in range(4)]
    if own:
        thing.add = lambda number: number
    before = dict(vars(thing))
    stacks = [ExitStack() for _ in heard]
    for stack, each in zip(stacks, heard, strict=True):
        stack.enter_context(wrapped(thing, {"add": noting(each), "name": noting(each)}))
    for place in order:
        thing.add(1)
        thing.name()
        stacks[place].close()
    thing.add(1)
    assert [len(heard[place]) for place in order] == [2, 4, 6, 8]
    assert type(thing) is Thing
    assert {**vars(thing), "calls": 0} == before


@pytest.mark.parametrize("copied", [copy.copy, copy.deepcopy, lambda thing: pickle.loads(pickle.dumps(thing))])
def test_copies_made_meanwhile_are_plain(copied):
    thing, heard = Thing(), []
    with wrapped(thing, {"add": noting(heard)}):
        other = copied(thing)
        assert type(other) is Thing
        other.add(1)
        assert (thing.calls, other.calls, heard) == (0, 1, [])
        assert plain_type(thing) is Thing


def test_what_somebody_puts_about_it_meanwhile_stays():
    thing, heard, theirs = Thing(), [], []
    for _ in range(3):
        with wrapped(thing, {"add": noting(heard)}):
            inner = thing.add
            thing.add = lambda number, inner=inner: theirs.append(1) or inner(number)
    thing.add(1)
    assert len(theirs) == 3
    assert heard == []


def test_who_wants_it_alone_is_told():
    thing = Thing()
    with wrapped(thing, {"add": noting([])}), pytest.raises(KeyError), wrapped(thing, {"add": noting([])}, taken=KeyError()):
        pass
    assert type(thing) is Thing


def test_a_network_keeps_its_class_and_its_copies_are_plain():
    vae, heard = tiny.vae(), []
    with wrapped(vae, {"decode": noting(heard)}):
        assert type(vae) is type(tiny.vae())
        other = copy.deepcopy(vae)
        other.decode(torch.zeros(1, 4, 4, 4))
        assert heard == []
        assert other.decode.__self__ is other
        vae.decode(torch.zeros(1, 4, 4, 4))
    assert len(heard) == 1
    assert "decode" not in vars(vae)


def test_an_object_of_the_class_for_the_time_being_is_one_of_its_own():
    thing, heard = Thing(), []
    with wrapped(thing, {"add": noting([])}):
        other = type(thing)()
    with wrapped(other, {"add": noting(heard)}):
        other.add(1)
    assert len(heard) == 1
    assert type(other) is Thing
