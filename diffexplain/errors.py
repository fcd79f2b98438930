"""Everything that diffexplain raises on purpose, in one tree.

::

    DiffexplainError                        something that diffexplain itself refuses
    ├── AttentionError                      attention that can't be read, or kept, as asked (also a ValueError)
    ├── DecodingError                       the pictures of a step that can't be made (also a RuntimeError)
    │   └── NotFiniteError                  a network or a VAE that gave no numbers (also an ArithmeticError)
    ├── DiskFullError                       a file that there is no room for on the disk (also an OSError)
    ├── ExportError                         an export that can't be made as asked (also a ValueError)
    ├── FeatureError                        feature maps that can't be kept as asked (also a ValueError)
    ├── ForkError                           a run that cannot be gone on with as asked (also a ValueError)
    │   └── DivergedError                   the pipeline is not where the record was
    ├── LaneError                           a lane that no pipeline can run (also a ValueError)
    ├── MemoryShortError                    the device has no room for what was asked (also a MemoryError)
    ├── ModelError                          a model, device or number format that can't be used (also a ValueError)
    ├── NoFinishedRunError                  an explorer has no finished run to show (also a RuntimeError)
    ├── PictureError                        something that is no picture, or one that is too large (also a ValueError)
    │   └── CollectionError                 pictures and texts that no map can be made of
    ├── ProcessError                        an explorer in a process that was forked (also a RuntimeError)
    ├── RecordingError                      recording cannot go on (also a RuntimeError)
    ├── SceneError                          a scene that can't be made as asked (also a ValueError)
    ├── ScheduleError                       a noise schedule that can't be made, or a step it doesn't have (also a ValueError)
    ├── SessionError                        saved training that can't be gone on with (also a ValueError)
    ├── SingularLevelError                  the clean picture cannot be derived from this prediction (also a ValueError)
    ├── TooFewPointsError                   not enough different points for a map (also a ValueError)
    ├── TraceFormatError                    a file is no trace that this version can load (also a ValueError)
    ├── TrainingError                       a stage of training that can't begin or go on (also a RuntimeError)
    ├── UnfitPipelineError                  a pipeline without the parts that are needed (also a TypeError)
    ├── UnknownSamplerError                 a name outside the list of samplers (also a ValueError)
    ├── UnsupportedSchedulerError           a scheduler whose noise levels are not understood (also a ValueError)
    └── WeakeningError                      a part that a network doesn't have, or a strength that is none (also a ValueError)

A message says what was wrong, what is allowed and what to do.
"""

from __future__ import annotations


class DiffexplainError(Exception):
    """Base of all errors that diffexplain raises on purpose."""


class AttentionError(DiffexplainError, ValueError):
    """Attention that a network doesn't show, that would not fit the budget, or that was not kept."""


class DecodingError(DiffexplainError, RuntimeError):
    """The picture of a step that can't be made: the run's pipeline is gone, or it has no VAE that decodes."""


class NotFiniteError(DecodingError, ArithmeticError):
    """A network or a VAE that gave NaN or infinities; the message says at which step, and what to do."""


class DiskFullError(DiffexplainError, OSError):
    """There is no room on the disk for a file; the message says how much it takes. Nothing was written, and what was there before still is."""


class ExportError(DiffexplainError, ValueError):
    """An export of an explorer that there is not, with a field that it has not, or as a file that it is not written as."""


class FeatureError(DiffexplainError, ValueError):
    """Feature maps that a network doesn't have, that would not fit the budget, or that were not kept."""


class ForkError(DiffexplainError, ValueError):
    """A trace that cannot be forked as asked: the step is not there, or the change came too late."""


class DivergedError(ForkError):
    """The pipeline does not stand where the record says, or predicts something else there."""


class LaneError(DiffexplainError, ValueError):
    """A lane with a value that is not allowed, or that its pipeline cannot run."""


class MemoryShortError(DiffexplainError, MemoryError):
    """The device ran out of memory; the message says how much was asked for and what would fit."""


class ModelError(DiffexplainError, ValueError):
    """A model, device or number format that can't be used; the message says why, what is allowed and what to do."""


class NoFinishedRunError(DiffexplainError, RuntimeError):
    """An explorer has no finished run to show."""


class PictureError(DiffexplainError, ValueError):
    """Something that is no picture, one that is too large, or a reference that stands for none."""


class CollectionError(PictureError):
    """Pictures and texts that no map can be made of."""


class ProcessError(DiffexplainError, RuntimeError):
    """An explorer is asked for a run in a process that was forked from the one that made it: its thread is not in there."""


class RecordingError(DiffexplainError, RuntimeError):
    """Recording cannot start or cannot go on, e.g. because the pipeline is being recorded already."""


class SceneError(DiffexplainError, ValueError):
    """A scene that can't be made as asked; the message says why, what is allowed and what to do."""


class ScheduleError(DiffexplainError, ValueError):
    """A noise schedule that can't be made as asked, or a step that it doesn't have."""


class SessionError(DiffexplainError, ValueError):
    """A saved training session that is of another network, or no session at all."""


class SingularLevelError(DiffexplainError, ValueError):
    """At this noise level the network's prediction does not determine the clean picture and the noise."""


class TooFewPointsError(DiffexplainError, ValueError):
    """There are not enough different points for a map of neighbourhoods."""


class TraceFormatError(DiffexplainError, ValueError):
    """A file is not a trace, is damaged, or was written by another version of the format."""


class TrainingError(DiffexplainError, RuntimeError):
    """A stage of training that can't begin or go on; the message says why and what to do."""


class UnfitPipelineError(DiffexplainError, TypeError):
    """An object that is no diffusers pipeline, or one of a kind that cannot be recorded or explored."""


class UnknownSamplerError(DiffexplainError, ValueError):
    """A sampler name that is not in the list, or that does not fit the pipeline's model."""


class UnsupportedSchedulerError(DiffexplainError, ValueError):
    """A scheduler whose noise levels or predictions diffexplain does not know how to read."""


class WeakeningError(DiffexplainError, ValueError):
    """A part of a network that it doesn't have, or a strength that is none."""
