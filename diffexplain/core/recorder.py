"""Recording: what a pipeline computes on its way, without changing a bit of it.

The user's own pipeline runs as it is. A forward hook on the denoiser sees every prediction, a wrapper around
``scheduler.step`` sees what becomes of it, and wrappers around the preparation and the decoding learn the prompt, the seed, the
sizes and the final picture. All of them are taken off again when the block ends, however it ends.
"""

from __future__ import annotations

import functools
import inspect
import threading
import time
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from PIL import Image

from diffexplain.core.attention import Listener, attention_options
from diffexplain.core.errors import RecordingError, UnfitPipelineError
from diffexplain.core.guidance import Pairs, same_channels
from diffexplain.core.levels import level_after, level_at, mixture_of, require_fitting
from diffexplain.core.origin import noting_calls
from diffexplain.core.preview import rescale, to_pil, unscale
from diffexplain.core.text.streams import texts_told
from diffexplain.core.trace import Step, Trace
from diffexplain.i18n import say

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from diffexplain.core.attention import Attention
    from diffexplain.core.guidance import Half
    from diffexplain.core.text import Text

_MARK = "_diffexplain_recorder"
_ABSENT = object()


@contextmanager
def record(pipe: Any, *, attention: bool | Attention = False, on_step: Callable[[Step], None] | None = None) -> Iterator[Trace]:
    """Record what a diffusers pipeline does inside the block. Its result is bit-equal to a run without recording.

    ::

        with record(pipe) as trace:
            pipe("a fox", num_inference_steps=20, generator=torch.Generator().manual_seed(7))
        trace.steps[3].x0

    A second call of the pipeline inside the same block starts the trace anew. Assign ``pipe.scheduler`` before the block, not
    inside it. One pipeline (one scheduler) is recorded once at a time, and runs on one thread.

    Args:
        pipe: A pipeline with a ``scheduler`` and a ``unet`` or ``transformer``: Stable Diffusion (also XL, 3, image-to-image,
            ControlNet), Flux, PixArt, LCM and their kin.
        attention: Whether to note where the denoiser looks, as `Step.attention`: True for a compact record of all steps, or
            `Attention` options for more or less of it.
        on_step: Called with every `Step` as soon as it is done. What it raises leaves the pipeline at once, with everything
            taken off: the place to cancel a run.

    Yields:
        The `Trace`, which fills while the pipeline runs.

    Raises:
        UnfitPipelineError: Where ``pipe`` has no such parts.
        RecordingError: Where the pipeline is being recorded already, or its scheduler is exchanged inside the block.
        UnsupportedSchedulerError: Where the scheduler's noise levels cannot be read, or it does not fit the model and diffusers
            would say nothing. Nothing has run by then.
        AttentionError: Where the denoiser has no attention that can be read as asked; and out of the pipeline's first step where it
            would take more memory than its budget.
    """
    options = attention_options(attention)
    scheduler, denoiser = getattr(pipe, "scheduler", None), _denoiser(pipe)
    if denoiser is None or scheduler is None or not callable(getattr(scheduler, "step", None)):
        raise UnfitPipelineError(
            say(
                "Cannot record {kind}: it must be a diffusers pipeline with a scheduler and a unet or transformer. Load "
                "one with diffexplain.load() or diffusers.DiffusionPipeline.from_pretrained(...).",
                kind=type(pipe).__name__,
            )
        )
    require_fitting(pipe)
    if hasattr(scheduler.step, _MARK):
        raise RecordingError(
            say(
                "This {kind} (or another pipeline with the same scheduler) is being recorded already. Record it once at a "
                "time: leave the other record(...) block first.",
                kind=type(pipe).__name__,
            )
        )
    listener = None if options is None else Listener(denoiser, options)
    recorder = _Recorder(pipe, scheduler, listener, on_step)
    with ExitStack() as undo:
        if listener is not None:
            undo.enter_context(listener)
            undo.callback(denoiser.register_forward_pre_hook(recorder.before_denoiser, with_kwargs=True).remove)
        undo.callback(denoiser.register_forward_hook(recorder.after_denoiser, with_kwargs=True).remove)
        undo.enter_context(noting_calls(pipe, recorder.trace))
        undo.callback(_wrap(scheduler, "step", recorder.around_step))
        undo.callback(_wrap(scheduler, "set_timesteps", recorder.around_set_timesteps))
        undo.callback(_wrap(pipe, "encode_prompt", recorder.around_encode_prompt))
        undo.callback(_wrap(pipe, "prepare_latents", recorder.around_prepare_latents))
        undo.callback(_wrap(getattr(pipe, "vae", None), "decode", recorder.around_decode))
        undo.callback(_wrap(getattr(pipe, "image_processor", None), "postprocess", recorder.around_postprocess))
        undo.callback(_wrap(pipe, "maybe_free_model_hooks", recorder.around_last_line))
        try:
            yield recorder.trace
        except BaseException:
            recorder.abandon()
            raise
        recorder.end()


