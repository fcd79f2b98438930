"""A field is declared once: trait, argument, check and help of every explorer follow from the declaration."""

from __future__ import annotations

import dataclasses
import inspect
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given

import diffexplain as dx
from diffexplain.explorers import checks
from diffexplain.explorers.explorer import Explorer
from diffexplain.explorers.field import Field, field
from diffexplain.i18n import say

CLASSES = list(dx.explorers().values())
EACH = pytest.mark.parametrize("kind", CLASSES, ids=[kind.__name__ for kind in CLASSES])


def names(declaration: type[Any]) -> list[str]:
    return [each.name for each in dataclasses.fields(declaration)]


@pytest.fixture
def made() -> Iterator[Callable[..., Explorer]]:
    """Make explorers of the bundled models whose runs nobody waits for."""
    explorers: list[Explorer] = []

    def make(kind: Any, **values: Any) -> Explorer:
        explorers.append(kind(**values))
        explorers[-1].cancel()
        return explorers[-1]

    yield make
    for explorer in explorers:
        explorer.close()


# Of all explorers


@EACH
def test_every_field_is_a_trait_of_one_part(kind: type[Explorer]) -> None:
    parts = [*names(kind.Request), *names(kind.Live), *names(kind.View)]
    assert parts == list(kind._fields)  # each once, in the order of the declarations
    assert {name for name, trait in kind.class_traits().items() if isinstance(trait, Field)} == set(parts)
    assert set(kind.class_traits(sync=True)) - set(Explorer.class_traits(sync=True)) == set(parts)
    assert [name for name, each in kind._fields.items() if each.request] == names(kind.Request)
    assert [name for name, each in kind._fields.items() if each.live] == names(kind.Live)


@EACH
def test_the_signature_names_every_field_with_its_default(kind: type[Explorer]) -> None:
    parameters = inspect.signature(kind).parameters
    for name, each in kind._fields.items():
        assert parameters[name].default == each.default()
    own = list(inspect.signature(kind.__init__).parameters)[1:-1]
    assert set(parameters) == {*own, *kind._fields, "traits"}
    assert parameters["traits"].kind is inspect.Parameter.VAR_KEYWORD


@EACH
def test_the_documentation_has_a_line_for_every_field(kind: type[Explorer]) -> None:
    lines = (kind.__doc__ or "").splitlines()
    start = lines.index("Args:")
    section = lines[start : next((at for at in range(start, len(lines)) if not lines[at].strip()), len(lines))]
    own = list(inspect.signature(kind.__init__).parameters)[1:-1]
    for name, each in kind._fields.items():
        assert each.help
        assert "\n" not in each.help
        assert kind.class_traits()[name].help == each.help
        (entry,) = [line for line in section if line.startswith(f"    {name}: ")]
        assert entry == f"    {name}: {each.help}" or name in own
    assert len(set(section)) == len(section)


@EACH
def test_every_default_passes_its_check_and_stands(kind: type[Explorer], made: Callable[..., Explorer]) -> None:
    explorer = made(kind)
    for name, each in kind._fields.items():
        plain = explorer.check(name, each.default())
        assert explorer.check(name, plain) == plain
        assert getattr(explorer, name) == plain
    explorer.Request(**{name: getattr(explorer, name) for name in names(kind.Request)})


@EACH
def test_no_list_is_shared_between_two_explorers(kind: type[Explorer], made: Callable[..., Explorer]) -> None:
    first, second = made(kind), made(kind)
    for name, each in kind._fields.items():
        value = getattr(first, name)
        if isinstance(value, list):
            assert value is not getattr(second, name)
            assert value is not each.default()


@EACH
def test_what_is_no_field_is_refused_by_name(kind: Any) -> None:
    for name in ("no_such_field", "_key"):
        with pytest.raises(TypeError, match=rf"{kind.__name__} .*{name}"):
            kind(**{name: "x"})


# The declaration itself


@dataclass(frozen=True)
class Unchecked:
    amount: int = field(0, None, "How much.")


