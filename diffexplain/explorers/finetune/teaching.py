"""A denoiser that is taught more, and all that is looked at meanwhile. The pipeline it is from is only read."""

from __future__ import annotations

from dataclasses import dataclass
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import numpy as np
import torch
from diffusers import DDPMScheduler

from diffexplain.core.adapters import in_force
from diffexplain.core.lanes import sampling
from diffexplain.core.twins import own_pipeline
from diffexplain.explorers import pipelines
from diffexplain.explorers.finetune import messages
from diffexplain.explorers.finetune.request import WEIGHTS
from diffexplain.explorers.finetune.stopping import ALLOWED
from diffexplain.explorers.finetune.subject import HELD
from diffexplain.explorers.learning import Learner
from diffexplain.explorers.pictures import jpeg
from diffexplain.learn import denoiser, lora, probing
from diffexplain.learn.optimizers import adamw
from diffexplain.learn.session import Session
from diffexplain.live import sheets

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from typing import TypeAlias

    from PIL import Image

    from diffexplain.core.lanes import Lane
    from diffexplain.core.trace import Trace
    from diffexplain.explorers.finetune.request import FineTuneRequest
    from diffexplain.explorers.finetune.subject import Given, Pictures
    from diffexplain.models.clip import Clip

    Errors: TypeAlias = tuple[list[float], list[float], list[float]]

SAMPLES = 3  # of the new thing
LEVELS = (0.15, 0.4, 0.65, 0.9)  # of the timesteps of training: little noise to nearly nothing else
SIDE, QUALITY = 160, 85  # of pictures that are sent
TILE, COLUMNS = 64, 10
DECAY = 0.9  # of the average of the weights: it follows within some ten updates
FULL_SHARE = 0.25  # of LoRA's learning rate, for all weights
MUCH = 1.5  # times the error before the first update, or of no answer at all, is no training any more


@dataclass(frozen=True, eq=False)
class Subject:
    """All that a session is about.

    Attributes:
        pictures: of the new thing.
        train: those to learn from, encoded.
        held: those held out; None where there are none.
        replay: old ones to repeat; None where none is to be.
        old: old ones that are looked at.
        olds: what is drawn of old things.
        references: (n, D) points in CLIP of pictures of the new thing.
        old_references: the same for each of `olds`; None for a thing that there are no pictures of.
    """

    pictures: Pictures
    train: Given
    held: Given | None
    replay: Given | None
    old: Given
    olds: Sequence[str]
    references: torch.Tensor
    old_references: Sequence[torch.Tensor | None]


