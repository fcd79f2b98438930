"""What a run over seeds is asked and what it says, declared once: `frontend/explorers/seed/messages.d.ts` is made from this."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal, TypeAlias

from diffexplain.core.text import Truncated  # noqa: TC001 the fields are read for the declarations
from diffexplain.explorers.messages import Progress
from diffexplain.explorers.pipeline_messages import PipelineBegin
from diffexplain.explorers.seed.request import SeedRequest  # noqa: TC001
from diffexplain.live.messages import Array, Message, Picture
from diffexplain.scenes.vocabulary import Unlearned  # noqa: TC001

Which: TypeAlias = Literal["first", "other", "walk"]
"""Of which pictures: the wall of the prompt, the wall of the other prompt, the stops of both walks."""


@dataclass(frozen=True, eq=False)
class Begin(PipelineBegin):
    """Comes with the first step, when the scheduler has chosen its timesteps."""

    request: SeedRequest
    seeds: Annotated[list[int], "of the wall, in order."]
    step_count: Annotated[int, "how many steps each picture has."]
    told: Annotated[
        list[int],
        "the steps that are told, 0 for the first, rising, the last one always among them; all of a run of up to 50. What other messages call `place` is a place in this list.",
    ]
    timesteps: Annotated[Array, "(told,) as the scheduler counts, high is noisy."]
    numbers: Annotated[int, "how many values a starting noise has."]
    other_truncated: Annotated[
        Truncated | None, "what the text encoder does not read of the other prompt; null where it reads all."
    ]
    other_unlearned: Annotated[list[Unlearned], "words of the other prompt that the bundled model never learned."]


@dataclass(frozen=True, eq=False)
class Preview(Message):
    """Predicted originals of a step at once, one colour for each latent pixel: a linear map instead of the VAE's decoder."""

    which: Annotated[Which, "of which pictures."]
    place: Annotated[int, "of the step in `told`."]
    lanes: Annotated[Array, "(m,) which pictures; all of a step, or one where the pipeline draws them one after the other."]
    columns: Annotated[int, "of the sheet."]
    sheet: Annotated[Picture, "those pictures row by row without gaps, without loss, at most 32 pixels a side each."]


@dataclass(frozen=True, eq=False)
class Pictures(Message):
    """The same through the VAE's decoder. At the last place stand the finished pictures."""

    which: Annotated[
        Which, "of which pictures. Of a walk, the stops on the sphere come first, then those on the straight line."
    ]
    place: Annotated[int, "of the step in `told`."]
    columns: Annotated[int, "of the sheet."]
    sheet: Annotated[
        Picture, "all pictures row by row without gaps, at most 128 pixels a side each; without loss at the last place."
    ]


@dataclass(frozen=True, eq=False)
class Spread(Message):
    """What the pictures of a wall have in common at a step, and how far they part. Values of pixels run from 0 to 1."""

    which: Annotated[Which, "of which wall."]
    place: Annotated[int, "of the step in `told`; the finished pictures at the last."]
    exact: Annotated[bool, "measured on decoded pictures; else on their previews."]
    mean: Annotated[Picture, "of each pixel over the seeds; a JPEG where decoded, without loss at the last place."]
    deviation: Annotated[
        Array,
        "(height, width) standard deviation of each pixel over the seeds, the root mean square of red, green and blue; 255 stands for 0.5, and more is not possible.",
    ]
    fixed: Annotated[float, "variance of the mean picture over its pixels: what is the same for all seeds."]
    chance: Annotated[
        float, "mean variance of a pixel over the seeds. Together they are the variance of all values of all pictures."
    ]
    noisy: Annotated[
        float,
        "standard deviation over the seeds of the noisy latents that the step was given, at unit scale and drawn as colours by the linear map: the same measure before the noise is taken away.",
    ]


@dataclass(frozen=True, eq=False)
class Way(Message):
    """The two ways from one seed's noise to another's, on the sphere and on the straight line, before anything is drawn."""

    seeds: Annotated[tuple[int, int], "from which to which."]
    shares: Annotated[Array, "(frames,) how far along, 0 to 1."]
    angle: Annotated[float, "between the two noises, in degrees."]
    lengths: Annotated[
        Array, "(2, frames) length of the noise at each stop, |z| / sqrt(n): first on the sphere, then on the line."
    ]


@dataclass(frozen=True, eq=False)
class Walk(Message):
    """What came of both ways; the pictures themselves come as `Pictures`."""

    details: Annotated[
        Array,
        "(2, frames) fine detail of each picture: root mean square difference of neighbouring pixels, whose values are 0 to 1; first on the sphere, then on the line.",
    ]
    ends: Annotated[
        float,
        "largest difference of a pixel of the two ends from the wall's pictures of the same seeds, 0 to 1: more than next to nothing where the sampler adds noise of its own.",
    ]


@dataclass(frozen=True, eq=False)
class Pairs(Message):
    """How far the finished pictures of the two prompts are apart."""

    distances: Annotated[
        Array,
        "(n, n) root mean square difference of pixels, 0 to 1: the prompt's pictures by row, the other prompt's by column.",
    ]


@dataclass(frozen=True, eq=False)
class End(Message):
    """All that was asked for is drawn. What follows only makes the pictures of the way there exact."""

    seconds: Annotated[float, "since the run began."]
    drawn: Annotated[int, "how many pictures this run drew; what an earlier one had drawn is taken over."]


MESSAGES: tuple[type[Message], ...] = (Begin, Preview, Pictures, Spread, Way, Walk, Pairs, End, Progress)
