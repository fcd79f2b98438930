"""A training session: all that changes while a network is trained. It can be paused, saved, and gone on with as if it had not stopped."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from diffexplain.errors import SessionError
from diffexplain.i18n import say
from diffexplain.learn import trees
from diffexplain.learn.averaging import Average

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from diffexplain.learn.optimizers import Optimizers

_DTYPES = {str(dtype).removeprefix("torch."): dtype for dtype in (torch.float32, torch.bfloat16)}


class Session:
    """A network in training.

    A training loop that draws its batches with `draw` and its noise with `noise`, and lets nothing else be chance, goes on from a
    restored session bit for bit as the saved one would have, on the same kind of device.

    Args:
        network: to be trained, on the device.
        optimizers: over its parameters.
        device: where `noise` is drawn.
        limit: of the decay of the average, see `diffexplain.learn.averaging`.
        seed: of `draw` and `noise`.

    Attributes:
        network: in training mode.
        optimizers: over its parameters.
        average: of its weights.
        draw: numpy's generator, which chooses the samples.
        noise: torch's generator, on the device.
        dtype: of mixed precision; None before it is chosen.
        samples: seen so far.
        seconds: spent in updates so far.
    """

    def __init__(
        self, network: Any, optimizers: Optimizers, *, device: torch.device | str, limit: float = 0.999, seed: int = 0
    ) -> None:
        self.network = network
        self.optimizers = optimizers
        self.average = Average(network, limit)
        self.draw = np.random.default_rng(seed)
        self.noise = torch.Generator(device).manual_seed(seed)
        self.dtype: torch.dtype | None = None
        self.samples = 0
        self.seconds = 0.0

    def state(self) -> dict[str, Any]:
        """Return everything as a tree, see `diffexplain.learn.trees`; its tensors are those of the session and change with it."""
        return {
            "network": self.network.state_dict(),
            "average": self.average.state_dict(),
            "optimizers": self.optimizers.state_dict(),
            "draw": self.draw.bit_generator.state,
            "noise": self.noise.get_state(),
            "dtype": None if self.dtype is None else str(self.dtype).removeprefix("torch."),
            "device": self.noise.device.type,
            "samples": self.samples,
            "seconds": self.seconds,
        }

    def restore(self, state: Mapping[str, Any]) -> None:
        """Go on from a copy of a state. What the session was made with stays: the full learning rates, the limit of the average.

        Between kinds of devices noise and number format do not carry over, since their generators have states of their own.

        Raises:
            SessionError: the state is of another network or of other optimizers, or is none; this session is then good for nothing more.
        """
        with refusing():
            self._restore(state)

    def tensors(self) -> dict[str, torch.Tensor]:
        """Return copies of all tensors, contiguous on the CPU, by the names that `facts` calls them."""
        live, _ = trees.split(self.state())
        return {
            name: tensor.detach().to("cpu", copy=True, memory_format=torch.contiguous_format) for name, tensor in live.items()
        }

    def facts(self) -> dict[str, Any]:
        """Return all that is no tensor, as plain JSON: with `tensors` everything that a file of a session needs."""
        _, rest = trees.split(self.state())
        facts: dict[str, Any] = rest
        return facts

    def load(self, tensors: Mapping[str, torch.Tensor], facts: Mapping[str, Any]) -> None:
        """Go on from `tensors` and `facts` of a session, as `restore` does.

        Raises:
            SessionError: they don't fit this session, or each other; this session is then good for nothing more.
        """
        with refusing():
            self._restore(trees.join(tensors, facts))

    def _restore(self, state: Mapping[str, Any]) -> None:
        self.network.load_state_dict(state["network"])
        self.average.load_state_dict(state["average"])
        self.optimizers.load_state_dict(state["optimizers"])
        self.draw.bit_generator.state = state["draw"]
        if state["device"] == self.noise.device.type:
            self.noise.set_state(state["noise"])
            self.dtype = None if state["dtype"] is None else _DTYPES[state["dtype"]]
        self.samples, self.seconds = int(state["samples"]), float(state["seconds"])


@contextmanager
def refusing() -> Iterator[None]:
    """Say what torch, numpy and dicts raise about a state that does not fit."""
    try:
        yield
    except (AttributeError, KeyError, RuntimeError, TypeError, ValueError) as error:
        raise SessionError(
            say(
                "What was saved does not fit this session: {reason}. Begin with the settings that it was saved with, or anew.",
                reason=" ".join(str(error).split()),
            )
        ) from error
