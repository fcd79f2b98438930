"""Explorers of a run that was recorded: they say what it was, and ask no pipeline for another."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from diffexplain.core.text import Tokens
from diffexplain.explorers import checks, pipelines
from diffexplain.explorers.attention.explorer import AttentionExplorer
from diffexplain.explorers.denoise.explorer import DenoiseExplorer
from diffexplain.explorers.explorer import Explorer
from diffexplain.explorers.pipeline_explorer import PipelineExplorer
from diffexplain.explorers.pipelines import OWN, Choice
from diffexplain.explorers.sources import Recorded, pipeline_of
from diffexplain.i18n import Words, say
from diffexplain.live.worker import Bench

if TYPE_CHECKING:
    from diffexplain.core.trace import Trace
    from diffexplain.explorers.sources import Source


class OfTrace(PipelineExplorer):
    """The part of an explorer whose run was recorded. What the run was asked stays as it is.

    Args:
        trace: a whole run; see `lacking_of_run`.
    """

    def __init__(self, trace: Trace, **fields: Any) -> None:
        self.recording = trace
        self.pipeline = pipeline_of(trace)
        label = trace.sampler.removesuffix("Scheduler")
        self._choices = [Choice(OWN, label, say("The sampler of this run."))]
        self._bench = Bench()
        self._asked = asked_of(trace)
        fixed = {name: self._asked.get(name, each.default()) for name, each in self._fields.items() if each.request}
        self._asked = fixed
        Explorer.__init__(self, self.owner(), **fields | fixed)

    def owner(self) -> object:
        """See `PipelineExplorer.owner`: the pictures of the way are decoded by the pipeline where that is still there."""
        return self._bench if self.pipeline is None else pipelines.denoiser(self.pipeline)

    def source(self, request: Any) -> Source:  # noqa: ARG002 - there is one run
        """See `PipelineExplorer.source`."""
        return Recorded(self.recording)

    def model_name(self) -> str:
        """See `PipelineExplorer.model_name`."""
        return self.recording.pipeline

    def read(self, prompt: str) -> Tokens:
        """See `PipelineExplorer.read`: without the tokenizer it is known where attention was recorded, else nothing."""
        if self.pipeline is not None:
            return super().read(prompt)
        attention = self.recording.steps[0].attention
        text = None if attention is None else attention.text()
        return text.streams[0].tokens if text is not None and text.streams else Tokens(prompt, (), 0, None)

    def check(self, name: str, value: Any) -> Any:
        """See `Explorer.check`: of what the run was asked nothing can be changed any more."""
        if not self._fields[name].request or value == self._asked[name]:
            return super().check(name, value) if not self._fields[name].request else value
        raise ValueError(
            say(
                "{field} was {value} in this recorded run and stays so; for another run explore its pipeline: diffexplain.explore(pipeline)",
                field=name,
                value=checks.shown(self._asked[name]),
            )
        )

    def offer(self) -> dict[str, Any]:
        """See `Explorer.offer`."""
        return {
            "known_words": None,
            "samplers": pipelines.offer(self._choices),
            "limits": {"prompt": checks.MAX_CHARACTERS, "seed": checks.MAX_SEED},
            "negative": True,
            "recorded": True,
        }


class RecordedDenoiseExplorer(DenoiseExplorer, OfTrace):
    """The denoising of a recorded run."""


class RecordedAttentionExplorer(AttentionExplorer, OfTrace):
    """Where the network looked in a recorded run."""

    source = OfTrace.source
    offer = OfTrace.offer

    def is_joint(self) -> bool:
        """See `AttentionExplorer.is_joint`: then the text has not all of a place's attention."""
        attention = self.recording.steps[0].attention
        assert attention is not None
        return bool(attention.maps().sum(0).min() < 0.98)  # half precision


CLASSES: dict[str, type[OfTrace]] = {"denoise": RecordedDenoiseExplorer, "attention": RecordedAttentionExplorer}


def asked_of(trace: Trace) -> dict[str, Any]:
    """Return what a run was asked, in an explorer's words; of a batch the first one's. A seed that is not known is None."""
    return {
        "prompt": _first(trace.prompt) or "",
        "negative_prompt": _first(trace.negative_prompt) or "",
        "seed": _first(trace.seed),
        "steps": max(1, len(trace.timesteps)),
        "guidance_scale": round(trace.guidance_scale or 1.0, 3),
        "sampler": OWN,
        "height": trace.height,
        "width": trace.width,
    }


def lacking_of(name: str, trace: Trace) -> Words | str:
    """Say why an explorer can't show a recorded run; empty where it can."""
    if name not in CLASSES:
        return say("This one makes runs of its own, for which it needs a pipeline: diffexplain.explore(pipeline).")
    if not trace.finished or trace.latents is None or trace.image is None or not trace.steps:
        return say("This run was not recorded to its end, with a picture; record one that is whole.")
    if name == "attention":
        return _lacking_attention(trace)
    if trace.steps[0].x.ndim != 4:
        return say(
            "{name} packs its latents into patches, which this explorer doesn't show yet; {remedy}",
            name=trace.pipeline,
            remedy=say("look at its attention, where that was recorded"),
        )
    return ""


def _lacking_attention(trace: Trace) -> Words | str:
    attention = trace.steps[0].attention
    if attention is None or attention.direction != "picture_to_text":
        return say("Where the picture looks in the text was not recorded; record(pipeline, attention=True) does.")
    return ""


def _first(value: Any) -> Any:
    return next(iter(value), None) if isinstance(value, tuple) else value
