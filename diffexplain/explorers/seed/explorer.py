"""A wall of seeds: one sentence from many noises, what they share, the way between two of them, and another sentence from the same."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import numpy as np
import traitlets

from diffexplain.core.text import tokenize
from diffexplain.core.twins import own_tokenizer
from diffexplain.explorers import checks, fitness, pipelines
from diffexplain.explorers.explorer import Explorer
from diffexplain.explorers.field import Field
from diffexplain.explorers.seed.grids import GridPlan, draw, refine
from diffexplain.explorers.seed.messages import Begin, End, Pairs, SeedRequest
from diffexplain.explorers.seed.statistics import distances
from diffexplain.explorers.seed.still import still_html
from diffexplain.explorers.seed.walk import walk as draw_walk
from diffexplain.i18n import say

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from diffexplain.core.text import Truncated
    from diffexplain.explorers.remembered import Remembered
    from diffexplain.explorers.seed.batch import SeedBatch
    from diffexplain.explorers.seed.grids import Grid
    from diffexplain.explorers.seed.messages import Which
    from diffexplain.live.messages import Message

FEWEST, MOST = 4, 64
FEWEST_FRAMES, MOST_FRAMES = 3, 17
LARGEST_FIRST = checks.MAX_SEED - MOST + 1
PANELS = ("mean", "walk", "other")
_MOST_KEPT = 4  # walls that are kept: those of two prompts, and the two before
_MOST_HELD = 2**28  # bytes of their latents that still wait for the decoder


class SeedExplorer(Explorer):
    """Many seeds under one sentence, drawn in one run: what the sentence fixes, and what chance decides.

    ::

        explorer = SeedExplorer(prompt="a fox", count=16)
        explorer                                # shows it
        explorer.walk = [3, 11]                 # from the noise of one seed to that of another
        explorer.other_prompt = "a cat"         # another sentence from the same noises
        explorer.wait().pictures[3]

    Args:
        pipeline: a diffusers text-to-image pipeline, which is never changed; None for the bundled one.
        prompt: what to draw, up to 10,000 characters; the text encoder reads the beginning.
        negative_prompt: what guidance pushes away from.
        seed: the first seed, 0 to 2**53 - 64.
        count: how many seeds, 4 to 64: ``seed``, ``seed + 1`` and so on.
        steps: of each picture, 1 to 1000.
        sampler: name from ``diffexplain.core.samplers``; None for the pipeline's own, where that is among them.
        guidance_scale: 0 to 100; up to 1 there is no guidance.
        other_prompt: another sentence to draw from the same seeds; empty for none.
        walk: two seeds of the wall to walk between; None for no walk. It is given up when a change takes one of them off the wall.
        frames: stops of the walk, its ends among them, 3 to 17.
        traits: of the widget: ``step`` that the wall shows, ``panel`` ("mean", "walk" or "other") beside it, ``pick``, ``layout``.

    Raises:
        UnfitPipelineError: the pipeline is not fit; the message says what to take instead.
        UnsupportedSchedulerError: the noise levels of its scheduler can't be read.
        TraitError: a value is not allowed.
    """

    Request = SeedRequest
    result = End
    title = say("Seed explorer")
    _module = "seed"

    # Of the request: a change asks for a new run
    prompt = Field("a fox", request=True, help="What to draw.")
    negative_prompt = Field("", request=True, help="What guidance pushes away from.")
    seed = Field(0, request=True, help="The first seed.")
    count = Field(16, request=True, help="How many seeds.")
    steps = Field(20, request=True, help="How many steps.")
    sampler = Field("ddim", request=True, help="Name from the list of samplers.")
    guidance_scale = Field(4.0, request=True, help="How strongly the prompt pulls.")
    other_prompt = Field("", request=True, help="Another prompt for the same seeds.")
    walk = Field(None, request=True, help="Two seeds to walk between; None for no walk.")
    frames = Field(9, request=True, help="Stops of the walk.")

    # Of the view: the page answers alone
    step = Field(-1, help="The step that the wall shows; -1 for the last one, the finished pictures.")
    panel = Field("mean", help="What stands beside the wall: mean, walk or other.")
    pick = Field(None, help="A seed that is picked while the second is still to be chosen; None for none.")

    def __init__(
        self,
        pipeline: Any = None,
        *,
        prompt: str = "a fox",
        negative_prompt: str = "",
        seed: int = 0,
        count: int = 16,
        steps: int = 20,
        sampler: str | None = None,
        guidance_scale: float = 4.0,
        other_prompt: str = "",
        walk: Sequence[int] | None = None,
        frames: int = 9,
        **traits: Any,
    ) -> None:
        pipeline = pipelines.bundled() if pipeline is None else pipeline
        fitness.require_fit(pipeline, packed=True)
        self.pipeline = pipeline
        self._choices = pipelines.choices(pipeline)
        self._first = (seed, count)  # what a walk is checked against until the widget is there
        self._walls: Remembered[Grid] = self.memory.place(_MOST_KEPT, self._network, weight=_waiting, limit=_MOST_HELD)
        self._walks: Remembered[list[Message]] = self.memory.place(1, self._network)
        self._shown: Grid | None = None
        self.set_trait("_controls", self._offer())
        super().__init__(
            pipelines.denoiser(pipeline),
            prompt=prompt,
            negative_prompt=negative_prompt,
            seed=seed,
            count=count,
            steps=steps,
            sampler=pipelines.first_choice(pipeline) if sampler is None else sampler,
            guidance_scale=guidance_scale,
            other_prompt=other_prompt,
            walk=walk,
            frames=frames,
            **traits,
        )

    def check(self, name: str, value: Any) -> Any:
        """The value of a field in its plain form; see `Explorer.check`."""
        simple: dict[str, Callable[[str, Any], Any]] = {
            "seed": _first_seed,
            "count": lambda field, given: _among(field, given, FEWEST, MOST),
            "steps": checks.steps,
            "sampler": lambda field, given: checks.choice(field, given, [choice.name for choice in self._choices]),
            "guidance_scale": checks.guidance_scale,
            "walk": self._pair,
            "frames": lambda field, given: _among(field, given, FEWEST_FRAMES, MOST_FRAMES),
            "step": checks.index,
            "panel": lambda field, given: checks.choice(field, given, PANELS),
            "pick": lambda field, given: None if given is None else self._on_the_wall(field, given),
        }
        return simple.get(name, checks.text)(name, value)

    def run(self, request: SeedRequest, emit: Callable[[Message], None]) -> None:
        """Draws the wall, then the walk and the wall of the other prompt where they are asked for; then makes the way there exact.

        What an earlier run has drawn is told again, not drawn again.
        """
        started, drawn = time.monotonic(), 0
        with pipelines.without_notice_of_truncation(self.pipeline):
            first, new = self._wall(GridPlan.of(request, request.prompt), "first", request, emit)
            drawn += new
            self._shown = first
            shown: list[tuple[Which, Grid]] = [("first", first)]
            if request.walk is not None:
                drawn += self._walk(request, first, emit)
            if request.other_prompt:
                other, new = self._wall(GridPlan.of(request, request.other_prompt), "other", None, emit)
                drawn += new
                shown.append(("other", other))
                emit(Pairs(distances(first.tiles, other.tiles).astype(np.float32)))
            emit(End(time.monotonic() - started, drawn))
            refine(shown, self.pipeline.vae, emit)

    def still(self, messages: list[Message]) -> str:
        """See `Explorer.still`."""
        return still_html(messages)

    @property
    def pictures(self) -> dict[int, Any]:
        """Seed -> picture of the last wall that was drawn under the prompt, at most 128 pixels a side; PIL images."""
        from PIL import Image

        wall = self._shown
        return {} if wall is None else {seed: Image.fromarray(wall.tiles[at]) for at, seed in enumerate(wall.plan.seeds)}

    def _wall(
        self, plan: GridPlan, which: Which, request: SeedRequest | None, emit: Callable[[Message], None]
    ) -> tuple[Grid, int]:
        """A wall, told, and how many pictures had to be drawn for it; with a request it is told that a run begins."""

        def begun(growth: SeedBatch) -> None:
            if request is not None:
                emit(self._begin(request, growth))

        wall = self._walls.get(plan)
        if wall is not None:
            self._walls.put(plan, wall)  # it may be refined further
            begun(wall.batch)
            for message in wall.messages(which):
                emit(message)
            return wall, 0
        return self._walls.put(plan, draw(self.pipeline, plan, which, emit, begun)), plan.count

    def _network(self) -> Any:
        return self.pipeline

    def _walk(self, request: SeedRequest, wall: Grid, emit: Callable[[Message], None]) -> int:
        assert request.walk is not None
        pair = (request.walk[0], request.walk[1])
        key = (wall.plan, pair, request.frames)
        said = self._walks.get(key)
        if said is not None:
            for message in said:
                emit(message)
            return 0
        self._walks.put(key, draw_walk(self.pipeline, wall, pair, request.frames, emit))
        return 2 * request.frames

    def _begin(self, request: SeedRequest, growth: SeedBatch) -> Begin:
        limit, truncated = self._read(request.prompt)
        return Begin(
            request=request,
            seeds=list(GridPlan.of(request, request.prompt).seeds),
            step_count=growth.step_count,
            told=growth.shown_steps,
            timesteps=np.array(growth.timesteps, np.float32),
            numbers=growth.numbers,
            model=pipelines.name_of(self.pipeline),
            sampler_label=next(choice.label for choice in self._choices if choice.name == request.sampler),
            truncated=truncated,
            other_truncated=self._read(request.other_prompt)[1] if request.other_prompt else None,
            token_limit=limit,
        )

    def _read(self, prompt: str) -> tuple[int, Truncated | None]:
        """How many tokens the text encoder reads, and what it does not."""
        tokenizer = own_tokenizer(getattr(self.pipeline, "tokenizer", None))
        text = tokenize(prompt, tokenizer, getattr(self.pipeline, "text_encoder", None))
        return text.limit, text.truncated

    def _offer(self) -> dict[str, Any]:
        return {
            "samplers": pipelines.offer(self._choices),
            "limits": {
                "prompt": checks.MAX_CHARACTERS,
                "seed": LARGEST_FIRST,
                "count": [FEWEST, MOST],
                "frames": [FEWEST_FRAMES, MOST_FRAMES],
            },
        }

    def _pair(self, field: str, value: Any) -> list[int] | None:
        if value is None:
            return None
        if isinstance(value, str) or not isinstance(value, (list, tuple)) or len(value) != 2:
            raise ValueError(
                say(
                    "{field} must be None or two seeds of the wall, not {value}; for example [{first}, {second}]",
                    field=field,
                    value=checks.shown(value),
                    first=self._range()[0],
                    second=self._range()[1],
                )
            )
        a, b = (self._on_the_wall(f"{field}[{at}]", one) for at, one in enumerate(value))
        if a == b:
            raise ValueError(
                say(
                    "{field} must lead from one seed to another, not from {seed} to itself; take two seeds", field=field, seed=a
                )
            )
        return [a, b]

    def _on_the_wall(self, field: str, value: Any) -> int:
        seeds = self._range()
        allowed = say("a seed of the wall, {first} to {last}", first=seeds[0], last=seeds[-1])
        return checks.whole(field, value, seeds[0], seeds[-1], allowed)

    def _range(self) -> range:
        first, count = self._first if self._runs is None else (self.seed, self.count)
        return range(first, first + count)

    @traitlets.observe("seed", "count")
    def _let_go(self, change: object) -> None:  # noqa: ARG002 - traitlets gives it
        """A walk between seeds that are no longer there is none."""
        if self._runs is None:
            return
        if self.walk is not None and not all(seed in self._range() for seed in self.walk):
            self.set_trait("walk", None)
        if self.pick is not None and self.pick not in self._range():
            self.set_trait("pick", None)


def _waiting(wall: Grid) -> int:
    return sum(latents.nbytes for latents in wall.waiting.values())


def _first_seed(field: str, value: Any) -> int:
    allowed = say(
        "a whole number from 0 to 2**53 - {most} (a web page holds larger ones inexactly, and {most} may follow)", most=MOST
    )
    return checks.whole(field, value, 0, LARGEST_FIRST, allowed)


def _among(field: str, value: Any, lowest: int, highest: int) -> int:
    allowed = say("a whole number from {lowest} to {highest}", lowest=lowest, highest=highest)
    return checks.whole(field, value, lowest, highest, allowed)