class Teaching(Learner):
    """Trains with `diffexplain.learn`, as the bundled model was, on pictures of one thing.

    Attributes:
        request: what was asked.
        subject: what it is taught.
        shown: the denoiser with the average of what was learned, which is looked at and saved.
    """

    def __init__(self, request: FineTuneRequest, pipeline: Any, subject: Subject, clip: Clip) -> None:
        self.request, self.subject = request, subject
        self._pipeline, self._clip = pipeline, clip
        seed = request.seed % 2**63
        unet, is_lora = pipeline.unet, request.method == "lora"
        layers = cast("lora.Layers", request.layers)
        self.pupil = lora.with_lora(unet, request.rank, layers, seed) if is_lora else lora.with_all_weights(unet)
        changing = self.pupil.changing
        device = subject.train.latents.device
        optimizers = adamw(changing, 1.0 if is_lora else FULL_SHARE, weight_decay=request.decay)
        super().__init__(Session(changing, optimizers, device=device, limit=DECAY, seed=seed))
        self.shown = lora.lent(self.pupil.network, self.state.average.network)
        self._scheduler = DDPMScheduler.from_config(pipeline.scheduler.config)
        still = torch.Generator().manual_seed(seed + 1)  # of what is looked at: it takes nothing from the training's own noise
        self._noise = torch.randn((HELD, *subject.old.latents.shape[1:]), generator=still).to(device)
        self._firsts: list[torch.Tensor] = []
        self.updating = self._updating()

    @property
    def prompts(self) -> list[str]:
        """What is drawn: the new thing several times, and each old one."""
        return [self.subject.pictures.prompt] * SAMPLES + list(self.subject.olds)

    # Learning

    def _updating(self) -> Iterator[float]:
        state = self.state
        updates = denoiser.train(
            self.pupil.network, self._scheduler, self._batches(), state.optimizers, predict=self._answer(self.pupil.network),
            average=state.average, generator=state.noise, rate=lambda _: self.rate,
        )  # fmt: skip
        for update in updates:
            yield update.parts["error"]

    def _batches(self) -> Iterator[Given]:
        new, old, size = self.subject.train, self.subject.replay, self.request.batch
        while True:
            batch = new.rows(self.state.draw.integers(len(new), size=size))
            if old is not None:
                repeated = old.rows(self.state.draw.integers(len(old), size=size))
                batch = _mixed(batch, repeated, torch.from_numpy(self.state.draw.random(size) < self.request.replay))
            yield batch

    def _answer(self, network: Any) -> denoiser.Predict:
        def predict(noisy: torch.Tensor, timesteps: torch.Tensor, batch: denoiser.Batch) -> torch.Tensor:
            dtype = self._pipeline.unet.dtype if self.request.method == "lora" else torch.float32
            given = _as(getattr(batch, "conditioning"), dtype)  # noqa: B009 - of a `Given`
            answer: torch.Tensor = network(noisy.to(dtype), timesteps, **given).sample
            return answer.float()

        return predict

    # What is looked at

    def begin(self) -> messages.Begin:
        """Say what will be learned."""
        subject, network = self.subject, self._pipeline.unet
        share = self._scheduler.alphas_cumprod
        known = [each for each in subject.old_references if each is not None]
        return messages.Begin(
            request=self.request,
            prompt=subject.pictures.prompt,
            olds=list(subject.olds),
            parameters=sum(each.numel() for each in self.pupil.changing.parameters()),
            of=sum(each.numel() for each in network.parameters()),
            sheet=sheets.sheet([image for image, _ in subject.pictures.train], COLUMNS, TILE, QUALITY),
            columns=min(COLUMNS, len(subject.pictures.train)),
            tile=TILE,
            captions=[caption for _, caption in subject.pictures.train],
            shares=[float(1 - share[timestep]) for timestep in self._timesteps()],
            real_new=_among(subject.references),
            real_old=float(np.mean([_among(each) for each in known])) if len(known) == len(subject.olds) else None,
            replayed=0 if subject.replay is None else len(subject.replay),
            allowed=ALLOWED,
        )

    def errors(self) -> Errors:
        """Return mean square errors at each fixed level: of pictures that it learns from, of those held out, of old ones."""
        subject = self.subject
        found = self._errors_of(subject.train), self._errors_of(subject.held), self._errors_of(subject.old)
        if self.updates == 0:
            self.most = MUCH * max(1.0, *(error for each in found for error in each))
        return found

    def _errors_of(self, given: Given | None) -> list[float]:
        if given is None:
            return []
        few, answer = given.rows(slice(0, HELD)), self._answer(self.shown)

        def denoise(noisy: torch.Tensor, timesteps: torch.Tensor) -> torch.Tensor:
            return answer(noisy, timesteps, few)

        noise = self._noise[: len(few)]
        errors: list[float] = probing.errors_at(denoise, self._scheduler, few.latents, noise, self._timesteps()).tolist()
        return errors

    def look(self, at: int, errors: Errors, firsts: list[Image.Image] | None = None) -> messages.Look:
        """Draw and compare.

        Args:
            at: which look, from 0.
            errors: what `errors` gives.
            firsts: what an untaught network draws, where that is known.
        """
        images = self.drawn() if firsts is None else firsts
        points = self._clip.embed_pictures(images)
        if not self._firsts:
            self._firsts = list(points[SAMPLES:])
        new = [float(_cosine(point, self.subject.references)) for point in points[:SAMPLES]]
        old = [
            float(_cosine(point, self._firsts[each][None] if known is None else known))
            for each, (point, known) in enumerate(zip(points[SAMPLES:], self.subject.old_references, strict=True))
        ]
        pictures = [jpeg(image, SIDE, QUALITY) for image in images]
        seen, held, kept = errors
        return messages.Look(at, self.updates, seen, held, kept, new, old, pictures[:SAMPLES], pictures[SAMPLES:])

    def drawn(self) -> list[Image.Image]:
        """Draw what is always drawn, with what was learned so far."""
        seed = self.request.seed
        lanes = [self._lane(prompt, (seed + at) % 2**53) for at, prompt in enumerate(self.prompts)]
        return _pictures(lanes, self._with(self.shown), self._check)

    def weighed(self, loaded: Any, names: Sequence[str], check: Callable[[], None]) -> messages.Weighed:
        """Draw one new thing and one old one with more and less of what was learned, and of LoRAs that were loaded.

        Args:
            loaded: the denoiser with those LoRAs as adapters.
            names: theirs.
            check: raises when nobody waits any more.
        """
        prompts = [self.subject.pictures.prompt, self.subject.olds[0]]
        seeds = [self.request.seed, (self.request.seed + SAMPLES) % 2**53]
        asked = list(zip(prompts, seeds, strict=True))
        if self.request.method == "lora":
            others = in_force(self._pipeline.unet)
            own = [self._lane(*one, lora={**others, lora.ADAPTER: weight}) for one in asked for weight in WEIGHTS]
            images = _pictures(own, self._with(self.shown), check)
        else:
            images = self._weighed_fully(asked, check)
        loras = [self._lane(*one, lora={name: weight}) for name in names for one in asked for weight in WEIGHTS]
        if loras:
            images += _pictures(loras, self._with(loaded), check)
        pictures = [jpeg(image, SIDE, QUALITY) for image in images]
        return messages.Weighed(self.updates, list(WEIGHTS), ["", *names], prompts, pictures)

    def _weighed_fully(self, asked: list[tuple[str, int]], check: Callable[[], None]) -> list[Image.Image]:
        rows = []
        for weight in WEIGHTS:
            network = lora.between(self._pipeline.unet, self.pupil, self.state.average.network, weight)
            rows.append(_pictures([self._lane(*one) for one in asked], self._with(network), check))
        return [row[at] for at in range(len(asked)) for row in rows]

    def _lane(self, prompt: str, seed: int, **more: Any) -> Lane:
        wish = SimpleNamespace(
            sampler=pipelines.first_choice(self._pipeline), steps=self.request.steps, guidance_scale=self.request.guidance_scale
        )
        return pipelines.lane_of(self._pipeline, wish, prompt=prompt, seed=seed, **more)

    def _with(self, network: Any) -> Any:
        """Return a pipeline that draws with another denoiser."""
        made = own_pipeline(self._pipeline)
        made.unet = network
        return made

    def _timesteps(self) -> list[int]:
        count = self._scheduler.config.num_train_timesteps
        return [int(share * (count - 1)) for share in LEVELS]


