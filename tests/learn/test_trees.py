"""Trees: put together again they are what was taken apart, and what lies between is tensors and plain JSON."""

from __future__ import annotations

import json
from typing import Any

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from diffexplain.learn import trees

LEAVES = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=3)
KEYS = st.text("abc", min_size=1, max_size=2) | st.integers(0, 9)
TREES = st.recursive(
    LEAVES | st.integers(0, 9).map(torch.tensor),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3),
    max_leaves=12,
)


@given(tree=TREES)
def test_joined_after_a_turn_through_json_is_what_was_split(tree: Any) -> None:
    tensors, rest = trees.split(tree)
    assert trees.join(tensors, json.loads(json.dumps(rest))) == tree
    assert all(isinstance(tensor, torch.Tensor) for tensor in tensors.values())


def test_tensors_are_named_by_their_path() -> None:
    tensors, _ = trees.split({"optimizers": [{"state": {3: {"exp_avg": torch.tensor(1)}}}], "noise": torch.tensor(2)})
    assert {*tensors} == {"optimizers/0/state/3/exp_avg", "noise"}


def test_no_tensor_takes_the_name_of_another() -> None:
    with pytest.raises(ValueError, match="two tensors are called a/b"):
        trees.split({"a": {"b": torch.tensor(1)}, "a/b": torch.tensor(2)})


def test_what_json_can_not_hold_is_refused() -> None:
    with pytest.raises(TypeError, match="can't hold a set"):
        trees.split({"things": {1, 2}})
