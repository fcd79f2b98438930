"""How is it steered? By teaching: LoRA on a few pictures of a thing that the model has never seen."""

from __future__ import annotations

import math
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import numpy as np
from diffusers import DDPMScheduler

from diffexplain.core.lanes import sample
from diffexplain.core.sisters import is_batched
from diffexplain.errors import SessionError, TrainingError, UnfitPipelineError
from diffexplain.explorers import checks, known_words, pipelines
from diffexplain.explorers.finetune import still, subject
from diffexplain.explorers.finetune.messages import MESSAGES
from diffexplain.explorers.finetune.request import MOST_PICTURES, FineTuneLive, FineTuneRequest, FineTuneView
from diffexplain.explorers.finetune.teaching import Subject, Teaching
from diffexplain.explorers.learning import is_due
from diffexplain.explorers.learning_messages import Losses
from diffexplain.explorers.pipeline_explorer import PipelineExplorer
from diffexplain.explorers.session_explorer import SessionExplorer
from diffexplain.i18n import say
from diffexplain.learn import lora, lora_file
from diffexplain.models.clip import Clip, bundled_clip, load_clip
from diffexplain.models.learned import is_bundled

if TYPE_CHECKING:
    from collections.abc import Callable
    from os import PathLike
    from typing import Self

    from PIL import Image

    from diffexplain.explorers.remembered import Remembered
    from diffexplain.live.messages import Message

LOOK = 10  # updates from one look to the next
OLD = ("a fox", "an owl", "a rocket")
MOST_OLD = 3
MOST_LOADED = 3
DRAWN = 3  # pictures of each old prompt, where there are no others to repeat
APART = 2**40  # seeds of these: far from those of samples