def _pictures(lanes: Sequence[Lane], pipeline: Any, check: Callable[[], None]) -> list[Image.Image]:
    """Run lanes to their ends; between two steps nobody need wait for them any more."""
    traces: tuple[Trace, ...] = ()
    for state in sampling(lanes, pipeline):
        check()
        traces = state.traces
    return [trace.image for trace in traces if trace.image is not None]


def _mixed(new: Given, old: Given, is_old: torch.Tensor) -> Given:
    """Return rows of the one batch or the other."""
    chosen = is_old.to(new.latents.device)

    def choose(one: Any, other: Any) -> Any:
        if isinstance(one, dict):
            return {name: choose(value, other[name]) for name, value in one.items()}
        return torch.where(chosen.view(-1, *[1] * (one.ndim - 1)), other, one)

    return type(new)(
        choose(new.latents, old.latents),
        choose(new.states, old.states),
        conditioning=choose(new.conditioning, old.conditioning),
    )


def _as(conditioning: Any, dtype: torch.dtype) -> Any:
    if isinstance(conditioning, dict):
        return {name: _as(value, dtype) for name, value in conditioning.items()}
    return conditioning.to(dtype) if conditioning.is_floating_point() else conditioning


def _cosine(point: torch.Tensor, references: torch.Tensor) -> torch.Tensor:
    """Return the mean cosine of (D,) with (n, D), all of unit length."""
    return (references @ point).mean()


def _among(points: torch.Tensor) -> float | None:
    """Return the mean cosine of (n, D) points with each other; None for fewer than two."""
    count = len(points)
    if count < 2:
        return None
    return float(((points @ points.T).sum() - count) / (count * (count - 1)))
