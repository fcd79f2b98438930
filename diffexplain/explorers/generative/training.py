"""Four models that learn by turns, and all that is looked at meanwhile."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from diffexplain.explorers.arrays import half_precision
from diffexplain.explorers.generative import messages
from diffexplain.explorers.generative.measure import Measure
from diffexplain.explorers.generative.request import PLACES
from diffexplain.explorers.generative.start import begin_with
from diffexplain.explorers.learnable import drawn_from
from diffexplain.explorers.learning import Learner
from diffexplain.learn.clouds import centres, modes
from diffexplain.learn.generative_models import MODELS, Autoencoding, Diffusing, Settings, generative_models
from diffexplain.learn.session import refusing
from diffexplain.live.live_session import LiveSession
from diffexplain.live.messages import quantize

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from diffexplain.explorers.generative.request import GenerativeRequest
    from diffexplain.live.messages import Array, Quantized

SHOWN, REBUILT = 8, 6  # pictures
FEWER = (1, 5)  # steps of the denoiser than STEPS
_REACH = 3.0  # of the latent plane: nearly all of a standard normal lies within
COSTS = {
    "autoencoder": {"square": "autoencoder"},
    "vae": {"square": "vae", "divergence": "divergence"},
    "gan": {"generator": "generator", "discriminator": "discriminator"},
    "diffusion": {"error": "diffusion"},
}
"""Of each model, the parts of its loss that are shown, and what `messages.Losses` calls them."""


class Training(LiveSession):
    """Trains all four with `diffexplain.learn.generative_models`, an update of each by turns.

    Attributes:
        request: what was asked.
        settings: what the next updates go by.
        models: in training, by name.
        resting: those that broke, until something is changed.
        made: updates of each.
        before: updates that they had behind them at the beginning.
    """

    def __init__(self, request: GenerativeRequest) -> None:
        self.request, self.settings = request, Settings()
        seed = request.seed % 2**63
        self._train = drawn_from(request.data, request.count, 2 * request.seed)
        self._measure = Measure(request)
        _, *shape = self._train.shape
        self.models = generative_models(shape, request.width, request.latent, seed)
        self.before = begin_with(request, self.models)
        self.learners = {name: Learner(model.session) for name, model in self.models.items()}
        self.resting: list[str] = []
        self.made = dict.fromkeys(MODELS, 0)
        self.breaks = 0
        still = torch.Generator().manual_seed(seed + 1)  # of what is looked at: it takes nothing from the training's own noise
        self._latents = torch.randn(self._measure.drawn, request.latent, 1, 1, generator=still)
        self._noise = torch.randn(self._measure.drawn, *shape, generator=still)
        self._newest: tuple[torch.Tensor, float] = (self._noise, 0.0)
        self.updating = self._updating()

    @property
    def is_pictures(self) -> bool:
        """Whether pictures are learned, and not points."""
        return self.request.data == "pictures"

    def go_by(self, settings: Settings) -> None:
        """Have the next updates go by these; whoever rests tries again if they are others, or if nobody else is left."""
        if settings != self.settings or len(self.resting) == len(MODELS):
            self.resting = []
        self.settings = settings

    def _updating(self) -> Iterator[dict[str, float]]:
        """Yield what an update of each cost, by the names in `messages.Losses`."""
        while True:
            costs: dict[str, float] = {}
            for name, model in self.models.items():
                if name not in self.resting:
                    parts = model.update(self._train, self.request.batch, self.settings)
                    self.made[name] += 1
                    costs |= {said: parts[part] for part, said in COSTS[name].items()}
            yield costs

    def broken(self, costs: Mapping[str, float]) -> list[tuple[str, float]]:
        """Return whose cost has left all bounds, and what it was."""
        found = []
        for name in MODELS:
            main = [costs[said] for part, said in COSTS[name].items() if part != "divergence" and said in costs]
            found += [(name, cost) for cost in main if self.learners[name].is_broken(cost)][:1]
        return found

    def unsound(self) -> list[str]:
        """Return whose weights have left all bounds: the loss would tell with the next update, and what is looked at comes before."""
        return [name for name in MODELS if not self.learners[name].is_sound()]

    def mark(self, name: str | None = None) -> None:
        """Keep the present state of one, or of all, as one to come back to."""
        for each in MODELS if name is None else (name,):
            self.learners[each].updates = self.updates
            self.learners[each].mark()

    def set_back(self, name: str) -> int:
        """Set one back to what was kept of it, and have it rest; return after how many updates that was."""
        self.resting.append(name)
        self.breaks += 1
        self.halted = len(self.resting) == len(MODELS)
        self.learners[name].set_back()
        return self.learners[name].kept

    # What is looked at

    def begin(self) -> messages.Begin:
        """Say what will be learned."""
        held = self._measure.held
        return messages.Begin(
            request=self.request,
            before=self.before,
            parameters=[sum(each.numel() for each in self.models[name].session.network.parameters()) for name in MODELS],
            held=self._sent(held[:REBUILT] if self.is_pictures else held),
            drawn=self._measure.drawn,
            real=self._measure.real(),
            draws=half_precision(self._latents[: self._shown, :2, 0, 0]),
            centres=half_precision(centres()) if self.request.data == "clusters" else None,
        )

    def look(self, at: int) -> messages.Look:
        """Look at the averaged networks from outside."""
        made = [model.made(self._noise if name == "diffusion" else self._latents) for name, model in self.models.items()]
        back = [model.made(model.codes(self._measure.held)) for model in self._autoencoders()]
        quality = [self._measure.of(each) for each in made]
        self._newest = made[-1], quality[-1]
        known = [modes(each.flatten(1)) for each in made] if self.request.data == "clusters" else None
        return messages.Look(
            at=at,
            update=self.updates,
            made=[self.made[name] for name in MODELS],
            samples=self._sent(torch.stack(made)[:, : self._shown]),
            rebuilt=self._sent(torch.stack(back)[:, : REBUILT if self.is_pictures else None]),
            errors=[float((each - self._measure.held).square().mean()) for each in back],
            quality=quality,
            modes=None if known is None else [count for count, _ in known],
            near=None if known is None else [share for _, share in known],
        )

    def plane(self) -> messages.Plane:
        """Look at the latents, and at diffusion by steps, right after `look`."""
        codes = [model.codes(self._measure.held) for model in self._autoencoders()]
        reach = [max(_REACH, float(each[:, :2].abs().flatten().quantile(0.98)) * 1.1) for each in codes] + [_REACH]
        grids = [self.models[name].made(self._grid(far)) for name, far in zip(MODELS, reach, strict=False)]
        diffusion = self.models["diffusion"]
        assert isinstance(diffusion, Diffusing)
        whole, distance = self._newest
        fewer = [diffusion.made(self._noise, count) for count in FEWER]
        return messages.Plane(
            update=self.updates,
            grids=self._sent(torch.stack(grids)),
            reach=reach,
            codes=half_precision(torch.stack(codes)[:, :, :2, 0, 0]),
            steps=self._sent(torch.stack([*fewer, whole])[:, : self._shown]),
            distances=[*(self._measure.of(each) for each in fewer), distance],
        )

    def spent(self) -> messages.Spent:
        """Say how long each has been learning."""
        return messages.Spent([self.models[name].session.seconds for name in MODELS])

    @property
    def _shown(self) -> int:
        return SHOWN if self.is_pictures else self._measure.drawn

    def _autoencoders(self) -> list[Autoencoding]:
        return [model for model in self.models.values() if isinstance(model, Autoencoding)]

    def _grid(self, reach: float) -> torch.Tensor:
        """Return (PLACES * PLACES, latent, 1, 1), row by row from the top; all but the first two numbers are 0."""
        line = torch.linspace(-reach, reach, PLACES)
        latents = torch.zeros(PLACES, PLACES, self.request.latent)
        latents[..., 0], latents[..., 1] = line[None], -line[:, None]
        return latents.reshape(PLACES**2, -1, 1, 1)

    def _sent(self, tensor: torch.Tensor) -> Array | Quantized:
        return quantize(tensor.numpy(), 1.0) if self.is_pictures else half_precision(tensor)

    # Saved and restored

    def tensors(self) -> dict[str, Any]:
        """See `LiveSession`."""
        return {f"{name}/{key}": value for name, each in self.learners.items() for key, value in each.tensors().items()}

    def facts(self) -> dict[str, Any]:
        """See `LiveSession`."""
        return {
            "models": {name: each.facts() for name, each in self.learners.items()},
            "settings": asdict(self.settings),
            "resting": list(self.resting),
            "made": dict(self.made),
            "breaks": self.breaks,
        }

    def restore(self, tensors: Mapping[str, Any], facts: Mapping[str, Any]) -> None:
        """See `LiveSession`."""
        for name, each in self.learners.items():
            own = {key.removeprefix(f"{name}/"): value for key, value in tensors.items() if key.startswith(f"{name}/")}
            each.restore(own, facts.get("models", {}).get(name, {}))
        with refusing():
            self.settings, self.breaks = Settings(**facts["settings"]), int(facts["breaks"])
            self.resting = [name for name in MODELS if name in facts["resting"]]
            self.made = {name: int(facts["made"][name]) for name in MODELS}


def columns(costs: Sequence[Mapping[str, float]]) -> dict[str, Array]:
    """Return what some updates cost as columns of `messages.Losses`; where a model rests, not a number."""
    names = [said for each in COSTS.values() for said in each.values()]
    return {name: np.array([cost.get(name, np.nan) for cost in costs], np.float32) for name in names}
