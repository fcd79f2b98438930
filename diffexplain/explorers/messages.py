"""What several explorers say in the same words. What only one says is declared in its own ``messages.py``."""

from __future__ import annotations

from dataclasses import dataclass

from diffexplain.core.text import Truncated  # noqa: TC001 - the fields are read for the declarations
from diffexplain.explorers.requests import PromptRequest  # noqa: TC001
from diffexplain.live.messages import Message, Picture


@dataclass(frozen=True, eq=False)
class PipelineBegin(Message):
    """The head of each `Begin` of a run of a pipeline; `PipelineExplorer.opening` fills it.

    Attributes:
        request: what this run was asked.
        model: class name of the pipeline.
        sampler_label: name of the sampler as people write it; empty where several take part.
        token_limit: how many tokens the text encoder reads, marks included.
        truncated: what it does not read of the prompt; null where it reads all.
    """

    request: PromptRequest
    model: str
    sampler_label: str
    token_limit: int
    truncated: Truncated | None


@dataclass(frozen=True, eq=False)
class Decoded(Message):
    """The latents of a step through the VAE's decoder.

    Attributes:
        index: of the step.
        image: JPEG, at most 256 pixels a side.
    """

    index: int
    image: Picture


@dataclass(frozen=True, eq=False)
class Progress(Message):
    """How far something long is.

    Attributes:
        task: what is done; the page has words for each.
        done: how much.
        total: of how much.
    """

    task: str
    done: int
    total: int
