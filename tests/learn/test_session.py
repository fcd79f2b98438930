"""A session that was saved and restored goes on as if it had not stopped."""

from __future__ import annotations

import json
from itertools import islice
from typing import TYPE_CHECKING, Any

import pytest
import torch
from safetensors.torch import load, save

from diffexplain.errors import SessionError
from diffexplain.learn import Losses, Session, descend, optimizers, rates

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

torch.set_num_threads(1)
KINDS: dict[str, Callable[..., optimizers.Optimizers]] = {"adamw": optimizers.adamw, "muon": optimizers.muon_and_adamw}


def session(kind: str, seed: int, *, width: int = 12) -> Session:
    """Learn to take noise off points in two dimensions; a convolution in channels-last format and a buffer are in it too."""
    torch.manual_seed(seed)
    network = torch.nn.Sequential(
        torch.nn.Linear(2, width),
        torch.nn.BatchNorm1d(width),
        torch.nn.Unflatten(1, (3, 2, width // 6)),
        torch.nn.Conv2d(3, 4, 2, padding=1),
        torch.nn.Flatten(),
        torch.nn.LazyLinear(2),
    )
    network(torch.zeros(2, 2))  # so that the lazy layer knows its size
    network = network.to(memory_format=torch.channels_last).train()
    return Session(network, KINDS[kind](network, 1e-2), device="cpu", limit=0.9, seed=seed)


def advance(going: Session, updates: int) -> list[float]:
    """Losses of so many updates, whose batches and noise are the session's own."""

    def batches() -> Iterator[torch.Tensor]:
        while True:
            yield torch.from_numpy(going.draw.normal(size=(8, 2))).float()

    def loss(points: torch.Tensor) -> Losses:
        noise = torch.randn(points.shape, generator=going.noise)
        return Losses((going.network(points + noise) - noise).square().mean())

    def rate(samples: int) -> float:
        return rates.warm_up(samples, 100)

    found = []
    loop = descend(loss, batches(), going.optimizers, average=going.average, rate=rate, samples=going.samples)
    for update in islice(loop, updates):
        going.samples = update.samples
        going.seconds += 0.25
        found.append(update.loss)
    return found


def saved(going: Session) -> tuple[dict[str, torch.Tensor], Any]:
    """Tensors and facts after a turn through what a file holds: safetensors and JSON."""
    return load(save(going.tensors())), json.loads(json.dumps(going.facts()))


@pytest.mark.parametrize("kind", KINDS)
def test_half_saved_loaded_and_the_other_half_is_bit_equal_to_the_whole(kind: str) -> None:
    whole, first, second = session(kind, 1), session(kind, 1), session(kind, 2)
    losses = advance(whole, 20)
    assert losses[:10] == advance(first, 10)
    second.load(*saved(first))
    assert advance(second, 10) == losses[10:]
    expected, found = whole.tensors(), second.tensors()
    assert expected.keys() == found.keys()
    assert all(torch.equal(value, found[name]) for name, value in expected.items())
    assert second.facts() == whole.facts()
    assert (second.samples, second.seconds) == (160, 5.0)


def test_what_was_taken_out_does_not_change_when_training_goes_on() -> None:
    going = session("adamw", 1)
    advance(going, 2)
    kept, facts = going.tensors(), going.facts()
    losses = advance(going, 3)
    going.load(kept, facts)
    assert advance(going, 3) == losses


def test_a_state_is_restored_as_a_copy() -> None:
    first, second = session("muon", 1), session("muon", 2)
    advance(first, 2)
    second.restore(first.state())
    advance(second, 3)
    third = session("muon", 3)
    third.restore(first.state())
    assert advance(third, 3) == advance(first, 3)


def test_the_number_format_comes_back() -> None:
    first, second = session("adamw", 1), session("adamw", 2)
    first.dtype = torch.bfloat16
    second.load(*saved(first))
    assert second.dtype == torch.bfloat16


def test_a_session_of_another_network_is_refused() -> None:
    with pytest.raises(SessionError, match=r"does not fit this session: .*size mismatch"):
        session("adamw", 1, width=18).load(*saved(session("adamw", 1)))


def test_a_session_of_another_optimizer_is_refused() -> None:
    with pytest.raises(SessionError, match="does not fit this session"):
        session("muon", 1).load(*saved(session("adamw", 1)))


@pytest.mark.parametrize(
    "facts", [None, 3, {}, [], {"pairs": []}, {"pairs": 3}, {"tensor": "nowhere"}, {"pairs": [["network", 1]]}]
)
def test_what_is_no_session_is_refused(facts: Any) -> None:
    with pytest.raises(SessionError, match="does not fit this session"):
        session("adamw", 1).load({}, facts)


def test_a_number_format_that_training_does_not_use_is_refused() -> None:
    state = session("adamw", 1).state()
    with pytest.raises(SessionError, match="load"):
        session("adamw", 1).restore({**state, "dtype": "load"})
