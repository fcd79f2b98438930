"""What every run of a pipeline says first."""

from __future__ import annotations

from dataclasses import dataclass

from diffexplain.core.text import Truncated  # noqa: TC001 - the fields are read for the declarations
from diffexplain.explorers.requests import PromptRequest  # noqa: TC001
from diffexplain.live.messages import Message


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
