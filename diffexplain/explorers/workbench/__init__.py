"""One call, everything that fits a pipeline or a recorded run."""

from __future__ import annotations

from typing import Any

from diffexplain.core.trace import Trace
from diffexplain.errors import UnfitPipelineError
from diffexplain.explorers import checks
from diffexplain.explorers.workbench.workbench import RecordedWorkbench, Workbench
from diffexplain.i18n import say

__all__ = ["Workbench", "explore"]


def explore(source: Any = None, **fields: Any) -> Workbench:
    """Show everything that can be shown of a pipeline, or of a recorded run, in one place.

    ::

        dx.explore()                                    # the bundled model
        bench = dx.explore(pipeline, prompt="a fox", seed=7, opened=["denoise", "attention"])
        bench.guidance_scale = 8                        # all open explorers run again
        bench["attention"].word = "fox"                 # each is the explorer itself
        bench.wait().to_html("bench.html")              # all that is open as one page
        dx.explore(dx.Trace.load("run.dxtrace"))        # a recorded run, without its pipeline

    Explorers are made when they are opened, by mouse or by name. What a pipeline can't show is grey, with the reason.

    Args:
        source: a diffusers text-to-image pipeline, which is never changed; a recorded `Trace`; None for the bundled pipeline.
        **fields: ``prompt``, ``negative_prompt``, ``seed``, ``sampler``, ``steps``, ``guidance_scale``, ``height`` and ``width`` for
            all explorers, ``opened`` for the names of those that are open. Of a trace ``opened`` alone: its run was asked the rest.

    Returns:
        The workbench, a widget. Its traits are the fields.

    Raises:
        UnfitPipelineError: it is no text-to-image pipeline; the message says what to take instead.
        UnsupportedSchedulerError: the noise levels of its scheduler can't be read.
        TraitError: a value is not allowed, or an explorer that is to be open can't show this pipeline.
    """
    if isinstance(source, str):
        raise UnfitPipelineError(
            say(
                "explore({text}) is given a text where a pipeline or a recorded run belongs. For what to draw write "
                "explore(prompt={text}); for a model of that name or folder, explore(diffexplain.load({text})); for the file of a "
                "recorded run, explore(diffexplain.Trace.load({text}))",
                text=checks.shown(source),
            )
        )
    return RecordedWorkbench(source, **fields) if isinstance(source, Trace) else Workbench(source, **fields)
