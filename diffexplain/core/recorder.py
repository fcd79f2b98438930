"""A recorder: listens to one pipeline and fills one trace.

A forward hook on the denoiser sees every prediction, a wrapper around ``scheduler.step`` sees what becomes of it, and wrappers
around the preparation and the decoding learn the prompt, the seed, the sizes and the final picture. Networks are shared, so each
of them asks first whether the call is the pipeline's own.
"""

from __future__ import annotations

import time
import warnings
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any

import torch

from diffexplain.core.decoder import Decoder
from diffexplain.core.facts import latents_of, pictures_of, plan_of, prediction_of, seed_of, size_of, text_of
from diffexplain.core.finite import is_finite, why_black
from diffexplain.core.guidance import SETTLED, Pairs
from diffexplain.core.levels import require_fitting
from diffexplain.core.origin import Origin
from diffexplain.core.ownership import Ownership
from diffexplain.core.pending_step import PendingStep
from diffexplain.core.safe_reading import reading
from diffexplain.core.text.prompt_tracker import PromptTracker
from diffexplain.core.wrapping import plain_type, wrapped
from diffexplain.errors import NotFiniteError, RecordingError, UnfitPipelineError
from diffexplain.i18n import say

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from contextlib import AbstractContextManager

    from diffexplain.core.attention import Listener, StepAttention
    from diffexplain.core.features import FeatureListener, StepFeatures
    from diffexplain.core.guidance import Half
    from diffexplain.core.step import Step
    from diffexplain.core.text import Text
    from diffexplain.core.trace_data import AnyTrace, TraceData
    from diffexplain.core.wrapping import Around
    from diffexplain.i18n import Words


@contextmanager
def recorded(
    trace: AnyTrace,
    pipe: Any,
    listen: Callable[[torch.nn.Module], Listener] | None,
    on_step: Callable[[Step], None] | None,
    hear: Callable[[torch.nn.Module], FeatureListener] | None = None,
) -> Iterator[AnyTrace]:
    """Record into an empty trace what a pipeline does inside the block; see `diffexplain.core.record.record`.

    Args:
        trace: It fills while the pipeline runs, and is what is yielded.
        pipe: As there, and so are the errors.
        listen: Makes what listens to the denoiser's attention; None for nothing.
        on_step: As there.
        hear: Makes what listens to the denoiser's blocks; None for nothing.
    """
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
    features = None if hear is None else hear(denoiser)
    recorder = Recorder(trace, pipe, None if listen is None else listen(denoiser), on_step, features)
    with recorder.listening(denoiser):
        yield trace


def _denoiser(pipe: Any) -> torch.nn.Module | None:
    parts = (getattr(pipe, name, None) for name in ("unet", "transformer"))
    return next((part for part in parts if isinstance(part, torch.nn.Module)), None)


