"""Recording: what a pipeline computes on its way, without changing a bit of it.

The user's own pipeline runs as it is. What listens to it (see `recording`) is put on when the block begins, and taken off again
when it ends, however it ends.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from diffexplain.core.attention import listener_of
from diffexplain.core.features import feature_listener_of
from diffexplain.core.recorder import recorded
from diffexplain.core.trace import Trace

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from diffexplain.core.attention import Attention
    from diffexplain.core.features import Features
    from diffexplain.core.step import Step


@contextmanager
def record(
    pipe: Any,
    *,
    attention: bool | Attention = False,
    features: bool | Features = False,
    on_step: Callable[[Step], None] | None = None,
) -> Iterator[Trace]:
    """Record what a diffusers pipeline does inside the block. Its result is bit-equal to a run without recording.

    ::

        with record(pipe) as trace:
            pipe("a fox", num_inference_steps=20, generator=torch.Generator().manual_seed(7))
        trace.steps[3].x0

    Reading costs nobody a run: what can't be read of this pipeline is missing, and `Trace.missing` says why.

    A second call of the pipeline inside the same block starts the trace anew. Assign ``pipe.scheduler`` before the block, not
    inside it. One pipeline (one scheduler) is recorded once at a time, and runs on one thread. What others do meanwhile with the same
    networks, on other threads or in ``on_step`` and callbacks, is theirs and not heard.

    Args:
        pipe: A pipeline with a ``scheduler`` and a ``unet`` or ``transformer``: Stable Diffusion (also XL, 3, image-to-image,
            ControlNet), Flux, PixArt, LCM and their kin.
        attention: Whether to note where the denoiser looks, as `Step.attention`: True for a compact record of all steps, as far as
            it can be had (else ``trace.missing["attention"]`` says why not), or `Attention` options for more or less of it.
        features: Whether to note what each block of the denoiser hands on, as `Step.features`: True for all blocks at all steps, each map
            as large as stays within half a gigabyte (else ``trace.missing["features"]`` says why not), or `Features` options. They
            are not saved with the trace.
        on_step: Called with every `Step` as soon as it is done. What it raises leaves the pipeline at once, with everything
            taken off: the place to cancel a run.

    Yields:
        The `Trace`, which fills while the pipeline runs.

    Raises:
        UnfitPipelineError: Where ``pipe`` has no such parts.
        RecordingError: Where the pipeline is being recorded already, or its scheduler is exchanged inside the block.
        UnsupportedSchedulerError: Where the scheduler's noise levels cannot be read, or it does not fit the model and diffusers
            would say nothing. Nothing has run by then.
        AttentionError: Where the denoiser has no attention that can be read as asked; and out of the pipeline's first step where it
            would take more memory than its budget, or where, for `Attention` options, a layer turns out to do something else.
        FeatureError: Likewise for feature maps.
    """
    with recorded(Trace(), pipe, listener_of(attention), on_step, feature_listener_of(features)) as trace:
        yield trace