class FineTuneExplorer(PipelineExplorer, SessionExplorer):
    """A pipeline is taught a thing that it has never seen: whether it learns it, learns it by heart, and what it forgets.

    ::

        explorer = FineTuneExplorer(thing="dragon")
        explorer                            # shows it
        explorer.replay = 0.5               # begins anew; half of what it is shown is old
        explorer.wait().weigh()             # draws with more and less of what was learned
        explorer.save_lora("dragon.safetensors")        # pipe.load_lora_weights takes it

    What learns stands beside the pipeline, which stays as it is to the bit.

    Args:
        pipeline: of the Stable Diffusion families; None for the bundled one.
        clip: measures agreement: a ``CLIPModel`` folder or hub name, or what `diffexplain.models.clip.load_clip` gives; None for the
            bundled one.
        goal: how many updates it makes before it pauses by itself.

    Raises:
        UnfitPipelineError: the pipeline can't be taught.
        ModelError: the CLIP can't be used.
        TraitError: a value is not allowed.
    """

    Request = FineTuneRequest
    Live = FineTuneLive
    View = FineTuneView
    kinds = MESSAGES
    packed = False
    prompts = ("old",)
    takes_pictures = frozenset({"pictures"})
    title = say("Fine-tuning explorer")
    about = say("How a model is taught a thing that it has never seen, and what it forgets meanwhile.")
    _module = "finetune"
    overview = staticmethod(still.overview)
    film = staticmethod(still.frames)

    def __init__(
        self, pipeline: Any = None, *, clip: Clip | str | PathLike[str] | None = None, goal: int = 100, **fields: Any
    ) -> None:
        self.clip = bundled_clip() if clip is None else load_clip(clip)
        self._loaded: tuple[Any, list[str]] = (None, [])  # a denoiser with the LoRAs of files, and their names
        self._subjects: Remembered[Subject] = self.memory.place(2, self.network, lambda: self.clip)
        self._firsts: Remembered[list[Image.Image]] = self.memory.place(4, self.network)
        super().__init__(pipeline, goal=goal, **fields)

    @classmethod
    def require_fit(cls, pipeline: Any) -> None:
        """See `Explorer.require_fit`."""
        super().require_fit(pipeline)
        name = type(pipeline).__name__
        if not is_batched(pipeline) or "beta_schedule" not in DDPMScheduler.from_config(pipeline.scheduler.config).config:
            raise UnfitPipelineError(
                say("{name} can't be taught here, only pipelines of the Stable Diffusion 1, 2 and XL families can", name=name)
            )

    # What a user does

    def weigh(self) -> Self:
        """Draw the new thing and an old one with more and less of what was learned, and of LoRAs that were loaded; `wait` waits for it."""
        loaded, names = self._loaded
        self._sessions.aside(lambda session, check: session.weighed(loaded, names, check))
        return self

    def save_lora(self, path: str | PathLike[str]) -> Path:
        """Write what was learned so far as diffusers does, so that ``pipe.load_lora_weights`` takes it. Training goes on meanwhile.

        Args:
            path: of a ``.safetensors`` file, which appears whole or not at all; or of a folder, where it gets diffusers' own name.

        Returns:
            The path of the file.

        Raises:
            SessionError: there is no session: it has not begun, or it is over.
            TrainingError: it has no LoRA, as all weights were trained.
            DiskFullError: there is no room for it. What was there before still is.
            OSError: it can't be written for another reason.
        """
        written = self._sessions.read(lambda session: self._write_lora(session, path))
        if written is None:
            raise SessionError(
                say("there is no session to save: this one is {state}; resume it or change what it is asked", state=self.status)
            )
        return written  # type: ignore[no-any-return]

    def load_lora(self, path: str | PathLike[str], name: str | None = None) -> Self:
        """Take a LoRA from a file, for `weigh` to draw with beside what was learned here. The pipeline stays as it is.

        Args:
            path: of a file, or of a folder as diffusers writes it.
            name: what to call it; None for the file's name.

        Raises:
            TrainingError: it is no LoRA, or one of another model; or there are as many as can be compared.
        """
        network, names = self._loaded
        called = (name or Path(path).stem).replace(".", "_")
        if called in {*names, lora.ADAPTER} or len(names) >= MOST_LOADED:
            raise TrainingError(
                say(
                    "{name} can't be added: up to {most} LoRAs are compared, each by a name of its own; there are {names}. Give another name=",
                    name=called,
                    most=MOST_LOADED,
                    names=", ".join([lora.ADAPTER, *names]),
                )
            )
        made = lora.borrowed(self._plain.unet if network is None else network)
        lora_file.read(made, self.pipeline, path, called)
        self._loaded = made, [*names, called]
        return self

    def _write_lora(self, session: Teaching, path: str | PathLike[str]) -> Path:
        if session.request.method != "lora":
            raise TrainingError(
                say("all weights were trained here, which no LoRA file can hold; choose method='lora', or save() the session")
            )
        return lora_file.write(session.shown, self.pipeline, path)

    def _hear(self, widget: object, content: Any, buffers: Any) -> None:
        if isinstance(content, dict) and content.get("kind") == "weigh":
            self.weigh()
        else:
            super()._hear(widget, content, buffers)

    # What it is asked

    def check_pictures(self, field: str, value: Any) -> list[str]:
        """Return references of pictures; none for None."""
        if value is None:
            return []
        return checks.listed(lambda _, each: self.shelf.reference(each), 0, MOST_PICTURES)(field, value)  # type: ignore[no-any-return]

    def check_captions(self, field: str, value: Any) -> list[str]:
        """Return captions: one for all pictures, or one each."""
        texts = [value] if isinstance(value, str) else value
        return [] if not texts else checks.listed(checks.text, 1, MOST_PICTURES)(field, texts)

    def check_old(self, field: str, value: Any) -> list[str]:
        """Return prompts of old things."""
        texts = [value] if isinstance(value, str) else value
        return checks.listed(checks.text, 1, MOST_OLD)(field, OLD if texts is None else texts)  # type: ignore[no-any-return]

    def take_picture(self, field: str, reference: str) -> None:
        """Add a picture that came from the page; see `Explorer.take_picture`."""
        self.set_trait(field, self.check(field, [*self.pictures, reference]))

    def offer(self) -> dict[str, Any]:
        """See `Explorer.offer`."""
        words = known_words.offer(self.prompts if is_bundled(self.pipeline) else ())
        return {
            "known_words": words,
            "limits": {"seed": checks.MAX_SEED, "pictures": MOST_PICTURES, "text": checks.MAX_CHARACTERS},
        }

    # What goes on

    @property
    def _plain(self) -> Any:
        """The pipeline, of a compiled network the one beneath."""
        return pipelines.uncompiled(self.pipeline)

    def begin(self, request: FineTuneRequest, emit: Callable[[Message], None]) -> Teaching:
        """See `SessionExplorer.begin`."""
        session = Teaching(request, self._plain, self._subject(request), self.clip)
        emit(session.begin())
        errors = session.errors()
        key = (tuple(session.prompts), request.seed, request.steps, request.guidance_scale)
        emit(session.look(0, errors, self._firsts.made(key, session.drawn)))
        return session

    def advance(self, session: Teaching, live: FineTuneLive, emit: Callable[[Message], None]) -> None:
        """See `SessionExplorer.advance`."""
        session.rate = live.rate
        first, losses = session.updates, []
        for loss in session.slice(session.updating):
            losses.append(loss)
            if session.is_broken(loss):
                emit(session.diverged(loss))
                break
            if is_due(session.updates, LOOK) and not self._look(session, emit):
                break
        emit(Losses(np.arange(first, session.updates, dtype=np.int32), np.array(losses, np.float32)))

    def _look(self, session: Teaching, emit: Callable[[Message], None]) -> bool:
        errors = session.errors()
        worst = max((max(each) for each in errors if each), key=lambda error: math.inf if math.isnan(error) else error)
        if session.is_broken(worst):
            emit(session.diverged(worst))
            return False
        emit(session.look(session.updates // LOOK, errors))
        session.mark()
        return True

    def _subject(self, request: FineTuneRequest) -> Subject:
        lists = tuple(request.pictures), tuple(request.captions), tuple(request.old)
        drawn = request.steps, request.guidance_scale, request.replay > 0  # of old pictures, where the pipeline draws them
        key = (request.thing, request.count, request.seed, lists, drawn)
        return self._subjects.made(key, lambda: self._encoded(request))

    def _encoded(self, request: FineTuneRequest) -> Subject:
        pipe, clip, seed = self._plain, self.clip, request.seed
        if request.pictures:
            images = [self.shelf.get(reference) for reference in request.pictures]
            pictures = subject.of_own(images, request.captions or [subject.called(request.thing)], request.count)
        else:
            pictures = subject.of_thing(request.thing, request.count, seed)
        if request.captions and not request.pictures:
            pictures = subject.recaptioned(pictures, request.captions)
        bundled = is_bundled(self.pipeline)
        shown = [subject.references_of(prompt, 2 * seed) if bundled else [] for prompt in request.old]
        repeat, look = subject.of_old_world(2 * seed + 1) if bundled else self._drawn_old(request)
        return Subject(
            pictures=pictures,
            train=subject.encoded(pipe, pictures.train),
            held=subject.encoded(pipe, pictures.held) if pictures.held else None,
            replay=subject.encoded(pipe, repeat) if request.replay else None,
            old=subject.encoded(pipe, look),
            olds=request.old,
            references=clip.embed_pictures(pictures.references),
            old_references=[clip.embed_pictures(each) if each else None for each in shown],
        )

    def _drawn_old(self, request: FineTuneRequest) -> tuple[list[subject.Captioned], list[subject.Captioned]]:
        """Draw what the pipeline knows: what it is to repeat, and what is looked at (prior preservation, Ruiz et al. 2023, section 3.2)."""
        asked = [(prompt, at) for at in range(DRAWN) for prompt in request.old]
        wish = SimpleNamespace(
            sampler=pipelines.first_choice(self.pipeline), steps=request.steps, guidance_scale=request.guidance_scale
        )
        lanes = [pipelines.lane_of(self.pipeline, wish, prompt=prompt, seed=APART + at) for prompt, at in asked]
        images = [trace.image for trace in sample(lanes, self._plain) if trace.image is not None]
        pairs = [(image, prompt) for image, (prompt, _) in zip(images, asked, strict=True)]
        return pairs[len(request.old) :], pairs[: len(request.old)]