class _Recorder:
    """Listens to one pipeline and fills one trace.

    Each ``around_...`` is given what runs the wrapped method and the arguments by name, and returns what the method returns.
    """

    def __init__(self, pipe: Any, scheduler: Any, listener: Listener | None, on_step: Callable[[Step], None] | None) -> None:
        self.pipe, self.scheduler, self.listener, self.on_step = pipe, scheduler, listener, on_step
        self.trace = Trace(pipeline=type(pipe).__name__, sampler=type(scheduler).__name__)
        self.preparing = False  # a run is being prepared; it begins with its first step
        self.facts: dict[str, Any] = {}  # what the preparation told
        self.encoded: list[str | tuple[str, ...] | None] = []  # prompts, by pipelines that encode each on its own
        self.pairs = Pairs()
        self.last: torch.Tensor | None = None  # the newest latents
        self.started = time.perf_counter()
        self.failed = False
        self.busy = False  # on_step is at work, and what it decodes is not the end of the run
        self.thread = threading.get_ident()

    def before_denoiser(self, _: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        if self.listener is not None:
            if not self.trace.steps:
                planned = len(self.trace.timesteps)  # image-to-image visits only the last of them
                count = getattr(self.pipe, "_num_timesteps", None)
                self.listener.plan(min(count, planned) if isinstance(count, int) else planned)
            self.listener.begin(len(self.trace.steps), args, kwargs)

    def after_denoiser(self, _: Any, __: tuple[Any, ...], kwargs: dict[str, Any], output: Any) -> None:
        if self.pipe.scheduler is not self.scheduler:
            raise RecordingError(
                say("pipe.scheduler was exchanged while the pipeline was being recorded. Assign it before `with record(pipe)`.")
            )
        prediction = output[0] if isinstance(output, tuple) else output.sample
        self.pairs.add(prediction.detach().clone(), kwargs.get("encoder_hidden_states"))
        if self.listener is not None:
            self.listener.end()

    def around_encode_prompt(self, run: Callable[[], Any], call: dict[str, Any], names: frozenset[str]) -> Any:
        self._prepare()
        if "negative_prompt" in names:
            self.facts |= {name: _text(call.get(name)) for name in ("prompt", "negative_prompt")}
        else:
            self.encoded.append(_text(call.get("prompt")))
        return run()

    def around_prepare_latents(self, run: Callable[[], Any], call: dict[str, Any], _: frozenset[str]) -> Any:
        self._prepare()
        self.facts |= {"seed": _seed(call.get("generator")), "height": call.get("height"), "width": call.get("width")}
        return run()

    def around_set_timesteps(self, run: Callable[[], Any], _: dict[str, Any], __: frozenset[str]) -> Any:
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

    def around_step(self, run: Callable[[], Any], call: dict[str, Any], _: frozenset[str]) -> Any:
        timestep, x, guided = call["timestep"], call["sample"].detach().clone(), call["model_output"].detach().clone()
        level = level_at(self.scheduler, timestep)
        result = run()
        self.last = (result[0] if isinstance(result, tuple) else result.prev_sample).detach()
        guided = same_channels(guided, x)
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

    def around_decode(self, run: Callable[[], Any], call: dict[str, Any], _: frozenset[str]) -> Any:
        codes = call.get("z")
        if self._ending() and isinstance(codes, torch.Tensor):
            self.trace.latents = _decoded(codes, self.pipe.vae, self.last)
        return run()

    def around_postprocess(self, run: Callable[[], Any], call: dict[str, Any], _: frozenset[str]) -> Any:
        result = run()
        if self._ending() and call.get("output_type") == "latent":
            self.trace.latents = call["image"].detach().clone()
        elif self._ending():
            self.trace.images = _pictures(result)
        return result

    def around_last_line(self, run: Callable[[], Any], _: dict[str, Any], __: frozenset[str]) -> Any:
        """The last line of every pipeline's call: it frees what was offloaded."""
        if self._ending():
            self.end()
        return run()

    def end(self) -> None:
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

    def abandon(self) -> None:
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
        for name, value in self.facts.items():
            setattr(self.trace, name, value)
        self.trace.timesteps = self._plan(timestep)
        factor = getattr(self.pipe, "vae_scale_factor", None)
        if self.trace.height is None and x.ndim == 4 and isinstance(factor, int):
            self.trace.height, self.trace.width = x.shape[-2] * factor, x.shape[-1] * factor

    def _told(self, half: Half, rows: int, length: int) -> tuple[Text | None, ...]:
        """What the tokens are that the denoiser was told, for each row of a half."""
        call = {} if self.trace.origin is None else self.trace.origin.call
        return texts_told(self.pipe, call, rows, length, negative=half == "uncond")

    def _plan(self, first: float) -> tuple[float, ...]:
        """The timesteps from the first one on: image-to-image starts in the middle of what the scheduler has planned."""
        planned = self.trace.timesteps
        starts = [index for index, timestep in enumerate(planned) if timestep == first]
        if not starts:
            return planned
        count = getattr(self.pipe, "_num_timesteps", None)
        begin = getattr(self.scheduler, "begin_index", None)
        if begin in starts:
            start = begin
        elif isinstance(count, int) and len(planned) - count in starts:  # timesteps may come twice (PNDM, Heun)
            start = len(planned) - count
        else:
            start = starts[0]
        early = isinstance(count, int) and getattr(self.pipe, "denoising_end", None) is not None  # SDXL before its refiner
        return planned[start : start + count] if early else planned[start:]

    def _ending(self) -> bool:
        """Whether a decoding is the run's own: all is done, and neither on_step nor another thread asks for it."""
        return bool(self.trace.steps) and not (
            self.preparing or self.busy or self.failed or self.trace.finished or threading.get_ident() != self.thread
        )


def _denoiser(pipe: Any) -> torch.nn.Module | None:
    parts = (getattr(pipe, name, None) for name in ("unet", "transformer"))
    return next((part for part in parts if isinstance(part, torch.nn.Module)), None)


def _wrap(owner: Any, name: str, around: Callable[..., Any]) -> Callable[[], None]:
    """Put ``around`` about a method of one instance, where there is one; returns what takes it off again."""
    inner = getattr(owner, name, None)
    if inner is None:
        return lambda: None
    # the class knows the arguments by name even where someone has put a bare (*args, **kwargs) about the method
    signature = inspect.signature(getattr(type(owner), name, inner))
    first = (owner,) if hasattr(type(owner), name) else ()
    names = frozenset(signature.parameters)

    @functools.wraps(inner)  # pipelines look for `generator`, `eta` or `sigmas` in the signature, and leave out what they miss
    def wrapper(*args: Any, **kwargs: Any) -> Any:
        try:
            call = signature.bind_partial(*first, *args, **kwargs).arguments
        except TypeError:
            return inner(*args, **kwargs)  # which says what is wrong with the arguments
        return around(functools.partial(inner, *args, **kwargs), call, names)

    setattr(wrapper, _MARK, True)
    before = vars(owner).get(name, _ABSENT)
    setattr(owner, name, wrapper)
    return functools.partial(delattr, owner, name) if before is _ABSENT else functools.partial(setattr, owner, name, before)


def _text(prompt: Any) -> str | tuple[str, ...] | None:
    return tuple(prompt) if isinstance(prompt, list) else prompt


def _seed(generator: Any) -> int | tuple[int, ...] | None:
    """The seed of a generator, None for one that was drawn from before: its seed would not make this picture again."""
    if isinstance(generator, (list, tuple)):
        seeds = [_seed(each) for each in generator]
        whole = tuple(seed for seed in seeds if isinstance(seed, int))
        if len(whole) < len(seeds):
            return None
        return whole[0] if len(whole) == 1 else whole
    if not isinstance(generator, torch.Generator):
        return None
    seed = generator.initial_seed()
    fresh = torch.Generator(generator.device).manual_seed(seed)
    return seed if torch.equal(fresh.get_state(), generator.get_state()) else None


def _decoded(codes: torch.Tensor, vae: Any, last: torch.Tensor | None) -> torch.Tensor | None:
    """The latents that are being decoded. Usually the last step's; inpainting and callbacks may put others in their place."""
    if last is None or codes.shape != last.shape:  # packed
        return None
    expected, tolerance = unscale(last, vae), 8 * torch.finfo(last.dtype).eps
    if torch.allclose(expected.to(codes.dtype), codes, rtol=tolerance, atol=tolerance):
        return last.clone()
    return rescale(codes.detach(), vae).clone()


def _pictures(result: Any) -> tuple[Image.Image, ...]:
    """What a pipeline's post-processing returned, as pictures of our own."""
    if isinstance(result, np.ndarray) and result.ndim == 4:
        return tuple(to_pil(torch.from_numpy(result).movedim(-1, 1)))
    if isinstance(result, torch.Tensor) and result.ndim == 4:
        return tuple(to_pil(result))
    if isinstance(result, list):
        return tuple(picture.convert("RGB") for picture in result if isinstance(picture, Image.Image))  # convert copies
    return ()
