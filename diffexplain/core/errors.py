"""Everything that diffexplain raises on purpose, in one tree.

::

    DiffexplainError                        something that diffexplain itself refuses
    ├── RecordingError                      recording cannot go on (also a RuntimeError)
    ├── SingularLevelError                  the clean picture cannot be told from this prediction (also a ValueError)
    ├── TraceFormatError                    a file is no trace that this version can load (also a ValueError)
    ├── UnfitPipelineError                  a pipeline without the parts that are needed (also a TypeError)
    ├── UnknownSamplerError                 a name outside the list of samplers (also a ValueError)
    └── UnsupportedSchedulerError           a scheduler whose noise levels are not understood (also a ValueError)

A message says what was wrong, what is allowed and what to do.
"""

from __future__ import annotations


class DiffexplainError(Exception):
    """Base of all errors that diffexplain raises on purpose."""


class RecordingError(DiffexplainError, RuntimeError):
    """Recording cannot start or cannot go on, e.g. because the pipeline is being recorded already."""


class SingularLevelError(DiffexplainError, ValueError):
    """At this noise level the network's prediction does not determine the clean picture and the noise."""


class TraceFormatError(DiffexplainError, ValueError):
    """A file is not a trace, is damaged, or was written by another version of the format."""


class UnfitPipelineError(DiffexplainError, TypeError):
    """An object that is no diffusers pipeline, or one of a kind that cannot be recorded or explored."""


class UnknownSamplerError(DiffexplainError, ValueError):
    """A sampler name that is not in the list, or that does not fit the pipeline's model."""


class UnsupportedSchedulerError(DiffexplainError, ValueError):
    """A scheduler whose noise levels or predictions diffexplain does not know how to read."""
