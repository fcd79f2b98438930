"""The number format is chosen by what was measured here."""

from __future__ import annotations

import time

import pytest
import torch

from diffexplain.learn import precision


def test_a_processor_without_bfloat16_never_runs_the_network_in_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(precision, "_product", lambda dtype: 2.0 if dtype == torch.bfloat16 else 1.0)
    assert precision.choose(lambda dtype: pytest.fail("needless"), "cpu").dtype == torch.float32


@pytest.mark.parametrize(("slow", "fast", "chosen"), [(0.03, 0.001, torch.bfloat16), (0.001, 0.03, torch.float32)])
def test_the_faster_wins(monkeypatch: pytest.MonkeyPatch, slow: float, fast: float, chosen: torch.dtype) -> None:
    monkeypatch.setattr(precision, "_product", lambda dtype: 1.0)
    found = precision.choose(lambda dtype: time.sleep(fast if dtype == torch.bfloat16 else slow), "cpu")
    assert found.dtype == chosen
    assert set(found.seconds) == {"float32", "bfloat16"}


def test_it_measures_this_machine() -> None:
    network = torch.nn.Linear(16, 16)
    found = precision.choose(lambda dtype: network(torch.ones(4, 16)).sum().backward(), "cpu")
    assert found.dtype in {torch.float32, torch.bfloat16}
