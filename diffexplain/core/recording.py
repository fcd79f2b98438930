"""A recorder: listens to one pipeline and fills one trace.

A forward hook on the denoiser sees every prediction, a wrapper around ``scheduler.step`` sees what becomes of it, and wrappers
around the preparation and the decoding learn the prompt, the seed, the sizes and the final picture.
"""

from __future__ import annotations

import threading
import time
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any

import torch

from diffexplain.core.errors import RecordingError
from diffexplain.core.facts import latents_of, pictures_of, plan_of, seed_of, text_of
from diffexplain.core.guidance import Pairs, same_channels
from diffexplain.core.levels import level_after, level_at, mixture_of
from diffexplain.core.origin import noting_calls
from diffexplain.core.text.streams import texts_told
from diffexplain.core.trace import Step, Trace
from diffexplain.core.wrapping import wrap
from diffexplain.i18n import say

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from diffexplain.core.attention import Listener
    from diffexplain.core.guidance import Half
    from diffexplain.core.text import Text


class Recorder:
    """Listens to one pipeline and fills one trace.

    Each ``_around_...`` is given what runs the wrapped method and the arguments by name, and returns what the method returns.
    """

    def __init__(self, pipe: Any, listener: Listener | None, on_step: Callable[[Step], None] | None) -> None:
        self.pipe, self.scheduler, self.listener, self.on_step = pipe, pipe.scheduler, listener, on_step
        self.trace = Trace(pipeline=type(pipe).__name__, sampler=type(pipe.scheduler).__name__)
        self.preparing = False  # a run is being prepared; it begins with its first step
        self.facts: dict[str, Any] = {}  # what the preparation told
        self.encoded: list[str | tuple[str, ...] | None] = []  # prompts, by pipelines that encode each on its own
        self.pairs = Pairs()
        self.last: torch.Tensor | None = None  # the newest latents
        self.started = time.perf_counter()
        self.failed = False
        self.busy = False  # on_step is at work, and what it decodes is not the end of the run
        self.thread = threading.get_ident()

    @contextmanager
    def listening(self, denoiser: torch.nn.Module) -> Iterator[None]:
        """In this block the recorder hears the pipeline."""
        pipe, scheduler = self.pipe, self.scheduler
        with ExitStack() as undo:
            if self.listener is not None:
                undo.enter_context(self.listener)
                undo.callback(denoiser.register_forward_pre_hook(self._before_denoiser, with_kwargs=True).remove)
            undo.callback(denoiser.register_forward_hook(self._after_denoiser, with_kwargs=True).remove)
            undo.enter_context(noting_calls(pipe, self.trace, self._returned))
            undo.callback(wrap(scheduler, "step", self._around_step))
            undo.callback(wrap(scheduler, "set_timesteps", self._around_set_timesteps))
            undo.callback(wrap(pipe, "encode_prompt", self._around_encode_prompt))
            undo.callback(wrap(pipe, "prepare_latents", self._around_prepare_latents))
            undo.callback(wrap(getattr(pipe, "vae", None), "decode", self._around_decode))
            undo.callback(wrap(getattr(pipe, "image_processor", None), "postprocess", self._around_postprocess))
            undo.callback(wrap(pipe, "maybe_free_model_hooks", self._around_last_line))
            try:
                yield
            except BaseException:
                self._abandon()
                raise
            self._end()

    def _before_denoiser(self, _: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        if self.listener is not None:
            if not self.trace.steps:
                planned = len(self.trace.timesteps)  # image-to-image visits only the last of them
                count = getattr(self.pipe, "_num_timesteps", None)
                self.listener.plan(min(count, planned) if isinstance(count, int) else planned)
            self.listener.begin(len(self.trace.steps), args, kwargs)

    def _after_denoiser(self, _: Any, __: tuple[Any, ...], kwargs: dict[str, Any], output: Any) -> None:
        if self.pipe.scheduler is not self.scheduler:
            raise RecordingError(
                say("pipe.scheduler was exchanged while the pipeline was being recorded. Assign it before `with record(pipe)`.")
            )
        prediction = output[0] if isinstance(output, tuple) else output.sample
        self.pairs.add(prediction.detach().clone(), kwargs.get("encoder_hidden_states"))
        if self.listener is not None:
            self.listener.end()

    def _around_encode_prompt(self, run: Callable[[], Any], call: dict[str, Any], names: frozenset[str]) -> Any:
        self._prepare()
        if "negative_prompt" in names:
            self.facts |= {name: text_of(call.get(name)) for name in ("prompt", "negative_prompt")}
        else:
            self.encoded.append(text_of(call.get("prompt")))
        return run()

    def _around_prepare_latents(self, run: Callable[[], Any], call: dict[str, Any], _: frozenset[str]) -> Any:
        self._prepare()
        self.facts |= {"seed": seed_of(call.get("generator")), "height": call.get("height"), "width": call.get("width")}
        return run()

    def _around_set_timesteps(self, run: Callable[[], Any], _: dict[str, Any], __: frozenset[str]) -> Any:
        self._prepare()
        result = run()
        vars(self.trace).update(vars(Trace(pipeline=self.trace.pipeline, sampler=self.trace.sampler)))  # the trace anew
        self.trace.timesteps = tuple(map(float, self.scheduler.timesteps.tolist()))
        self.pairs = Pairs()
        if self.listener is not None:
            self.listener.start()
            self.trace.attention = self.listener.options
        self.failed = False
        return result

    def _around_step(self, run: Callable[[], Any], call: dict[str, Any], _: frozenset[str]) -> Any:
        timestep, x, guided = call["timestep"], call["sample"].detach().clone(), call["model_output"].detach().clone()
        level = level_at(self.scheduler, timestep)
        result = run()
        self.last = (result[0] if isinstance(result, tuple) else result.prev_sample).detach()
        output, guided = guided, same_channels(guided, x)
        uncond, cond, text = self.pairs.take(x, guided)
        if not self.trace.steps:
            self._begin(float(timestep), x, guided=cond is not None)
            self.trace.prompt_embeds = None if text is None else text.detach().clone()
        self.preparing = False
        self.trace.latents, self.trace.images = None, ()  # what was decoded so far was somebody's preview
        step = Step(
            index=len(self.trace.steps),
            timestep=float(timestep),
            level=level,
            next_level=level_after(self.scheduler, timestep),
            mixture=mixture_of(self.scheduler, level),
            x=x,
            guided=guided,
            uncond=uncond,
            cond=cond,
            seconds=time.perf_counter() - self.started,
            attention=None if self.listener is None else self.listener.take(self.pairs.places, self._told),
            variance=output[:, x.shape[1] :] if output.shape != guided.shape else None,
        )
        self.trace.steps.append(step)
        if self.on_step is not None:
            self.busy = True
            try:
                self.on_step(step)
            except BaseException:
                self.failed = True
                raise
            finally:
                self.busy = False
        return result

    def _around_decode(self, run: Callable[[], Any], call: dict[str, Any], _: frozenset[str]) -> Any:
        codes = call.get("z")
        if self._ending() and isinstance(codes, torch.Tensor):
            self.trace.latents = latents_of(codes, self.pipe.vae, self.last)
        return run()

    def _around_postprocess(self, run: Callable[[], Any], call: dict[str, Any], _: frozenset[str]) -> Any:
        result = run()
        if self._ending() and call.get("output_type") == "latent":
            self.trace.latents = call["image"].detach().clone()
        elif self._ending():
            self.trace.images = pictures_of(result)
        return result

    def _around_last_line(self, run: Callable[[], Any], _: dict[str, Any], __: frozenset[str]) -> Any:
        """The last line of every pipeline's call: it frees what was offloaded."""
        if self._ending():
            self._end()
        return run()

    def _returned(self, result: Any) -> None:
        """The pictures of pipelines that make them without an image processor (unconditional ones)."""
        trace = self.trace
        self._end()
        made = result[0] if isinstance(result, tuple) and result else getattr(result, "images", None)
        coloured = isinstance(made, list) or getattr(made, "shape", ())[-1:] == (3,)  # no latents, no maps of one channel
        if trace.finished and not trace.images and coloured:
            trace.images = pictures_of(made)
            if trace.image is not None:
                trace.width, trace.height = trace.image.size

    def _end(self) -> None:
        """The run is over; note what came of it."""
        trace = self.trace
        if trace.finished or self.failed or not trace.steps:
            return
        if trace.latents is None and self.last is not None:
            trace.latents = self.last.clone()
        if trace.image is not None:
            trace.width, trace.height = trace.image.size
        trace.seconds = time.perf_counter() - self.started
        trace.finished = len(trace.steps) >= len(trace.timesteps)  # fewer after pipe._interrupt

    def _abandon(self) -> None:
        """The block was left by an exception."""
        if self.trace.finished:
            return
        self.failed = True
        self.trace.seconds = time.perf_counter() - self.started
        if hasattr(self.pipe, "maybe_free_model_hooks"):
            self.pipe.maybe_free_model_hooks()  # the line that the pipeline did not get to

    def _prepare(self) -> None:
        if not self.preparing:
            self.preparing, self.facts, self.encoded = True, {}, []
            self.started, self.thread = time.perf_counter(), threading.get_ident()

    def _begin(self, timestep: float, x: torch.Tensor, *, guided: bool) -> None:
        """The first step of a run: now its preparation is complete."""
        if self.encoded:  # Flux encodes the prompt, then, under true guidance, the negative prompt
            prompts = self.encoded[-2:] if guided else [self.encoded[-1], None]
            self.facts |= dict(zip(("prompt", "negative_prompt"), prompts, strict=False))
        if "seed" not in self.facts and self.trace.origin is not None:  # a pipeline that prepares its latents in its call
            self.facts["seed"] = seed_of(self.trace.origin.generator())
        for name, value in self.facts.items():
            setattr(self.trace, name, value)
        self.trace.timesteps = plan_of(self.pipe, self.trace.timesteps, timestep)
        factor = getattr(self.pipe, "vae_scale_factor", None)
        if self.trace.height is None and x.ndim == 4 and isinstance(factor, int):
            self.trace.height, self.trace.width = x.shape[-2] * factor, x.shape[-1] * factor

    def _told(self, half: Half, rows: int, length: int) -> tuple[Text | None, ...]:
        """What the tokens are that the denoiser was told, for each row of a half."""
        call = {} if self.trace.origin is None else self.trace.origin.call
        return texts_told(self.pipe, call, rows, length, negative=half == "uncond")

    def _ending(self) -> bool:
        """Whether a decoding is the run's own: all is done, and neither on_step nor another thread asks for it."""
        return bool(self.trace.steps) and not (
            self.preparing or self.busy or self.failed or self.trace.finished or threading.get_ident() != self.thread
        )
