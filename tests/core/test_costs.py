"""Multiply-adds, counted without computing, against those of a call that was computed and against a count by hand."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch.utils.flop_counter import FlopCounterMode

from diffexplain.core import costs
from diffexplain.explorers import pipelines
from tests import tiny, tiny_t5


def attention(one: torch.Tensor, other: torch.Tensor) -> int:
    """Multiply-adds by hand: each query is held against each key, and the values are added up by what comes of it."""
    return 2 * one.shape[:-2].numel() * one.shape[-2] * one.shape[-1] * other.shape[-2]


def computed(network: Any, given: Any, named: Any, monkeypatch: pytest.MonkeyPatch) -> int:
    """Multiply-adds of a call that is computed: torch's own count, and attention by hand."""
    attended = []
    plain = torch.nn.functional.scaled_dot_product_attention

    def noted(query: Any, key: Any, value: Any, **options: Any) -> Any:
        attended.append(attention(query, key))
        with FlopCounterMode(display=False) as counter:
            result = plain(query, key, value, **options)
        attended.append(-counter.get_total_flops() // 2)  # where it is counted already
        return result

    monkeypatch.setattr(torch.nn.functional, "scaled_dot_product_attention", noted)
    with torch.no_grad(), FlopCounterMode(display=False) as counter:
        network(*given, **named)
    assert sum(attended) >= 0
    assert attended
    return int(counter.get_total_flops() // 2 + sum(attended))


def test_layers_cost_what_they_cost_by_hand() -> None:
    convolution, linear = torch.nn.Conv2d(3, 5, 3, padding=1), torch.nn.Linear(7, 11)
    counted, given = costs.multiply_adds(convolution, torch.zeros(2, 3, 16, 16))
    assert counted == 2 * 16 * 16 * 5 * 3 * 9
    assert given.shape == (2, 5, 16, 16)
    assert costs.multiply_adds(linear, torch.zeros(4, 7))[0] == 4 * 7 * 11
    layer = torch.nn.TransformerEncoderLayer(8, 2, 32, batch_first=True)
    assert costs.multiply_adds(layer, torch.zeros(3, 5, 8))[0] == 3 * (5 * (4 * 8 * 8 + 2 * 8 * 32) + 2 * 5 * 5 * 8)
    with pytest.raises(ValueError, match="bound"):
        costs.multiply_adds(torch.jit.script(linear), torch.zeros(4, 7))


def test_each_module_has_its_share_and_nobodys_hook_is_called() -> None:
    network = torch.nn.Sequential(torch.nn.Linear(2, 3), torch.nn.Sequential(torch.nn.Linear(3, 5), torch.nn.ReLU()))
    network[0].register_forward_hook(lambda *_: pytest.fail("called"))
    bare = costs.without_numbers(network)
    called: list[Any] = []
    bare[1].register_forward_hook(lambda *_: called.append(_))
    found = costs.counted(bare, (torch.zeros(7, 2),), {})
    shares = {name: found.by_module[name] for name in ("", "0", "1", "1.0")}
    assert shares == {"": 7 * 21, "0": 7 * 6, "1": 7 * 15, "1.0": 7 * 15}
    assert (found.multiply_adds, len(called), len(network[1]._forward_hooks)) == (7 * 21, 1, 0)


@pytest.mark.parametrize(
    ("build", "name"), [(tiny.sd, "unet"), (tiny.sdxl, "unet"), (tiny_t5.sd3, "transformer"), (tiny_t5.flux, "transformer")]
)
def test_a_denoisers_call_is_that_of_its_pipeline(build: Any, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    pipe = build()
    call = pipelines.drawing(pipe, ["a red circle"], [0], 1, 4.0)
    given, named = costs.first_call(call, name)
    network = getattr(pipe, name)
    weights = {key: each.clone() for key, each in network.state_dict().items()}
    counted, _ = costs.multiply_adds(getattr(call.pipeline, name), *given, **named)
    assert counted == computed(network, given, named, monkeypatch) > 0
    assert all(torch.equal(weights[key], each) for key, each in network.state_dict().items())
