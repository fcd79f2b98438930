"""The five questions of text-to-image diffusion, in the order in which they are asked, and the explorers in that order."""

from __future__ import annotations

from diffexplain.explorers.registry import CLASSES, QUESTION
from diffexplain.i18n import Words, say


def questions() -> tuple[Words, ...]:
    """Return the questions, the first one first; `registry.QUESTION` counts them from 1."""
    return (
        say("How is a sentence understood?"),
        say("Where does the noise come from?"),
        say("How is noise taken away, a bit at a time?"),
        say("Which noise should go?"),
        say("Why is every picture different, and how is it steered?"),
    )


NAMES = tuple(sorted(CLASSES, key=lambda name: QUESTION[name]))
"""Of all explorers, in the order of the questions that they answer."""
