"""What a comparison of samplers is asked and what it says, declared once: `frontend/explorers/sampler/messages.d.ts` is made from this."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from diffexplain.explorers.messages import Progress
from diffexplain.explorers.pipeline_messages import PipelineBegin
from diffexplain.explorers.sampler.request import ComparisonRequest  # noqa: TC001 the fields are read for the declarations
from diffexplain.live.messages import Array, Message, Picture
from diffexplain.maps.names import Labels  # noqa: TC001

Family: TypeAlias = Literal["one", "two", "memory", "noise"]
"""How a sampler gets its direction: from one look at the network, from two, from looks that it remembers, or with fresh noise."""


@dataclass(frozen=True)
class Row:
    """A sampler that takes part.

    Attributes:
        name: from the allow-list.
        label: as people write it.
        family: how it gets its direction.
        fresh: whether it adds fresh noise on its way.
    """

    name: str
    label: str
    family: Family
    fresh: bool


@dataclass(frozen=True, eq=False)
class Begin(PipelineBegin):
    """All samplers stand at the start.

    Attributes:
        rows: in the order of the request.
        guided: whether each evaluation asks the network twice, without and with the text.
        shared: whether all rows share their network calls; else one runs after the other.
        limits: (2,) log-SNR of the noisiest and of the cleanest training timestep, within -12 to 12.
    """

    request: ComparisonRequest
    rows: list[Row]
    guided: bool
    shared: bool
    limits: Array


@dataclass(frozen=True, eq=False)
class Evaluated(Message):
    """The network has been evaluated once more for some rows. An evaluation with guidance asks for both halves and counts once.

    Attributes:
        rows: (k) whose latents it saw.
        indices: (k) which evaluation of its row this is, 0 for the first.
        counts: (k) how many evaluations the row will have in all.
        timesteps: (k,) what the network was told.
        log_snr: (k,) of the noisy latents, clipped to -12 to 12.
        seconds: that one row's share of the network call took.
        pictured: which of the k have a picture; of a long run evenly spread ones.
        images: their predicted originals through the linear map, PNG, one pixel a latent pixel, at most 32 a side.
    """

    rows: list[int]
    indices: list[int]
    counts: list[int]
    timesteps: Array
    log_snr: Array
    seconds: float
    pictured: list[int]
    images: list[Picture]


@dataclass(frozen=True, eq=False)
class Finish:
    """Where a sampler came out.

    Attributes:
        image: as the pipeline's own run gives it: PNG up to 128 pixels a side, else JPEG of at most 256.
        evaluations: of the network.
        network_seconds: its share of the time that the network took.
        own_seconds: what its own arithmetic took, measured on the recorded predictions; null where that could not be repeated.
    """

    image: Picture
    evaluations: int
    network_seconds: float
    own_seconds: float | None


@dataclass(frozen=True, eq=False)
class End(Message):
    """All pictures are finished. What follows only says more about the way there.

    Attributes:
        rows: in the order of the request.
        matrix: (rows, rows) RMS difference of the finished pictures, 0 to 1: 1 is black against white.
        groups: rows that end in the same picture: no two in a group differ by `threshold` or more. The largest first.
        threshold: see `groups`.
        seconds: how long the run took, up to the pictures.
    """

    rows: list[Finish]
    matrix: Array
    groups: list[list[int]]
    threshold: float
    seconds: float


@dataclass(frozen=True, eq=False)
class Decoded(Message):
    """Predicted originals of one row through the VAE's decoder.

    Attributes:
        row: whose.
        indices: which evaluations.
        images: JPEG, at most 96 pixels a side.
        to_own: (k,) RMS difference of each to the row's own finished picture, 0 to 1.
    """

    row: int
    indices: list[int]
    images: list[Picture]
    to_own: Array


@dataclass(frozen=True, eq=False)
class LongRun:
    """The same noise on its way without haste: what samplers that add no noise would reach in ever smaller steps.

    Attributes:
        timestep: where it starts.
        evaluations: how many it took.
        image: its finished picture, as in `Finish`.
        log_snr: (k,) of some of its predicted originals, clipped to -12 to 12.
        images: those, JPEG, at most 96 pixels a side.
    """

    timestep: float
    evaluations: int
    image: Picture
    log_snr: Array
    images: list[Picture]


@dataclass(frozen=True, eq=False)
class Long(Message):
    """The long runs, one for each timestep that a sampler starts at. Those that most start at comes first.

    Attributes:
        runs: one or more.
        of_row: which one each row is compared with: that from its own start.
        final: (rows,) RMS difference of the finished picture to that of its long run, 0 to 1.
        apart: (runs,) RMS difference of the finished pictures of the long runs to that of the first, 0 to 1.
    """

    runs: list[LongRun]
    of_row: list[int]
    final: Array
    apart: Array


@dataclass(frozen=True, eq=False)
class Compared(Message):
    """One row beside its long run.

    Attributes:
        row: whose.
        indices: which evaluations.
        along: (k,) RMS difference to what the long run predicts at the same noise level, 0 to 1.
        to_end: (k,) RMS difference to the long run's finished picture, 0 to 1.
    """

    row: int
    indices: list[int]
    along: Array
    to_end: Array


@dataclass(frozen=True, eq=False)
class Ground(Message):
    """The map that ships, as far as it lies under the paths. It holds for all runs, so it is sent once.

    Attributes:
        clip: name of the model whose space it maps.
        places: (N, 2) of pictures of the scene world.
        labels: what they show.
    """

    lasting = True

    clip: str
    places: Array
    labels: Labels | None


@dataclass(frozen=True, eq=False)
class Placed(Message):
    """Predicted originals of one row on the map.

    Attributes:
        row: whose; one beyond the last is the first long run.
        indices: which evaluations; of the long run, which of its pictures.
        places: (k, 2) where they lie.
    """

    row: int
    indices: list[int]
    places: Array


MESSAGES: tuple[type[Message], ...] = (Begin, Evaluated, End, Decoded, Progress, Long, Compared, Ground, Placed)
