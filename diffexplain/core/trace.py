"""A recorded run, and what can be done with it: it can be looked at, gone on with from any step, saved, and loaded again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from diffexplain.core import film
from diffexplain.core.decoder import Decoder
from diffexplain.core.forks import fork
from diffexplain.core.step import Step
from diffexplain.core.trace_data import TraceData
from diffexplain.core.trace_file import read, write

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from PIL import Image

__all__ = ["Step", "Trace"]


@dataclass(eq=False, repr=False)
class Trace(TraceData):
    """One run of a pipeline. The recorder fills it while the run goes on; read it, do not write to it.

    It can be pickled and copied. A pickled one is like one from a file: to fork it, give its pipeline again. What it holds stands
    in `TraceData`.
    """

    def images_at(
        self, steps: int | Iterable[int] | None = None, *, timesteps: float | Iterable[float] | None = None, pipe: Any = None
    ) -> list[Image.Image]:
        """Return the pictures of the predicted originals at some steps, in the order asked for; see `Step.image`.

        ::

            trace.images_at([0, 5, 10, -1])
            trace.images_at(timesteps=[900, 500, 100])

        Args:
            steps: Indices of steps, one or several; negative ones count from the end. None, and no timesteps either: all steps.
            timesteps: In the place of indices: each stands for the step whose timestep is nearest to it.
            pipe: A pipeline whose VAE decodes; only for a trace from a file, or where the pipeline it came from is gone.

        Returns:
            One picture for each; of a batch the first one's.

        Raises:
            ValueError: For what is no step of this run.
            DecodingError: Where there are no steps, the pipeline is gone, or decodes in a way of its own.
            NotFiniteError: Where the network or the VAE gave NaN or infinity.
            SingularLevelError: Where the prediction does not determine x0.
        """
        picture = self._picture(pipe)
        return [picture(step) for step in film.chosen(self.steps, steps, timesteps)]

    def to_gif(
        self, path: str | os.PathLike[str], *, frames: int = 24, seconds: float = 0.15, hold: float = 2.0, pipe: Any = None
    ) -> Path:
        """Write the run as a film: the predicted originals of its steps, then the finished picture. Small pictures are enlarged.

        The file appears whole or not at all; an existing one is replaced.

        Args:
            path: File to write; its name ends in ``.gif``.
            frames: How many steps at most, evenly spread, the first and the last among them.
            seconds: How long each is seen, 0.02 to 60.
            hold: How long the finished picture is seen (of a run without one, the last step's), 0.02 to 60.
            pipe: As for `images_at`.

        Returns:
            The file's path.

        Raises:
            ValueError: For another ending of the name, and for numbers out of range.
            OSError: The folder is missing or cannot be written to.
            DecodingError: As for `images_at`, as are the others.
        """
        target = film.gif_target(path)  # before anything is decoded
        _, pictures = film.frames(self, frames, self._picture(pipe))
        film.write_gif(target, pictures, seconds, hold)
        return target

    def film_strip(self, frames: int = 8, *, labels: bool = True, pipe: Any = None) -> Image.Image:
        """Return the run as one picture: the predicted originals of its steps side by side, behind them the finished picture.

        Args:
            frames: How many steps at most, evenly spread, the first and the last among them.
            labels: Whether the index of each step and its timestep stand below it.
            pipe: As for `images_at`.

        Raises:
            ValueError: For a number of frames that is none.
            DecodingError: As for `images_at`, as are the others.
        """
        steps, pictures = film.frames(self, frames, self._picture(pipe))
        names = [f"steps[{step.index}]  t={step.timestep:.4g}" for step in steps] + ["image"]
        return film.strip(pictures, names[: len(pictures)] if labels else None)

    def _picture(self, pipe: Any) -> Callable[[Step], Image.Image]:
        """Return what makes the picture of a step: with this pipeline, or None for the one that the step is from."""
        if pipe is None:
            return lambda step: step.image
        decoder = Decoder.of(pipe, self.height, self.width)
        return lambda step: step.picture(decoder)

    def fork(
        self,
        step: int,
        *,
        pipe: Any = None,
        on_step: Callable[[Step], None] | None = None,
        changed_network: bool = False,
        **changes: Any,
    ) -> Trace:
        """Return the same run again up to a step, and from there on with something changed.

        ::

            branch = trace.fork(8, prompt="a cat")

        The pipeline's own call is made again; its first steps are played back from the record (of their predictions only the first
        step's is computed), so that the scheduler and the random numbers stand exactly where they stood. Without a change the rest
        is the same again: to the bit for a recorded run, to a relative 1e-6 for a lane that shared a batch. The first fork of a
        trace with a change makes sure of that before it changes anything, which costs two steps. A fork can be forked, and saved.

        Args:
            step: The first step to take anew, 0 to the last one; of an unfinished trace also one more, to go on with it.
            pipe: The pipeline; only for a trace from a file, or where the pipeline it came from is gone.
            on_step: Called with every new `Step`, as in `record`.
            changed_network: Whether to go on with the pipeline's networks as they are now, where they have changed since the trace
                was made (a LoRA loaded, fused or weighted, weights trained, another dtype, a part exchanged). Without, that is refused.
            **changes: ``prompt``, ``negative_prompt``, ``guidance``, ``seed`` (of the noise that a sampler adds from here on),
                ``eta``, ``lora``, ``control_image``, ``control_scale``, or another argument of the pipeline's call that has its
                effect in the loop. What is settled before the first step (sampler, steps, size, start picture) cannot change.

        Returns:
            The new trace. Its steps before ``step`` are this trace's own.

        Raises:
            ForkError: For a step that is not there, a change that comes too late, networks that have changed since, a trace that no
                pipeline can go on with, and a pipeline that does not stand there as it stood, as one that remembers earlier predictions.
        """
        return fork(self, step, pipe=pipe, on_step=on_step, changed_network=changed_network, changes=changes)

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the trace to a file that `load` reads back bit-equal (a safetensors file).

        Any name will do; one that ends in ``.dxtrace`` is opened by a double click in JupyterLab.

        The file appears whole or not at all: on failure, an older file of that name stays as it was.

        Raises:
            OSError: Where the folder is missing or cannot be written to.
        """
        write(self, path)

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> Trace:
        """Read a trace that `save` wrote. Tensors come back on the CPU. No code in the file is run: it holds none.

        Raises:
            FileNotFoundError: Where there is no such file.
            TraceFormatError: Where the file is no trace, is cut off or damaged, or has another version of the format.
        """
        return read(path, cls)
