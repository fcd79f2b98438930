"""What a comparison of samplers is asked and what it says, declared once: `frontend/explorers/sampler/messages.d.ts` is made from this."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal, TypeAlias

from diffexplain.explorers.messages import Progress
from diffexplain.explorers.pipeline_messages import PipelineBegin
from diffexplain.explorers.sampler.request import ComparisonRequest  # noqa: TC001 the fields are read for the declarations
from diffexplain.live.messages import Array, Message, Picture
from diffexplain.maps.names import Labels  # noqa: TC001

Family: TypeAlias = Literal["one", "two", "memory", "noise"]
"""How a sampler gets its direction: from one look at the network, from two, from looks that it remembers, or with fresh noise."""


@dataclass(frozen=True)
class Row:
    """A sampler that takes part."""

    name: Annotated[str, "from the allow-list."]
    label: Annotated[str, "as people write it."]
    family: Annotated[Family, "how it gets its direction."]
    fresh: Annotated[bool, "whether it adds fresh noise on its way."]


@dataclass(frozen=True, eq=False)
class Begin(PipelineBegin):
    """All samplers stand at the start."""

    request: ComparisonRequest
    rows: Annotated[list[Row], "in the order of the request."]
    guided: Annotated[bool, "whether each evaluation asks the network twice, without and with the text."]
    shared: Annotated[bool, "whether all rows share their network calls; else one runs after the other."]
    limits: Annotated[Array, "(2,) log-SNR of the noisiest and of the cleanest training timestep, within -12 to 12."]


@dataclass(frozen=True, eq=False)
class Evaluated(Message):
    """The network has been evaluated once more for some rows. An evaluation with guidance asks for both halves and counts once."""

    rows: Annotated[list[int], "(k) whose latents it saw."]
    indices: Annotated[list[int], "(k) which evaluation of its row this is, 0 for the first."]
    counts: Annotated[list[int], "(k) how many evaluations the row will have in all."]
    timesteps: Annotated[Array, "(k,) what the network was told."]
    log_snr: Annotated[Array, "(k,) of the noisy latents, clipped to -12 to 12."]
    seconds: Annotated[float, "that one row's share of the network call took."]
    pictured: Annotated[list[int], "which of the k have a picture; of a long run evenly spread ones."]
    images: Annotated[
        list[Picture], "their predicted originals through the linear map, PNG, one pixel a latent pixel, at most 32 a side."
    ]


@dataclass(frozen=True, eq=False)
class Finish:
    """Where a sampler came out."""

    image: Annotated[Picture, "as the pipeline's own run gives it: PNG up to 128 pixels a side, else JPEG of at most 256."]
    evaluations: Annotated[int, "of the network."]
    network_seconds: Annotated[float, "its share of the time that the network took."]
    own_seconds: Annotated[
        float | None,
        "what its own arithmetic took, measured on the recorded predictions; null where that could not be repeated.",
    ]


@dataclass(frozen=True, eq=False)
class End(Message):
    """All pictures are finished. What follows only says more about the way there."""

    rows: Annotated[list[Finish], "in the order of the request."]
    matrix: Annotated[Array, "(rows, rows) RMS difference of the finished pictures, 0 to 1: 1 is black against white."]
    groups: Annotated[
        list[list[int]],
        "rows that end in the same picture: no two in a group differ by `threshold` or more. The largest first.",
    ]
    threshold: Annotated[float, "see `groups`."]
    seconds: Annotated[float, "how long the run took, up to the pictures."]


@dataclass(frozen=True, eq=False)
class Decoded(Message):
    """Predicted originals of one row through the VAE's decoder."""

    row: Annotated[int, "whose."]
    indices: Annotated[list[int], "which evaluations."]
    images: Annotated[list[Picture], "JPEG, at most 96 pixels a side."]
    to_own: Annotated[Array, "(k,) RMS difference of each to the row's own finished picture, 0 to 1."]


@dataclass(frozen=True, eq=False)
class LongRun:
    """The same noise on its way without haste: what samplers that add no noise would reach in ever smaller steps."""

    timestep: Annotated[float, "where it starts."]
    evaluations: Annotated[int, "how many it took."]
    image: Annotated[Picture, "its finished picture, as in `Finish`."]
    log_snr: Annotated[Array, "(k,) of some of its predicted originals, clipped to -12 to 12."]
    images: Annotated[list[Picture], "those, JPEG, at most 96 pixels a side."]


@dataclass(frozen=True, eq=False)
class Long(Message):
    """The long runs, one for each timestep that a sampler starts at. Those that most start at comes first."""

    runs: Annotated[list[LongRun], "one or more."]
    of_row: Annotated[list[int], "which one each row is compared with: that from its own start."]
    final: Annotated[Array, "(rows,) RMS difference of the finished picture to that of its long run, 0 to 1."]
    apart: Annotated[Array, "(runs,) RMS difference of the finished pictures of the long runs to that of the first, 0 to 1."]


@dataclass(frozen=True, eq=False)
class Compared(Message):
    """One row beside its long run."""

    row: Annotated[int, "whose."]
    indices: Annotated[list[int], "which evaluations."]
    along: Annotated[Array, "(k,) RMS difference to what the long run predicts at the same noise level, 0 to 1."]
    to_end: Annotated[Array, "(k,) RMS difference to the long run's finished picture, 0 to 1."]


@dataclass(frozen=True, eq=False)
class Ground(Message):
    """The map that ships, as far as it lies under the paths. It holds for all runs, so it is sent once."""

    lasting = True

    clip: Annotated[str, "name of the model whose space it maps."]
    places: Annotated[Array, "(N, 2) of pictures of the scene world."]
    labels: Annotated[Labels | None, "what they show."]


@dataclass(frozen=True, eq=False)
class Placed(Message):
    """Predicted originals of one row on the map."""

    row: Annotated[int, "whose; one beyond the last is the first long run."]
    indices: Annotated[list[int], "which evaluations; of the long run, which of its pictures."]
    places: Annotated[Array, "(k, 2) where they lie."]


MESSAGES: tuple[type[Message], ...] = (Begin, Evaluated, End, Decoded, Progress, Long, Compared, Ground, Placed)
