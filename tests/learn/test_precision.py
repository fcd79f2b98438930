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


def _attended(dtype: torch.dtype) -> tuple[str, torch.Tensor]:
    """Name of the way back through attention as `precision.attention` has it, and the slope of what was asked about."""
    torch.manual_seed(0)
    asked, known = (torch.randn(2, 4, 64, 32) for _ in range(2))
    asked.requires_grad_()
    with precision.attention("cpu", dtype), torch.autocast("cpu", dtype, enabled=dtype != torch.float32):
        query, key = (each.to(dtype) for each in (asked, known))
        said = torch.nn.functional.scaled_dot_product_attention(query, key, key)
    assert said.grad_fn is not None
    said.float().square().sum().backward()
    assert asked.grad is not None
    return said.grad_fn.name(), asked.grad


def test_on_a_processor_attention_in_bfloat16_is_made_of_products_and_has_the_slope_of_float32() -> None:
    exact, coarse = _attended(torch.float32), _attended(torch.bfloat16)
    assert "ScaledDotProduct" in exact[0]
    assert "ScaledDotProduct" not in coarse[0]
    torch.testing.assert_close(coarse[1], exact[1], atol=0.02 * float(exact[1].abs().max()), rtol=0)


def test_elsewhere_attention_stays_as_it_was() -> None:
    before = torch.backends.cuda.flash_sdp_enabled()
    with precision.attention("cuda", torch.bfloat16), precision.attention("cpu", torch.float32):
        assert torch.backends.cuda.flash_sdp_enabled() == before
