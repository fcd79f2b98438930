"""What a run of the similarity explorer is asked, and what is open in its page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from diffexplain.core.similarity import READINGS
from diffexplain.explorers import checks
from diffexplain.explorers.field import field
from diffexplain.explorers.similarity import fields
from diffexplain.i18n import say


def guided(field: str, value: Any) -> float:
    """Return a guidance scale at which there is guidance."""
    scale = checks.guidance_scale(field, value)
    if scale <= 1:
        raise checks.refusal(field, say("above 1"), value, say("up to 1 is no guidance, and then there is nothing to compare"))
    return scale


@dataclass(frozen=True)
class SimilarityRequest:
    """What a run was asked."""

    pictures: list[str] = field(
        None,
        None,
        "1 to 64: paths, PIL images, gallery:12 for a picture of dx.scenes.gallery, drawn:7:a fox for one that the pipeline draws "
        "(seed 7, prompt a fox). None for eight of the gallery.",
    )
    texts: list[str] = field(
        None,
        None,
        "1 to 64, each up to 10,000 characters; the text encoder reads the beginning. None for the captions of the gallery's "
        "pictures, in the language in force where the bundled CLIP reads them.",
    )
    search: str = field("", checks.text, "A text to sort the gallery by; empty for none.")
    older_prompt: str = field(
        "",
        checks.text,
        "Draws 16 pictures without guidance, lets CLIP choose, and sets guided ones of the same cost beside them; empty for none.",
    )
    older_steps: int = field(20, checks.steps, "1 to 1000, of each picture of the older way.")
    older_seed: int = field(0, checks.seed, "Of the first picture of the older way; each next one has the next.")
    older_guidance: float = field(5.0, guided, "Guidance scale of the guided pictures beside it, above 1.")


@dataclass(frozen=True)
class SimilarityView:
    """What is open in the page."""

    show: str = field(
        "cosine",
        checks.one_of(*READINGS),
        "cosine, scaled, softmax_rows (each picture's texts sum to 1) or softmax_columns (each text's pictures do).",
    )
    pair: list[int] = field([0, 0], fields.pair, "The selected picture and text, each counted from 0.")
    place: str = field("", checks.one_of("", "temperature", "search", "older"), "The section that is open; empty for none.")