@dataclass(frozen=True)
class Rate:
    rate: float = field(0.5, checks.optional(checks.between(0, 1)), "How fast.")


@dataclass(frozen=True)
class Hidden:
    run: int = field(0, checks.index, "Hides a method.")


def test_a_field_that_nothing_checks_is_refused_with_the_class() -> None:
    with pytest.raises(TypeError, match="check_amount"):
        type("Careless", (Explorer,), {"Request": Unchecked})


def test_a_field_may_not_hide_something_else() -> None:
    with pytest.raises(TypeError, match="'run'"):
        type("Hiding", (Explorer,), {"View": Hidden})


def test_a_method_of_the_class_may_check() -> None:
    def check_amount(self: Any, name: str, value: Any) -> int:
        return checks.whole(name, value, 0, 9, say("a digit"))

    kind = type("Careful", (Explorer,), {"Request": Unchecked, "Live": Rate, "check_amount": check_amount})
    assert [(each.request, each.live) for each in kind._fields.values()] == [(True, False), (False, True)]
    assert list(inspect.signature(kind).parameters)[-3:] == ["amount", "rate", "traits"]


# Checks


VALUES = st.one_of(st.none(), st.booleans(), st.integers(), st.integers(-9, 9), st.floats(), st.floats(-9, 9), st.text())
LISTS = st.one_of(VALUES, st.lists(VALUES, max_size=5), st.lists(st.integers(-9, 9), max_size=5))


def refusal(check: Callable[[str, Any], Any], value: Any) -> str | None:
    """What a check says against a value; None where it lets it pass."""
    try:
        check("amount", value)
    except ValueError as error:
        return str(error)
    return None


def in_one_line(words: str, name: str, value: Any) -> None:
    assert "\n" not in words
    assert words.startswith(name)
    assert checks.shown(value) in words


@given(VALUES, st.integers(-9, 9), st.integers(0, 9))
def test_between_lets_whole_numbers_of_the_range_pass(value: Any, lowest: int, more: int) -> None:
    check = checks.between(lowest, lowest + more)
    words = refusal(check, value)
    assert (words is None) == (type(value) is int and lowest <= value <= lowest + more)
    if words is None:
        assert type(check("amount", np.int64(value))) is int
        assert check("amount", value) == value
    else:
        in_one_line(words, "amount", value)


@given(VALUES, st.floats(-9, 9), st.floats(0, 9))
def test_number_lets_numbers_within_pass(value: Any, lowest: float, more: float) -> None:
    def check(name: str, given_value: Any) -> float:
        return checks.number(name, given_value, lambda one: lowest <= one <= lowest + more, say("a number"), say("lower it"))

    words = refusal(check, value)
    assert (words is None) == (type(value) in (int, float) and lowest <= value <= lowest + more)
    if words is None:
        assert type(check("amount", np.float64(value))) is float
        assert check("amount", value) == value
    else:
        in_one_line(words, "amount", value)


@given(LISTS, st.integers(0, 3), st.integers(0, 3))
def test_listed_checks_the_length_and_each_value(value: Any, least: int, more: int) -> None:
    check = checks.listed(checks.between(-5, 5), least, least + more)
    words = refusal(check, value)
    if not isinstance(value, list) or not least <= len(value) <= least + more:
        assert words is not None
        in_one_line(words, "amount", value)
        return
    wrong = next((at for at, one in enumerate(value) if refusal(checks.between(-5, 5), one) is not None), None)
    if wrong is None:
        plain = check("amount", tuple(value))
        assert plain == value
        assert plain is not value
        assert type(plain) is list
    else:
        assert words is not None
        in_one_line(words, f"amount[{wrong}]", value[wrong])


@given(VALUES)
def test_optional_adds_none_and_nothing_else(value: Any) -> None:
    check, inner = checks.optional(checks.between(-5, 5)), checks.between(-5, 5)
    assert refusal(check, value) == (None if value is None else refusal(inner, value))
    if refusal(check, value) is None:
        assert check("amount", value) is None if value is None else check("amount", value) == inner("amount", value)
