"""Where the steps of a run come from: a pipeline that makes them now, or a trace that has them already."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
import torch
from torch.nn import functional

from diffexplain.core.preview import LinearMap, linear_map, unpack
from diffexplain.core.record import record
from diffexplain.explorers import pipelines
from diffexplain.explorers.decoding import decoded_steps

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from PIL import Image

    from diffexplain.core import trace as core
    from diffexplain.core.attention import Attention
    from diffexplain.core.features import Features
    from diffexplain.explorers.messages import Decoded


class Source(Protocol):
    """What a run is made of.

    Attributes:
        side: so many pixels a side are one latent value.
    """

    side: int

    def run(
        self, on_step: Callable[[core.Trace, core.Step], None], attention: Attention | None = None
    ) -> tuple[core.Trace, Image.Image]:
        """Call back with each step, and give the whole run and its picture."""

    def preview(self) -> LinearMap:
        """Return what latents look like, nearly."""

    def decoded(self, trace: core.Trace) -> Iterator[Decoded]:
        """Yield the exact pictures of the way; see `decoded_steps`."""


class Live:
    """A call of a pipeline, which is never changed.

    Args:
        pipeline: the user's own.
        request: what is asked of it.
        **changes: other fields of its lane, or other values.

    Attributes:
        network: the denoiser that runs, in shells that nobody else holds.
    """

    def __init__(self, pipeline: Any, request: Any, **changes: Any) -> None:
        self._call = pipelines.call_of(pipeline, request, **changes)
        self._pipe = self._call.pipeline
        self.network: Any = pipelines.denoiser(self._pipe)
        self.side = pipelines.latent_side(pipeline)

    def run(
        self,
        on_step: Callable[[core.Trace, core.Step], None],
        attention: Attention | None = None,
        features: Features | None = None,
    ) -> tuple[core.Trace, Image.Image]:
        """See `Source.run`; feature maps are recorded where they are asked for."""
        pipe = self._pipe
        listening = record(
            pipe, attention=attention or False, features=features or False, on_step=lambda step: on_step(trace, step)
        )
        with pipelines.without_notice_of_truncation(pipe), listening as trace:
            (image,) = self._call().images
        return trace, image

    def preview(self) -> LinearMap:
        """See `Source.preview`."""
        return linear_map(self._pipe.vae)

    def decoded(self, trace: core.Trace) -> Iterator[Decoded]:
        """See `Source.decoded`."""
        return decoded_steps(trace, self._pipe.vae)


class Recorded:
    """A whole recorded run.

    Args:
        trace: with its final latents and its picture.
    """

    def __init__(self, trace: core.Trace) -> None:
        self._trace = trace
        self._vae = getattr(pipeline_of(trace), "vae", None)
        self.side = max(1, round(_height(trace) / _final(trace).shape[-2]))

    def run(
        self,
        on_step: Callable[[core.Trace, core.Step], None],
        attention: Attention | None = None,  # noqa: ARG002 - what was recorded is there
    ) -> tuple[core.Trace, Image.Image]:
        """See `Source.run`."""
        for step in self._trace.steps:
            on_step(self._trace, step)
        assert self._trace.image is not None
        return self._trace, self._trace.image

    def preview(self) -> LinearMap:
        """See `Source.preview`: the VAE's where the pipeline is at hand, else what fits the run's own latents and picture best."""
        return fitted(self._trace) if self._vae is None else linear_map(self._vae)

    def decoded(self, trace: core.Trace) -> Iterator[Decoded]:
        """See `Source.decoded`: nothing where the pipeline is not at hand."""
        return iter(()) if self._vae is None else decoded_steps(trace, self._vae)


def pipeline_of(trace: core.Trace) -> Any:
    """Return the pipeline that a trace was recorded of; None where it is gone, as after `Trace.load`."""
    decoder = next((step.decoder for step in trace.steps), None)
    return None if decoder is None or decoder.made_by is None else decoder.made_by()


def fitted(trace: core.Trace) -> LinearMap:
    """Return the linear map from a run's final latents to its picture, by least squares."""
    assert trace.image is not None
    latents = _final(trace)  # (1, C, h, w)
    colours = torch.from_numpy(np.array(trace.image.convert("RGB"))).permute(2, 0, 1)[None].double() / 255
    wanted = functional.adaptive_avg_pool2d(colours, (latents.shape[-2], latents.shape[-1])).movedim(1, -1).flatten(0, -2)
    rows = latents.double().cpu().movedim(1, -1).flatten(0, -2)  # (h*w, C)
    rows = torch.cat([rows, torch.ones_like(rows[:, :1])], dim=1)
    matrix = torch.linalg.lstsq(rows, wanted, driver="gelsd").solution  # a small picture may have fewer places than channels
    left = ((rows @ matrix - wanted) ** 2).sum() / ((wanted - wanted.mean(0)) ** 2).sum().clamp_min(1e-12)
    return LinearMap(matrix.float(), 1 - float(left))


def _final(trace: core.Trace) -> torch.Tensor:
    assert trace.latents is not None
    return unpack(trace.latents[:1], trace.height or 1, trace.width or 1)


def _height(trace: core.Trace) -> int:
    return trace.height or (trace.image.height if trace.image is not None else 1)