class Recorder:
    """Listens to one pipeline and fills one trace.

    Each ``_around_...`` is given what runs the wrapped method and the arguments by name, and returns what the method returns. What
    they read beside it can fail without harm to the run (see `reading`); errors of the run itself, and of ``on_step``, go through.
    """

    def __init__(
        self,
        trace: TraceData,
        pipe: Any,
        listener: Listener | None,
        on_step: Callable[[Step], None] | None,
        features: FeatureListener | None = None,
    ) -> None:
        self.features = features
        self.pipe, self.scheduler, self.listener, self.on_step = pipe, pipe.scheduler, listener, on_step
        self.ownership = Ownership(pipe)
        self.trace = trace
        trace.pipeline, trace.sampler = type(pipe).__name__, type(pipe.scheduler).__name__
        self.preparing = False  # a run is being prepared; it begins with its first step
        self.facts: dict[str, Any] = {}  # what the preparation reported
        self.unread: dict[str, str] = {}  # what it did not tell, and why
        self.encoded: list[str | tuple[str, ...] | None] = []  # prompts, by pipelines that encode each on its own
        self.pairs = Pairs()
        self.prompts = PromptTracker(pipe)
        self.taken = 0  # steps, with those that could not be read
        self.last: torch.Tensor | None = None  # the newest latents
        self.former: torch.Tensor | None = None  # those of the step before
        self.started = time.perf_counter()
        self.failed = False
        self.missed = False  # steps of our scheduler that are somebody else's
        self.black: Words | str = ""  # why the picture of the last run would be black

    @contextmanager
    def listening(self, denoiser: torch.nn.Module) -> Iterator[None]:
        """Listen to the pipeline in this block.

        Raises:
            RecordingError: Where the pipeline, or another one with its scheduler, is being recorded already.
        """
        pipe = self.pipe
        taken = RecordingError(
            say(
                "This {kind} (or another pipeline with the same scheduler) is being recorded already. Record it once at a "
                "time: leave the other record(...) block first.",
                kind=type(pipe).__name__,
            )
        )
        of_scheduler = {"step": self._around_step, "set_timesteps": self._around_set_timesteps}
        of_pipeline = {
            "prepare_latents": self._around_prepare_latents,
            "maybe_free_model_hooks": self._around_last_line,
        }
        of_vae = {"decode": self._around_decode}
        of_processor = {"postprocess": self._around_postprocess}
        with ExitStack() as undo:
            undo.enter_context(wrapped(self.scheduler, self._own(of_scheduler), taken=taken))
            whoever = {"__call__": self._around_call, "encode_prompt": self._around_encode_prompt}
            undo.enter_context(wrapped(pipe, {**whoever, **self._own(of_pipeline)}, taken=taken))
            undo.enter_context(wrapped(getattr(pipe, "vae", None), self._own(of_vae)))
            undo.enter_context(wrapped(getattr(pipe, "image_processor", None), self._own(of_processor)))
            undo.enter_context(
                wrapped(getattr(pipe, "video_processor", None), self._own({"postprocess_video": self._around_postprocess}))
            )
            listeners = [each for each in (self.listener, self.features) if each is not None]
            for listener in listeners:
                undo.enter_context(listener)
            if listeners:
                undo.callback(denoiser.register_forward_pre_hook(self._before_denoiser, with_kwargs=True).remove)
            second = getattr(pipe, "transformer_2", None)  # Wan 2.2: the one has the noisy half of the run, the other the rest
            for network in (denoiser, second) if isinstance(second, torch.nn.Module) else (denoiser,):
                undo.callback(network.register_forward_hook(self._after_denoiser, with_kwargs=True).remove)
            try:
                yield
            except BaseException:
                self._abandon()
                raise
            self._end()
            if self.black:
                warnings.warn(self.black, stacklevel=4)
            if self.missed and not self.taken:
                warnings.warn(
                    say(
                        "Nothing was recorded: another pipeline ran with the scheduler of the {kind} that is recorded. Record the "
                        "pipeline that runs.",
                        kind=self.trace.pipeline,
                    ),
                    stacklevel=4,
                )

    def _own(self, arounds: Mapping[str, Around]) -> dict[str, Around]:
        """Return the same, for calls that are the pipeline's own; others pass by."""

        def only_own(around: Around) -> Around:
            def if_own(run: Callable[[], Any], call: dict[str, Any], names: frozenset[str]) -> Any:
                if self.ownership.mine:
                    return around(run, call, names)
                self.missed = self.missed or around == self._around_step
                return run()

            return if_own

        return {name: only_own(around) for name, around in arounds.items()}

    def _around_call(self, run: Callable[[], Any], call: dict[str, Any], _: frozenset[str]) -> Any:
        if self.ownership.calling:  # out of its own callback, or on another thread
            return run()
        cls, arguments = plain_type(self.pipe), dict(list(call.items())[1:])  # without self
        self.preparing = False
        self._prepare()
        with reading(self.unread, "origin"):
            self.trace.origin = Origin.of(self.pipe, self.scheduler, cls, arguments)
        with self.ownership.call(arguments):
            result = run()
            with self._reading("images"):
                self._returned(result)
        return result

    def _before_denoiser(self, _: Any, args: tuple[Any, ...], kwargs: dict[str, Any] | None = None) -> None:
        if kwargs is None or not self.ownership.mine:
            return
        planned = len(self.trace.timesteps)  # image-to-image visits only the last of them
        count = getattr(self.pipe, "_num_timesteps", None)
        for listener in (self.listener, self.features):
            if listener is not None:
                if not self.taken:
                    listener.plan(min(count, planned) if isinstance(count, int) else planned)
                listener.begin(self.taken, args, kwargs)

    def _after_denoiser(self, network: Any, __: tuple[Any, ...], kwargs: dict[str, Any], output: Any = None) -> None:
        # for a moment, while hooks are put on or taken off, another thread's call comes here without its kwargs
        if not self.ownership.mine:
            return
        if self.pipe.scheduler is not self.scheduler:
            raise RecordingError(
                say("pipe.scheduler was exchanged while the pipeline was being recorded. Assign it before `with record(pipe)`.")
            )
        prediction, text = None, kwargs.get("encoder_hidden_states")
        with self._reading("guidance"):
            prediction = prediction_of(output).detach().clone()
        self.pairs.add(prediction, text if isinstance(text, torch.Tensor) else None)
        for listener in (self.listener, self.features):
            if listener is not None and network is listener.denoiser:
                listener.end()

    def _around_encode_prompt(self, run: Callable[[], Any], call: dict[str, Any], names: frozenset[str]) -> Any:
        if self.ownership.mine and (self.preparing or not self.ownership.calling):
            self._prepare()
            with reading(self.unread, "prompt"):
                if "negative_prompt" in names:
                    self.facts |= {name: text_of(call.get(name)) for name in ("prompt", "negative_prompt")}
                else:
                    self.encoded.append(text_of(call.get("prompt")))
        result = run()
        if self.listener is not None:  # a callback, too, may encode a prompt, for the steps to come
            with self._reading("words"):
                self.prompts.note(call, result)
        return result

    def _around_prepare_latents(self, run: Callable[[], Any], call: dict[str, Any], _: frozenset[str]) -> Any:
        self._prepare()
        with reading(self.unread, "seed"):
            self.facts["seed"] = seed_of(call.get("generator"))
        for name in ("height", "width"):
            with reading(self.unread, name):
                self.facts[name] = size_of(call.get(name))
        return run()

    def _around_set_timesteps(self, run: Callable[[], Any], _: dict[str, Any], __: frozenset[str]) -> Any:
        self._prepare()
        result = run()
        vars(self.trace).update(vars(type(self.trace)(pipeline=self.trace.pipeline, sampler=self.trace.sampler)))  # anew
        with self._reading("timesteps"):
            self.trace.timesteps = tuple(map(float, self.scheduler.timesteps.tolist()))
        self.pairs, self.taken, self.last, self.former = Pairs(), 0, None, None
        self.prompts.start()
        if self.listener is not None:
            self.listener.start()
            self.trace.attention = self.listener.options
        if self.features is not None:
            self.features.start()
        self.failed, self.black = False, ""
        return result

    def _around_step(self, run: Callable[[], Any], call: dict[str, Any], _: frozenset[str]) -> Any:
        read: Callable[[Any], Step] | None = None
        with self._reading("steps"):
            read = self._reader(call)
        result = run()
        step = None
        if read is not None:
            with self._reading("steps"):
                step = read(result)
        self.preparing = False
        self.trace.latents, self.trace.images = None, ()  # what was decoded so far was somebody's preview
        for name in ("latents", "images"):
            self.trace.missing.pop(name, None)
        self.taken += 1
        if step is None or len(self.trace.steps) < step.index:  # one is missing: those that follow it would be taken for others
            return result
        self.trace.steps.append(step)
        if self.on_step is not None:
            try:
                with self.ownership.aside():  # what it decodes is not the end of the run
                    self.on_step(step)
            except BaseException:
                self.failed = True
                raise
        return result

    def _reader(self, call: dict[str, Any]) -> Callable[[Any], Step]:
        """Note what a step is given, before the scheduler moves on; returns what reads its result."""
        pending = PendingStep.of(self.scheduler, call["timestep"], call["sample"], call["model_output"])

        def read(result: Any) -> Step:
            self.former = self.last
            self.last = (result[0] if isinstance(result, tuple) else result.prev_sample).detach()
            uncond, cond, text = self._halves(pending.x, pending.guided)
            if not self.taken:
                self._begin(float(pending.timestep), pending.x, guided=cond is not None)
            if text is not None and self.trace.prompt_embeds is None:
                self.trace.prompt_embeds = text.detach().clone()
            seconds = time.perf_counter() - self.started
            step = pending.taken(self.taken, uncond=uncond, cond=cond, seconds=seconds, attention=self._attention())
            vars(step)["features"] = self._features()
            return step.with_decoder(Decoder.of(self.pipe, self.trace.height, self.trace.width))

        return read

    def _attention(self) -> StepAttention | None:
        if self.listener is None:
            return None
        attention = None
        with self._reading("attention"):
            attention = self.listener.take(self.pairs.halves, self._texts)
        why = self.listener.missing
        if not why and attention is None and self.listener.options.wants_step(self.taken):
            why = say("which of the denoiser's passes is the one with the prompt can't be seen")
        if why:
            self.trace.missing.setdefault("attention", why)
        return attention

    def _features(self) -> StepFeatures | None:
        if self.features is None:
            return None
        features = None
        with self._reading("features"):
            features = self.features.take(self.pairs.halves)
        wanted = self.features.options.steps
        why = self.features.missing
        if not why and features is None and (wanted is None or self.taken in wanted):
            why = say("which of the denoiser's passes is the one with the prompt can't be seen")
        if why:
            self.trace.missing.setdefault("features", why)
        return features

    def _halves(
        self, x: torch.Tensor, guided: torch.Tensor
    ) -> tuple[torch.Tensor | None, torch.Tensor | None, torch.Tensor | None]:
        halves: tuple[torch.Tensor | None, torch.Tensor | None, torch.Tensor | None] = None, None, None
        self.pairs.swapped, self.pairs.sign = vars(self.pipe).get(SETTLED, (self.pairs.swapped, self.pairs.sign))
        with self._reading("guidance"):
            halves = self.pairs.take(x, guided)
        if self.pairs.why:
            self.trace.missing.setdefault("guidance", self.pairs.why)
        return halves

    def _around_decode(self, run: Callable[[], Any], call: dict[str, Any], _: frozenset[str]) -> Any:
        codes = call.get("z")
        if self._ending() and isinstance(codes, torch.Tensor):
            with self._reading("latents"):
                self.trace.latents = latents_of(codes, self.pipe.vae, self.last)
        return run()

    def _around_postprocess(self, run: Callable[[], Any], call: dict[str, Any], _: frozenset[str]) -> Any:
        result = run()
        if self._ending() and call.get("output_type") == "latent":
            with self._reading("latents"):
                self.trace.latents = call["image"].detach().clone()
        elif self._ending():
            with self._reading("images"):
                self._require_finite(call.get("image"))
                self.trace.images = pictures_of(result)
        return result

    def _require_finite(self, picture: Any) -> None:
        """Refuse a picture of NaN, which diffusers draws black; it is missing then, and the reason is told at the block's end."""
        if isinstance(picture, torch.Tensor) and not is_finite(picture):
            self.black = why_black((step.guided for step in self.trace.steps), picture.dtype)
            raise NotFiniteError(self.black)

    def _around_last_line(self, run: Callable[[], Any], _: dict[str, Any], __: frozenset[str]) -> Any:
        """Return the last line of every pipeline's call: it frees what was offloaded."""
        if self._ending():
            self._end()
        return run()

    def _returned(self, result: Any) -> None:
        """Take in the pictures of pipelines that make them without an image processor (unconditional ones)."""
        trace = self.trace
        self._end()
        made = result[0] if isinstance(result, tuple) and result else getattr(result, "images", None)
        coloured = isinstance(made, list) or getattr(made, "shape", ())[-1:] == (3,)  # no latents, no maps of one channel
        if trace.finished and not trace.images and not self.black and coloured:
            trace.images = pictures_of(made)
            if trace.image is not None:
                trace.width, trace.height = trace.image.size

    def _end(self) -> None:
        """End the run; note what came of it."""
        trace = self.trace
        if trace.finished or self.failed:
            return
        if not self.taken:
            if trace.timesteps:  # SkyReels' diffusion forcing, Wan Animate
                trace.missing["steps"] = say(
                    "the pipeline did not take its steps with its own scheduler; it may have copied it"
                )
            return
        if trace.latents is None and self.last is not None and "latents" not in trace.missing:
            with self._reading("latents"):
                if self._altered():  # after the last step, too
                    raise RecordingError(
                        say("the pipeline changes the latents after each step, and the last ones can't be seen")
                    )
                trace.latents = self.last.clone()
        asked = {} if trace.origin is None else trace.origin.call
        if not trace.images and asked.get("output_type") != "latent":
            trace.missing.setdefault("images", say("the pipeline makes its pictures in a way of its own"))
        if trace.image is not None:
            trace.width, trace.height = trace.image.size
        trace.seconds = time.perf_counter() - self.started
        trace.finished = self.taken >= len(trace.timesteps)  # fewer after pipe._interrupt

    def _altered(self) -> bool:
        """Return whether the pipeline puts something of its own into the latents between two steps, as inpainting does."""
        steps, former = self.trace.steps, self.former
        if former is None or not steps:
            return False
        return former.shape != steps[-1].x.shape or not torch.equal(former.to(steps[-1].x.dtype), steps[-1].x)

    def _abandon(self) -> None:
        """Give the run up: the block was left by an exception."""
        if self.trace.finished:
            return
        self.failed = True
        self.trace.seconds = time.perf_counter() - self.started
        if hasattr(self.pipe, "maybe_free_model_hooks"):
            self.pipe.maybe_free_model_hooks()  # the line that the pipeline did not get to

    def _prepare(self) -> None:
        if not self.preparing:
            self.preparing, self.facts, self.unread, self.encoded = True, {}, {}, []
            self.started = time.perf_counter()

    def _begin(self, timestep: float, x: torch.Tensor, *, guided: bool) -> None:
        """Begin a run at its first step: now its preparation is complete."""
        if self.encoded:  # Flux encodes the prompt, then, under true guidance, the negative prompt
            prompts = self.encoded[-2:] if guided else [self.encoded[-1], None]
            self.facts |= dict(zip(("prompt", "negative_prompt"), prompts, strict=False))
        if "seed" not in {**self.facts, **self.unread} and self.trace.origin is not None:
            with reading(self.unread, "seed"):  # of a pipeline that prepares its latents in its call
                self.facts["seed"] = seed_of(self.trace.origin.generator())
        for name, value in self.facts.items():
            setattr(self.trace, name, value)
        self.trace.missing |= self.unread
        with self._reading("timesteps"):
            self.trace.timesteps = plan_of(self.pipe, self.trace.timesteps, timestep)
        factor = getattr(self.pipe, "vae_scale_factor", None)
        if self.trace.height is None and x.ndim == 4 and isinstance(factor, int):
            self.trace.height, self.trace.width = x.shape[-2] * factor, x.shape[-1] * factor

    def _texts(self, half: Half, rows: int, length: int) -> tuple[Text | None, ...]:
        """Return what the tokens are that the denoiser was given, for each row of a half."""
        call = {} if self.trace.origin is None else self.trace.origin.call
        texts: tuple[Text | None, ...] = ()
        with self._reading("words"):
            texts = self.prompts.of(half, self.pairs.text(half), call, rows, length)
        return texts or (None,) * rows

    def _reading(self, name: str) -> AbstractContextManager[None]:
        return reading(self.trace.missing, name)

    def _ending(self) -> bool:
        """Return whether a decoding may be the run's last: its steps are done."""
        return bool(self.taken) and not (self.preparing or self.failed or self.trace.finished)
