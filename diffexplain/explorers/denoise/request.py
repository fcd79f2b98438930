"""What a run of the denoising explorer is asked, and what is open in its page."""

from __future__ import annotations

from dataclasses import dataclass

from diffexplain.explorers import checks
from diffexplain.explorers.field import field
from diffexplain.explorers.requests import SizedRequest


@dataclass(frozen=True)
class DenoiseRequest(SizedRequest):
    """What a run was asked."""


@dataclass(frozen=True)
class DenoiseView:
    """What is open in the page."""

    step: int = field(-1, checks.index, "The step that is shown; -1 for the last one.")
    place: str = field("", checks.text, "The part of the pipeline that is open; empty for none.")
