"""Listening to a denoiser's attention: hooks on, maps out call by call, hooks off."""

from __future__ import annotations

import functools
import threading
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any, TypeAlias

import torch

from diffexplain.core.attention.budget import Budget
from diffexplain.core.attention.keepers import Compact, Full, Keeper
from diffexplain.core.attention.layers import Layer, layers_of
from diffexplain.core.attention.options import attention_options
from diffexplain.core.attention.step_attention import StepAttention
from diffexplain.core.attention.verification import Verification
from diffexplain.core.attention.view import View, view_of
from diffexplain.core.safe_reading import reason_of
from diffexplain.errors import AttentionError
from diffexplain.i18n import say

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from diffexplain.core.attention.options import Attention
    from diffexplain.core.guidance import CallRows, Half
    from diffexplain.core.text.streams import Text

Texts: TypeAlias = "Mapping[Half, tuple[Text | None, ...]]"


class Listener:
    """Captures what a denoiser's attention layers compute, as long as it is entered. The denoiser's output stays equal to the bit.

    It may be left and entered again in the middle of a run. Listening ends no run: where it fails there is nothing to be had of the
    attention from there on, and ``missing`` says why.

    Raises:
        AttentionError: Where the denoiser has no such layers.
    """

    missing: str  # why nothing is to be had; empty while all goes well
    first: bool  # the run's first step goes on

    budget: Budget
    texts: Texts
    calls: list[dict[str, torch.Tensor]]  # what each call of the denoiser since the last step has given
    view: View | None  # of the call that goes on
    views: dict[Any, View]
    keeper: Keeper
    verifications: dict[str, Verification]  # of layers that have not been captured yet
    proved: bool
    captured: dict[str, None]  # names of the layers of which there is something

    def __init__(
        self, denoiser: torch.nn.Module, options: Attention, budget: Budget | None = None, *, strict: bool = True
    ) -> None:
        """Find the layers.

        Args:
            denoiser: A unet or transformer of diffusers.
            options: What to keep.
            budget: One that several runs share and that is planned already; None for one of its own.
            strict: Whether what can't be read as asked is refused, in the run's first step.
        """
        self.denoiser, self.options, self.shared, self.strict = denoiser, options, budget, strict
        self.layers = layers_of(denoiser, options)
        self.gate = self.layers[0].gate
        self.hooks, self.proving, self.listening = ExitStack(), ExitStack(), False
        self._forget()

    def __enter__(self) -> Listener:
        return self

    def __exit__(self, *_: object) -> None:
        self.proving.close()
        self.hooks.close()
        self.listening = False
        self.gate.thread = None
        for layer in self.layers:
            layer.outputs.clear()

    def start(self) -> None:
        """Begin a run. Projections may have been exchanged since the last one (LoRA), so the hooks are put on anew."""
        self.__exit__()
        self._forget()

    def plan(self, steps: int) -> None:
        """Note how many steps the run will have."""
        if self.shared is None:
            self.budget.plan((1, steps))

    def begin(self, index: int, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        """Begin a call of the denoiser on this thread, for this step. Until it ends, what the layers compute on this thread is captured."""
        for layer in self.layers:
            layer.outputs.clear()
        self.view, self.gate.thread, self.first = None, None, index == 0
        if self.missing or not self.options.wants_step(index):
            return
        with self._reading():
            self._begin(args, kwargs)

    def _begin(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        if not self.listening:
            self._install()
        x: Any = args[0] if args else kwargs.get("sample", kwargs.get("hidden_states"))
        ids = kwargs.get("img_ids")
        key = (tuple(x.shape), None if ids is None else tuple(ids.shape), _tokens(args, kwargs))
        if key not in self.views:  # where positions come with their coordinates, reading them takes a while
            self.views[key] = view_of(self.denoiser, args, kwargs)
        self.view, self.gate.thread = self.views[key], threading.get_ident()
        self.keeper = (Full if self.options.full else Compact)(self.options, self.budget)

    def end(self) -> None:
        """End the call of the denoiser.

        Raises:
            AttentionError: Where no layer was heard, or the budget is too small.
        """
        self.gate.thread = None
        if self.view is None:
            self.calls.append({})
            return
        kept: dict[str, torch.Tensor] = {}
        with self._reading():
            kept = self.keeper.finish()
        self.calls.append(kept)
        self.view = None
        self.budget.require()
        with self._reading():
            self._require_captured()
        self.proving.close()
        self.verifications, self.proved = {}, True

    def _require_captured(self) -> None:
        if not self.calls[-1] and not self.captured and not self.missing:
            raise AttentionError(
                say(
                    "none of the {count} attention layers of {denoiser} was heard: their projections were not called as modules. "
                    "Record before torch.compile, or with the usual attention processors.",
                    count=len(self.layers),
                    denoiser=type(self.denoiser).__name__,
                )
            )

    def drop(self) -> None:
        """Forget the call of the denoiser: it did not come to its end, or nobody wants what it gave."""
        self.calls, self.view, self.gate.thread = [], None, None

    def take(
        self, where: Mapping[Half, CallRows], texts_of_half: Callable[[Half, int, int], tuple[Text | None, ...]]
    ) -> StepAttention | None:
        """Return what the calls since the last step have given; None where it was not asked for, or the rows can't be told apart.

        Args:
            where: For each half of guidance, in which of the calls it was, and which rows are its own.
            texts_of_half: What the tokens are, for a half, its number of rows and the number of tokens; the same object for the same text.
        """
        calls = self.take_calls()
        kept = maps_of(calls, where)
        if "cond" not in kept:
            return None
        texts = texts_of(kept, texts_of_half)
        if self.texts.keys() != texts.keys() or any(texts[half] is not self.texts[half] for half in texts):
            self.texts = texts  # else steps share them
        return self.step(kept, self.texts)

    def take_calls(self) -> list[dict[str, torch.Tensor]]:
        """Return what each call since the last step has given, by layer: (rows, heads, tokens, height, width); empty where not asked for."""
        calls, self.calls = self.calls, []
        self.budget.first = self.budget.first and not any(calls)
        return calls

    def step(self, kept: Mapping[Half, Mapping[str, torch.Tensor]], texts: Texts) -> StepAttention:
        """Return the attention of a step, of what is kept of it and what its tokens are."""
        return StepAttention(
            kept=kept,
            layers=tuple(self.captured),
            heads=self.options.heads,
            full=self.options.full,
            direction=self.options.direction,
            texts=texts,
        )

    @contextmanager
    def _reading(self) -> Iterator[None]:
        """Keep the run from what can't be read in this block: there is nothing more to be had of the attention, nor of its half-read call."""
        try:
            yield
        except Exception as error:
            if self.strict and self.first and isinstance(error, AttentionError):
                raise
            self.missing = self.missing or reason_of(error)
            self.calls, self.view, self.gate.thread = [{} for _ in self.calls], None, None

    def _forget(self) -> None:
        self.missing, self.first = "", True
        self.budget = Budget(self.options) if self.shared is None else self.shared
        self.texts = {}
        self.calls = []
        self.view = None
        self.views = {}
        self.keeper = Compact(self.options, self.budget)
        self.verifications = {}
        self.proved = False
        self.captured = {}

    def _install(self) -> None:
        self.listening = True
        for layer in self.layers:
            for handle in layer.listen():
                self.hooks.callback(handle.remove)
            called = functools.partial(self._layer_called, layer)
            self.hooks.callback(layer.module.register_forward_hook(called, with_kwargs=True).remove)
            if not self.proved:
                self.verifications[layer.name] = Verification(layer)
                for handle in self.verifications[layer.name].listen():
                    self.proving.callback(handle.remove)

    def _layer_called(self, layer: Layer, _: Any, __: tuple[Any, ...], kwargs: dict[str, Any], output: Any = None) -> None:
        """Take in what a layer has computed."""
        if self.view is None or not self.gate.open:
            return
        with self._reading(), torch.no_grad():
            capture = layer.capture(self.view, self.options.direction, kwargs)
            if capture is not None:
                self.captured[layer.name] = None
                if layer.name in self.verifications:
                    asked = layer.capture(self.view, "picture_to_text", kwargs)
                    assert asked is not None
                    self.verifications.pop(layer.name).require(asked, layer.value(), kwargs, output)
                self.keeper.add(layer.name, capture, self.view.grid(layer.name, capture.positions))
        layer.outputs.clear()


def listener_of(attention: bool | Attention) -> Callable[[torch.nn.Module], Listener] | None:
    """Return what makes a listener as a caller of `record` asks for one; None for nothing. What is asked for by name is strict."""
    options = attention_options(attention)
    return None if options is None else functools.partial(Listener, options=options, strict=attention is not True)


def maps_of(calls: list[dict[str, torch.Tensor]], where: Mapping[Half, CallRows]) -> dict[Half, dict[str, torch.Tensor]]:
    """Return what calls have given, for each half of guidance: the rows that are its own."""
    kept: dict[Half, dict[str, torch.Tensor]] = {
        half: {name: maps[rows] for name, maps in calls[call].items()}
        for half, (call, rows) in where.items()
        if call < len(calls)
    }
    return {half: entries for half, entries in kept.items() if entries}


def texts_of(
    kept: Mapping[Half, Mapping[str, torch.Tensor]], texts_of_half: Callable[[Half, int, int], tuple[Text | None, ...]]
) -> Texts:
    """Return what the tokens are of what is kept; ``texts_of_half`` as in `Listener.take`."""
    shapes = {half: next(iter(entries.values())).shape for half, entries in kept.items()}
    return {half: texts_of_half(half, shape[0], shape[2]) for half, shape in shapes.items()}


def _tokens(args: tuple[Any, ...], kwargs: dict[str, Any]) -> int:
    text = args[2] if len(args) > 2 else kwargs.get("encoder_hidden_states")
    return int(text.shape[1]) if isinstance(text, torch.Tensor) and text.ndim == 3 else 0
