"""Everything that diffexplain raises on purpose, in one tree.

::

    DiffexplainError                        something that diffexplain itself refuses
    ├── AttentionError                      attention that can't be read, or kept, as asked (also a ValueError)
    ├── ForkError                           a run that cannot be gone on with as asked (also a ValueError)
    ├── LaneError                           a lane that no pipeline can run (also a ValueError)
    ├── MemoryShortError                    the device has no room for what was asked (also a MemoryError)
    ├── PictureError                        something that is no picture, or one that is too large (also a ValueError)
    ├── RecordingError                      recording cannot go on (also a RuntimeError)
    ├── ScheduleError                       a noise schedule that can't be made, or a step it doesn't have (also a ValueError)
    ├── SessionError                        saved training that can't be gone on with (also a ValueError)
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


class AttentionError(DiffexplainError, ValueError):
    """Attention that a network doesn't show, that would not fit the budget, or that was not kept."""


class ForkError(DiffexplainError, ValueError):
    """A trace that cannot be forked as asked: the step is not there, or the change came too late."""


class LaneError(DiffexplainError, ValueError):
    """A lane with a value that is not allowed, or that its pipeline cannot run."""


class MemoryShortError(DiffexplainError, MemoryError):
    """The device ran out of memory; the message says how much was asked for and what would fit."""


class PictureError(DiffexplainError, ValueError):
    """Something that is no picture, one that is too large, or a reference that stands for none."""


class RecordingError(DiffexplainError, RuntimeError):
    """Recording cannot start or cannot go on, e.g. because the pipeline is being recorded already."""


class ScheduleError(DiffexplainError, ValueError):
    """A noise schedule that can't be made as asked, or a step that it doesn't have."""


class SessionError(DiffexplainError, ValueError):
    """A saved training session that is of another network, or no session at all."""


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
